#!/bin/sh
# determinism.sh PROGRAM SAMPLE [OTHER_PROGRAM...]
#
# The same stories give the same bytes: 1, 2 and 7 threads, shuffled lines, plain, gzip and zstd,
# several files, small and large memory, and every other program given (another compiler, no
# SIMD). SAMPLE holds JSON lines; the result is that of its good lines.
set -eu
program=$1 sample=$2
shift 2
folder=$(mktemp -d "${TMPDIR:-/tmp}/samestory-same.XXXXXX")
trap 'rm -rf "$folder"' EXIT
"$program" unique -q --drop identical --rejects "$folder/bad" "$sample" >/dev/null 2>&1 || [ $? -eq 3 ]
grep -v -x -F -f "$folder/bad" "$sample" >"$folder/good.jsonl"
[ -s "$folder/bad" ] && [ -s "$folder/good.jsonl" ]
cd "$folder"

# What a program says about the files: clusters, pairs and tokens, the last sorted because its
# lines follow the input. "unique" keeps input order, and is compared sorted for the same reason.
speak()
{
    speaker=$1
    shift
    "$speaker" cluster -q --all "$@"
    "$speaker" pairs -q --relations all "$@"
    "$speaker" unique -q "$@" | LC_ALL=C sort
    "$speaker" tokens -q "$@" | LC_ALL=C sort
    "$speaker" tokens -q --shingles 3 "$@" | LC_ALL=C sort
}

count=0
same()
{
    name=$1
    shift
    speak "$@" >said
    cmp -s expected said || {
        echo "determinism: '$name' says something else:"
        diff expected said | cut -c 1-200 | head -n 10
        exit 1
    }
    count=$((count + 1))
}

speak "$program" -j 1 good.jsonl >expected
for threads in 2 7; do
    same "$threads threads" "$program" -j "$threads" good.jsonl
done
for seed in 1 2 3; do
    awk -v seed="$seed" 'BEGIN { srand(seed) } { printf "%.9f\t%s\n", rand(), $0 }' good.jsonl |
        LC_ALL=C sort | cut -f 2- >shuffled.jsonl
    same "shuffle $seed" "$program" -j 2 shuffled.jsonl
done
split -n l/3 good.jsonl part.
same 'three files' "$program" part.ac part.aa part.ab
gzip -k good.jsonl
same gzip "$program" good.jsonl.gz
if command -v zstd >/dev/null; then
    zstd -q good.jsonl
    same zstd "$program" good.jsonl.zst
fi
same 'little memory' "$program" --memory 64M --tmp "$folder" good.jsonl
for other in "$@"; do
    same "$other" "$other" good.jsonl
done
echo "determinism: the same bytes in $count ways"
