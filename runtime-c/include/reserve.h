// reserve.c: address space for memories and tables.
#ifndef W2E_RESERVE_H
#define W2E_RESERVE_H

#include "types.h"

u64 whole_host_pages(u64 bytes);

// Reserves as much of `most` bytes as the kernel grants, at least `least`; *reserved is how much, in whole pages. NULL
// where it does not grant that much, or where `most` is 0.
u8 *reserve_space(u64 least, u64 most, u32 protection, u64 *reserved);

#endif
