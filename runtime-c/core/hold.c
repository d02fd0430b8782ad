// Signals that come in while the runtime changes state of its own. They are sent again at once, with all of their
// information, but blocked until the release: the kernel keeps them. Fault signals that somebody sends are kept here and sent again
// at the release: were they blocked, a fault meanwhile (of a stack that is used up) would end the process without words.
#include "hold.h"
#include "host.h"

// arch/open.S, in programs that open files.
extern const u8 w2e_arch_open_hold[] W2E_WEAK, w2e_arch_open_call[] W2E_WEAK;

PER_THREAD u32 w2e_held;
PER_THREAD bool w2e_has_deferred;
static PER_THREAD bool is_masked;
static PER_THREAD u64 mask_after; // to be in force after the release
static PER_THREAD u64 waiting_faults;
static PER_THREAD struct kernel_siginfo waiting_information[SIGSEGV + 1]; // SIGSEGV has the highest number of them

// An open that is about to be made and holds nothing else starts again behind the handler: it may block for long, and
// nothing is open yet (posix/opened.c).
static bool open_starts_again(void *context) {
    u64 *pc = (u64 *)((u8 *)context + ARCH_UCONTEXT_PC);
    if (w2e_held != 1 || !w2e_arch_open_call || *pc != (u64)w2e_arch_open_call) return false;
    *pc = (u64)w2e_arch_open_hold;
    w2e_held = 0;
    return true;
}

// Without its information where too much is queued.
static void send_again(int signal, const struct kernel_siginfo *info) {
    long process = host_process(), thread = host_thread();
    if (host_queue_signal(process, thread, signal, info)) host_signal_thread(process, thread, signal);
}

bool w2e_defer_signal(int signal, const struct kernel_siginfo *info, void *context) {
    if (!w2e_held || open_starts_again(context)) return false;
    u64 all = ~FAULT_SIGNALS, *interrupted = (u64 *)((u8 *)context + ARCH_UCONTEXT_MASK), bit = 1ul << (signal - 1);
    w2e_has_deferred = true;
    if (bit & FAULT_SIGNALS) {
        waiting_information[signal] = *info;
        waiting_faults |= bit;
        return true;
    }
    host_signal_mask(SIG_SETMASK, &all, NULL);
    send_again(signal, info);
    mask_after = *interrupted;
    *interrupted = all;
    is_masked = true;
    return true;
}

void w2e_deliver_deferred(void) {
    u64 all = ~0ul, before = mask_after, faults = waiting_faults;
    bool masked = is_masked;
    w2e_has_deferred = is_masked = false;
    waiting_faults = 0;
    // All of them arrive at the end, since a handler may not return.
    if (faults) host_signal_mask(SIG_SETMASK, &all, masked ? NULL : &before);
    for (int signal = 1; faults; signal++, faults >>= 1)
        if (faults & 1) send_again(signal, &waiting_information[signal]);
    host_signal_mask(SIG_SETMASK, &before, NULL);
}

void w2e_drop_holds(void) {
    w2e_held = 0;
    if (w2e_has_deferred) w2e_deliver_deferred();
}
