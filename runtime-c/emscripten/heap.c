// The heap's growth.
#include "guest.h"
#include "imports.gen.h"

static bool grow_to(u64 size) {
    return w2e_memory_grow((u32)((size - w2e_memory_size + (1u << WASM_PAGE_LOG2) - 1) >> WASM_PAGE_LOG2)) != (u32)-1;
}

// 1 if memory has at least `size` bytes afterwards. Grows by 20 % or 96 MiB more if there is room, as growing has a cost.
u32 w2e_env_emscripten_resize_heap(u32 size) {
    u64 old = w2e_memory_size;
    if (size <= old) return 1;
    u64 slack = old / 5 < (96ul << 20) ? old / 5 : 96ul << 20;
    bool roomy = old + slack > size && old + slack <= w2e_env_emscripten_get_heap_max();
    return (roomy && grow_to(old + slack)) || grow_to(size);
}

// One page short of 4 GiB, so that the size fits 32 bits.
u32 w2e_env_emscripten_get_heap_max(void) {
    u64 max = w2e_module.memory_max_bytes;
    return max > 0xffff0000 ? 0xffff0000 : (u32)max;
}
u32 w2e_env_emscripten_get_heap_size(void) { return (u32)w2e_memory_size; }
void w2e_env_emscripten_notify_memory_growth(u32 index) { (void)index; }
