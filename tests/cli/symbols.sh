#!/bin/sh
# symbols.sh LIBRARY HEADER: the shared library exports what the header declares, and no more.
set -eu
declared=$(sed -n 's/^SST_API.*[ *]\(sst_[a-z0-9_]*\)(.*/\1/p' "$2" | LC_ALL=C sort)
exported=$(nm -D --defined-only "$1" | awk '{ print $NF }' | LC_ALL=C sort)
[ -n "$declared" ]
if [ "$declared" != "$exported" ]; then
    echo 'declared on the left, exported on the right:'
    printf '%s\n' "$declared" >declared.txt
    printf '%s\n' "$exported" | diff declared.txt - || true
    rm -f declared.txt
    exit 1
fi
