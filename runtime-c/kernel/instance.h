// What the module's files share: one descriptor of the device is one instance of the program.
#ifndef W2E_INSTANCE_H
#define W2E_INSTANCE_H

#include <linux/hrtimer.h>
#include <linux/mm_types.h>
#include <linux/pid.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/time64.h>
#include "context.h"
#include "request.h"

struct w2e_instance {
    struct w2e_context *context; // the lowest bytes of its stack; NULL before it runs
    void *area;                  // the allocation that the stack is in
    atomic_t busy;               // a thread is in an ioctl
    struct mm_struct *mm;        // of the process that has run it; only its structure is held
    struct pid *thread;          // the thread that has
    struct hrtimer timer;
    int timer_cpu;
    struct preempt_notifier notifier;
};

// stack.c: a stack with its context; 0 or -ENOMEM.
int w2e_stack_create(struct w2e_instance *instance);
void w2e_stack_free(struct w2e_instance *instance);
// Copies what is parked; both have stacks.
void w2e_stack_copy(struct w2e_instance *to, const struct w2e_instance *from);

// tick.c: while the program runs the timer looks whether it has to give way. Where it does not run, the timer ends when it fires next, so
// that short parks do not start it anew. Start is called without preemption, on the CPU that the program runs on.
void w2e_tick_start(struct w2e_instance *instance);
void w2e_tick_stop(struct w2e_instance *instance);
void w2e_tick_init(struct w2e_instance *instance);

// float.c: between the two the thread's vector registers are those that the program left in them.
int w2e_float_init(void);
void w2e_float_exit(void);
void w2e_float_begin(struct w2e_instance *instance);
void w2e_float_end(struct w2e_instance *instance);
void w2e_float_switched(void);
// Gives the thread its vector registers again, if the kernel has used them.
void w2e_float_load(void);
static inline void w2e_float_restore(void) {
    if (test_thread_flag(TIF_NEED_FPU_LOAD)) w2e_float_load();
}
// The instance whose program runs on this CPU, if one does.
struct w2e_instance *w2e_running(void);

// calls.c
void w2e_calls_init(void);
asmlinkage long w2e_call(struct w2e_context *context);
asmlinkage struct timespec64 w2e_read_clock(u32 clock);

// trace.c: where a program is that has trapped or is parked in an import, and behind that its callers: offsets in its code. Returns how many.
u32 w2e_trace(const struct w2e_context *context, u32 places[W2E_PLACES]);

// switch.S
asmlinkage void w2e_enter(struct w2e_context *context, void *export, u32 a, u32 b);
asmlinkage void w2e_resume(struct w2e_context *context, u64 result);
asmlinkage void w2e_throw_to(struct w2e_context *context);
extern char w2e_interrupted[];

// prog.o
extern char w2e_kernel_text[], w2e_kernel_text_end[];
extern void *const w2e_kernel_exports[];

#endif
