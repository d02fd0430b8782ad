// Vector operators in the SSA form: accesses of parts become an access of an integer and a vector operation, whose
// order keeps the trap in its place.

import { describe, expect, test } from '@jest/globals';
import { printFunction } from '../../ir/printer.js';
import { verifyFunction } from '../../ir/verifier.js';
import { buildFunction } from '../build-ssa.js';
import { decodeModule } from '../decode-module.js';
import { operators } from '../operators.js';
import { vectorPart, VectorPart } from '../vector-access.js';
import { assemble, body, functionType, i32, leb, section, vector } from './assemble.js';

const v128 = 0x7b,
  get = 0x20,
  simd = 0xfd;

/** The instructions of a function of (i32, v128) in a module with a memory, without origins. */
function build(results: number[], ...operators: number[]): string[] {
  const bytes = assemble(
    section(1, vector(functionType([i32, v128], results))),
    section(3, vector([0])),
    section(5, vector([0, 1])),
    section(10, vector(body([], ...operators))),
  );
  const func = buildFunction(decodeModule(bytes), 0);
  verifyFunction(func);
  return printFunction(func)
    .trimEnd()
    .split('\n')
    .slice(2, -1)
    .map((line) => line.replace(/ *![0-9a-fx]+$/, '').trim());
}

const code = (mnemonic: string): number[] => [simd, ...leb(operators.find((operator) => operator.mnemonic === mnemonic)!.code)];

describe('accesses of parts of a vector', () => {
  test('every one is known', () => {
    const parts = operators.filter(({ mnemonic, feature }) => feature === 'simd' && /^v128\.(load|store)./.test(mnemonic));
    expect(parts.length).toBe(20);
    expect(parts.filter(({ number }) => vectorPart[number] === VectorPart.None)).toEqual([]);
  });

  test('splat', () => {
    expect(build([v128], get, 0, ...code('v128.load16_splat'), 1, 8)).toEqual([
      'v2 = load.i32 mem0 +8 bytes=2 align=2 v0',
      'v3 = i16x8.splat v2',
      'return (v3)',
    ]);
    expect(build([v128], get, 0, ...code('v128.load64_splat'), 0, 0)).toEqual([
      'v2 = load.i64 mem0 +0 bytes=8 align=1 v0',
      'v3 = i64x2.splat v2',
      'return (v3)',
    ]);
  });

  test('extension', () => {
    expect(build([v128], get, 0, ...code('v128.load16x4_u'), 3, 0)).toEqual([
      'v2 = load.i64 mem0 +0 bytes=8 align=8 v0',
      'v3 = i64x2.splat v2',
      'v4 = i32x4.extend_low_i16x8_u v3',
      'return (v4)',
    ]);
  });

  test('zero', () => {
    expect(build([v128], get, 0, ...code('v128.load32_zero'), 2, 0)).toEqual([
      'v2 = load.i32 mem0 +0 bytes=4 align=4 v0',
      'v3 = const.v128 0x00000000000000000000000000000000',
      'v4 = i32x4.replace_lane lane=0 v3, v2',
      'return (v4)',
    ]);
  });

  test('one lane', () => {
    expect(build([v128], get, 0, get, 1, ...code('v128.load8_lane'), 0, 3, 15)).toEqual([
      'v2 = load.i32 mem0 +3 bytes=1 align=1 v0',
      'v3 = i8x16.replace_lane lane=15 v1, v2',
      'return (v3)',
    ]);
    expect(build([], get, 0, get, 1, ...code('v128.store8_lane'), 0, 3, 15)).toEqual([
      'v2 = i8x16.extract_lane_u lane=15 v1',
      'store.i32 mem0 +3 bytes=1 align=1 v0, v2',
      'return ()',
    ]);
  });
});

test('whole vectors, constants and shuffles', () => {
  const lanes = Array.from({ length: 16 }, (_, k) => 31 - k);
  expect(build([v128], get, 0, ...code('v128.load'), 4, 0, ...code('v128.const'), ...lanes, ...code('i8x16.shuffle'), ...lanes)).toEqual([
    'v2 = load.v128 mem0 +0 bytes=16 align=16 v0',
    'v3 = const.v128 0x1f1e1d1c1b1a19181716151413121110',
    'v4 = i8x16.shuffle 0x1f1e1d1c1b1a19181716151413121110 v2, v3',
    'return (v4)',
  ]);
});
