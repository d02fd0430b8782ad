// Strings in linear memory.
#include "guest.h"

const char *guest_string(u32 address) {
    const u8 *p = guest_range(address, 1);
    if (!address || !p) return NULL;
    for (const u8 *end = w2e_memory + w2e_memory_size, *q = p; q < end; q++)
        if (*q == 0) return (const char *)p;
    return NULL;
}

long guest_text(u32 address, char *to, u64 room) {
    const volatile u8 *p = guest_range(address, 1), *end = w2e_memory + w2e_memory_size;
    if (!address || !p) return -EFAULT;
    for (u64 n = 0; n < room; n++) {
        if (p + n == end) return -EFAULT;
        if (!(to[n] = (char)p[n])) return (long)n;
    }
    return -ENAMETOOLONG;
}

bool guest_copy_bytes(u32 address, const void *from, u64 size, u64 filled, u64 room) {
    u64 n = filled < size ? filled : size;
    if (n > room) n = room;
    void *to = guest_range(address, n);
    if (to && n) memcpy(to, from, n);
    return to != NULL;
}
