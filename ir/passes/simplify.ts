// hot
// Algebraic simplification of integer arithmetic, bit operations, shifts and conversions. Every rule holds for all
// operands modulo 2^N. Rules that name a trapping division apply only where the divisor rules the trap out.

import { upperBound, bitLength } from '../analysis/upper-bound.js';
import { becomeConst, bigOf, constantOf, intBefore, isInt } from '../constants.js';
import type { Func } from '../function.js';
import type { InstId, ValueId } from '../function.js';
import { Family, Op, accessBytesLog2, accessSigned, opFamily } from '../ops.js';
import { rewriteInstructions } from '../pass.js';
import type { Pass } from '../pass.js';
import { Type } from '../types.js';

export const simplify: Pass = { name: 'simplify', help: 'simplify arithmetic, bit operations, shifts and conversions', run };

function run(func: Func): boolean {
  return rewriteInstructions(func, simplifyInst);
}

/** Applies one rule; false if none applies. */
function simplifyInst(func: Func, inst: InstId): boolean {
  switch (func.op[inst] as Op) {
    case Op.Add:
      return commute(func, inst) || simplifyAdd(func, inst);
    case Op.Sub:
      return simplifySub(func, inst);
    case Op.Mul:
      return commute(func, inst) || simplifyMul(func, inst);
    case Op.DivS:
    case Op.DivU:
    case Op.RemS:
    case Op.RemU:
      return simplifyDivision(func, inst);
    case Op.And:
      return commute(func, inst) || simplifyAnd(func, inst);
    case Op.Or:
      return commute(func, inst) || simplifyOr(func, inst);
    case Op.Xor:
      return commute(func, inst) || simplifyXor(func, inst);
    case Op.Shl:
    case Op.ShrS:
    case Op.ShrU:
      return simplifyShiftAmount(func, inst) || simplifyShift(func, inst);
    case Op.Rotl:
    case Op.Rotr:
      return simplifyShiftAmount(func, inst);
    case Op.Extend8S:
      return simplifyExtension(func, inst, 8);
    case Op.Extend16S:
      return simplifyExtension(func, inst, 16);
    case Op.Extend32S:
      return simplifyExtension(func, inst, 32);
    case Op.Wrap:
      return simplifyWrap(func, inst);
    case Op.ExtendU:
      return simplifyExtendU(func, inst);
    case Op.ExtendS:
      return simplifyExtendS(func, inst);
    case Op.FNeg:
      return simplifyNeg(func, inst);
    case Op.FAbs:
      return simplifyAbs(func, inst);
    case Op.Reinterpret:
      return simplifyReinterpret(func, inst);
    default:
      return false;
  }
}

const widthOf = (func: Func, inst: InstId): number => (func.type[inst] === Type.I32 ? 32 : 64);
const ones = (bits: number): bigint => (1n << BigInt(bits)) - 1n;

function replace(func: Func, inst: InstId, by: ValueId): boolean {
  func.replaceInst(inst, by);
  return true;
}

function becomeZero(func: Func, inst: InstId): boolean {
  becomeConst(func, inst, func.type[inst], 0, 0);
  return true;
}

/** The instruction that computes a value if its op is this one, else -1. */
function defined(func: Func, value: ValueId, op: Op): InstId {
  const inst = func.valueDef[value];
  return inst >= 0 && func.op[inst] === op ? inst : -1;
}

/** Moves a constant to the right. */
function commute(func: Func, inst: InstId): boolean {
  const a = func.operand(inst, 0);
  const b = func.operand(inst, 1);
  if (!func.isConst(a) || func.isConst(b)) return false;
  func.setOperand(inst, 0, b);
  func.setOperand(inst, 1, a);
  return true;
}

/** `op(op(x, c1), c2)` → `op(x, combined)` where the operands allow it; -1n stands for every bit. */
function reassociate(func: Func, inst: InstId, c: InstId): boolean {
  const op: Op = func.op[inst];
  const inner = defined(func, func.operand(inst, 0), op);
  if (inner < 0) return false;
  const c1 = constantOf(func, func.operand(inner, 1));
  if (c1 < 0) return false;
  const x = bigOf(func, c1);
  const y = bigOf(func, c);
  const combined = op === Op.Add ? x + y : op === Op.Mul ? x * y : op === Op.And ? x & y : op === Op.Or ? x | y : x ^ y;
  func.setOperand(inst, 0, func.operand(inner, 0));
  func.setOperand(inst, 1, intBefore(func, inst, func.type[inst], combined));
  return true;
}

