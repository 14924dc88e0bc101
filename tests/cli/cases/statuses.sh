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
# Bad lines, lines that are too long and files that break off are bad records to every command;
# a file of which nothing could be read, and nothing beside it, is a failure.
head -c 3000 /dev/zero | tr '\0' 'x' >long.jsonl
{ cat single.jsonl && echo "{\"id\": \"cut\", \"text\": \"$(seq 9000 | tr '\n' ' ')\"}"; } | gzip >whole.gz
head -c 4000 whole.gz >cut.gz
head -c 40 whole.gz >stub.gz
echo 'no JSON' >bad.jsonl
each()
{
    wanted=$1
    shift
    expect_status "$wanted" "$samestory" cluster -q "$@" >/dev/null 2>&1
    expect_status "$wanted" "$samestory" tokens -q "$@" >/dev/null 2>&1
    rm -f each.db*
    expect_status "$wanted" "$samestory" filter -q --archive each.db "$@" >/dev/null 2>&1
}
each 3 bad.jsonl
each 3 --max-record 2000 long.jsonl
each 3 --max-record 2000 long.jsonl long.jsonl
each 3 cut.gz
each 3 cut.gz single.jsonl
each 3 stub.gz single.jsonl
each 3 bad.jsonl stub.gz
each 4 stub.gz
each 4 stub.gz stub.gz
"$samestory" filter -q --archive order.db bad.jsonl cut.gz stub.gz single.jsonl 2>&1 >answers
wc -l <answers
