// openat(2) or openat2(2), saying when a descriptor may exist that nobody has judged yet (posix/opened.c):
// long w2e_arch_open(long call, i32 directory, u64 path, u64 third, u64 fourth, u8 *opening). From w2e_arch_open_marked on
// *opening is 1.
    .section .text.w2e_arch_open,"ax",@progbits
    .globl w2e_arch_open, w2e_arch_open_marked, w2e_arch_open_call
    .hidden w2e_arch_open, w2e_arch_open_marked, w2e_arch_open_call
    .type w2e_arch_open,@function
w2e_arch_open:
    .cfi_startproc
    movq %rdi, %rax
    movslq %esi, %rdi
    movq %rdx, %rsi
    movq %rcx, %rdx
    movq %r8, %r10
w2e_arch_open_marked:
    movb $1, (%r9)
w2e_arch_open_call:
    syscall
    ret
    .cfi_endproc
    .size w2e_arch_open, .-w2e_arch_open

    .section .note.GNU-stack,"",@progbits
