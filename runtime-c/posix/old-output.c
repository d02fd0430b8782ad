// The standard output of modules of Emscripten up to 2.0.x that export no way to flush it at their end. Their libc writes
// each line where ioctl(2) says that there is a terminal, as their JavaScript always did, and buffers all otherwise.
#include "guest.h"
#include "imports.gen.h"

u32 w2e_env___syscall_ioctl_unflushed(u32 fd, u32 request, u32 va) {
    enum { STDOUT = 1, TIOCGWINSZ = 0x5413, WINSIZE = 8 };
    u32 r = w2e_env___syscall_ioctl(fd, request, va);
    if ((i32)r >= 0 || fd != STDOUT || request != TIOCGWINSZ) return r;
    u8 *p = guest_range(guest_argument(va), WINSIZE);
    if (!p) return syscall_result(-EFAULT);
    memset(p, 0, WINSIZE);
    return 0;
}
