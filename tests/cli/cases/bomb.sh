# A zstd file of a few KB that holds one line of 1 GB (100 MB in the ordinary run).
command -v zstd >/dev/null || { echo 'skipped: zstd is not here'; exit 77; }
size=1000000000
[ -n "${LONG-}" ] || size=100000000
{
    grep '"id": "bn-peyaj-' "$sample/news.jsonl"
    head -c "$size" /dev/zero
} | zstd -q -c >bomb.zst
"$samestory" cluster -q -j 1 --max-record 1M bomb.zst 2>message
echo "status $?"
sed 's/[0-9]\{9,\}/SIZE/' message
