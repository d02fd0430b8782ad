// What differs between versions of Linux.
#ifndef W2E_VERSION_H
#define W2E_VERSION_H

#include <linux/version.h>

#ifdef __ASSEMBLY__
#include <linux/objtool.h>
#include <asm/unwind_hints.h>

// No stack is known that could be unwound.
.macro UNKNOWN_STACK
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
    UNWIND_HINT_UNDEFINED
#else
    UNWIND_HINT_EMPTY
#endif
.endm
#else
#include <linux/file.h>
#include <linux/hrtimer.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

static inline void w2e_timer_setup(struct hrtimer *timer, enum hrtimer_restart (*function)(struct hrtimer *)) {
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
    hrtimer_setup(timer, function, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
#else
    hrtimer_init(timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
    timer->function = function;
#endif
}

// What fdget() has found, or NULL.
static inline struct file *w2e_file_of(struct fd found) {
#ifdef fd_file
    return fd_file(found);
#else
    return found.file;
#endif
}

// Whether the kernel wants the thread to wait on its way to user space: it has taken too much memory or I/O.
static inline bool w2e_is_throttled(void) {
#ifdef CONFIG_MEMCG
    if (current->memcg_nr_pages_over_high) return true;
#endif
#ifdef CONFIG_BLK_CGROUP
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
    if (current->throttle_disk) return true;
#else
    if (current->throttle_queue) return true;
#endif
#endif
#ifdef CONFIG_RSEQ
    if (current->rseq) return true;
#endif
    return false;
}

// The start of a function whose probe is behind its endbr64 (from 5.18 on, where the kernel has them).
static inline void *w2e_start_of_function(void *probed) {
    const u32 endbr64 = 0xfa1e0ff3;
    u32 word;
    return !get_kernel_nofault(word, (u32 *)probed - 1) && word == endbr64 ? (u32 *)probed - 1 : probed;
}
#endif

#endif
