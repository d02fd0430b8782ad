// The table of vector operations, and the interpreter's results for what lanes have in common; the numbers
// themselves are compared with the specification's suite elsewhere.

import { describe, expect, test } from '@jest/globals';
import { evaluateSimd } from '../interpret-simd.js';
import { SIMD_OPS, simdOp, simdOpNamed, simdOpcode } from '../simd-ops.js';
import { Op } from '../ops.js';

/** A v128 from its bytes in the order of memory. */
const bytes = (...lanes: number[]): bigint => lanes.reduceRight((bits, lane) => (bits << 8n) | BigInt(lane), 0n);
const counting = bytes(...Array.from({ length: 16 }, (_, k) => k));
const run = (name: string, ...args: bigint[]): bigint => evaluateSimd(simdOp(name), 0, args);

describe('vector operations', () => {
  test('are those of the specification apart from constants and accesses', () => {
    const relaxed = SIMD_OPS.filter(({ name }) => name.includes('.relaxed_'));
    expect([SIMD_OPS.length - relaxed.length, relaxed.length]).toEqual([213, 20]);
    expect(new Set(SIMD_OPS.map(({ name }) => name)).size).toBe(SIMD_OPS.length);
    expect(simdOpNamed('v128.const')).toBe(-1);
  });

  test('have the op of their operand count', () => {
    expect(['i8x16.abs', 'i8x16.add', 'v128.bitselect'].map((name) => simdOpcode(simdOp(name)))).toEqual([Op.Simd1, Op.Simd2, Op.Simd3]);
  });

  test('run in the interpreter, every one', () => {
    SIMD_OPS.forEach(({ operands, immediate }, row) => {
      const result = evaluateSimd(
        row,
        immediate === 'shuffle' ? new Uint8Array(16) : 0,
        operands.map(() => 1n),
      );
      expect(result >= 0n && result < 1n << 128n).toBe(true);
    });
  });

  test('number lanes from the lowest bits', () => {
    expect(run('i8x16.extract_lane_u', counting)).toBe(0n);
    expect(evaluateSimd(simdOp('i16x8.extract_lane_u'), 1, [counting])).toBe(0x0302n);
    expect(
      evaluateSimd(
        simdOp('i8x16.shuffle'),
        Uint8Array.from({ length: 16 }, (_, k) => 31 - k),
        [0n, counting],
      ),
    ).toBe(bytes(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
    expect(run('i16x8.extend_high_i8x16_s', counting)).toBe(bytes(8, 0, 9, 0, 10, 0, 11, 0, 12, 0, 13, 0, 14, 0, 15, 0));
    expect(run('i8x16.swizzle', counting, bytes(...Array<number>(15).fill(16), 3))).toBe(bytes(...Array<number>(15).fill(0), 3));
  });

  test('saturate, wrap and compare at the edges', () => {
    const least = run('i16x8.splat', 0x8000n);
    expect(run('i16x8.q15mulr_sat_s', least, least)).toBe(run('i16x8.splat', 0x7fffn));
    expect(run('i16x8.neg', least)).toBe(least);
    expect(run('i8x16.narrow_i16x8_u', least, least)).toBe(0n);
    expect(run('i8x16.narrow_i16x8_s', least, least)).toBe(run('i8x16.splat', 0x80n));
    expect(run('i16x8.lt_s', least, 0n)).toBe((1n << 128n) - 1n);
    expect(run('i16x8.lt_u', least, 0n)).toBe(0n);
    expect(run('i16x8.shl', counting, 16n)).toBe(counting);
  });
});
