#!/bin/sh
# Compiles the fetched modules and prints figures: `npm run compile:npm -- [module...] [--level 0]`.
set -eu

root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd)
"$root/scripts/setup.sh" product >&2
exec node "$root/dist/fixtures/npm/compile.js" "$@"
