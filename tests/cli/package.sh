#!/bin/sh
# package.sh BUILD_FOLDER
#
# The Debian package that 'cpack -G DEB' makes: everything of the program is in it where Debian
# looks for it, its dependencies are named, what is inside runs, and systemd likes the units.
set -eu
build=$(realpath "$1")
for tool in cpack dpkg-deb dpkg-shlibdeps; do
    command -v $tool >/dev/null || { echo "skipped: no $tool"; exit 77; }
done
grep -Eq '^CMAKE_INSTALL_PREFIX:PATH=/usr(/local)?$' "$build/CMakeCache.txt" ||
    { echo 'skipped: the build is for another prefix'; exit 77; }
folder=$(mktemp -d "${TMPDIR:-/tmp}/samestory-package.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cpack -G DEB --config "$build/CPackConfig.cmake" -B "$folder" >log 2>&1 || { cat log; exit 1; }
package=$(ls ./*.deb)
dpkg-deb -x "$package" root
dpkg-deb -f "$package" >fields
program=root/usr/bin/samestory
"$program" --version | grep -q '^samestory '
for name in $("$program" help --names); do
    echo "usr/share/man/man1/samestory-$name.1"
done >files
cat >>files <<END
usr/share/man/man1/samestory.1
usr/share/bash-completion/completions/samestory
usr/share/zsh/vendor-completions/_samestory
usr/share/fish/vendor_completions.d/samestory.fish
usr/share/doc/samestory/copyright
usr/share/doc/samestory/README.md
usr/include/samestory.h
usr/lib/systemd/system/samestory-nightly.service
usr/lib/systemd/system/samestory-nightly.timer
END
! "$program" help --names | grep -q '^serve$' ||
    echo usr/lib/systemd/system/samestory.service >>files
command -v scdoc >/dev/null || sed -i /man1/d files
failed=0
while read -r file; do
    [ -s "root/$file" ] || { echo "package: '$file' is not in it"; failed=1; }
done <files
for library in libc6 libgomp1 libsimdjson libsqlite3-0 libxxhash0 libzstd1 zlib1g; do
    grep -q "^Depends:.*$library" fields || { echo "package: needs no $library?"; failed=1; }
done

# As systemd sees them once they are installed: the program is not at its place yet.
if command -v systemd-analyze >/dev/null; then
    mkdir units
    for unit in root/usr/lib/systemd/system/*; do
        grep -q '^ExecStart=samestory ' "$unit" || [ "$unit" != "${unit%.timer}" ] ||
            { echo "package: $unit names another program"; failed=1; }
        sed "s|^ExecStart=samestory |ExecStart=$folder/$program |" "$unit" \
            >"units/$(basename "$unit")"
    done
    systemd-analyze verify --man=no units/* >verify 2>&1 || true
    # Other units of this machine may have faults of their own.
    if grep -F samestory verify; then failed=1; fi
fi
[ "$failed" -eq 0 ] || exit 1
echo "package: $(basename "$package"), $(($(stat -c %s "$package") / 1024)) KB," \
    "$(wc -l <files) files looked for"
