#!/bin/sh
# includes.sh SOURCE_FOLDER
#
# An include path starts with its folder and points down the floors; folders of one floor do not
# see each other. SQLite is known in store/ only, C++ in one file only.
set -u
cd "$1" || exit 1
result=0

floor_of()
{
    case $1 in
    base) echo 1 ;;
    read | page | text) echo 2 ;;
    sketch) echo 3 ;;
    match | judge | cluster | store | report) echo 4 ;;
    job) echo 5 ;;
    cli) echo 6 ;;
    *) echo 0 ;;
    esac
}

complain()
{
    echo "$1"
    result=1
}

for file in $(find . -name '*.[ch]' -o -name '*.cpp' | sed 's|^\./||' | sort); do
    room=${file%%/*}
    for target in $(sed -n 's/^ *# *include *"\(.*\)"/\1/p' "$file"); do
        folder=${target%%/*}
        [ "$target" != samestory.h ] || continue
        case $target in
        */*) ;;
        *) complain "$file: '$target' does not start with its folder" && continue ;;
        esac
        [ "$folder" != "$room" ] || continue
        if [ "$room" = cli ]; then
            complain "$file: the program sees the public header only, not '$target'"
        elif [ "$(floor_of "$folder")" -eq 0 ]; then
            complain "$file: '$target' is on no floor"
        elif [ "$(floor_of "$folder")" -ge "$(floor_of "$room")" ]; then
            complain "$file: '$target' is not on a lower floor"
        fi
    done
done

for file in $(grep -rl '<sqlite3\.h>' . | grep -v '^\./store/'); do
    complain "$file: SQLite belongs to store/"
done
[ "$(find . -name '*.cpp' | wc -l)" -eq 1 ] || complain 'there is more than one C++ file'
exit "$result"
