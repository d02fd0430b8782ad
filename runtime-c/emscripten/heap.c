// The heap's growth and bulk copies.
#include "guest.h"
#include "imports.gen.h"
#include "traps.gen.h"

enum { WASM_PAGE = 65536 };

// 1 if memory has at least `size` bytes afterwards. Grows by 20 % at least, up to 96 MiB more, as growing has a cost.
u32 w2e_env_emscripten_resize_heap(u32 size) {
    u64 old = w2e_memory_size;
    if (size <= old) return 1;
    u64 slack = old / 5 < (96ul << 20) ? old / 5 : 96ul << 20;
    u64 wanted = (old + slack > size ? old + slack : size), exact = size;
    u64 limit = w2e_env_emscripten_get_heap_max();
    if (wanted > limit) wanted = exact;
    u32 pages = (u32)((wanted - old + WASM_PAGE - 1) / WASM_PAGE);
    return w2e_memory_grow(pages) != (u32)-1;
}

// One page short of 4 GiB, so that the size fits 32 bits.
u32 w2e_env_emscripten_get_heap_max(void) {
    u64 max = w2e_module.memory_max_bytes;
    return max > 0xffff0000 ? 0xffff0000 : (u32)max;
}
u32 w2e_env_emscripten_get_heap_size(void) { return (u32)w2e_memory_size; }
void w2e_env_emscripten_notify_memory_growth(u32 index) { (void)index; }

// Out of bounds like the stores that it stands for.
static u32 copy(u32 to, u32 from, u32 size) {
    void *t = guest_range(to, size), *f = guest_range(from, size);
    if (!t || !f) w2e_trap_out_of_bounds_memory_access();
    memmove(t, f, size);
    return to;
}
u32 w2e_env_emscripten_memcpy_big(u32 to, u32 from, u32 size) { return copy(to, from, size); }
void w2e_env_emscripten_memcpy_big_void(u32 to, u32 from, u32 size) { copy(to, from, size); }
void w2e_env_emscripten_memcpy_js(u32 to, u32 from, u32 size) { copy(to, from, size); }
void w2e_env__emscripten_memcpy_js(u32 to, u32 from, u32 size) { copy(to, from, size); }
