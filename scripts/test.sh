#!/usr/bin/env bash
# `npm test`: installs what is missing, builds, runs all tests. Words select tests by their path in the project: `npm test -- linker`,
# `npm test -- cli/test/main`; options of jest may follow.
# The last line is `N passed, N failed`, with `, N skipped` where some were.
set -uo pipefail

cd "$(dirname "$0")/.." || exit 2
./scripts/setup.sh test || exit $?

if [ $# = 0 ]; then
  npm run --silent check || {
    echo '0 passed, 1 failed'
    exit 1
  }
fi

# What tests of the whole project run on besides committed files. Where it cannot be had, they are skipped, each with a line.
prepare() { # prepare WHAT LOG COMMAND...
  echo "wasm2elf: $1"
  "${@:3}" >"build/$2.log" 2>&1 || { echo "wasm2elf: $1 failed; its tests are skipped"; tail -n 5 "build/$2.log"; }
}
if [ $# = 0 ]; then
  prepare 'building the test programs (fixtures/programs/build.sh)' programs fixtures/programs/build.sh
  prepare 'building debug builds (fixtures/debug-builds/build.sh)' debug-builds fixtures/debug-builds/build.sh
  prepare 'building modules of dynamic linking (fixtures/dynamic-linking/build.sh)' dynamic-linking fixtures/dynamic-linking/build.sh
  prepare 'building tree-sitter and a grammar (fixtures/tree-sitter/build.sh)' tree-sitter timeout 300 fixtures/tree-sitter/build.sh
  prepare 'bringing modules from npm packages (npm run fetch:npm)' fetch-npm timeout 600 node dist/fixtures/npm/fetch.js
fi

# A word is looked for behind the checkout's own path, at the begin of a name. From the first option on everything is jest's.
here=$(printf %s "$PWD" | sed 's/[^A-Za-z0-9_/-]/\\&/g')
arguments=()
while [ $# -gt 0 ] && [[ $1 != -* ]]; do
  arguments+=("^$here/dist/(.*/)?$1")
  shift
done
arguments+=("$@")

result=build/jest.json
rm -f "$result"
# Tests run what tsc built, so that const enums are inlined as in the product.
NODE_OPTIONS="--experimental-vm-modules --disable-warning=ExperimentalWarning" \
  node_modules/.bin/jest --maxWorkers=2 --json --outputFile="$result" ${arguments[@]+"${arguments[@]}"} >/dev/null
status=$?
node scripts/test-summary.mjs "$result" "$status"
