# The ids that stay; their lines are those of the input, in its order.
"$samestory" unique -q "$sample/news.jsonl" 2>/dev/null >kept
status=$?
grep -n -x -F -f kept "$sample/news.jsonl" | wc -l
wc -l <kept
sed 's/.*"id": *"\([^"]*\)".*/\1/' kept
"$samestory" unique -q --drop identical "$sample/news.jsonl" 2>/dev/null | wc -l
exit "$status"
