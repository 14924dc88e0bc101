# A full disk: status 4, a message that says so, no part of an output file.
exec 2>&1
grep -v broken "$sample/news.jsonl" | grep -v 'no JSON' >good.jsonl
echo '== /dev/full'
expect_status 4 "$samestory" cluster -q good.jsonl >/dev/full
expect_status 4 "$samestory" unique -q -o /dev/full good.jsonl
expect_status 4 "$samestory" help >/dev/full
expect_status 4 "$samestory" version >/dev/full
expect_status 4 "$samestory" params >/dev/full
echo '== limited file size'
expect_status 4 sh -c 'trap "" XFSZ; ulimit -f 80; exec "$0" "$@"' \
    "$samestory" unique -q -o out good.jsonl
ls out .out* 2>/dev/null
echo done
