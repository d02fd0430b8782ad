// Waiting for descriptors: poll, epoll, event counters. For ring 0, too.
#include "commands.h"
#include "imports.gen.h"
#include "signal-mask.h"
#include "system-call.h"
#include "time-layout.h"
#include <system-buffer.h>

enum { EPOLL_BATCH = 1024, GUEST_EPOLL_EVENT = 16 };

struct time_and_mask { struct kernel_timespec time; u64 mask; };

u32 w2e_env___syscall_poll(u32 fds, u32 count, u32 timeout) {
    i32 ms = (i32)timeout;
    SYSTEM_BUFFER(struct kernel_timespec, t);
    *t = (struct kernel_timespec){ms / 1000, ms % 1000 * 1000000l};
    return syscall_result(sys(SYS_ppoll, guest_buffer(fds, 8ul * count), count, ms < 0 ? NO_ADDRESS : own(t), NO_ADDRESS, 8));
}
u32 w2e_env___syscall_poll_nonblocking(u32 fds, u32 count) { return w2e_env___syscall_poll(fds, count, 0); }
static long poll_until(u32 fds, u32 count, u32 timeout, u32 mask) {
    SYSTEM_BUFFER(struct time_and_mask, b);
    const u8 *p = guest_range(timeout, guest_time_size());
    if (timeout && !p) return -EFAULT;
    if (timeout) b->time = get_time(p);
    return sys(SYS_ppoll, guest_buffer(fds, 8ul * count), count, timeout ? own(&b->time) : NO_ADDRESS, guest_mask(mask, &b->mask), 8);
}
u32 w2e_env_ppoll(u32 fds, u32 count, u32 timeout, u32 mask) { return libc_result(poll_until(fds, count, timeout, mask)); }

static long control(u32 epoll, u32 operation, u32 fd, u32 event) {
    enum { EPOLL_CTL_DEL = 2 };
    SYSTEM_BUFFER(struct kernel_epoll_event, e);
    const u8 *p = event ? guest_range(event, GUEST_EPOLL_EVENT) : NULL;
    if (event && !p) return -EFAULT;
    if (p) {
        u32 events = load32(p);
        *e = (struct kernel_epoll_event){events, load64(p + 8)};
        if (operation != EPOLL_CTL_DEL && events & ~EPOLL_EVENT_FLAGS) return -EINVAL;
    }
    return sys(SYS_epoll_ctl, epoll, operation, fd, event ? own(e) : NO_ADDRESS);
}
u32 w2e_env_epoll_ctl(u32 epoll, u32 operation, u32 fd, u32 event) { return libc_result(control(epoll, operation, fd, event)); }
u32 w2e_env___syscall_epoll_ctl(u32 epoll, u32 operation, u32 fd, u32 event) { return syscall_result(control(epoll, operation, fd, event)); }

struct events { u64 mask; struct kernel_epoll_event event[EPOLL_BATCH]; };

static long wait_for_events(u32 epoll, u32 to, u32 count, u32 timeout, u32 mask) {
    W2E_UNINITIALIZED SYSTEM_BUFFER(struct events, events);
    if ((i32)count <= 0) return -EINVAL;
    if (count > EPOLL_BATCH) count = EPOLL_BATCH;
    u8 *p = guest_range(to, (u64)count * GUEST_EPOLL_EVENT);
    if (!p) return -EFAULT;
    long r = sys(SYS_epoll_pwait, epoll, own_bytes(events->event, count * sizeof *events->event), count, (i32)timeout, guest_mask(mask, &events->mask), 8);
    for (long i = 0; i < r; i++, p += GUEST_EPOLL_EVENT) {
        store32(p, events->event[i].events);
        store64(p + 8, events->event[i].data);
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

u32 w2e_env_eventfd_read(u32 fd, u32 to) {
    long r = sys(SYS_read, fd, guest_buffer(to, 8), 8);
    return libc_result(r == 8 ? 0 : r < 0 ? r : -EIO);
}
u32 w2e_env_eventfd_write(u32 fd, u64 value) {
    SYSTEM_BUFFER(u64, b);
    *b = value;
    long r = sys(SYS_write, fd, own(b), 8);
    return libc_result(r == 8 ? 0 : r < 0 ? r : -EIO);
}
