// hot
// Constant folding: an operation on constants becomes the constant it computes. Exact by the spec's numerics:
// - an operation that would trap (division by zero, overflow, conversion out of range) is left to trap;
// - arithmetic whose operand or result is NaN is left alone: its payload is the hardware's choice. Sign operations
//   (abs, neg, copysign) and reinterpretations are exact on bits and fold for every value;
// - f32 results are computed in double precision and rounded once more, which is exact for + - * / and sqrt
//   (Figueroa, "When is double rounding innocuous?").

import { bigOf, becomeConst, becomeFloat, becomeInt, floatOf } from '../constants.js';
import type { Func } from '../function.js';
import type { InstId } from '../function.js';
import { Effect, Family, Op, opEffect, opFamily } from '../ops.js';
import type { Pass } from '../pass.js';
import { Type } from '../types.js';

export const fold: Pass = { name: 'fold', help: 'compute operations on constants', run };

function run(func: Func): boolean {
  let changed = false;
  for (const block of func.order) {
    for (let inst = func.first[block]; inst >= 0; inst = func.next[inst]) {
      const count = func.operandCount[inst];
      if (count === 0 || count > 2 || (opEffect[func.op[inst]] & ~Effect.Traps) !== 0) continue;
      const a = func.definition(func.operand(inst, 0));
      if (a < 0 || opFamily[func.op[a]] !== Family.Constant) continue;
      const b = count === 2 ? func.definition(func.operand(inst, 1)) : a;
      if (b < 0 || func.op[b] !== func.op[a] || func.type[a] === Type.V128) continue;
      if (foldInst(func, inst, a, b)) changed = true;
    }
  }
  return changed;
}

/** Folds an operation on the constants `a` and `b` (`b` is `a` for one operand). */
function foldInst(func: Func, inst: InstId, a: InstId, b: InstId): boolean {
  if (func.op[a] !== Op.Const) {
    if (func.op[inst] !== Op.RefIsNull) return false;
    becomeConst(func, inst, Type.I32, func.op[a] === Op.RefNull ? 1 : 0, 0);
    return true;
  }
  switch (opFamily[func.op[inst]]) {
    case Family.Integer:
    case Family.Division:
    case Family.Shift:
    case Family.Rotation:
      return func.type[inst] === Type.I32 ? foldInt32(func, inst, a, b) : foldInt64(func, inst, a, b);
    case Family.Comparison:
      return foldCompare(func, inst, a, b);
    case Family.BitCount:
    case Family.SignExtension:
      return foldUnary(func, inst, a);
    case Family.FloatArithmetic:
      return foldFloatArithmetic(func, inst, a, b);
    case Family.FloatSign:
      return foldFloatSign(func, inst, a, b);
    case Family.FloatRounding:
      return foldFloatRounding(func, inst, a);
    case Family.FloatComparison:
      return foldFloatCompare(func, inst, a, b);
    case Family.Conversion:
      return foldConversion(func, inst, a);
    default:
      return false;
  }
}

function foldInt32(func: Func, inst: InstId, a: InstId, b: InstId): boolean {
  const x = func.imm[a];
  const y = func.imm[b];
  const op: Op = func.op[inst];
  if (y === 0 && opFamily[op] === Family.Division) return false;
  if (op === Op.DivS && y === -1 && x === -0x80000000) return false;
  becomeConst(func, inst, Type.I32, int32(op, x, y), 0);
  return true;
}

/** An i32 operation that does not trap. */
function int32(op: Op, x: number, y: number): number {
  switch (op) {
    case Op.Add:
      return (x + y) | 0;
    case Op.Sub:
      return (x - y) | 0;
    case Op.Mul:
      return Math.imul(x, y);
    case Op.DivS:
      return (x / y) | 0;
    case Op.DivU:
      return ((x >>> 0) / (y >>> 0)) | 0;
    case Op.RemS:
      return (x % y) | 0;
    case Op.RemU:
      return ((x >>> 0) % (y >>> 0)) | 0;
    case Op.And:
      return x & y;
    case Op.Or:
      return x | y;
    case Op.Xor:
      return x ^ y;
    case Op.Shl:
      return x << y;
    case Op.ShrS:
      return x >> y;
    case Op.ShrU:
      return (x >>> y) | 0;
    case Op.Rotl:
      return (x << y) | (x >>> -y);
    case Op.Rotr:
      return (x >>> y) | (x << -y);
    default:
      throw new Error(`not an integer operation: ${op}`);
  }
}

function foldInt64(func: Func, inst: InstId, a: InstId, b: InstId): boolean {
  const x = bigOf(func, a);
  const y = bigOf(func, b);
  const op: Op = func.op[inst];
  if (y === 0n && opFamily[op] === Family.Division) return false;
  if (op === Op.DivS && y === -1n && x === -(1n << 63n)) return false;
  becomeInt(func, inst, Type.I64, int64(op, x, y));
  return true;
}

