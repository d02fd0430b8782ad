// The seam between core/, serving/, emscripten/, embed/ and the system: all that these ask of it, here of Linux. A variant for
// another system has a host.h of its own. Behind it there is no sys(). Results are those of the system calls:
// negative errnos on failure.
#ifndef W2E_HOST_H
#define W2E_HOST_H

#include "system-call.h"

// Inlined everywhere: a call of its own would take more room than the instruction.
#define W2E_HOST static inline __attribute__((always_inline))

// ---- address space, in whole pages: PROT_*, MAP_*

// Private zeroed pages, where there is room.
W2E_HOST long host_map(u64 size, u32 protection, u32 flags) {
    return sys(SYS_mmap, NO_ADDRESS, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}
// Address space in one place, as long as nothing is there. An old kernel takes the place for a hint.
W2E_HOST long host_map_at(u64 at, u64 size, u32 protection) {
    return sys(SYS_mmap, at, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
}
W2E_HOST long host_map_file(long fd, u64 size) { return sys(SYS_mmap, 0, size, PROT_READ, MAP_PRIVATE, fd, 0); }
W2E_HOST long host_protect(struct kernel_address at, u64 size, u32 protection) { return sys(SYS_mprotect, at, size, protection); }
W2E_HOST long host_unmap(u64 at, u64 size) { return sys(SYS_munmap, at, size); }

// ---- files

W2E_HOST long host_open_to_read(const char *path) { return sys(SYS_openat, AT_FDCWD, own_text(path), O_RDONLY | O_CLOEXEC, 0); }
W2E_HOST long host_status(long fd, struct kernel_stat *to) { return sys(SYS_fstat, fd, own(to)); }
W2E_HOST long host_read(long fd, void *to, u64 length) { return sys(SYS_read, fd, own_bytes(to, length), length); }
W2E_HOST long host_write(long fd, const void *from, u64 length) { return sys(SYS_write, fd, own_bytes(from, length), length); }
W2E_HOST long host_write_vector(long fd, const struct kernel_iovec *vector, u64 count) {
    return sys(SYS_writev, fd, own_bytes(vector, count * sizeof *vector), count);
}
W2E_HOST long host_close(long fd) { return sys(SYS_close, fd); }

// ---- the process and its threads

W2E_HOST W2E_NORETURN void host_exit(u32 status) {
    for (;;) sys(SYS_exit_group, status);
}
W2E_HOST long host_process(void) { return sys(SYS_getpid); }
W2E_HOST long host_thread(void) { return sys(SYS_gettid); }
// The limit of the process's stack, in bytes.
W2E_HOST long host_stack_limit(struct kernel_limit *limit) {
    enum { RLIMIT_STACK = 3 };
    return sys(SYS_prlimit64, 0, RLIMIT_STACK, NO_ADDRESS, own(limit));
}

// ---- signals. NULL: no new one, or the old one is not asked for.

W2E_HOST long host_signal_mask(u32 how, const u64 *new, u64 *old) {
    return sys(SYS_rt_sigprocmask, how, own_or_null(new), own_or_null(old), sizeof *new);
}
W2E_HOST long host_signal_action(int signal, const struct kernel_sigaction *new, struct kernel_sigaction *old) {
    return sys(SYS_rt_sigaction, signal, own_or_null(new), own_or_null(old), sizeof new->mask);
}
W2E_HOST long host_signal_stack(const struct kernel_stack *new, struct kernel_stack *old) {
    return sys(SYS_sigaltstack, own_or_null(new), own_or_null(old));
}
W2E_HOST long host_signal_process(long process, int signal) { return sys(SYS_kill, process, signal); }
W2E_HOST long host_signal_thread(long process, long thread, int signal) { return sys(SYS_tgkill, process, thread, signal); }
// With its information.
W2E_HOST long host_queue_signal(long process, long thread, int signal, const struct kernel_siginfo *info) {
    return sys(SYS_rt_tgsigqueueinfo, process, thread, signal, own(info));
}

// ---- time

W2E_HOST long host_clock(u32 clock, struct kernel_timespec *to) { return sys(SYS_clock_gettime, clock, own(to)); }
// Sleeps while the word at an address is `expected`; NULL: without end. Not FUTEX_PRIVATE: the page may be shared.
W2E_HOST long host_wait(struct kernel_address word, u32 expected, const struct kernel_timespec *timeout) {
    return sys(SYS_futex, word, FUTEX_WAIT, expected, own_or_null(timeout), 0, 0);
}
// Wakes at most `count` that sleep there; how many.
W2E_HOST long host_wake(struct kernel_address word, u32 count) { return sys(SYS_futex, word, FUTEX_WAKE, count, 0, 0, 0); }

#undef sys
#pragma GCC poison sys3 sys6

#endif
