// The numeric operations of the IR over bit patterns, written for plainness and apart from constant folding, which
// is tested against it. A value of N bits is a BigInt below 2^N. Arithmetic that gives a NaN gives the canonical
// one: a choice that the spec allows.

import { Family, Op, opFamily } from './ops.js';
import { Type } from './types.js';

export type TrapKind = 'unreachable' | 'memory' | 'table' | 'divide-by-zero' | 'overflow' | 'conversion' | 'alignment' | 'null' | 'indirect' | 'unshared';

/** A Wasm trap. */
export class Trap extends Error {
  constructor(readonly kind: TrapKind) {
    super(`trap: ${kind}`);
    this.name = 'Trap';
  }
}

const widthOf = (type: Type): number => (type === Type.I32 || type === Type.F32 ? 32 : 64);
const signed = (width: number, bits: bigint): bigint => BigInt.asIntN(width, bits);

const view = new DataView(new ArrayBuffer(8));

/** The number that the bits of an f32 or f64 stand for. */
function toFloat(type: Type, bits: bigint): number {
  view.setBigUint64(0, bits, true);
  return type === Type.F32 ? view.getFloat32(0, true) : view.getFloat64(0, true);
}

/** The bits of a number rounded to a float type. */
function fromFloat(type: Type, value: number): bigint {
  if (Number.isNaN(value)) return type === Type.F32 ? 0x7fc00000n : 0x7ff8000000000000n;
  if (type === Type.F64) {
    view.setFloat64(0, value, true);
    return view.getBigUint64(0, true);
  }
  view.setFloat32(0, value, true);
  return BigInt(view.getUint32(0, true));
}

/** The result of a pure or trapping op without references or memory; undefined if `op` is none of those. */
export function evaluate(op: Op, type: Type, from: Type, args: readonly bigint[]): bigint | undefined {
  switch (opFamily[op]) {
    case Family.Integer:
    case Family.Division:
    case Family.Shift:
    case Family.Rotation:
      return BigInt.asUintN(widthOf(type), integer(op, widthOf(type), args[0], args[1]));
    case Family.Comparison:
      return compare(op, widthOf(type), args[0], args[1] ?? 0n) ? 1n : 0n;
    case Family.BitCount:
    case Family.SignExtension:
      return BigInt.asUintN(widthOf(type), bitwise(op, widthOf(type), args[0]));
    case Family.FloatSign:
      return sign(op, widthOf(type), args);
    case Family.FloatArithmetic:
      return fromFloat(type, arithmetic(op, toFloat(type, args[0]), toFloat(type, args[1])));
    case Family.FloatRounding:
      return fromFloat(type, rounding(op, toFloat(type, args[0])));
    case Family.FloatComparison:
      return floatCompare(op, toFloat(type, args[0]), toFloat(type, args[1])) ? 1n : 0n;
    case Family.Conversion:
      return convert(op, type, from, args[0]);
    case Family.Choice:
      return args[2] !== 0n ? args[0] : args[1];
    default:
      return undefined;
  }
}

/** The two results of an op of wide arithmetic. */
export function evaluateWide(op: Op, args: readonly bigint[]): [bigint, bigint] {
  const signed = (value: bigint): bigint => (op === Op.MulWideS ? BigInt.asIntN(64, value) : value);
  const join = (low: bigint, high: bigint): bigint => (high << 64n) | low;
  const whole =
    op === Op.Add128
      ? join(args[0], args[1]) + join(args[2], args[3])
      : op === Op.Sub128
        ? join(args[0], args[1]) - join(args[2], args[3])
        : signed(args[0]) * signed(args[1]);
  return [BigInt.asUintN(64, whole), BigInt.asUintN(64, whole >> 64n)];
}

function integer(op: Op, width: number, x: bigint, y: bigint): bigint {
  const shift = y % BigInt(width);
  switch (op) {
    case Op.Add:
      return x + y;
    case Op.Sub:
      return x - y;
    case Op.Mul:
      return x * y;
    case Op.And:
      return x & y;
    case Op.Or:
      return x | y;
    case Op.Xor:
      return x ^ y;
    case Op.Shl:
      return x << shift;
    case Op.ShrU:
      return x >> shift;
    case Op.ShrS:
      return signed(width, x) >> shift;
    case Op.Rotl:
      return (x << shift) | (x >> (BigInt(width) - shift));
    case Op.Rotr:
      return (x >> shift) | (x << (BigInt(width) - shift));
    default:
  }
  if (y === 0n) throw new Trap('divide-by-zero');
  if (op === Op.DivU) return x / y;
  if (op === Op.RemU) return x % y;
  if (op === Op.RemS) return signed(width, x) % signed(width, y);
  const quotient = signed(width, x) / signed(width, y);
  if (signed(width, quotient) !== quotient) throw new Trap('overflow');
  return quotient;
}

