// Resolution and setting of clocks, sleeping, interval timers. Times in the module are 32 or 64 bits (time-layout.h).
#include "commands.h"
#include "imports.gen.h"
#include "runtime.h"
#include "system-call.h"
#include "time-layout.h"

u32 w2e_env_clock_getres(u32 clock, u32 to) {
    struct kernel_timespec t;
    u8 *p = to ? guest_range(to, guest_time_size()) : NULL;
    if (to && !p) return libc_result(-EFAULT);
    long r = sys(SYS_clock_getres, clock, own(&t));
    if (r == 0 && p) put_time(p, t.sec, t.nsec);
    return libc_result(r);
}
u32 w2e_env_clock_settime(u32 clock, u32 from) {
    struct kernel_timespec t;
    const u8 *p = guest_range(from, guest_time_size());
    if (!p) return libc_result(-EFAULT);
    t = get_time(p);
    return libc_result(sys(SYS_clock_settime, clock, own(&t)));
}

u32 w2e_env_settimeofday(u32 from, u32 zone) {
    const u8 *p = guest_range(from, guest_time_size());
    (void)zone;
    if (!p) return libc_result(-EFAULT);
    struct kernel_timespec t = get_time(p);
    t.nsec *= 1000;
    return libc_result(sys(SYS_clock_settime, CLOCK_REALTIME, own(&t)));
}

u32 w2e_env_stime(u32 from) {
    const u8 *p = guest_range(from, 4);
    if (!p) return libc_result(-EFAULT);
    struct kernel_timespec t = {(i32)load32(p), 0};
    return libc_result(sys(SYS_clock_settime, CLOCK_REALTIME, own(&t)));
}
u32 w2e_env_times(u32 to) {
    i64 t[4];
    u8 *p = to ? guest_range(to, 16) : NULL;
    if (to && !p) return libc_result(-EFAULT);
    long r = sys(SYS_times, own(&t));
    for (u32 i = 0; p && i < 4; i++) store32(p + 4 * i, (u32)t[i]);
    return (u32)r;
}

static long sleep_until(u32 clock, u32 flags, u32 request, u32 remaining) {
    struct kernel_timespec t, left = {0, 0};
    const u8 *p = guest_range(request, guest_time_size());
    u8 *q = remaining ? guest_range(remaining, guest_time_size()) : NULL;
    if (!p || (remaining && !q)) return -EFAULT;
    if (flags & ~TIMER_FLAGS) return -EINVAL;
    t = get_time(p);
    long r = sys(SYS_clock_nanosleep, clock, flags, own(&t), own(&left));
    if (r == -EINTR && q && flags == 0) put_time(q, left.sec, left.nsec);
    return r;
}
u32 w2e_env_clock_nanosleep(u32 clock, u32 flags, u32 request, u32 remaining) {
    return error_number(sleep_until(clock, flags, request, remaining));
}
u32 w2e_env_nanosleep(u32 request, u32 remaining) { return libc_result(sleep_until(CLOCK_REALTIME, 0, request, remaining)); }
u32 w2e_env_usleep(u32 microseconds) {
    struct kernel_timespec t = {microseconds / 1000000, microseconds % 1000000 * 1000};
    return libc_result(sys(SYS_clock_nanosleep, CLOCK_REALTIME, 0, own(&t), NO_ADDRESS));
}
u32 w2e_env_sleep(u32 whole) {
    struct kernel_timespec t = {whole, 0}, left = {0, 0};
    return sys(SYS_clock_nanosleep, CLOCK_REALTIME, 0, own(&t), own(&left)) ? (u32)left.sec + (left.nsec >= 500000000) : 0;
}
void w2e_sleep(u32 ms) {
    struct kernel_timespec t = {ms / 1000, ms % 1000 * 1000000l};
    sys(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, own(&t), NO_ADDRESS);
}

// struct timex: 21 numbers and padding, longs of 32 bits in the module and of 64 in the kernel. Only a 64-bit time
// (words 9 and 10) changes the places.
enum { TIMEX_WORDS = 21, TIMEX_TIME = 9, TIMEX_AFTER_TIME = 11, ADJ_OFFSET_SINGLESHOT = 0x8001, ADJ_OFFSET_SS_READ = 0xa001 };
struct kernel_timex { i64 word[26]; };

