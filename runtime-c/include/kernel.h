// The kernel's interface as asm-generic defines it for every 64-bit architecture: constants, records, addresses.
// What differs per architecture is in arch.h. Calls are in host.h and system-call.h.
#ifndef W2E_KERNEL_H
#define W2E_KERNEL_H

#include "arch.h"
#include "checks.h"
#include "errno.h"

// An address that the kernel may be given. There are two ways to one: guest.h makes those of linear memory, own() and
// own_bytes() those of the runtime's own buffers.
struct kernel_address { u64 value; };
#define NO_ADDRESS ((struct kernel_address){0})
static inline struct kernel_address own_bytes(const void *p, u64 length) {
    declare_own(p, length);
    return (struct kernel_address){(u64)p};
}
#define own(p) own_bytes((p), sizeof *(p))
#define own_or_null(p) ((p) ? own(p) : NO_ADDRESS)
static inline struct kernel_address own_text(const char *s) {
    declare_own_text(s);
    return (struct kernel_address){(u64)s};
}

// Whether a result is a negative errno.
static inline bool sys_failed(long r) { return r < 0 && r > -4096; }

enum {
    AT_FDCWD = -100,
    AT_SYMLINK_NOFOLLOW = 0x100,
    AT_REMOVEDIR = 0x200,
    AT_EMPTY_PATH = 0x1000,
    O_RDONLY = 0,
    O_CLOEXEC = 02000000,
    PROT_NONE = 0,
    PROT_READ = 1,
    PROT_WRITE = 2,
    MAP_SHARED = 1,
    MAP_PRIVATE = 2,
    MAP_TYPE = 15,
    MAP_FIXED = 0x10,
    MAP_ANONYMOUS = 0x20,
    MAP_NORESERVE = 0x4000,
    MAP_STACK = 0x20000,
    MAP_FIXED_NOREPLACE = 0x100000,
    CLOCK_REALTIME = 0,
    CLOCK_MONOTONIC = 1,
    CLOCK_PROCESS_CPUTIME_ID = 2,
    FUTEX_WAIT = 0,
    FUTEX_WAKE = 1,
    FUTEX_PRIVATE = 128,
    STDIN = 0,
    STDOUT = 1,
    STDERR = 2,
    F_GETFL = 3,
    POLLIN = 1,
    SOL_SOCKET = 1,
    SOCK_STREAM = 1,
    SOCK_DGRAM = 2,
    SOCK_RAW = 3,
    SOCK_CLOEXEC = 02000000,
    S_IFMT = 0170000,
    S_IFCHR = 0020000,
    SS_ONSTACK = 1,
    SS_DISABLE = 2,
    AT_PAGESZ = 6, // of the auxiliary vector
};

// open(2) flags as x86-64 and the module have them; arch_open_flags makes them the architecture's.
enum {
    O_WRONLY = 1, O_RDWR = 2, O_ACCMODE = 3, O_CREAT = 0100, O_EXCL = 0200, O_TRUNC = 01000, O_APPEND = 02000, O_NONBLOCK = 04000,
    O_DSYNC = 010000, O_DIRECTORY = 0200000, O_NOFOLLOW = 0400000, O_SYNC = 04010000,
};

enum {
    SIGQUIT = 3, SIGILL = 4, SIGABRT = 6, SIGBUS = 7, SIGFPE = 8, SIGKILL = 9, SIGSEGV = 11, SIGPIPE = 13,
    SIGALRM = 14, SIGCHLD = 17, SIGPOLL = 29, SIGINT = 2, SIGSTOP = 19, SIGNALS = 65,
    SIG_BLOCK = 0, SIG_UNBLOCK = 1, SIG_SETMASK = 2,
    SA_NOCLDSTOP = 1, SA_NOCLDWAIT = 2, SA_SIGINFO = 4,
};
// Never blocked while code of the module or of the runtime runs: a trap must be heard.
#define FAULT_SIGNALS (1ul << (SIGSEGV - 1) | 1ul << (SIGBUS - 1) | 1ul << (SIGILL - 1) | 1ul << (SIGFPE - 1))
#define SA_ONSTACK 0x08000000u
#define SA_RESTART 0x10000000u
#define SA_NODEFER 0x40000000u
#define SA_RESETHAND 0x80000000u

struct kernel_timespec { i64 sec, nsec; };
struct kernel_timeval { i64 sec, usec; };
struct kernel_iovec { struct kernel_address base; u64 length; };
struct kernel_msghdr {
    struct kernel_address name;
    u32 name_length, pad0;
    struct kernel_address iov;
    u64 iov_count;
    struct kernel_address control;
    u64 control_length;
    u32 flags, pad1;
};
struct kernel_cmsghdr { u64 length; u32 level, type; };
struct kernel_sigaction {
    void *handler;
    u64 flags;
    void (*restorer)(void);
    u64 mask;
};
struct kernel_siginfo {
    i32 signo, error, code, pad0;
    union {
        struct { u32 pid, uid; i32 status; u32 pad; i64 utime, stime; } child;
        struct { u32 pid, uid; u64 value; } queued;
        struct { i32 timer, overrun; u64 value; } timer;
        struct { i64 band; i32 fd; } poll;
        u64 address;
        u32 words[28];
    };
};
struct kernel_statfs { u64 type, bsize, blocks, bfree, bavail, files, ffree, fsid, namelen, frsize, flags, spare[4]; };
#define PROC_SUPER_MAGIC 0x9fa0u
#define HUGETLBFS_MAGIC 0x958458f6u
#define FUSE_SUPER_MAGIC 0x65735546u
#define TMPFS_MAGIC 0x01021994u
#define RAMFS_MAGIC 0x858458f6u
struct kernel_limit { u64 soft, hard; };
struct kernel_stack { struct kernel_address sp; u32 flags, pad0; u64 size; };

#endif
