#!/bin/sh
# `npm run generate`: writes everything that is generated from tables (cli/generate.ts).
set -eu

cd "$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd)"
node_modules/.bin/tsc -p . || true # code may use members that an enum does not have yet
node dist/cli/generate.js
node_modules/.bin/tsc -p .
