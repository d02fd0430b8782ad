// Numbers of a command line → bits. Floats: the text as a ratio of two big integers, whose quotient is formed bit by
// bit, so the rounding is exact (cf. W. D. Clinger, How to Read Floating Point Numbers Accurately, PLDI 1990).
#include "big-integer.h"
#include "numbers.h"
#include "text.h"

enum {
    DIGITS_MAX = 800,          // more than distinguish any two neighbours of a tie (768); the rest only says "a bit more"
    EXPONENT_MAX = 100000000,  // farther away than the longest argument can compensate
    DECIMAL_OVERFLOW = 320, DECIMAL_UNDERFLOW = -400,
};

static int hex_digit(char c) {
    if (is_digit(c)) return c - '0';
    c = text_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool take_hex_prefix(const char **text) {
    if ((*text)[0] != '0' || text_lower((*text)[1]) != 'x') return false;
    *text += 2;
    return true;
}

static bool take_sign(const char **text) {
    bool negative = **text == '-';
    if (negative || **text == '+') ++*text;
    return negative;
}

bool read_integer(const char *text, u32 bits, u64 value[2]) {
    bool negative = take_sign(&text);
    u32 base = take_hex_prefix(&text) ? 16 : 10;
    struct big number;
    big_set(&number, 0);
    if (!*text) return false;
    for (; *text; text++) {
        int digit = hex_digit(*text);
        if (digit < 0 || (u32)digit >= base) return false;
        big_multiply_add(&number, base, (u32)digit);
        if (big_bits(&number) > bits) return false;
    }
    while (number.length < 4) number.limb[number.length++] = 0;
    value[0] = number.limb[0] | (u64)number.limb[1] << 32;
    value[1] = number.limb[2] | (u64)number.limb[3] << 32;
    if (!negative) return true;
    struct big limit; // of a negative number: 2^(bits - 1)
    big_set(&limit, 1);
    big_shift_left(&limit, bits - 1);
    while (number.length && !number.limb[number.length - 1]) number.length--;
    if (big_compare(&number, &limit) > 0) return false;
    value[0] = -value[0];
    value[1] = ~value[1] + (value[0] == 0);
    return true;
}

// The bits of numerator / denominator * 2^exponent, of which neither is 0. Overwrites both.
static u64 round_ratio(struct big *numerator, struct big *denominator, i32 exponent, const struct float_format *format) {
    i32 shift = (i32)big_bits(numerator) - (i32)big_bits(denominator);
    if (shift > 0)
        big_shift_left(denominator, (u32)shift);
    else
        big_shift_left(numerator, (u32)-shift);
    if (big_compare(numerator, denominator) < 0) {
        big_shift_left(numerator, 1);
        shift--;
    }
    // Now the ratio is in [1, 2).
    exponent += shift;
    i32 bias = float_bias(format), subnormal = 1 - bias - exponent;
    if (exponent > bias) return float_infinity(format);
    i32 count = (i32)format->fraction_bits + 1 - (subnormal > 0 ? subnormal : 0);
    if (count < 0) return 0;
    u64 quotient = 0;
    for (i32 i = 0; i < count; i++) {
        quotient <<= 1;
        if (big_compare(numerator, denominator) >= 0) {
            quotient |= 1;
            big_subtract(numerator, denominator);
        }
        big_shift_left(numerator, 1);
    }
    int half = big_compare(numerator, denominator);
    if (half > 0 || (half == 0 && (quotient & 1))) quotient++;
    // A carry out of the fraction goes to the exponent, as it should.
    return subnormal > 0 ? quotient : quotient + ((u64)(exponent + bias - 1) << format->fraction_bits);
}

// The rest of a number behind its digits: nothing, or an exponent after `mark`.
static bool read_exponent(const char *text, char mark, i32 *exponent) {
    *exponent = 0;
    if (!*text) return true;
    if (text_lower(*text++) != mark) return false;
    bool negative = take_sign(&text);
    if (!*text) return false;
    for (; is_digit(*text); text++)
        if (*exponent < EXPONENT_MAX) *exponent = *exponent * 10 + (*text - '0');
    if (negative) *exponent = -*exponent;
    return !*text;
}

static bool read_hexadecimal(const char *text, const struct float_format *format, u64 *bits) {
    u64 mantissa = 0;
    i32 scale = 0, exponent;
    bool digits = false, point = false;
    for (; hex_digit(*text) >= 0 || (*text == '.' && !point); text++) {
        if (*text == '.') {
            point = true;
            continue;
        }
        digits = true;
        if (point) scale -= 4;
        if (mantissa >> 59)
            mantissa |= hex_digit(*text) != 0, scale += 4;
        else
            mantissa = mantissa << 4 | (u64)hex_digit(*text);
    }
    if (!digits || !read_exponent(text, 'p', &exponent)) return false;
    *bits = 0;
    if (!mantissa) return true;
    struct big numerator, denominator;
    big_set(&numerator, mantissa);
    big_set(&denominator, 1);
    *bits = round_ratio(&numerator, &denominator, exponent + scale, format);
    return true;
}

static bool read_decimal(const char *text, const struct float_format *format, u64 *bits) {
    struct big numerator, denominator;
    i32 scale = 0, count = 0, exponent;
    bool digits = false, point = false, more = false;
    big_set(&numerator, 0);
    for (; is_digit(*text) || (*text == '.' && !point); text++) {
        if (*text == '.') {
            point = true;
            continue;
        }
        digits = true;
        if (point) scale--;
        if (count == DIGITS_MAX) {
            more |= *text != '0';
            scale++;
        } else if (count || *text != '0') {
            big_multiply_add(&numerator, 10, (u32)(*text - '0'));
            count++;
        }
    }
    if (!digits || !read_exponent(text, 'e', &exponent)) return false;
    *bits = 0;
    if (more) {
        big_multiply_add(&numerator, 10, 1);
        count++, scale--;
    }
    scale += exponent;
    if (!count || count + scale < DECIMAL_UNDERFLOW) return true;
    *bits = float_infinity(format);
    if (count + scale > DECIMAL_OVERFLOW) return true;
    big_set(&denominator, 1);
    for (; scale > 0; scale--) big_multiply_add(&numerator, 10, 0);
    for (; scale < 0; scale++) big_multiply_add(&denominator, 10, 0);
    *bits = round_ratio(&numerator, &denominator, 0, format);
    return true;
}

static bool read_nan_payload(const char *text, const struct float_format *format, u64 *bits) {
    u64 payload[2];
    if (!take_hex_prefix(&text) || hex_digit(*text) < 0) return false;
    // read_integer again wants the prefix.
    if (!read_integer(text - 2, format->fraction_bits, payload) || !payload[0]) return false;
    *bits = float_infinity(format) | payload[0];
    return true;
}

static bool read_magnitude(const char *text, const struct float_format *format, u64 *bits) {
    if (text_equal_ignoring_case(text, "inf") || text_equal_ignoring_case(text, "infinity")) {
        *bits = float_infinity(format);
        return true;
    }
    if (text_equal_ignoring_case(text, "nan")) {
        *bits = float_infinity(format) | 1ul << (format->fraction_bits - 1);
        return true;
    }
    if (text_lower(text[0]) == 'n' && text_lower(text[1]) == 'a' && text_lower(text[2]) == 'n' && text[3] == ':')
        return read_nan_payload(text + 4, format, bits);
    return take_hex_prefix(&text) ? read_hexadecimal(text, format, bits) : read_decimal(text, format, bits);
}

bool read_float(const char *text, const struct float_format *format, u64 *bits) {
    bool negative = take_sign(&text);
    if (!read_magnitude(text, format, bits)) return false;
    if (negative) *bits |= float_sign(format);
    return true;
}
