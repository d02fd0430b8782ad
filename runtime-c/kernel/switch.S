// Between the kernel's stack and the program's. The program runs with AC set, so that it may touch its process's memory.
#include <linux/linkage.h>
#include <asm/asm.h>
#include <asm/nospec-branch.h>
#include <asm/ptrace-abi.h>
#include <asm/smap.h>
#include "context.h"
#include "program.h"
#include "request.h"
#include "version.h"

// objtool is told what it cannot follow: functions that change to another stack, and code that is entered from anywhere.

    .text

STACK_FRAME_NON_STANDARD w2e_kernel_text

// The registers that a call preserves, behind rbx.
.macro PUSH_BEHIND_RBX
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
.endm

.macro POP_PRESERVED
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
.endm

// The kernel's registers that a call preserves, onto its stack.
.macro SAVE_KERNEL context
    pushq %rbx
    PUSH_BEHIND_RBX
    movq %rsp, CONTEXT_KERNEL_STACK(\context)
    movl $0, CONTEXT_LEFT(\context)
.endm

// The context of the running program in \register.
.macro FIND_CONTEXT register
    movq %rsp, \register
    andq $-W2E_STACK_SIZE, \register
.endm

// Returns from the call that entered the program. rbx: context.
.macro LEAVE
    movq CONTEXT_KERNEL_STACK(%rbx), %rsp
    POP_PRESERVED
    RET
.endm

// Parks the program, whose rbx is on its stack already, and leaves it. rbx: context.
.macro PARK
    PUSH_BEHIND_RBX
    movq %rsp, CONTEXT_PARKED(%rbx)
    LEAVE
.endm

// void w2e_enter(struct w2e_context *, void *export, u32 a, u32 b)
SYM_FUNC_START(w2e_enter)
    SAVE_KERNEL %rdi
    leaq (W2E_STACK_SIZE - W2E_STACK_TOP)(%rdi), %rsp
    movq %rsi, %rax
    movl %edx, %edi
    movl %ecx, %esi
    ASM_STAC
    CALL_NOSPEC rax
    ASM_CLAC
    leaq -(W2E_STACK_SIZE - W2E_STACK_TOP)(%rsp), %rbx
    movq %rax, CONTEXT_RESULT(%rbx)
    movl $W2E_LEFT_RETURNED, CONTEXT_LEFT(%rbx)
    LEAVE
SYM_FUNC_END(w2e_enter)
STACK_FRAME_NON_STANDARD w2e_enter

// void w2e_resume(struct w2e_context *, u64 result): goes on where the program was parked.
SYM_FUNC_START(w2e_resume)
    SAVE_KERNEL %rdi
    movq CONTEXT_FLOAT(%rdi), %xmm0
    movq CONTEXT_PARKED(%rdi), %rsp
    movq %rsi, %rax
    POP_PRESERVED
    ASM_STAC
    RET
SYM_FUNC_END(w2e_resume)
STACK_FRAME_NON_STANDARD w2e_resume

// An import: its arguments go to the context. eax: its number.
SYM_FUNC_START_LOCAL(import)
    ASM_CLAC
    pushq %rbx
    FIND_CONTEXT %rbx
    movl %eax, CONTEXT_NUMBER(%rbx)
    movq %rdi, CONTEXT_INTEGERS(%rbx)
    movq %rsi, CONTEXT_INTEGERS + 8(%rbx)
    movq %rdx, CONTEXT_INTEGERS + 16(%rbx)
    movq %rcx, CONTEXT_INTEGERS + 24(%rbx)
    movq %r8, CONTEXT_INTEGERS + 32(%rbx)
    movq %r9, CONTEXT_INTEGERS + 40(%rbx)
    .irp i, 0, 1, 2, 3, 4, 5, 6, 7
    movq %xmm\i, CONTEXT_FLOATS + 8 * \i(%rbx)
    movq 16 + 8 * \i(%rsp), %rax
    movq %rax, CONTEXT_STACK + 8 * \i(%rbx)
    .endr
    movl $W2E_LEFT_IMPORT, CONTEXT_LEFT(%rbx)
    PARK
