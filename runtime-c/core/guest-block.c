// Blocks of the module's heap for results that the next call overwrites. The module never frees them: where a sanitizer
// counts blocks (Emscripten's ASan and LSan), they come from the allocator below it.
#include "guest-calls.h"
#include "guest.h"

u32 guest_malloc_uncounted(u32 size) {
    return guest_has_emscripten_builtin_malloc() ? guest_call_emscripten_builtin_malloc(size) : guest_call_malloc(size);
}
static void free_uncounted(u32 block) {
    if (guest_has_emscripten_builtin_malloc()) guest_call_emscripten_builtin_free(block);
    else guest_call_free(block);
}

u32 guest_block_of(struct guest_block *block, u32 size) {
    hold();
    struct guest_block before = *block;
    if (before.size < size) *block = (struct guest_block){0, 0};
    release();
    if (before.size >= size) return before.address;
    if (before.address) free_uncounted(before.address);
    u32 address = guest_malloc_uncounted(size);
    if (!address || !guest_range(address, size)) return 0;
    hold();
    *block = (struct guest_block){address, size};
    release();
    return address;
}
