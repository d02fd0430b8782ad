// The handful of string functions that the runtime needs on host strings.
#ifndef W2E_TEXT_H
#define W2E_TEXT_H

#include "types.h"

static inline u64 text_length(const char *s) {
    u64 n = 0;
    while (s[n]) n++;
    return n;
}

static inline bool text_equal(const char *a, const char *b) {
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}

// Writes a number of up to 10 digits, and a NUL.
static inline void text_of_number(char *to, u32 value) {
    char digits[10];
    u32 n = 0;
    do digits[n++] = (char)('0' + value % 10);
    while (value /= 10);
    while (n) *to++ = digits[--n];
    *to = 0;
}

static inline char text_lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

static inline bool text_equal_ignoring_case(const char *a, const char *b) {
    while (*a && text_lower(*a) == text_lower(*b)) a++, b++;
    return text_lower(*a) == text_lower(*b);
}

static inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool is_alpha(char c) { return text_lower(c) >= 'a' && text_lower(c) <= 'z'; }
static inline bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

#endif
