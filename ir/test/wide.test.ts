// Wide arithmetic in the interpreter: both halves, carries, signs.

import { expect, test } from '@jest/globals';
import { interpret } from '../interpret.js';
import type { Machine } from '../interpret.js';
import { parseFunction } from '../parser.js';
import { verifyFunction } from '../verifier.js';

const machine: Machine = { memories: [], globals: [], tables: [], maxPages: [], call: () => [] };
const all = 2n ** 64n - 1n;

test.each([
  ['add128', [all, 1n, 1n, 2n], [0n, 4n]],
  ['add128', [all, all, 1n, 0n], [0n, 0n]],
  ['sub128', [0n, 5n, 1n, 2n], [all, 2n]],
  ['sub128', [0n, 0n, 1n, 0n], [all, all]],
  ['mul_wide_s', [all, 2n], [all - 1n, all]],
  ['mul_wide_u', [all, 2n], [all - 1n, 1n]],
  ['mul_wide_u', [all, all], [1n, all - 1n]],
])('%s of %j', (name, args, results) => {
  const params = args.map((_, k) => `v${k}: i64`).join(', ');
  const func = parseFunction(
    `func @0 "" (${args.map(() => 'i64').join(', ')}) -> (i64, i64) {\nb0(${params}):\n` +
      `  v8, v9 = ${name}.i64 ${args.map((_, k) => `v${k}`).join(', ')}\n  return (v8, v9)\n}`,
  );
  verifyFunction(func);
  expect(interpret(func, args, machine)).toEqual(results);
});
