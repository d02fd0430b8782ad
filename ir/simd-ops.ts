// The vector operations (spec 4.3.6, with the relaxed ones), one row each. All are pure: loads and stores of
// parts of a vector are a scalar access and one of these. An instruction (`Op.Simd1` to `Op.Simd3`, by operand count)
// names its row in `imm`; `imm2` is the lane, or the place of a shuffle's 16 lane numbers in `Func.vectors`.

import { Op } from './ops.js';
import { Type } from './types.js';

/** What `imm2` of a vector operation is. */
export type SimdImmediate = 'none' | 'lane' | 'shuffle';

export interface SimdInfo {
  /** Mnemonic of the text format of Wasm. */
  readonly name: string;
  readonly operands: readonly Type[];
  readonly result: Type;
  readonly immediate: SimdImmediate;
  /** Lanes of the shape, 0 for `v128`. */
  readonly lanes: number;
}

const LETTERS: Readonly<Record<string, Type>> = { i: Type.I32, I: Type.I64, f: Type.F32, F: Type.F64, v: Type.V128 };
const LANES: Readonly<Record<string, number>> = { v128: 0, i8x16: 16, i16x8: 8, i32x4: 4, i64x2: 2, f32x4: 4, f64x2: 2 };

const COMPARE = 'eq ne lt_s gt_s le_s ge_s';
const COMPARE_UNSIGNED = 'lt_u gt_u le_u ge_u';
const MIN_MAX = 'min_s min_u max_s max_u';
const SATURATING = 'add_sat_s add_sat_u sub_sat_s sub_sat_u';
const FLOAT_BINARY = 'eq ne lt gt le ge add sub mul div min max pmin pmax relaxed_min relaxed_max';
const FLOAT_UNARY = 'abs neg sqrt ceil floor trunc nearest';
const SHIFTS = 'shl shr_s shr_u';

/** Halves of a shape: `extend_low_i8x16_s` and so on. */
const halves = (name: string, from: string): string => `${name}_low_${from}_s ${name}_high_${from}_s ${name}_low_${from}_u ${name}_high_${from}_u`;

