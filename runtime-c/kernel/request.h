// What the launcher and the module in the kernel say to each other: ioctls of the program's device. Included by both.
#ifndef W2E_REQUEST_H
#define W2E_REQUEST_H

#ifndef __ASSEMBLY__
#ifdef __KERNEL__
#include <linux/types.h>
typedef __u32 w2e_u32;
typedef __u64 w2e_u64;
#else
#include "types.h"
typedef u32 w2e_u32;
typedef u64 w2e_u64;
#endif

enum { W2E_HASH_WORDS = 4, W2E_INTEGERS = 6, W2E_FLOATS = 8, W2E_STACK_WORDS = 8, W2E_PLACES = 64 };

// In the launcher's memory. The module writes it whenever the program has left ring 0, and believes nothing of it.
struct w2e_request {
    w2e_u64 hash[W2E_HASH_WORDS]; // RUN: of the program that the launcher belongs to
    w2e_u32 export_number;        // RUN: `kernelExports` in tables/kernel.ts, and its arguments
    w2e_u32 arguments[2];
    w2e_u32 number; // RUN: the descriptor of the device, which the program cannot close; W2E_LEFT_IMPORT: which one; W2E_LEFT_TRAP: the kind (enum w2e_trap); W2E_LEFT_CALL: SYS_*
    w2e_u64 result; // W2E_LEFT_RETURNED
    w2e_u64 integers[W2E_INTEGERS], floats[W2E_FLOATS], stack[W2E_STACK_WORDS]; // W2E_LEFT_IMPORT: its arguments
    w2e_u64 values[2];                                                          // RESUME: rax, xmm0
    w2e_u64 serial;                                                             // another one for each ioctl that the launcher makes
    w2e_u32 place_count, places[W2E_PLACES];                                    // W2E_LEFT_TRAP, TRACE: offsets in the program's code, innermost first
    w2e_u32 unused;
};
_Static_assert(sizeof(struct w2e_request) == 520, "struct w2e_request");

#endif

// All take the address of the request; CLONE returns a descriptor, TRACE 0, the others why the program left, or a negative error.
#define W2E_RUN 0x5701    // calls an export
#define W2E_RESUME 0x5702 // goes on behind an import or a signal
#define W2E_THROW 0x5703  // goes on at the newest place that an exception resumes
#define W2E_CLONE 0x5704  // a new descriptor with a copy of what is parked, if anything is, for the child of a fork that follows
#define W2E_TRACE 0x5705  // where the program is that is parked in an import

// In the place of a system call's number: the launcher judges what was opened (`judge_opened` in opened.h), and lets handlers of the module run again.
#define W2E_CALL_JUDGE 511
// In the result of openat(2) in ring 0: the launcher has to judge it.
#define W2E_UNJUDGED 0x100000000

#define W2E_LEFT_RETURNED 1
#define W2E_LEFT_IMPORT 2
#define W2E_LEFT_SIGNAL 3 // signals are due
#define W2E_LEFT_TRAP 4
#define W2E_LEFT_CALL 5 // a system call that the launcher makes: `number`, and its arguments in `integers`
// A system call starts anew, or fails with EINTR, when the handlers that are due have run, as their flags say. The ioctl ends as that call does;
// so the kernel makes it again, with the same `serial`, or the launcher gets -EINTR and says RESUME.
#define W2E_LEFT_RESTART 6

#endif