function simplifyAdd(func: Func, inst: InstId): boolean {
  const c = constantOf(func, func.operand(inst, 1));
  if (c < 0) return false;
  if (isInt(func, c, 0)) return replace(func, inst, func.operand(inst, 0));
  return reassociate(func, inst, c);
}

function simplifySub(func: Func, inst: InstId): boolean {
  const a = func.operand(inst, 0);
  const b = func.operand(inst, 1);
  if (a === b) return becomeZero(func, inst);
  const sum = defined(func, a, Op.Add);
  if (sum >= 0 && func.operand(sum, 0) === b) return replace(func, inst, func.operand(sum, 1)); // x + y - x
  if (sum >= 0 && func.operand(sum, 1) === b) return replace(func, inst, func.operand(sum, 0));
  const c = constantOf(func, b);
  if (c < 0) return false;
  func.op[inst] = Op.Add;
  func.setOperand(inst, 1, intBefore(func, inst, func.type[inst], -bigOf(func, c)));
  return true;
}

/** The exponent if a constant is a power of two, else -1. */
function exponent(func: Func, c: InstId): number {
  const low = func.imm[c];
  const high = func.imm2[c];
  if (high === 0) return low !== 0 && (low & (low - 1)) === 0 ? 31 - Math.clz32(low) : -1;
  return low === 0 && (high & (high - 1)) === 0 ? 63 - Math.clz32(high) : -1;
}

function simplifyMul(func: Func, inst: InstId): boolean {
  const c = constantOf(func, func.operand(inst, 1));
  if (c < 0) return false;
  if (isInt(func, c, 0)) return becomeZero(func, inst);
  if (isInt(func, c, 1)) return replace(func, inst, func.operand(inst, 0));
  const k = exponent(func, c);
  if (k < 0) return reassociate(func, inst, c);
  func.op[inst] = Op.Shl;
  func.setOperand(inst, 1, intBefore(func, inst, func.type[inst], BigInt(k)));
  return true;
}

/** Division and remainder by 1 and, unsigned, by powers of two. */
function simplifyDivision(func: Func, inst: InstId): boolean {
  const c = constantOf(func, func.operand(inst, 1));
  if (c < 0) return false;
  const op: Op = func.op[inst];
  const isRemainder = op === Op.RemS || op === Op.RemU;
  if (isInt(func, c, 1)) return isRemainder ? becomeZero(func, inst) : replace(func, inst, func.operand(inst, 0));
  const k = exponent(func, c);
  if (k < 0 || op === Op.DivS || op === Op.RemS) return false;
  func.op[inst] = isRemainder ? Op.And : Op.ShrU;
  func.setOperand(inst, 1, intBefore(func, inst, func.type[inst], isRemainder ? ones(k) : BigInt(k)));
  return true;
}

function simplifyAnd(func: Func, inst: InstId): boolean {
  const a = func.operand(inst, 0);
  if (a === func.operand(inst, 1)) return replace(func, inst, a);
  const c = constantOf(func, func.operand(inst, 1));
  if (c < 0) return false;
  if (isInt(func, c, 0)) return becomeZero(func, inst);
  if (isInt(func, c, -1)) return replace(func, inst, a);
  const bound = upperBound(func, a);
  const mask = bigOf(func, c);
  if (bound < Infinity) {
    const possible = ones(bitLength(bound));
    if ((mask & possible) === possible) return replace(func, inst, a);
  }
  const from = signExtendedFrom(func, a);
  if (from > 0 && mask >= 0n && mask <= ones(from)) {
    // the mask drops every copy of the sign
    func.setOperand(inst, 0, func.operand(func.valueDef[a], 0));
    return true;
  }
  return reassociate(func, inst, c);
}

