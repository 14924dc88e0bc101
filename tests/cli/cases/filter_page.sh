# Raw pages to the archive: a line for each story in them, its teasers as PAGE#LINE, the same ids and
# relations as `cluster --format page` gives; the field page of JSON lines with its source and date;
# a bad record; the same answers again.
fixtures=$(dirname "$sample")/page/fixtures
cp "$fixtures/courier_ferry.txt" "$fixtures/harbour_ferry.txt" "$fixtures/harbour_bees.txt" .
filter()
{
    "$samestory" filter --archive pages.db --format page --now 2026-12-01 "$@"
}
brief()
{
    sed 's/"text":"\([^"\\]\|\\.\)*",//'
}
filter -q ./*.txt | brief >first
cat first
filter -q ./*.txt | brief | cmp - first && echo 'the same answers again'
awk '{ printf "%s\\n", $0 }' harbour_ferry.txt | sed 's/\r//g' >page
printf '{"url":"https://www.harbour.example/1","day":"2026-11-30","html":"%s"}\n{"id":"x"}\n' \
    "$(sed 's/"/\\"/g' page)" >pages.jsonl
echo 'json lines'
expect_status 3 filter -q --field page=html --field published=day --only new,identical \
    -o asked pages.jsonl 2>&1
brief <asked | head -n 1
"$samestory" stats --archive pages.db | grep -o '"stories":[0-9]*' | head -n 1
echo 'a line that is too long'
expect_status 3 filter -q --max-record 1000 --field page=html --rejects rejects pages.jsonl 2>&1
cmp pages.jsonl rejects && echo 'kept, as the other bad one is'
