#!/bin/sh
# install.sh BUILD_FOLDER README CC
#
# An installed samestory can be used: the example of README is compiled once by pkg-config and
# once by find_package, and both print what README says; the manual is where man looks for it.
set -eu
build=$(realpath "$1") readme=$(realpath "$2") compiler=$3
folder=$(mktemp -d "${TMPDIR:-/tmp}/samestory-install.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cmake --install "$build" --prefix "$folder/root" >"$folder/log"
cd "$folder"

# The first block of C in README, and the block of output behind it.
awk '/^```c$/ { inside = 1; next } /^```$/ && inside { exit } inside' "$readme" >example.c
awk '/^```c$/ { seen = 1 } seen && /^```text$/ { inside = 1; next }
     /^```$/ && inside { exit } inside' "$readme" >expected
[ -s example.c ] && [ -s expected ]

pc=$(find root -name samestory.pc)
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
# shellcheck disable=SC2046
"$compiler" -std=c17 -Wall -Wextra -Werror example.c -o by_pkg_config \
    $(pkg-config --cflags --libs samestory)
LD_LIBRARY_PATH=$(dirname "$(dirname "$pc")")
export LD_LIBRARY_PATH
./by_pkg_config >said
diff expected said

cat >CMakeLists.txt <<END
cmake_minimum_required(VERSION 3.25)
project(example LANGUAGES C)
find_package(samestory 0.1 REQUIRED)
add_executable(example example.c)
target_link_libraries(example PRIVATE samestory::samestory)
END
generator=$(sed -n 's/^CMAKE_GENERATOR:INTERNAL=//p' "$build/CMakeCache.txt")
cmake -S . -B out -G "$generator" -DCMAKE_C_COMPILER="$compiler" \
    -DCMAKE_PREFIX_PATH="$folder/root" >log 2>&1 ||
    { cat log; exit 1; }
cmake --build out >log 2>&1 || { cat log; exit 1; }
out/example >said
diff expected said

# A program in C++ alone. What a block of C may do and C++ may not is not in README.
sed 's/LANGUAGES C)/LANGUAGES CXX)/; s/example\.c)/example.cpp)/' CMakeLists.txt >cpp.txt
mkdir cpp && mv cpp.txt cpp/CMakeLists.txt && cp example.c cpp/example.cpp
cmake -S cpp -B cpp/out -G "$generator" -DCMAKE_PREFIX_PATH="$folder/root" >log 2>&1 ||
    { cat log; exit 1; }
cmake --build cpp/out >log 2>&1 || { cat log; exit 1; }
cpp/out/example >said
diff expected said

root/bin/samestory version | grep -q '^samestory '
if [ -d root/share/man ]; then
    for name in $(root/bin/samestory help --names); do
        [ -s "root/share/man/man1/samestory-$name.1" ] || { echo "no page of $name"; exit 1; }
    done
fi
[ -s root/share/bash-completion/completions/samestory ]
echo 'install: pkg-config and CMake both work, for C and C++'
