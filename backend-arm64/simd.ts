// Vector operations whose general form LLVM turns into many NEON instructions, in the language of `codegen/emit/simd.ts`.
// TBL, FMIN and FMAX, SQRDMULH and the saturating narrowings do exactly what Wasm says.

import type { SimdExtension } from '../codegen/target.js';

/** %l and %m: products of the lower and of the upper lanes of both operands, in lanes of twice the width. */
const products = (wide: string, half: string, low: string, high: string): string => `
  %a = shufflevector F $0, F poison, ${low}
  %b = shufflevector F $1, F poison, ${low}
  %c = shufflevector F $0, F poison, ${high}
  %d = shufflevector F $1, F poison, ${high}
  %e = sext ${half} %a to ${wide}
  %f = sext ${half} %b to ${wide}
  %g = sext ${half} %c to ${wide}
  %h = sext ${half} %d to ${wide}
  %l = mul ${wide} %e, %f
  %m = mul ${wide} %g, %h`;
const dot = `${products('V', 'H', 'LOW', 'HIGH')}
  call V @llvm.aarch64.neon.addp.S(V %l, V %m)`;
const lanes = (first: number): string => `<8 x i32> <${Array.from({ length: 8 }, (_, k) => `i32 ${first + k}`).join(', ')}>`;
const dotAndAdd = `${products('<8 x i16>', '<8 x i8>', lanes(0), lanes(8))}
  %s = call <8 x i16> @llvm.aarch64.neon.addp.v8i16(<8 x i16> %l, <8 x i16> %m)
  %p = call V @llvm.aarch64.neon.saddlp.S.v8i16(<8 x i16> %s)
  %k = bitcast <16 x i8> $2 to V
  add V %p, %k`;

/** Signed lanes of both operands, saturated to unsigned ones of half the width. */
const narrowUnsigned = (half: string, suffix: string): string => `
  %a = call ${half} @llvm.aarch64.neon.sqxtun.${suffix}(F $0)
  %b = call ${half} @llvm.aarch64.neon.sqxtun.${suffix}(F $1)
  shufflevector ${half} %a, ${half} %b, LOW`;

/** Saturated to 64 bits, then to 32; two lanes of zero. */
const truncateDoubles = (convert: string, narrow: string): string => `
  %w = call <2 x i64> @llvm.${convert}.sat.v2i64.v2f64(F $0)
  %h = call <2 x i32> @llvm.aarch64.neon.${narrow}.v2i32(<2 x i64> %w)
  shufflevector <2 x i32> %h, <2 x i32> zeroinitializer, <4 x i32> <i32 0, i32 1, i32 2, i32 3>`;
const signedDoubles = truncateDoubles('fptosi', 'sqxtn'),
  unsignedDoubles = truncateDoubles('fptoui', 'uqxtn');

const anyTrue = `
  %w = bitcast V $0 to <4 x i32>
  %m = call i32 @llvm.vector.reduce.umax.v4i32(<4 x i32> %w)
  %c = icmp ne i32 %m, 0
  zext i1 %c to i32`;
const allTrue = `
  %m = call E @llvm.vector.reduce.umin.S(V $0)
  %c = icmp ne E %m, 0
  zext i1 %c to i32`;

const tableLookup = 'call V @llvm.aarch64.neon.tbl1.S(V $0, V $1)';
const q15Product = 'call V @llvm.aarch64.neon.sqrdmulh.S(V $0, V $1)';
const minimum = 'call V @llvm.aarch64.neon.fmin.S(V $0, V $1)';
const maximum = 'call V @llvm.aarch64.neon.fmax.S(V $0, V $1)';
const fma = 'call V @llvm.fma.S(V $0, V $1, V $2)';
const negatedFma = '%n = fneg V $0\ncall V @llvm.fma.S(V %n, V $1, V $2)';
/** Bit by bit: BSL. */
const select = '%a = and V $0, $2\n%n = xor V $2, splat (E -1)\n%b = and V $1, %n\nor V %a, %b';

/** Part of armv8-a: every CPU has it. */
// biome-ignore format: a row is a line
const neon: SimdExtension = {
  feature: 'neon',
  cpusWithout: [],
  templates: {
    'v128.any_true': anyTrue, 'i8x16.all_true': allTrue, 'i16x8.all_true': allTrue, 'i32x4.all_true': allTrue,
    // TBL gives zero for indices from 16 on.
    'i8x16.swizzle': tableLookup, 'i8x16.relaxed_swizzle': tableLookup,
    'i16x8.q15mulr_sat_s': q15Product, 'i16x8.relaxed_q15mulr_s': q15Product,
    'i8x16.narrow_i16x8_u': narrowUnsigned('<8 x i8>', 'v8i8'), 'i16x8.narrow_i32x4_u': narrowUnsigned('<4 x i16>', 'v4i16'),
    'i16x8.extadd_pairwise_i8x16_s': 'call V @llvm.aarch64.neon.saddlp.S.v16i8(F $0)',
    'i16x8.extadd_pairwise_i8x16_u': 'call V @llvm.aarch64.neon.uaddlp.S.v16i8(F $0)',
    'i32x4.extadd_pairwise_i16x8_s': 'call V @llvm.aarch64.neon.saddlp.S.v8i16(F $0)',
    'i32x4.extadd_pairwise_i16x8_u': 'call V @llvm.aarch64.neon.uaddlp.S.v8i16(F $0)',
    // The relaxed ones take both operands as signed, and their sums wrap in 16 bits.
    'i32x4.dot_i16x8_s': dot, 'i16x8.relaxed_dot_i8x16_i7x16_s': dot, 'i32x4.relaxed_dot_i8x16_i7x16_add_s': dotAndAdd,
    'i32x4.trunc_sat_f64x2_s_zero': signedDoubles, 'i32x4.trunc_sat_f64x2_u_zero': unsignedDoubles,
    'i32x4.relaxed_trunc_f64x2_s_zero': signedDoubles, 'i32x4.relaxed_trunc_f64x2_u_zero': unsignedDoubles,
    'i8x16.relaxed_laneselect': select, 'i16x8.relaxed_laneselect': select, 'i32x4.relaxed_laneselect': select, 'i64x2.relaxed_laneselect': select,
    'f32x4.min': minimum, 'f64x2.min': minimum, 'f32x4.relaxed_min': minimum, 'f64x2.relaxed_min': minimum,
    'f32x4.max': maximum, 'f64x2.max': maximum, 'f32x4.relaxed_max': maximum, 'f64x2.relaxed_max': maximum,
    'f32x4.relaxed_madd': fma, 'f64x2.relaxed_madd': fma, 'f32x4.relaxed_nmadd': negatedFma, 'f64x2.relaxed_nmadd': negatedFma,
  },
};

export const simd: readonly SimdExtension[] = [neon];
