# An archive is the file of that name, whatever the name; by a symbolic link it is the same archive
# under the same lock.
grep -v broken "$sample/news.jsonl" | grep -v 'no JSON' >good.jsonl
exec 2>&1
for name in ':memory:' 'file:x.db' 'file:y.db?mode=memory' "it's 100% \"odd\"?.db" 'খবর.db' -d.db; do
    "$samestory" filter -q --archive "$name" good.jsonl | wc -l
    expect_status 0 "$samestory" verify -q --archive "$name"
    [ -s "$name" ] || echo "no file '$name'"
done
ls | grep -c .db-lock
mkdir far
ln -s far/real.db later.db
ln -s later.db now.db
"$samestory" filter -q --archive now.db good.jsonl | wc -l
"$samestory" nightly -q --archive later.db
"$samestory" filter -q --archive far/real.db good.jsonl | wc -l
ls far now.db* later.db*
ln -s loop loop
expect_status 4 "$samestory" filter -q --archive loop good.jsonl
mkfifo pipe
for name in . pipe /dev/null; do
    expect_status 4 "$samestory" filter -q --archive "$name" good.jsonl
    expect_status 4 "$samestory" stats --archive "$name"
done
# A path that is too long for SQLite says so.
long=$(printf '%0200d' 0)
mkdir -p "$long/$long/$long"
expect_status 4 "$samestory" filter -q --archive "$long/$long/$long/a.db" good.jsonl 2>&1 | grep -o 'takes .*'
(cd "$long/$long/$long" && expect_status 4 "$samestory" filter -q --archive a.db "$OLDPWD/good.jsonl" 2>&1 |
    grep -o 'takes .*'; ls)
"$samestory" filter -q --archive "$long/a.db" good.jsonl | wc -l
ls /dev/null-lock pipe-lock 2>/dev/null
