// Records about processes that several families put into guest memory.
#ifndef W2E_PROCESS_RECORDS_H
#define W2E_PROCESS_RECORDS_H

#include "kernel.h"
#include "types.h"

struct kernel_rusage {
    struct kernel_timeval utime, stime;
    i64 counters[14];
};

// Write struct rusage, siginfo_t at a guest address; false if it is outside memory.
bool put_usage(u32 to, const struct kernel_rusage *usage);
bool put_signal_info(u32 to, const struct kernel_siginfo *info);

#endif
