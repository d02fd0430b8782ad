// Page-aligned space inside linear memory for mappings of the host (posix/mapping.c).
#ifndef W2E_GUEST_SPACE_H
#define W2E_GUEST_SPACE_H

#include "types.h"

// Length in whole pages of the host; 0 if it does not fit.
u32 whole_pages(u32 length);
// These three call the module.
// Space of whole pages from the module's allocator: its address, or -ENOMEM. Whatever is mapped over it, ...
long take_guest_space(u32 size);
// ... this puts private zeroed pages back, and returns blocks of which nothing is in use. 0 or -errno.
long give_back_guest_space(u32 address, u32 size);
// Moves whole pages that are mapped elsewhere over pages of linear memory. Or -errno: they are where they were, and linear
// memory has no hole. Does not call the module.
long move_into_guest(const void *elsewhere, u32 address, u32 size);
// mmap(2) over space taken here: its address or -errno.
long map_guest_space(u32 size, u32 protection, u32 flags, i32 fd);

#endif
