// arm64 jump buffers: x19..x28 x29 x30 at 0..95, sp at 96, d8..d15 at 104..167, then the runtime's link
// (ARCH_JUMP_LINK).
    .section .text.w2e_setjmp,"ax",@progbits
    .globl w2e_setjmp
    .type w2e_setjmp,@function
w2e_setjmp:
    .cfi_startproc
    stp x19, x20, [x0, #0]
    stp x21, x22, [x0, #16]
    stp x23, x24, [x0, #32]
    stp x25, x26, [x0, #48]
    stp x27, x28, [x0, #64]
    stp x29, x30, [x0, #80]
    mov x1, sp
    str x1, [x0, #96]
    stp d8, d9, [x0, #104]
    stp d10, d11, [x0, #120]
    stp d12, d13, [x0, #136]
    stp d14, d15, [x0, #152]
    mov w0, #0
    ret
    .cfi_endproc
    .size w2e_setjmp, .-w2e_setjmp

    .section .text.w2e_arch_jump,"ax",@progbits
    .globl w2e_arch_jump
    .type w2e_arch_jump,@function
w2e_arch_jump:
    ldp x19, x20, [x0, #0]
    ldp x21, x22, [x0, #16]
    ldp x23, x24, [x0, #32]
    ldp x25, x26, [x0, #48]
    ldp x27, x28, [x0, #64]
    ldp x29, x30, [x0, #80]
    ldr x1, [x0, #96]
    mov sp, x1
    ldp d8, d9, [x0, #104]
    ldp d10, d11, [x0, #120]
    ldp d12, d13, [x0, #136]
    ldp d14, d15, [x0, #152]
    mov w0, #1
    ret
    .size w2e_arch_jump, .-w2e_arch_jump

    .section .note.GNU-stack,"",@progbits
