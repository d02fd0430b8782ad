// System calls of the program, as calls of the functions that the kernel's own entry calls. They are found by name, because modules may not
// link to them. Where the thread's calls are looked at (seccomp, ptrace, audit, tracing), or a function is not found, the launcher makes
// the call in its place.
#include <asm/unistd.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/kprobes.h>
#include <linux/magic.h>
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

enum { CALLS = 512 };
static_assert(W2E_CALL_JUDGE < CALLS, "numbers are masked");
static call_function *functions[CALLS] __ro_after_init, *kernel_close __ro_after_init, *kernel_openat __ro_after_init;
static void (*run_task_work)(void) __ro_after_init;

static struct w2e_context *context_of(const struct pt_regs *registers) { return container_of(registers, struct w2e_context, call); }

// A program that closes all descriptors, as daemons do, does not know of the one that it runs by, and would end with it.
static bool closes_device(const struct pt_regs *registers) { return (u32)registers->di == context_of(registers)->device; }

// Has the launcher make a call, unless it would close the device.
static noinline long by_launcher(struct w2e_context *context) {
    if (context->number == __NR_close && closes_device(&context->call)) return -EBADF;
    context->left = W2E_LEFT_CALL;
    return 0;
}

// A call for which there is no function.
static long missing(const struct pt_regs *registers) { return by_launcher(context_of(registers)); }

static long close(const struct pt_regs *registers) { return closes_device(registers) ? -EBADF : kernel_close(registers); }

// Whether every module may have what is open: posix/opened.c has lists of character devices and entries of procfs, and refuses hugetlbfs.
static bool is_plain(unsigned int fd) {
    struct fd found = fdget(fd);
    bool is = false;
    if (w2e_file_of(found)) {
        const struct inode *inode = file_inode(w2e_file_of(found));
        unsigned long system = inode->i_sb->s_magic;
        is = !S_ISCHR(inode->i_mode) && system != PROC_SUPER_MAGIC && system != HUGETLBFS_MAGIC;
    }
    fdput(found);
    return is;
}

// What has to be judged is not the program's before it is: from here on its handlers wait. r8: `w2e_held` of the executable (hold.h).
static long openat(const struct pt_regs *registers) {
    long fd = kernel_openat(registers);
    if (fd < 0 || is_plain(fd)) return fd;
    if (!put_user(1, (u32 __user *)registers->r8)) return fd | W2E_UNJUDGED;
    close_fd(fd);
    return -EFAULT;
}

typedef unsigned long lookup_function(const char *name);

static lookup_function *find_lookup(void) {
    struct kprobe probe = {.symbol_name = "kallsyms_lookup_name", .flags = KPROBE_FLAG_DISABLED};
    if (register_kprobe(&probe)) return NULL;
    unregister_kprobe(&probe);
    return w2e_start_of_function(probe.addr);
}

// Puts a function of ours in front of the kernel's, if that is there.
static void __init replace(u32 number, call_function *ours, call_function **kernel) {
    *kernel = functions[number];
    if (*kernel != missing) functions[number] = ours;
}

void __init w2e_calls_init(void) {
    lookup_function *lookup = find_lookup();
    u32 i, found = 0;
    for (i = 0; i < CALLS; i++) functions[i] = missing;
    for (i = 0; lookup && i < ARRAY_SIZE(named); i++) {
        call_function *function = (call_function *)lookup(named[i].name);
        if (!function) continue;
        functions[named[i].number] = function;
        found++;
    }
    replace(__NR_close, close, &kernel_close);
    replace(__NR_openat, openat, &kernel_openat);
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

enum { WORK = _TIF_SIGPENDING | _TIF_NOTIFY_SIGNAL | _TIF_NOTIFY_RESUME | _TIF_NEED_RESCHED | _TIF_NEED_FPU_LOAD };

// What is done on the way to user space, as behind any call: handlers of signals among them.
static noinline void behind_call(struct w2e_context *context, long result, unsigned long work) {
    if (work & _TIF_NEED_RESCHED) cond_resched();
    if (work & _TIF_NOTIFY_RESUME && finish_task_work()) work &= ~_TIF_NOTIFY_RESUME;
    w2e_float_restore();
    // Where the launcher makes the call, that is where it is done.
    if (!context->left && work & (_TIF_SIGPENDING | _TIF_NOTIFY_SIGNAL | _TIF_NOTIFY_RESUME)) {
        context->left = interrupted(result) ? W2E_LEFT_RESTART : W2E_LEFT_SIGNAL;
        context->result = result;
    }
}

// Called by switch.S on the kernel's stack, and again for a call that starts anew. If it sets `left` the program is parked behind the call.
asmlinkage long notrace w2e_call(struct w2e_context *context) {
    call_function *function = functions[context->number % CALLS];
    unsigned long work;
    long result;
    if (unlikely(READ_ONCE(current_thread_info()->syscall_work))) return by_launcher(context);
    local_set(&context->calling, W2E_CALLING);
    result = function(&context->call);
    // In one instruction: a switch in front of it leaves its mark, one behind it finds no call.
    if (unlikely(!local_dec_and_test(&context->calling))) {
        local_set(&context->calling, 0);
        w2e_float_switched();
    }
    work = read_thread_flags() & WORK;
    if (unlikely(work)) behind_call(context, result, work);
    return result;
}

static __always_inline void add_monotonic_offset(struct timespec64 *t) {
#ifdef CONFIG_TIME_NS
    const struct timespec64 *offset = &current->nsproxy->time_ns->offsets.monotonic;
    if (offset->tv_sec || offset->tv_nsec) *t = timespec64_add(*t, *offset);
#endif
}

// The time of CLOCK_REALTIME and CLOCK_MONOTONIC and of their coarse forms, which needs no system call in user space either; nanoseconds of -1
// for other clocks. Called by switch.S on the program's stack.
asmlinkage struct timespec64 w2e_read_clock(u32 clock) {
    struct timespec64 t = {0, -1};
    switch (clock) {
    case CLOCK_REALTIME: ktime_get_real_ts64(&t); break;
    case CLOCK_REALTIME_COARSE: ktime_get_coarse_real_ts64(&t); break;
    case CLOCK_MONOTONIC: ktime_get_ts64(&t); add_monotonic_offset(&t); break;
    case CLOCK_MONOTONIC_COARSE: ktime_get_coarse_ts64(&t); add_monotonic_offset(&t); break;
    }
    return t;
}
