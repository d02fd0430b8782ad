// Faults in a foreign program. Those that an instruction of the module causes end the call that is under way; all
// others go to the handler that was there before, with that handler's signal mask, or have their default action.
// Ours run on the thread's alternate signal stack: a stack that is exhausted has no room for them.
#include "embed.h"
#include "guest-fault.h"
#include "hold.h"
#include "host.h"

enum { GUARD = 65536 };
// Frames are touched page by page, so a fault of the stack is near the stack pointer: below it by what one instruction
// stores at most, above by what of a frame has not been touched.
enum { STACK_BELOW = 1024, STACK_ABOVE = 8192 };

const struct w2e_fault_hooks *w2e_fault_hooks;

static const u8 signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
static struct kernel_sigaction previous[SIGNALS];

static bool is_stack_fault(u64 address, u64 sp) { return address + STACK_BELOW >= sp && address < sp + STACK_ABOVE; }

static void pass_on(int signal, struct kernel_siginfo *info, void *context) {
    struct kernel_sigaction action = previous[signal], standard = {NULL, ARCH_SA_RESTORER, w2e_arch_signal_return, 0};
    bool synchronous = info->code > 0;
    if ((u64)action.handler <= 1) {
        if (action.handler && !synchronous) return;
        // The default action: the instruction faults again, or the signal is sent again and arrives after the return.
        host_signal_action(signal, &standard, NULL);
        if (!synchronous) host_signal_thread(host_process(), host_thread(), signal);
        return;
    }
    u64 mask = action.mask | (action.flags & SA_NODEFER ? 0 : 1ul << (signal - 1)), old;
    if (action.flags & SA_RESETHAND) previous[signal] = standard;
    host_signal_mask(SIG_BLOCK, &mask, &old);
    if (action.flags & SA_SIGINFO) ((void (*)(int, void *, void *))action.handler)(signal, info, context);
    else ((void (*)(int))action.handler)(signal);
    host_signal_mask(SIG_SETMASK, &old, NULL);
}

static W2E_NORETURN void trap(enum w2e_trap kind, const void *context) {
    // A handler in front of ours may have blocked signals.
    host_signal_mask(SIG_SETMASK, (const u64 *)((const u8 *)context + ARCH_UCONTEXT_MASK), NULL);
    w2e_end_call(kind, NULL);
}

static void on_fault(int signal, struct kernel_siginfo *info, void *context) {
    struct arch_registers registers;
    const struct w2e_fault_hooks *hooks = w2e_fault_hooks;
    if (info->code <= 0 && hooks && hooks->take(signal, context)) return;
    arch_registers_of_signal(context, &registers);
    u64 pc = registers.value[ARCH_DWARF_PC];
    bool ours = w2e_entry && info->code > 0 && pc >= (u64)w2e_code_start && pc < (u64)w2e_code_end;
    if (!ours) return pass_on(signal, info, context);
    bool memory = signal == SIGSEGV && info->address - (u64)w2e_memory < w2e_memory_reserved;
    if (signal == SIGSEGV && !memory && is_stack_fault(info->address, registers.value[ARCH_DWARF_SP])) trap(TRAP_CALL_STACK_EXHAUSTED, context);
    enum w2e_fault_answer answer = w2e_held ? FAULT_NOT_TAKEN : guest_answer_to_fault(signal, info);
    if (answer == FAULT_IGNORED) return;
    if (answer == FAULT_HANDLED) return hooks->send(signal, info, context);
    if (memory) trap(TRAP_OUT_OF_BOUNDS_MEMORY_ACCESS, context);
    if (signal == SIGILL) trap(TRAP_UNREACHABLE, context);
    pass_on(signal, info, context);
}

void w2e_install_fault_handlers(void) {
    struct kernel_sigaction action = {(void *)on_fault, SA_SIGINFO | SA_ONSTACK | SA_NODEFER | ARCH_SA_RESTORER,
                                      w2e_arch_signal_return, 0};
    for (u32 i = 0; i < W2E_COUNT(signals); i++) host_signal_action(signals[i], &action, &previous[signals[i]]);
}

bool w2e_prepare_thread(void) {
    struct kernel_stack stack;
    if (host_signal_stack(NULL, &stack)) return false;
    if (!(stack.flags & SS_DISABLE)) return true;
    long p = host_map(GUARD + SIGNAL_STACK, PROT_NONE, 0);
    if (sys_failed(p)) return false;
    stack = (struct kernel_stack){own_bytes((void *)(p + GUARD), SIGNAL_STACK), 0, 0, SIGNAL_STACK};
    if (host_protect(stack.sp, SIGNAL_STACK, PROT_READ | PROT_WRITE)) return false;
    return host_signal_stack(&stack, NULL) == 0;
}

u32 w2e_api_prepare_thread(void) { return w2e_prepare_thread() ? W2E_OK : W2E_NO_MEMORY; }
