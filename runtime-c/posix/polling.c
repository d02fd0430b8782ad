// Waiting for descriptors by select; the descriptors that deliver events. poll and epoll_wait are in waiting.c.
#include "commands.h"
#include "imports.gen.h"
#include "signal-mask.h"
#include "system-call.h"
#include "time-layout.h"

enum { FD_SET_SIZE = 128 };

struct masked { struct kernel_address mask; u64 size; };

static long select_for(u32 n, u32 reads, u32 writes, u32 errors, struct kernel_timespec *timeout, struct masked *mask) {
    return sys(SYS_pselect6, n, guest_buffer_or_null(reads, FD_SET_SIZE), guest_buffer_or_null(writes, FD_SET_SIZE),
               guest_buffer_or_null(errors, FD_SET_SIZE), own_or_null(timeout), own_or_null(mask));
}
// select updates its timeout on Linux.
u32 w2e_env___syscall__newselect(u32 n, u32 reads, u32 writes, u32 errors, u32 timeout) {
    struct kernel_timespec storage;
    long error = 0;
    struct kernel_timespec *t = guest_time(timeout, &storage, &error);
    if (error) return syscall_result(error);
    // A million microseconds and more are a second.
    if (t) *t = (struct kernel_timespec){t->sec + t->nsec / 1000000, t->nsec % 1000000 * 1000};
    long r = select_for(n, reads, writes, errors, t, NULL);
    if (t) put_time(guest_range(timeout, guest_time_size()), t->sec, t->nsec / 1000);
    return syscall_result(r);
}
// The sixth argument is a pair {address of the mask, its size}.
u32 w2e_env___syscall_pselect6(u32 n, u32 reads, u32 writes, u32 errors, u32 timeout, u32 pair) {
    struct kernel_timespec storage;
    struct masked mask = {NO_ADDRESS, 8};
    long error = 0;
    u64 signals;
    struct kernel_timespec *t = guest_time(timeout, &storage, &error);
    const u8 *p = pair ? guest_range(pair, 8) : NULL;
    if (error || (pair && !p)) return syscall_result(-EFAULT);
    if (p) mask.mask = guest_mask(load32(p), &signals);
    return syscall_result(select_for(n, reads, writes, errors, t, &mask));
}

u32 w2e_env_epoll_create(u32 size) { return libc_result((i32)size <= 0 ? -EINVAL : sys(SYS_epoll_create1, 0)); }
u32 w2e_env_epoll_create1(u32 flags) { return libc_result(WITH_FLAGS(flags, EPOLL_FLAGS, sys(SYS_epoll_create1, flags))); }
u32 w2e_env___syscall_epoll_create1(u32 flags) { return syscall_result(WITH_FLAGS(flags, EPOLL_FLAGS, sys(SYS_epoll_create1, flags))); }

u32 w2e_env_eventfd(u32 value, u32 flags) { return libc_result(WITH_FLAGS(flags, EVENTFD_FLAGS, sys(SYS_eventfd2, value, flags))); }
u32 w2e_env_signalfd(u32 fd, u32 mask, u32 flags) {
    return libc_result(WITH_FLAGS(flags, SIGNALFD_FLAGS, sys(SYS_signalfd4, (i32)fd, guest_buffer(mask, 8), 8, flags)));
}
u32 w2e_env_inotify_init(void) { return libc_result(sys(SYS_inotify_init1, 0)); }
u32 w2e_env_inotify_init1(u32 flags) { return libc_result(WITH_FLAGS(flags, INOTIFY_FLAGS, sys(SYS_inotify_init1, flags))); }
u32 w2e_env_inotify_add_watch(u32 fd, u32 path, u32 mask) {
    return libc_result(WITH_FLAGS(mask, INOTIFY_WATCH_FLAGS, sys(SYS_inotify_add_watch, fd, guest_path(path), mask)));
}
u32 w2e_env_inotify_rm_watch(u32 fd, u32 watch) { return libc_result(sys(SYS_inotify_rm_watch, fd, watch)); }