const unsigned64 = (value: bigint): bigint => BigInt.asUintN(64, value);

/** An i64 operation that does not trap, modulo 2^64. */
function int64(op: Op, x: bigint, y: bigint): bigint {
  const shift = y & 63n;
  switch (op) {
    case Op.Add:
      return x + y;
    case Op.Sub:
      return x - y;
    case Op.Mul:
      return x * y;
    case Op.DivS:
      return x / y;
    case Op.DivU:
      return unsigned64(x) / unsigned64(y);
    case Op.RemS:
      return x % y;
    case Op.RemU:
      return unsigned64(x) % unsigned64(y);
    case Op.And:
      return x & y;
    case Op.Or:
      return x | y;
    case Op.Xor:
      return x ^ y;
    case Op.Shl:
      return x << shift;
    case Op.ShrS:
      return x >> shift;
    case Op.ShrU:
      return unsigned64(x) >> shift;
    case Op.Rotl:
      return (x << shift) | (unsigned64(x) >> (64n - shift));
    case Op.Rotr:
      return (unsigned64(x) >> shift) | (x << (64n - shift));
    default:
      throw new Error(`not an integer operation: ${op}`);
  }
}

function foldCompare(func: Func, inst: InstId, a: InstId, b: InstId): boolean {
  const high = Math.sign(func.imm2[a] - func.imm2[b]);
  const highUnsigned = Math.sign((func.imm2[a] >>> 0) - (func.imm2[b] >>> 0));
  const lowUnsigned = Math.sign((func.imm[a] >>> 0) - (func.imm[b] >>> 0));
  const narrow = func.type[inst] === Type.I32;
  const signed = narrow ? Math.sign(func.imm[a] - func.imm[b]) : high !== 0 ? high : lowUnsigned;
  const unsigned = narrow || highUnsigned === 0 ? lowUnsigned : highUnsigned;
  let holds: boolean;
  switch (func.op[inst] as Op) {
    case Op.Eq:
      holds = signed === 0;
      break;
    case Op.Ne:
      holds = signed !== 0;
      break;
    case Op.LtS:
      holds = signed < 0;
      break;
    case Op.LtU:
      holds = unsigned < 0;
      break;
    case Op.GtS:
      holds = signed > 0;
      break;
    case Op.GtU:
      holds = unsigned > 0;
      break;
    case Op.LeS:
      holds = signed <= 0;
      break;
    case Op.LeU:
      holds = unsigned <= 0;
      break;
    case Op.GeS:
      holds = signed >= 0;
      break;
    case Op.GeU:
      holds = unsigned >= 0;
      break;
    default:
      holds = func.imm[a] === 0 && (narrow || func.imm2[a] === 0); // eqz
  }
  becomeConst(func, inst, Type.I32, holds ? 1 : 0, 0);
  return true;
}

/** The number of trailing zeros of a 32-bit half, 32 for 0. */
const ctz32 = (x: number): number => (x === 0 ? 32 : 31 - Math.clz32(x & -x));

