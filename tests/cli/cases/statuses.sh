# 0 done, 1 only with --check, 3 bad records, 4 could not finish; 4 before 3 before 1.
grep -v broken "$sample/news.jsonl" | grep -v 'no JSON' >good.jsonl
grep otter good.jsonl | head -n 1 >single.jsonl
expect_status 0 "$samestory" cluster -q good.jsonl >/dev/null
expect_status 1 "$samestory" cluster -q --check good.jsonl >/dev/null
expect_status 1 "$samestory" pairs -q --check good.jsonl >/dev/null
expect_status 0 "$samestory" cluster -q --check single.jsonl >/dev/null
expect_status 3 "$samestory" cluster -q --check "$sample/news.jsonl" >/dev/null 2>&1
expect_status 3 "$samestory" unique -q "$sample/news.jsonl" >/dev/null 2>&1
expect_status 3 "$samestory" tokens -q "$sample/news.jsonl" >/dev/null 2>&1
expect_status 4 "$samestory" cluster -q --check good.jsonl missing.jsonl >/dev/null 2>&1
expect_status 4 "$samestory" cluster -q --tmp nowhere good.jsonl 2>&1
"$samestory" filter -q --archive new.db good.jsonl >/dev/null
expect_status 4 "$samestory" nightly -q --archive new.db --tmp nowhere 2>&1
echo checked
