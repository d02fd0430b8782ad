// hot
// Vector operations in LLVM IR: fills in the templates of `simd.ts`. A v128 value is <16 x i8>, with casts around each
// operation that LLVM removes; a result is kept in the type that it was computed in as well, for its next use.

import type { InstId, ValueId } from '../ir/function.js';
import { Op } from '../ir/ops.js';
import { SIMD_OPS, simdOp, simdOpcode } from '../ir/simd-ops.js';
import { Type } from '../ir/types.js';
import { floatIdentity } from './arithmetic.js';
import type { FunctionEmitter } from './emit-function.js';
import { vectorText } from './llvm-text.js';
import { FIRST_TEMPORARY, LANE } from './simd.js';
import type { SimdLowering } from './simd.js';

const BYTES = '<16 x i8>';

/** Rows of float arithmetic that LLVM may drop for some constants: the scalar op. */
const ARITHMETIC: ReadonlyMap<number, Op> = new Map(['f32x4', 'f64x2'].flatMap((shape) => [
  [simdOp(`${shape}.add`), Op.FAdd], [simdOp(`${shape}.sub`), Op.FSub], [simdOp(`${shape}.mul`), Op.FMul], [simdOp(`${shape}.div`), Op.FDiv],
] as const));
const DEMOTE = simdOp('f32x4.demote_f64x2_zero');
const PROMOTE = simdOp('f64x2.promote_low_f32x4');
const SWIZZLE = simdOp('i8x16.swizzle');
const RELAXED_SWIZZLE = simdOp('i8x16.relaxed_swizzle');
const AND = simdOp('v128.and');
const SHIFT_BYTES = simdOp('i8x16.shr_u');

/** Emits one vector operation. */
export function emitSimd(e: FunctionEmitter, inst: InstId): void {
  const { func } = e;
  const row = func.imm[inst]!;
  const { rows, quiet } = e.out.simd;
  const operands = Array.from({ length: func.operandCount[inst]! }, (_, k) => func.operand(inst, k));
  const arithmetic = ARITHMETIC.get(row);
  if (arithmetic !== undefined) {
    const shape = SIMD_OPS[row]!.name.slice(0, 5);
    const identity = floatIdentity(arithmetic, splatNumber(e, operands[0]!, shape), splatNumber(e, operands[1]!, shape));
    if (identity !== undefined) {
      const type = rows[row]!.resultType;
      const number = fill(e, quiet[shape]!, [typed(e, operands[identity.operand]!, type)], inst);
      return finish(e, inst, type, identity.negated ? `fneg ${type} ${number}` : `select i1 true, ${type} ${number}, ${type} ${number}`);
    }
  }
  const lowering = rows[row === SWIZZLE && isNibbles(e, operands[1]!) ? RELAXED_SWIZZLE : row]!;
  const args = operands.map((value) => (func.valueType[value] === Type.V128 ? typed(e, value, lowering.operandType) : e.value(value)));
  // LLVM drops a promotion that is demoted again, and with it the quieting of a signaling NaN.
  if (row === DEMOTE && definition(e, operands[0]!, PROMOTE) >= 0) args[0] = fill(e, quiet.f64x2!, args, inst);
  const expression = emitLines(e, lowering, args, inst);
  if (func.type[inst] === Type.V128) finish(e, inst, lowering.resultType, expression);
  else e.assign(func.result(inst), expression);
}

/** Gives a vector its register in the type of the expression and as bytes. */
function finish(e: FunctionEmitter, inst: InstId, type: string, expression: string): void {
  const result = e.func.result(inst);
  if (type === BYTES) return e.assign(result, expression);
  const register = `%v${result}.v`;
  e.line(`${register} = ${expression}`);
  e.vectorForms.set(result, { type, register });
  e.assign(result, `bitcast ${type} ${register} to ${BYTES}`);
}

/** A vector as an operand of the given LLVM type. */
function typed(e: FunctionEmitter, value: ValueId, type: string): string {
  const text = e.value(value);
  if (type === BYTES || text === 'zeroinitializer') return text;
  if (e.func.isConst(value)) return `bitcast (${BYTES} ${text} to ${type})`;
  const form = e.vectorForms.get(value);
  if (form?.type === type) return form.register;
  const cast = e.temp();
  e.line(`${cast} = bitcast ${BYTES} ${text} to ${type}`);
  return cast;
}

/** Emits all lines of a template but the last, which is returned. */
function emitLines(e: FunctionEmitter, lowering: SimdLowering, args: readonly string[], inst: InstId): string {
  for (const [name, result, params] of lowering.intrinsics) e.out.intrinsic(name, result, params);
  const temporaries: string[] = [];
  for (let k = 0; k < lowering.temporaries; k++) temporaries.push(e.temp());
  for (const { defines, parts } of lowering.lines) {
    let text = '';
    for (const part of parts) {
      if (typeof part === 'string') text += part;
      else if (part >= FIRST_TEMPORARY) text += temporaries[part - FIRST_TEMPORARY]!;
      else if (part < LANE) text += args[part]!;
      else text += part === LANE ? String(e.func.imm2[inst]!) : `<16 x i32> ${vectorText(e.func.vectors[e.func.imm2[inst]!]!, 'i32')}`;
    }
    if (defines < 0) return text;
    e.line(`${temporaries[defines]!} = ${text}`);
  }
  throw new Error('template without a result');
}

/** As `emitLines`, with the result in a register. */
function fill(e: FunctionEmitter, lowering: SimdLowering, args: readonly string[], inst: InstId): string {
  const expression = emitLines(e, lowering, args, inst);
  const register = e.temp();
  e.line(`${register} = ${expression}`);
  return register;
}

/** The instruction that computes a value if it is this vector operation, else -1. */
function definition(e: FunctionEmitter, value: ValueId, row: number): InstId {
  const inst = e.func.definition(value);
  return inst >= 0 && e.func.op[inst] === simdOpcode(row) && e.func.imm[inst] === row ? inst : -1;
}

/** Whether all bytes are known to be below 16, so that as indices they need no check: tables of nibbles are looked up so. */
function isNibbles(e: FunctionEmitter, value: ValueId): boolean {
  const { func } = e;
  if (func.isConst(value)) return constantBytes(e, value).every((byte) => byte < 16);
  const mask = definition(e, value, AND);
  if (mask >= 0) return [0, 1].some((k) => func.isConst(func.operand(mask, k)) && isNibbles(e, func.operand(mask, k)));
  const shift = definition(e, value, SHIFT_BYTES);
  return shift >= 0 && ((e.constantU32(func.operand(shift, 1)) ?? 0) & 7) >= 4;
}

/** The bytes of a constant vector. */
function constantBytes({ func }: FunctionEmitter, value: ValueId): Uint8Array {
  return func.vectors[func.imm[func.definition(value)]!]!;
}

/** The number that every lane of a constant is. */
function splatNumber(e: FunctionEmitter, value: ValueId, shape: string): number | undefined {
  if (!e.func.isConst(value)) return undefined;
  const bytes = constantBytes(e, value);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const width = shape === 'f32x4' ? 4 : 8;
  if (bytes.some((byte, k) => byte !== bytes[k % width])) return undefined;
  return width === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
}
