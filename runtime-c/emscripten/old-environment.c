// The environment of modules up to Emscripten 1.38, whose libc had it from its JavaScript.
#include "../libc/files.h"
#include "guest-calls.h"
#include "guest.h"
#include "imports.gen.h"
#include "runtime.h"
#include "string-lists.h"
#include "text.h"

// The value of a variable; the next call may overwrite it. Calls the module.
u32 w2e_env_getenv(u32 name) {
    static struct guest_block value_block;
    const char *wanted = guest_string(name), *value = wanted && *wanted ? host_environment(wanted) : NULL;
    u64 size = value ? text_length(value) + 1 : 0;
    u32 copy = size && size < 1u << 31 ? guest_block_of(&value_block, (u32)size) : 0;
    u8 *p = copy ? guest_range(copy, size) : NULL;
    if (p) memcpy(p, value, size);
    return p ? copy : 0;
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
    put_strings(w2e_process.environ, block, block + (u32)pointers, 0);
    store32(p + 4 * count, 0);
    store32(list, block);
}
