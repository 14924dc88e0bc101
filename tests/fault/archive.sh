#!/bin/sh
# archive.sh PROGRAM SHIM SAMPLE CALL:ACTION [ROUNDS [COPIES]]
#
# Runs 'filter' over the sample (COPIES times, under other ids) in small batches, round by round
# with another mishap. CALL:ACTION is one of SHIM, for the n-th call (at most ROUNDS of them,
# evenly spread, the first twenty all), or
#   time:kill   SIGKILL from outside, ROUNDS times, spread over the time of an undisturbed run
#   disk:full   a tmpfs, in ROUNDS sizes up to more than is needed (the right to mount is needed)
# After each round:
#   - what was printed is the beginning of what the undisturbed run prints, in whole lines, and
#     every story printed is in the archive: nothing was acknowledged that is not durable;
#   - the status is a documented one, with a message when it is 4;
#   - 'verify' is clean, and a rerun prints exactly what the undisturbed run printed and, seen by
#     sqlite3, leaves exactly the same archive.
set -u
program=$1 shim=$2 sample=$3 fault=$4 rounds=${5:-60} copies=${6:-1}
call=${fault%%:*} action=${fault#*:}
folder=$(mktemp -d "${TMPDIR:-/tmp}/samestory-archive.XXXXXX") || exit 1
disk=$folder/disk mounted=
trap '[ -z "$mounted" ] || umount -l "$disk"; rm -rf "$folder"' EXIT
mkdir "$disk"
db=$disk/a.db input=$folder/input.jsonl

fail()
{
    echo "archive: FAULT=$call:$n:$action: $1" >&2
    cat "$folder/stderr" >&2
    exit 1
}

filter()
{
    "$program" filter -q -j 1 --batch $((copies * 8)) --now 2026-01-01 --archive "$db" "$input"
}

# Runs the filter on no archive, behind the words given. Leaves the exit status in $status.
run()
{
    rm -f "$db" "$db-wal" "$db-shm" "$db-lock"
    status=0
    "$@" "$program" filter -q -j 1 --batch $((copies * 8)) --now 2026-01-01 --archive "$db" \
        "$input" >"$folder/out" 2>"$folder/stderr" || status=$?
}

# The content of all tables but the index, whose segments follow the batches.
contents()
{
    command -v sqlite3 >/dev/null || return 0
    for table in settings stories texts clusters members history sources tombstones; do
        sqlite3 -quote "$db" "SELECT * FROM $table ORDER BY 1, 2" || return 1
    done >"$1"
}

check_output()
{
    size=$(wc -c <"$folder/out")
    head -c "$size" "$folder/expected" | cmp -s - "$folder/out" ||
        fail 'other answers than those of the undisturbed run'
    [ "$size" -eq 0 ] && return
    last=$(grep -c '' "$folder/out")
    # A line that was cut is not acknowledged; its batch was.
    [ "$(tail -c 1 "$folder/out" | od -An -c | tr -d ' ')" = '\n' ] || last=$((last - 1))
    [ "$last" -gt 0 ] || return
    acknowledged=$((acknowledged + last))
    # Stories are stored in order: with the last one all are there. It is asked for by name.
    id=$(sed -n "${last}s/^{\"id\": *\"\([^\"]*\)\".*/\1/p" "$folder/out")
    [ -n "$id" ] || return
    "$program" show --archive "$db" "$id" >/dev/null 2>"$folder/stderr" ||
        fail "the story '$id' was acknowledged and is not in the archive"
}

check_round()
{
    case $status in
    3) ;;
    4) [ -s "$folder/stderr" ] || fail 'status 4 without a message' ;;
    137) [ "$action" = kill ] || fail 'killed' ;;
    *) fail "ended with status $status" ;;
    esac
    [ "$status" -eq 3 ] || refused=$((refused + 1))
    if [ -s "$db" ]; then
        check_output
        [ ! -s "$folder/out" ] || "$program" verify -q --archive "$db" 2>"$folder/stderr" ||
            fail 'verify found problems'
    elif [ -s "$folder/out" ]; then
        fail 'answers without an archive'
    fi
    [ -z "$mounted" ] || mount -o remount,size=256m "$disk"
    filter >"$folder/again" 2>"$folder/stderr"
    [ $? -eq 3 ] || fail 'the rerun failed'
    cmp -s "$folder/again" "$folder/expected" || fail 'the rerun gives other answers'
    "$program" verify -q --archive "$db" 2>"$folder/stderr" || fail 'verify found problems'
    contents "$folder/contents" || fail 'the archive cannot be read'
    [ ! -s "$folder/contents" ] || cmp -s "$folder/contents" "$folder/expected-contents" ||
        fail 'the rerun leaves another archive'
    done=$((done + 1))
}

copy=0
while [ "$copy" -lt "$copies" ]; do
    sed "s/^{\"id\": *\"/&c$copy-/" "$sample"
    copy=$((copy + 1))
done >"$input"

n=0 done=0 refused=0 acknowledged=0 total=$rounds
run env FAULT_REPORT="$folder/report" LD_PRELOAD="$shim"
[ "$status" -eq 3 ] || fail "the undisturbed run ended with status $status"
begin=$(date +%s%N)
run env
length=$((($(date +%s%N) - begin) / 1000000))
mv "$folder/out" "$folder/expected"
contents "$folder/expected-contents" || fail 'the archive cannot be read'
need=$(du -k "$disk" | cut -f 1)

case $call in
time) ;;
disk)
    mount -t tmpfs -o size=256m none "$disk" 2>/dev/null ||
        { echo 'archive: no small disk, this needs the right to mount'; exit 77; }
    mounted=yes
    ;;
*)
    total=$(awk -v call="$call" '$1 == call { print $2 }' "$folder/report")
    [ "${total:-0}" -gt 0 ] || { echo "archive: no call of '$call'"; exit 77; }
    ;;
esac

step=$(((total + rounds - 1) / rounds))
n=1
while [ "$n" -le "$total" ]; do
    case $call in
    time)
        run env timeout -s KILL "$(awk -v n="$n" -v of="$total" -v ms="$length" \
            'BEGIN { printf "%.4f", n / of * ms / 1000 }')"
        ;;
    disk)
        rm -f "$db" "$db-wal" "$db-shm" "$db-lock"
        mount -o remount,size=$((need * 3 * n / total + 4))k "$disk"
        run env
        ;;
    *) run env FAULT="$call:$n:$action" LD_PRELOAD="$shim" ;;
    esac 2>/dev/null
    check_round
    if [ "$n" -lt 20 ]; then n=$((n + 1)); else n=$((n + step)); fi
done
echo "archive: $call $action: $done of $total in turn, $refused runs ended early," \
    "$acknowledged stories acknowledged in all"
