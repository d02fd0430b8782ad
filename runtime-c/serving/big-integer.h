// Natural numbers of a bounded size, for converting between binary and decimal exactly. No allocation; the bound is
// what numbers.h's conversions need: 10^1200, and its product with a mantissa.
#ifndef W2E_BIG_INTEGER_H
#define W2E_BIG_INTEGER_H

#include "types.h"

enum { BIG_LIMBS = 192 };

// Little-endian; the highest limb in use is not zero.
struct big {
    u32 length;
    u32 limb[BIG_LIMBS];
};

void big_set(struct big *a, u64 value);
void big_multiply_add(struct big *a, u32 factor, u32 addend);
void big_shift_left(struct big *a, u32 bits);
void big_add(struct big *sum, const struct big *a, const struct big *b);
// a -= b, where a >= b.
void big_subtract(struct big *a, const struct big *b);
// Less than, equal to or greater than 0, as a is to b.
int big_compare(const struct big *a, const struct big *b);
u32 big_bits(const struct big *a);

#endif
