// The vector operations over bit patterns, for the interpreter: plain, lane by lane. A v128 is a BigInt below 2^128 whose
// lowest bits are lane 0. Relaxed operations make a choice that the spec allows: that of the strict operation where
// there is one, two roundings for madd, the sign of the lane for laneselect.

import { evaluate } from './interpret-numeric.js';
import { Op } from './ops.js';
import { SIMD_OPS } from './simd-ops.js';
import { Type } from './types.js';

/** An integer lane operation; lanes are unsigned, the result is cut to the width. */
type IntegerLane = (a: bigint, b: bigint, width: number) => bigint;

const signed = (width: number, bits: bigint): bigint => BigInt.asIntN(width, bits);
const ones = (width: number): bigint => (1n << BigInt(width)) - 1n;
const clamp = (value: bigint, least: bigint, most: bigint): bigint => (value < least ? least : value > most ? most : value);
const clampSigned = (width: number, value: bigint): bigint => clamp(value, -(1n << BigInt(width - 1)), ones(width - 1));
const clampUnsigned = (width: number, value: bigint): bigint => clamp(value, 0n, ones(width));
const mask = (holds: boolean, width: number): bigint => (holds ? ones(width) : 0n);
const compareSigned =
  (test: (a: bigint, b: bigint) => boolean): IntegerLane =>
  (a, b, w) =>
    mask(test(signed(w, a), signed(w, b)), w);
const compareUnsigned =
  (test: (a: bigint, b: bigint) => boolean): IntegerLane =>
  (a, b, w) =>
    mask(test(a, b), w);

/** Of one or two lanes. */
// biome-ignore format: a row is a line
const INTEGER: Readonly<Record<string, IntegerLane>> = {
  add: (a, b) => a + b, sub: (a, b) => a - b, mul: (a, b) => a * b, neg: (a) => -a,
  abs: (a, _b, w) => (signed(w, a) < 0n ? -a : a),
  popcnt: (a) => BigInt(a.toString(2).replaceAll('0', '').length),
  eq: compareUnsigned((a, b) => a === b), ne: compareUnsigned((a, b) => a !== b),
  lt_s: compareSigned((a, b) => a < b), lt_u: compareUnsigned((a, b) => a < b),
  gt_s: compareSigned((a, b) => a > b), gt_u: compareUnsigned((a, b) => a > b),
  le_s: compareSigned((a, b) => a <= b), le_u: compareUnsigned((a, b) => a <= b),
  ge_s: compareSigned((a, b) => a >= b), ge_u: compareUnsigned((a, b) => a >= b),
  min_s: (a, b, w) => (signed(w, a) < signed(w, b) ? a : b), min_u: (a, b) => (a < b ? a : b),
  max_s: (a, b, w) => (signed(w, a) > signed(w, b) ? a : b), max_u: (a, b) => (a > b ? a : b),
  add_sat_s: (a, b, w) => clampSigned(w, signed(w, a) + signed(w, b)), add_sat_u: (a, b, w) => clampUnsigned(w, a + b),
  sub_sat_s: (a, b, w) => clampSigned(w, signed(w, a) - signed(w, b)), sub_sat_u: (a, b, w) => clampUnsigned(w, a - b),
  avgr_u: (a, b) => (a + b + 1n) >> 1n,
  q15mulr_sat_s: (a, b, w) => clampSigned(w, (signed(w, a) * signed(w, b) + 0x4000n) >> 15n),
};

/** Of a lane and a scalar. */
const SHIFTS: Readonly<Record<string, (a: bigint, by: bigint, width: number) => bigint>> = {
  shl: (a, by) => a << by,
  shr_u: (a, by) => a >> by,
  shr_s: (a, by, w) => signed(w, a) >> by,
};

// biome-ignore format: a row is a line
const FLOAT: Readonly<Record<string, Op>> = {
  add: Op.FAdd, sub: Op.FSub, mul: Op.FMul, div: Op.FDiv, min: Op.FMin, max: Op.FMax, abs: Op.FAbs, neg: Op.FNeg,
  sqrt: Op.FSqrt, ceil: Op.FCeil, floor: Op.FFloor, trunc: Op.FTrunc, nearest: Op.FNearest,
};
const FLOAT_COMPARE: Readonly<Record<string, Op>> = { eq: Op.FEq, ne: Op.FNe, lt: Op.FLt, gt: Op.FGt, le: Op.FLe, ge: Op.FGe };

