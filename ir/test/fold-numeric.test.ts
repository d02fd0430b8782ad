// Constant folding against the interpreter's numerics: every numeric op on every pair of interesting constants.

import { describe, expect, test } from '@jest/globals';
import { Builder } from '../builder.js';
import { Func } from '../function.js';
import { Trap, evaluate } from '../interpret-numeric.js';
import type { ConstantBits, ModuleContext } from '../module-context.js';
import { Family, ImmKind, Op, OPS, OperandRule } from '../ops.js';
import { fold } from '../passes/fold.js';
import { TYPE_BYTES, TYPE_NAMES, Type } from '../types.js';
import { contextFrom } from './fixture-file.js';
import { INTERESTING, NUMERIC_OPS } from './random-function.js';

const context: ModuleContext = contextFrom({});
const NUMERIC = [Type.I32, Type.I64, Type.F32, Type.F64];

const bitsOf = ({ low, high }: ConstantBits, type: Type): bigint => BigInt(low >>> 0) | (TYPE_BYTES[type] === 8 ? BigInt(high >>> 0) << 32n : 0n);

/** What `fold` makes of an op on constants: the bits, or undefined if it is left alone. */
function folded(op: Op, type: Type, from: Type, operandType: Type, operands: readonly ConstantBits[]): bigint | undefined {
  const func = new Func(0, { params: [], results: [] });
  const builder = new Builder(func);
  builder.block = func.newBlock();
  const values = operands.map(({ low, high }) => builder.bits(operandType, low, high));
  const result = values.length === 1 ? builder.unary(op, type, values[0], 0, from) : builder.binary(op, type, values[0], values[1]);
  builder.return([], 0, 0);
  fold.run(func, context);
  const inst = func.definition(result);
  if (func.op[inst] !== Op.Const) return undefined;
  return bitsOf({ low: func.imm[inst], high: func.imm2[inst] }, func.valueType[result]);
}

function expected(op: Op, type: Type, from: Type, args: bigint[]): bigint | 'trap' {
  try {
    return evaluate(op, type, from, args) ?? 'trap';
  } catch (error) {
    if (error instanceof Trap) return 'trap';
    throw error;
  }
}

function isNaNBits(type: Type, bits: bigint): boolean {
  return type === Type.F32 ? (bits & 0x7fffffffn) > 0x7f800000n : type === Type.F64 && (bits & 0x7fffffffffffffffn) > 0x7ff0000000000000n;
}

/** Whether an op is exact on NaN bits. */
const isExact = (op: Op): boolean => OPS[op].family === Family.FloatSign || op === Op.Reinterpret;

describe.each(NUMERIC_OPS.map((op) => [OPS[op].name, op] as const))('%s', (_, op) => {
  const rule = OPS[op];
  const typed = NUMERIC.filter((type) => (rule.types & (1 << type)) !== 0).flatMap((type) => {
    if (rule.imm !== ImmKind.From) return [[type, Type.None] as const];
    return NUMERIC.filter((from) => (rule.from & (1 << from)) !== 0 && (op !== Op.Reinterpret || TYPE_BYTES[from] === TYPE_BYTES[type])).map(
      (from) => [type, from] as const,
    );
  });
  test.each(typed.map(([type, from]) => [TYPE_NAMES[type], TYPE_NAMES[from], type, from] as const))('%s from %s', (_type, _from, type, from) => {
    const operandType = rule.operands[0] === OperandRule.From ? from : type;
    const constants = INTERESTING[operandType];
    const second = rule.operands.length === 2 ? constants : [constants[0]];
    for (const a of constants) {
      for (const b of second) {
        const operands = rule.operands.length === 2 ? [a, b] : [a];
        const want = expected(
          op,
          type,
          from,
          operands.map((operand) => bitsOf(operand, operandType)),
        );
        const got = folded(op, type, from, operandType, operands);
        const mayStay = want === 'trap' || (isNaNBits(type, want) && !isExact(op)) || op === Op.ConvertS || op === Op.ConvertU;
        if (got === undefined ? !mayStay : got !== want) {
          throw new Error(`${JSON.stringify(operands)} gave ${got}, expected ${want}`);
        }
      }
    }
    expect(constants.length).toBeGreaterThan(10);
  });
});