SYM_FUNC_END(import)
STACK_FRAME_NON_STANDARD import

// long w2e_system_call(long number, long a, long b, long c, long d, long e, long f): made on the kernel's stack.
SYM_FUNC_START(w2e_system_call)
    FIND_CONTEXT %r10
    movq 8(%rsp), %rax
    movq %r8, CONTEXT_CALL + R10(%r10)
    movq %r9, CONTEXT_CALL + R8(%r10)
    movq %rax, CONTEXT_CALL + R9(%r10)
    jmp 1f
SYM_FUNC_END(w2e_system_call)

// long w2e_system_call_3(long number, long a, long b, long c)
SYM_FUNC_START(w2e_system_call_3)
    FIND_CONTEXT %r10
1:  ASM_CLAC
    movl %edi, CONTEXT_NUMBER(%r10)
    movq %rsi, CONTEXT_CALL + RDI(%r10)
    movq %rdx, CONTEXT_CALL + RSI(%r10)
    movq %rcx, CONTEXT_CALL + RDX(%r10)
    movq %rsp, CONTEXT_PARKED(%r10)
    movq CONTEXT_KERNEL_STACK(%r10), %rsp
    pushq %r10
    movq %r10, %rdi
    call w2e_call
    popq %r10
    movq CONTEXT_PARKED(%r10), %rsp
    cmpl $0, CONTEXT_LEFT(%r10)
    jne 1f
    ASM_STAC
    RET
1:  pushq %rbx
    movq %r10, %rbx
    PARK
SYM_FUNC_END(w2e_system_call_3)
STACK_FRAME_NON_STANDARD w2e_system_call
STACK_FRAME_NON_STANDARD w2e_system_call_3

// struct kernel_timespec w2e_kernel_clock(u32 clock): on the program's stack.
SYM_FUNC_START(w2e_kernel_clock)
    ASM_CLAC
    call w2e_read_clock
    ASM_STAC
    RET
SYM_FUNC_END(w2e_kernel_clock)
STACK_FRAME_NON_STANDARD w2e_kernel_clock

// A trap that the program calls; it does not come back. eax: its kind.
SYM_FUNC_START_LOCAL(trap)
    ASM_CLAC
    FIND_CONTEXT %rbx
    movl %eax, CONTEXT_NUMBER(%rbx)
    popq CONTEXT_PLACE(%rbx)
    movq %rsp, CONTEXT_PARKED(%rbx)
    movl $W2E_LEFT_TRAP, CONTEXT_LEFT(%rbx)
    LEAVE
SYM_FUNC_END(trap)
STACK_FRAME_NON_STANDARD trap

// Where the exception table leads. ax: the low 16 bits of the place; ecx: the others.
SYM_FUNC_START_LOCAL(fault)
    ASM_CLAC
    FIND_CONTEXT %rbx
    movzwl %ax, %eax
    shll $16, %ecx
    orl %ecx, %eax
    movq %rax, CONTEXT_PLACE(%rbx)
    movq %rsp, CONTEXT_PARKED(%rbx)
    movl $0, CONTEXT_NUMBER(%rbx)
    movl $W2E_LEFT_TRAP, CONTEXT_LEFT(%rbx)
    LEAVE
SYM_FUNC_END(fault)
STACK_FRAME_NON_STANDARD fault

    .p2align 4
SYM_CODE_START(w2e_kernel_landings)
    .set landing, 0
    .rept PROGRAM_LANDINGS
    .p2align 4
    UNKNOWN_STACK
    movl $landing, %ecx
    jmp fault
    .set landing, landing + 1
    .endr
SYM_CODE_END(w2e_kernel_landings)

