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
for name in $("$samestory" help --names); do
    grep -q -- "-a $name " completion.fish || echo "fish does not know '$name'"
    grep -q "^$name)" completion.zsh || echo "zsh does not know '$name'"
done
