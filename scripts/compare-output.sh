#!/bin/sh
# Whether this tree's compiler and that of another revision make the same bytes: `scripts/compare-output.sh REV [filter…]`.
# Compiles the corpus of fixtures/output-sums.ts at -O0 and -O2 for both targets, without a filter also every program of the
# specification's test suite. Prints what differs. Exit status: 0 nothing differs, 1 something does, 2 usage.
set -eu

root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd)
revision=$(git -C "$root" rev-parse --verify --quiet "${1-}^{commit}") || { echo "usage: compare-output.sh REV [filter...]" >&2; exit 2; }
shift
"$root/scripts/setup.sh" product >&2

other=$root/build/compare/$revision
if [ ! -e "$other/dist" ]; then
  rm -rf "$other"
  mkdir -p "$other"
  git -C "$root" archive "$revision" | tar -x -C "$other"
  "$other/scripts/setup.sh" product >&2
fi

[ ! -e "$root/../shared" ] || ln -sfn "$root/../shared" "$root/build/compare/shared" # where each checkout looks for modules and the suite

sums() { # sums CHECKOUT FILE [filter...]
  checkout=$1 file=$2
  shift 2
  node "$root/dist/fixtures/output-sums.js" "$checkout" "$@" >"$file"
  [ $# = 0 ] || return 0
  for level in 0 2; do
    for target in x86_64-linux aarch64-linux; do
      : >"$file.spec"
      node "$checkout/dist/fixtures/spec/main.js" --level "$level" --target "$target" --sums "$file.spec" >&2
      sed "s/\$/ -O$level $target/" "$file.spec" >>"$file"
    done
  done
  rm -f "$file.spec"
}
sums "$other" "$root/build/compare/before.txt" "$@"
sums "$root" "$root/build/compare/after.txt" "$@"
echo "$(wc -l <"$root/build/compare/after.txt") outputs"
diff "$root/build/compare/before.txt" "$root/build/compare/after.txt" || exit 1
echo 'the same bytes'
