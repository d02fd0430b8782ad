// Fault signals that the module handles itself.
#ifndef W2E_GUEST_FAULT_H
#define W2E_GUEST_FAULT_H

#include "types.h"

struct kernel_siginfo;

// What the module has decided about a fault signal.
enum w2e_fault_answer { FAULT_NOT_TAKEN, FAULT_IGNORED, FAULT_HANDLED };

// Set by the signals family once the module has decided about one; programs that cannot have nothing of all this linked.
struct w2e_fault_hooks {
    enum w2e_fault_answer (*answer)(int signal, const struct kernel_siginfo *info);
    // Runs the module's handler; `mask` is the one that the signal interrupted. Calls the module.
    void (*deliver)(int signal, const struct kernel_siginfo *info, u64 mask);
    // In a signal handler that returns next: its signal comes again on the interrupted stack, ...
    void (*send)(int signal, const struct kernel_siginfo *info, void *context);
    // ... where this runs the module's handler. False for every other signal. Calls the module.
    bool (*take)(int signal, void *context);
    // As w2e_defer_signal (hold.h).
    bool (*defer)(int signal, const struct kernel_siginfo *info, void *context);
};
extern const struct w2e_fault_hooks *w2e_fault_hooks;

static inline enum w2e_fault_answer guest_answer_to_fault(int signal, const struct kernel_siginfo *info) {
    return w2e_fault_hooks ? w2e_fault_hooks->answer(signal, info) : FAULT_NOT_TAKEN;
}

void w2e_send_to_guest(int signal, const struct kernel_siginfo *info, void *context);
bool w2e_take_for_guest(int signal, void *context);

#endif
