// Faults (SIGSEGV, SIGBUS, SIGILL, SIGFPE) on their own signal stack, which has a guard in front. A fault in the memory's
// reservation is an out-of-bounds access, one in the stack or its guard an exhausted stack (every frame is touched page by
// page, so none jumps over the guard), an illegal instruction `unreachable`. Everything else is a bug of ours or a signal
// sent by somebody: the process dies of it as any process would. A module's own handler, if installed, is asked first,
// except for an exhausted stack: there is no room to run it.
#include "guest-fault.h"
#include "hold.h"
#include "host.h"
#include "message.h"
#include "reserve.h"
#include "runtime.h"

enum {
    LARGEST_PAGE = 65536, SI_KERNEL = 0x80, AT_MINSIGSTKSZ = 51,
    STACK_GAP = 1 << 20,    // the kernel's stack_guard_gap, and the guard of a stack of ours
    HANDLER_ROOM = 16384,   // besides the signal frame, for a handler of the module to begin in
    FRAME_AT_LEAST = 10240, // of a signal, where the kernel does not tell
};

// Pages of guard, then SIGNAL_STACK bytes. The first fault makes the guard, so that programs without one start sooner.
static u8 signal_stack[LARGEST_PAGE + LARGEST_PAGE + SIGNAL_STACK] __attribute__((aligned(16)));
static PER_THREAD bool guarded, reporting;

const struct w2e_fault_hooks *w2e_fault_hooks;

static u8 *guard_pages(void) { return signal_stack + (-(u64)signal_stack & (HOST_PAGE - 1)); }

static void make_guard(void) {
    if (guarded) return;
    host_protect(own_bytes(guard_pages(), LARGEST_PAGE), LARGEST_PAGE, PROT_NONE);
    guarded = true;
}

static void die_of(int signal) {
    struct kernel_sigaction standard = {NULL, ARCH_SA_RESTORER, w2e_arch_signal_return, 0};
    u64 mask = 1ul << (signal - 1);
    host_signal_action(signal, &standard, NULL);
    host_signal_process(host_process(), signal);
    host_signal_mask(SIG_UNBLOCK, &mask, NULL);
    w2e_exit_process(128 + (u32)signal);
}

// Where the stack ends that the program runs on.
static u64 stack_low(void) {
    if (thread_stack_low()) return thread_stack_low();
    if (w2e_module.stack_size) return w2e_stack_top - whole_host_pages(w2e_module.stack_size);
    struct kernel_limit limit;
    bool known = !sys_failed(host_stack_limit(&limit));
    return known && limit.soft < w2e_stack_top ? w2e_stack_top - limit.soft : 0;
}

// Behind the end, too: the limit may have been lowered since.
static bool is_stack_fault(u64 address, u64 sp) {
    u64 low = stack_low(), lowest = low && low < sp ? low : sp; // without a limit there is no end
    return address < w2e_stack_top && address + STACK_GAP >= lowest;
}

static u64 signal_frame_size(void) {
    for (const u64 *a = w2e_process.auxv; a[0]; a += 2)
        if (a[0] == AT_MINSIGSTKSZ && a[1] > FRAME_AT_LEAST) return a[1];
    return FRAME_AT_LEAST;
}

// Whether a handler of the module can begin below sp. The kernel may not let the stack grow that far (RLIMIT_AS), and would end
// the process where it finds no room for the signal's frame: so it is made to write there.
static bool has_room(u64 sp) {
    u64 size = signal_frame_size() + HANDLER_ROOM;
    if (sp >= w2e_stack_top || sp < stack_low() + size) return false;
    return !sys_failed(host_signal_mask(SIG_BLOCK, NULL, (u64 *)(sp - size)));
}

static bool is_memory_fault(u64 address) {
    return w2e_module.has_memory && address >= (u64)w2e_memory && address - (u64)w2e_memory < W2E_RESERVATION;
}

static W2E_NORETURN void trap(enum w2e_trap kind, const struct arch_registers *at) {
    reporting = !w2e_trap_hook; // who takes traps goes on after one
    w2e_report_trap(kind, NULL, at);
}

static void on_fault(int signal, struct kernel_siginfo *info, void *context) {
    struct arch_registers registers;
    bool synchronous = info->code > 0;
    make_guard();
    const struct w2e_fault_hooks *hooks = w2e_fault_hooks;
    if (!synchronous && hooks && (hooks->take(signal, context) || hooks->defer(signal, info, context))) return;
    if (reporting) die_of(signal);
    arch_registers_of_signal(context, &registers);
    u64 sp = registers.value[ARCH_DWARF_SP];
    bool memory = signal == SIGSEGV && synchronous && is_memory_fault(info->address);
    // The kernel had no room for the frame of another signal: that fault has no address.
    bool no_frame = info->code == SI_KERNEL && !info->address && sp < w2e_stack_top;
    if (signal == SIGSEGV && synchronous && !memory && (no_frame || is_stack_fault(info->address, sp))) trap(TRAP_CALL_STACK_EXHAUSTED, &registers);
    enum w2e_fault_answer answer = w2e_held ? FAULT_NOT_TAKEN : guest_answer_to_fault(signal, info);
    if (answer == FAULT_IGNORED) return;
    if (answer == FAULT_HANDLED) {
        if (!has_room(sp)) trap(TRAP_CALL_STACK_EXHAUSTED, &registers);
        return hooks->send(signal, info, context);
    }
    if (memory) trap(TRAP_OUT_OF_BOUNDS_MEMORY_ACCESS, &registers);
    if (signal == SIGILL && synchronous) trap(TRAP_UNREACHABLE, &registers);
    die_of(signal);
}

void w2e_use_fault_stack(u8 *at) {
    struct kernel_stack stack = {own_bytes(at, SIGNAL_STACK), 0, 0, SIGNAL_STACK};
    guarded = true;
    host_signal_stack(&stack, NULL);
}

void w2e_install_fault_handlers(void) {
    static const u8 signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
    struct kernel_stack stack = {own_bytes(guard_pages() + LARGEST_PAGE, SIGNAL_STACK), 0, 0, SIGNAL_STACK};
    struct kernel_sigaction action = {(void *)on_fault, SA_SIGINFO | SA_ONSTACK | SA_NODEFER | ARCH_SA_RESTORER,
                                      w2e_arch_signal_return, ~FAULT_SIGNALS};
    host_signal_stack(&stack, NULL);
    for (u32 i = 0; i < W2E_COUNT(signals); i++) host_signal_action(signals[i], &action, NULL);
}
