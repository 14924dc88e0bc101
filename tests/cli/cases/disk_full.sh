# A full disk: status 4, a message that says so, no part of an output file.
exec 2>&1
grep -v broken "$sample/news.jsonl" | grep -v 'no JSON' >good.jsonl
expect_status 4 "$samestory" cluster -q good.jsonl >/dev/full
expect_status 4 "$samestory" unique -q -o /dev/full good.jsonl
expect_status 4 "$samestory" help >/dev/full
expect_status 4 "$samestory" version >/dev/full
expect_status 4 "$samestory" params >/dev/full
echo done
