// Signals: real dispositions, masks and delivery. A handler of the module runs on the stack that the signal
// interrupted, beyond the module's red zone (guest-calls.h).
// Fault signals keep the runtime's handler (core/fault.c), which has the module's called (core/guest-fault.c).
// Emscripten's SIG_IGN is -2 and SIG_ERR -1, since 1 is a valid function address; it was 1 up to 2.0.27.
#include "guest-calls.h"
#include "guest-fault.h"
#include "guest-state.h"
#include "imports.gen.h"
#include "process-records.h"
#include "runtime.h"
#include "signal-mask.h"
#include "system-call.h"
#include "time-layout.h"

enum {
    SIGINFO_SIZE = 128, GUEST_SIG_DFL = 0,
    ACTION_SIZE = 140, ACTION_HANDLER = 0, ACTION_MASK = 4, ACTION_FLAGS = 132,
};
#define GUEST_SIG_IGN 0xfffffffeu

struct guest_action {
    u32 handler, flags;
    u64 mask;
};
// Changed while held only.
static struct guest_action actions[SIGNALS];
// Fault signals that the module has blocked, and those that were sent meanwhile: the kernel never blocks them.
static PER_THREAD u64 blocked_faults, pending_faults;

static struct guest_action action_of(u32 signal) {
    hold();
    struct guest_action action = actions[signal];
    release();
    return action;
}

static u64 bit_of(u32 signal) { return 1ul << (signal - 1); }

// Sends what was waiting and is not blocked any more. Calls the module.
static void block_faults(u64 faults) {
    blocked_faults = faults;
    u64 due = pending_faults & ~faults;
    for (u32 signal = 1; due; signal++, due >>= 1) {
        if (!(due & 1)) continue;
        __atomic_fetch_and(&pending_faults, ~bit_of(signal), __ATOMIC_RELAXED);
        sys(SYS_tgkill, sys(SYS_getpid), sys(SYS_gettid), signal);
    }
}

static bool is_fault_signal(u32 signal) { return bit_of(signal) & FAULT_SIGNALS; }

static bool is_inside_memory(u64 address) { return address - (u64)w2e_memory < w2e_memory_size; }

bool put_signal_info(u32 to, const struct kernel_siginfo *info) {
    u8 *p = guest_range(to, SIGINFO_SIZE);
    if (!p) return false;
    memset(p, 0, SIGINFO_SIZE);
    store32(p, (u32)info->signo);
    store32(p + 4, info->error ? guest_errno(info->error) : 0);
    store32(p + 8, (u32)info->code);
    if (is_fault_signal((u32)info->signo) && info->code > 0) {
        store32(p + 12, is_inside_memory(info->address) ? guest_address((void *)info->address) : 0);
        return true;
    }
    // Other faults of the kernel's tell addresses of code (SIGSYS).
    if (info->code > 0 && info->signo != SIGCHLD && info->signo != SIGPOLL) return true;
    // pid and uid, timer and overrun, band and fd: two words; then status or value.
    store32(p + 12, info->words[0]);
    store32(p + 16, info->words[1]);
    store32(p + 20, info->words[2]);
    if (info->signo == SIGCHLD) {
        store32(p + 24, (u32)info->child.utime);
        store32(p + 28, (u32)info->child.stime);
    }
    return true;
}

// Runs the module's handler. Calls the module. AS-safe.
static void deliver(u32 signal, const struct kernel_siginfo *info, const struct guest_action *action) {
    struct guest_state state = w2e_guest_state;
    u32 saved = 0, at = 0;
    u64 faults = blocked_faults;
    blocked_faults |= action->mask & FAULT_SIGNALS;
    if (!(action->flags & SA_NODEFER)) blocked_faults |= bit_of(signal) & FAULT_SIGNALS;
    bool has_stack_pointer = HAS_STACK_POINTER;
    if (has_stack_pointer) {
        saved = w2e_stack_pointer;
        struct free_stack space = beyond_red_zone(saved, SIGINFO_SIZE);
        at = space.at;
        w2e_stack_pointer = space.pointer;
    }
    if (!(action->flags & SA_SIGINFO)) guest_call_element_vi(action->handler, signal);
    else if (put_signal_info(at, info)) guest_call_element_viii(action->handler, signal, at, 0);
    if (has_stack_pointer) w2e_stack_pointer = saved;
    w2e_guest_state = state;
    block_faults(faults);
}

static struct w2e_fault_hooks fault_hooks;

static long install(u32 signal, const struct guest_action *action);

static void on_signal(int signal, struct kernel_siginfo *info, void *context) {
    struct guest_action action = action_of((u32)signal);
    if (w2e_defer_signal(signal, info, context)) {
        if (action.flags & SA_RESETHAND) install((u32)signal, &action); // it has not run
        return;
    }
    if (action.handler != GUEST_SIG_DFL && action.handler != GUEST_SIG_IGN) deliver((u32)signal, info, &action);
}

