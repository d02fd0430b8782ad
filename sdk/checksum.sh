#!/bin/sh
# Prints a checksum of everything that build/sdk is made from.
cd "$(dirname "$(readlink -f "$0")")" || exit 1
cat build.sh emscripten.sh imports.txt fill.txt override.c fill/*.c include/*.h include/sys/*.h include-after/sys/*.h | cksum
