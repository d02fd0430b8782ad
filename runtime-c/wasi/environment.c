// environ_get, and the third argument of main: apart from the rest because their presence makes arguments.c place the environment behind argv.
// Pointers then lead to that block, so that argv and environ are contiguous as in a native process.
#include "imports.gen.h"
#include "runtime.h"
#include "string-lists.h"

const u8 w2e_environment_wanted_mark = 1;

u32 w2e_main_environment(void) { return w2e_arguments.pointers ? w2e_arguments.pointers + 4 * (w2e_arguments.count + 1) : 0; }

u32 w2e_wasi_environ_sizes_get(u32 count, u32 size) { return put_string_sizes(w2e_process.environ, count, size); }
// Calls the module.
u32 w2e_wasi_environ_get(u32 pointers, u32 buffer) {
    if (w2e_arguments.wanted) w2e_place_arguments();
    return put_strings(w2e_process.environ, pointers, buffer, w2e_arguments.environment);
}
