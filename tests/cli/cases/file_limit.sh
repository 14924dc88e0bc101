# A limit on the size of files: a message and status 4 as on a full disk, no temporary file left.
grep -v broken "$sample/news.jsonl" | grep -v 'no JSON' >good.jsonl
exec 2>&1
(
    ulimit -f 8
    expect_status 4 "$samestory" unique -q -o late good.jsonl
    expect_status 4 "$samestory" filter -q --archive small.db good.jsonl
)
ls -A | grep -v small.db
"$samestory" filter -q --archive small.db good.jsonl | wc -l
expect_status 0 "$samestory" verify -q --archive small.db