/** The width that an extension within a type starts from, 0 for other values. */
function signExtendedFrom(func: Func, value: ValueId): number {
  const inst = func.valueDef[value];
  if (inst < 0) return 0;
  switch (func.op[inst] as Op) {
    case Op.Extend8S:
      return 8;
    case Op.Extend16S:
      return 16;
    case Op.Extend32S:
      return 32;
    default:
      return 0;
  }
}

function simplifyOr(func: Func, inst: InstId): boolean {
  const a = func.operand(inst, 0);
  if (a === func.operand(inst, 1)) return replace(func, inst, a);
  const c = constantOf(func, func.operand(inst, 1));
  if (c < 0) return false;
  if (isInt(func, c, 0)) return replace(func, inst, a);
  if (isInt(func, c, -1)) return replace(func, inst, func.operand(inst, 1));
  return reassociate(func, inst, c);
}

function simplifyXor(func: Func, inst: InstId): boolean {
  const a = func.operand(inst, 0);
  if (a === func.operand(inst, 1)) return becomeZero(func, inst);
  const c = constantOf(func, func.operand(inst, 1));
  if (c < 0) return false;
  return isInt(func, c, 0) ? replace(func, inst, a) : reassociate(func, inst, c);
}

/** Shift and rotation amounts count modulo the width: `x << (y & 31)` is `x << y`. */
function simplifyShiftAmount(func: Func, inst: InstId): boolean {
  const b = func.operand(inst, 1);
  const top = widthOf(func, inst) - 1;
  const c = constantOf(func, b);
  if (c >= 0) {
    const amount = func.imm[c] & top;
    if (amount === 0) return replace(func, inst, func.operand(inst, 0));
    if (isInt(func, c, amount)) return false;
    func.setOperand(inst, 1, intBefore(func, inst, func.type[inst], BigInt(amount)));
    return true;
  }
  const mask = defined(func, b, Op.And);
  if (mask < 0) return false;
  const bits = constantOf(func, func.operand(mask, 1));
  if (bits < 0 || (func.imm[bits] & top) !== top) return false;
  func.setOperand(inst, 1, func.operand(mask, 0));
  return true;
}

/** A shift of a constant 0, of a shift by a constant, or of nothing but bits that fall out. */
function simplifyShift(func: Func, inst: InstId): boolean {
  const a = func.operand(inst, 0);
  const zero = constantOf(func, a);
  if (zero >= 0 && isInt(func, zero, 0)) return replace(func, inst, a);
  const c = constantOf(func, func.operand(inst, 1));
  if (c < 0) return false;
  const op: Op = func.op[inst];
  const amount = func.imm[c];
  if (op === Op.ShrU && upperBound(func, a) < 2 ** amount) return becomeZero(func, inst);
  const inner = func.valueDef[a];
  if (inner < 0 || opFamily[func.op[inner]] !== Family.Shift) return false;
  const c1 = constantOf(func, func.operand(inner, 1));
  if (c1 < 0) return false;
  const width = widthOf(func, inst);
  return combineShifts(func, inst, inner, func.imm[c1] & (width - 1), amount, width);
}

/** The shift `inst` by `second` of the shift `inner` by `first`. */
function combineShifts(func: Func, inst: InstId, inner: InstId, first: number, second: number, width: number): boolean {
  const op: Op = func.op[inst];
  const type: Type = func.type[inst];
  const x = func.operand(inner, 0);
  if (func.op[inner] === op) {
    const sum = first + second;
    if (sum >= width && op !== Op.ShrS) return becomeZero(func, inst);
    func.setOperand(inst, 0, x);
    func.setOperand(inst, 1, intBefore(func, inst, type, BigInt(Math.min(sum, width - 1))));
    return true;
  }
  if (first !== second) return false;
  if (op === Op.ShrU && func.op[inner] === Op.Shl) return become(func, inst, Op.And, x, ones(width - first));
  if (op === Op.Shl) return become(func, inst, Op.And, x, -1n << BigInt(first)); // after either right shift
  if (op !== Op.ShrS || func.op[inner] !== Op.Shl) return false;
  const kept = width - first;
  if (kept !== 8 && kept !== 16 && kept !== 32) return false;
  func.become(inst, kept === 8 ? Op.Extend8S : kept === 16 ? Op.Extend16S : Op.Extend32S, type, x);
  return true;
}

