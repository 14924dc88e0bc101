# An archive on a disk that cannot be written: it can be looked at, also as a backup without its WAL.
unshare -m true 2>/dev/null || { echo 'skipped: no mount may be made here'; exit 77; }
exec 2>&1
grep -v broken "$sample/news.jsonl" | grep -v 'no JSON' >good.jsonl
mkdir disk
"$samestory" filter -q --archive "disk/it's 100%.db" --now 2026-12-01 good.jsonl >/dev/null
"$samestory" stats --archive "disk/it's 100%.db" --now 2026-12-01 >expected
rm -f disk/*-wal disk/*-shm disk/*-lock
export samestory
unshare -m sh -c '
    mount --bind disk disk && mount -o remount,ro,bind disk || exit 77
    cd disk && set -- --archive "it'"'"'s 100%.db"
    "$samestory" stats "$@" --now 2026-12-01 | cmp - ../expected && echo "stats: the same"
    "$samestory" show "$@" bn-setu-5 | grep -o "\"verdict\":\"[a-z]*\""
    "$samestory" verify "$@"
    "$samestory" report -q "$@" | grep -c "</html>"
    "$samestory" rebuild -q "$@" -o ../new.db && "$samestory" verify --archive ../new.db
    "$samestory" filter -q "$@" ../good.jsonl || echo "filter: status $?"
    ls'
exit $?
