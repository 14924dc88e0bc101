# Input of strangers: each a message with file, line and remedy, the documented status, nothing
# lost that was good.
exec 2>&1
story()
{
    grep "\"id\": \"$1\"" "$sample/news.jsonl" | head -n 1
}
good()
{
    story bn-peyaj-1 && story bn-peyaj-2
}
# try FILE: the one good cluster is found whatever stands around it.
try()
{
    echo "== $1"
    "$samestory" cluster -q "$@" >clusters
    echo "status $?, clusters $(grep -c bn-peyaj-1 clusters)"
}
{ good; echo '<html>no json</html>'; } >not_json.jsonl
try not_json.jsonl
{ good; head -c 100000 /dev/zero | tr '\0' '['; echo; } >brackets.jsonl
try brackets.jsonl
{ good; printf '{"id": "x", "text": "'; head -c 100000 /dev/zero | tr '\0' 'a'; echo; } >open.jsonl
try open.jsonl
{ good; printf '{"id": "x", "text": "\\ud800 alone"}\n{"id": "y", "text": "\\udc00\\ud800"}\n'; } \
    >surrogates.jsonl
try surrogates.jsonl
{ good; printf '{"id": "x", "text": "\200\377"}\n{"id": "y", "text": "\355\240\200"}\n'; } >utf8.jsonl
try utf8.jsonl
{ good; printf '{"id": "x", "text": "a\000b"}\n{"id": "y", "text": "a\\u0000b"}\n'; } >nul.jsonl
try nul.jsonl
{ good; printf '{"id": "x\\u0007", "text": "bell"}\n'; } >control.jsonl
try control.jsonl
good | iconv -f UTF-8 -t UTF-16 >utf16.jsonl
try utf16.jsonl
{ good; printf '{"id": "'; head -c 1000000 /dev/zero | tr '\0' 'i'; printf '", "text": "long id"}\n'; } \
    >long_id.jsonl
try long_id.jsonl
{ good; printf '{"id": "x", "text": ""}\n{"id": "y", "text": null}\n{"id": "z"}\n'; } >empty.jsonl
try empty.jsonl
{ good; printf '{"id": "x", "text": {"a": 1}}\n{"id": {}, "text": "a"}\n'; } >types.jsonl
try types.jsonl
{ good; printf '{"id": "x", "text": "a", "unread": nul}\n{"id": "y", "text": "a"} trailing\n'; } \
    >unread.jsonl
try unread.jsonl
{ good; printf '{"id": "x", "text": "a"}{"id": "y", "text": "b"}\n[1]\n"s"\n\n  \n'; } >shapes.jsonl
try shapes.jsonl
{ good; good; story bn-peyaj-1 | sed 's/"text": "/&More. /'; } >twice.jsonl
try twice.jsonl
for i in 1 2 3; do echo "{\"id\": $i, \"body\": \"no such field\"}"; done >no_text.jsonl
try no_text.jsonl
: >nothing.jsonl
try nothing.jsonl
good | gzip -c | head -c 500 >cut.jsonl.gz
try cut.jsonl.gz
head -c 3000 /dev/zero | tr '\0' 'x' | gzip -c | tail -c +4 >noise.gz
try noise.gz
mkdir folder
try folder
try missing.jsonl
try /dev/null
good | "$samestory" cluster -q - - >/dev/null
echo "standard input twice: status $?"
