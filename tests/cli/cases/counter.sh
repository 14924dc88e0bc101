# A damaged counter of stories takes no memory: what is checked is what is there.
command -v sqlite3 >/dev/null || exit 77
"$samestory" filter -q --archive news.db "$sample/news.jsonl" >/dev/null 2>&1
sqlite3 news.db 'UPDATE state SET next_number=400000000'
ulimit -v 4000000
expect_status 0 "$samestory" verify --archive news.db 2>&1
