#!/bin/sh
# Writes everything that is generated from tables: frontend/opcodes.ts of frontend/operators.ts, ir/opcodes.ts of ir/ops.ts, the
# runtime's headers and documents of runtime-c/tables, docs/cli.md of cli/option-table.ts.
set -eu

cd "$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd)"
mkdir -p build
node_modules/.bin/tsc -p . || true # code may use members that an enum does not have yet
for folder in frontend ir; do
  node "dist/$folder/generate-opcodes.js" >build/opcodes.ts
  cmp -s build/opcodes.ts "$folder/opcodes.ts" || cp build/opcodes.ts "$folder/opcodes.ts"
done
rm build/opcodes.ts
node_modules/.bin/tsc -p .
node dist/runtime-c/tables/generate.js
node dist/cli/generate-docs.js
