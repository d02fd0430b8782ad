#!/usr/bin/env bash
# `npm test`: installs what is missing, builds, runs all tests. Arguments are jest's: `npm test -- linker`.
# The last line is `N passed, N failed`, with `, N skipped` where some were.
set -uo pipefail

cd "$(dirname "$0")/.." || exit 2
./scripts/setup.sh test || exit $?

result=build/jest.json
rm -f "$result"
# Tests run what tsc built, so that const enums are inlined as in the product.
NODE_OPTIONS="--experimental-vm-modules --disable-warning=ExperimentalWarning" \
  node_modules/.bin/jest --maxWorkers=2 --json --outputFile="$result" "$@" >/dev/null
status=$?
node scripts/test-summary.mjs "$result" "$status"
