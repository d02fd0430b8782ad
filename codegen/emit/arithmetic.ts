// Tables: how the IR's arithmetic is written in LLVM IR.
// Wasm arithmetic wraps and never traps except for division and conversion, whose checks `integer.ts` and `float.ts` put in front.

import { Op } from '../../ir/ops.js';
import { Type } from '../../ir/types.js';
import type { Binary, Cast, FloatPredicate, IntegerPredicate } from './writer.js';

type Table<T> = Readonly<Record<number, T>>;

/** Intrinsics of LLVM, without the types that they are overloaded on. */
export type IntrinsicStem =
  `llvm.${'fshl' | 'fshr' | 'ctpop' | 'fabs' | 'ceil' | 'floor' | 'trunc' | 'roundeven' | 'sqrt' | 'ctlz' | 'cttz' | 'minimum' | 'maximum' | 'copysign' | 'fptosi.sat' | 'fptoui.sat'}`;
type Intrinsics = Table<IntrinsicStem>;

/** Binary operations that are one LLVM instruction with the same meaning. */
// biome-ignore format: a row is a line
export const BINARY: Table<Binary> = {
  [Op.Add]: 'add', [Op.Sub]: 'sub', [Op.Mul]: 'mul', [Op.And]: 'and', [Op.Or]: 'or', [Op.Xor]: 'xor',
  [Op.FAdd]: 'fadd', [Op.FSub]: 'fsub', [Op.FMul]: 'fmul', [Op.FDiv]: 'fdiv',
};

/** Shifts: the amount is taken modulo the width, which LLVM does not do itself. */
export const SHIFT: Table<Binary> = { [Op.Shl]: 'shl', [Op.ShrS]: 'ashr', [Op.ShrU]: 'lshr' };

/** Rotations as funnel shifts of a value with itself (amount modulo the width, as in Wasm). */
export const ROTATE: Intrinsics = { [Op.Rotl]: 'llvm.fshl', [Op.Rotr]: 'llvm.fshr' };

/** Divisions; a zero divisor, and the overflow of `div_s`, are checked before. */
export const DIVISION: Table<Binary> = { [Op.DivS]: 'sdiv', [Op.DivU]: 'udiv', [Op.RemS]: 'srem', [Op.RemU]: 'urem' };

// biome-ignore format: a row is a line
export const INTEGER_COMPARE: Table<IntegerPredicate> = {
  [Op.Eq]: 'eq', [Op.Ne]: 'ne', [Op.LtS]: 'slt', [Op.LtU]: 'ult', [Op.GtS]: 'sgt', [Op.GtU]: 'ugt',
  [Op.LeS]: 'sle', [Op.LeU]: 'ule', [Op.GeS]: 'sge', [Op.GeU]: 'uge',
};

/** Ordered comparisons; `ne` is true for NaN. */
export const FLOAT_COMPARE: Table<FloatPredicate> = {
  [Op.FEq]: 'oeq',
  [Op.FNe]: 'une',
  [Op.FLt]: 'olt',
  [Op.FGt]: 'ogt',
  [Op.FLe]: 'ole',
  [Op.FGe]: 'oge',
};

/** Roundings, intrinsics of one operand. `nearest` rounds ties to even. */
export const ROUNDING: Intrinsics = {
  [Op.FCeil]: 'llvm.ceil',
  [Op.FFloor]: 'llvm.floor',
  [Op.FTrunc]: 'llvm.trunc',
  [Op.FNearest]: 'llvm.roundeven',
  [Op.FSqrt]: 'llvm.sqrt',
};

/** Bit counts, defined for zero (second argument false). */
export const COUNT_INTRINSIC: Intrinsics = { [Op.Clz]: 'llvm.ctlz', [Op.Ctz]: 'llvm.cttz' };

/** IEEE 754-2019 minimum and maximum: NaN wins, -0 is less than +0. */
export const MIN_MAX: Intrinsics = { [Op.FMin]: 'llvm.minimum', [Op.FMax]: 'llvm.maximum' };

