// Timers: interval timers, timers of descriptors, POSIX timers that send signals.
#include "commands.h"
#include "imports.gen.h"
#include "system-call.h"
#include "time-layout.h"

// struct itimerval and itimerspec are two times: interval, value.
struct kernel_timer { struct kernel_timespec interval, value; };

static long get_timer(u32 from, struct kernel_timer *t) {
    const u8 *p = guest_range(from, 2 * guest_time_size());
    if (!p) return -EFAULT;
    t->interval = get_time(p);
    t->value = get_time(p + guest_time_size());
    return 0;
}
static long put_timer(u32 to, const struct kernel_timer *t) {
    u8 *p = guest_range(to, 2 * guest_time_size());
    if (!p) return -EFAULT;
    put_time(p, t->interval.sec, t->interval.nsec);
    put_time(p + guest_time_size(), t->value.sec, t->value.nsec);
    return 0;
}

static long set_interval_timer(u32 which, u32 new, u32 old) {
    struct kernel_timer set, before;
    long r = new ? get_timer(new, &set) : 0;
    if (r == 0) r = sys(SYS_setitimer, which, new ? own(&set) : NO_ADDRESS, own(&before));
    return r == 0 && old ? put_timer(old, &before) : r;
}
static long get_interval_timer(u32 which, u32 to) {
    struct kernel_timer now;
    long r = sys(SYS_getitimer, which, own(&now));
    return r == 0 ? put_timer(to, &now) : r;
}
u32 w2e_env___syscall_setitimer(u32 which, u32 new, u32 old) { return syscall_result(set_interval_timer(which, new, old)); }
u32 w2e_env_setitimer(u32 which, u32 new, u32 old) { return libc_result(set_interval_timer(which, new, old)); }
u32 w2e_env___syscall_getitimer(u32 which, u32 to) { return syscall_result(get_interval_timer(which, to)); }
u32 w2e_env_getitimer(u32 which, u32 to) { return libc_result(get_interval_timer(which, to)); }
u32 w2e_env__setitimer_js(u32 which, double ms) {
    i64 us = (i64)(ms * 1000.0);
    struct kernel_timer set = {{0, 0}, {us / 1000000, us % 1000000}};
    return libc_result(sys(SYS_setitimer, which, own(&set), NO_ADDRESS));
}
u32 w2e_env_alarm(u32 whole) {
    struct kernel_timer set = {{0, 0}, {whole, 0}}, before = {{0, 0}, {0, 0}};
    sys(SYS_setitimer, 0, own(&set), own(&before));
    return (u32)before.value.sec + (before.value.nsec != 0);
}

u32 w2e_env_timerfd_create(u32 clock, u32 flags) { return libc_result(WITH_FLAGS(flags, TIMERFD_FLAGS, sys(SYS_timerfd_create, clock, flags))); }
u32 w2e_env_timerfd_settime(u32 fd, u32 flags, u32 new, u32 old) {
    struct kernel_timer set, before;
    long r = WITH_FLAGS(flags, TIMERFD_SET_FLAGS, get_timer(new, &set));
    if (r == 0) r = sys(SYS_timerfd_settime, fd, flags, own(&set), own(&before));
    return libc_result(r == 0 && old ? put_timer(old, &before) : r);
}
u32 w2e_env_timerfd_gettime(u32 fd, u32 to) {
    struct kernel_timer now;
    long r = sys(SYS_timerfd_gettime, fd, own(&now));
    return libc_result(r == 0 ? put_timer(to, &now) : r);
}

// struct sigevent: value, signal, kind, thread. 64 bytes on both sides.
enum { GUEST_SIGEVENT = 64, SIGEV_THREAD = 2 };
struct kernel_sigevent {
    u64 value;
    i32 signal, notify, thread;
    u32 pad[11];
};

// A thread to start at expiry is the C library's to make: only signals can be sent from here.
u32 w2e_env_timer_create(u32 clock, u32 event, u32 to) {
    struct kernel_sigevent e = {0};
    i32 timer = 0;
    const u8 *p = event ? guest_range(event, GUEST_SIGEVENT) : NULL;
    u8 *id = guest_range(to, 4);
    if (!id || (event && !p)) return libc_result(-EFAULT);
    if (p) e = (struct kernel_sigevent){load32(p), (i32)load32(p + 4), (i32)load32(p + 8), (i32)load32(p + 12), {0}};
    if (e.notify == SIGEV_THREAD) return libc_result(-EOPNOTSUPP);
    if ((u32)e.notify & ~SIGEV_FLAGS) return libc_result(-EINVAL);
    long r = sys(SYS_timer_create, (i32)clock, p ? own(&e) : NO_ADDRESS, own(&timer));
    if (r == 0) store32(id, (u32)timer);
    return libc_result(r);
}
u32 w2e_env_timer_settime(u32 timer, u32 flags, u32 new, u32 old) {
    struct kernel_timer set, before;
    long r = WITH_FLAGS(flags, TIMER_FLAGS, get_timer(new, &set));
    if (r == 0) r = sys(SYS_timer_settime, timer, flags, own(&set), own(&before));
    return libc_result(r == 0 && old ? put_timer(old, &before) : r);
}
u32 w2e_env_timer_gettime(u32 timer, u32 to) {
    struct kernel_timer now;
    long r = sys(SYS_timer_gettime, timer, own(&now));
    return libc_result(r == 0 ? put_timer(to, &now) : r);
}
u32 w2e_env_timer_getoverrun(u32 timer) { return libc_result(sys(SYS_timer_getoverrun, timer)); }
u32 w2e_env_timer_delete(u32 timer) { return libc_result(sys(SYS_timer_delete, timer)); }
