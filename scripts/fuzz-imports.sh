#!/bin/sh
# Hostile calls of every import under the observer: `npm run fuzz:imports -- [--seed N] [--seconds N] [--import NAME] [--stride N] [--verbose]`.
set -eu

root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd)
"$root/scripts/setup.sh" product >&2
exec node "$root/dist/fixtures/hostile-calls/main.js" "$@"
