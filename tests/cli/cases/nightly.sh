# The night from the outside: the clusters of `cluster`, the same again when nothing is new, files
# that appear whole, one at a time, statuses.
grep -v broken "$sample/news.jsonl" | grep -v 'no JSON' >good.jsonl
night()
{
    "$samestory" nightly -q --archive news.db --now 2026-12-01 "$@"
}
"$samestory" filter -q --archive news.db --now 2026-12-01 good.jsonl >answers 2>/dev/null
expect_status 0 night --out night
ls -A night
"$samestory" cluster -q good.jsonl 2>/dev/null | sed 's/"cluster":"[^"]*",//' | sort >batch
sed 's/"cluster":"[^"]*",//' night/clusters.jsonl | sort | cmp - batch && echo 'equal to cluster'
grep -q '"why":' night/changes.jsonl && echo 'changes are told'
expect_status 0 night --out again
cmp night/clusters.jsonl again/clusters.jsonl && cmp night/changes.jsonl again/changes.jsonl &&
    cmp night/report.html again/report.html && echo 'the same again'
"$samestory" stats --archive news.db | grep -o '"nights":\[{"night":[0-9]*'
"$samestory" nightly --archive news.db --now 2027-12-01 --keep 30d 2>&1 >/dev/null |
    grep -E '^(night|stories) '
expect_status 0 "$samestory" verify -q --archive news.db
exec 2>&1
expect_status 2 "$samestory" nightly
expect_status 4 "$samestory" nightly --archive missing.db
expect_status 4 night --out good.jsonl/night
# The page of an archive is that of the same stories in a file, when every cluster was founded by
# its canonical story; of stories under one id the first stays.
exec 2>/dev/null
"$samestory" cluster -q --all good.jsonl | grep -o '"canonical":"[^"]*"' | cut -d'"' -f4 >canonical
awk 'FNR == NR { first[$0]; next }
    match($0, /"id": *"[^"]*"/) && !seen[substr($0, RSTART, RLENGTH)]++ {
        split(substr($0, RSTART, RLENGTH), part, "\"")
        print (part[4] in first ? 1 : 2) "\t" $0
    }' canonical good.jsonl | sort -s -k1,1 | cut -f2- >same.jsonl
"$samestory" filter -q --archive same.db --now 2026-12-01 same.jsonl >answers
expect_status 0 "$samestory" report -q --now 2026-12-01 -o file.html same.jsonl
expect_status 0 "$samestory" report -q --now 2026-12-01 -o archive.html --archive same.db
cmp file.html archive.html && echo 'report: the same page'
expect_status 0 night --out later
expect_status 0 "$samestory" report -q --now 2026-12-01 -o archive.html --archive news.db
cmp later/report.html archive.html && echo 'report: as the night wrote it'
exec 2>&1
expect_status 2 "$samestory" report -o page.html
expect_status 2 "$samestory" report --archive same.db same.jsonl
expect_status 2 "$samestory" report --archive same.db --threshold 0.6
expect_status 2 "$samestory" report --window 3d same.jsonl