/** Becomes `op(x, c)`. */
function become(func: Func, inst: InstId, op: Op, x: ValueId, c: bigint): boolean {
  const type: Type = func.type[inst];
  func.become(inst, op, type, x, intBefore(func, inst, type, c));
  return true;
}

/** Whether a value is the sign extension of its low `bits` bits. */
function fitsSigned(func: Func, value: ValueId, bits: number): boolean {
  if (upperBound(func, value) < 2 ** (bits - 1)) return true;
  const from = signExtendedFrom(func, value);
  if (from > 0) return from <= bits;
  const inst = func.valueDef[value];
  if (inst < 0) return false;
  if (func.op[inst] === Op.ExtendS) return bits >= 32;
  return func.op[inst] === Op.Load && accessSigned(func.aux[inst]) && 8 << accessBytesLog2(func.aux[inst]) <= bits;
}

/** Sign extension of the low `bits` bits within the type. */
function simplifyExtension(func: Func, inst: InstId, bits: number): boolean {
  const a = func.operand(inst, 0);
  if (fitsSigned(func, a, bits)) return replace(func, inst, a);
  const wider = signExtendedFrom(func, a) > bits ? func.valueDef[a] : -1;
  const mask = defined(func, a, Op.And);
  const c = mask >= 0 ? constantOf(func, func.operand(mask, 1)) : -1;
  const keeps = c >= 0 && (bigOf(func, c) & ones(bits)) === ones(bits);
  const source = wider >= 0 ? wider : keeps ? mask : -1;
  if (source < 0) return false;
  func.setOperand(inst, 0, func.operand(source, 0));
  return true;
}

function simplifyWrap(func: Func, inst: InstId): boolean {
  const a = func.valueDef[func.operand(inst, 0)];
  if (a < 0) return false;
  if (func.op[a] === Op.ExtendS || func.op[a] === Op.ExtendU) return replace(func, inst, func.operand(a, 0));
  if (func.op[a] === Op.Extend32S) {
    func.setOperand(inst, 0, func.operand(a, 0));
    return true;
  }
  const c = func.op[a] === Op.And ? constantOf(func, func.operand(a, 1)) : -1;
  if (c < 0 || func.imm[c] !== -1) return false;
  func.setOperand(inst, 0, func.operand(a, 0)); // the mask keeps the low half
  return true;
}

/** `extend_u(wrap x)` is x without its high half. */
function simplifyExtendU(func: Func, inst: InstId): boolean {
  const wrap = defined(func, func.operand(inst, 0), Op.Wrap);
  if (wrap < 0) return false;
  const x = func.operand(wrap, 0);
  if (upperBound(func, x) <= 0xffffffff) return replace(func, inst, x);
  return become(func, inst, Op.And, x, 0xffffffffn);
}

/** `extend_s(wrap x)` extends within i64; a value whose sign bit is clear is extended without sign. */
function simplifyExtendS(func: Func, inst: InstId): boolean {
  const a = func.operand(inst, 0);
  const wrap = defined(func, a, Op.Wrap);
  if (wrap >= 0) {
    func.become(inst, Op.Extend32S, Type.I64, func.operand(wrap, 0));
    return true;
  }
  if (upperBound(func, a) > 0x7fffffff) return false;
  func.op[inst] = Op.ExtendU;
  return true;
}

/** Sign operations are exact on bits, NaN included. */
function simplifyNeg(func: Func, inst: InstId): boolean {
  const inner = defined(func, func.operand(inst, 0), Op.FNeg);
  return inner >= 0 && replace(func, inst, func.operand(inner, 0));
}

function simplifyAbs(func: Func, inst: InstId): boolean {
  const a = func.operand(inst, 0);
  if (defined(func, a, Op.FAbs) >= 0) return replace(func, inst, a);
  const inner = defined(func, a, Op.FNeg);
  if (inner < 0) return false;
  func.setOperand(inst, 0, func.operand(inner, 0));
  return true;
}

function simplifyReinterpret(func: Func, inst: InstId): boolean {
  const inner = defined(func, func.operand(inst, 0), Op.Reinterpret);
  return inner >= 0 && func.aux[inner] === func.type[inst] && replace(func, inst, func.operand(inner, 0));
}
