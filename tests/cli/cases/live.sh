# A live pipe: a line is answered while the input stays open, and its story is in the archive then.
mkfifo in out
"$samestory" filter -q --archive live.db --now 2026-12-01 <in >out &
exec 8>in 9<out
grep -v 'broken\|no JSON' "$sample/news.jsonl" | head -n 12 >lines
while read -r line; do
    printf '%s\n' "$line" >&8
    read -r answer <&9
    printf '%s\n' "$answer" >>answers
    "$samestory" show --archive live.db "$(sed 's/^{"id": "\([^"]*\).*/\1/' <<END
$line
END
)" | grep -c '"verdict"'
done <lines
# Half a line makes nothing wait but itself.
printf '{"id": "half", "te' >&8
printf 'xt": "A line in two halves."}\n' >&8
read -r answer <&9
printf '%s\n' "$answer"
exec 8>&-
wait $!
echo "status $?"
"$samestory" filter -q --archive whole.db --now 2026-12-01 lines | cmp - answers &&
    echo 'the answers to the file'
