// The runtime's lock, on a futex (Drepper, "Futexes Are Tricky"): the word holds who has it. A signal handler that comes in between
// finds out by that whether the thread which it interrupts has it.
#include "host.h"
#include "threads.h"

#define WAITERS 0x80000000u
static u32 owner;               // thread id, and whether somebody may wait; 0: free
static PER_THREAD u32 depth;

static u32 self(void) { return (u32)w2e_thread.id; }
static bool is_mine(void) { return (__atomic_load_n(&owner, __ATOMIC_RELAXED) & ~WAITERS) == self(); }

void lock_runtime(void) {
    depth++;
    if (is_mine()) return;
    u32 wanted = self();
    for (;;) {
        u32 now = 0;
        if (__atomic_compare_exchange_n(&owner, &now, wanted, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return;
        // A handler of this thread has taken it on its way, and holds it for us.
        if ((now & ~WAITERS) == self()) return;
        u32 waited = now | WAITERS;
        if (now != waited && !__atomic_compare_exchange_n(&owner, &now, waited, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) continue;
        host_wait(own(&owner), waited, NULL);
        wanted = self() | WAITERS; // others may still sleep
    }
}

void unlock_runtime(void) {
    if (--depth) return;
    u32 now = __atomic_load_n(&owner, __ATOMIC_RELAXED);
    do {
        if ((now & ~WAITERS) != self()) return; // a handler has given it back
    } while (!__atomic_compare_exchange_n(&owner, &now, 0, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
    if (now & WAITERS) host_wake(own(&owner), 1);
}

void lock_is_of(i32 id) {
    if (__atomic_load_n(&owner, __ATOMIC_RELAXED)) __atomic_store_n(&owner, (u32)id, __ATOMIC_RELAXED);
}

// The word names the process as well: what a thread has begun in the parent of a fork, nobody goes on with in the child.
void only_first_thread(u64 *first) {
    static u32 never;
    u64 process = (u64)host_process() << 32, mine = process | self(), now = __atomic_load_n(first, __ATOMIC_ACQUIRE);
    while (now != mine) {
        if ((now & ~0xfffffffful) == process)
            for (;;) host_wait(own(&never), 0, NULL);
        if (__atomic_compare_exchange_n(first, &now, mine, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return;
    }
}
