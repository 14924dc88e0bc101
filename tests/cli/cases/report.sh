# The report: its static part, the hashes that its policy allows, the same bytes however it is
# made. `main` leaves out style, script and the block, whose bytes zlib may change.
words='the harbour of the old town was closed on monday after a ship ran aground near the
lighthouse and eleven people were brought ashore by two boats of the coast guard'
words=$(echo $words)
more='engineers looked for a leak in the hull and found none'
cat >tiny.jsonl <<END
{"id":"a","source":"one.example","url":"https://one.example/a","title":"Ship <aground>","text":"$words","published":"2026-07-01T08:00:00Z","lang":"en"}
{"id":"b","source":"two.example","title":"Ship aground","text":"$words. $more","published":"2026-07-01T10:30:00Z","lang":"en"}
{"id":"c","source":"three.example","title":"السفينة","text":"$words","published":"2026-07-02","lang":"ar"}
{"id":"d","title":"Rain","text":"it will rain on tuesday in the north and stay dry elsewhere"}
END
main()
{
    sed -n '/<main/,/<script type/p' "$1" | grep -v '<script type'
}
expect_status 0 "$samestory" report -q --now 2026-08-01 -o tiny.html tiny.jsonl
main tiny.html

# The policy names what stands in the page.
for part in style script; do
    named=$(sed -n "s/.*$part-src 'sha256-\([^']*\)'.*/\1/p" tiny.html | base64 -d |
        od -An -tx1 | tr -d ' \n')
    stands=$(awk -v part="$part" '
        index($0, "<" part ">") == 1 { inside = 1; $0 = substr($0, length(part) + 3) }
        inside && index($0, "</" part ">") == 1 { exit }
        inside { print }' tiny.html | sha256sum | cut -d " " -f 1)
    [ "$named" = "$stands" ] && echo "$part: as its hash says"
done

# The same bytes for other threads, another order, a pipe; the clock is not looked at.
grep -v -e broken "$sample/news.jsonl" >news.jsonl
sort -r news.jsonl >turned.jsonl && mkdir other && mv turned.jsonl other/news.jsonl
"$samestory" report -q -j 1 --now 2026-08-01 -o first.html news.jsonl
"$samestory" report -q -j 4 --now 2026-08-01 -o second.html news.jsonl
"$samestory" report -q --now 2026-08-01 -o third.html other/news.jsonl
cmp first.html second.html && echo 'threads: the same bytes'
cmp first.html third.html && echo 'order: the same bytes'
"$samestory" report -q --now 2026-08-01 - <tiny.jsonl >piped.html
main tiny.html >tiny.main && main piped.html | cmp - tiny.main && echo 'pipe: the same page'

# No text fits: the page says so instead of failing.
expect_status 0 "$samestory" report -q --report-text 0 -o none.html tiny.jsonl
expect_status 2 "$samestory" report -q --report-text much tiny.jsonl 2>&1
expect_status 4 "$samestory" report -q -o late.html missing.jsonl 2>&1
ls late.html 2>/dev/null
:
