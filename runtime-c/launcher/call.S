// Calls an import for the program in ring 0, and the device.
    .text

// void w2e_launcher_call(void (*function)(void), struct w2e_request *request): arguments from the request, results to it.
    .globl w2e_launcher_call
    .type w2e_launcher_call,@function
w2e_launcher_call:
    .cfi_startproc
    pushq %rbx
    .cfi_def_cfa_offset 16
    .cfi_offset %rbx, -16
    subq $64, %rsp
    .cfi_def_cfa_offset 80
    movq %rsi, %rbx
    movq %rdi, %r11
    .irp i, 0, 1, 2, 3, 4, 5, 6, 7
    movq 168 + 8 * \i(%rbx), %rax
    movq %rax, 8 * \i(%rsp)
    movq 104 + 8 * \i(%rbx), %xmm\i
    .endr
    movq 56(%rbx), %rdi
    movq 64(%rbx), %rsi
    movq 72(%rbx), %rdx
    movq 80(%rbx), %rcx
    movq 88(%rbx), %r8
    movq 96(%rbx), %r9
    call *%r11
    movq %rax, 232(%rbx)
    movq %xmm0, 240(%rbx)
    addq $64, %rsp
    .cfi_def_cfa_offset 16
    popq %rbx
    .cfi_def_cfa_offset 8
    ret
    .cfi_endproc
    .size w2e_launcher_call, .-w2e_launcher_call
    .globl w2e_launcher_call_end
w2e_launcher_call_end:

    .section .note.GNU-stack,"",@progbits
