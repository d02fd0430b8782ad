// WASI preview 1 on descriptors, as Emscripten's libc and WASI command modules use it: the host's own numbers.
#include "guest.h"
#include "imports.gen.h"
#include "kernel.h"

enum {
    IOV_MAX = 1024, FDSTAT_SIZE = 24, FILESTAT_SIZE = 64,
    S_IFMT = 0170000, S_IFIFO = 0010000, S_IFCHR = 0020000, S_IFDIR = 0040000, S_IFBLK = 0060000,
    S_IFREG = 0100000, S_IFLNK = 0120000, S_IFSOCK = 0140000,
    TCGETS = 0x5401, F_GETFL = 3, F_SETFL = 4, SOL_SOCKET = 1, SO_TYPE = 3,
    O_APPEND = 02000, O_NONBLOCK = 04000, O_DSYNC = 010000, O_SYNC = 04010000,
};
enum filetype { UNKNOWN, BLOCK_DEVICE, CHARACTER_DEVICE, DIRECTORY, REGULAR_FILE, SOCKET_DGRAM, SOCKET_STREAM, SYMBOLIC_LINK };

// The kernel's iovec array for the guest's; -errno on failure.
static long take_vector(u32 vector, u32 count, struct kernel_iovec *iov) {
    if (count > IOV_MAX) return -EINVAL;
    const u8 *p = guest_range(vector, 8ul * count);
    if (!p) return -EFAULT;
    for (u32 i = 0; i < count; i++, p += 8) {
        u32 length = load32(p + 4);
        iov[i] = (struct kernel_iovec){guest_for_kernel(load32(p), length), length};
    }
    return 0;
}

static u32 put_count(long r, u32 to) {
    u8 *p = guest_range(to, 4);
    if (r < 0) return error_number(r);
    if (!p) return error_number(-EFAULT);
    store32(p, (u32)r);
    return 0;
}

static u32 transfer(long call, u32 fd, u32 vector, u32 count, u64 offset, u32 to) {
    struct kernel_iovec iov[IOV_MAX];
    long r = take_vector(vector, count, iov);
    // The offset of preadv and pwritev comes in two halves; the high one is ignored on 64-bit kernels.
    return put_count(r ? r : sys6(call, fd, (long)iov, count, (long)offset, 0, 0), to);
}

u32 w2e_wasi_fd_read(u32 fd, u32 vector, u32 count, u32 to) { return transfer(SYS_readv, fd, vector, count, 0, to); }
u32 w2e_wasi_fd_write(u32 fd, u32 vector, u32 count, u32 to) { return transfer(SYS_writev, fd, vector, count, 0, to); }
u32 w2e_wasi_fd_pread(u32 fd, u32 vector, u32 count, u64 offset, u32 to) { return transfer(SYS_preadv, fd, vector, count, offset, to); }
u32 w2e_wasi_fd_pwrite(u32 fd, u32 vector, u32 count, u64 offset, u32 to) { return transfer(SYS_pwritev, fd, vector, count, offset, to); }
u32 w2e_wasi_fd_pread_split(u32 fd, u32 vector, u32 count, u32 low, u32 high, u32 to) {
    return transfer(SYS_preadv, fd, vector, count, low | (u64)high << 32, to);
}
u32 w2e_wasi_fd_pwrite_split(u32 fd, u32 vector, u32 count, u32 low, u32 high, u32 to) {
    return transfer(SYS_pwritev, fd, vector, count, low | (u64)high << 32, to);
}

u32 w2e_wasi_fd_seek(u32 fd, u64 offset, u32 whence, u32 to) {
    u8 *p = guest_range(to, 8);
    if (!p) return error_number(-EFAULT);
    long r = sys(SYS_lseek, fd, offset, whence);
    if (r < 0) return error_number(r);
    store64(p, (u64)r);
    return 0;
}
u32 w2e_wasi_fd_seek_split(u32 fd, u32 low, u32 high, u32 whence, u32 to) {
    return w2e_wasi_fd_seek(fd, low | (u64)high << 32, whence, to);
}
u32 w2e_wasi_fd_tell(u32 fd, u32 to) { return w2e_wasi_fd_seek(fd, 0, 1, to); }

