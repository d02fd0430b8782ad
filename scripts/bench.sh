#!/bin/sh
# Measures side by side: `npm run bench -- [filter…] [--rounds N] [--json file] [--quick]`. Programs and modules that
# are missing are not installed here: the benchmarks that need them are skipped with a line that says how to get them.
set -eu

root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd)
"$root/scripts/setup.sh" product >&2
exec node "$root/dist/bench/main.js" "$@"