const CONVERSIONS: Readonly<Record<string, readonly [op: Op, type: Type, from: Type]>> = {
  convert_i32x4_s: [Op.ConvertS, Type.F32, Type.I32],
  convert_i32x4_u: [Op.ConvertU, Type.F32, Type.I32],
  convert_low_i32x4_s: [Op.ConvertS, Type.F64, Type.I32],
  convert_low_i32x4_u: [Op.ConvertU, Type.F64, Type.I32],
  promote_low_f32x4: [Op.Promote, Type.F64, Type.F32],
  demote_f64x2_zero: [Op.Demote, Type.F32, Type.F64],
  trunc_sat_f32x4_s: [Op.TruncSatS, Type.I32, Type.F32],
  trunc_sat_f32x4_u: [Op.TruncSatU, Type.I32, Type.F32],
  trunc_sat_f64x2_s_zero: [Op.TruncSatS, Type.I32, Type.F64],
  trunc_sat_f64x2_u_zero: [Op.TruncSatU, Type.I32, Type.F64],
};

const split = (bits: bigint, width: number): bigint[] => Array.from({ length: 128 / width }, (_, k) => BigInt.asUintN(width, bits >> BigInt(k * width)));
const join = (lanes: readonly bigint[], width: number): bigint =>
  lanes.reduce((bits, lane, k) => bits | (BigInt.asUintN(width, lane) << BigInt(k * width)), 0n);

/** The result of the operation in this row; `immediate` is the lane, or the lane numbers of a shuffle. */
export function evaluateSimd(row: number, immediate: number | Uint8Array, args: readonly bigint[]): bigint {
  const { name, lanes } = SIMD_OPS[row];
  const [shape, operation] = name.split('.');
  if (lanes === 0) return bitwise(operation, args);
  const strict =
    operation === 'relaxed_laneselect'
      ? operation
      : operation
          .replace(/^relaxed_(q15mulr)_s/, '$1_sat_s')
          .replace(/^relaxed_trunc/, 'trunc_sat')
          .replace(/^relaxed_(min|max|swizzle)/, '$1');
  const width = 128 / lanes;
  return (
    arrangement(strict, width, immediate, args) ??
    (shape.startsWith('f') ? float(strict, width === 32 ? Type.F32 : Type.F64, width, args) : integer(strict, width, args))
  );
}

function bitwise(operation: string, [a, b, c]: readonly bigint[]): bigint {
  switch (operation) {
    case 'not':
      return a ^ ones(128);
    case 'and':
      return a & b;
    case 'andnot':
      return a & (b ^ ones(128));
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
    case 'bitselect':
      return (a & c) | (b & (c ^ ones(128)));
    default:
      return a !== 0n ? 1n : 0n; // any_true
  }
}

/** What does not look at the numbers in the lanes, and what gives an i32; undefined for other operations. */
function arrangement(operation: string, width: number, immediate: number | Uint8Array, args: readonly bigint[]): bigint | undefined {
  const lanes = (k: number): bigint[] => split(args[k], width);
  const lane = typeof immediate === 'number' ? immediate : 0;
  switch (operation) {
    case 'splat':
      return join(
        Array.from({ length: 128 / width }, () => args[0]),
        width,
      );
    case 'extract_lane':
    case 'extract_lane_u':
      return lanes(0)[lane];
    case 'extract_lane_s':
      return BigInt.asUintN(32, signed(width, lanes(0)[lane]));
    case 'replace_lane':
      return join(lanes(0).with(lane, args[1]), width);
    case 'shuffle': {
      const both = [...lanes(0), ...lanes(1)];
      return typeof immediate === 'number'
        ? undefined
        : join(
            Array.from(immediate, (k) => both[k]),
            width,
          );
    }
    case 'swizzle': {
      const from = lanes(0);
      return join(
        lanes(1).map((k) => (k < 16n ? from[Number(k)] : 0n)),
        width,
      );
    }
    case 'all_true':
      return lanes(0).every((value) => value !== 0n) ? 1n : 0n;
    case 'bitmask':
      return lanes(0).reduce((bits, value, k) => bits | ((value >> BigInt(width - 1)) << BigInt(k)), 0n);
    case 'relaxed_laneselect': {
      const [a, b] = [lanes(0), lanes(1)];
      return join(
        lanes(2).map((value, k) => (signed(width, value) < 0n ? a[k] : b[k])),
        width,
      );
    }
    default:
      return CONVERSIONS[operation] === undefined ? undefined : convert(operation);
  }

  function convert(conversion: string): bigint {
    const [op, type, from] = CONVERSIONS[conversion];
    const source = split(args[0], from === Type.F64 ? 64 : 32).slice(0, 128 / width);
    return join(
      source.map((value) => evaluate(op, type, from, [value])!),
      width,
    );
  }
}

