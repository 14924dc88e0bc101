# A signal: the temporary file goes, the program dies by the signal. A closed pipe is quiet.
try()
{
    rm -f fifo && mkfifo fifo
    "$samestory" cluster -q -o out --rejects rejects fifo 2>message &
    pid=$!
    # Held open: the program waits for more.
    exec 9<>fifo
    cat "$sample/news.jsonl" >&9
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        ls .out.* >/dev/null 2>&1 && break
        sleep 0.1
    done
    ls .out.* >/dev/null 2>&1 && echo "$1: at work"
    kill -"$1" "$pid"
    wait "$pid"
    echo "status $? ($((128 + $2)) is SIG$1)"
    exec 9>&-
    find . -name 'out*' -o -name '.out*' -o -name '*rejects*'
    grep -v 'news\|fifo' message
}
try TERM 15
try HUP 1
# In the foreground: a shell's background jobs ignore SIGINT, and that is respected.
rm -f fifo && mkfifo fifo
sleep 3 9<>fifo >fifo &
timeout --preserve-status -s INT 1 "$samestory" cluster -q -o out fifo 2>/dev/null
echo "INT: status $?"
wait
find . -name '*out*'
# Stories that have nothing in common: two megabytes of clusters of one.
awk 'BEGIN { for (i = 0; i < 20000; i++) printf "{\"id\": %d, \"text\": \"a%d b%d\"}\n", i, i, i }' \
    >many.jsonl
bash -c '"$1" cluster -q --all many.jsonl 2>message | head -n 1 >/dev/null
    echo "pipe: ${PIPESTATUS[0]}"' bash "$samestory"
cat message
# A new archive has no name until it is complete, and a night's files neither.
"$samestory" filter -q --archive old.db many.jsonl >/dev/null
"$samestory" rebuild -q --archive old.db -o new.db 2>/dev/null &
pid=$!
for _ in $(seq 2000); do [ -e new.db.part ] && break; done
kill -TERM "$pid"
wait "$pid"
echo "rebuild: status $?"
ls -A | grep 'new.db'
"$samestory" rebuild -q --archive old.db -o new.db && ls -A | grep 'new.db'
mkdir night && mkfifo night/.clusters.jsonl.tmp
timeout --preserve-status -s INT 2 "$samestory" nightly -q --archive old.db --out night
echo "nightly: status $?"
ls -A night
