#!/bin/sh
# Mutated and generated modules against the compiler: `npm run fuzz -- [--seed N] [--mutants N] [--generated N] [--seconds N]`.
set -eu

root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd)
"$root/scripts/setup.sh" product >&2
exec node "$root/dist/fixtures/fuzz/main.js" "$@"