function float(operation: string, type: Type, width: number, args: readonly bigint[]): bigint {
  const [a, b, c] = args.map((bits) => split(bits, width));
  const compute = (op: Op, ...operands: bigint[]): bigint => evaluate(op, type, Type.None, operands)!;
  const each = (lane: (k: number) => bigint): bigint =>
    join(
      a.map((_value, k) => lane(k)),
      width,
    );
  switch (operation) {
    case 'pmin':
      return each((k) => (compute(Op.FLt, b[k], a[k]) !== 0n ? b[k] : a[k]));
    case 'pmax':
      return each((k) => (compute(Op.FLt, a[k], b[k]) !== 0n ? b[k] : a[k]));
    case 'relaxed_madd':
      return each((k) => compute(Op.FAdd, compute(Op.FMul, a[k], b[k]), c[k]));
    case 'relaxed_nmadd':
      return each((k) => compute(Op.FSub, c[k], compute(Op.FMul, a[k], b[k])));
    default:
  }
  const compare = FLOAT_COMPARE[operation];
  if (compare !== undefined) return each((k) => mask(compute(compare, a[k], b[k]) !== 0n, width));
  return each((k) => compute(FLOAT[operation], a[k], b?.[k] ?? 0n));
}

function integer(operation: string, width: number, args: readonly bigint[]): bigint {
  const lane = INTEGER[operation];
  if (lane !== undefined) {
    const b = args.length > 1 ? split(args[1], width) : [];
    return join(
      split(args[0], width).map((a, k) => lane(a, b[k] ?? 0n, width)),
      width,
    );
  }
  const shift = SHIFTS[operation];
  if (shift !== undefined)
    return join(
      split(args[0], width).map((a) => shift(a, args[1] % BigInt(width), width)),
      width,
    );
  return widening(operation, width, args);
}

/** Operations between lanes of different widths. */
function widening(operation: string, width: number, args: readonly bigint[]): bigint {
  const [, kind, , source, sign] = /^(\w+?)(_low|_high|_pairwise)?_i(\d+)x.*?_([su])$/.exec(operation)!;
  const from = Number(source);
  const extend = (value: bigint): bigint => (sign === 's' || kind === 'narrow' ? signed(from, value) : value);
  const [a, b] = args.map((bits) => split(bits, from).map(extend));
  const half = (lanes: bigint[]): bigint[] => (operation.includes('_high_') ? lanes.slice(lanes.length / 2) : lanes.slice(0, lanes.length / 2));
  const pairs = (lanes: readonly bigint[]): bigint[] => Array.from({ length: lanes.length / 2 }, (_, k) => lanes[2 * k] + lanes[2 * k + 1]);
  switch (kind) {
    case 'narrow':
      return join(
        [...a, ...b].map((value) => (sign === 's' ? clampSigned(width, value) : clampUnsigned(width, value))),
        width,
      );
    case 'extend':
      return join(half(a), width);
    case 'extmul':
      return join(
        half(a).map((value, k) => value * half(b)[k]),
        width,
      );
    case 'extadd':
      return join(pairs(a), width);
    case 'dot':
      return join(pairs(a.map((value, k) => value * b[k])), width);
    case 'relaxed_dot': {
      const sums = pairs(a.map((value, k) => value * b[k]));
      if (width === 16) return join(sums, width);
      const addend = split(args[2], width);
      return join(
        pairs(sums.map((value) => signed(16, value))).map((value, k) => value + addend[k]),
        width,
      );
    }
    default:
      throw new Error(`the interpreter does not run ${operation}`);
  }
}
