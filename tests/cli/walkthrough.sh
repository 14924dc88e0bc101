#!/bin/sh
# walkthrough.sh PROGRAM README
#
# The section 'Over HTTP' of README, word for word, in an empty folder: every command prints what
# stands below it.
set -eu
program=$(realpath "$1") readme=$(realpath "$2")
command -v curl >/dev/null || { echo 'walkthrough: no curl'; exit 77; }
folder=$(mktemp -d "${TMPDIR:-/tmp}/samestory-walkthrough.XXXXXX")
service=
trap '[ -z "$service" ] || kill "$service" 2>/dev/null; rm -rf "$folder"' EXIT
mkdir "$folder/bin" "$folder/empty"
ln -s "$program" "$folder/bin/samestory"
PATH=$folder/bin:$PATH
cd "$folder/empty"

awk '/^## / { inside = $0 == "## Over HTTP" } inside && sub(/^    /, "")' "$readme" \
    >"$folder/section"
grep -q '^\$ samestory serve' "$folder/section"
grep -q '^\$ curl' "$folder/section"

# Runs the command until its first line is there.
serve()
{
    sh -c "exec $1" 2>"$folder/said" &
    service=$!
    tries=0
    while [ ! -s "$folder/said" ] && [ "$tries" -lt 200 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    if grep -q 'already in use' "$folder/said"; then
        echo 'walkthrough: its port is taken here'
        service=
        exit 77
    fi
    cat "$folder/said"
}

while IFS= read -r line; do
    printf '%s\n' "$line" >>"$folder/replayed"
    case $line in
    '$ samestory serve'*) serve "${line#'$ '}" >>"$folder/replayed" ;;
    '$ '*) sh -c "${line#'$ '}" >>"$folder/replayed" ;;
    esac
done <<END
$(grep '^\$ ' "$folder/section")
END
diff "$folder/section" "$folder/replayed"
kill -TERM "$service"
wait "$service"
service=
echo 'walkthrough: README tells what happens'
