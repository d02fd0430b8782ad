// What Emscripten's libc asks its host about: the program's name, threads.
#include "guest-calls.h"
#include "guest.h"
#include "imports.gen.h"
#include "runtime.h"
#include "text.h"

// How much of the program's name there was room for, without its NUL.
static u32 put_program_name(u32 to, u32 size) {
    const char *name = w2e_process.argv[0] ? w2e_process.argv[0] : "";
    u64 n = text_length(name) + 1;
    u8 *p = guest_range(to, size);
    if (!p || !size) return 0;
    if (n > size) n = size;
    memcpy(p, name, n);
    p[n - 1] = 0;
    return (u32)(n - 1);
}
void w2e_env__emscripten_get_progname(u32 to, u32 size) { put_program_name(to, size); }
u32 w2e_env_emscripten_get_module_name(u32 to, u32 size) { return put_program_name(to, size); }

u32 w2e_env_emscripten_has_threading_support(void) { return WITH_THREADS; }
u32 w2e_env_pthread_atfork(u32 prepare, u32 parent, u32 child) {
    (void)prepare, (void)parent, (void)child;
    return 0;
}
void w2e_env_emscripten_runtime_keepalive_push(void) {}
void w2e_env__emscripten_runtime_keepalive_clear(void) {}
void w2e_env_emscripten_runtime_keepalive_pop(void) {}
u32 w2e_env_emscripten_runtime_keepalive_check(void) { return 0; }
// The module is instrumented, for its JavaScript: nobody asks for that here, where a call that waits is a call.
u32 w2e_env_emscripten_has_asyncify(void) { return guest_has_asyncify_start_unwind(); }
u32 w2e_env_emscripten_atomics_is_lock_free(u32 width) { return width == 1 || width == 2 || width == 4 || width == 8; }

// Emscripten's sys/syscall.h names functions where others have numbers: a number is of no known system.
u32 w2e_env_syscall(u32 number, u32 va) {
    (void)number, (void)va;
    return libc_result(-ENOSYS);
}

// Login records, as musl does without: there are none, and none are kept.
void w2e_env_setutxent(void) {}
void w2e_env_endutxent(void) {}
u32 w2e_env_getutxent(void) { return 0; }
u32 w2e_env_getutxid(u32 record) {
    (void)record;
    return 0;
}
u32 w2e_env_getutxline(u32 record) {
    (void)record;
    return 0;
}
u32 w2e_env_pututxline(u32 record) {
    (void)record;
    return 0;
}
void w2e_env_updwtmpx(u32 file, u32 record) { (void)file, (void)record; }
u32 w2e_env_utmpxname(u32 file) {
    (void)file;
    return libc_result(-EOPNOTSUPP);
}
