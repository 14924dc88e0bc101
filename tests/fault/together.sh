#!/bin/sh
# together.sh PROGRAM SAMPLE [ROUNDS | SECONDSs]
#
# Two writers, four readers, rebuilds and (with sqlite3) backups work on one archive at the same
# time: each writer ROUNDS times over the sample, or for so many seconds (600s is the long form).
# Afterwards every story that a writer wrote is there, once; all ended well and in time; archive,
# backups and what was rebuilt are clean, to us and to SQLite.
set -u
program=$1 sample=$2 rounds=${3:-15} seconds=
case $rounds in *s) seconds=${rounds%s} rounds=1000000 ;; esac
folder=$(mktemp -d "${TMPDIR:-/tmp}/samestory-together.XXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT
db=$folder/a.db
until=$(($(date +%s) + ${seconds:-1000000}))

fail()
{
    echo "together: $1" >&2
    cat "$folder"/*.err >&2
    exit 1
}

[ -s "$sample" ] || fail "no sample: $sample"

# Nothing may take minutes: that would be a deadlock.
samestory()
{
    timeout 300 "$program" "$@"
}

# Writer $1 adds the sample under ids of its own, and notes them.
write()
{
    round=0
    while [ "$round" -lt "$rounds" ] && [ "$(date +%s)" -lt "$until" ]; do
        sed "s/^{\"id\": *\"/&w$1-$round-/" "$sample" >"$folder/in.$1"
        samestory filter -q -j 1 --batch 7 --archive "$db" --wait 120s "$folder/in.$1" \
            >"$folder/out.$1" 2>>"$folder/w$1.err"
        [ $? -eq 3 ] || touch "$folder/failed"
        sed 's/^{"id": *"\([^"]*\)".*/\1/' "$folder/out.$1" >>"$folder/ids.$1"
        round=$((round + 1))
    done
    echo "$round" >"$folder/rounds.$1"
}

read_on()
{
    count=0
    while [ ! -e "$folder/done" ]; do
        samestory stats --archive "$db" >/dev/null 2>>"$folder/r$1.err" || touch "$folder/failed"
        samestory verify -q --archive "$db" 2>>"$folder/r$1.err" || touch "$folder/failed"
        count=$((count + 1))
    done
    echo "$count" >"$folder/reads.$1"
}

back_up()
{
    while sqlite3 "$db" ".timeout 120000" ".backup $folder/backup.db" 2>>"$folder/backup.err"; do
        samestory verify -q --archive "$folder/backup.db" 2>>"$folder/backup.err" ||
            touch "$folder/failed"
        [ ! -e "$folder/done" ] || return 0
        sleep 2
    done
    touch "$folder/failed"
}

rebuild()
{
    while [ ! -e "$folder/done" ]; do
        rm -f "$folder"/new.db*
        samestory rebuild -q --archive "$db" -o "$folder/new.db" 2>>"$folder/rebuild.err" &&
            samestory verify -q --archive "$folder/new.db" 2>>"$folder/rebuild.err" ||
            touch "$folder/failed"
    done
}

samestory filter -q --archive "$db" "$sample" >"$folder/out.0" 2>"$folder/first.err"
sed 's/^{"id": *"\([^"]*\)".*/\1/' "$folder/out.0" >"$folder/ids.0"
write 1 &
one=$!
write 2 &
two=$!
for reader in 1 2 3 4; do
    read_on "$reader" &
done
rebuild &
if command -v sqlite3 >/dev/null; then
    back_up &
fi
wait "$one" "$two"
touch "$folder/done"
wait
[ ! -e "$folder/failed" ] || fail 'a writer, a reader, a rebuild or a backup failed'
samestory verify -q --archive "$db" || fail 'verify found problems'
wanted=$(sort -u "$folder"/ids.* | wc -l)
if command -v sqlite3 >/dev/null; then
    [ "$(sqlite3 "$db" 'PRAGMA integrity_check')" = ok ] || fail 'SQLite found problems'
    sqlite3 "$db" 'SELECT id FROM stories WHERE state=0' | sort >"$folder/there"
    sort -u "$folder"/ids.* | cmp -s - "$folder/there" || fail 'other stories than were written'
else
    stories=$(samestory stats --archive "$db" | sed 's/^{"stories":\([0-9]*\).*/\1/')
    [ "$stories" -eq "$wanted" ] || fail "$stories stories instead of $wanted"
fi
echo "together: $wanted stories in $(cat "$folder/rounds.1") and $(cat "$folder/rounds.2")" \
    "rounds of two writers, $(cat "$folder"/reads.* | awk '{ n += $1 } END { print n }')" \
    "rounds of four readers"
