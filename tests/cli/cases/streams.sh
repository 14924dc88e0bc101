# Standard streams that are closed: no file that is opened takes their place, so that no message ends
# in an output and no number of a process is read as a story.
news=$sample/news.jsonl
grep -v broken "$news" | grep -v 'no JSON' >good.jsonl
"$samestory" cluster -q good.jsonl >expected
"$samestory" cluster -q --rejects kept "$news" >whole 2>/dev/null
expect_status 3 "$samestory" cluster -o got --rejects rejects "$news" 2>&-
cmp whole got && cmp kept rejects && echo 'no standard error: results and rejects are whole'
expect_status 3 "$samestory" filter --archive silent.db "$news" 2>&- >/dev/null
wc -c <silent.db-lock
expect_status 4 "$samestory" cluster -q - 2>&1 <&-
expect_status 4 "$samestory" filter -q --archive fresh.db 2>&1 <&-
expect_status 4 "$samestory" cluster -q good.jsonl 2>&1 >&-
expect_status 4 "$samestory" filter -q --archive none.db good.jsonl 2>&1 >&-
ls none.db 2>/dev/null
expect_status 4 "$samestory" cluster -q -o /dev/stdout good.jsonl 2>&1 >&-
expect_status 4 "$samestory" cluster -q good.jsonl 2>&1 1</dev/null
expect_status 0 "$samestory" cluster -q -o quiet good.jsonl <&- >&- 2>&-
cmp expected quiet && echo 'no stream at all: whole'
