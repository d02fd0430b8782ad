// arm64 process start; a file of its own, because an object for embedding has none.
    .section .text._start,"ax",@progbits
    .globl _start
    .type _start,@function
_start:
    .cfi_startproc
    .cfi_undefined x30
    mov x29, #0
    mov x30, #0
    mov x0, sp
    and sp, x0, #-16
    bl w2e_start
    brk #1
    .cfi_endproc
    .size _start, .-_start

    .section .note.GNU-stack,"",@progbits
