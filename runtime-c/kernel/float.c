// Vector registers. A program uses those of its thread as user code does, so they are the thread's to save. The kernel saves them when
// it switches threads or needs them itself, and restores them when it returns to user code, which a program in ring 0 does not do:
// it restores them here, when the thread is switched to, and behind soft interrupts that have used them.
#include <asm/fpu/api.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/tracepoint.h>
#include "instance.h"

static DEFINE_PER_CPU(struct w2e_instance *, running);

struct w2e_instance *w2e_running(void) { return this_cpu_read(running); }

void w2e_float_load(void) {
    unsigned long flags;
    local_irq_save(flags);
    if (test_thread_flag(TIF_NEED_FPU_LOAD)) switch_fpu_return();
    local_irq_restore(flags);
}

static void switched_in(struct preempt_notifier *notifier, int cpu) {
    struct w2e_instance *instance = container_of(notifier, struct w2e_instance, notifier);
    this_cpu_write(running, instance);
    if (local_read(&instance->context->calling)) {
        local_set(&instance->context->calling, W2E_CALLING_SWITCHED);
        return;
    }
    w2e_tick_start(instance); // on this CPU
    w2e_float_restore();
}

// Behind a system call in which the thread has slept.
void w2e_float_switched(void) {
    preempt_disable();
    w2e_tick_start(this_cpu_read(running));
    preempt_enable();
    w2e_float_restore();
}

static void switched_out(struct preempt_notifier *notifier, struct task_struct *next) { this_cpu_write(running, NULL); }

static struct preempt_ops switches = {.sched_in = switched_in, .sched_out = switched_out};

static struct tracepoint *softirq_exit;

static void behind_softirq(void *data, unsigned int vector) {
    if (this_cpu_read(running) && test_thread_flag(TIF_NEED_FPU_LOAD) && irq_fpu_usable()) w2e_float_restore();
}

static void find_softirq_exit(struct tracepoint *tracepoint, void *data) {
    if (!strcmp(tracepoint->name, "softirq_exit")) softirq_exit = tracepoint;
}

int w2e_float_init(void) {
    int error;
    for_each_kernel_tracepoint(find_softirq_exit, NULL);
    if (!softirq_exit) return -ENOENT;
    error = tracepoint_probe_register(softirq_exit, behind_softirq, NULL);
    if (error) return error;
    preempt_notifier_inc();
    return 0;
}

void w2e_float_exit(void) {
    preempt_notifier_dec();
    tracepoint_probe_unregister(softirq_exit, behind_softirq, NULL);
    tracepoint_synchronize_unregister();
}

void w2e_float_begin(struct w2e_instance *instance) {
    preempt_notifier_init(&instance->notifier, &switches);
    preempt_disable();
    preempt_notifier_register(&instance->notifier);
    this_cpu_write(running, instance);
    w2e_tick_start(instance);
    preempt_enable();
    w2e_float_restore();
}

void w2e_float_end(struct w2e_instance *instance) {
    preempt_disable();
    this_cpu_write(running, NULL);
    preempt_notifier_unregister(&instance->notifier);
    preempt_enable();
}
