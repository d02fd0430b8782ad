// Vector operations whose general form LLVM turns into many SSE instructions, in the language of `codegen/emit/simd.ts`.
// The sequences for min, max and saturating conversions follow from what the instructions do with NaN: MINPS and
// MAXPS give the second operand, CVTTPS2DQ gives 0x80000000 for it and for what is out of range.

import type { SimdExtension } from '../codegen/target.js';

/** MINPS both ways agree but for zeros and NaN: OR gives -0 and NaN; a NaN loses its payload, to be canonical. */
const minimum = (name: string, payload: number): string => `
  %p = call V @llvm.x86.${name}(V $0, V $1)
  %q = call V @llvm.x86.${name}(V $1, V $0)
  %a = bitcast V %p to I
  %b = bitcast V %q to I
  %o = or I %a, %b
  %f = bitcast I %o to V
  %n = fcmp uno V %f, %f
  %u = sext C %n to I
  %w = or I %o, %u
  %h = lshr I %u, splat (J ${payload})
  %k = xor I %h, splat (J -1)
  %r = and I %w, %k
  bitcast I %r to V`;

/** The difference of the two ways is the sign of a zero; subtracting it gives +0, and quiets a NaN. */
const maximum = (name: string, payload: number): string => `
  %p = call V @llvm.x86.${name}(V $0, V $1)
  %q = call V @llvm.x86.${name}(V $1, V $0)
  %a = bitcast V %p to I
  %b = bitcast V %q to I
  %x = xor I %a, %b
  %o = or I %b, %x
  %d = bitcast I %x to V
  %f = bitcast I %o to V
  %s = fsub V %f, %d
  %n = fcmp uno V %s, %s
  %u = sext C %n to I
  %h = lshr I %u, splat (J ${payload})
  %k = xor I %h, splat (J -1)
  %i = bitcast V %s to I
  %r = and I %i, %k
  bitcast I %r to V`;

/** 2^31 and 2^31 - 1, in LLVM's notation of floats and doubles. */
const TWO_31 = '0x41E0000000000000',
  MAX_I32 = '0x41DFFFFFFFC00000',
  MAX_U32 = '0x41EFFFFFFFE00000',
  TWO_52 = '0x4330000000000000';

const truncateUnsigned = `
  %p = fcmp ogt F $0, zeroinitializer
  %m = select C %p, F $0, F zeroinitializer
  %l = call V @llvm.x86.sse2.cvttps2dq(F %m)
  %s = fsub F %m, splat (T ${TWO_31})
  %b = fcmp oge F %s, splat (T ${TWO_31})
  %h = call V @llvm.x86.sse2.cvttps2dq(F %s)
  %o = sext C %b to V
  %x = xor V %h, %o
  %c = call V @llvm.smax.S(V %x, V zeroinitializer)
  add V %l, %c`;

/** Clamped, then 2^52 added: the integer is in the low bits. */
const truncateDoublesUnsigned = `
  %p = fcmp ogt F $0, zeroinitializer
  %m = select <2 x i1> %p, F $0, F zeroinitializer
  %b = fcmp olt F %m, splat (T ${MAX_U32})
  %n = select <2 x i1> %b, F %m, F splat (T ${MAX_U32})
  %t = call F @llvm.trunc.v2f64(F %n)
  %s = fadd F %t, splat (T ${TWO_52})
  %w = bitcast F %s to V
  shufflevector V %w, V zeroinitializer, <4 x i32> <i32 0, i32 2, i32 4, i32 4>`;

const pairSums = '%p = call <8 x i16> @llvm.x86.ssse3.pmadd.ub.sw.128(<16 x i8> $1, <16 x i8> $0)';

