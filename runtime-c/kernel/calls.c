// System calls of the program, as calls of the functions that the kernel's own entry calls. They are found by name, because modules may not
// link to them. Where the thread's calls are looked at (seccomp, ptrace, audit, tracing), or a function is not found, the launcher makes
// the call in its place.
#include <asm/unistd.h>
#include <linux/file.h>
#include <linux/kprobes.h>
#include <linux/nospec.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/task_work.h>
#include <linux/time_namespace.h>
#include <linux/timekeeping.h>
#include "calls.h"
#include "instance.h"
#include "version.h"

typedef long call_function(const struct pt_regs *);

static const struct {
    u16 number;
    const char *name;
} named[] = {
#define X(name, function) {__NR_##name, "__x64_sys_" #function},
    W2E_CALLS(X)
#undef X
};

enum { CALLS = W2E_CALL_NOW + 1 };
static call_function *functions[CALLS] __ro_after_init;
static void (*run_task_work)(void) __ro_after_init;

static long now(const struct pt_regs *registers) {
    struct timespec64 t;
    switch (registers->di) {
    case CLOCK_REALTIME: ktime_get_real_ts64(&t); break;
    case CLOCK_MONOTONIC:
        ktime_get_ts64(&t);
        timens_add_monotonic(&t);
        break;
    default: return -EINVAL;
    }
    return timespec64_to_ns(&t);
}

typedef unsigned long lookup_function(const char *name);

static lookup_function *find_lookup(void) {
    struct kprobe probe = {.symbol_name = "kallsyms_lookup_name", .flags = KPROBE_FLAG_DISABLED};
    if (register_kprobe(&probe)) return NULL;
    unregister_kprobe(&probe);
    return w2e_start_of_function(probe.addr);
}

void __init w2e_calls_init(void) {
    lookup_function *lookup = find_lookup();
    u32 i, found = 0;
    for (i = 0; lookup && i < ARRAY_SIZE(named); i++) {
        BUILD_BUG_ON(CALLS <= __NR_statx);
        functions[named[i].number] = (call_function *)lookup(named[i].name);
        found += functions[named[i].number] != NULL;
    }
    functions[W2E_CALL_NOW] = now;
    run_task_work = lookup ? (void (*)(void))lookup("task_work_run") : NULL;
    if (found < ARRAY_SIZE(named)) pr_info("w2e: %u of %zu system calls are made in the kernel\n", found, ARRAY_SIZE(named));
}

static bool interrupted(long result) { return result == -ERESTARTSYS || result == -ERESTARTNOINTR || result == -ERESTARTNOHAND; }

// Finishes closing files, which happens on the way to user space; false if that way has to be gone.
static bool finish_task_work(void) {
    if (!run_task_work || !task_work_pending(current) || w2e_is_throttled()) return false;
    clear_thread_flag(TIF_NOTIFY_RESUME);
    smp_mb__after_atomic(); // with task_work_add()
    run_task_work();
    return true;
}

// A program that closes all descriptors, as daemons do, does not know of the one that it runs by, and would end with it.
static bool closes_device(const struct w2e_context *context) {
    struct file *file = context->number == __NR_close ? fget(context->call.di) : NULL;
    bool own = file && file->private_data == w2e_running();
    if (file) fput(file);
    return own;
}

// Called by switch.S on the kernel's stack, and again for a call that starts anew. If it sets `left` the program is parked behind the call.
asmlinkage long w2e_call(struct w2e_context *context) {
    call_function *function = context->number < CALLS ? functions[array_index_nospec(context->number, CALLS)] : NULL;
    unsigned long work;
    long result;
    if (closes_device(context)) return -EBADF;
    if (!function || (READ_ONCE(current_thread_info()->syscall_work) && context->number != W2E_CALL_NOW)) {
        context->left = W2E_LEFT_CALL;
        return 0;
    }
    WRITE_ONCE(context->calling, W2E_CALLING);
    result = function(&context->call);
    // In one instruction: a switch in front of it leaves its mark, one behind it finds no call.
    if (cmpxchg_local(&context->calling, W2E_CALLING, 0) != W2E_CALLING) {
        WRITE_ONCE(context->calling, 0);
        w2e_float_switched();
    }
    work = read_thread_flags() & (_TIF_SIGPENDING | _TIF_NOTIFY_SIGNAL | _TIF_NOTIFY_RESUME | _TIF_NEED_RESCHED | _TIF_NEED_FPU_LOAD);
    if (unlikely(work)) {
        if (work & _TIF_NEED_RESCHED) cond_resched();
        if (work & _TIF_NOTIFY_RESUME && finish_task_work()) work &= ~_TIF_NOTIFY_RESUME;
        w2e_float_restore();
        // What is done on the way to user space, as behind any call: handlers of signals among them.
        if (work & (_TIF_SIGPENDING | _TIF_NOTIFY_SIGNAL | _TIF_NOTIFY_RESUME)) {
            context->left = interrupted(result) ? W2E_LEFT_RESTART : W2E_LEFT_SIGNAL;
            context->result = result;
        }
    }
    return result;
}
