// Strings in linear memory.
#include "guest.h"

const char *guest_string(u32 address) {
    const u8 *p = guest_range(address, 1);
    if (!address || !p) return NULL;
    for (const u8 *end = w2e_memory + w2e_memory_size, *q = p; q < end; q++)
        if (*q == 0) return (const char *)p;
    return NULL;
}
