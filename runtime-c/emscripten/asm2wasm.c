// Arithmetic that modules of Emscripten's first compiler (asm2wasm, up to 1.39) import: what asm.js computes and WebAssembly does not.
#include "imports.gen.h"

static u64 bits_of(double x) {
    u64 bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    return bits;
}
static double double_of(u64 bits) {
    double x;
    __builtin_memcpy(&x, &bits, sizeof x);
    return x;
}

// Its exponent and a fraction below 2^53 that has bit 52, of a positive number.
static i32 split(u64 bits, u64 *fraction) {
    i32 exponent = (i32)(bits >> 52);
    *fraction = bits & ((1ul << 52) - 1);
    if (exponent) return *fraction |= 1ul << 52, exponent;
    i32 shift = __builtin_clzl(*fraction) - 11;
    *fraction <<= shift;
    return 1 - shift;
}

// fmod: the remainder is exact, bit by bit of the quotient.
double w2e_asm2wasm_f64_rem(double x, double y) {
    u64 sign = bits_of(x) & 1ul << 63, a = bits_of(x) & ~(1ul << 63), b = bits_of(y) & ~(1ul << 63);
    const u64 infinity = 0x7fful << 52;
    if (a >= infinity || b > infinity || b == 0) return double_of(0x7ff8ul << 48);
    if (a < b) return x;
    u64 m, n;
    i32 of_a = split(a, &m), of_b = split(b, &n);
    for (; of_a > of_b; of_a--) {
        if (m >= n) m -= n;
        m <<= 1;
    }
    if (m >= n) m -= n;
    if (m == 0) return double_of(sign);
    i32 shift = __builtin_clzl(m) - 11;
    m <<= shift;
    of_a -= shift;
    return double_of(sign | (of_a > 0 ? (m & ~(1ul << 52)) | (u64)of_a << 52 : m >> (1 - of_a)));
}

// JavaScript's ToInt32.
u32 w2e_asm2wasm_f64_to_int(double x) {
    u64 bits = bits_of(x);
    i32 exponent = (i32)(bits >> 52 & 0x7ff) - 1075;
    u64 fraction = (bits & ((1ul << 52) - 1)) | 1ul << 52;
    u32 value = exponent > 31 || exponent < -52 ? 0 : (u32)(exponent >= 0 ? fraction << exponent : fraction >> -exponent);
    return bits >> 63 ? -value : value;
}

u32 w2e_asm2wasm_i32s_div(u32 x, u32 y) { return y == 0 ? 0 : y == (u32)-1 ? -x : (u32)((i32)x / (i32)y); }
u32 w2e_asm2wasm_i32u_div(u32 x, u32 y) { return y == 0 ? 0 : x / y; }
u32 w2e_asm2wasm_i32s_rem(u32 x, u32 y) { return y == 0 || y == (u32)-1 ? 0 : (u32)((i32)x % (i32)y); }
u32 w2e_asm2wasm_i32u_rem(u32 x, u32 y) { return y == 0 ? 0 : x % y; }

// The integer part of a number; those from 2^52 on are integers.
static double integer_part(double x) { return x > -0x1p52 && x < 0x1p52 ? (double)(i64)x : x; }
double w2e_env_round(double x) {
    if (x != x) return x;
    double whole = integer_part(x), rest = x - whole;
    if (rest >= 0.5) whole += 1;
    else if (rest <= -0.5) whole -= 1;
    return whole == 0 ? double_of(bits_of(x) & 1ul << 63) : whole;
}
float w2e_env_roundf(float x) { return (float)w2e_env_round(x); }
