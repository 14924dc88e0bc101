# Plain, gzip, zstd, several members, several files and standard input give the same bytes.
"$samestory" cluster -q "$sample/news.jsonl" >plain 2>/dev/null
same()
{
    cmp plain "$1" && echo "$1: same"
}
head -n 50 "$sample/news.jsonl" >first.jsonl
tail -n +51 "$sample/news.jsonl" >second.jsonl
"$samestory" cluster -q - <"$sample/news.jsonl" >stdin 2>/dev/null
same stdin
"$samestory" cluster -q first.jsonl second.jsonl >two_files 2>/dev/null
same two_files
gzip -c first.jsonl >members.gz && gzip -c second.jsonl >>members.gz
"$samestory" cluster -q members.gz >gzip 2>/dev/null
same gzip
cat "$sample/news.jsonl" | gzip -c | "$samestory" cluster -q - >gzip_stdin 2>/dev/null
same gzip_stdin
# A pipe by name comes once, and is read twice by some commands.
"$samestory" unique -q "$sample/news.jsonl" >unique 2>/dev/null
"$samestory" tokens -q "$sample/news.jsonl" | sed 's/news.jsonl:/pipe:/' >tokens 2>/dev/null
mkfifo pipe
again()
{
    cat "$sample/news.jsonl" >pipe &
    timeout 20 "$samestory" "$@" pipe 2>/dev/null
    echo "$1 of a pipe: status $?"
    wait
}
again cluster -q -o piped
same piped
again unique -q -o piped
cmp unique piped
again tokens -q -o piped
cmp tokens piped
again report -q -o piped
again compare -q -o piped --id bn-peyaj-1 --id bn-peyaj-2
if command -v zstd >/dev/null; then
    zstd -q -c first.jsonl >members.zst && zstd -q -c second.jsonl >>members.zst
    "$samestory" cluster -q members.zst >zstd 2>/dev/null
    same zstd
else
    echo 'zstd: same'
fi
{ printf '\357\273\277' && cat "$sample/news.jsonl"; } >with_bom.jsonl
"$samestory" cluster -q with_bom.jsonl >bom 2>/dev/null
same bom
sed 's/$/\r/' "$sample/news.jsonl" >windows.jsonl
"$samestory" cluster -q windows.jsonl >windows 2>/dev/null
same windows
head -c -1 "$sample/news.jsonl" >no_newline.jsonl
"$samestory" cluster -q no_newline.jsonl >no_newline 2>/dev/null
same no_newline
