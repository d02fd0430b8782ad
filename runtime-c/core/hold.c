// Signals that come in while the runtime changes state of its own. They are sent again at once, with all of their
// information, but blocked until the release: the kernel keeps them.
#include "hold.h"
#include "kernel.h"

// arch/open.S, in programs that open files.
extern const u8 w2e_arch_open_hold[] W2E_WEAK, w2e_arch_open_call[] W2E_WEAK;

u32 w2e_held;
bool w2e_has_deferred;
static u64 mask_after; // to be in force after the release

// An open that is about to be made and holds nothing else starts again behind the handler: it may block for long, and
// nothing is open yet (posix/opened.c).
static bool open_starts_again(void *context) {
    u64 *pc = (u64 *)((u8 *)context + ARCH_UCONTEXT_PC);
    if (w2e_held != 1 || !w2e_arch_open_call || *pc != (u64)w2e_arch_open_call) return false;
    *pc = (u64)w2e_arch_open_hold;
    w2e_held = 0;
    return true;
}

bool w2e_defer_signal(int signal, const struct kernel_siginfo *info, void *context) {
    if (!w2e_held || open_starts_again(context)) return false;
    u64 all = ~0ul, *interrupted = (u64 *)((u8 *)context + ARCH_UCONTEXT_MASK);
    sys(SYS_rt_sigprocmask, SIG_SETMASK, own(&all), NO_ADDRESS, 8);
    long process = sys(SYS_getpid), thread = sys(SYS_gettid);
    // Without its information where too much is queued.
    if (sys(SYS_rt_tgsigqueueinfo, process, thread, signal, own(info))) sys(SYS_tgkill, process, thread, signal);
    mask_after = *interrupted;
    *interrupted = all;
    w2e_has_deferred = true;
    return true;
}

void w2e_deliver_deferred(void) {
    u64 before = mask_after;
    w2e_has_deferred = false;
    sys(SYS_rt_sigprocmask, SIG_SETMASK, own(&before), NO_ADDRESS, 8);
}

void w2e_drop_holds(void) {
    w2e_held = 0;
    if (w2e_has_deferred) w2e_deliver_deferred();
}
