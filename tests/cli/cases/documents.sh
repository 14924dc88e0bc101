# Manual pages and completions come out of the tables and are well formed.
for name in '' $("$samestory" help --names); do
    # shellcheck disable=SC2086
    "$samestory" help --scdoc $name >page.scd || echo "no page for '$name'"
    if command -v scdoc >/dev/null; then
        scdoc <page.scd >page || echo "scdoc refuses the page of '$name'"
    fi
done
"$samestory" help --completion bash >completion.bash
"$samestory" help --completion zsh >completion.zsh
"$samestory" help --completion fish >completion.fish
if command -v bash >/dev/null; then
    bash -c '. ./completion.bash
        COMP_WORDS=(samestory cl) COMP_CWORD=1; _samestory; echo "${COMPREPLY[@]}"
        COMP_WORDS=(samestory pairs --rel) COMP_CWORD=2; _samestory; echo "${COMPREPLY[@]}"'
fi

# Every command and every option of its help, in its page and in each shell.
bash_options()
{
    bash -c '. ./completion.bash
        COMP_WORDS=(samestory "$1" -) COMP_CWORD=2; _samestory; printf "%s\n" "${COMPREPLY[@]}"' \
        bash "$1"
}
compare()
{
    diff help - >/dev/null || echo "$1 has other options for '$name'"
}
count=0
for name in $("$samestory" help --names); do
    "$samestory" help "$name" | sed -n 's/^  \(-[a-z],\|   \) \(--[a-z-]*\).*/\2/p' >help
    count=$((count + $(wc -l <help)))
    "$samestory" help --scdoc "$name" | sed -n 's/^\*\(-[a-z]\*, \*\)\?\(--[a-z-]*\)\*.*/\2/p' |
        compare 'the page'
    sed -n "/^$name)/,/;;/p" completion.zsh |
        sed -n "s/^ *'\(.*{-[a-z],\)\?\(--[a-z-]*\).*/\2/p" | compare zsh
    sed -n "s/.*_from $name' -l \([a-z-]*\) .*/--\1/p" completion.fish | compare fish
    ! command -v bash >/dev/null || bash_options "$name" | compare bash
    grep -q -- "-a $name " completion.fish || echo "fish does not know '$name'"
    "$samestory" help --scdoc | grep -q "^\*$name\*$" || echo "no line for '$name'"
done
[ "$count" -gt 150 ] || echo "only $count options in all helps"
for shell in bash zsh fish; do
    ! command -v $shell >/dev/null || $shell -n completion.$shell || echo "$shell: bad syntax"
done
