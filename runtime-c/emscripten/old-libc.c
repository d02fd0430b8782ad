// What else libc of Emscripten up to 2.0.x asked its JavaScript for.
#include "guest-calls.h"
#include "guest.h"
#include "imports.gen.h"

// The module's own number. Calls the module.
void w2e_env___setErrNo(u32 number) {
    u8 *location = guest_errno_location();
    if (location) store32(location, number);
}

u32 w2e_env___map_file(u32 path, u32 size) {
    (void)path, (void)size;
    return libc_result(-EPERM);
}
u32 w2e_env_execvp(u32 file, u32 arguments) {
    (void)file, (void)arguments;
    return libc_result(-ENOEXEC);
}
u32 w2e_env_execl(u32 path, u32 first, u32 rest) { (void)first; return w2e_env_execvp(path, rest); }
