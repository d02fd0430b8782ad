// WASI preview 1 on descriptors, as Emscripten's libc and WASI command modules use it: the host's own numbers.
#include "guest.h"
#include "imports.gen.h"
#include "runtime.h"
#include "path-call.h"
#include "wasi.h"

enum {
    FDSTAT_SIZE = 24, FILESTAT_SIZE = 64,
    S_IFIFO = 0010000, S_IFDIR = 0040000, S_IFBLK = 0060000,
    S_IFREG = 0100000, S_IFLNK = 0120000, S_IFSOCK = 0140000,
    TCGETS = 0x5401, F_GETFD = 1, F_SETFL = 4, SO_TYPE = 3,
    UTIME_NOW = 0x3fffffff, UTIME_OMIT = 0x3ffffffe,
};

// Rights are told, not enforced, but in programs with --dir (confined-descriptors.c): what a descriptor permits is the kernel's to say.
#define RIGHT_READ (1ul << 1)
#define RIGHTS_WRITE (1ul << 0 | 1ul << 6 | 1ul << 8 | 1ul << 22) // fd_datasync fd_write fd_allocate fd_filestat_set_size
#define RIGHTS_SEEK (1ul << 2 | 1ul << 5)                         // fd_seek fd_tell
#define RIGHTS_ANY (1ul << 3 | 1ul << 4 | 1ul << 21 | 1ul << 23 | 1ul << 27) // fdstat_set_flags sync filestat_* poll
#define RIGHTS_SOCKET (1ul << 28 | 1ul << 29)
#define RIGHTS_DIRECTORY (0x1ffe00ul | 1ul << 24 | 1ul << 25 | 1ul << 26) // path_* and fd_readdir
#define RIGHTS_ALL ((1ul << 30) - 1)

u32 w2e_wasi_fd_sync(u32 fd) { return error_number(sys(SYS_fsync, fd)); }
u32 w2e_wasi_fd_datasync(u32 fd) { return error_number(sys(SYS_fdatasync, fd)); }
u32 w2e_wasi_fd_advise(u32 fd, u64 offset, u64 length, u32 advice) {
    // WASI: normal sequential random willneed dontneed noreuse; Linux: normal random sequential ...
    static const u8 host[] = {0, 2, 1, 3, 4, 5};
    if (advice >= W2E_COUNT(host)) return error_number(-EINVAL);
    return error_number(sys(SYS_fadvise64, fd, offset, length, host[advice]));
}
u32 w2e_wasi_fd_allocate(u32 fd, u64 offset, u64 length) { return error_number(sys(SYS_fallocate, fd, 0, offset, length)); }
u32 w2e_wasi_fd_filestat_set_size(u32 fd, u64 size) { return error_number(sys(SYS_ftruncate, fd, size)); }
u32 w2e_wasi_fd_renumber(u32 from, u32 to) {
    // Both must be open.
    long r = sys(SYS_fcntl, from, F_GETFD, 0);
    if (r >= 0) r = sys(SYS_fcntl, to, F_GETFD, 0);
    if (r < 0 || from == to) return error_number(r);
    r = sys(SYS_dup3, from, to, 0);
    return error_number(r < 0 ? r : sys(SYS_close, from));
}

enum wasi_filetype wasi_filetype_of(i32 fd, u32 mode) {
    u32 type = 0, size = 4;
    switch (mode & S_IFMT) {
    case S_IFBLK: return BLOCK_DEVICE;
    case S_IFCHR: return CHARACTER_DEVICE;
    case S_IFDIR: return DIRECTORY;
    case S_IFREG: return REGULAR_FILE;
    case S_IFLNK: return SYMBOLIC_LINK;
    case S_IFSOCK:
        if (fd >= 0) sys(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, own(&type), own(&size));
        return type == 2 ? SOCKET_DGRAM : SOCKET_STREAM;
    default: return UNKNOWN;
    }
}

static bool is_terminal(u32 fd) {
    u8 settings[64];
    return sys(SYS_ioctl, fd, TCGETS, own(&settings)) == 0;
}

static u64 rights_of(enum wasi_filetype type, u32 flags) {
    if (type == DIRECTORY) return RIGHTS_ANY | RIGHTS_DIRECTORY | 1ul << 7;
    u64 rights = RIGHTS_ANY | RIGHT_READ | RIGHTS_WRITE | 1ul << 7;
    if ((flags & O_ACCMODE) == O_WRONLY) rights &= ~RIGHT_READ;
    if ((flags & O_ACCMODE) == O_RDONLY) rights &= ~RIGHTS_WRITE;
    if (type == REGULAR_FILE || type == BLOCK_DEVICE) rights |= RIGHTS_SEEK;
    if (type == SOCKET_STREAM || type == SOCKET_DGRAM) rights |= RIGHTS_SOCKET;
    return rights;
}

static struct wasi_rights rights_of_type(enum wasi_filetype type, u32 flags) {
    return (struct wasi_rights){rights_of(type, flags), type == DIRECTORY ? RIGHTS_ALL : 0};
}

long wasi_rights(u32 fd, struct wasi_rights *rights) {
    struct kernel_stat status;
    long r = status_call(SYS_fstat, (i32)fd, &status), flags = sys(SYS_fcntl, fd, F_GETFL, 0);
    if (r < 0 || flags < 0) return r < 0 ? r : flags;
    *rights = rights_of_type(wasi_filetype_of((i32)fd, status.mode), arch_guest_open_flags((u32)flags));
    return 0;
}

