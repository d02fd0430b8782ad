// hot
// Integer operations: what Wasm demands and LLVM leaves open. A shift takes its amount modulo the width; a division by zero, and
// of the least number by -1, traps; the remainder of a division by -1 is 0.

import type { InstId } from '../../ir/function.js';
import { Op } from '../../ir/ops.js';
import { Type } from '../../ir/types.js';
import { BINARY, COUNT_INTRINSIC, DIVISION, INTEGER_COMPARE, INTRINSIC_SUFFIX, ROTATE, SHIFT, SIGN_EXTEND } from './arithmetic.js';
import type { Environment } from './environment.js';
import { callIntrinsic } from './intrinsics.js';
import { LLVM_TYPES } from './llvm-text.js';
import type { Operand, Writer } from './writer.js';

/** Sums, products and bits, which wrap as LLVM's do. */
export function emitBinary(w: Writer, env: Environment, inst: InstId, op: Op): void {
  w.binary(BINARY[op], LLVM_TYPES[env.func.type[inst]], env.operand(inst, 0), env.operand(inst, 1), env.result(inst));
}

export function emitCompare(w: Writer, env: Environment, inst: InstId, op: Op): void {
  if (op === Op.Eqz) return emitEqz(w, env, inst);
  w.icmp(INTEGER_COMPARE[op], LLVM_TYPES[env.func.type[inst]], env.operand(inst, 0), env.operand(inst, 1), env.bitResult(inst));
  env.widenBit(w, inst);
}

function emitEqz(w: Writer, env: Environment, inst: InstId): void {
  const operand = env.func.operand(inst, 0);
  const bit = env.bit(operand);
  if (bit !== undefined) w.binary('xor', 'i1', bit, 'true', env.bitResult(inst));
  else w.icmp('eq', env.type(operand), env.value(operand), 0, env.bitResult(inst));
  env.widenBit(w, inst);
}

export function emitShift(w: Writer, env: Environment, inst: InstId, op: Op): void {
  const type: Type = env.func.type[inst];
  const value = env.operand(inst, 0);
  w.binary(SHIFT[op], LLVM_TYPES[type], value, shiftAmount(w, env, inst, type), env.result(inst));
}

function shiftAmount(w: Writer, env: Environment, inst: InstId, type: Type): Operand {
  const { func } = env;
  const mask = type === Type.I32 ? 31 : 63;
  const amount = func.operand(inst, 1);
  if (func.isConst(amount)) return String(func.imm[func.definition(amount)] & mask);
  return w.binary('and', env.type(amount), env.value(amount), mask);
}

/** Rotations are funnel shifts of a value with itself. */
export function emitRotation(w: Writer, env: Environment, inst: InstId, op: Op): void {
  const value = env.operand(inst, 0);
  callIntrinsic(w, env, ROTATE[op], env.func.type[inst], [value, value, env.operand(inst, 1)], env.result(inst));
}

export function emitCount(w: Writer, env: Environment, inst: InstId, op: Op): void {
  const type: Type = env.func.type[inst];
  if (op === Op.Popcnt) return void callIntrinsic(w, env, 'llvm.ctpop', type, [env.operand(inst, 0)], env.result(inst));
  const llvm = LLVM_TYPES[type];
  const callee = env.out.intrinsic(`${COUNT_INTRINSIC[op]}.${INTRINSIC_SUFFIX[type]}`, llvm, `${llvm}, i1`);
  w.call(llvm, callee, `${llvm} ${env.operand(inst, 0)}, i1 false`, env.result(inst));
}

export function emitSignExtension(w: Writer, env: Environment, inst: InstId, op: Op): void {
  const operand = env.func.operand(inst, 0);
  const narrow = `i${SIGN_EXTEND[op]}`;
  const part = w.cast('trunc', env.type(operand), env.value(operand), narrow);
  w.cast('sext', narrow, part, LLVM_TYPES[env.func.type[inst]], env.result(inst));
}

export function emitDivision(w: Writer, env: Environment, inst: InstId, op: Op): void {
  const { func } = env;
  const type: Type = func.type[inst];
  const llvm = LLVM_TYPES[type];
  const dividend = env.operand(inst, 0);
  let divisor = env.operand(inst, 1);
  const known = func.isConst(func.operand(inst, 1));
  const constant = func.definition(func.operand(inst, 1));
  const low = known ? func.imm[constant] : 0;
  const high = known ? (type === Type.I64 ? func.imm2[constant] : low >> 31) : 0;
  if (!known || (low === 0 && high === 0)) w.trapIf(w.icmp('eq', llvm, divisor, 0), 'integer_divide_by_zero');
  const mayBeMinusOne = !known || (low === -1 && high === -1);
  if (op === Op.DivS && mayBeMinusOne) {
    const least = w.icmp('eq', llvm, dividend, type === Type.I32 ? '-2147483648' : '-9223372036854775808');
    const minusOne = w.icmp('eq', llvm, divisor, -1);
    w.trapIf(w.binary('and', 'i1', least, minusOne), 'integer_overflow');
  } else if (op === Op.RemS && mayBeMinusOne) {
    // A division by 1 has the same remainder; LLVM's srem by -1 overflows.
    const minusOne = w.icmp('eq', llvm, divisor, -1);
    divisor = w.select(minusOne, llvm, '1', divisor);
  }
  w.binary(DIVISION[op], llvm, dividend, divisor, env.result(inst));
}