function compare(op: Op, width: number, x: bigint, y: bigint): boolean {
  const a = signed(width, x);
  const b = signed(width, y);
  switch (op) {
    case Op.Eq:
    case Op.Eqz:
      return x === y;
    case Op.Ne:
      return x !== y;
    case Op.LtS:
      return a < b;
    case Op.LtU:
      return x < y;
    case Op.GtS:
      return a > b;
    case Op.GtU:
      return x > y;
    case Op.LeS:
      return a <= b;
    case Op.LeU:
      return x <= y;
    case Op.GeS:
      return a >= b;
    default:
      return x >= y;
  }
}

function bitwise(op: Op, width: number, x: bigint): bigint {
  const digits = x.toString(2).padStart(width, '0');
  switch (op) {
    case Op.Clz:
      return BigInt(digits.indexOf('1') < 0 ? width : digits.indexOf('1'));
    case Op.Ctz:
      return BigInt(digits.lastIndexOf('1') < 0 ? width : width - 1 - digits.lastIndexOf('1'));
    case Op.Popcnt:
      return BigInt(digits.replaceAll('0', '').length);
    case Op.Extend8S:
      return signed(8, x);
    case Op.Extend16S:
      return signed(16, x);
    default:
      return signed(32, x);
  }
}

function sign(op: Op, width: number, args: readonly bigint[]): bigint {
  const top = 1n << BigInt(width - 1);
  const magnitude = args[0] & (top - 1n);
  if (op === Op.FAbs) return magnitude;
  return op === Op.FNeg ? args[0] ^ top : magnitude | (args[1] & top);
}

function arithmetic(op: Op, x: number, y: number): number {
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

function rounding(op: Op, x: number): number {
  switch (op) {
    case Op.FCeil:
      return Math.ceil(x);
    case Op.FFloor:
      return Math.floor(x);
    case Op.FTrunc:
      return Math.trunc(x);
    case Op.FSqrt:
      return Math.sqrt(x);
    default: {
      // nearest: adding 2^52 leaves no room for a fraction and rounds to even
      if (!(Math.abs(x) < 2 ** 52)) return x;
      const magnitude = Math.abs(x) + 2 ** 52 - 2 ** 52;
      return x < 0 || Object.is(x, -0) ? -magnitude : magnitude;
    }
  }
}

function floatCompare(op: Op, x: number, y: number): boolean {
  switch (op) {
    case Op.FEq:
      return x === y;
    case Op.FNe:
      return x !== y;
    case Op.FLt:
      return x < y;
    case Op.FGt:
      return x > y;
    case Op.FLe:
      return x <= y;
    default:
      return x >= y;
  }
}

function convert(op: Op, type: Type, from: Type, x: bigint): bigint {
  const width = widthOf(type);
  switch (op) {
    case Op.Wrap:
      return BigInt.asUintN(32, x);
    case Op.ExtendU:
    case Op.Reinterpret:
      return x;
    case Op.ExtendS:
      return BigInt.asUintN(64, signed(32, x));
    case Op.TruncS:
    case Op.TruncSatS:
      return truncate(toFloat(from, x), width, -(1n << BigInt(width - 1)), (1n << BigInt(width - 1)) - 1n, op === Op.TruncSatS);
    case Op.TruncU:
    case Op.TruncSatU:
      return truncate(toFloat(from, x), width, 0n, (1n << BigInt(width)) - 1n, op === Op.TruncSatU);
    case Op.ConvertS:
      return fromInteger(type, signed(widthOf(from), x));
    case Op.ConvertU:
      return fromInteger(type, x);
    default:
      return fromFloat(type, toFloat(from, x)); // demote, promote
  }
}

function truncate(value: number, width: number, least: bigint, most: bigint, saturates: boolean): bigint {
  if (Number.isNaN(value)) {
    if (!saturates) throw new Trap('conversion');
    return 0n;
  }
  const whole = Number.isFinite(value) ? BigInt(Math.trunc(value)) : value < 0 ? least - 1n : most + 1n;
  if (!saturates && (whole < least || whole > most)) throw new Trap('overflow');
  return BigInt.asUintN(width, whole < least ? least : whole > most ? most : whole);
}

/** Rounds once: of an integer too long for a double, the bits that cannot matter are gathered in the last one. */
function fromInteger(type: Type, value: bigint): bigint {
  if (type === Type.F64) return fromFloat(type, Number(value));
  const magnitude = value < 0n ? -value : value;
  if (magnitude < 1n << 53n) return fromFloat(type, Number(value));
  const gathered = (magnitude >> 11n) | ((magnitude & 0x7ffn) !== 0n ? 1n : 0n);
  const rounded = Math.fround(Number(gathered)) * 2048;
  return fromFloat(type, value < 0n ? -rounded : rounded);
}
