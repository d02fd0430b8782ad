// hot
// Vector operations: fills in the templates of `simd.ts`. A v128 value is <16 x i8>, with casts around each
// operation that LLVM removes; a result is kept in the type that it was computed in as well, for its next use.

import type { InstId, ValueId } from '../../ir/function.js';
import { Op } from '../../ir/ops.js';
import { SIMD_OPS, simdOp, simdOpcode } from '../../ir/simd-ops.js';
import { Type } from '../../ir/types.js';
import { floatIdentity } from './arithmetic.js';
import type { Environment } from './environment.js';
import { vectorText } from './llvm-text.js';
import { FIRST_TEMPORARY, LANE } from './simd.js';
import type { SimdLowering } from './simd.js';
import { castConstant } from './writer.js';
import type { LlvmType, Operand, Writer } from './writer.js';

const BYTES = '<16 x i8>';

/** Rows of float arithmetic that LLVM may drop for some constants: the scalar op. */
const ARITHMETIC: ReadonlyMap<number, Op> = new Map(
  ['f32x4', 'f64x2'].flatMap(
    (shape) =>
      [
        [simdOp(`${shape}.add`), Op.FAdd],
        [simdOp(`${shape}.sub`), Op.FSub],
        [simdOp(`${shape}.mul`), Op.FMul],
        [simdOp(`${shape}.div`), Op.FDiv],
      ] as const,
  ),
);
const DEMOTE = simdOp('f32x4.demote_f64x2_zero');
const PROMOTE = simdOp('f64x2.promote_low_f32x4');
const SWIZZLE = simdOp('i8x16.swizzle');
const RELAXED_SWIZZLE = simdOp('i8x16.relaxed_swizzle');
const AND = simdOp('v128.and');
const SHIFT_BYTES = simdOp('i8x16.shr_u');

/** Emits one vector operation. */
export function emitVector(w: Writer, env: Environment, inst: InstId): void {
  const { func } = env;
  const row = func.imm[inst];
  const { rows, quiet } = env.out.simd;
  const operands = Array.from({ length: func.operandCount[inst] }, (_, k) => func.operand(inst, k));
  const arithmetic = ARITHMETIC.get(row);
  if (arithmetic !== undefined) {
    const shape = SIMD_OPS[row].name.slice(0, 5);
    const identity = floatIdentity(arithmetic, splatNumber(env, operands[0], shape), splatNumber(env, operands[1], shape));
    if (identity !== undefined) {
      const type = rows[row].resultType;
      const number = fill(w, env, quiet[shape], [typed(w, env, operands[identity.operand], type)], inst);
      const into = resultIn(env, inst, type);
      if (identity.negated) w.fneg(type, number, into);
      else w.copy(type, number, into);
      return finish(w, env, inst, type);
    }
  }
  const lowering = rows[row === SWIZZLE && isNibbles(env, operands[1]) ? RELAXED_SWIZZLE : row];
  const args = operands.map((value) => (func.valueType[value] === Type.V128 ? typed(w, env, value, lowering.operandType) : env.value(value)));
  // LLVM drops a promotion that is demoted again, and with it the quieting of a signaling NaN.
  if (row === DEMOTE && definition(env, operands[0], PROMOTE) >= 0) args[0] = fill(w, env, quiet.f64x2!, args, inst);
  const isVector = func.type[inst] === Type.V128;
  fill(w, env, lowering, args, inst, isVector ? resultIn(env, inst, lowering.resultType) : env.result(inst));
  if (isVector) finish(w, env, inst, lowering.resultType);
}

/** The register for a vector that is computed in a type. */
function resultIn(env: Environment, inst: InstId, type: LlvmType): Operand {
  return type === BYTES ? env.result(inst) : `${env.result(inst)}.v`;
}

/** Gives a vector that was computed in a type its register as bytes. */
function finish(w: Writer, env: Environment, inst: InstId, type: LlvmType): void {
  if (type === BYTES) return;
  const register = resultIn(env, inst, type);
  env.vectorForms.set(env.func.result(inst), { type, register });
  w.cast('bitcast', type, register, BYTES, env.result(inst));
}

/** A vector as an operand of the given LLVM type. */
function typed(w: Writer, env: Environment, value: ValueId, type: LlvmType): Operand {
  const operand = env.value(value);
  if (type === BYTES || operand === 'zeroinitializer') return operand;
  if (env.func.isConst(value)) return castConstant(BYTES, operand, type);
  const form = env.vectorForms.get(value);
  return form?.type === type ? form.register : w.cast('bitcast', BYTES, operand, type);
}

/** Emits the lines of a template; the last one goes to `into`. */
function fill(w: Writer, env: Environment, lowering: SimdLowering, args: readonly Operand[], inst: InstId, into = w.register()): Operand {
  for (const [name, result, params] of lowering.intrinsics) env.out.intrinsic(name, result, params);
  const temporaries = Array.from({ length: lowering.temporaries }, () => w.register());
  for (const { defines, parts } of lowering.lines) {
    let text = '';
    for (const part of parts) {
      if (typeof part === 'string') text += part;
      else if (part >= FIRST_TEMPORARY) text += temporaries[part - FIRST_TEMPORARY];
      else if (part < LANE) text += args[part];
      else text += part === LANE ? String(env.func.imm2[inst]) : `<16 x i32> ${vectorText(env.func.vectors[env.func.imm2[inst]], 'i32')}`;
    }
    w.expression(text, defines < 0 ? into : temporaries[defines]);
  }
  return into;
}

/** The instruction that computes a value if it is this vector operation, else -1. */
function definition({ func }: Environment, value: ValueId, row: number): InstId {
  const inst = func.definition(value);
  return inst >= 0 && func.op[inst] === simdOpcode(row) && func.imm[inst] === row ? inst : -1;
}

/** Whether all bytes are known to be below 16, so that as indices they need no check: tables of nibbles are looked up so. */
function isNibbles(env: Environment, value: ValueId): boolean {
  const { func } = env;
  if (func.isConst(value)) return constantBytes(env, value).every((byte) => byte < 16);
  const mask = definition(env, value, AND);
  if (mask >= 0) return [0, 1].some((k) => func.isConst(func.operand(mask, k)) && isNibbles(env, func.operand(mask, k)));
  const shift = definition(env, value, SHIFT_BYTES);
  return shift >= 0 && ((env.constantU32(func.operand(shift, 1)) ?? 0) & 7) >= 4;
}

/** The bytes of a constant vector. */
function constantBytes({ func }: Environment, value: ValueId): Uint8Array {
  return func.vectors[func.imm[func.definition(value)]];
}

/** The number that every lane of a constant is. */
function splatNumber(env: Environment, value: ValueId, shape: string): number | undefined {
  if (!env.func.isConst(value)) return undefined;
  const bytes = constantBytes(env, value);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const width = shape === 'f32x4' ? 4 : 8;
  if (bytes.some((byte, k) => byte !== bytes[k % width])) return undefined;
  return width === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
}
