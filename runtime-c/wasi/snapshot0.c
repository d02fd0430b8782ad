// WASI's snapshot 0 (wasi_unstable.witx), where it differs from preview 1: the numbers of whence. Its records are where those of
// preview 1 are: filestats in descriptors.c and paths.c, subscriptions in polling.c.
#include "guest.h"
#include "imports.gen.h"
#include "system-call.h"

u32 w2e_wasi_fd_seek_snapshot0(u32 fd, u64 offset, u32 whence, u32 to) {
    static const u8 preview1[] = {1, 2, 0}; // cur, end, set
    return whence < W2E_COUNT(preview1) ? w2e_wasi_fd_seek(fd, offset, preview1[whence], to) : error_number(-EINVAL);
}
