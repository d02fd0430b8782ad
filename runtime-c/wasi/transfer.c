// WASI preview 1: reading, writing, seeking and closing. For ring 0, too.
#include "guest.h"
#include "imports.gen.h"
#include "runtime.h"
#include "system-call.h"
#include "wasi.h"
#include <system-buffer.h>

long wasi_vector(u32 vector, u32 count, struct kernel_iovec *iov) {
    if (count > WASI_VECTOR_MAX) return -EINVAL;
    const u8 *p = guest_range(vector, 8ul * count);
    if (!p) return -EFAULT;
    long used = 0;
    for (u32 i = 0; i < count; i++, p += 8) {
        iov[used] = guest_vector(p);
        used += iov[used].length != 0;
    }
    return used;
}

u32 wasi_count(long r, u32 to) {
    u8 *p = guest_range(to, 4);
    if (r < 0) return error_number(r);
    if (!p) return error_number(-EFAULT);
    store32(p, (u32)r);
    return 0;
}

// The calls that transfer to or from one buffer, and a vector of them.
struct transfer_calls {
    u16 one, many;
    bool at; // an offset
};
static const struct transfer_calls reading = {SYS_read, SYS_readv, false}, writing = {SYS_write, SYS_writev, false};
static const struct transfer_calls reading_at = {SYS_pread64, SYS_preadv, true}, writing_at = {SYS_pwrite64, SYS_pwritev, true};

struct vectors { struct kernel_iovec vector[WASI_VECTOR_MAX]; };

static W2E_NOINLINE long transfer_vectors(long call, u32 fd, u32 vector, u32 count, u64 offset) {
    W2E_UNINITIALIZED SYSTEM_BUFFER(struct vectors, iov);
    long used = wasi_vector(vector, count, iov->vector);
    // The offset of preadv and pwritev comes in two halves; the high one is ignored on 64-bit kernels.
    return used < 0 ? used : sys(call, fd, own_bytes(iov->vector, (u64)used * sizeof *iov->vector), used, offset);
}

static u32 transfer(struct transfer_calls calls, u32 fd, u32 vector, u32 count, u64 offset, u32 to) {
    struct kernel_iovec only = {NO_ADDRESS, 0};
    const u8 *p = guest_range(vector, 8ul * count);
    u32 used = 0;
    for (u32 i = 0; p && i < count && used < 2; i++) {
        struct kernel_iovec each = guest_vector(p + 8ul * i);
        if (each.length == 0) continue;
        only = each;
        used++;
    }
    if (used != 1 || count > WASI_VECTOR_MAX) return wasi_count(transfer_vectors(calls.many, fd, vector, count, offset), to);
    // Fewer arguments take less time in ring 0.
    return wasi_count(calls.at ? sys(calls.one, fd, only.base, only.length, offset) : sys(calls.one, fd, only.base, only.length), to);
}

u32 w2e_wasi_fd_read(u32 fd, u32 vector, u32 count, u32 to) { return transfer(reading, fd, vector, count, 0, to); }
u32 w2e_wasi_fd_write(u32 fd, u32 vector, u32 count, u32 to) { return transfer(writing, fd, vector, count, 0, to); }
u32 w2e_wasi_fd_pread(u32 fd, u32 vector, u32 count, u64 offset, u32 to) { return transfer(reading_at, fd, vector, count, offset, to); }
u32 w2e_wasi_fd_pwrite(u32 fd, u32 vector, u32 count, u64 offset, u32 to) { return transfer(writing_at, fd, vector, count, offset, to); }
u32 w2e_wasi_fd_pread_split(u32 fd, u32 vector, u32 count, u32 low, u32 high, u32 to) {
    return transfer(reading_at, fd, vector, count, low | (u64)high << 32, to);
}
u32 w2e_wasi_fd_pwrite_split(u32 fd, u32 vector, u32 count, u32 low, u32 high, u32 to) {
    return transfer(writing_at, fd, vector, count, low | (u64)high << 32, to);
}

// Emscripten's libc reads directories by getdents64 and seeks in them; WASI's has positions for fd_readdir instead.
#ifdef W2E_RING0
#define directories_seek (w2e_getdents_address != 0)
#else
#define directories_seek (&w2e_getdents_mark != NULL)
#endif

static bool is_directory(u32 fd) {
    enum { S_IFDIR = 0040000 };
    SYSTEM_BUFFER(struct kernel_stat, s);
    return sys(SYS_fstat, fd, own(s)) == 0 && (s->mode & S_IFMT) == S_IFDIR;
}

u32 w2e_wasi_fd_seek(u32 fd, u64 offset, u32 whence, u32 to) {
    u8 *p = guest_range(to, 8);
    if (!p) return error_number(-EFAULT);
    if (!directories_seek && is_directory(fd)) return error_number(-EBADF);
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
