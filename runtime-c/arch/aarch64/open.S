// openat(2) or openat2(2), held from right in front of the system call on (include/hold.h; core/hold.c lets it start again):
// long w2e_arch_open(long call, i32 directory, u64 path, u64 third, u64 fourth, u32 *held).
    .section .text.w2e_arch_open,"ax",@progbits
    .globl w2e_arch_open, w2e_arch_open_hold, w2e_arch_open_call
    .hidden w2e_arch_open, w2e_arch_open_hold, w2e_arch_open_call
    .type w2e_arch_open,@function
w2e_arch_open:
    .cfi_startproc
    mov x8, x0
    sxtw x0, w1
    mov x1, x2
    mov x2, x3
    mov x3, x4
w2e_arch_open_hold:
    ldr w6, [x5]
    add w6, w6, #1
    str w6, [x5]
w2e_arch_open_call:
    svc #0
    ret
    .cfi_endproc
    .size w2e_arch_open, .-w2e_arch_open

    .section .note.GNU-stack,"",@progbits
