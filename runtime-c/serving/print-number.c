// Bits → decimal text. Floats by Steele and White's free-format algorithm (How to Print Floating-Point Numbers
// Accurately, PLDI 1990): the shortest digits between the halfway points to the neighbours, and the closest of these.
#include "big-integer.h"
#include "numbers.h"
#include "w2e.h"

enum { DIGITS_MAX = 20 };

void print_signed(struct message *m, i64 value) {
    if (value < 0) message_text(m, "-");
    message_decimal(m, value < 0 ? -(u64)value : (u64)value);
}

void print_unsigned_128(struct message *m, const u64 value[2]) {
    u32 limbs[4] = {(u32)value[0], (u32)(value[0] >> 32), (u32)value[1], (u32)(value[1] >> 32)};
    char digits[40];
    u32 at = sizeof digits;
    do {
        u64 rest = 0;
        for (u32 i = 4; i-- > 0;) {
            rest = rest << 32 | limbs[i];
            limbs[i] = (u32)(rest / 10);
            rest %= 10;
        }
        digits[--at] = (char)('0' + rest);
    } while (limbs[0] | limbs[1] | limbs[2] | limbs[3]);
    message_bytes(m, digits + at, sizeof digits - at);
}

// A value as a fraction, and the distances to the halfway points, over the same denominator.
struct scaled {
    struct big numerator, denominator, above, below;
    bool inclusive; // a halfway point reads back as this value: its mantissa is even
};

static void scale(struct scaled *v, u64 mantissa, i32 exponent, bool closer_below) {
    // Twofold to express halves, fourfold where the neighbour below is half as far as the one above.
    u32 unit = closer_below ? 2 : 1, up = exponent > 0 ? (u32)exponent : 0, down = exponent < 0 ? (u32)-exponent : 0;
    v->inclusive = !(mantissa & 1);
    big_set(&v->numerator, mantissa);
    big_shift_left(&v->numerator, up + unit);
    big_set(&v->denominator, 1);
    big_shift_left(&v->denominator, down + unit);
    big_set(&v->above, unit);
    big_shift_left(&v->above, up);
    big_set(&v->below, 1);
    big_shift_left(&v->below, up);
}

static void times_ten(struct scaled *v) {
    big_multiply_add(&v->numerator, 10, 0);
    big_multiply_add(&v->above, 10, 0);
    big_multiply_add(&v->below, 10, 0);
}

// Whether the value could be printed as 1, or more, of the denominator.
static bool reaches_denominator(const struct scaled *v) {
    struct big sum;
    big_add(&sum, &v->numerator, &v->above);
    return big_compare(&sum, &v->denominator) >= (v->inclusive ? 0 : 1);
}

// The power of ten k such that the value is 0.d1d2… * 10^k, d1 not 0.
static i32 normalize(struct scaled *v) {
    i32 point = 0;
    for (; reaches_denominator(v); point++) big_multiply_add(&v->denominator, 10, 0);
    for (;; point--) {
        times_ten(v);
        if (reaches_denominator(v)) return point;
    }
}

// Writes the digits of a normalized value, whose numerator is ten times what it was; returns their number.
static u32 generate(struct scaled *v, char *digits) {
    for (u32 count = 0;; times_ten(v)) {
        u32 digit = 0;
        for (; big_compare(&v->numerator, &v->denominator) >= 0; digit++) big_subtract(&v->numerator, &v->denominator);
        bool low = big_compare(&v->numerator, &v->below) < (v->inclusive ? 1 : 0);
        bool high = reaches_denominator(v);
        if (low && high) {
            big_shift_left(&v->numerator, 1);
            int half = big_compare(&v->numerator, &v->denominator);
            high = half > 0 || (half == 0 && (digit & 1));
        }
        digits[count++] = (char)('0' + digit + (high ? 1 : 0));
        if (low || high) return count;
    }
}

static void zeros(struct message *m, i32 count) {
    while (count-- > 0) message_text(m, "0");
}

static void print_finite(struct message *m, u64 mantissa, i32 exponent, bool closer_below) {
    struct scaled value;
    char digits[DIGITS_MAX];
    scale(&value, mantissa, exponent, closer_below);
    i32 point = normalize(&value);
    u32 count = generate(&value, digits), whole = point <= 0 ? 0 : (u32)point < count ? (u32)point : count;
    if (!whole) message_text(m, "0");
    message_bytes(m, digits, whole);
    zeros(m, point - (i32)count);
    if (whole == count) return;
    message_text(m, ".");
    zeros(m, -point);
    message_bytes(m, digits + whole, count - whole);
}

static void print_nan(struct message *m, u64 fraction, const struct float_format *format) {
    message_text(m, "nan");
    if (fraction == 1ul << (format->fraction_bits - 1)) return;
    message_text(m, ":");
    message_hex(m, fraction);
}

void print_float(struct message *m, u64 bits, const struct float_format *format) {
    u64 fraction = bits & ((1ul << format->fraction_bits) - 1);
    u64 magnitude = bits & (float_sign(format) - 1);
    i32 exponent = (i32)(magnitude >> format->fraction_bits), least = 1 - float_bias(format) - (i32)format->fraction_bits;
    if (bits & float_sign(format)) message_text(m, "-");
    if (magnitude == float_infinity(format))
        message_text(m, "inf");
    else if (magnitude > float_infinity(format))
        print_nan(m, fraction, format);
    else if (!magnitude)
        message_text(m, "0");
    else if (!exponent)
        print_finite(m, fraction, least, false);
    else
        print_finite(m, fraction | 1ul << format->fraction_bits, least + exponent - 1, !fraction && exponent > 1);
}
