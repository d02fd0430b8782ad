#!/usr/bin/env bash
# `npm run test:unit`: the tests that run no compiled program, no C compiler and no whole corpus; words and options as for `npm test`.
# The others say so in their names, or live in fixtures/test: this is the rule.
cd "$(dirname "$0")/.." || exit 2
exec scripts/test.sh "${@:-.}" --testPathIgnorePatterns '\.(scenario|corpus)\.test\.js$' '/fixtures/test/'
