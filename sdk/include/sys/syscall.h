// syscall(2) and the calls that it knows: fill/syscall.c. Emscripten's header instead names functions of its own, for musl alone.
#ifdef _INTERNAL_SYSCALL_H
#include_next <sys/syscall.h>
#elif !defined(W2E_SYS_SYSCALL_H)
#define W2E_SYS_SYSCALL_H

// Numbers of Linux's asm-generic/unistd.h, which programs assume where they do not know the machine.
#define __NR_eventfd2 19
#define __NR_capget 90
#define __NR_capset 91
#define __NR_getpid 172
#define __NR_gettid 178
#define __NR_getrandom 278
#define __NR_memfd_create 279

#define SYS_eventfd2 __NR_eventfd2
#define SYS_capget __NR_capget
#define SYS_capset __NR_capset
#define SYS_getpid __NR_getpid
#define SYS_gettid __NR_gettid
#define SYS_getrandom __NR_getrandom
#define SYS_memfd_create __NR_memfd_create

#ifdef __cplusplus
extern "C" {
#endif

long syscall(long number, ...);

#ifdef __cplusplus
}
#endif

#endif
