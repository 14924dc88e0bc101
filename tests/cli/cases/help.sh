# The list of commands; each with --help and by 'help' says the same, and -h wins over the rest.
# serve is left out where libmicrohttpd is not there.
"$samestory" help | grep -v "^  serve "
for name in $("$samestory" help --names); do
    "$samestory" help "$name" >by_help || echo "help $name: $?"
    "$samestory" "$name" --help >by_option || echo "$name --help: $?"
    cmp by_help by_option
    awk -v name="$name" 'length > 80 { print name ": line too long: " $0 }' by_help
done
"$samestory" help cluster | grep -e '--threshold' -A 1
"$samestory" --version | cut -d ' ' -f 1
