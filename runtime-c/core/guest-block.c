// Blocks of the module's heap for results that the next call overwrites.
#include "guest-calls.h"
#include "guest.h"

u32 guest_block_of(struct guest_block *block, u32 size) {
    hold();
    struct guest_block before = *block;
    if (before.size < size) *block = (struct guest_block){0, 0};
    release();
    if (before.size >= size) return before.address;
    if (before.address) guest_call_free(before.address);
    u32 address = guest_call_malloc(size);
    if (!address || !guest_range(address, size)) return 0;
    hold();
    *block = (struct guest_block){address, size};
    release();
    return address;
}
