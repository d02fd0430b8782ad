// Gives way: a program runs without looking at signals or the scheduler, so a timer does. It fires on the CPU that the program runs on
// and, where the program has to give way, makes the interrupt return to switch.S, which saves the program and calls here.
#include <asm/irq_regs.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include "instance.h"
#include "version.h"

enum { TICK_NANOSECONDS = 4000000 };

static enum hrtimer_restart tick(struct hrtimer *timer) {
    struct w2e_instance *instance = container_of(timer, struct w2e_instance, timer);
    struct pt_regs *interrupted = get_irq_regs();
    if (instance != w2e_running()) return HRTIMER_NORESTART;
    if (interrupted && !user_mode(interrupted)) {
        unsigned long ip = instruction_pointer(interrupted);
        bool in_program = ip >= (unsigned long)w2e_kernel_text && ip < (unsigned long)w2e_kernel_text_end;
        if (in_program && (need_resched() || signal_pending(current))) {
            instance->context->interrupted = ip;
            instruction_pointer_set(interrupted, (unsigned long)w2e_interrupted);
        }
    }
    hrtimer_forward_now(timer, ns_to_ktime(TICK_NANOSECONDS));
    return HRTIMER_RESTART;
}

void w2e_tick_init(struct w2e_instance *instance) { w2e_timer_setup(&instance->timer, tick); }

void w2e_tick_start(struct w2e_instance *instance) {
    int cpu = smp_processor_id();
    if (instance->timer_cpu == cpu && hrtimer_is_queued(&instance->timer)) return; // its function does not run meanwhile
    // A timer whose function runs at this moment, on the CPU that the thread comes from, would start there again.
    if (instance->timer_cpu != cpu) hrtimer_cancel(&instance->timer);
    instance->timer_cpu = cpu;
    hrtimer_start(&instance->timer, ns_to_ktime(TICK_NANOSECONDS), HRTIMER_MODE_REL_PINNED_HARD);
}

void w2e_tick_stop(struct w2e_instance *instance) { hrtimer_cancel(&instance->timer); }

// Called by switch.S on the kernel's stack, with the program saved.
asmlinkage void w2e_tick_on_stack(struct w2e_context *context);
asmlinkage void w2e_tick_on_stack(struct w2e_context *context) {
    cond_resched();
    if (signal_pending(current)) context->left = W2E_LEFT_SIGNAL;
}
