# A line that is far too long is skipped without being kept in memory: 1 GB from a generator,
# with 400 MB of address space. (SHORT=1, the form of the ordinary run: 100 MB.)
good()
{
    grep '"id": "bn-peyaj-' "$sample/news.jsonl"
}
limit=$((400 * 1024))
size=1000000000
[ -n "${LONG-}" ] || size=100000000
{
    good | head -n 1
    printf '{"id": "long", "text": "'
    head -c "$size" /dev/zero | tr '\0' 'a'
    printf '"}\n'
    good | tail -n 1
} | (
    ulimit -v "$limit" 2>/dev/null
    "$samestory" cluster -q -j 1 --max-record 1M - 2>message
)
echo "status $?"
sed 's/[0-9]\{9,\}/SIZE/' message
