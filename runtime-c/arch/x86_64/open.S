// openat(2) or openat2(2), held from right in front of the system call on (include/hold.h; core/hold.c lets it start again):
// long w2e_arch_open(long call, i32 directory, u64 path, u64 third, u64 fourth, u32 *held).
    .section .text.w2e_arch_open,"ax",@progbits
    .globl w2e_arch_open, w2e_arch_open_hold, w2e_arch_open_call
    .hidden w2e_arch_open, w2e_arch_open_hold, w2e_arch_open_call
    .type w2e_arch_open,@function
w2e_arch_open:
    .cfi_startproc
    movq %rdi, %rax
    movslq %esi, %rdi
    movq %rdx, %rsi
    movq %rcx, %rdx
    movq %r8, %r10
w2e_arch_open_hold:
    incl (%r9)
w2e_arch_open_call:
    syscall
    ret
    .cfi_endproc
    .size w2e_arch_open, .-w2e_arch_open

    .section .note.GNU-stack,"",@progbits
