#!/bin/sh
# sweep.sh PROGRAM SHIM SAMPLE CALL:ACTION [ROUNDS]
#
# Runs 'cluster' over the sample with the n-th CALL failing, for n = 1 to the number of calls of
# an undisturbed run (at most ROUNDS of them, evenly spread, the first twenty all). Each round
# ends with a documented status and either the same bytes as the undisturbed run or no output
# file at all, a message, and no temporary file left.
set -u
program=$1 shim=$2 sample=$3 fault=$4 rounds=${5:-150}
call=${fault%%:*} action=${fault#*:}
folder=$(mktemp -d "${TMPDIR:-/tmp}/samestory-sweep.XXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/run" "$folder/tmp"

fail()
{
    echo "sweep: FAULT=$call:$n:$action: $1" >&2
    cat "$folder/stderr" >&2
    exit 1
}

# Leaves the exit status in $status.
run()
{
    rm -rf "$folder/run"
    mkdir "$folder/run"
    status=0
    env "$@" LD_PRELOAD="$shim" "$program" cluster -q -j 2 --tmp "$folder/tmp" \
        -o "$folder/run/out" --rejects "$folder/run/rejects" "$sample" \
        2>"$folder/stderr" || status=$?
}

n=0
run FAULT_REPORT="$folder/report"
[ "$status" -eq 3 ] || fail "the undisturbed run ended with status $status"
mv "$folder/run/out" "$folder/expected"
total=$(awk -v call="$call" '$1 == call { print $2 }' "$folder/report")
[ "$total" -gt 0 ] || { echo "sweep: no call of '$call'"; exit 77; }

step=$(((total + rounds - 1) / rounds))
n=1 done=0 refused=0
while [ "$n" -le "$total" ]; do
    run FAULT="$call:$n:$action"
    left=$(find "$folder/run" "$folder/tmp" -type f ! -name out ! -name rejects | wc -l)
    [ "$left" -eq 0 ] || fail 'a temporary file is left'
    case $status in
    0 | 3)
        cmp -s "$folder/run/out" "$folder/expected" || fail "status $status with other output"
        ;;
    4)
        [ -e "$folder/run/out" ] && fail 'status 4 with an output file'
        [ -s "$folder/stderr" ] || fail 'status 4 without a message'
        refused=$((refused + 1))
        ;;
    *) fail "ended with status $status" ;;
    esac
    done=$((done + 1))
    if [ "$n" -lt 20 ]; then n=$((n + 1)); else n=$((n + step)); fi
done
echo "sweep: $call $action: $done of $total calls failed in turn, $refused runs refused"
