#!/usr/bin/env bash
# Runs the runtime's tests and the scenarios with each program under the observer (fixtures/observer), x86-64 only:
# `npm run test:observed`. Arguments are jest's; without, all of them.
set -uo pipefail

cd "$(dirname "$0")/.." || exit 2
./scripts/setup.sh test || exit $?
[ $# -gt 0 ] || set -- dist/runtime-c/test dist/fixtures/test
result=build/jest-observed.json
rm -f "$result"
W2E_OBSERVE=yes W2E_TARGET=x86_64-linux NODE_OPTIONS="--experimental-vm-modules --disable-warning=ExperimentalWarning" \
  node_modules/.bin/jest --maxWorkers=1 --json --outputFile="$result" "$@" >/dev/null
status=$?
node scripts/test-summary.mjs "$result" "$status"
