#!/bin/sh
# together.sh PROGRAM SAMPLE [ROUNDS]
#
# Two writers, four readers and (with sqlite3) a backup work on one archive at the same time, each
# ROUNDS times. Afterwards every story is there, both writers ended well, no reader failed, and
# archive and backup are clean.
set -u
program=$1 sample=$2 rounds=${3:-15}
folder=$(mktemp -d "${TMPDIR:-/tmp}/samestory-together.XXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT
db=$folder/a.db

fail()
{
    echo "together: $1" >&2
    cat "$folder"/*.err >&2
    exit 1
}

# Writer $1 adds the sample under ids of its own.
write()
{
    round=0
    while [ "$round" -lt "$rounds" ]; do
        sed "s/^{\"id\": *\"/&w$1-$round-/" "$sample" >"$folder/in.$1"
        "$program" filter -q -j 1 --batch 7 --archive "$db" --wait 60s "$folder/in.$1" \
            >/dev/null 2>>"$folder/w$1.err"
        [ $? -eq 3 ] || touch "$folder/failed"
        round=$((round + 1))
    done
}

read_on()
{
    while [ ! -e "$folder/done" ]; do
        "$program" stats --archive "$db" >/dev/null 2>>"$folder/r$1.err" ||
            touch "$folder/failed"
        "$program" verify -q --archive "$db" 2>>"$folder/r$1.err" || touch "$folder/failed"
    done
}

"$program" filter -q --archive "$db" "$sample" >/dev/null 2>"$folder/first.err"
write 1 &
one=$!
write 2 &
two=$!
for reader in 1 2 3 4; do
    read_on "$reader" &
done
if command -v sqlite3 >/dev/null; then
    sqlite3 "$db" ".backup $folder/backup.db" 2>>"$folder/backup.err" || fail 'the backup failed'
fi
wait "$one" "$two"
touch "$folder/done"
wait
[ ! -e "$folder/failed" ] || fail 'a writer or a reader failed'
"$program" verify -q --archive "$db" || fail 'verify found problems'
if [ -e "$folder/backup.db" ]; then
    "$program" verify -q --archive "$folder/backup.db" || fail 'the backup has problems'
fi
stories=$("$program" stats --archive "$db" | sed 's/.*"first_seen.*//; s/^{"stories":\([0-9]*\).*/\1/')
once=$(grep -c '"id": *"' "$sample")
[ "$stories" -gt $((once * rounds)) ] || fail "only $stories stories are there"
echo "together: $stories stories by two writers beside four readers"
