// memcpy, memmove, memset, memcmp: sizes up to 128 load everything before the first store, in two overlapped halves
// per size class; larger ones use 16-byte loops, and the architecture's own instructions where it has them.
#include "arch.h"
#include "w2e.h"

typedef long vector __attribute__((vector_size(16), aligned(1), may_alias));

#define LOAD(p, offset) (*(const vector *)((const u8 *)(p) + (offset)))
#define STORE(p, offset, v) (*(vector *)((u8 *)(p) + (offset)) = (v))

static inline void move_up_to_16(u8 *to, const u8 *from, u64 n) {
    if (n >= 8) {
        u64 head = load64(from), tail = load64(from + n - 8);
        store64(to, head);
        store64(to + n - 8, tail);
    } else if (n >= 4) {
        u32 head = load32(from), tail = load32(from + n - 4);
        store32(to, head);
        store32(to + n - 4, tail);
    } else if (n >= 2) {
        u16 head = load16(from), tail = load16(from + n - 2);
        store16(to, head);
        store16(to + n - 2, tail);
    } else if (n) {
        *to = *from;
    }
}

static inline void move_up_to_128(u8 *to, const u8 *from, u64 n) {
    vector a = LOAD(from, 0), z = LOAD(from, n - 16);
    if (n > 32) {
        vector b = LOAD(from, 16), y = LOAD(from, n - 32);
        if (n > 64) {
            vector c = LOAD(from, 32), d = LOAD(from, 48), w = LOAD(from, n - 64), x = LOAD(from, n - 48);
            STORE(to, 32, c);
            STORE(to, 48, d);
            STORE(to, n - 64, w);
            STORE(to, n - 48, x);
        }
        STORE(to, 16, b);
        STORE(to, n - 32, y);
    }
    STORE(to, 0, a);
    STORE(to, n - 16, z);
}

static void move_up(u8 *to, const u8 *from, u64 n) {
    vector w = LOAD(from, n - 64), x = LOAD(from, n - 48), y = LOAD(from, n - 32), z = LOAD(from, n - 16);
    u8 *end = to + n;
    while (n > 64) {
        vector a = LOAD(from, 0), b = LOAD(from, 16), c = LOAD(from, 32), d = LOAD(from, 48);
        STORE(to, 0, a);
        STORE(to, 16, b);
        STORE(to, 32, c);
        STORE(to, 48, d);
        to += 64;
        from += 64;
        n -= 64;
    }
    STORE(end, -64, w);
    STORE(end, -48, x);
    STORE(end, -32, y);
    STORE(end, -16, z);
}

static void move_down(u8 *to, const u8 *from, u64 n) {
    vector a = LOAD(from, 0), b = LOAD(from, 16), c = LOAD(from, 32), d = LOAD(from, 48);
    while (n > 64) {
        vector w = LOAD(from, n - 64), x = LOAD(from, n - 48), y = LOAD(from, n - 32), z = LOAD(from, n - 16);
        STORE(to, n - 64, w);
        STORE(to, n - 48, x);
        STORE(to, n - 32, y);
        STORE(to, n - 16, z);
        n -= 64;
    }
    STORE(to, 0, a);
    STORE(to, 16, b);
    STORE(to, 32, c);
    STORE(to, 48, d);
}

void *memmove(void *to, const void *from, u64 n) {
    if (n <= 16) {
        move_up_to_16(to, from, n);
    } else if (n <= 128) {
        move_up_to_128(to, from, n);
    } else if ((u64)to - (u64)from < n) {
        move_down(to, from, n);
    } else if (n >= ARCH_BULK_MOVE_MIN && (u64)from - (u64)to >= 64) {
        arch_bulk_move(to, from, n);
    } else {
        move_up(to, from, n);
    }
    return to;
}

void *memcpy(void *restrict to, const void *restrict from, u64 n) { return memmove(to, from, n); }

void *memset(void *to, int byte, u64 n) {
    u8 *p = to;
    u64 word = (u8)byte * 0x0101010101010101ul;
    if (n >= ARCH_BULK_FILL_MIN && arch_bulk_fill(to, byte, n)) return to;
    if (n >= 16) {
        vector v = {(long)word, (long)word};
        u8 *last = p + n - 16;
        for (; last - p >= 64; p += 64) {
            STORE(p, 0, v);
            STORE(p, 16, v);
            STORE(p, 32, v);
            STORE(p, 48, v);
        }
        for (; p < last; p += 16) STORE(p, 0, v);
        STORE(last, 0, v);
    } else if (n >= 8) {
        store64(p, word);
        store64(p + n - 8, word);
    } else if (n >= 4) {
        store32(p, (u32)word);
        store32(p + n - 4, (u32)word);
    } else if (n) {
        p[0] = p[n - 1] = p[n / 2] = (u8)byte;
    }
    return to;
}

int memcmp(const void *a, const void *b, u64 n) {
    const u8 *p = a, *q = b;
    for (; n >= 8; p += 8, q += 8, n -= 8) {
        u64 x = load64(p), y = load64(q);
        if (x == y) continue;
        return __builtin_bswap64(x) < __builtin_bswap64(y) ? -1 : 1;
    }
    for (; n; p++, q++, n--)
        if (*p != *q) return *p - *q;
    return 0;
}