/** What SSSE3 and SSE4.1 (and SSE2) have instructions for. */
const sse41: SimdExtension = {
  feature: 'sse4.1',
  cpusWithout: [
    'generic',
    'x86-64',
    'k8',
    'k8-sse3',
    'opteron',
    'opteron-sse3',
    'athlon64',
    'athlon64-sse3',
    'amdfam10',
    'barcelona',
    'nocona',
    'core2',
    'atom',
    'bonnell',
    'btver1',
  ],
  templates: {
    // PSHUFB gives zero where bit 7 of the index is set: adding 112 with saturation sets it from 16 on.
    'i8x16.swizzle': `
      %n = call V @llvm.uadd.sat.S(V $1, V splat (E 112))
      call V @llvm.x86.ssse3.pshuf.b.128(V $0, V %n)`,
    'i8x16.relaxed_swizzle': 'call V @llvm.x86.ssse3.pshuf.b.128(V $0, V $1)',
    // Written as clamping, these lose their form where LLVM knows something of the lanes.
    'i8x16.narrow_i16x8_s': 'call V @llvm.x86.sse2.packsswb.128(F $0, F $1)',
    'i8x16.narrow_i16x8_u': 'call V @llvm.x86.sse2.packuswb.128(F $0, F $1)',
    'i16x8.narrow_i32x4_s': 'call V @llvm.x86.sse2.packssdw.128(F $0, F $1)',
    'i16x8.narrow_i32x4_u': 'call V @llvm.x86.sse41.packusdw(F $0, F $1)',
    'i8x16.avgr_u': 'call V @llvm.x86.sse2.pavg.b(V $0, V $1)',
    'i16x8.avgr_u': 'call V @llvm.x86.sse2.pavg.w(V $0, V $1)',
    // PMULHRSW overflows for -1 times -1 only.
    'i16x8.q15mulr_sat_s': `
      %p = call V @llvm.x86.ssse3.pmul.hr.sw.128(V $0, V $1)
      %c = icmp eq V %p, splat (E MIN)
      %o = sext C %c to V
      xor V %p, %o`,
    'i16x8.relaxed_q15mulr_s': 'call V @llvm.x86.ssse3.pmul.hr.sw.128(V $0, V $1)',
    'i16x8.extadd_pairwise_i8x16_s': 'call V @llvm.x86.ssse3.pmadd.ub.sw.128(F splat (T 1), F $0)',
    'i16x8.extadd_pairwise_i8x16_u': 'call V @llvm.x86.ssse3.pmadd.ub.sw.128(F $0, F splat (T 1))',
    'i32x4.extadd_pairwise_i16x8_s': 'call V @llvm.x86.sse2.pmadd.wd(F $0, F splat (T 1))',
    'i32x4.dot_i16x8_s': 'call V @llvm.x86.sse2.pmadd.wd(F $0, F $1)',
    // The second operand is unsigned and the sums saturate: the relaxed operators allow both.
    'i16x8.relaxed_dot_i8x16_i7x16_s': `${pairSums.slice('%p = '.length)}`,
    'i32x4.relaxed_dot_i8x16_i7x16_add_s': `
      ${pairSums}
      %s = call V @llvm.x86.sse2.pmadd.wd(<8 x i16> %p, <8 x i16> splat (i16 1))
      %c = bitcast <16 x i8> $2 to V
      add V %s, %c`,
    'f32x4.min': minimum('sse.min.ps', 10),
    'f64x2.min': minimum('sse2.min.pd', 13),
    'f32x4.max': maximum('sse.max.ps', 10),
    'f64x2.max': maximum('sse2.max.pd', 13),
    // 0x80000000 becomes 0x7fffffff where the number is too large, and 0 where it is none.
    'i32x4.trunc_sat_f32x4_s': `
      %t = call V @llvm.x86.sse2.cvttps2dq(F $0)
      %c = fcmp oge F $0, splat (T ${TWO_31})
      %o = sext C %c to V
      %x = xor V %t, %o
      %n = fcmp ord F $0, $0
      select C %n, V %x, V zeroinitializer`,
    'i32x4.trunc_sat_f32x4_u': truncateUnsigned,
    'i32x4.relaxed_trunc_f32x4_s': 'call V @llvm.x86.sse2.cvttps2dq(F $0)',
    'i32x4.relaxed_trunc_f32x4_u': truncateUnsigned,
    'i32x4.trunc_sat_f64x2_s_zero': `
      %n = fcmp ord F $0, $0
      %k = select <2 x i1> %n, F splat (T ${MAX_I32}), F zeroinitializer
      %l = fcmp olt F $0, %k
      %m = select <2 x i1> %l, F $0, F %k
      call V @llvm.x86.sse2.cvttpd2dq(F %m)`,
    'i32x4.trunc_sat_f64x2_u_zero': truncateDoublesUnsigned,
    'i32x4.relaxed_trunc_f64x2_s_zero': 'call V @llvm.x86.sse2.cvttpd2dq(F $0)',
    'i32x4.relaxed_trunc_f64x2_u_zero': truncateDoublesUnsigned,
  },
};

const fma = (negate: string, a: string): string => `${negate}call V @llvm.fma.S(V ${a}, V $1, V $2)`;
const NEGATE = '%n = fneg V $0\n';

/** Fused where the CPU has the instruction; elsewhere two roundings. */
// biome-ignore format: a row is a line
const fusedMultiplyAdd: SimdExtension = {
  feature: 'fma',
  cpusWithout: [
    ...sse41.cpusWithout, 'x86-64-v2', 'penryn', 'nehalem', 'corei7', 'westmere', 'sandybridge', 'corei7-avx', 'ivybridge', 'core-avx-i',
    'silvermont', 'goldmont', 'goldmont-plus', 'tremont', 'bdver1', 'btver2',
  ],
  templates: {
    'f32x4.relaxed_madd': fma('', '$0'), 'f32x4.relaxed_nmadd': fma(NEGATE, '%n'),
    'f64x2.relaxed_madd': fma('', '$0'), 'f64x2.relaxed_nmadd': fma(NEGATE, '%n'),
  },
};

export const simd: readonly SimdExtension[] = [sse41, fusedMultiplyAdd];
