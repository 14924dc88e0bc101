# The filter and its archive from the outside: verdicts, the same answer twice, --only, --check,
# take-down, expiry, statuses.
news=$sample/news.jsonl
grep -v broken "$news" | grep -v 'no JSON' >good.jsonl
# The time is given: an age of the sample never depends on today's date.
filter()
{
    "$samestory" filter -q --archive news.db --now 2026-12-01 "$@"
}
filter good.jsonl >first
echo "status $?"
wc -l <first
grep -o '"verdict":"[a-z]*"' first | sort | uniq -c
grep '"id": "en-rate-5"' first | grep -o '"samestory":.*'
filter - <good.jsonl >second
cmp first second && echo 'the same answers again'
"$samestory" filter -q --archive small.db --batch 3 --now 2026-12-01 good.jsonl | cmp - first &&
    echo 'the same answers in small batches'
"$samestory" filter -q --archive only.db --only new,revised --now 2026-12-01 good.jsonl >only
grep -c -x -F -f only good.jsonl
grep -c samestory only
echo >blank.jsonl
head -n 20 good.jsonl >head.jsonl
tail -n +21 good.jsonl | tac >tail.jsonl
"$samestory" filter -q --archive blank.db --only new,copy head.jsonl blank.jsonl tail.jsonl |
    grep -c -x -v -F -f good.jsonl
expect_status 3 "$samestory" filter -q --archive bad.db "$news" >/dev/null 2>&1
expect_status 1 "$samestory" filter -q --archive check.db --check good.jsonl >/dev/null
"$samestory" filter -q --archive dry.db --dry-run good.jsonl | wc -l
"$samestory" filter -q --archive dry.db --dry-run --batch 3 --now 2026-12-01 good.jsonl |
    cmp - first && echo 'the same answers in small batches of a dry run'
ls -A | grep dry
exec 2>&1
expect_status 4 "$samestory" filter -q --archive nowhere/dry.db --dry-run good.jsonl
expect_status 2 "$samestory" filter good.jsonl
expect_status 2 "$samestory" filter --archive news.db --only new,twin good.jsonl
# A wrong name makes no archive.
expect_status 4 "$samestory" filter -q --archive wrong.db good.jsonl missing.jsonl
expect_status 4 "$samestory" filter -q --archive wrong.db .
expect_status 2 "$samestory" rebuild --archive news.db -o -
ls wrong.db ./- 2>/dev/null
# No output takes the place of the archive, by whatever name.
cp news.db kept.db
ln -s news.db link.db
expect_status 2 "$samestory" filter --archive news.db -o news.db good.jsonl
expect_status 2 "$samestory" filter --archive news.db --rejects ./news.db good.jsonl
expect_status 2 "$samestory" report --archive news.db -o link.db
expect_status 2 "$samestory" filter --archive fresh.db -o ./fresh.db good.jsonl
cp "$sample/gold.tsv" gold.tsv
expect_status 2 "$samestory" eval --gold gold.tsv -o gold.tsv good.jsonl
cmp news.db kept.db && echo 'the archive: untouched'
# No such day, no such span: nothing is removed.
expect_status 2 "$samestory" expire --archive news.db --older-than 1d --now 2026-02-31
expect_status 2 "$samestory" expire --archive news.db --older-than 90
expect_status 4 "$samestory" show --archive missing.db x
expect_status 4 "$samestory" show --archive news.db nobody
"$samestory" show --archive news.db bn-setu-5 | grep -o '"verdict":"[a-z]*","of":"[^"]*"'
expect_status 0 "$samestory" expire --archive news.db --id en-rate-5
expect_status 0 "$samestory" expire --archive news.db --id en-rate-5
expect_status 4 "$samestory" expire --archive news.db --id nobody
expect_status 4 "$samestory" show --archive news.db en-rate-5
expect_status 2 "$samestory" expire --archive news.db
expect_status 0 "$samestory" expire --archive news.db --older-than 90d --now 2026-12-01
expect_status 0 "$samestory" verify --archive news.db
"$samestory" stats --archive news.db | grep -o '"stories":[0-9]*'
expect_status 0 "$samestory" rebuild --archive news.db -o new.db
expect_status 2 "$samestory" rebuild --archive news.db -o new.db
echo 'not an archive, but long enough to be read as the head of a file of one hundred bytes or more' >text.db
expect_status 4 "$samestory" stats --archive text.db