// u32 w2e_jump_begin(void): 0, and 1 each time that an exception resumes here.
SYM_FUNC_START(w2e_jump_begin)
    FIND_CONTEXT %rcx
    movl CONTEXT_JUMP_COUNT(%rcx), %edx
    cmpl $W2E_JUMP_MAX, %edx
    jae 1f
    incl CONTEXT_JUMP_COUNT(%rcx)
    shlq $W2E_JUMP_LOG2, %rdx
    addq CONTEXT_JUMPS(%rcx), %rdx
    movq %rbx, 0(%rdx)
    movq %rbp, 8(%rdx)
    movq %r12, 16(%rdx)
    movq %r13, 24(%rdx)
    movq %r14, 32(%rdx)
    movq %r15, 40(%rdx)
    leaq 8(%rsp), %rax
    subq %rcx, %rax
    movq %rax, 48(%rdx)
    movq (%rsp), %rax
    movq %rax, 56(%rdx)
    xorl %eax, %eax
    RET
1:  movl $PROGRAM_TRAP_STACK, %eax
    jmp trap
SYM_FUNC_END(w2e_jump_begin)

// void w2e_jump_end(void): forgets the newest place.
SYM_FUNC_START(w2e_jump_end)
    FIND_CONTEXT %rcx
    decl CONTEXT_JUMP_COUNT(%rcx)
    RET
SYM_FUNC_END(w2e_jump_end)

// void w2e_throw_to(struct w2e_context *): goes on at the newest place, of which there is one.
SYM_FUNC_START(w2e_throw_to)
    SAVE_KERNEL %rdi
    decl CONTEXT_JUMP_COUNT(%rdi)
    movl CONTEXT_JUMP_COUNT(%rdi), %edx
    shlq $W2E_JUMP_LOG2, %rdx
    addq CONTEXT_JUMPS(%rdi), %rdx
    movq 0(%rdx), %rbx
    movq 8(%rdx), %rbp
    movq 16(%rdx), %r12
    movq 24(%rdx), %r13
    movq 32(%rdx), %r14
    movq 40(%rdx), %r15
    movq 48(%rdx), %rsp
    addq %rdi, %rsp
    pushq 56(%rdx)
    movl $1, %eax
    ASM_STAC
    RET
SYM_FUNC_END(w2e_throw_to)
STACK_FRAME_NON_STANDARD w2e_throw_to

// The tick sends the interrupted program here, with all its registers and flags. What follows happens on the kernel's stack.
SYM_CODE_START(w2e_interrupted)
    ANNOTATE_NOENDBR // by the end of an interrupt
    UNKNOWN_STACK
    leaq -8(%rsp), %rsp // where it goes on
    pushfq
    ASM_CLAC
    .irp r, rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11, rbx
    pushq %\r
    .endr
    FIND_CONTEXT %rbx
    movq CONTEXT_INTERRUPTED(%rbx), %rax
    movq %rax, 88(%rsp)
    movq %rsp, %rdx
    andq $15, %rdx
    subq %rdx, %rsp
    pushq %rdx
    subq $520, %rsp
    fxsave64 (%rsp)
    movq %rsp, CONTEXT_PARKED(%rbx)
    movq CONTEXT_KERNEL_STACK(%rbx), %rsp
    movq %rbx, %rdi
    call w2e_tick_on_stack
    movq CONTEXT_PARKED(%rbx), %rsp
    cmpl $0, CONTEXT_LEFT(%rbx)
    je 1f
    leaq 1f(%rip), %rax
    pushq %rax
    pushq %rbx
    PARK
1:  ASM_CLAC
    fxrstor64 (%rsp)
    addq $520, %rsp
    popq %rdx
    addq %rdx, %rsp
    .irp r, rbx, r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax
    popq %\r
    .endr
    popfq
    RET
SYM_CODE_END(w2e_interrupted)

// What the program calls.
#define IMPORT(index, symbol, ...) \
    SYM_FUNC_START(symbol); \
    movl $index, %eax; \
    jmp import; \
    SYM_FUNC_END(symbol);
PROGRAM_IMPORTS(IMPORT)

#define TRAP(symbol, kind) \
    SYM_FUNC_START(symbol); \
    movl $kind, %eax; \
    jmp trap; \
    SYM_FUNC_END(symbol);
PROGRAM_TRAPS(TRAP)
