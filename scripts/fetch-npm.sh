#!/bin/sh
# Brings the modules of fixtures/npm/modules.ts to build/npm: `npm run fetch:npm`.
set -eu

root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd)
"$root/scripts/setup.sh" product >&2
exec node "$root/dist/fixtures/npm/fetch.js" "$@"
