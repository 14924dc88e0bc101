# A pair explained: as text side by side, as JSON, of files, and what is refused.
cp "$sample/news.jsonl" .
"$samestory" compare -q --id bn-dengu-1 --id bn-dengu-2 news.jsonl 2>/dev/null
"$samestory" compare -q --json --id en-rate-1 --id en-rate-4 news.jsonl 2>/dev/null | cut -c 1-300
echo 'The old mill by the river becomes a library with a garden and a cafe, the council said.' >a.txt
echo 'The old mill by the river becomes a library, the council said on Monday.' >b.txt
"$samestory" compare a.txt b.txt
exec 2>&1
expect_status 4 "$samestory" compare -q --id bn-dengu-1 --id nobody news.jsonl | grep -v '^news.jsonl:'
expect_status 2 "$samestory" compare -q --id bn-dengu-1 news.jsonl
expect_status 2 "$samestory" compare -q a.txt
expect_status 4 "$samestory" compare -q a.txt missing.txt
# Texts, ids and names are strangers': none of it commands the terminal or turns its line around.
{
    printf '{"id": "x", "text": "one \\u001b[31mtwo\\u0007 \\u202ethree\\u2066 \\u009b31m four five six"}\n'
    printf '{"id": "y\\u202e", "text": "one \\u001b[31mtwo\\u0007 \\u202ethree\\u2066 \\u009b31m four five six seven"}\n'
} >hostile.jsonl
"$samestory" compare --id x --id "$(printf 'y\342\200\256')" hostile.jsonl | grep -v :
expect_status 4 "$samestory" cluster "$(printf 'no\033[31m\nsuch\342\200\256file')"
expect_status 2 "$samestory" cluster "$(printf -- '--\033[31m')" hostile.jsonl
expect_status 4 "$samestory" compare a.txt .
