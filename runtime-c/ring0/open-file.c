// Opening files in ring 0: what needs no list is judged there (kernel/calls.c), everything else by posix/opened.c.
#include "opened.h"
#include "hold.h"
#include "request.h"
#include "system-call.h"

long open_file(i32 directory, struct kernel_address path, u32 flags, u32 mode) {
    long fd = sys(SYS_openat, directory, path, flags, mode, (u64)&w2e_held);
    return fd >= 0 && fd & W2E_UNJUDGED ? sys(W2E_CALL_JUDGE, (u32)fd) : fd;
}
