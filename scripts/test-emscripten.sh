#!/bin/sh
# Emscripten's own tests, as it is installed, with their programs compiled: `npm run test:emscripten -- [PATTERN...]`.
set -eu

root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd)
"$root/scripts/setup.sh" product >&2
exec node "$root/dist/fixtures/emscripten-tests/main.js" "$@"
