// Faults (SIGSEGV, SIGBUS, SIGILL, SIGFPE) on their own signal stack. A fault in the memory's reservation is an
// out-of-bounds access, one near the stack pointer an exhausted stack, an illegal instruction `unreachable`.
// Everything else is a bug of ours or a signal sent by somebody: the process dies of it as any process would.
// A module's own handler, if installed, is asked first, except for an exhausted stack: there is no room to run it.
#include "kernel.h"
#include "message.h"
#include "runtime.h"

bool (*w2e_guest_fault_hook)(int signal, void *info, void *context);

enum { SIGNAL_STACK = 65536, STACK_SLACK_BELOW = 65536, STACK_SLACK_ABOVE = 1 << 20 };

static u8 signal_stack[SIGNAL_STACK] __attribute__((aligned(16)));

static void die_of(int signal) {
    struct kernel_sigaction standard = {NULL, ARCH_SA_RESTORER, w2e_arch_signal_return, 0};
    u64 mask = 1ul << (signal - 1);
    sys(SYS_rt_sigaction, signal, own(&standard), NO_ADDRESS, 8);
    sys(SYS_kill, sys(SYS_getpid), signal);
    sys(SYS_rt_sigprocmask, SIG_UNBLOCK, own(&mask), NO_ADDRESS, 8);
    w2e_exit_process(128 + (u32)signal);
}

static bool is_stack_fault(u64 address, u64 sp) {
    return address >= sp - STACK_SLACK_BELOW && address - (sp - STACK_SLACK_BELOW) < STACK_SLACK_BELOW + STACK_SLACK_ABOVE;
}

static bool is_memory_fault(u64 address) {
    return w2e_module.has_memory && address >= (u64)w2e_memory && address - (u64)w2e_memory < W2E_RESERVATION;
}

static void on_fault(int signal, struct kernel_siginfo *info, void *context) {
    struct arch_registers registers;
    arch_registers_of_signal(context, &registers);
    bool synchronous = info->code > 0;
    bool memory = signal == SIGSEGV && synchronous && is_memory_fault(info->address);
    if (signal == SIGSEGV && synchronous && !memory && is_stack_fault(info->address, registers.value[ARCH_DWARF_SP]))
        w2e_report_trap("call stack exhausted", NULL, &registers);
    if (w2e_guest_fault_hook && w2e_guest_fault_hook(signal, info, context)) return;
    if (memory) w2e_report_trap("out of bounds memory access", NULL, &registers);
    if (signal == SIGILL && synchronous) w2e_report_trap("unreachable", NULL, &registers);
    die_of(signal);
}

void w2e_install_fault_handlers(void) {
    static const u8 signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
    struct kernel_stack stack = {own(&signal_stack), 0, 0, SIGNAL_STACK};
    struct kernel_sigaction action = {(void *)on_fault, SA_SIGINFO | SA_ONSTACK | SA_NODEFER | ARCH_SA_RESTORER,
                                      w2e_arch_signal_return, 0};
    sys(SYS_sigaltstack, own(&stack), NO_ADDRESS);
    for (u32 i = 0; i < W2E_COUNT(signals); i++) sys(SYS_rt_sigaction, signals[i], own(&action), NO_ADDRESS, 8);
}
