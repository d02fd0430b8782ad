// memory.atomic.wait32, wait64 and notify on futexes. Not FUTEX_PRIVATE: memory may be a MAP_SHARED mapping
// that other processes wait on. wait64 sleeps on the low half and rechecks the whole value in short intervals,
// because the kernel's futex compares 32 bits.
#include "guest.h"
#include "host.h"
#include "runtime.h"

enum { WOKEN = 0, NOT_EQUAL = 1, TIMED_OUT = 2, RECHECK_NS = 10000000 };

static i64 now(void) {
    struct kernel_timespec t;
    host_clock(CLOCK_MONOTONIC, &t);
    return t.sec * 1000000000 + t.nsec;
}

static u32 wait(u64 addr, u32 low, i64 timeout) {
    struct kernel_timespec t = {timeout / 1000000000, timeout % 1000000000};
    long r = host_wait(guest_checked(addr), low, timeout < 0 ? NULL : &t);
    if (r == -EAGAIN) return NOT_EQUAL;
    return r == -ETIMEDOUT ? TIMED_OUT : WOKEN;
}

u32 w2e_atomic_wait32(u64 addr, u32 expected, i64 timeout) { return wait(addr, expected, timeout); }

u32 w2e_atomic_wait64(u64 addr, u64 expected, i64 timeout) {
    const volatile u64 *value = (const volatile u64 *)(w2e_memory + addr);
    i64 end = timeout < 0 ? 0 : now() + timeout;
    for (;;) {
        if (*value != expected) return NOT_EQUAL;
        i64 left = timeout < 0 ? RECHECK_NS : end - now();
        if (left <= 0) return TIMED_OUT;
        u32 r = wait(addr, (u32)expected, left < RECHECK_NS ? left : RECHECK_NS);
        if (r == WOKEN) return WOKEN;
    }
}

u32 w2e_atomic_notify(u64 addr, u32 count) {
    u32 most = count > 0x7fffffff ? 0x7fffffff : count;
    long r = host_wake(guest_checked(addr), most);
    return r < 0 ? 0 : (u32)r;
}
