#!/bin/sh
# `npm run check`: what can be said of the sources without running them: format and lint (biome.json), types, and that everything
# generated is what its tables say now. Changes nothing; `npm run format` and `npm run generate` mend what is mendable.
set -eu

cd "$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd)"
[ -x node_modules/.bin/biome ] || ./scripts/setup.sh product
failed=0

# check WHAT HOW-TO-MEND COMMAND...
check() {
  what=$1 mend=$2
  shift 2
  if "$@"; then echo "check: $what: ok"; else
    echo "check: $what: failed; $mend"
    failed=1
  fi
}

check 'format and lint' 'npm run format mends what can be mended' node_modules/.bin/biome check --error-on-warnings --log-level=warn .
check 'types' 'see above' node_modules/.bin/tsc -p .
check 'generated files' 'npm run generate writes them' node dist/cli/generate.js --check
exit "$failed"
