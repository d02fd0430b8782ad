// The operator table against its generated enum, and what must hold of every row.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { enumName, opcodesSource } from '../generate-opcodes.js';
import { notLowered, loweredOp } from '../lowering.js';
import { compiledFeatures, hasFeature } from '../features.js';
import { Op } from '../opcodes.js';
import { operatorName, operators, operatorSpace, prefixedOperator, prefixFirst } from '../operators.js';

describe('operator table', () => {
  test('opcodes.ts is what the generator prints', () => {
    const file = new URL('../../../frontend/opcodes.ts', import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(opcodesSource());
  });

  test('the enum that tsc inlined agrees with the table', () => {
    expect([Op.Unreachable, Op.I32Add, Op.RefAsNonNull].map(operatorName)).toEqual(['unreachable', 'i32.add', 'ref.as_non_null']);
    expect([Op.MemoryFill, Op.I64MulWideU].map(operatorName)).toEqual(['memory.fill', 'i64.mul_wide_u']);
    expect([Op.V128Load, Op.F64x2ConvertLowI32x4U, Op.I32x4RelaxedDotI8x16I7x16AddS].map(operatorName)).toEqual([
      'v128.load', 'f64x2.convert_low_i32x4_u', 'i32x4.relaxed_dot_i8x16_i7x16_add_s',
    ]);
    expect([Op.MemoryAtomicNotify, Op.I64AtomicRmw32CmpxchgU].map(operatorName)).toEqual(['memory.atomic.notify', 'i64.atomic.rmw32.cmpxchg_u']);
    expect([Op.StructNew, Op.I31GetU].map(operatorName)).toEqual(['struct.new', 'i31.get_u']);
  });

  test('numbers, mnemonics and enum names are unique', () => {
    for (const key of [operators.map(({ number }) => number), operators.map(({ mnemonic }) => mnemonic), operators.map(({ mnemonic }) => enumName(mnemonic))]) {
      expect(new Set<unknown>(key).size).toBe(operators.length);
    }
    expect(Math.max(...operators.map(({ number }) => number))).toBeLessThan(operatorSpace - 1);
  });

  test('proposals have as many operators as their specifications', () => {
    const count = (feature: string): number => operators.filter((operator) => operator.feature === feature).length;
    expect(count('simd')).toBe(236);
    expect(count('relaxed-simd')).toBe(20);
    expect(count('threads')).toBe(67);
    expect(count('gc')).toBe(32);
    expect(count('saturating-float-to-int')).toBe(8);
    expect(count('sign-extension')).toBe(5);
    expect(count('mvp')).toBe(172);
  });

  test('a code that is too large for its prefix is no operator of the next group', () => {
    expect(prefixedOperator(prefixFirst[0xfc], 0x100)).toBe(operatorSpace - 1);
    expect(operators.some(({ number }) => number === operatorSpace - 1)).toBe(false);
  });

  test('memory operators have a natural alignment that fits their access', () => {
    for (const { mnemonic, immediates, detail } of operators) {
      if (immediates !== 'memarg' && immediates !== 'memargLane') continue;
      const width = /(?:load|store|rmw|wait)(\d+)(?:x(\d+))?/.exec(mnemonic);
      const whole: Record<string, number> = { i32: 4, i64: 8, f32: 4, f64: 8, v128: 16, memory: 4 };
      const bytes = width === null ? whole[mnemonic.split('.')[0]] : (Number(width[1]) / 8) * Number(width[2] ?? 1);
      expect([mnemonic, 1 << detail]).toEqual([mnemonic, bytes]);
    }
  });

  test('every operator of a compiled feature that has a fixed signature and is no constant is lowered', () => {
    const missing = operators.filter(
      ({ feature, signature, mnemonic, number }) =>
        hasFeature(compiledFeatures, feature) && signature !== '*' && !mnemonic.endsWith('.const') && loweredOp[number] === notLowered,
    );
    expect(missing.map(({ mnemonic }) => mnemonic)).toEqual([]);
  });
});
