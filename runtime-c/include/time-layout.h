// Times in guest memory: 32-bit seconds and fractions (8 bytes) up to Emscripten 3.1.15, a 64-bit second and a
// 32-bit fraction in 16 bytes from 3.1.16 on. The module's abi_flags say which.
#ifndef W2E_TIME_LAYOUT_H
#define W2E_TIME_LAYOUT_H

#include "guest.h"
#include "kernel.h"

// Size of timespec and timeval.
static inline u32 guest_time_size(void) { return abi_has(ABI_TIME64) ? 16 : 8; }

static inline void put_time(u8 *to, i64 seconds, i64 fraction) {
    if (abi_has(ABI_TIME64)) {
        store64(to, (u64)seconds);
        store64(to + 8, (u64)fraction);
    } else {
        store32(to, (u32)seconds);
        store32(to + 4, (u32)fraction);
    }
}

static inline struct kernel_timespec get_time(const u8 *from) {
    if (abi_has(ABI_TIME64)) return (struct kernel_timespec){(i64)load64(from), (i32)load32(from + 8)};
    return (struct kernel_timespec){(i32)load32(from), (i32)load32(from + 4)};
}

// Reads an optional time into *storage: NULL for address 0; *error = -EFAULT if it is not in memory.
static inline struct kernel_timespec *guest_time(u32 address, struct kernel_timespec *storage, long *error) {
    if (!address) return NULL;
    const u8 *p = guest_range(address, guest_time_size());
    if (!p) *error = -EFAULT;
    else *storage = get_time(p);
    return storage;
}

#endif
