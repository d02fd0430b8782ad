// WASI preview 1: arguments, resolution of clocks, randomness, exit.
#include "commands.h"
#include "guest.h"
#include "imports.gen.h"
#include "message.h"
#include "runtime.h"
#include "string-lists.h"
#include "system-call.h"

u32 w2e_wasi_args_sizes_get(u32 count, u32 size) { return put_string_sizes(w2e_process.argv, count, size); }
u32 w2e_wasi_args_get(u32 pointers, u32 buffer) { return put_strings(w2e_process.argv, pointers, buffer, 0); }

u32 w2e_wasi_clock_res_get(u32 clock, u32 to) {
    struct kernel_timespec t;
    u8 *p = guest_range(to, 8);
    if (!p) return error_number(-EFAULT);
    long r = sys(SYS_clock_getres, clock, own(&t));
    if (r == 0) store64(p, (u64)(t.sec * 1000000000 + t.nsec));
    return error_number(r);
}

static long random_bytes(u32 to, u32 size) {
    if (!guest_range(to, size)) return -EFAULT;
    for (u32 done = 0; done < size;) {
        long n = sys(SYS_getrandom, guest_buffer(to + done, size - done), size - done, 0);
        if (n < 0 && n != -EINTR) return n;
        if (n > 0) done += (u32)n;
    }
    return 0;
}
u32 w2e_wasi_random_get(u32 to, u32 size) { return error_number(random_bytes(to, size)); }
u32 w2e_env_getentropy(u32 to, u32 size) { return libc_result(size > 256 ? -EIO : random_bytes(to, size)); }
u32 w2e_env_getrandom(u32 to, u32 size, u32 flags) { return libc_result(WITH_FLAGS(flags, GETRANDOM_FLAGS, sys(SYS_getrandom, guest_buffer(to, size), size, flags))); }


// Math.random() of JavaScript: 53 bits, or a float's 24, in [0, 1).
static u64 random_bits(u32 count) {
    u64 bits = 0;
    sys(SYS_getrandom, own(&bits), sizeof bits, 0);
    return bits >> (64 - count);
}
double w2e_env_emscripten_math_random(void) { return (double)random_bits(53) / (double)(1ul << 53); }
float w2e_env_emscripten_random(void) { return (float)random_bits(24) / (float)(1 << 24); }

u32 w2e_wasi_sched_yield(void) { return error_number(sys(SYS_sched_yield)); }
// WASI's signal numbers are Linux's without SIGSTKFLT (16).
u32 w2e_wasi_proc_raise(u32 signal) { return error_number(sys(SYS_kill, sys(SYS_getpid), signal < 16 ? signal : signal + 1)); }
void w2e_wasi_proc_exit(u32 status) { w2e_exit_process(status); }
