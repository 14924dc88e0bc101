# Raw pages where stories are read a second time: whole files and JSON lines give the same.
cp "$sample/../page/fixtures/nodi_setu.txt" "$sample/../page/fixtures/shomoy_setu.txt" .
python3 - <<'END' || exit 77
import json
with open("pages.jsonl", "w") as lines:
    for name in ("nodi_setu.txt", "shomoy_setu.txt"):
        lines.write(json.dumps({"id": name, "page": open(name, encoding="utf-8").read()}) + "\n")
END
both()
{
    "$samestory" "$@" -q --format page nodi_setu.txt shomoy_setu.txt >files
    "$samestory" "$@" -q --format page pages.jsonl | cmp - files && wc -l <files
}
both pairs
both tokens
both tokens --shingles 3
both unique
sed 's/\("text":"\).*\(","page"\)/\1…\2/' files
"$samestory" tokens -q --format page nodi_setu.txt | grep -c '"tokens":\["'
"$samestory" pairs -q --format page pages.jsonl | head -n 1
"$samestory" compare -q --format page --id nodi_setu.txt --id shomoy_setu.txt pages.jsonl | sed -n 3p
"$samestory" compare -q --format page --id nodi_setu.txt --id shomoy_setu.txt ./*_setu.txt | sed -n 3p
# Superseded lines are kept beside page files, which have no lines.
{ cat pages.jsonl && sed -n '1s/"page": "/&More. /p' pages.jsonl; } >twice.jsonl
cp nodi_setu.txt other.txt
expect_status 0 "$samestory" cluster -q --format page --rejects rejects other.txt twice.jsonl | wc -l
wc -l <rejects
