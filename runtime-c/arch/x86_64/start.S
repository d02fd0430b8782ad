// x86-64 process start; a file of its own, because an object for embedding has none.
    .section .text._start,"ax",@progbits
    .globl _start
    .type _start,@function
_start:
    .cfi_startproc
    .cfi_undefined rip
    xorl %ebp, %ebp
    movq %rsp, %rdi
    andq $-16, %rsp
    call w2e_start
    ud2
    .cfi_endproc
    .size _start, .-_start

    .section .note.GNU-stack,"",@progbits
