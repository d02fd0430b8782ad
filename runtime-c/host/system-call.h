// System calls for the files that answer imports with them: posix/, wasi/, libc/. A file has this or host.h, not both.
#ifndef W2E_SYSTEM_CALL_H
#define W2E_SYSTEM_CALL_H

#include "kernel.h"
#include "syscalls.h"
#include <system-call-instruction.h>

// sys(SYS_x, args...) with up to six arguments, each an integer or a kernel_address: a pointer does not compile.
// Returns a negative errno on failure.
static inline long sys_number(long n) { return n; }
static inline long sys_address(struct kernel_address a) { return (long)a.value; }
#define SYS_ARGUMENT(a) _Generic((a), struct kernel_address: sys_address, default: sys_number)(a)
#define SYS_PICK(a, b, c, d, e, f, g, name, ...) name
#define sys(...) SYS_PICK(__VA_ARGS__, SYS_6, SYS_5, SYS_4, SYS_3, SYS_2, SYS_1, SYS_0, )(__VA_ARGS__)
#define SYS_0(n) sys3(n, 0, 0, 0)
#define SYS_1(n, a) sys3(n, SYS_ARGUMENT(a), 0, 0)
#define SYS_2(n, a, b) sys3(n, SYS_ARGUMENT(a), SYS_ARGUMENT(b), 0)
#define SYS_3(n, a, b, c) sys3(n, SYS_ARGUMENT(a), SYS_ARGUMENT(b), SYS_ARGUMENT(c))
#define SYS_4(n, a, b, c, d) sys6(n, SYS_ARGUMENT(a), SYS_ARGUMENT(b), SYS_ARGUMENT(c), SYS_ARGUMENT(d), 0, 0)
#define SYS_5(n, a, b, c, d, e) sys6(n, SYS_ARGUMENT(a), SYS_ARGUMENT(b), SYS_ARGUMENT(c), SYS_ARGUMENT(d), SYS_ARGUMENT(e), 0)
#define SYS_6(n, a, b, c, d, e, f) sys6(n, SYS_ARGUMENT(a), SYS_ARGUMENT(b), SYS_ARGUMENT(c), SYS_ARGUMENT(d), SYS_ARGUMENT(e), SYS_ARGUMENT(f))

#endif