static u32 timex_offset(u32 i) { return i < TIMEX_AFTER_TIME || !abi_has(ABI_TIME64) ? 4 * i : 56 + 4 * (i - TIMEX_AFTER_TIME); }
static u32 timex_time(void) { return abi_has(ABI_TIME64) ? 40 : 36; }

static long adjust(u32 clock, u32 buffer) {
    struct kernel_timex t = {{0}};
    u8 *p = guest_range(buffer, abi_has(ABI_TIME64) ? 144 : 128);
    if (!p) return -EFAULT;
    for (u32 i = 0; i < TIMEX_WORDS; i++) t.word[i] = (i32)load32(p + timex_offset(i));
    struct kernel_timespec time = get_time(p + timex_time());
    t.word[0] = load32(p);
    if (t.word[0] & ~(i64)ADJTIME_FLAGS) return -EINVAL;
    t.word[TIMEX_TIME] = time.sec;
    t.word[TIMEX_TIME + 1] = time.nsec;
    long r = sys(SYS_clock_adjtime, clock, own(&t));
    if (r < 0) return r;
    for (u32 i = 1; i < TIMEX_WORDS; i++)
        if (i < TIMEX_TIME || i >= TIMEX_AFTER_TIME) store32(p + timex_offset(i), (u32)t.word[i]);
    put_time(p + timex_time(), t.word[TIMEX_TIME], t.word[TIMEX_TIME + 1]);
    return r;
}
u32 w2e_env_adjtimex(u32 buffer) { return libc_result(adjust(CLOCK_REALTIME, buffer)); }
u32 w2e_env_clock_adjtime(u32 clock, u32 buffer) { return libc_result(adjust(clock, buffer)); }

u32 w2e_env_adjtime(u32 delta, u32 old) {
    struct kernel_timex t = {{delta ? ADJ_OFFSET_SINGLESHOT : ADJ_OFFSET_SS_READ}};
    const u8 *p = delta ? guest_range(delta, guest_time_size()) : NULL;
    u8 *q = old ? guest_range(old, guest_time_size()) : NULL;
    if ((delta && !p) || (old && !q)) return libc_result(-EFAULT);
    if (p) {
        struct kernel_timespec by = get_time(p);
        if (by.sec > 1000 || by.sec < -1000 || by.nsec > 1000000000 || by.nsec < -1000000000) return libc_result(-EINVAL);
        t.word[1] = by.sec * 1000000 + by.nsec;
    }
    long r = sys(SYS_clock_adjtime, CLOCK_REALTIME, own(&t));
    if (r < 0) return libc_result(r);
    if (q) put_time(q, t.word[1] / 1000000, t.word[1] % 1000000);
    return 0;
}

// A process's CPU clock is numbered by its pid (include/linux/posix-timers.h).
u32 w2e_env_clock_getcpuclockid(u32 pid, u32 to) {
    u8 *p = guest_range(to, 4);
    u32 clock = ~pid << 3 | 2;
    if (!p) return error_number(-EFAULT);
    long r = sys(SYS_clock_getres, (i32)clock, NO_ADDRESS);
    if (r == 0) store32(p, clock);
    return error_number(r == -EINVAL ? -ESRCH : r);
}

u32 w2e_env_timespec_get(u32 to, u32 base) {
    enum { TIME_UTC = 1 };
    struct kernel_timespec t;
    u8 *p = guest_range(to, guest_time_size());
    if (base != TIME_UTC || !p || sys(SYS_clock_gettime, CLOCK_REALTIME, own(&t))) return 0;
    put_time(p, t.sec, t.nsec);
    return base;
}

// struct timeb: the time, then milliseconds, minutes west of Greenwich and a flag of 16 bits each, of which the kernel knows the first.
u32 w2e_env_ftime(u32 to) {
    u32 seconds = abi_has(ABI_TIME64) ? 8 : 4;
    struct kernel_timespec t;
    u8 *p = guest_range(to, seconds + 6);
    if (!p) return libc_result(-EFAULT);
    sys(SYS_clock_gettime, CLOCK_REALTIME, own(&t));
    memset(p, 0, seconds + 6);
    if (seconds == 8) store64(p, (u64)t.sec);
    else store32(p, (u32)t.sec);
    store16(p + seconds, (u16)(t.nsec / 1000000));
    return 0;
}