/** Width in bits of the part that a sign extension starts from. */
export const SIGN_EXTEND: Table<number> = { [Op.Extend8S]: 8, [Op.Extend16S]: 16, [Op.Extend32S]: 32 };

/** Conversions that are one LLVM cast. */
// biome-ignore format: a row is a line
export const CAST: Table<Cast> = {
  [Op.Wrap]: 'trunc', [Op.ExtendS]: 'sext', [Op.ExtendU]: 'zext', [Op.ConvertS]: 'sitofp', [Op.ConvertU]: 'uitofp',
  [Op.Demote]: 'fptrunc', [Op.Promote]: 'fpext', [Op.Reinterpret]: 'bitcast',
};

/** Checked conversions to integer: the cast and the saturating intrinsic. */
export const TRUNCATE: Table<Cast> = { [Op.TruncS]: 'fptosi', [Op.TruncU]: 'fptoui' };
export const TRUNCATE_SATURATING: Intrinsics = { [Op.TruncSatS]: 'llvm.fptosi.sat', [Op.TruncSatU]: 'llvm.fptoui.sat' };

/** Suffix of overloaded intrinsics, indexed by `Type`. */
export const INTRINSIC_SUFFIX: readonly ('' | 'i32' | 'i64' | 'f32' | 'f64')[] = ['', 'i32', 'i64', 'f32', 'f64'];

/**
 * Bounds between which a float truncates into an integer type, as LLVM constants of the float type:
 * `[from][to]` → predicate and lower bound, and the upper bound (exclusive). The lower bound is exclusive (`ogt`)
 * where bound − 1 is representable, else inclusive (`oge`).
 */
export interface TruncationRange {
  readonly lowerPredicate: 'ogt' | 'oge';
  readonly lower: string;
  readonly upper: string;
}
const double = (value: number): string => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return `0x${view.getBigUint64(0).toString(16).padStart(16, '0')}`;
};
const range = (lowerPredicate: 'ogt' | 'oge', lower: number, upper: number): TruncationRange => ({
  lowerPredicate,
  lower: double(lower),
  upper: double(upper),
});

/** The range of a truncation from `from` (F32 or F64) to `to` (I32 or I64). */
export function truncationRange(from: Type, to: Type, signed: boolean): TruncationRange {
  const bits = to === Type.I32 ? 32 : 64;
  if (!signed) return range('ogt', -1, 2 ** bits);
  const exactBelow = from === Type.F64 && to === Type.I32; // −2³¹ − 1 is a double, but not a float
  return exactBelow ? range('ogt', -(2 ** 31) - 1, 2 ** 31) : range('oge', -(2 ** (bits - 1)), 2 ** (bits - 1));
}

/** Which operand an operation with a constant returns, perhaps negated, in real arithmetic. */
export interface FloatIdentity {
  readonly operand: 0 | 1;
  readonly negated: boolean;
}

/**
 * LLVM folds these to the other operand and so lets a signaling NaN through, where Wasm promises an arithmetic one;
 * `left` and `right` are the operands that are constant.
 */
export function floatIdentity(op: Op, left: number | undefined, right: number | undefined): FloatIdentity | undefined {
  switch (op) {
    case Op.FAdd:
      if (Object.is(right, -0)) return { operand: 0, negated: false };
      return Object.is(left, -0) ? { operand: 1, negated: false } : undefined;
    case Op.FSub:
      if (Object.is(right, 0)) return { operand: 0, negated: false };
      return Object.is(left, -0) ? { operand: 1, negated: true } : undefined;
    case Op.FMul:
      if (right === 1 || right === -1) return { operand: 0, negated: right < 0 };
      return left === 1 || left === -1 ? { operand: 1, negated: left < 0 } : undefined;
    case Op.FDiv:
      return right === 1 || right === -1 ? { operand: 0, negated: right < 0 } : undefined;
    default:
      return undefined;
  }
}
