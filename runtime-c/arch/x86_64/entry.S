// x86-64 entry points that C cannot express: stack switch, signal return, register capture.
    .section .text.w2e_arch_run_on_stack,"ax",@progbits
    .globl w2e_arch_run_on_stack
    .type w2e_arch_run_on_stack,@function
w2e_arch_run_on_stack:
    .cfi_startproc
    .cfi_undefined rip
    movq %rdi, %rsp
    xorl %ebp, %ebp
    call *%rsi
    ud2
    .cfi_endproc
    .size w2e_arch_run_on_stack, .-w2e_arch_run_on_stack

    .section .text.w2e_arch_signal_return,"ax",@progbits
    .globl w2e_arch_signal_return
    .type w2e_arch_signal_return,@function
w2e_arch_signal_return:
    movl $15, %eax
    syscall
    .size w2e_arch_signal_return, .-w2e_arch_signal_return

// Registers are stored by DWARF number.
    .section .text.w2e_arch_capture,"ax",@progbits
    .globl w2e_arch_capture
    .type w2e_arch_capture,@function
w2e_arch_capture:
    movq %rbx, 24(%rdi)
    movq %rbp, 48(%rdi)
    leaq 8(%rsp), %rax
    movq %rax, 56(%rdi)
    movq %r12, 96(%rdi)
    movq %r13, 104(%rdi)
    movq %r14, 112(%rdi)
    movq %r15, 120(%rdi)
    movq (%rsp), %rax
    movq %rax, 128(%rdi)
    ret
    .size w2e_arch_capture, .-w2e_arch_capture

// A landing pad finds the exception in rax.
    .section .text.w2e_arch_land,"ax",@progbits
    .globl w2e_arch_land
    .type w2e_arch_land,@function
w2e_arch_land:
    movq %rsi, %rax
    xorl %edx, %edx
    movq 24(%rdi), %rbx
    movq 48(%rdi), %rbp
    movq 96(%rdi), %r12
    movq 104(%rdi), %r13
    movq 112(%rdi), %r14
    movq 120(%rdi), %r15
    movq 56(%rdi), %rsp
    jmpq *128(%rdi)
    .size w2e_arch_land, .-w2e_arch_land

    .section .note.GNU-stack,"",@progbits