/** Shape, signature (operand letters, `:`, result), names without their shape. */
const TABLE: readonly (readonly [shape: string, signature: string, names: string, immediate?: SimdImmediate])[] = [
  ['v128', 'v:v', 'not'],
  ['v128', 'vv:v', 'and andnot or xor'],
  ['v128', 'vvv:v', 'bitselect'],
  ['v128', 'v:i', 'any_true'],

  ['i8x16', 'vv:v', 'shuffle', 'shuffle'],
  ['i8x16', 'i:v', 'splat'],
  ['i8x16', 'v:i', 'extract_lane_s extract_lane_u', 'lane'],
  ['i8x16', 'vi:v', 'replace_lane', 'lane'],
  ['i8x16', 'v:v', 'abs neg popcnt'],
  ['i8x16', 'v:i', 'all_true bitmask'],
  ['i8x16', 'vi:v', SHIFTS],
  ['i8x16', 'vv:v', `swizzle relaxed_swizzle ${COMPARE} ${COMPARE_UNSIGNED} narrow_i16x8_s narrow_i16x8_u`],
  ['i8x16', 'vv:v', `add sub ${SATURATING} ${MIN_MAX} avgr_u`],
  ['i8x16', 'vvv:v', 'relaxed_laneselect'],

  ['i16x8', 'i:v', 'splat'],
  ['i16x8', 'v:i', 'extract_lane_s extract_lane_u', 'lane'],
  ['i16x8', 'vi:v', 'replace_lane', 'lane'],
  ['i16x8', 'v:v', `abs neg ${halves('extend', 'i8x16')} extadd_pairwise_i8x16_s extadd_pairwise_i8x16_u`],
  ['i16x8', 'v:i', 'all_true bitmask'],
  ['i16x8', 'vi:v', SHIFTS],
  ['i16x8', 'vv:v', `${COMPARE} ${COMPARE_UNSIGNED} narrow_i32x4_s narrow_i32x4_u add sub mul ${SATURATING} ${MIN_MAX} avgr_u`],
  ['i16x8', 'vv:v', `${halves('extmul', 'i8x16')} q15mulr_sat_s relaxed_q15mulr_s relaxed_dot_i8x16_i7x16_s`],
  ['i16x8', 'vvv:v', 'relaxed_laneselect'],

  ['i32x4', 'i:v', 'splat'],
  ['i32x4', 'v:i', 'extract_lane', 'lane'],
  ['i32x4', 'vi:v', 'replace_lane', 'lane'],
  ['i32x4', 'v:v', `abs neg ${halves('extend', 'i16x8')} extadd_pairwise_i16x8_s extadd_pairwise_i16x8_u`],
  ['i32x4', 'v:v', 'trunc_sat_f32x4_s trunc_sat_f32x4_u trunc_sat_f64x2_s_zero trunc_sat_f64x2_u_zero'],
  ['i32x4', 'v:v', 'relaxed_trunc_f32x4_s relaxed_trunc_f32x4_u relaxed_trunc_f64x2_s_zero relaxed_trunc_f64x2_u_zero'],
  ['i32x4', 'v:i', 'all_true bitmask'],
  ['i32x4', 'vi:v', SHIFTS],
  ['i32x4', 'vv:v', `${COMPARE} ${COMPARE_UNSIGNED} add sub mul ${MIN_MAX} dot_i16x8_s ${halves('extmul', 'i16x8')}`],
  ['i32x4', 'vvv:v', 'relaxed_laneselect relaxed_dot_i8x16_i7x16_add_s'],

  ['i64x2', 'I:v', 'splat'],
  ['i64x2', 'v:I', 'extract_lane', 'lane'],
  ['i64x2', 'vI:v', 'replace_lane', 'lane'],
  ['i64x2', 'v:v', `abs neg ${halves('extend', 'i32x4')}`],
  ['i64x2', 'v:i', 'all_true bitmask'],
  ['i64x2', 'vi:v', SHIFTS],
  ['i64x2', 'vv:v', `${COMPARE} add sub mul ${halves('extmul', 'i32x4')}`],
  ['i64x2', 'vvv:v', 'relaxed_laneselect'],

  ['f32x4', 'f:v', 'splat'],
  ['f32x4', 'v:f', 'extract_lane', 'lane'],
  ['f32x4', 'vf:v', 'replace_lane', 'lane'],
  ['f32x4', 'v:v', `${FLOAT_UNARY} convert_i32x4_s convert_i32x4_u demote_f64x2_zero`],
  ['f32x4', 'vv:v', FLOAT_BINARY],
  ['f32x4', 'vvv:v', 'relaxed_madd relaxed_nmadd'],

  ['f64x2', 'F:v', 'splat'],
  ['f64x2', 'v:F', 'extract_lane', 'lane'],
  ['f64x2', 'vF:v', 'replace_lane', 'lane'],
  ['f64x2', 'v:v', `${FLOAT_UNARY} convert_low_i32x4_s convert_low_i32x4_u promote_low_f32x4`],
  ['f64x2', 'vv:v', FLOAT_BINARY],
  ['f64x2', 'vvv:v', 'relaxed_madd relaxed_nmadd'],
];

/** One row per vector operation. */
export const SIMD_OPS: readonly SimdInfo[] = TABLE.flatMap(([shape, signature, names, immediate = 'none']) => {
  const [operands, result] = signature.split(':');
  return names.split(' ').map(
    (name): SimdInfo => ({
      name: `${shape}.${name}`,
      operands: Array.from(operands, (letter) => LETTERS[letter]),
      result: LETTERS[result],
      immediate,
      lanes: LANES[shape],
    }),
  );
});

const byName: ReadonlyMap<string, number> = new Map(SIMD_OPS.map(({ name }, row) => [name, row]));

/** The row with this mnemonic, or -1. */
export function simdOpNamed(name: string): number {
  return byName.get(name) ?? -1;
}

/** As `simdOpNamed`, for names that are rows. */
export function simdOp(name: string): number {
  const row = simdOpNamed(name);
  if (row < 0) throw new Error(`no vector operation ${name}`);
  return row;
}

/** The op of instructions with this row. */
export function simdOpcode(row: number): Op.Simd1 | Op.Simd2 | Op.Simd3 {
  const count = SIMD_OPS[row].operands.length;
  return count === 1 ? Op.Simd1 : count === 2 ? Op.Simd2 : Op.Simd3;
}
