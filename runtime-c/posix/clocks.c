// Clocks, sleeping, interval timers. Times in the module are 32 or 64 bits (time-layout.h).
#include "clock.h"
#include "imports.gen.h"
#include "time-layout.h"

static long put_clock(u32 clock, u32 to) {
    struct kernel_timespec t;
    u8 *p = guest_range(to, guest_time_size());
    if (!p) return -EFAULT;
    long r = w2e_clock_gettime(clock, &t);
    if (r == 0) put_time(p, t.sec, t.nsec);
    return r;
}

u32 w2e_env_clock_gettime(u32 clock, u32 to) { return libc_result(put_clock(clock, to)); }
// musl's inner name reports like the outer one.
u32 w2e_env___clock_gettime(u32 clock, u32 to) { return libc_result(put_clock(clock, to)); }
u32 w2e_env_clock_getres(u32 clock, u32 to) {
    struct kernel_timespec t;
    u8 *p = to ? guest_range(to, guest_time_size()) : NULL;
    if (to && !p) return libc_result(-EFAULT);
    long r = sys(SYS_clock_getres, clock, &t);
    if (r == 0 && p) put_time(p, t.sec, t.nsec);
    return libc_result(r);
}
u32 w2e_env_clock_settime(u32 clock, u32 from) {
    struct kernel_timespec t;
    const u8 *p = guest_range(from, guest_time_size());
    if (!p) return libc_result(-EFAULT);
    t = get_time(p);
    return libc_result(sys(SYS_clock_settime, clock, &t));
}

u32 w2e_env_gettimeofday(u32 to, u32 zone) {
    struct kernel_timespec t;
    u8 *p = to ? guest_range(to, guest_time_size()) : NULL, *z = zone ? guest_range(zone, 8) : NULL;
    if ((to && !p) || (zone && !z)) return libc_result(-EFAULT);
    w2e_clock_gettime(CLOCK_REALTIME, &t);
    if (p) put_time(p, t.sec, t.nsec / 1000);
    if (z) store64(z, 0);
    return 0;
}
u32 w2e_env_settimeofday(u32 from, u32 zone) {
    const u8 *p = guest_range(from, guest_time_size());
    (void)zone;
    if (!p) return libc_result(-EFAULT);
    struct kernel_timespec t = get_time(p);
    t.nsec *= 1000;
    return libc_result(sys(SYS_clock_settime, CLOCK_REALTIME, &t));
}

static i64 seconds(u32 to, u32 size) {
    struct kernel_timespec t;
    w2e_clock_gettime(CLOCK_REALTIME, &t);
    u8 *p = to ? guest_range(to, size) : NULL;
    if (p && size == 4) store32(p, (u32)t.sec);
    if (p && size == 8) store64(p, (u64)t.sec);
    return t.sec;
}
u32 w2e_env_time(u32 to) { return (u32)seconds(to, 4); }
u64 w2e_env_time_64(u32 to) { return (u64)seconds(to, 8); }
u32 w2e_env_stime(u32 from) {
    const u8 *p = guest_range(from, 4);
    if (!p) return libc_result(-EFAULT);
    struct kernel_timespec t = {(i32)load32(p), 0};
    return libc_result(sys(SYS_clock_settime, CLOCK_REALTIME, &t));
}
double w2e_env_difftime(u32 end, u32 start) { return (double)((i64)(i32)end - (i32)start); }
double w2e_env_difftime_64(u64 end, u64 start) { return (double)((i64)end - (i64)start); }
// CLOCKS_PER_SEC is 1000000; clock_t has 32 bits and wraps as it does natively on 32-bit systems.
u32 w2e_env_clock(void) {
    struct kernel_timespec t;
    w2e_clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (u32)(t.sec * 1000000 + t.nsec / 1000);
}
u32 w2e_env_times(u32 to) {
    i64 t[4];
    u8 *p = to ? guest_range(to, 16) : NULL;
    if (to && !p) return libc_result(-EFAULT);
    long r = sys(SYS_times, t);
    for (u32 i = 0; p && i < 4; i++) store32(p + 4 * i, (u32)t[i]);
    return (u32)r;
}

static double milliseconds(u32 clock) {
    struct kernel_timespec t;
    w2e_clock_gettime(clock, &t);
    return (double)t.sec * 1000.0 + (double)t.nsec / 1e6;
}
double w2e_env_emscripten_get_now(void) { return milliseconds(CLOCK_MONOTONIC); }
double w2e_env_emscripten_get_now_res(void) { return 1e-6; }
u32 w2e_env_emscripten_get_now_is_monotonic(void) { return 1; }
u32 w2e_env__emscripten_get_now_is_monotonic(void) { return 1; }
double w2e_env_emscripten_date_now(void) { return milliseconds(CLOCK_REALTIME); }
double w2e_env__emscripten_date_now(void) { return milliseconds(CLOCK_REALTIME); }

