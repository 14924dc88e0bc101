#!/bin/sh
# archive.sh PROGRAM SHIM SAMPLE CALL:ACTION [ROUNDS]
#
# Runs 'filter' over the sample in small batches with the n-th CALL failing (or the program
# killed before it), for n = 1 to the number of calls of an undisturbed run (at most ROUNDS of
# them, evenly spread, the first twenty all). After each round:
#   - what was printed is the beginning of what the undisturbed run prints, in whole lines, and
#     the story printed last is in the archive: nothing was acknowledged that is not durable;
#   - the status is a documented one, with a message when it is 4;
#   - 'verify' is clean, and a rerun prints exactly what the undisturbed run printed.
set -u
program=$1 shim=$2 sample=$3 fault=$4 rounds=${5:-60}
call=${fault%%:*} action=${fault#*:}
folder=$(mktemp -d "${TMPDIR:-/tmp}/samestory-archive.XXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT
db=$folder/a.db

fail()
{
    echo "archive: FAULT=$call:$n:$action: $1" >&2
    cat "$folder/stderr" >&2
    exit 1
}

filter()
{
    "$program" filter -q -j 1 --batch 8 --now 2026-01-01 --archive "$db" "$sample"
}

# Leaves the exit status in $status.
run()
{
    rm -f "$db" "$db-wal" "$db-shm" "$db-lock"
    status=0
    (
        export "$1" LD_PRELOAD="$shim"
        filter >"$folder/out" 2>"$folder/stderr"
    ) || status=$?
}

check_output()
{
    size=$(wc -c <"$folder/out")
    head -c "$size" "$folder/expected" | cmp -s - "$folder/out" ||
        fail 'other answers than those of the undisturbed run'
    [ "$size" -eq 0 ] && return
    last=$(grep -c '' "$folder/out")
    whole=$(tail -c 1 "$folder/out" | od -An -c | tr -d ' ')
    # A line that was cut is not acknowledged; its batch was.
    [ "$whole" = '\n' ] || last=$((last - 1))
    [ "$last" -gt 0 ] || return
    id=$(sed -n "${last}s/^{\"id\": *\"\([^\"]*\)\".*/\1/p" "$folder/out")
    [ -n "$id" ] || return
    "$program" show --archive "$db" "$id" >/dev/null 2>"$folder/stderr" ||
        fail "the story '$id' was acknowledged and is not in the archive"
}

n=0
run FAULT_REPORT="$folder/report"
[ "$status" -eq 3 ] || fail "the undisturbed run ended with status $status"
mv "$folder/out" "$folder/expected"
total=$(awk -v call="$call" '$1 == call { print $2 }' "$folder/report")
[ "${total:-0}" -gt 0 ] || { echo "archive: no call of '$call'"; exit 77; }

step=$(((total + rounds - 1) / rounds))
n=1 done=0 refused=0
while [ "$n" -le "$total" ]; do
    run FAULT="$call:$n:$action"
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
    filter >"$folder/again" 2>"$folder/stderr"
    [ $? -eq 3 ] || fail 'the rerun failed'
    cmp -s "$folder/again" "$folder/expected" || fail 'the rerun gives other answers'
    "$program" verify -q --archive "$db" 2>"$folder/stderr" || fail 'verify found problems'
    done=$((done + 1))
    if [ "$n" -lt 20 ]; then n=$((n + 1)); else n=$((n + step)); fi
done
echo "archive: $call $action: $done of $total calls in turn, $refused runs ended early"
