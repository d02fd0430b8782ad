// What WASI preview 1's files share: file types, the filestat record, the preopened directory. Layouts and numbers are
// those of wasi_snapshot_preview1.witx.
#ifndef W2E_WASI_H
#define W2E_WASI_H

#include "kernel.h"
#include "types.h"

enum wasi_filetype { UNKNOWN, BLOCK_DEVICE, CHARACTER_DEVICE, DIRECTORY, REGULAR_FILE, SOCKET_DGRAM, SOCKET_STREAM, SYMBOLIC_LINK };
enum { WASI_APPEND = 1, WASI_DSYNC = 2, WASI_NONBLOCK = 4, WASI_RSYNC = 8, WASI_SYNC = 16 };

// open(2) flags as asm-generic and x86-64 have them; arch_open_flags makes them the architecture's.
enum {
    O_WRONLY = 1, O_RDWR = 2, O_ACCMODE = 3, O_CREAT = 0100, O_EXCL = 0200, O_TRUNC = 01000, O_APPEND = 02000, O_NONBLOCK = 04000,
    O_DSYNC = 010000, O_DIRECTORY = 0200000, O_NOFOLLOW = 0400000, O_SYNC = 04010000,
};

// A filestat from status; `fd` tells the socket types apart, -1 if there is none. False if `to` is outside memory.
bool put_filestat(u32 to, const struct kernel_stat *status, i32 fd);
// The times of *_filestat_set_times for utimensat(2); false for contradicting flags.
bool wasi_times(u64 accessed, u64 modified, u32 flags, struct kernel_timespec times[2]);
// The kernel's iovec array for the guest's; -errno on failure.
enum { WASI_VECTOR_MAX = 1024 };
long wasi_vector(u32 vector, u32 count, struct kernel_iovec *iov);
// Stores a non-negative result as 32 bits and returns 0, or the error number.
u32 wasi_count(long r, u32 to);

#endif
