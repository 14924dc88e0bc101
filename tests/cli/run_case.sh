#!/bin/sh
# run_case.sh PROGRAM CASE.sh
#
# Runs the script with $samestory, $sample (the folder) and the functions below in an empty
# folder, and compares what it prints with CASE.stdout, CASE.stderr (when that file is there) and
# its status with CASE.exit (0 without). UPDATE=1 writes the files instead: look at the diff.
set -u
samestory=$(realpath -e "$1") || exit 1
case_path=$(realpath "$2")
base=${case_path%.sh}
sample=$(realpath "$(dirname "$case_path")/../../sample")
export samestory sample LC_ALL=C
work=$(mktemp -d "${TMPDIR:-/tmp}/samestory-case.XXXXXX") || exit 1
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
mkdir "$work/folder"

# shellcheck disable=SC2030,SC2034
(
    cd "$work/folder" || exit 1

    # A check that a case makes by itself: its failure is told behind the compared output.
    expect_status()
    {
        wanted=$1
        shift
        status=0
        "$@" || status=$?
        shift
        [ "$status" -eq "$wanted" ] ||
            echo "expected status $wanted, got $status: samestory $*" >>"$work/failures"
    }

    . "$case_path"
) >"$work/stdout" 2>"$work/stderr"
status=$?
[ ! -e "$work/failures" ] || cat "$work/failures" >>"$work/stdout"

if [ "$status" -eq 77 ]; then
    cat "$work/stdout"
    exit 77
fi
if [ -n "${UPDATE-}" ]; then
    cp "$work/stdout" "$base.stdout"
    [ ! -e "$base.stderr" ] || cp "$work/stderr" "$base.stderr"
    if [ "$status" -eq 0 ]; then rm -f "$base.exit"; else echo "$status" >"$base.exit"; fi
    exit 0
fi

result=0
wanted=0
[ ! -e "$base.exit" ] || wanted=$(cat "$base.exit")
if [ "$status" -ne "$wanted" ]; then
    echo "exit status $status, expected $wanted"
    result=1
fi
diff -u "$base.stdout" "$work/stdout" || result=1
if [ -e "$base.stderr" ]; then
    diff -u "$base.stderr" "$work/stderr" || result=1
elif [ "$result" -ne 0 ]; then
    cat "$work/stderr"
fi
exit "$result"
