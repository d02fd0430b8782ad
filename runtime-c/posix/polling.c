// Waiting for descriptors: poll, select, epoll; and the descriptors that deliver events.
#include "commands.h"
#include "imports.gen.h"
#include "signal-mask.h"
#include "system-call.h"
#include "time-layout.h"

enum { EPOLL_BATCH = 1024, GUEST_EPOLL_EVENT = 16, FD_SET_SIZE = 128 };

static long poll_for(u32 fds, u32 count, const struct kernel_timespec *timeout, struct kernel_address mask) {
    struct kernel_timespec copy;
    if (timeout) copy = *timeout;
    return sys(SYS_ppoll, guest_buffer(fds, 8ul * count), count, timeout ? own(&copy) : NO_ADDRESS, mask, 8);
}
u32 w2e_env___syscall_poll(u32 fds, u32 count, u32 timeout) {
    i32 ms = (i32)timeout;
    struct kernel_timespec t = {ms / 1000, ms % 1000 * 1000000l};
    return syscall_result(poll_for(fds, count, ms < 0 ? NULL : &t, NO_ADDRESS));
}
u32 w2e_env___syscall_poll_nonblocking(u32 fds, u32 count) { return w2e_env___syscall_poll(fds, count, 0); }
u32 w2e_env_ppoll(u32 fds, u32 count, u32 timeout, u32 mask) {
    struct kernel_timespec storage;
    long error = 0;
    u64 signals;
    const struct kernel_timespec *t = guest_time(timeout, &storage, &error);
    return libc_result(error ? error : poll_for(fds, count, t, guest_mask(mask, &signals)));
}

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

static long control(u32 epoll, u32 operation, u32 fd, u32 event) {
    enum { EPOLL_CTL_DEL = 2 };
    struct kernel_epoll_event e = {0, 0};
    const u8 *p = event ? guest_range(event, GUEST_EPOLL_EVENT) : NULL;
    if (event && !p) return -EFAULT;
    if (p) {
        e.events = load32(p);
        e.data = load64(p + 8);
        if (operation != EPOLL_CTL_DEL && e.events & ~EPOLL_EVENT_FLAGS) return -EINVAL;
    }
    return sys(SYS_epoll_ctl, epoll, operation, fd, event ? own(&e) : NO_ADDRESS);
}
u32 w2e_env_epoll_ctl(u32 epoll, u32 operation, u32 fd, u32 event) { return libc_result(control(epoll, operation, fd, event)); }
u32 w2e_env___syscall_epoll_ctl(u32 epoll, u32 operation, u32 fd, u32 event) { return syscall_result(control(epoll, operation, fd, event)); }

static long wait_for_events(u32 epoll, u32 to, u32 count, u32 timeout, u32 mask) {
    W2E_UNINITIALIZED struct kernel_epoll_event events[EPOLL_BATCH];
    if ((i32)count <= 0) return -EINVAL;
    if (count > EPOLL_BATCH) count = EPOLL_BATCH;
    u8 *p = guest_range(to, (u64)count * GUEST_EPOLL_EVENT);
    if (!p) return -EFAULT;
    u64 signals;
    long r = sys(SYS_epoll_pwait, epoll, own_bytes(events, count * sizeof *events), count, (i32)timeout, guest_mask(mask, &signals), 8);
    for (long i = 0; i < r; i++, p += GUEST_EPOLL_EVENT) {
        store32(p, events[i].events);
        store64(p + 8, events[i].data);
    }
    return r;
}
u32 w2e_env_epoll_wait(u32 epoll, u32 to, u32 count, u32 timeout) { return libc_result(wait_for_events(epoll, to, count, timeout, 0)); }
u32 w2e_env_epoll_pwait(u32 epoll, u32 to, u32 count, u32 timeout, u32 mask) {
    return libc_result(wait_for_events(epoll, to, count, timeout, mask));
}
u32 w2e_env___syscall_epoll_pwait(u32 epoll, u32 to, u32 count, u32 timeout, u32 mask, u32 size) {
    (void)size;
    return syscall_result(wait_for_events(epoll, to, count, timeout, mask));
}
u32 w2e_env___syscall_epoll_pwait_nonblocking(u32 epoll, u32 to, u32 count) {
    return syscall_result(wait_for_events(epoll, to, count, 0, 0));
}

u32 w2e_env_eventfd(u32 value, u32 flags) { return libc_result(WITH_FLAGS(flags, EVENTFD_FLAGS, sys(SYS_eventfd2, value, flags))); }
u32 w2e_env_eventfd_read(u32 fd, u32 to) {
    long r = sys(SYS_read, fd, guest_buffer(to, 8), 8);
    return libc_result(r == 8 ? 0 : r < 0 ? r : -EIO);
}
u32 w2e_env_eventfd_write(u32 fd, u64 value) {
    long r = sys(SYS_write, fd, own(&value), 8);
    return libc_result(r == 8 ? 0 : r < 0 ? r : -EIO);
}
u32 w2e_env_signalfd(u32 fd, u32 mask, u32 flags) {
    return libc_result(WITH_FLAGS(flags, SIGNALFD_FLAGS, sys(SYS_signalfd4, (i32)fd, guest_buffer(mask, 8), 8, flags)));
}
u32 w2e_env_inotify_init(void) { return libc_result(sys(SYS_inotify_init1, 0)); }
u32 w2e_env_inotify_init1(u32 flags) { return libc_result(WITH_FLAGS(flags, INOTIFY_FLAGS, sys(SYS_inotify_init1, flags))); }
u32 w2e_env_inotify_add_watch(u32 fd, u32 path, u32 mask) {
    return libc_result(WITH_FLAGS(mask, INOTIFY_WATCH_FLAGS, sys(SYS_inotify_add_watch, fd, guest_path(path), mask)));
}
u32 w2e_env_inotify_rm_watch(u32 fd, u32 watch) { return libc_result(sys(SYS_inotify_rm_watch, fd, watch)); }
