// arm64: threads begin and end where C has no stack (threads/threads.h).
    .section .text.w2e_arch_clone,"ax",@progbits
    .globl w2e_arch_clone
    .type w2e_arch_clone,@function
w2e_arch_clone:
    .cfi_startproc
    stp x4, x5, [x1, #-16]!
    mov x4, x2
    mov x8, #220
    svc #0
    cbz x0, begin
    ret
    .cfi_endproc
    .size w2e_arch_clone, .-w2e_arch_clone
    .type begin,@function
begin:
    .cfi_startproc
    .cfi_undefined x30
    mov x29, #0
    mov x30, #0
    ldp x1, x0, [sp], #16
    blr x1
    brk #1
    .cfi_endproc
    .size begin, .-begin

    .section .text.w2e_arch_leave_thread,"ax",@progbits
    .globl w2e_arch_leave_thread
    .type w2e_arch_leave_thread,@function
w2e_arch_leave_thread:
    .cfi_startproc
    .cfi_undefined x30
    cbz x1, 1f
    mov x8, #215
    svc #0
1:  mov x0, #0
    mov x8, #93
    svc #0
    brk #1
    .cfi_endproc
    .size w2e_arch_leave_thread, .-w2e_arch_leave_thread

    .section .text.w2e_arch_set_thread_pointer,"ax",@progbits
    .globl w2e_arch_set_thread_pointer
    .type w2e_arch_set_thread_pointer,@function
w2e_arch_set_thread_pointer:
    .cfi_startproc
    msr tpidr_el0, x0
    ret
    .cfi_endproc
    .size w2e_arch_set_thread_pointer, .-w2e_arch_set_thread_pointer

    .section .note.GNU-stack,"",@progbits
