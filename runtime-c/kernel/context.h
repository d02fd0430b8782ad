// The lowest bytes of a program's native stack in ring 0, found by masking the stack pointer. Offsets for switch.S; device.c asserts them.
#ifndef W2E_CONTEXT_H
#define W2E_CONTEXT_H

#define W2E_STACK_SIZE 524288
// `kernelStack` in tables/kernel.ts.
#define W2E_STACK_RESERVE 32768
// Above the first frame: eight words of arguments may be read behind it.
#define W2E_STACK_TOP 192

#define CONTEXT_KERNEL_STACK 0
#define CONTEXT_PARKED 8
#define CONTEXT_LEFT 16
#define CONTEXT_NUMBER 20
#define CONTEXT_RESULT 24
#define CONTEXT_INTERRUPTED 32
#define CONTEXT_FLOAT 40
#define CONTEXT_PLACE 48
#define CONTEXT_JUMPS 56
#define CONTEXT_JUMP_COUNT 64
#define CONTEXT_INTEGERS 80
#define CONTEXT_FLOATS 128
#define CONTEXT_STACK 192
#define CONTEXT_CALL 256

// A place that an exception resumes: rbx rbp r12 r13 r14 r15, the stack pointer from the start of the stack, where it goes on.
#define W2E_JUMP_LOG2 6
#define W2E_JUMP_MAX 4096

#define W2E_CALLING 1
#define W2E_CALLING_SWITCHED 2 // and another thread has run meanwhile

#ifndef __ASSEMBLY__
#include <asm/local.h>
#include <linux/ptrace.h>

struct w2e_context {
    unsigned long kernel_stack; // of the ioctl
    unsigned long parked;       // the program's stack pointer while it is left; where it trapped
    unsigned int left;          // W2E_LEFT_*
    unsigned int number;        // of an import or system call, kind of a trap
    unsigned long result; // of the export; W2E_LEFT_SIGNAL: of a system call; W2E_LEFT_RESTART: why
    unsigned long interrupted; // where the interrupted program goes on
    unsigned long resumed_float;
    unsigned long place; // of a trap: the address behind its call, or for faults (number 0) the offset in the code
    unsigned long *jumps;
    unsigned int jump_count;
    unsigned int device; // its descriptor, as the launcher says
    local_t calling;     // W2E_CALLING_*: in a system call, or 0
    unsigned long integers[6], floats[8], stack[8]; // of an import
    struct pt_regs call;                            // of a system call, as its function gets it
    unsigned long serial;                           // of the request that W2E_LEFT_RESTART answered
};
#endif
#endif
