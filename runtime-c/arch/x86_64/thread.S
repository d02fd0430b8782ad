// x86-64: threads begin and end where C has no stack (threads/threads.h).
    .section .text.w2e_arch_clone,"ax",@progbits
    .globl w2e_arch_clone
    .type w2e_arch_clone,@function
w2e_arch_clone:
    .cfi_startproc
    subq $16, %rsi
    movq %r8, (%rsi)
    movq %r9, 8(%rsi)
    movq %rcx, %r8
    movq %rdx, %r10
    movl $56, %eax
    syscall
    testq %rax, %rax
    jz begin
    ret
    .cfi_endproc
    .size w2e_arch_clone, .-w2e_arch_clone
    .type begin,@function
begin:
    .cfi_startproc
    .cfi_undefined rip
    xorl %ebp, %ebp
    popq %rax
    popq %rdi
    call *%rax
    ud2
    .cfi_endproc
    .size begin, .-begin

    .section .text.w2e_arch_leave_thread,"ax",@progbits
    .globl w2e_arch_leave_thread
    .type w2e_arch_leave_thread,@function
w2e_arch_leave_thread:
    .cfi_startproc
    .cfi_undefined rip
    testq %rsi, %rsi
    jz 1f
    movl $11, %eax
    syscall
1:  xorl %edi, %edi
    movl $60, %eax
    syscall
    ud2
    .cfi_endproc
    .size w2e_arch_leave_thread, .-w2e_arch_leave_thread

// arch_prctl(ARCH_SET_FS).
    .section .text.w2e_arch_set_thread_pointer,"ax",@progbits
    .globl w2e_arch_set_thread_pointer
    .type w2e_arch_set_thread_pointer,@function
w2e_arch_set_thread_pointer:
    .cfi_startproc
    movq %rdi, %rsi
    movl $0x1002, %edi
    movl $158, %eax
    syscall
    ret
    .cfi_endproc
    .size w2e_arch_set_thread_pointer, .-w2e_arch_set_thread_pointer

    .section .note.GNU-stack,"",@progbits