u32 w2e_wasi_fd_close(u32 fd) { return error_number(sys(SYS_close, fd)); }
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
    long r = from == to ? 0 : sys(SYS_dup3, from, to, 0);
    return error_number(r < 0 || from == to ? r : sys(SYS_close, from));
}

static enum filetype filetype(u32 fd, u32 mode) {
    u32 type = 0, size = 4;
    switch (mode & S_IFMT) {
    case S_IFBLK: return BLOCK_DEVICE;
    case S_IFCHR: return CHARACTER_DEVICE;
    case S_IFDIR: return DIRECTORY;
    case S_IFREG: return REGULAR_FILE;
    case S_IFLNK: return SYMBOLIC_LINK;
    case S_IFSOCK:
        sys(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, &type, &size);
        return type == 2 ? SOCKET_DGRAM : SOCKET_STREAM;
    default: return UNKNOWN;
    }
}

static bool is_terminal(u32 fd) {
    u8 settings[64];
    return sys(SYS_ioctl, fd, TCGETS, settings) == 0;
}

// libc's isatty is "a character device": only terminals may say so, others are of unknown type.
u32 w2e_wasi_fd_fdstat_get(u32 fd, u32 to) {
    struct kernel_stat status;
    u8 *p = guest_range(to, FDSTAT_SIZE);
    if (!p) return error_number(-EFAULT);
    long r = sys(SYS_fstat, fd, &status);
    if (r) return error_number(r);
    enum filetype type = filetype(fd, status.mode);
    if (type == CHARACTER_DEVICE && !is_terminal(fd)) type = UNKNOWN;
    u32 flags = (u32)sys(SYS_fcntl, fd, F_GETFL, 0);
    u16 wasi = (u16)(((flags & O_APPEND) != 0) | ((flags & O_DSYNC) != 0) << 1 | ((flags & O_NONBLOCK) != 0) << 2 |
                     ((flags & O_SYNC) == O_SYNC) << 4);
    memset(p, 0, FDSTAT_SIZE);
    p[0] = (u8)type;
    store16(p + 2, wasi);
    store64(p + 8, -1ul);
    store64(p + 16, -1ul);
    return 0;
}

u32 w2e_wasi_fd_fdstat_set_flags(u32 fd, u32 flags) {
    long now = sys(SYS_fcntl, fd, F_GETFL, 0);
    if (now < 0) return error_number(now);
    u32 host = ((u32)now & ~(u32)(O_APPEND | O_NONBLOCK)) | (flags & 1 ? O_APPEND : 0) | (flags & 4 ? O_NONBLOCK : 0);
    return error_number(sys(SYS_fcntl, fd, F_SETFL, host));
}

u32 w2e_wasi_fd_filestat_get(u32 fd, u32 to) {
    struct kernel_stat s;
    u8 *p = guest_range(to, FILESTAT_SIZE);
    if (!p) return error_number(-EFAULT);
    long r = sys(SYS_fstat, fd, &s);
    if (r) return error_number(r);
    memset(p, 0, FILESTAT_SIZE);
    store64(p, s.dev);
    store64(p + 8, s.ino);
    p[16] = (u8)filetype(fd, s.mode);
    store64(p + 24, s.nlink);
    store64(p + 32, (u64)s.size);
    store64(p + 40, (u64)(s.atime * 1000000000 + s.atime_nsec));
    store64(p + 48, (u64)(s.mtime * 1000000000 + s.mtime_nsec));
    store64(p + 56, (u64)(s.ctime * 1000000000 + s.ctime_nsec));
    return 0;
}

// No preopened directories: libc then finds none and uses paths as they are.
u32 w2e_wasi_fd_prestat_get(u32 fd, u32 to) {
    (void)fd, (void)to;
    return error_number(-EBADF);
}
u32 w2e_wasi_fd_prestat_dir_name(u32 fd, u32 path, u32 length) {
    (void)fd, (void)path, (void)length;
    return error_number(-EBADF);
}
