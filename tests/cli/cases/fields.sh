# Other field names, nested ones, presets, integer ids, ids from url and from file and line.
text='the council of the small town met on monday evening and decided after a long debate that
the old mill by the river will become a library with a reading room a cafe and a garden'
text=$(printf %s "$text" | tr '\n' ' ')
for id in 1 2; do
    printf '{"n": %d, "body": {"main": "%s"}, "t": "Mill %d"}\n' $id "$text" $id
done >nested.jsonl
"$samestory" cluster -q --field id=n --field text=body.main --field title=t nested.jsonl
for id in a b; do
    printf '{"url": "https://x.example/%s", "maintext": "%s", "title": "Mill"}\n' $id "$text"
done >newsplease.jsonl
"$samestory" pairs -q --preset news-please newsplease.jsonl
for id in 1 2; do
    printf '{"text": "%s", "title": "Mill"}\n' "$text"
done >bare.jsonl
"$samestory" pairs -q bare.jsonl
echo '{"story": "x"}' >none.jsonl
expect_status 4 "$samestory" cluster -q none.jsonl 2>&1
# Nor does a wrong name fill an archive; a pipe may begin with a few headlines.
expect_status 4 "$samestory" filter -q --archive new.db none.jsonl 2>&1
expect_status 4 "$samestory" filter -q --archive new.db --batch 1 --field text=maintext bare.jsonl 2>&1
for id in $(seq 120); do echo "{\"id\": $id, \"title\": \"Mill $id\"}"; done >headlines.jsonl
expect_status 4 "$samestory" filter -q --archive new.db 2>&1 <headlines.jsonl
sed 's/}$/, "text": "x"}/' headlines.jsonl >sourceless.jsonl
expect_status 4 "$samestory" filter -q --archive new.db --field source=site.name sourceless.jsonl 2>&1
"$samestory" stats --archive new.db | grep -o '^{"stories":[0-9]*'
head -n 3 headlines.jsonl | "$samestory" filter -q --archive new.db --field text=body --only new
# Dates that nobody understood are told once a shape, by the filter, too.
for date in '"12. Januar"' '"3. Mai"' '"2999-12-31"' 32500000000 '"2026-01-02"' '"None"' null '"Unknown"' '{}'; do
    i=$((${i:-0} + 1))
    echo "{\"id\": $i, \"text\": \"Mill number $i\", \"published\": $date}"
done >dates.jsonl
"$samestory" cluster dates.jsonl 2>&1 >/dev/null | grep published
"$samestory" filter --archive dates.db dates.jsonl 2>&1 >/dev/null | grep published
"$samestory" filter --archive dates.db --batch 1 dates.jsonl 2>&1 >/dev/null | grep -c published
echo '{"id": "p", "page": "A line.", "published": "soon"}' | "$samestory" filter --archive dates.db \
    --format page 2>&1 >/dev/null | grep published
