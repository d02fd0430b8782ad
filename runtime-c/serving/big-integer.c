// Arithmetic of natural numbers, schoolbook fashion.
#include "big-integer.h"

static void trim(struct big *a) {
    while (a->length && a->limb[a->length - 1] == 0) a->length--;
}

void big_set(struct big *a, u64 value) {
    a->limb[0] = (u32)value;
    a->limb[1] = (u32)(value >> 32);
    a->length = 2;
    trim(a);
}

void big_multiply_add(struct big *a, u32 factor, u32 addend) {
    u64 carry = addend;
    for (u32 i = 0; i < a->length; i++) {
        carry += (u64)a->limb[i] * factor;
        a->limb[i] = (u32)carry;
        carry >>= 32;
    }
    if (carry) a->limb[a->length++] = (u32)carry;
}

void big_shift_left(struct big *a, u32 bits) {
    u32 limbs = bits / 32, rest = bits % 32;
    if (!a->length) return;
    a->limb[a->length] = 0;
    for (u32 i = a->length + 1; i-- > 0;) {
        u32 below = i && rest ? a->limb[i - 1] >> (32 - rest) : 0;
        a->limb[i + limbs] = a->limb[i] << rest | below;
    }
    for (u32 i = 0; i < limbs; i++) a->limb[i] = 0;
    a->length += limbs + 1;
    trim(a);
}

void big_add(struct big *sum, const struct big *a, const struct big *b) {
    const struct big *longer = a->length >= b->length ? a : b, *shorter = longer == a ? b : a;
    u64 carry = 0;
    for (u32 i = 0; i < longer->length; i++) {
        carry += (u64)longer->limb[i] + (i < shorter->length ? shorter->limb[i] : 0);
        sum->limb[i] = (u32)carry;
        carry >>= 32;
    }
    sum->limb[longer->length] = (u32)carry;
    sum->length = longer->length + 1;
    trim(sum);
}

void big_subtract(struct big *a, const struct big *b) {
    u64 borrow = 0;
    for (u32 i = 0; i < a->length; i++) {
        u64 difference = (u64)a->limb[i] - (i < b->length ? b->limb[i] : 0) - borrow;
        a->limb[i] = (u32)difference;
        borrow = difference >> 63;
    }
    trim(a);
}

int big_compare(const struct big *a, const struct big *b) {
    if (a->length != b->length) return a->length < b->length ? -1 : 1;
    for (u32 i = a->length; i-- > 0;)
        if (a->limb[i] != b->limb[i]) return a->limb[i] < b->limb[i] ? -1 : 1;
    return 0;
}

u32 big_bits(const struct big *a) {
    return a->length ? 32 * a->length - (u32)__builtin_clz(a->limb[a->length - 1]) : 0;
}
