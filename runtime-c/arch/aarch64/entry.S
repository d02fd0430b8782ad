// arm64 entry points that C cannot express: stack switch, signal return, register capture.
    .section .text.w2e_arch_run_on_stack,"ax",@progbits
    .globl w2e_arch_run_on_stack
    .type w2e_arch_run_on_stack,@function
w2e_arch_run_on_stack:
    .cfi_startproc
    .cfi_undefined x30
    mov sp, x0
    mov x29, #0
    blr x1
    brk #1
    .cfi_endproc
    .size w2e_arch_run_on_stack, .-w2e_arch_run_on_stack

    .section .text.w2e_arch_signal_return,"ax",@progbits
    .globl w2e_arch_signal_return
    .type w2e_arch_signal_return,@function
w2e_arch_signal_return:
    mov x8, #139
    svc #0
    .size w2e_arch_signal_return, .-w2e_arch_signal_return

// Registers are stored by DWARF number.
    .section .text.w2e_arch_capture,"ax",@progbits
    .globl w2e_arch_capture
    .type w2e_arch_capture,@function
w2e_arch_capture:
    stp x19, x20, [x0, #152]
    stp x21, x22, [x0, #168]
    stp x23, x24, [x0, #184]
    stp x25, x26, [x0, #200]
    stp x27, x28, [x0, #216]
    stp x29, x30, [x0, #232]
    mov x1, sp
    stp x1, x30, [x0, #248]
    stp d8, d9, [x0, #264]
    stp d10, d11, [x0, #280]
    stp d12, d13, [x0, #296]
    stp d14, d15, [x0, #312]
    ret
    .size w2e_arch_capture, .-w2e_arch_capture

// A landing pad finds the exception in x0.
    .section .text.w2e_arch_land,"ax",@progbits
    .globl w2e_arch_land
    .type w2e_arch_land,@function
w2e_arch_land:
    ldp x19, x20, [x0, #152]
    ldp x21, x22, [x0, #168]
    ldp x23, x24, [x0, #184]
    ldp x25, x26, [x0, #200]
    ldp x27, x28, [x0, #216]
    ldp x29, x30, [x0, #232]
    ldp x2, x3, [x0, #248]
    ldp d8, d9, [x0, #264]
    ldp d10, d11, [x0, #280]
    ldp d12, d13, [x0, #296]
    ldp d14, d15, [x0, #312]
    mov sp, x2
    mov x0, x1
    mov x1, #0
    br x3
    .size w2e_arch_land, .-w2e_arch_land

    .section .note.GNU-stack,"",@progbits
