// What time it is. For ring 0, too.
#include "clock.h"
#include "imports.gen.h"
#include "time-layout.h"
#include <system-buffer.h>

static long put_clock(u32 clock, u32 to) {
    SYSTEM_BUFFER(struct kernel_timespec, t);
    u8 *p = guest_range(to, guest_time_size());
    if (!p) return -EFAULT;
    long r = w2e_clock_gettime(clock, t);
    if (r == 0) put_time(p, t->sec, t->nsec);
    return r;
}

u32 w2e_env_clock_gettime(u32 clock, u32 to) { return libc_result(put_clock(clock, to)); }
// musl's inner name reports like the outer one.
u32 w2e_env___clock_gettime(u32 clock, u32 to) { return libc_result(put_clock(clock, to)); }
u32 w2e_env_gettimeofday(u32 to, u32 zone) {
    SYSTEM_BUFFER(struct kernel_timespec, t);
    u8 *p = to ? guest_range(to, guest_time_size()) : NULL, *z = zone ? guest_range(zone, 8) : NULL;
    if ((to && !p) || (zone && !z)) return libc_result(-EFAULT);
    w2e_clock_gettime(CLOCK_REALTIME, t);
    if (p) put_time(p, t->sec, t->nsec / 1000);
    if (z) store64(z, 0);
    return 0;
}
static i64 seconds(u32 to, u32 size) {
    SYSTEM_BUFFER(struct kernel_timespec, t);
    w2e_clock_gettime(CLOCK_REALTIME, t);
    u8 *p = to ? guest_range(to, size) : NULL;
    if (p && size == 4) store32(p, (u32)t->sec);
    if (p && size == 8) store64(p, (u64)t->sec);
    return t->sec;
}
u32 w2e_env_time(u32 to) { return (u32)seconds(to, 4); }
u64 w2e_env_time_64(u32 to) { return (u64)seconds(to, 8); }
double w2e_env_difftime(u32 end, u32 start) { return (double)((i64)(i32)end - (i32)start); }
double w2e_env_difftime_64(u64 end, u64 start) { return (double)((i64)end - (i64)start); }
// CLOCKS_PER_SEC is 1000000; clock_t has 32 bits and wraps as it does natively on 32-bit systems.
u32 w2e_env_clock(void) {
    SYSTEM_BUFFER(struct kernel_timespec, t);
    w2e_clock_gettime(CLOCK_PROCESS_CPUTIME_ID, t);
    return (u32)(t->sec * 1000000 + t->nsec / 1000);
}
static double milliseconds(u32 clock) {
    SYSTEM_BUFFER(struct kernel_timespec, t);
    w2e_clock_gettime(clock, t);
    return (double)t->sec * 1000.0 + (double)t->nsec / 1e6;
}
double w2e_env_emscripten_get_now(void) { return milliseconds(CLOCK_MONOTONIC); }
double w2e_env_emscripten_performance_now(void) { return milliseconds(CLOCK_MONOTONIC); }
double w2e_env_emscripten_get_now_res(void) { return 1e-6; }
u32 w2e_env_emscripten_get_now_is_monotonic(void) { return 1; }
u32 w2e_env__emscripten_get_now_is_monotonic(void) { return 1; }
double w2e_env_emscripten_date_now(void) { return milliseconds(CLOCK_REALTIME); }
double w2e_env__emscripten_date_now(void) { return milliseconds(CLOCK_REALTIME); }
