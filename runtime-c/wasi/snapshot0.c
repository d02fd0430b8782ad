// WASI's snapshot 0 (wasi_unstable), where it differs from preview 1: the numbers of whence, the record of filestat. Its
// subscriptions are in polling.c. Layouts are those of wasi_unstable.witx.
#include "guest.h"
#include "imports.gen.h"
#include "system-call.h"
#include "wasi.h"

u32 w2e_wasi_fd_seek_snapshot0(u32 fd, u64 offset, u32 whence, u32 to) {
    static const u8 preview1[] = {1, 2, 0}; // cur, end, set
    return whence < W2E_COUNT(preview1) ? w2e_wasi_fd_seek(fd, offset, preview1[whence], to) : error_number(-EINVAL);
}

bool put_filestat_snapshot0(u32 to, const struct kernel_stat *s, i32 fd) {
    enum { FILESTAT_SIZE = 56 };
    u8 *p = guest_range(to, FILESTAT_SIZE);
    if (!p) return false;
    memset(p, 0, FILESTAT_SIZE);
    store64(p, s->dev);
    store64(p + 8, s->ino);
    p[16] = (u8)wasi_filetype_of(fd, s->mode);
    store32(p + 20, (u32)s->nlink);
    store64(p + 24, (u64)s->size);
    store64(p + 32, (u64)(s->atime * 1000000000 + s->atime_nsec));
    store64(p + 40, (u64)(s->mtime * 1000000000 + s->mtime_nsec));
    store64(p + 48, (u64)(s->ctime * 1000000000 + s->ctime_nsec));
    return true;
}
u32 w2e_wasi_fd_filestat_get_snapshot0(u32 fd, u32 to) {
    struct kernel_stat s;
    long r = sys(SYS_fstat, fd, own(&s));
    return error_number(r == 0 && !put_filestat_snapshot0(to, &s, (i32)fd) ? -EFAULT : r);
}
u32 w2e_wasi_path_filestat_get_snapshot0(u32 directory, u32 lookup, u32 path, u32 length, u32 to) {
    struct kernel_stat s;
    long r = wasi_path_status(directory, lookup, path, length, &s);
    return error_number(r == 0 && !put_filestat_snapshot0(to, &s, -1) ? -EFAULT : r);
}
