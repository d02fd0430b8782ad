// Reading the kernel's clocks.
#ifndef W2E_CLOCK_H
#define W2E_CLOCK_H

#include "kernel.h"

// As the system call, through the vDSO where there is one. AS-safe.
long w2e_clock_gettime(u32 clock, struct kernel_timespec *to);

#endif
