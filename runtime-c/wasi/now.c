// WASI preview 1: what time it is. For ring 0, too.
#include "clock.h"
#include "guest.h"
#include "imports.gen.h"
#include <system-buffer.h>

// WASI's clock numbers 0..3 are Linux's: realtime, monotonic, process and thread CPU time.
u32 w2e_wasi_clock_time_get(u32 clock, u64 precision, u32 to) {
    SYSTEM_BUFFER(struct kernel_timespec, t);
    u8 *p = guest_range(to, 8);
    (void)precision;
    if (!p) return error_number(-EFAULT);
    long r = clock > 3 ? -EINVAL : w2e_clock_gettime(clock, t);
    if (r == 0) store64(p, (u64)(t->sec * 1000000000 + t->nsec));
    return error_number(r);
}
u32 w2e_wasi_clock_time_get_split(u32 clock, u32 low, u32 high, u32 to) {
    return w2e_wasi_clock_time_get(clock, low | (u64)high << 32, to);
}
