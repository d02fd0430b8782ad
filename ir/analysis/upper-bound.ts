// hot
// An upper bound of an integer value taken as unsigned, from the few operations in front of it: masks, shifts,
// narrow loads, comparisons, sums that cannot wrap. It looks a fixed number of steps back and through no block
// parameter.

import type { Func } from '../function.js';
import type { InstId, ValueId } from '../function.js';
import { Op, ResultRule, accessBytesLog2, accessSigned, opResult } from '../ops.js';
import { Type } from '../types.js';

const STEPS = 4;

/** The greatest unsigned number that `value` (i32 or i64) can be, or Infinity if that is 2^53 or more. */
export function upperBound(func: Func, value: ValueId, steps = STEPS): number {
  const inst = func.valueDef[value];
  const limit = func.valueType[value] === Type.I32 ? 0xffffffff : Infinity;
  if (inst < 0 || steps === 0) return limit;
  return Math.min(limit, boundOf(func, inst, steps - 1, limit));
}

/** The greatest number with as many bits as `bound`. */
const allOnes = (bound: number): number => (bound === Infinity ? bound : 2 ** bitLength(bound) - 1);

/** The number of bits of an integer below 2^53. */
export function bitLength(bound: number): number {
  return bound < 2 ** 32 ? 32 - Math.clz32(bound) : 64 - Math.clz32(bound / 2 ** 32);
}

function boundOf(func: Func, inst: InstId, steps: number, limit: number): number {
  switch (func.op[inst] as Op) {
    case Op.Const:
      return constantBound(func, inst);
    case Op.And:
      return Math.min(operandBound(func, inst, 0, steps), operandBound(func, inst, 1, steps));
    case Op.Or:
    case Op.Xor:
      return allOnes(Math.max(operandBound(func, inst, 0, steps), operandBound(func, inst, 1, steps)));
    case Op.ShrU:
      return shiftedRight(operandBound(func, inst, 0, steps), shiftAmount(func, inst));
    case Op.Shl:
      return exact(operandBound(func, inst, 0, steps) * 2 ** shiftAmount(func, inst, Infinity), limit);
    case Op.Add:
      return exact(operandBound(func, inst, 0, steps) + operandBound(func, inst, 1, steps), limit);
    case Op.Mul:
      return exact(operandBound(func, inst, 0, steps) * operandBound(func, inst, 1, steps), limit);
    case Op.DivU:
      return operandBound(func, inst, 0, steps);
    case Op.RemU:
      return Math.min(operandBound(func, inst, 0, steps), Math.max(0, operandBound(func, inst, 1, steps) - 1));
    case Op.Load:
      return accessSigned(func.aux[inst]) ? limit : exact(2 ** (8 << accessBytesLog2(func.aux[inst])) - 1, limit);
    case Op.Select:
      return Math.max(operandBound(func, inst, 0, steps), operandBound(func, inst, 1, steps));
    case Op.ExtendU:
      return operandBound(func, inst, 0, steps);
    case Op.Wrap:
      return operandBound(func, inst, 0, steps);
    case Op.Clz:
    case Op.Ctz:
    case Op.Popcnt:
      return func.type[inst] === Type.I32 ? 32 : 64;
    default:
      return opResult[func.op[inst]] === ResultRule.Bool ? 1 : limit;
  }
}

function operandBound(func: Func, inst: InstId, k: number, steps: number): number {
  return upperBound(func, func.operand(inst, k), steps);
}

/** The bound of an operation that wraps modulo its type: none once it can pass the type's limit. */
const exact = (bound: number, limit: number): number => (bound <= limit && bound < 2 ** 53 ? bound : limit);

function shiftedRight(bound: number, amount: number): number {
  if (bound < Infinity) return Math.floor(bound / 2 ** amount);
  return amount < 12 ? Infinity : 2 ** (64 - amount) - 1;
}

function constantBound(func: Func, inst: InstId): number {
  const high = func.imm2[inst] >>> 0;
  return high < 1 << 21 ? high * 2 ** 32 + (func.imm[inst] >>> 0) : Infinity;
}

/** The amount of a shift by a constant, else `unknown`. */
function shiftAmount(func: Func, inst: InstId, unknown = 0): number {
  const amount = func.valueDef[func.operand(inst, 1)];
  if (amount < 0 || func.op[amount] !== Op.Const) return unknown;
  return func.imm[amount] & (func.type[inst] === Type.I32 ? 31 : 63);
}
