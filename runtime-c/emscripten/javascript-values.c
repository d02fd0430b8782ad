// What JavaScript makes of a value for a parameter or a result (the JavaScript API, ToWebAssemblyValue; ECMAScript, ToInt32).
#include "contract.gen.h"
#include "traps.gen.h"

enum { FRACTION_BITS = 52, EXPONENT_BIAS = 1023, EXPONENT_MAX = 0x7ff };

static const struct w2e_javascript_value nothing = {0, JAVASCRIPT_UNDEFINED};

static const struct w2e_javascript_value *value_at(const struct w2e_javascript_value *values, u32 count, u32 i) {
    return i < count ? &values[i] : &nothing;
}

// A number; JavaScript throws a TypeError where a 64-bit integer should become one.
static double number_at(const struct w2e_javascript_value *values, u32 count, u32 i) {
    const struct w2e_javascript_value *value = value_at(values, count, i);
    if (value->kind == JAVASCRIPT_UNDEFINED) return __builtin_nan("");
    if (value->kind != JAVASCRIPT_NUMBER) w2e_trap_indirect_call_type_mismatch();
    double number;
    __builtin_memcpy(&number, &value->bits, sizeof number);
    return number;
}

// The integer part modulo 2^32; 0 of what is no finite number.
static u32 to_int32(double number) {
    u64 bits;
    __builtin_memcpy(&bits, &number, sizeof bits);
    u32 exponent = bits >> FRACTION_BITS & EXPONENT_MAX;
    if (exponent < EXPONENT_BIAS || exponent >= EXPONENT_BIAS + FRACTION_BITS + 32) return 0;
    u64 fraction = (bits & ((1ul << FRACTION_BITS) - 1)) | 1ul << FRACTION_BITS;
    u32 shift = exponent - EXPONENT_BIAS;
    u32 whole = shift <= FRACTION_BITS ? (u32)(fraction >> (FRACTION_BITS - shift)) : (u32)(fraction << (shift - FRACTION_BITS));
    return bits >> 63 ? -whole : whole;
}

u32 w2e_javascript_i32(const struct w2e_javascript_value *values, u32 count, u32 i) { return to_int32(number_at(values, count, i)); }

u64 w2e_javascript_i64(const struct w2e_javascript_value *values, u32 count, u32 i) {
    const struct w2e_javascript_value *value = value_at(values, count, i);
    if (value->kind != JAVASCRIPT_BIGINT) w2e_trap_indirect_call_type_mismatch();
    return value->bits;
}

u32 w2e_javascript_f32(const struct w2e_javascript_value *values, u32 count, u32 i) {
    float number = (float)number_at(values, count, i);
    u32 bits;
    __builtin_memcpy(&bits, &number, sizeof bits);
    return bits;
}

u64 w2e_javascript_f64(const struct w2e_javascript_value *values, u32 count, u32 i) {
    double number = number_at(values, count, i);
    u64 bits;
    __builtin_memcpy(&bits, &number, sizeof bits);
    return bits;
}
