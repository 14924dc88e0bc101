# Bad and superseded lines are kept, unchanged; the run goes on.
cp "$sample/news.jsonl" .
"$samestory" cluster -q --rejects kept news.jsonl >/dev/null
echo "status $?"
grep -c -x -F -f kept "$sample/news.jsonl"
sed 's/.*"id": *"\([^"]*\)".*/\1/' kept | LC_ALL=C tr -d '\200-\377'
# More than twenty of a kind are counted, not listed.
for i in $(seq 25); do echo "no JSON $i"; done >many.jsonl
grep otter "$sample/news.jsonl" >>many.jsonl
"$samestory" cluster -q many.jsonl
"$samestory" cluster -q --rejects all many.jsonl 2>&1 | tail -n 1
wc -l <all
