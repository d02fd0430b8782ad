// The op table: every row is complete and says nothing twice; the enum is the one that its generator prints.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { enumName, opcodesSource } from '../generate-opcodes.js';
import {
  Callee,
  Effect,
  Family,
  ImmKind,
  Op,
  OPS,
  OperandRule,
  ResultRule,
  accessAlignLog2,
  accessBytesLog2,
  accessMemory,
  accessSigned,
  directCall,
  isUnwind,
  opCallee,
  opOperands,
  packAccess,
  unwindingCall,
} from '../ops.js';
import type { OpInfo } from '../ops.js';
import { TypeSet } from '../types.js';

/** The names of the ops of which a statement does not hold. */
const except = (holds: (info: OpInfo, op: number) => boolean): string[] => OPS.filter((info, op) => !holds(info, op)).map(({ name }) => name);

describe('op table', () => {
  test('opcodes.ts is what the generator prints', () => {
    expect(readFileSync(new URL('../../../ir/opcodes.ts', import.meta.url), 'utf8')).toBe(opcodesSource());
  });

  test('the enum that tsc inlined agrees with the table', () => {
    expect([Op.Const, Op.FAdd, Op.RefAsNonNull, Op.CallIndirectUnwind, Op.Unreachable].map((op) => OPS[op].name)).toEqual([
      'const',
      'fadd',
      'ref.as_non_null',
      'call_indirect_unwind',
      'unreachable',
    ]);
    expect(OPS.length).toBe(Op.Unreachable + 1);
  });

  test('names and enum names are unique', () => {
    for (const names of [OPS.map(({ name }) => name), OPS.map(enumName)]) expect(new Set(names).size).toBe(OPS.length);
  });

  test('types, operands, results and immediates are known ones', () => {
    expect(except(({ types, from }) => types > 0 && from >= 0)).toEqual([]);
    expect(except(({ operands }) => operands.every((rule) => rule >= OperandRule.Same && rule <= OperandRule.Row))).toEqual([]);
    expect(except(({ result }) => result >= ResultRule.None && result <= ResultRule.Callee)).toEqual([]);
    expect(except(({ imm }) => imm >= ImmKind.None && imm <= ImmKind.Simd)).toEqual([]);
  });

  test('an op computes in no type just if nothing of it has the type', () => {
    const usesType = ({ operands, result }: OpInfo): boolean => operands.includes(OperandRule.Same) || result === ResultRule.Type || result === ResultRule.Pair;
    expect(except((info) => usesType(info) === (info.types !== TypeSet.None))).toEqual([]);
  });

  test('the source type is that of an operand', () => {
    expect(except(({ operands, from, imm }) => operands.includes(OperandRule.From) === (from !== 0) && (from !== 0) === (imm === ImmKind.From))).toEqual([]);
  });

  test('vector operations have the operands and immediates of their rows', () => {
    expect(
      except(
        ({ family, operands, imm }) => (family === Family.Vector) === (imm === ImmKind.Simd) && operands.includes(OperandRule.Row) === (imm === ImmKind.Simd),
      ),
    ).toEqual([]);
  });

  test('an access has an address, reads or writes, and may trap', () => {
    const accesses = OPS.filter(({ imm }) => imm === ImmKind.Access);
    expect(
      accesses.filter(
        ({ operands, effect }) => operands[0] !== OperandRule.Address || (effect & Effect.Traps) === 0 || (effect & (Effect.Reads | Effect.Writes)) === 0,
      ),
    ).toEqual([]);
    expect(except(({ family, imm, effect }) => family !== Family.Access || (imm === ImmKind.Access && effect !== 0))).toEqual([]);
  });

  test('what has an index has it as a number in imm, what may be exchanged are two operands', () => {
    expect(except(({ fields, imm }) => fields.length <= 2 && fields.length > 0 === (imm === ImmKind.Fields))).toEqual([]);
    expect(
      except(({ traits, operands, effect }) => traits.commutative !== true || (operands.length === 2 && operands[0] === operands[1] && effect === 0)),
    ).toEqual([]);
    expect(except(({ traits, family }) => traits.reflexive !== true || family === Family.Comparison)).toEqual([]);
  });

  test('a constant and a comparison are pure', () => {
    const pure: readonly Family[] = [Family.Constant, Family.Comparison, Family.FloatComparison];
    expect(except(({ family, effect }) => !pure.includes(family) || effect === 0)).toEqual([]);
  });

  test('a comparison gives 0 or 1', () => {
    expect(except(({ family, result }) => (family !== Family.Comparison && family !== Family.FloatComparison) || result === ResultRule.Bool)).toEqual([]);
  });

  test('what may trap and nothing else is a division, a truncation, a test for null, or takes memory', () => {
    expect(OPS.filter(({ effect }) => effect === Effect.Traps).map(({ name }) => name)).toEqual([
      'div_s',
      'div_u',
      'rem_s',
      'rem_u',
      'trunc_s',
      'trunc_u',
      'ref.as_non_null',
      'exn.new',
    ]);
  });

  test('edges and ends of functions have terminators only, and only calls with an unwind edge have results', () => {
    const isTerminator = ({ effect }: OpInfo): boolean => (effect & Effect.Terminator) !== 0;
    expect(except((info) => info.traits.edges === undefined || isTerminator(info))).toEqual([]);
    const ends: readonly Family[] = [Family.Branch, Family.Exit, Family.TailCall, Family.UnwindingCall];
    expect(except((info, op) => (ends.includes(info.family) ? isTerminator(info) : !isTerminator(info) || op === Op.Throw))).toEqual([]);
    expect(except((info, op) => !isTerminator(info) || isUnwind(op) || info.result === ResultRule.None)).toEqual([]);
  });

  test('calls: every family has each callee, and any number of operands', () => {
    const callees = (family: Family): Callee[] => OPS.flatMap((info, op) => (info.family === family ? [opCallee[op]] : []));
    for (const family of [Family.Call, Family.TailCall, Family.UnwindingCall])
      expect(callees(family)).toEqual([Callee.Direct, Callee.Indirect, Callee.Reference]);
    expect(except(({ isVariadic, operands }, op) => opOperands[op] < 0 === isVariadic && (isVariadic || opOperands[op] === operands.length))).toEqual([]);
    expect([Op.CallIndirect, Op.CallIndirectUnwind, Op.ReturnCallIndirect].map((op) => directCall[op])).toEqual([Op.Call, Op.CallUnwind, Op.ReturnCall]);
    expect([Op.Call, Op.CallIndirect, Op.CallRef].map((op) => unwindingCall[op])).toEqual([Op.CallUnwind, Op.CallIndirectUnwind, Op.CallRefUnwind]);
  });
});

test('accesses pack and unpack', () => {
  const aux = packAccess(3, 2, 1, true);
  expect([accessMemory(aux), accessAlignLog2(aux), accessBytesLog2(aux), accessSigned(aux)]).toEqual([3, 2, 1, true]);
});
