# A file that may not be read, a folder that may not be written.
as_user=
if [ "$(id -u)" -eq 0 ]; then
    command -v setpriv >/dev/null || { echo 'skipped: root may everything'; exit 77; }
    as_user='setpriv --reuid=65534 --regid=65534 --clear-groups'
    $as_user test -x "$samestory" || { echo 'skipped: the program is out of reach'; exit 77; }
    chmod 755 .. .
fi
exec 2>&1
cp "$sample/news.jsonl" secret.jsonl
cp "$sample/news.jsonl" open.jsonl
mkdir closed
chmod 000 secret.jsonl
chmod 555 closed
chmod 644 open.jsonl
# shellcheck disable=SC2086
{
    expect_status 4 $as_user "$samestory" cluster -q secret.jsonl
    expect_status 4 $as_user "$samestory" cluster -q -o closed/out open.jsonl
}
