# The clusters of the bundled sample. Status 3: six lines of it are broken on purpose.
cp "$sample/news.jsonl" .
"$samestory" cluster -q news.jsonl