static enum w2e_fault_answer answer_to_fault(int signal, const struct kernel_siginfo *info) {
    u32 handler = actions[signal].handler;
    bool sent = info->code <= 0, blocked = blocked_faults & bit_of((u32)signal);
    if (blocked && sent) __atomic_fetch_or(&pending_faults, bit_of((u32)signal), __ATOMIC_RELAXED);
    if (blocked) return sent ? FAULT_IGNORED : FAULT_NOT_TAKEN;
    if (handler == GUEST_SIG_DFL) return FAULT_NOT_TAKEN;
    if (handler == GUEST_SIG_IGN) return sent ? FAULT_IGNORED : FAULT_NOT_TAKEN;
    return FAULT_HANDLED;
}

// Dispositions of fault signals are ours alone, so SA_RESETHAND and the mask are done here; the end of the signal puts the
// interrupted mask back. Calls the module.
static void deliver_fault(int signal, const struct kernel_siginfo *info, u64 mask) {
    struct guest_action action = action_of((u32)signal);
    mask |= action.mask & ~FAULT_SIGNALS;
    if (action.flags & SA_RESETHAND) {
        hold();
        actions[signal].handler = GUEST_SIG_DFL;
        release();
    }
    sys(SYS_rt_sigprocmask, SIG_SETMASK, own(&mask), NO_ADDRESS, 8);
    deliver((u32)signal, info, &action);
}

// What the module sees as the current action: an inherited SIG_IGN is the kernel's to tell.
static struct guest_action current_action(u32 signal) {
    struct kernel_sigaction host = {0};
    if (!is_fault_signal(signal)) {
        sys(SYS_rt_sigaction, signal, NO_ADDRESS, own(&host), 8);
        if (host.handler == NULL) return (struct guest_action){GUEST_SIG_DFL, 0, 0};
        if (host.handler == (void *)1) return (struct guest_action){GUEST_SIG_IGN, 0, 0};
    }
    return action_of(signal);
}

static struct w2e_fault_hooks fault_hooks;

static long install(u32 signal, const struct guest_action *action) {
    if (is_fault_signal(signal)) {
        hold();
        actions[signal] = *action;
        release();
        fault_hooks = (struct w2e_fault_hooks){answer_to_fault, deliver_fault, w2e_send_to_guest, w2e_take_for_guest, w2e_defer_signal};
        __atomic_store_n(&w2e_fault_hooks, &fault_hooks, __ATOMIC_RELEASE);
        return 0;
    }
    struct kernel_sigaction host = {(void *)on_signal, 0, w2e_arch_signal_return, action->mask & ~FAULT_SIGNALS};
    host.flags = (action->flags & ~SA_ONSTACK) | SA_SIGINFO | ARCH_SA_RESTORER;
    if (action->handler == GUEST_SIG_DFL) host.handler = NULL;
    if (action->handler == GUEST_SIG_IGN) host.handler = (void *)1;
    hold();
    long r = sys(SYS_rt_sigaction, signal, own(&host), NO_ADDRESS, 8);
    if (r == 0) actions[signal] = *action;
    release();
    return r;
}

// A handler as the module gives it, and as it sees it.
static u32 given_handler(u32 handler) { return handler == 1 && abi_has(ABI_LOW_SIG_IGN) ? GUEST_SIG_IGN : handler; }
static u32 seen_handler(u32 handler) { return handler == GUEST_SIG_IGN && abi_has(ABI_LOW_SIG_IGN) ? 1 : handler; }

static long change_action(u32 signal, u32 new, u32 old) {
    if (signal - 1 >= SIGNALS - 1) return -EINVAL;
    struct guest_action before = current_action(signal);
    if (new) {
        const u8 *p = guest_range(new, ACTION_SIZE);
        if (!p) return -EFAULT;
        struct guest_action action = {given_handler(load32(p + ACTION_HANDLER)), load32(p + ACTION_FLAGS), load64(p + ACTION_MASK)};
        long r = signal == SIGKILL || signal == SIGSTOP ? -EINVAL : install(signal, &action);
        if (r) return r;
    }
    if (old) {
        u8 *p = guest_range(old, ACTION_SIZE);
        if (!p) return -EFAULT;
        memset(p, 0, ACTION_SIZE);
        store32(p + ACTION_HANDLER, seen_handler(before.handler));
        store64(p + ACTION_MASK, before.mask);
        store32(p + ACTION_FLAGS, before.flags);
    }
    return 0;
}

u32 w2e_env_sigaction(u32 signal, u32 new, u32 old) { return libc_result(change_action(signal, new, old)); }

