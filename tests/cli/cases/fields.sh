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
