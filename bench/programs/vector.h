// 128-bit vectors for the simd-* programs: one name per operation, which is one intrinsic of WebAssembly (wasm_simd128.h) or
// of x86 up to SSE4.2. What the two sets do not have in common is not here.
#ifndef VECTOR_H
#define VECTOR_H

#include <stdint.h>

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
typedef v128_t vec;
#define vec_load(at) wasm_v128_load(at)
#define vec_store(at, v) wasm_v128_store(at, v)
#define vec_and(a, b) wasm_v128_and(a, b)
#define vec_or(a, b) wasm_v128_or(a, b)
#define vec_xor(a, b) wasm_v128_xor(a, b)
#define u8_splat(x) wasm_i8x16_splat((int8_t)(x))
#define u8_eq(a, b) wasm_i8x16_eq(a, b)
#define u8_high_bits(a) ((uint32_t)wasm_i8x16_bitmask(a))
// Indices below 16.
#define u8_lookup(table, index) wasm_i8x16_swizzle(table, index)
#define u8_low_to_u16(a) wasm_u16x8_extend_low_u8x16(a)
#define u8_high_to_u16(a) wasm_u16x8_extend_high_u8x16(a)
#define u16_to_u8_saturated(a, b) wasm_u8x16_narrow_i16x8(a, b)
#define u16_splat(x) wasm_i16x8_splat((int16_t)(x))
#define u16_add(a, b) wasm_i16x8_add(a, b)
#define u16_mul(a, b) wasm_i16x8_mul(a, b)
#define u16_shr(a, n) wasm_u16x8_shr(a, n)
#define u32_splat(x) wasm_i32x4_splat((int32_t)(x))
#define u32_add(a, b) wasm_i32x4_add(a, b)
#define u32_mul(a, b) wasm_i32x4_mul(a, b)
#define u32_shl(a, n) wasm_i32x4_shl(a, n)
#define u32_shr(a, n) wasm_u32x4_shr(a, n)
typedef v128_t vec_f32;
#define f32_load(at) wasm_v128_load(at)
#define f32_store(at, v) wasm_v128_store(at, v)
#define f32_splat(x) wasm_f32x4_splat(x)
#define f32_add(a, b) wasm_f32x4_add(a, b)
#define f32_mul(a, b) wasm_f32x4_mul(a, b)
#else
#include <smmintrin.h>
typedef __m128i vec;
#define vec_load(at) _mm_loadu_si128((const __m128i *)(at))
#define vec_store(at, v) _mm_storeu_si128((__m128i *)(at), v)
#define vec_and(a, b) _mm_and_si128(a, b)
#define vec_or(a, b) _mm_or_si128(a, b)
#define vec_xor(a, b) _mm_xor_si128(a, b)
#define u8_splat(x) _mm_set1_epi8((char)(x))
#define u8_eq(a, b) _mm_cmpeq_epi8(a, b)
#define u8_high_bits(a) ((uint32_t)_mm_movemask_epi8(a))
#define u8_lookup(table, index) _mm_shuffle_epi8(table, index)
#define u8_low_to_u16(a) _mm_cvtepu8_epi16(a)
#define u8_high_to_u16(a) _mm_unpackhi_epi8(a, _mm_setzero_si128())
#define u16_to_u8_saturated(a, b) _mm_packus_epi16(a, b)
#define u16_splat(x) _mm_set1_epi16((short)(x))
#define u16_add(a, b) _mm_add_epi16(a, b)
#define u16_mul(a, b) _mm_mullo_epi16(a, b)
#define u16_shr(a, n) _mm_srli_epi16(a, n)
#define u32_splat(x) _mm_set1_epi32((int)(x))
#define u32_add(a, b) _mm_add_epi32(a, b)
#define u32_mul(a, b) _mm_mullo_epi32(a, b)
#define u32_shl(a, n) _mm_slli_epi32(a, n)
#define u32_shr(a, n) _mm_srli_epi32(a, n)
typedef __m128 vec_f32;
#define f32_load(at) _mm_loadu_ps(at)
#define f32_store(at, v) _mm_storeu_ps(at, v)
#define f32_splat(x) _mm_set1_ps(x)
#define f32_add(a, b) _mm_add_ps(a, b)
#define f32_mul(a, b) _mm_mul_ps(a, b)
#endif

#endif
