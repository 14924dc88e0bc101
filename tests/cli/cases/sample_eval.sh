# The score on the judged pairs of the sample, and what eval refuses.
"$samestory" eval -q --gold "$sample/gold.tsv" --wrong "$sample/news.jsonl" 2>/dev/null
echo "status $?"
printf 'set\tid_a\tid_b\tlabel\tconf\twhy\nnews\tnobody\tbn-setu-1\tcopy\t1\tx\n' >missing.tsv
printf 'news\tbn-setu-1\tbn-setu-2\ttwin\t1\tx\n' >label.tsv
cp "$sample/news.jsonl" .
exec 2>&1
expect_status 4 "$samestory" eval -q --gold missing.tsv news.jsonl | grep -v '^news.jsonl:'
expect_status 4 "$samestory" eval -q --gold label.tsv news.jsonl | grep -v '^news.jsonl:'
# A file that is not named as the set; pairs of which none is the same story, to nobody.
mkdir clean && grep -v broken news.jsonl | grep -v 'no JSON' >clean/news.jsonl
cp clean/news.jsonl other.jsonl
cp "$sample/gold.tsv" .
expect_status 4 "$samestory" eval -q --gold gold.tsv other.jsonl
grep -P '\tdifferent\t' gold.tsv >different.tsv
"$samestory" eval -q --gold different.tsv clean/news.jsonl | head -n 4
expect_status 2 "$samestory" eval -q news.jsonl
