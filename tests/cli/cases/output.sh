# -o FILE appears only when complete, and never over an input.
news=$sample/news.jsonl
grep -v broken "$news" | grep -v 'no JSON' >good.jsonl
"$samestory" cluster -q good.jsonl >expected
show()
{
    cmp expected "$1" && echo "$1: whole"
}
expect_status 0 "$samestory" cluster -q -o new good.jsonl
show new
echo old >replaced && chmod 640 replaced
expect_status 0 "$samestory" cluster -q good.jsonl -o replaced
show replaced
stat -c %a replaced
echo old >target && ln -s target link
expect_status 0 "$samestory" cluster -q good.jsonl --output=link
show target
[ -L link ] && echo 'link: still a link'
ln -s nothing dangling
expect_status 4 "$samestory" cluster -q good.jsonl -o dangling 2>&1
[ -L dangling ] && echo 'dangling: still a link'
long=$(printf '%0250d' 0)
expect_status 0 "$samestory" cluster -q good.jsonl -o "$long"
cmp expected "$long" && echo 'a name of 250 bytes: whole'
mkdir folder
expect_status 4 "$samestory" cluster -q -o folder good.jsonl 2>&1
expect_status 4 "$samestory" cluster -q -o nowhere/new good.jsonl 2>&1
expect_status 4 "$samestory" cluster -q -o late missing.jsonl 2>&1
ls late 2>/dev/null
cp good.jsonl input.jsonl && ln input.jsonl hard
expect_status 2 "$samestory" cluster -q -o input.jsonl input.jsonl 2>&1
expect_status 2 "$samestory" cluster -q -o hard input.jsonl 2>&1
expect_status 2 "$samestory" cluster -q --rejects input.jsonl input.jsonl 2>&1
expect_status 2 "$samestory" cluster -q --rejects both -o both input.jsonl 2>&1
expect_status 2 "$samestory" cluster -q --rejects ./both -o both input.jsonl 2>&1
expect_status 2 "$samestory" cluster -q input.jsonl 2>&1 >>input.jsonl
cmp good.jsonl input.jsonl && echo 'input: untouched'
expect_status 0 "$samestory" cluster -q -o /dev/stdout good.jsonl | cmp - expected &&
    echo '/dev/stdout: whole'
ls -A | grep '^\.' || echo 'no temporary file'
