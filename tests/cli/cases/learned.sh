# One day of one source: forty-five words stand under each of its stories. They are its furniture,
# in a batch from the first story on, in a stream when eight stories have shown it; under stories of
# many sources they would not be.
stories()
{
    awk -v sources="$1" 'BEGIN {
        seed = 7
        for (i = 0; i < 45; i++) notice = notice " " word()
        for (n = 1; n <= 14; n++) {
            text = ""
            for (i = 0; i < 30; i++) text = text " " word()
            printf "{\"id\":\"%02d\",\"source\":\"s%d\",\"published\":\"2026-03-04\",", n, n % sources
            printf "\"text\":\"%s. %s.\"}\n", text, notice
        }
    }
    function draw(most) { seed = (seed * 7141 + 54773) % 259200; return int(seed / 259200 * most) }
    function word(  w, i) {
        for (i = 0; i < 3; i++) w = w substr("bakelimonurasito", 1 + 2 * draw(8), 2)
        return w
    }'
}
relations()
{
    "$samestory" pairs -q --relations all "$1" | grep -o '"relation":"[a-z]*"' | sort | uniq -c
}
stories 1 >one.jsonl
stories 14 >many.jsonl
echo 'one source'
relations one.jsonl
"$samestory" cluster -q one.jsonl | wc -l
"$samestory" filter -q --archive one.db one.jsonl | grep -o '"verdict":"[a-z]*"' | tail -n 7 |
    sort | uniq -c
echo 'fourteen sources'
"$samestory" pairs -q many.jsonl | wc -l
