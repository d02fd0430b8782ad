// What the runtimes of Emscripten's sanitizers (ASan, LSan, UBSan) ask JavaScript for: options, which a page would set on its
// Module object, and whether reports have colours. There are no options.
#include "guest-calls.h"
#include "guest.h"
#include "imports.gen.h"

// Their EM_ASM, which is in functions of theirs only (codegen/plan/sanitizers.ts): 0 is no options, and no colours.
u32 w2e_env_sanitizer_asm_const_int(u32 code, u32 types, u32 arguments) {
    (void)code, (void)types, (void)arguments;
    return 0;
}
double w2e_env_sanitizer_asm_const_double(u32 code, u32 types, u32 arguments) {
    (void)code, (void)types, (void)arguments;
    return 0;
}

u32 w2e_env__emscripten_sanitizer_use_colors(void) { return 0; }
// An empty text, which the caller frees with emscripten_builtin_free. Calls the module.
u32 w2e_env__emscripten_sanitizer_get_option(u32 name) {
    (void)name;
    u32 block = guest_malloc_uncounted(1);
    u8 *p = block ? guest_range(block, 1) : NULL;
    if (p) *p = 0;
    return p ? block : 0;
}