// BSD semantics, as musl's: restarting, not reset. Returns the old handler or SIG_ERR (-1).
u32 w2e_env_signal(u32 signal, u32 handler) {
    if (signal - 1 >= SIGNALS - 1) return libc_result(-EINVAL);
    struct guest_action before = current_action(signal), action = {given_handler(handler), SA_RESTART, 0};
    long r = install(signal, &action);
    return r ? libc_result(r) : seen_handler(before.handler);
}

void w2e_env___call_sighandler(u32 handler, u32 signal) { guest_call_element_vi(handler, signal); }

static long change_mask(u32 how, u32 set, u32 old) {
    u64 wanted = 0, before = 0, faults = blocked_faults;
    const u8 *from = set ? guest_range(set, 8) : NULL;
    u8 *to = old ? guest_range(old, 8) : NULL;
    if ((set && !from) || (old && !to)) return -EFAULT;
    if (from) wanted = load64(from);
    u64 real = wanted & ~FAULT_SIGNALS;
    long r = sys(SYS_rt_sigprocmask, how, from ? own(&real) : NO_ADDRESS, own(&before), 8);
    if (r) return r;
    if (to) store64(to, before | faults);
    wanted &= FAULT_SIGNALS;
    if (from) block_faults(how == SIG_BLOCK ? faults | wanted : how == SIG_UNBLOCK ? faults & ~wanted : wanted);
    return 0;
}
u32 w2e_env_sigprocmask(u32 how, u32 set, u32 old) { return libc_result(change_mask(how, set, old)); }
u32 w2e_env_pthread_sigmask(u32 how, u32 set, u32 old) { return error_number(change_mask(how, set, old)); }
u32 w2e_env_sigpending(u32 set) {
    u8 *p = guest_range(set, 8);
    long r = sys(SYS_rt_sigpending, guest_buffer(set, 8), 8);
    if (r == 0) store64(p, load64(p) | pending_faults);
    return libc_result(r);
}
u32 w2e_env_sigsuspend(u32 set) {
    u64 mask, faults = blocked_faults;
    const u8 *from = set ? guest_range(set, 8) : NULL;
    if (!from) return libc_result(-EFAULT);
    block_faults(load64(from) & FAULT_SIGNALS);
    long r = sys(SYS_rt_sigsuspend, guest_mask(set, &mask), 8); // handlers may have changed it
    block_faults(faults);
    return libc_result(r);
}

u32 w2e_env_sigtimedwait(u32 set, u32 to, u32 timeout) {
    struct kernel_siginfo info = {0};
    struct kernel_timespec storage;
    long error = 0;
    const struct kernel_timespec *t = guest_time(timeout, &storage, &error);
    if (error) return libc_result(error);
    long r = sys(SYS_rt_sigtimedwait, guest_buffer(set, 8), own(&info), own_or_null(t), 8);
    return libc_result(r >= 0 && to && !put_signal_info(to, &info) ? -EFAULT : r);
}
u32 w2e_env_sigwaitinfo(u32 set, u32 to) { return w2e_env_sigtimedwait(set, to, 0); }

// Handlers run on the interrupted stack: an alternate one in guest memory is accepted and not used.
u32 w2e_env_sigaltstack(u32 new, u32 old) {
    enum { STACK_SIZE = 12 };
    u8 *p = old ? guest_range(old, STACK_SIZE) : NULL;
    if ((old && !p) || (new && !guest_range(new, STACK_SIZE))) return libc_result(-EFAULT);
    if (p) {
        memset(p, 0, STACK_SIZE);
        store32(p + 4, SS_DISABLE);
    }
    return 0;
}

u32 w2e_env_kill(u32 pid, u32 signal) { return libc_result(sys(SYS_kill, (i32)pid, signal)); }
u32 w2e_env_killpg(u32 group, u32 signal) { return libc_result(sys(SYS_kill, -(i32)group, signal)); }
u32 w2e_env_raise(u32 signal) { return libc_result(sys(SYS_tgkill, sys(SYS_getpid), sys(SYS_gettid), signal)); }
u32 w2e_env_sigqueue(u32 pid, u32 signal, u32 value) {
    enum { SI_QUEUE = -1 };
    struct kernel_siginfo info = {(i32)signal, 0, SI_QUEUE, 0, {.queued = {(u32)sys(SYS_getpid), (u32)sys(SYS_getuid), value}}};
    return libc_result(sys(SYS_rt_sigqueueinfo, (i32)pid, signal, own(&info)));
}
u32 w2e_env___syscall_pause(void) { return syscall_result(sys(SYS_ppoll, NO_ADDRESS, 0, NO_ADDRESS, NO_ADDRESS, 8)); }
u32 w2e_env_pause(void) { return libc_result(sys(SYS_ppoll, NO_ADDRESS, 0, NO_ADDRESS, NO_ADDRESS, 8)); }

u32 w2e_env_sigisemptyset(u32 set) {
    const u8 *p = guest_range(set, 8);
    return p && load64(p) == 0;
}
