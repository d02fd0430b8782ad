// Copies that Emscripten's libc leaves to its host. For ring 0, too.
#include "guest.h"
#include "imports.gen.h"
#include "traps.gen.h"

// Out of bounds like the stores that it stands for; no bytes are no stores.
static u32 copy(u32 to, u32 from, u32 size) {
    if (!size) return to;
    void *t = guest_range(to, size), *f = guest_range(from, size);
    if (!t || !f) w2e_trap_out_of_bounds_memory_access();
    memmove(t, f, size);
    return to;
}
u32 w2e_env_emscripten_memcpy_big(u32 to, u32 from, u32 size) { return copy(to, from, size); }
void w2e_env_emscripten_memcpy_big_void(u32 to, u32 from, u32 size) { copy(to, from, size); }
void w2e_env_emscripten_memcpy_js(u32 to, u32 from, u32 size) { copy(to, from, size); }
void w2e_env__emscripten_memcpy_js(u32 to, u32 from, u32 size) { copy(to, from, size); }
