// Changes of the runtime's own state that must be seen whole. While something is held the module does not run: the
// runtime does not call it, and its signal handlers wait until the release. Holds are short: nothing inside blocks.
// Other threads wait as well, unless what is held is of the thread itself.
#ifndef W2E_HOLD_H
#define W2E_HOLD_H

#include "checks.h"
#include "types.h"
#include <threading.h>

extern PER_THREAD u32 w2e_held;          // how many holds there are, one inside the other
extern PER_THREAD bool w2e_has_deferred; // a signal has come in meanwhile
void w2e_deliver_deferred(void);

static inline void hold_own(void) {
    w2e_held++;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}
static inline void release_own(void) {
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    w2e_held--;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (w2e_has_deferred && !w2e_held) w2e_deliver_deferred();
}
static inline void hold(void) {
    hold_own();
    lock_runtime();
}
static inline void release(void) {
    unlock_runtime();
    release_own();
}
static inline void check_nothing_is_held(void) { check(w2e_held == 0, "the module is called while something is held"); }

// For signal handlers: puts a signal off until the release, if something is held. AS-safe.
struct kernel_siginfo;
bool w2e_defer_signal(int signal, const struct kernel_siginfo *info, void *context);
// A trap ends what was going on, in programs that go on after one.
void w2e_drop_holds(void);

#endif
