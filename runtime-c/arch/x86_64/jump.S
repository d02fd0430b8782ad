// x86-64 jump buffers: rbx rbp r12 r13 r14 r15 rsp rip at 0..63, then the runtime's link (ARCH_JUMP_LINK).
    .section .text.w2e_setjmp,"ax",@progbits
    .globl w2e_setjmp
    .type w2e_setjmp,@function
w2e_setjmp:
    .cfi_startproc
    movq %rbx, 0(%rdi)
    movq %rbp, 8(%rdi)
    movq %r12, 16(%rdi)
    movq %r13, 24(%rdi)
    movq %r14, 32(%rdi)
    movq %r15, 40(%rdi)
    leaq 8(%rsp), %rdx
    movq %rdx, 48(%rdi)
    movq (%rsp), %rdx
    movq %rdx, 56(%rdi)
    xorl %eax, %eax
    ret
    .cfi_endproc
    .size w2e_setjmp, .-w2e_setjmp

    .section .text.w2e_arch_jump,"ax",@progbits
    .globl w2e_arch_jump
    .type w2e_arch_jump,@function
w2e_arch_jump:
    movq 0(%rdi), %rbx
    movq 8(%rdi), %rbp
    movq 16(%rdi), %r12
    movq 24(%rdi), %r13
    movq 32(%rdi), %r14
    movq 40(%rdi), %r15
    movq 48(%rdi), %rsp
    movl $1, %eax
    jmpq *56(%rdi)
    .size w2e_arch_jump, .-w2e_arch_jump

    .section .note.GNU-stack,"",@progbits
