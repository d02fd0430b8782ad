// What WASI preview 1's files share: file types, the filestat record, the preopened directory. Layouts and numbers are
// those of wasi_snapshot_preview1.witx.
#ifndef W2E_WASI_H
#define W2E_WASI_H

#include "kernel.h"
#include "types.h"

enum wasi_filetype { UNKNOWN, BLOCK_DEVICE, CHARACTER_DEVICE, DIRECTORY, REGULAR_FILE, SOCKET_DGRAM, SOCKET_STREAM, SYMBOLIC_LINK };
enum wasi_lookup { WASI_SYMLINK_FOLLOW = 1 };
enum wasi_oflags { WASI_CREATE = 1, WASI_ONLY_DIRECTORY = 2, WASI_EXCLUSIVE = 4, WASI_TRUNCATE = 8 };
// Errors that Linux has no number for, or another one.
enum { WASI_NOTSUP = 58, WASI_NOTCAPABLE = 76 };
enum { WASI_APPEND = 1, WASI_DSYNC = 2, WASI_NONBLOCK = 4, WASI_RSYNC = 8, WASI_SYNC = 16 };

struct wasi_rights { u64 base, inheriting; };
// The rights that a descriptor's kind and access mode give it, or -errno.
long wasi_rights(u32 fd, struct wasi_rights *rights);
// The flags of openat(2) for those of path_open, in the architecture's numbers.
u32 wasi_open_flags(u32 lookup, u32 how, u64 rights, u32 flags);

// What kind of file a mode is; `fd` tells the socket types apart, -1 if there is none.
enum wasi_filetype wasi_filetype_of(i32 fd, u32 mode);
// Preview 1, and the one before it (wasi_unstable), which has another filestat.
enum wasi_snapshot { SNAPSHOT0, PREVIEW1 };
// A filestat from status; `fd` tells the socket types apart, -1 if there is none. False if `to` is outside memory.
bool put_filestat(enum wasi_snapshot snapshot, u32 to, const struct kernel_stat *status, i32 fd);
// The times of *_filestat_set_times for utimensat(2); false for contradicting flags.
bool wasi_times(u64 accessed, u64 modified, u32 flags, struct kernel_timespec times[2]);
// Bytes of a subscription of poll_oneoff.
enum { WASI_SUBSCRIPTION_SIZE = 48, SNAPSHOT0_SUBSCRIPTION_SIZE = 56 };
// The kernel's iovec array for the guest's, without those that are empty: how many, or -errno.
enum { WASI_VECTOR_MAX = 1024 };
long wasi_vector(u32 vector, u32 count, struct kernel_iovec *iov);
// Stores a non-negative result as 32 bits and returns 0, or the error number.
u32 wasi_count(long r, u32 to);

#endif
