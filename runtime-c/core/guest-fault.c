// Handlers of the module for fault signals run on the stack that the fault interrupted, where an overflow is the trap
// that it is everywhere, and not on the alternate one. The kernel builds their frame there: the fault's handler sends the
// signal again, to itself, and returns with its SA_ONSTACK taken away until it comes. (Of another thread of a program that
// has a module inside, a stack overflow in this very moment ends the process.)
#include "guest-fault.h"
#include "host.h"
#include <threading.h>

// The fault that is on its way. Between sending and coming nothing but this signal is let in.
static PER_THREAD struct {
    struct kernel_siginfo info;
    struct kernel_sigaction action;
    u64 mask;
    long thread; // 0: none
} on_its_way;

static u64 *mask_of(void *context) { return (u64 *)((u8 *)context + ARCH_UCONTEXT_MASK); }

void w2e_send_to_guest(int signal, const struct kernel_siginfo *info, void *context) {
    u64 all = ~0ul;
    long thread = host_thread();
    host_signal_mask(SIG_SETMASK, &all, NULL);
    on_its_way.info = *info;
    on_its_way.mask = *mask_of(context);
    on_its_way.thread = thread;
    *mask_of(context) = ~(1ul << (signal - 1));
    host_signal_action(signal, NULL, &on_its_way.action);
    on_its_way.action.flags |= SA_ONSTACK; // another thread may be here, too
    struct kernel_sigaction action = on_its_way.action;
    action.flags &= ~(u64)SA_ONSTACK;
    host_signal_action(signal, &action, NULL);
    host_signal_thread(host_process(), thread, signal);
}

bool w2e_take_for_guest(int signal, void *context) {
    struct kernel_siginfo info = on_its_way.info;
    if (!on_its_way.thread || on_its_way.thread != host_thread() || info.signo != signal) return false;
    on_its_way.thread = 0;
    host_signal_action(signal, &on_its_way.action, NULL);
    *mask_of(context) = on_its_way.mask;
    w2e_fault_hooks->deliver(signal, &info, on_its_way.mask);
    return true;
}
