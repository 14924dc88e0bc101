# Every verified pair of the sample, with its relation.
"$samestory" pairs --relations all -q "$sample/news.jsonl" 2>/dev/null