static long sleep_until(u32 clock, u32 flags, u32 request, u32 remaining) {
    struct kernel_timespec t, left = {0, 0};
    const u8 *p = guest_range(request, guest_time_size());
    u8 *q = remaining ? guest_range(remaining, guest_time_size()) : NULL;
    if (!p || (remaining && !q)) return -EFAULT;
    t = get_time(p);
    long r = sys(SYS_clock_nanosleep, clock, flags, &t, &left);
    if (r == -EINTR && q && flags == 0) put_time(q, left.sec, left.nsec);
    return r;
}
u32 w2e_env_clock_nanosleep(u32 clock, u32 flags, u32 request, u32 remaining) {
    return error_number(sleep_until(clock, flags, request, remaining));
}
u32 w2e_env_nanosleep(u32 request, u32 remaining) { return libc_result(sleep_until(CLOCK_REALTIME, 0, request, remaining)); }
u32 w2e_env_usleep(u32 microseconds) {
    struct kernel_timespec t = {microseconds / 1000000, microseconds % 1000000 * 1000};
    return libc_result(sys(SYS_clock_nanosleep, CLOCK_REALTIME, 0, &t, NULL));
}
u32 w2e_env_sleep(u32 whole) {
    struct kernel_timespec t = {whole, 0}, left = {0, 0};
    return sys(SYS_clock_nanosleep, CLOCK_REALTIME, 0, &t, &left) ? (u32)left.sec + (left.nsec >= 500000000) : 0;
}
void w2e_env_emscripten_sleep(u32 ms) {
    struct kernel_timespec t = {ms / 1000, ms % 1000 * 1000000l};
    sys(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &t, NULL);
}

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
    if (r == 0) r = sys(SYS_setitimer, which, new ? &set : NULL, &before);
    return r == 0 && old ? put_timer(old, &before) : r;
}
static long get_interval_timer(u32 which, u32 to) {
    struct kernel_timer now;
    long r = sys(SYS_getitimer, which, &now);
    return r == 0 ? put_timer(to, &now) : r;
}
u32 w2e_env___syscall_setitimer(u32 which, u32 new, u32 old) { return syscall_result(set_interval_timer(which, new, old)); }
u32 w2e_env_setitimer(u32 which, u32 new, u32 old) { return libc_result(set_interval_timer(which, new, old)); }
u32 w2e_env___syscall_getitimer(u32 which, u32 to) { return syscall_result(get_interval_timer(which, to)); }
u32 w2e_env_getitimer(u32 which, u32 to) { return libc_result(get_interval_timer(which, to)); }
u32 w2e_env__setitimer_js(u32 which, double ms) {
    i64 us = (i64)(ms * 1000.0);
    struct kernel_timer set = {{0, 0}, {us / 1000000, us % 1000000}};
    return libc_result(sys(SYS_setitimer, which, &set, NULL));
}
u32 w2e_env_alarm(u32 whole) {
    struct kernel_timer set = {{0, 0}, {whole, 0}}, before = {{0, 0}, {0, 0}};
    sys(SYS_setitimer, 0, &set, &before);
    return (u32)before.value.sec + (before.value.nsec != 0);
}

u32 w2e_env_timerfd_create(u32 clock, u32 flags) { return libc_result(sys(SYS_timerfd_create, clock, flags)); }
u32 w2e_env_timerfd_settime(u32 fd, u32 flags, u32 new, u32 old) {
    struct kernel_timer set, before;
    long r = get_timer(new, &set);
    if (r == 0) r = sys(SYS_timerfd_settime, fd, flags, &set, &before);
    return libc_result(r == 0 && old ? put_timer(old, &before) : r);
}
u32 w2e_env_timerfd_gettime(u32 fd, u32 to) {
    struct kernel_timer now;
    long r = sys(SYS_timerfd_gettime, fd, &now);
    return libc_result(r == 0 ? put_timer(to, &now) : r);
}

// struct timex: the module's longs are 32 bits; only reading (modes 0) is offered.
u32 w2e_env_adjtimex(u32 buffer) {
    enum { GUEST_SIZE = 128, HOST_WORDS = 26 };
    i64 host[HOST_WORDS] = {0};
    u8 *p = guest_range(buffer, GUEST_SIZE);
    if (!p) return libc_result(-EFAULT);
    if (load32(p)) return libc_result(-EPERM);
    long r = sys(SYS_adjtimex, host);
    if (r < 0) return libc_result(r);
    for (u32 i = 1; i < 19; i++) store32(p + 4 * i, (u32)host[i]);
    return (u32)r;
}
