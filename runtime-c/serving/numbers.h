// WebAssembly's numbers as text, exactly: what is printed reads back as the same bits. Floats are handled as bits.
#ifndef W2E_NUMBERS_H
#define W2E_NUMBERS_H

#include "message.h"

struct float_format {
    u32 fraction_bits, exponent_bits;
};
static const struct float_format float32 = {23, 8}, float64 = {52, 11};

static inline u64 float_sign(const struct float_format *f) { return 1ul << (f->fraction_bits + f->exponent_bits); }
static inline u64 float_infinity(const struct float_format *f) { return float_sign(f) - (1ul << f->fraction_bits); }
static inline i32 float_bias(const struct float_format *f) { return (1 << (f->exponent_bits - 1)) - 1; }

// Decimal or 0x…, signed or unsigned, that fits `bits` (at most 128, low half first); false if it is not.
bool read_integer(const char *text, u32 bits, u64 value[2]);
// Decimal, hexadecimal (0x1.8p-3), inf, nan, nan:0x…; rounded to nearest, ties to even. False if it is none of these.
bool read_float(const char *text, const struct float_format *format, u64 *bits);

void print_signed(struct message *m, i64 value);
void print_unsigned_128(struct message *m, const u64 value[2]);
// The shortest decimal that reads back as these bits, without exponent; inf, nan, and nan:0x… with other payloads.
void print_float(struct message *m, u64 bits, const struct float_format *format);

#endif
