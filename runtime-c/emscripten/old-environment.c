// The environment of modules up to Emscripten 1.38, whose libc had it from its JavaScript.
#include "guest-calls.h"
#include "guest.h"
#include "imports.gen.h"
#include "runtime.h"
#include "text.h"

// The value of a variable; the next call may overwrite it. Calls the module.
u32 w2e_env_getenv(u32 name) {
    static struct guest_block value_block;
    const char *wanted = guest_string(name);
    u64 n = wanted ? text_length(wanted) : 0;
    for (char **each = w2e_process.environ; n && *each; each++) {
        if (memcmp(*each, wanted, n) != 0 || (*each)[n] != '=') continue;
        const char *value = *each + n + 1;
        u64 size = text_length(value) + 1;
        u32 copy = size < 1u << 31 ? guest_block_of(&value_block, (u32)size) : 0;
        u8 *p = copy ? guest_range(copy, size) : NULL;
        if (p) memcpy(p, value, size);
        return p ? copy : 0;
    }
    return 0;
}

// environ: an array of strings, in one block that the module never frees. Calls the module.
void w2e_env___buildEnvironment(u32 environ) {
    u64 count = 0, bytes = 0;
    for (char **each = w2e_process.environ; *each; each++) count++, bytes += text_length(*each) + 1;
    u64 pointers = 4 * (count + 1);
    if (pointers + bytes >= 1u << 31) return;
    u32 block = guest_malloc_uncounted((u32)(pointers + bytes));
    u8 *p = block ? guest_range(block, pointers + bytes) : NULL, *list = guest_range(environ, 4);
    if (!p || !list) return;
    u64 at = pointers;
    for (u64 i = 0; i < count; i++) {
        u64 size = text_length(w2e_process.environ[i]) + 1;
        store32(p + 4 * i, block + (u32)at);
        memcpy(p + at, w2e_process.environ[i], size);
        at += size;
    }
    store32(p + 4 * count, 0);
    store32(list, block);
}