// libc's isatty is "a character device without the right to seek": only terminals may say so, others are of
// unknown type.
u32 w2e_wasi_fd_fdstat_get(u32 fd, u32 to) {
    struct kernel_stat status;
    u8 *p = guest_range(to, FDSTAT_SIZE);
    if (!p) return error_number(-EFAULT);
    long r = status_call(SYS_fstat, (i32)fd, &status);
    if (r) return error_number(r);
    enum wasi_filetype type = wasi_filetype_of((i32)fd, status.mode);
    if (type == CHARACTER_DEVICE && !is_terminal(fd)) type = UNKNOWN;
    u32 flags = arch_guest_open_flags((u32)sys(SYS_fcntl, fd, F_GETFL, 0)), wasi = 0;
    if (flags & O_APPEND) wasi |= WASI_APPEND;
    if (flags & O_DSYNC) wasi |= WASI_DSYNC;
    if (flags & O_NONBLOCK) wasi |= WASI_NONBLOCK;
    if ((flags & O_SYNC) == O_SYNC) wasi |= WASI_SYNC;
    memset(p, 0, FDSTAT_SIZE);
    p[0] = (u8)type;
    store16(p + 2, (u16)wasi);
    struct wasi_rights rights = rights_of_type(type, flags);
    store64(p + 8, rights.base);
    store64(p + 16, rights.inheriting);
    return 0;
}

u32 w2e_wasi_fd_fdstat_set_flags(u32 fd, u32 flags) {
    long now = sys(SYS_fcntl, fd, F_GETFL, 0);
    if (now < 0) return error_number(now);
    u32 host = ((u32)now & ~(u32)(O_APPEND | O_NONBLOCK)) | (flags & WASI_APPEND ? O_APPEND : 0) | (flags & WASI_NONBLOCK ? O_NONBLOCK : 0);
    return error_number(sys(SYS_fcntl, fd, F_SETFL, host));
}

// Rights cannot grow, and to take some away would be a promise that nobody keeps here.
u32 w2e_wasi_fd_fdstat_set_rights(u32 fd, u64 base, u64 inheriting) {
    struct wasi_rights has;
    long r = wasi_rights(fd, &has);
    if (r) return error_number(r);
    if (base & ~has.base || inheriting & ~has.inheriting) return WASI_NOTCAPABLE;
    return base == has.base && inheriting == has.inheriting ? 0 : WASI_NOTSUP;
}

// The snapshots differ in the width of nlink, behind which the rest moves up.
bool put_filestat(enum wasi_snapshot snapshot, u32 to, const struct kernel_stat *s, i32 fd) {
    enum { SNAPSHOT0_SIZE = 56, SNAPSHOT0_NLINK = 20, NLINK = 24 };
    bool old = snapshot == SNAPSHOT0;
    u8 *p = guest_range(to, old ? SNAPSHOT0_SIZE : FILESTAT_SIZE);
    if (!p) return false;
    memset(p, 0, old ? SNAPSHOT0_SIZE : FILESTAT_SIZE);
    store64(p, s->dev);
    store64(p + 8, s->ino);
    p[16] = (u8)wasi_filetype_of(fd, s->mode);
    if (old) store32(p + SNAPSHOT0_NLINK, (u32)s->nlink);
    else store64(p + NLINK, s->nlink);
    p += old ? SNAPSHOT0_NLINK + 4 : NLINK + 8;
    store64(p, (u64)s->size);
    store64(p + 8, (u64)(s->atime * 1000000000 + s->atime_nsec));
    store64(p + 16, (u64)(s->mtime * 1000000000 + s->mtime_nsec));
    store64(p + 24, (u64)(s->ctime * 1000000000 + s->ctime_nsec));
    return true;
}

static u32 filestat_get(enum wasi_snapshot snapshot, u32 fd, u32 to) {
    struct kernel_stat s;
    long r = status_call(SYS_fstat, (i32)fd, &s);
    return error_number(r == 0 && !put_filestat(snapshot, to, &s, (i32)fd) ? -EFAULT : r);
}
u32 w2e_wasi_fd_filestat_get(u32 fd, u32 to) { return filestat_get(PREVIEW1, fd, to); }
u32 w2e_wasi_fd_filestat_get_snapshot0(u32 fd, u32 to) { return filestat_get(SNAPSHOT0, fd, to); }

static struct kernel_timespec time_from(u64 value, bool set, bool now) {
    if (!set) return (struct kernel_timespec){0, now ? UTIME_NOW : UTIME_OMIT};
    return (struct kernel_timespec){(i64)(value / 1000000000), (i64)(value % 1000000000)};
}

bool wasi_times(u64 accessed, u64 modified, u32 flags, struct kernel_timespec times[2]) {
    enum { ACCESSED = 1, ACCESSED_NOW = 2, MODIFIED = 4, MODIFIED_NOW = 8 };
    if ((flags & ACCESSED && flags & ACCESSED_NOW) || (flags & MODIFIED && flags & MODIFIED_NOW)) return false;
    times[0] = time_from(accessed, flags & ACCESSED, flags & ACCESSED_NOW);
    times[1] = time_from(modified, flags & MODIFIED, flags & MODIFIED_NOW);
    return true;
}

u32 w2e_wasi_fd_filestat_set_times(u32 fd, u64 accessed, u64 modified, u32 flags) {
    struct kernel_timespec times[2];
    if (!wasi_times(accessed, modified, flags, times)) return error_number(-EINVAL);
    return error_number(sys(SYS_utimensat, fd, NO_ADDRESS, own(&times), 0));
}
