// The operator table against its generated enum, and what must hold of every row.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { enumName, opcodesSource } from '../generate-opcodes.js';
import { OPS, OperandRule, ResultRule } from '../../ir/ops.js';
import { SIMD_OPS, simdOpcode } from '../../ir/simd-ops.js';
import { Type } from '../../ir/types.js';
import { notLowered, loweredFrom, loweredOp, loweredSimd, loweredType } from '../lowering.js';
import { compiledFeatures, hasFeature } from '../features.js';
import { Op } from '../opcodes.js';
import { operatorName, operators, operatorSpace, prefixedOperator, prefixFirst } from '../operators.js';
import { VectorPart, vectorPart } from '../vector-access.js';

describe('operator table', () => {
  test('opcodes.ts is what the generator prints', () => {
    const file = new URL('../../../frontend/opcodes.ts', import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(opcodesSource());
  });

  test('the enum that tsc inlined agrees with the table', () => {
    expect([Op.Unreachable, Op.I32Add, Op.RefAsNonNull].map(operatorName)).toEqual(['unreachable', 'i32.add', 'ref.as_non_null']);
    expect([Op.MemoryFill, Op.I64MulWideU].map(operatorName)).toEqual(['memory.fill', 'i64.mul_wide_u']);
    expect([Op.V128Load, Op.F64x2ConvertLowI32x4U, Op.I32x4RelaxedDotI8x16I7x16AddS].map(operatorName)).toEqual([
      'v128.load',
      'f64x2.convert_low_i32x4_u',
      'i32x4.relaxed_dot_i8x16_i7x16_add_s',
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

  test('operators have the signatures of their IR operations', () => {
    const letters: Readonly<Record<number, string>> = { [Type.I32]: 'i', [Type.I64]: 'I', [Type.F32]: 'f', [Type.F64]: 'F', [Type.V128]: 'v' };
    for (const { mnemonic, number, signature, lowering } of operators) {
      if (lowering === '' || vectorPart[number] !== VectorPart.None) continue;
      const { operands, result, types, from } = OPS[loweredOp[number]];
      const type = letters[loweredType[number]] ?? '',
        vector = SIMD_OPS[loweredSimd[number]];
      const operand: Readonly<Record<number, string>> = {
        [OperandRule.Same]: type,
        [OperandRule.From]: letters[loweredFrom[number]] ?? '',
        [OperandRule.I32]: 'i',
        [OperandRule.I64]: 'I',
        [OperandRule.Address]: 'a',
      };
      const results: Readonly<Record<number, string>> = {
        [ResultRule.None]: '',
        [ResultRule.Type]: type,
        [ResultRule.Pair]: type + type,
        [ResultRule.Bool]: 'i',
        [ResultRule.I32]: 'i',
      };
      const params = operands.map((rule, k) => (rule === OperandRule.Row ? letters[vector.operands[k]] : operand[rule])).join('');
      expect([mnemonic, `${params}:${results[result]}`]).toEqual([mnemonic, signature]);
      expect([mnemonic, (types & (1 << loweredType[number])) !== 0, from === 0 || (from & (1 << loweredFrom[number])) !== 0]).toEqual([mnemonic, true, true]);
      if (lowering.startsWith('simd')) expect([mnemonic, vector.name, simdOpcode(loweredSimd[number])]).toEqual([mnemonic, mnemonic, loweredOp[number]]);
    }
  });
});
