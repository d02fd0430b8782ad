#!/bin/sh
# The specification's test suite, compiled and run: `npm run test:spec -- [area|script…] [--level 2] [--memory guard]`.
set -eu

root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd)
"$root/scripts/setup.sh" product >&2
exec node "$root/dist/fixtures/spec/main.js" "$@"
