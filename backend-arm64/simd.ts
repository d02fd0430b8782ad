// Vector operations whose general form LLVM turns into many NEON instructions, in the language of `codegen/simd.ts`.
// Minimum, maximum, saturating conversions, narrowing and averages are recognized in their general form.

import type { SimdExtension } from '../codegen/target.js';

const fma = (negate: string, a: string): string => `${negate}call V @llvm.fma.S(V ${a}, V $1, V $2)`;
const NEGATE = '%n = fneg V $0\n';

/** Part of armv8-a: every CPU has it. */
const neon: SimdExtension = {
  feature: 'neon',
  cpusWithout: [],
  templates: {
    // TBL gives zero for indices from 16 on.
    'i8x16.swizzle': 'call V @llvm.aarch64.neon.tbl1.v16i8(V $0, V $1)',
    'i8x16.relaxed_swizzle': 'call V @llvm.aarch64.neon.tbl1.v16i8(V $0, V $1)',
    'i16x8.q15mulr_sat_s': 'call V @llvm.aarch64.neon.sqrdmulh.v8i16(V $0, V $1)',
    'i16x8.relaxed_q15mulr_s': 'call V @llvm.aarch64.neon.sqrdmulh.v8i16(V $0, V $1)',
    'i16x8.extadd_pairwise_i8x16_s': 'call V @llvm.aarch64.neon.saddlp.v8i16.v16i8(F $0)',
    'i16x8.extadd_pairwise_i8x16_u': 'call V @llvm.aarch64.neon.uaddlp.v8i16.v16i8(F $0)',
    'i32x4.extadd_pairwise_i16x8_s': 'call V @llvm.aarch64.neon.saddlp.v4i32.v8i16(F $0)',
    'i32x4.extadd_pairwise_i16x8_u': 'call V @llvm.aarch64.neon.uaddlp.v4i32.v8i16(F $0)',
    'f32x4.relaxed_madd': fma('', '$0'), 'f32x4.relaxed_nmadd': fma(NEGATE, '%n'),
    'f64x2.relaxed_madd': fma('', '$0'), 'f64x2.relaxed_nmadd': fma(NEGATE, '%n'),
  },
};

export const simd: readonly SimdExtension[] = [neon];