function popcnt32(x: number): number {
  x -= (x >>> 1) & 0x55555555;
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function foldUnary(func: Func, inst: InstId, a: InstId): boolean {
  const low = func.imm[a];
  const high = func.imm2[a];
  const type: Type = func.type[inst];
  const wide = type === Type.I64;
  let result: number;
  switch (func.op[inst] as Op) {
    case Op.Clz:
      result = !wide ? Math.clz32(low) : high !== 0 ? Math.clz32(high) : 32 + Math.clz32(low);
      break;
    case Op.Ctz:
      result = !wide || low !== 0 ? ctz32(low) : 32 + ctz32(high);
      break;
    case Op.Popcnt:
      result = popcnt32(low) + (wide ? popcnt32(high) : 0);
      break;
    case Op.Extend8S:
      result = (low << 24) >> 24;
      break;
    case Op.Extend16S:
      result = (low << 16) >> 16;
      break;
    default:
      result = low; // extend32_s
  }
  becomeConst(func, inst, type, result, wide ? result >> 31 : 0);
  return true;
}

/** The half with the sign bit changes, the rest stays. */
function foldFloatSign(func: Func, inst: InstId, a: InstId, b: InstId): boolean {
  const type: Type = func.type[inst];
  const narrow = type === Type.F32;
  const top = narrow ? func.imm[a] : func.imm2[a];
  let changed: number;
  switch (func.op[inst] as Op) {
    case Op.FAbs:
      changed = top & 0x7fffffff;
      break;
    case Op.FNeg:
      changed = top ^ -0x80000000;
      break;
    default:
      changed = (top & 0x7fffffff) | ((narrow ? func.imm[b] : func.imm2[b]) & -0x80000000); // copysign
  }
  if (narrow) becomeConst(func, inst, type, changed, 0);
  else becomeConst(func, inst, type, func.imm[a], changed);
  return true;
}

function foldFloatArithmetic(func: Func, inst: InstId, a: InstId, b: InstId): boolean {
  const type: Type = func.type[inst];
  const result = floatArithmetic(func.op[inst], floatOf(func, a), floatOf(func, b));
  if (Number.isNaN(result)) return false;
  becomeFloat(func, inst, type, result);
  return true;
}

/** A float operation in double precision; NaN if an operand is (`Math.min` and `max` agree with the spec on zeros). */
function floatArithmetic(op: Op, x: number, y: number): number {
  switch (op) {
    case Op.FAdd:
      return x + y;
    case Op.FSub:
      return x - y;
    case Op.FMul:
      return x * y;
    case Op.FDiv:
      return x / y;
    case Op.FMin:
      return Math.min(x, y);
    default:
      return Math.max(x, y);
  }
}

/** Rounds to the nearest integer, ties to even, keeping the sign of zero. */
function nearest(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  const rounded = rest < 0.5 || (rest === 0.5 && down % 2 === 0) ? down : down + 1;
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded;
}

function foldFloatRounding(func: Func, inst: InstId, a: InstId): boolean {
  const type: Type = func.type[inst];
  const x = floatOf(func, a);
  let result: number;
  switch (func.op[inst] as Op) {
    case Op.FCeil:
      result = Math.ceil(x);
      break;
    case Op.FFloor:
      result = Math.floor(x);
      break;
    case Op.FTrunc:
      result = Math.trunc(x);
      break;
    case Op.FNearest:
      result = Number.isFinite(x) ? nearest(x) : x;
      break;
    default:
      result = Math.sqrt(x);
  }
  if (Number.isNaN(result)) return false;
  becomeFloat(func, inst, type, result);
  return true;
}

function foldFloatCompare(func: Func, inst: InstId, a: InstId, b: InstId): boolean {
  const x = floatOf(func, a);
  const y = floatOf(func, b);
  let holds: boolean;
  switch (func.op[inst] as Op) {
    case Op.FEq:
      holds = x === y;
      break;
    case Op.FNe:
      holds = x !== y;
      break;
    case Op.FLt:
      holds = x < y;
      break;
    case Op.FGt:
      holds = x > y;
      break;
    case Op.FLe:
      holds = x <= y;
      break;
    default:
      holds = x >= y;
  }
  becomeConst(func, inst, Type.I32, holds ? 1 : 0, 0);
  return true;
}

function foldConversion(func: Func, inst: InstId, a: InstId): boolean {
  const type: Type = func.type[inst];
  const low = func.imm[a];
  switch (func.op[inst] as Op) {
    case Op.Wrap:
      becomeConst(func, inst, type, low, 0);
      return true;
    case Op.ExtendS:
      becomeConst(func, inst, type, low, low >> 31);
      return true;
    case Op.ExtendU:
      becomeConst(func, inst, type, low, 0);
      return true;
    case Op.Reinterpret:
      becomeConst(func, inst, type, low, func.imm2[a]);
      return true;
    case Op.TruncS:
      return foldTrunc(func, inst, a, true, false);
    case Op.TruncU:
      return foldTrunc(func, inst, a, false, false);
    case Op.TruncSatS:
      return foldTrunc(func, inst, a, true, true);
    case Op.TruncSatU:
      return foldTrunc(func, inst, a, false, true);
    case Op.ConvertS:
      return foldConvert(func, inst, bigOf(func, a));
    case Op.ConvertU:
      return foldConvert(func, inst, BigInt.asUintN(func.type[a] === Type.I32 ? 32 : 64, bigOf(func, a)));
    default: {
      // demote, promote
      const value = floatOf(func, a);
      if (Number.isNaN(value)) return false;
      becomeFloat(func, inst, type, value);
      return true;
    }
  }
}

/** Float to integer, truncated; out of range it saturates or, left alone, traps. */
function foldTrunc(func: Func, inst: InstId, a: InstId, signed: boolean, saturate: boolean): boolean {
  const type: Type = func.type[inst];
  const value = Math.trunc(floatOf(func, a));
  const bits = type === Type.I32 ? 32 : 64;
  const least = signed ? -(2 ** (bits - 1)) : 0;
  const beyond = signed ? 2 ** (bits - 1) : 2 ** bits;
  if (value >= least && value < beyond) becomeInt(func, inst, type, BigInt(value));
  else if (!saturate) return false;
  else if (Number.isNaN(value)) becomeInt(func, inst, type, 0n);
  else becomeInt(func, inst, type, value < least ? BigInt(least) : BigInt(beyond) - 1n);
  return true;
}

/** Integer to float, rounded once: f32 only if the integer is exact in double precision. */
function foldConvert(func: Func, inst: InstId, value: bigint): boolean {
  const type: Type = func.type[inst];
  const double = Number(value);
  if (type === Type.F32 && BigInt(double) !== value) return false;
  becomeFloat(func, inst, type, double);
  return true;
}
