// POSIX semaphores on futexes in linear memory; not FUTEX_PRIVATE, so they work across processes in MAP_SHARED
// space. sem_t is 16 bytes: value, number of waiters. After musl's algorithm: wait spins a little, then sleeps.
#include "clock.h"
#include "imports.gen.h"
#include "semaphores.h"
#include "system-call.h"
#include "time-layout.h"

enum { SPINS = 100 };

struct semaphore { _Atomic u32 value, waiters; };

static struct semaphore *semaphore_at(u32 address) { return address % 4 ? NULL : guest_range(address, SEM_SIZE); }

static bool try_take(struct semaphore *s) {
    u32 value = __c11_atomic_load(&s->value, __ATOMIC_RELAXED);
    while (value)
        if (__c11_atomic_compare_exchange_weak(&s->value, &value, value - 1, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return true;
    return false;
}

// `deadline` is absolute CLOCK_REALTIME time or NULL.
static long take(u32 address, const struct kernel_timespec *deadline) {
    struct semaphore *s = semaphore_at(address);
    if (!s) return -EINVAL;
    for (u32 i = 0; i < SPINS; i++, arch_pause())
        if (try_take(s)) return 0;
    while (!try_take(s)) {
        struct kernel_timespec left;
        if (deadline) {
            w2e_clock_gettime(CLOCK_REALTIME, &left);
            left = (struct kernel_timespec){deadline->sec - left.sec, deadline->nsec - left.nsec};
            if (left.nsec < 0) left = (struct kernel_timespec){left.sec - 1, left.nsec + 1000000000};
            if (left.sec < 0) return -ETIMEDOUT;
        }
        __c11_atomic_fetch_add(&s->waiters, 1, __ATOMIC_SEQ_CST);
        long r = sys(SYS_futex, guest_pages(guest_address(s), SEM_SIZE), FUTEX_WAIT, 0, deadline ? own(&left) : NO_ADDRESS, 0, 0);
        __c11_atomic_fetch_sub(&s->waiters, 1, __ATOMIC_SEQ_CST);
        if (r == -EINTR || r == -ETIMEDOUT) return r;
    }
    return 0;
}

u32 w2e_env_sem_init(u32 semaphore, u32 shared, u32 value) {
    struct semaphore *s = semaphore_at(semaphore);
    (void)shared;
    if (!s || value > SEM_VALUE_MAX) return libc_result(-EINVAL);
    memset(s, 0, SEM_SIZE);
    __c11_atomic_store(&s->value, value, __ATOMIC_RELEASE);
    return 0;
}
u32 w2e_env_sem_destroy(u32 semaphore) { return libc_result(semaphore_at(semaphore) ? 0 : -EINVAL); }
u32 w2e_env_sem_post(u32 semaphore) {
    struct semaphore *s = semaphore_at(semaphore);
    if (!s) return libc_result(-EINVAL);
    u32 value = __c11_atomic_load(&s->value, __ATOMIC_RELAXED);
    do {
        if (value >= SEM_VALUE_MAX) return libc_result(-EOVERFLOW);
    } while (!__c11_atomic_compare_exchange_weak(&s->value, &value, value + 1, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
    if (__c11_atomic_load(&s->waiters, __ATOMIC_SEQ_CST)) sys(SYS_futex, guest_pages(guest_address(s), SEM_SIZE), FUTEX_WAKE, 1, 0, 0, 0);
    return 0;
}
u32 w2e_env_sem_wait(u32 semaphore) { return libc_result(take(semaphore, NULL)); }
u32 w2e_env_sem_trywait(u32 semaphore) {
    struct semaphore *s = semaphore_at(semaphore);
    return libc_result(!s ? -EINVAL : try_take(s) ? 0 : -EAGAIN);
}
u32 w2e_env_sem_timedwait(u32 semaphore, u32 deadline) {
    const u8 *p = guest_range(deadline, guest_time_size());
    if (!p) return libc_result(-EFAULT);
    struct kernel_timespec t = get_time(p);
    return libc_result((u64)t.nsec >= 1000000000 ? -EINVAL : take(semaphore, &t));
}
u32 w2e_env_sem_getvalue(u32 semaphore, u32 to) {
    struct semaphore *s = semaphore_at(semaphore);
    u8 *p = guest_range(to, 4);
    if (!s || !p) return libc_result(-EINVAL);
    store32(p, __c11_atomic_load(&s->value, __ATOMIC_RELAXED));
    return 0;
}
