// hot
// Constants of a function: reading their bits as numbers, turning instructions into constants, adding new ones.

import type { Func } from './function.js';
import type { InstId, ValueId } from './function.js';
import { Op } from './ops.js';
import { Type } from './types.js';

const scratch = new DataView(new ArrayBuffer(8));

/** The value of a constant f32 or f64; the payload of a NaN is lost. */
export function floatOf(func: Func, inst: InstId): number {
  scratch.setInt32(0, func.imm[inst], true);
  if (func.type[inst] === Type.F32) return scratch.getFloat32(0, true);
  scratch.setInt32(4, func.imm2[inst], true);
  return scratch.getFloat64(0, true);
}

/** The value of a constant i32 or i64 as a signed integer. */
export function bigOf(func: Func, inst: InstId): bigint {
  if (func.type[inst] === Type.I32) return BigInt(func.imm[inst]);
  return (BigInt(func.imm2[inst]) << 32n) | BigInt(func.imm[inst] >>> 0);
}

/** Turns an instruction with one result into the constant with these bits. */
export function becomeConst(func: Func, inst: InstId, type: Type, low: number, high: number): void {
  func.op[inst] = Op.Const;
  func.type[inst] = type;
  func.imm[inst] = low;
  func.imm2[inst] = high;
  func.aux[inst] = 0;
  func.operandCount[inst] = 0;
}

/** Turns an instruction into an integer constant; bits beyond the type are dropped. */
export function becomeInt(func: Func, inst: InstId, type: Type, value: bigint): void {
  const low = Number(BigInt.asIntN(32, value));
  becomeConst(func, inst, type, low, type === Type.I64 ? Number(BigInt.asIntN(32, value >> 32n)) : 0);
}

/** Turns an instruction into a float constant, rounded to the type. The value is not NaN. */
export function becomeFloat(func: Func, inst: InstId, type: Type, value: number): void {
  if (type === Type.F32) {
    scratch.setFloat32(0, value, true);
    becomeConst(func, inst, type, scratch.getInt32(0, true), 0);
  } else {
    scratch.setFloat64(0, value, true);
    becomeConst(func, inst, type, scratch.getInt32(0, true), scratch.getInt32(4, true));
  }
}

/** The value of a new constant that stands before `where`. */
export function constBefore(func: Func, where: InstId, type: Type, low: number, high: number): ValueId {
  const inst = func.newInst(Op.Const, type);
  func.imm[inst] = low;
  func.imm2[inst] = high;
  func.origin[inst] = func.origin[where];
  func.insertBefore(where, inst);
  return func.result(inst);
}

/** The value of a new integer constant that stands before `where`; bits beyond the type are dropped. */
export function intBefore(func: Func, where: InstId, type: Type, value: bigint): ValueId {
  const low = Number(BigInt.asIntN(32, value));
  return constBefore(func, where, type, low, type === Type.I64 ? Number(BigInt.asIntN(32, value >> 32n)) : 0);
}

/** The constant that defines a value, or -1. */
export function constantOf(func: Func, value: ValueId): InstId {
  const inst = func.valueDef[value];
  return inst >= 0 && func.op[inst] === Op.Const ? inst : -1;
}

/** Whether a constant i32 or i64 is this small integer. */
export function isInt(func: Func, inst: InstId, value: number): boolean {
  return func.imm[inst] === value && (func.type[inst] === Type.I32 || func.imm2[inst] === value >> 31);
}
