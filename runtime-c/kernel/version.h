// What differs between versions of Linux.
#ifndef W2E_VERSION_H
#define W2E_VERSION_H

#include <linux/hrtimer.h>
#include <linux/version.h>

static inline void w2e_timer_setup(struct hrtimer *timer, enum hrtimer_restart (*function)(struct hrtimer *)) {
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
    hrtimer_setup(timer, function, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
#else
    hrtimer_init(timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
    timer->function = function;
#endif
}

#endif
