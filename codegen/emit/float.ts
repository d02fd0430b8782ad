// hot
// Float operations: what Wasm demands and LLVM leaves open. Arithmetic makes a NaN quiet, also where LLVM would return an operand as
// it is; conversions to integers trap for what does not fit.

import type { InstId, ValueId } from '../../ir/function.js';
import { Op } from '../../ir/ops.js';
import { Type } from '../../ir/types.js';
import {
  BINARY,
  CAST,
  FLOAT_COMPARE,
  INTRINSIC_SUFFIX,
  MIN_MAX,
  ROUNDING,
  TRUNCATE,
  TRUNCATE_SATURATING,
  floatIdentity,
  truncationRange,
} from './arithmetic.js';
import type { Environment } from './environment.js';
import { callIntrinsic } from './intrinsics.js';
import { LLVM_TYPES } from './llvm-text.js';
import { notEmitted } from './not-emitted.js';
import { Likely } from './writer.js';
import type { Operand, Writer } from './writer.js';

export function emitFloatCompare(w: Writer, env: Environment, inst: InstId, op: Op): void {
  w.fcmp(FLOAT_COMPARE[op], LLVM_TYPES[env.func.type[inst]], env.operand(inst, 0), env.operand(inst, 1), env.bitResult(inst));
  env.widenBit(w, inst);
}

export function emitFloatArithmetic(w: Writer, env: Environment, inst: InstId, op: Op): void {
  if (MIN_MAX[op] !== undefined) return emitMinMax(w, env, inst, op);
  const { func } = env;
  const type: Type = func.type[inst];
  const llvm = LLVM_TYPES[type];
  const identity = floatIdentity(op, constantFloat(env, func.operand(inst, 0)), constantFloat(env, func.operand(inst, 1)));
  if (identity === undefined) {
    w.binary(BINARY[op], llvm, env.operand(inst, 0), env.operand(inst, 1), env.result(inst));
    return;
  }
  const quiet = quieted(w, env.operand(inst, identity.operand), type);
  if (identity.negated) w.fneg(llvm, quiet, env.result(inst));
  else w.copy(llvm, quiet, env.result(inst));
}

export function emitRounding(w: Writer, env: Environment, inst: InstId, op: Op): void {
  callIntrinsic(w, env, ROUNDING[op], env.func.type[inst], [env.operand(inst, 0)], env.result(inst));
}

export function emitFloatSign(w: Writer, env: Environment, inst: InstId, op: Op): void {
  const type: Type = env.func.type[inst];
  const operand = env.operand(inst, 0);
  switch (op) {
    case Op.FNeg:
      return void w.fneg(LLVM_TYPES[type], operand, env.result(inst));
    case Op.FAbs:
      return void callIntrinsic(w, env, 'llvm.fabs', type, [operand], env.result(inst));
    case Op.FCopysign:
      return void callIntrinsic(w, env, 'llvm.copysign', type, [operand, env.operand(inst, 1)], env.result(inst));
    default:
      return notEmitted(op);
  }
}

/** LLVM's minimum and maximum return a NaN operand as it is; Wasm's are arithmetic. */
function emitMinMax(w: Writer, env: Environment, inst: InstId, op: Op): void {
  const type: Type = env.func.type[inst];
  const least = callIntrinsic(w, env, MIN_MAX[op], type, [env.operand(inst, 0), env.operand(inst, 1)]);
  w.copy(LLVM_TYPES[type], quieted(w, least, type), env.result(inst));
}

/** The same number; a NaN made quiet, as arithmetic does. */
function quieted(w: Writer, value: Operand, type: Type): Operand {
  const llvm = LLVM_TYPES[type];
  const [integer, bit] = type === Type.F32 ? (['i32', '4194304'] as const) : (['i64', '2251799813685248'] as const);
  const isNan = w.fcmp('uno', llvm, value, value);
  const bits = w.cast('bitcast', llvm, value, integer);
  const set = w.binary('or', integer, bits, bit);
  const nan = w.cast('bitcast', integer, set, llvm);
  return w.select(isNan, llvm, nan, value);
}

const scratch = new DataView(new ArrayBuffer(8));

function constantFloat({ func }: Environment, value: ValueId): number | undefined {
  if (!func.isConst(value)) return undefined;
  const inst = func.definition(value);
  if (func.type[inst] === Type.F32) {
    scratch.setInt32(0, func.imm[inst]);
    return scratch.getFloat32(0);
  }
  scratch.setInt32(0, func.imm2[inst]);
  scratch.setInt32(4, func.imm[inst]);
  return scratch.getFloat64(0);
}

/** Emits one conversion, between integers too. */
export function emitConversion(w: Writer, env: Environment, inst: InstId, op: Op): void {
  switch (op) {
    case Op.Demote:
      return emitDemotion(w, env, inst);
    case Op.TruncS:
    case Op.TruncU:
      return emitTruncation(w, env, inst, op);
    case Op.TruncSatS:
    case Op.TruncSatU:
      return emitSaturatingTruncation(w, env, inst, op);
    default:
      emitCast(w, env, inst, op);
  }
}

/** Conversions that LLVM has as they are. */
function emitCast(w: Writer, env: Environment, inst: InstId, op: Op): void {
  const operand = env.func.operand(inst, 0);
  w.cast(CAST[op], env.type(operand), env.value(operand), LLVM_TYPES[env.func.type[inst]], env.result(inst));
}

function emitDemotion(w: Writer, env: Environment, inst: InstId): void {
  const { func } = env;
  const definition = func.definition(func.operand(inst, 0));
  if (definition < 0 || func.op[definition] !== Op.Promote) return emitCast(w, env, inst, Op.Demote);
  // LLVM drops the pair, and with it the quieting of a signaling NaN.
  w.copy('float', quieted(w, env.value(func.operand(definition, 0)), Type.F32), env.result(inst));
}

function emitTruncation(w: Writer, env: Environment, inst: InstId, op: Op): void {
  const { func } = env;
  const type: Type = func.type[inst],
    from: Type = func.aux[inst];
  const llvm = LLVM_TYPES[from];
  const value = env.operand(inst, 0);
  const range = truncationRange(from, type, op === Op.TruncS);
  const good = w.label(),
    bad = w.label();
  const above = w.fcmp(range.lowerPredicate, llvm, value, range.lower);
  const below = w.fcmp('olt', llvm, value, range.upper);
  w.condBr(w.binary('and', 'i1', above, below), good, bad, Likely.Yes);
  w.begin(bad);
  w.condBr(w.fcmp('uno', llvm, value, value), w.trapBlock('invalid_conversion_to_integer'), w.trapBlock('integer_overflow'));
  w.begin(good);
  w.cast(TRUNCATE[op], llvm, value, LLVM_TYPES[type], env.result(inst));
}

function emitSaturatingTruncation(w: Writer, env: Environment, inst: InstId, op: Op): void {
  const type: Type = env.func.type[inst],
    from: Type = env.func.aux[inst];
  const callee = env.out.intrinsic(`${TRUNCATE_SATURATING[op]}.${INTRINSIC_SUFFIX[type]}.${INTRINSIC_SUFFIX[from]}`, LLVM_TYPES[type], LLVM_TYPES[from]);
  w.call(LLVM_TYPES[type], callee, env.typed(env.func.operand(inst, 0)), env.result(inst));
}
