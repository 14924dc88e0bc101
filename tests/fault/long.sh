#!/bin/sh
# long.sh PROGRAM SHIM SAMPLE [ROUNDS]
#
# The long form of archive.sh: every mishap, ROUNDS rounds in all or somewhat more, on an input
# that is printed in several pieces. Each line says how many rounds passed; the first failure ends
# it.
set -eu
program=$1 shim=$2 sample=$3 rounds=${4:-300}
here=$(dirname "$0")
faults='time:kill disk:full pwrite:kill fsync:kill ftruncate:kill write:kill open:kill pwrite:EIO
pwrite:ENOSPC pwrite:short fsync:EIO write:EIO write:short read:EIO open:EMFILE malloc:ENOMEM'
count=$(echo "$faults" | wc -w)
each=$(((rounds + count - 1) / count))
for fault in $faults; do
    "$here/archive.sh" "$program" "$shim" "$sample" "$fault" "$each" 4 || [ $? -eq 77 ]
done
echo "long: all as it should be"
