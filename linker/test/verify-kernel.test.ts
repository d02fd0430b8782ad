// Objects for ring 0 that a compiler with a bug could have made, against the rules that each of them breaks.

import { afterAll, describe, expect, test } from '@jest/globals';
import { rmSync } from 'node:fs';
import { x64 } from '../../backend-x64/target.js';
import { ElfImage, sectionHeader, symbolEntry } from '../elf-image.js';
import { kernelRules, verifyKernel } from '../verify-kernel.js';
import { type Assembly, LOAD_CALLEE, TEST_STACK, brokenRules, idsOf, kernelScratch, linkSample, provided, variables } from './kernel-samples.js';

const folder = kernelScratch();
afterAll(() => rmSync(folder, { recursive: true }));

/** A frame of 8 bytes around code, so that calls find the stack aligned. */
const framed = (code: string): string => `pushq %rax\n${code}\npopq %rcx`;
const R_64 = 1;
const CALL = 'call __x86_indirect_thunk_r11';
const bytes = (hex: string): string => `.byte ${hex.replace(/../g, '0x$&,').slice(0, -1)}`;

/** `also`: rules that cannot but be broken as well. */
type Row = readonly [what: string, code: string | Assembly, ...also: string[]];
const assemblyOf = (code: string | Assembly): Assembly => (typeof code === 'string' ? { body: code } : code);

/** Of a reference in memory, the function that its number stands for in a table of four, in r11. */
const LOAD_REFERRED =
  'movq w2e_memory(%rdi), %rax\nsubq $w2e_global, %rax\nrorq $4, %rax\ncmpq $3, %rax\nja low\ncmpq $4, %rax\nsbbq %rcx, %rcx\nandq %rax, %rcx\nmovq table(,%rcx,8), %r11';
/** Jumps to an element of `jumps`, by an index in edi. */
const DISPATCH = 'movl %edi, %r11d\nandl $3, %r11d\nmovq jumps(,%r11,8), %r11\njmp __x86_indirect_thunk_r11\nint3';
/** Three places that it leads to, which meet behind it. */
const jumping = (dispatch = DISPATCH): string => `${dispatch}\nj0: endbr64\nincl %eax\njmp 9f\nj1: endbr64\ndecl %eax\nj2: endbr64\n9:`;
const jumpsTo = (...places: string[]): string => `.section .rodata\njumps: .quad ${places.join(', ')}\n.quad 7\n.text`;
const withTable = (body: string, ...places: string[]): Assembly => ({ body, beside: jumpsTo(...(places.length > 0 ? places : ['j0', 'j1', 'j2', 'j0'])) });

const permitted: readonly Row[] = [
  [
    'memory, globals, constants',
    'movl w2e_memory+16(%rdi), %eax\nmovl %eax, w2e_global(%rip)\naddsd numbers(%rip), %xmm0\nmovl numbers(,%rax,4), %eax\nmovl $w2e_memory, %eax',
  ],
  ['a call of an import', framed(`${TEST_STACK}\ncall w2e_env_time`)],
  ['an indirect call', framed(`${TEST_STACK}\n${LOAD_CALLEE}\n${CALL}`)],
  [
    'one whose function waits in a register over a call',
    `pushq %rbx\n${TEST_STACK}\n${LOAD_CALLEE}\nmovq %r11, %rbx\ncall helper\nmovq %rbx, %r11\n${CALL}\npopq %rbx`,
  ],
  [
    'one by a constant index, which is masked all the same, on two ways',
    framed(
      `${TEST_STACK}\nmovl $1, %eax\ntestl %edi, %edi\nje 1f\n${LOAD_CALLEE.replace('movl %edi, %eax\n', '')
        .replace('%edi', '$1')
        .replace(/\nmovq table.*/, '')}\njmp 2f\n1: movl $2, %eax\ncmpq $4, %rax\nsbbq %rax, %rax\nandl $2, %eax\n2: movq table(,%rax,8), %r11\n${CALL}`,
    ),
  ],
  [
    'one whose function waits in the frame',
    `subq $24, %rsp\n${TEST_STACK}\n${LOAD_CALLEE}\nmovq %r11, 8(%rsp)\ncall helper\nmovq 8(%rsp), %r11\n${CALL}\naddq $24, %rsp`,
  ],
  ['a leaf is called without a test', framed('call helper')],
  [
    'two functions without a test below one that has it, and one that calls it',
    {
      body: framed('call tested'),
      beside: `.balign 16,0xcc\ntested: ${framed(`${TEST_STACK}\ncall other`)}\njmp __x86_return_thunk\n.balign 16,0xcc\nother: ${framed('call another')}\njmp __x86_return_thunk\n.balign 16,0xcc\nanother: subq $4104, %rsp\ncall helper\naddq $4104, %rsp\njmp __x86_return_thunk`,
    },
  ],
  [
    'a place that an exception resumes',
    `pushq %rbx\nsubq $16, %rsp\n${TEST_STACK}\nmovl %edi, %ebx\ncall w2e_jump_begin\nmovl %eax, 8(%rsp)\ncall helper\naddq $16, %rsp\npopq %rbx`,
  ],
  [
    'a frame with spilled registers and arguments on the stack',
    `pushq %rbx\nsubq $16, %rsp\nmovq %rdi, 8(%rsp)\nmovaps %xmm0, (%rsp)\n${TEST_STACK}\npushq 8(%rsp)\npushq $1\ncall helper\naddq $16, %rsp\nmovq 48(%rsp), %rax\naddq $16, %rsp\npopq %rbx`,
  ],
  ['a loop, a copy, an atomic operation', '1: lock xaddl %eax, w2e_memory(%rdi)\nrep movsb\nrep stosq\ndecl %ecx\njne 1b'],
  ['a call of what a reference stands for', framed(`${TEST_STACK}\n${LOAD_REFERRED}\n${CALL}`)],
  ['a jump table', withTable(jumping())],
  ['one in a function with a frame', withTable(framed(`${TEST_STACK}\nmovl %edi, 4(%rsp)\n${jumping()}\ncall helper`))],
  ['one in a loop', withTable(`8: movzbl w2e_memory(%rdi), %edi\n${jumping()}\ntestl %eax, %eax\njne 8b`)],
  ['one that leads to a function, as a call at the end does', withTable(jumping(), 'j0', 'j1', 'j2', 'helper')],
  [
    'one that a function has that does not return',
    {
      body: framed(`${TEST_STACK}\ncall leave`),
      beside: `.balign 16,0xcc\nstart: pushq %rax\n${TEST_STACK}\ncall leave\n.balign 16,0x90\nleave: pushq %rax\n${TEST_STACK}\n${DISPATCH}\nj0: endbr64\ncall w2e_wasi_proc_exit\nud2\n${jumpsTo('j0', 'j0', 'j0', 'j0')}`,
    },
  ],
  [
    'a call that does not return, at the end of a function',
    {
      body: framed(`${TEST_STACK}\ncall leave`),
      beside: `.balign 16,0xcc\nstart: pushq %rax\n${TEST_STACK}\ncall leave\n.balign 16,0x90\nleave: pushq %rax\n${TEST_STACK}\ncall w2e_wasi_proc_exit\nud2`,
    },
  ],
];

/** One row for each instruction. */
const listed = (codes: string, ...also: string[]): Row[] => codes.split('|').map((code) => [code, code.replace(';', '\n'), ...also]);

/** By the rule that each of them breaks, and no other. */
const hostile: Readonly<Record<string, readonly Row[]>> = {
  sections: [
    ['data', { body: '', beside: '.section .data,"aw"\n.quad 1' }],
    ['code that the kernel runs and frees', { body: '', beside: '.section .init.text,"ax"\nnop' }],
    ["the module's description", { body: '', beside: '.section .modinfo,"a"\n.asciz "license=GPL"' }],
    ['the same, not loaded, until it is linked with one that is', { body: '', beside: '.section .modinfo,""\n.asciz "license=GPL"' }],
    ['functions that are called at load', { body: '', beside: '.section .init_array,"aw",@init_array\n.quad 0' }],
    ['alternatives, which the kernel writes into the code', { body: '', beside: '.section .altinstructions,"a"\n.quad 0' }],
    ['a second exception table', { body: '', beside: '.section __ex_table,"a"\n.quad 0' }, 'exception-table'],
    ['exported symbols', { body: '', beside: '.section __ksymtab,"a"\n.quad 0' }],
  ],
  relocations: [
    ['a variable whose address is above 2 GiB', 'movl w2e_memory+0x70000000(%rdi), %eax'],
    ['one that is below zero', 'movl w2e_global-0x300000(%rdi), %eax'],
    ['one that not all modules reach', 'movl w2e_memory+0x20000000(%rip), %eax'],
    ['one that is far below zero', 'movl w2e_global-0x10000000(%rip), %eax'],
    ['a table of addresses that the loader makes', 'movq w2e_memory@GOTPCREL(%rip), %rax'],
    ['64 bits in the code', 'movabsq $w2e_memory, %rax'],
    ['a displacement that is not extended by its sign', '.reloc .+3, R_X86_64_32, w2e_memory\nmovl 0x7fffffff(,%rdi,1), %eax'],
    ['an opcode', `.reloc ., R_X86_64_32S, w2e_memory\n${'nop\n'.repeat(8)}`, 'exception-table'],
    ['an opcode and a part of a displacement', '.reloc .+1, R_X86_64_32S, w2e_memory\nmovl 0x7fffffff(%rdi), %eax', 'frames', 'exception-table'],
    ['half of a constant', '.reloc .+4, R_X86_64_32S, w2e_memory\nmovabsq $0x1122334455667788, %rax'],
    ['a constant of 32 bits that is an address of the kernel', 'movl $numbers, %eax'],
    ['constants behind their end', 'movl numbers+0x10000(%rip), %eax'],
    ['constants in front of their start', 'movl w2e_kernel_exports-8(%rip), %eax'],
    ['constants by an index, behind their end', 'movl numbers+0x10000(,%rdi,4), %eax'],
    ['what the module around it defines is read', 'movq w2e_env_time(%rip), %rax'],
    ['what the module around it defines is written', 'movq %rax, w2e_env_time+0x1000(%rip)'],
    ['the address of an import', 'leaq w2e_env_time(%rip), %rax'],
    ['the code is read', '.reloc .+3, R_X86_64_PC32, w2e_kernel_text\nmovl 0(%rip), %eax', 'frames', 'exception-table'],
    ['an address of a variable in constants', { body: '', beside: '.section .rodata\n.quad w2e_memory' }],
    ['a distance in constants', { body: '', beside: '.section .rodata\n.long w2e_memory - .' }],
    ['a place in a jump table that is inside of an instruction', withTable(jumping(), 'j0', 'j1', 'j2', 'j0+2'), 'frames'],
    ['a function in constants that begins inside of an instruction', { body: '', beside: '.section .rodata\n.quad run+2' }, 'frames'],
    ['an import in constants, with an offset', { body: '', beside: '.section .rodata\n.quad w2e_env_time+8' }],
    ['the thunk of the kernel in constants, which jumps anywhere', { body: '', beside: '.section .rodata\n.quad __x86_indirect_thunk_rax' }],
    ['the landings in constants', { body: '', beside: '.section .rodata\n.quad w2e_kernel_landings' }],
  ],
  instructions: [
    ...listed('syscall|sysenter|int $0x80|stac|clac|pushfq|popfq|iretq|lretq|retq|cli|sti|hlt|in $1, %al|outb %al, %dx|wrmsr|rdmsr|rdpmc|rdtsc|swapgs'),
    ...listed('xsave (%rdi)|xrstor (%rdi)|fxsave64 (%rdi)|fxrstor64 (%rdi)|ldmxcsr (%rdi)|stmxcsr (%rdi)|fldl (%rdi)|emms|lgdt (%rdi)|lidt (%rdi)|sgdt (%rdi)'),
    ...listed('ltr %ax|lldt %ax|invlpg (%rdi)|wbinvd|invd|clflush (%rdi)|cpuid|monitor|mwait|vmcall|wrpkru|rdpkru|xgetbv|xsetbv'),
    ...listed('std|cld|xlatb|lodsb|movsb|stosb|outsb|leave|enter $16, $0|movntil %eax, (%rdi)|xbegin 1f;1:|clts|lmsw %ax'),
    ...listed(
      'pushw %ax|popw %ax|.byte 0xf0;movl %eax, (%rdi)|.byte 0xf0;addl %eax, %ecx|jrcxz 1f;1:|loop 1f;1:|movdir64b (%rdi), %rax|smsw %ax|verr %ax|prefetchw (%rdi)',
    ),
    ...listed('cmpsb|scasb|insb|lcall *(%rdi)|jmp *%rax', 'operands'),
    ...listed('wrfsbase %rax|rdgsbase %rax|pause|lzcntl %eax, %ecx|repne movsb|vaddps %xmm0, %xmm1, %xmm2|vzeroupper|andnl %eax, %ecx, %edx', 'encodings'),
    ...listed('repne scasb|vpxor %ymm0, %ymm0, %ymm0|kmovw %k0, %eax', 'encodings', 'operands'),
    ...listed('jmp *table(,%rax,8)', 'operands', 'relocations'),
  ],
  encodings: [
    ['a segment that is not used', bytes('6489c1')],
    ['a test with a segment', bytes('65a801')],
    ['a repetition of what has none', bytes('f30fafc6')],
    ['two sizes', bytes('666601c8')],
    ['a bit scan that newer processors take for another one', bytes('f366f20fbcc0')],
    ['a filler in a segment', bytes('65470f1f30')],
    ['a stop with a prefix', `jmp 1f\n${bytes('2ecc')}\n1:`],
    ['a jump with a prefix', `${bytes('f20f8400000000')}`],
    ['a call of 16 bits for some processors', framed(`.byte 0x66\ncall helper`)],
    ['registers of later processors', bytes('d5699f')],
    ['a load whose length processors and disassemblers differ about', bytes('67a100000000')],
  ],
  operands: [
    ['the stack pointer in another register', 'movq %rsp, %rax'],
    ['half of it', 'movl %esp, %eax'],
    ['an address in the frame', 'leaq 8(%rsp), %rax'],
    ['it is pushed', 'pushq %rsp\npopq %rax'],
    ['it is exchanged', 'xchgq %rax, %rsp\nxchgq %rax, %rsp'],
    ['it is stored', 'movq %rsp, w2e_global(%rip)'],
    ['it is set', 'movq %rdi, %rsp'],
    ['it is popped', framed('pushq %rdi\npopq %rsp')],
    ['it is aligned', 'andq $-16, %rsp'],
    ['a frame of a size that is computed', 'subq %rdi, %rsp'],
    ['it is compared', 'cmpq %rdi, %rsp'],
    ['a place in the frame by an index', 'movq %rax, (%rsp,%rdi,8)'],
    ['a variable behind the stack pointer', 'movl %eax, w2e_memory(%rsp)', 'relocations', 'frames'],
    ['below the stack pointer', 'movq %rax, -8(%rsp)'],
    ['a bit of the frame by an index', framed('btsq %rdi, (%rsp)')],
    ['a bit of memory by an index of 64 bits', 'btsq %rdi, w2e_memory(%rsi)'],
    ["the kernel's variables of this processor", 'movq %gs:0, %rax', 'encodings'],
    ['the same, behind a register', 'movl %eax, %gs:16(%rdi)', 'encodings'],
    ["the process's own segment", 'movq %fs:40, %rax', 'encodings'],
    ['a copy from it', '.byte 0x65\nrep movsb', 'encodings'],
    ['a copy with 32 bits of address', '.byte 0x67\nrep movsb', 'encodings'],
    ['an address of the kernel', 'movabsq 0xffffffff81000000, %rax'],
    ['the same in 32 bits', 'movl -2130706432, %eax'],
    ['a store there', 'movl %eax, -2130706432'],
    ['far below a register', 'movl -0x7f000000(%rdi), %eax'],
    ['far below an index', 'movl -0x7f000000(,%rdi,8), %eax'],
    ['a register of 32 bits as address', 'movl (%edi), %eax', 'encodings'],
    ['a control register', 'movq %cr3, %rax'],
    ['a debug register', 'movq %rax, %db7'],
    ['a segment register', 'movw %ax, %ds'],
    ['a register of vectors that the kernel does not save', 'movq %rax, %mm0'],
    ['memory is pushed', 'pushq w2e_memory(%rdi)\npopq %rax'],
    ['memory is popped', 'pushq %rax\npopq w2e_memory(%rdi)'],
    ['another test of the stack', 'testl $0x30000, %esp'],
    ['a test of the stack against an address', 'testl $w2e_memory, %esp'],
  ],
  'own-addresses': [
    ["the kernel's memory beside the module", 'movl 0x100000(%rip), %eax'],
    ['a store there', 'movl %eax, -0x100000(%rip)'],
    ['its address', 'leaq 0x100000(%rip), %rax', 'frames'],
    ['a constant is written', 'movl %eax, numbers(%rip)'],
    ['one is, by an index', 'movl %eax, numbers(,%rdi,4)'],
    ['one is exchanged', 'xchgl %eax, numbers(%rip)'],
    ['a table of functions is written', 'incq table(%rip)'],
  ],
  branches: [
    ['into an instruction', 'jmp run+2'],
    ['behind the code', 'jmp .+0x100000'],
    ['through memory', framed('call *w2e_memory(%rdi)'), 'relocations'],
  ],
  frames: [
    ['the return address is written', 'movq %rdi, (%rsp)'],
    ["so is the caller's frame", framed('movq %rdi, 16(%rsp)')],
    ['a part of it', framed('movups %xmm0, (%rsp)')],
    ['a return with something on the stack', 'pushq %rax'],
    ['a return above the return address', 'popq %rax'],
    ['a frame that is too short', 'subq $24, %rsp\naddq $16, %rsp'],
    ['a frame that grows with each turn', '1: pushq %rax\ndecl %edi\njne 1b'],
    ['ways with different frames', 'testl %edi, %edi\nje 1f\npushq %rax\n1: nop'],
    ['a call with the stack not aligned', `${TEST_STACK}\ncall w2e_env_time`],
    ["the caller's register is changed", 'movl %edi, %ebx'],
    ["two of the caller's registers are exchanged", 'pushq %rbx\npushq %rbp\npopq %rbx\npopq %rbp'],
    ['it is restored from a place that was written', 'pushq %rbx\nmovq %rdi, (%rsp)\npopq %rbx'],
    ['it is restored from a place of which a byte was written', 'pushq %rbx\nmovb $1, 7(%rsp)\npopq %rbx'],
    [
      'a register of the caller that a second return finds changed',
      `pushq %rbx\n${TEST_STACK}\ncall w2e_jump_begin\npopq %rbx\npushq %rdi\ncall helper\npopq %rcx`,
    ],
    ['a tail call with a frame', 'pushq %rax\njmp helper'],
    [
      'the code runs on into another function',
      { body: '', beside: '.balign 16,0xcc\nnop\nmovl $1, %eax\n.balign 16,0x90\nnext: endbr64\njmp __x86_return_thunk\n.section .rodata\n.quad next' },
    ],
    ['the code runs on behind its end', { body: '', beside: 'movl $1, %eax' }],
    ['the code runs into a stop', 'int3'],
    ['a jump table with an element that is no place: then its places are functions', withTable(jumping(), 'j0', 'j1', 'j2', '0')],
    ['one with an import', withTable(jumping(), 'j0', 'j1', 'j2', 'w2e_env_time')],
    ['one whose jump is a call', withTable(framed(`${TEST_STACK}\n${jumping(DISPATCH.replace('jmp', 'call'))}`))],
    ['a jump table to places with different frames', withTable(jumping().replace('decl %eax', 'pushq %rax'))],
    ['one that leads to a function, with a frame', withTable(framed(`${TEST_STACK}\n${jumping()}\ncall helper`), 'j0', 'j1', 'j2', 'helper')],
    [
      'one into the middle of a function with a frame',
      {
        body: jumping(),
        beside: `${jumpsTo('j0', 'j1', 'j2', 'inside')}\nother: pushq %rax\ninside: endbr64\n${framed('call helper')}\npopq %rax\njmp __x86_return_thunk`,
      },
    ],
    ['one behind which a register of the caller is changed', withTable(jumping().replace('decl %eax', 'movl %edi, %ebx'))],
    [
      'a jump into the middle of a function with a frame',
      { body: 'jmp inside', beside: `other: pushq %rax\ninside: ${framed('call helper')}\npopq %rax\njmp __x86_return_thunk` },
    ],
  ],
  'indirect-calls': [
    ['to an address from memory', framed(`${TEST_STACK}\nmovq w2e_memory(%rdi), %r11\n${CALL}`)],
    ['to an argument', framed(`${TEST_STACK}\nmovq %rdi, %r11\n${CALL}`)],
    ['by an index that was not masked', framed(`${TEST_STACK}\nmovl %edi, %eax\nmovq table(,%rax,8), %r11\n${CALL}`)],
    ['by an index that was masked with the size of a larger table', framed(`${TEST_STACK}\n${LOAD_CALLEE.replace('$4', '$5')}\n${CALL}`)],
    ['by an index that was masked and then changed', framed(`${TEST_STACK}\n${LOAD_CALLEE.replace('movq table', 'incl %eax\nmovq table')}\n${CALL}`)],
    ['by a mask of another comparison', framed(`${TEST_STACK}\n${LOAD_CALLEE.replace('sbbq', 'cmpl $1, %edi\nsbbq')}\n${CALL}`)],
    ['an element of another size', framed(`${TEST_STACK}\n${LOAD_CALLEE.replace('(,%rax,8)', '(,%rax,4)')}\n${CALL}`)],
    ['an element that is no function', framed(`${TEST_STACK}\n${LOAD_CALLEE.replace('table', 'numbers')}\n${CALL}`)],
    ['between two elements', framed(`${TEST_STACK}\n${LOAD_CALLEE.replace('table', 'table+4')}\n${CALL}`)],
    ['half of an element', framed(`${TEST_STACK}\n${LOAD_CALLEE.replace('movq table(,%rax,8), %r11', 'movl table(,%rax,8), %r11d')}\n${CALL}`)],
    ['an element that was changed', framed(`${TEST_STACK}\n${LOAD_CALLEE}\nincq %r11\n${CALL}`)],
    ['an element that was exchanged', framed(`${TEST_STACK}\n${LOAD_CALLEE}\nxchgq %rdi, %r11\n${CALL}`)],
    ['an element on one way only', framed(`${TEST_STACK}\n${LOAD_CALLEE}\ntestl %edi, %edi\nje 1f\nmovl $1, %r11d\n1: ${CALL}`)],
    ['through another register', framed(`${TEST_STACK}\n${LOAD_CALLEE}\ncall __x86_indirect_thunk_rax`)],
    ['an element in a register that a call changed', framed(`${TEST_STACK}\n${LOAD_CALLEE}\ncall helper\n${CALL}`)],
    [
      'an element in a place that was overwritten',
      `subq $24, %rsp\n${TEST_STACK}\n${LOAD_CALLEE}\nmovq %r11, 8(%rsp)\nmovl %edi, 12(%rsp)\nmovq 8(%rsp), %r11\n${CALL}\naddq $24, %rsp`,
    ],
    ['to the address in a descriptor', framed(`${TEST_STACK}\nmovq w2e_memory(%rdi), %rax\nmovq (%rax), %r11\n${CALL}`)],
    ['to the address in a descriptor whose place is a constant', framed(`${TEST_STACK}\nmovq w2e_global(%rip), %r11\n${CALL}`)],
    ['to what an unmasked reference stands for', framed(`${TEST_STACK}\n${LOAD_REFERRED.replace('andq %rax, %rcx', 'movq %rax, %rcx')}\n${CALL}`)],
    ['to what one stands for that is masked for a larger table', framed(`${TEST_STACK}\n${LOAD_REFERRED.replace('cmpq $4', 'cmpq $5')}\n${CALL}`)],
    ['to what one stands for in memory', framed(`${TEST_STACK}\n${LOAD_REFERRED.replace('table(', 'w2e_memory(')}\n${CALL}`)],
    ['a jump to an address from memory', 'movq w2e_memory(%rdi), %r11\njmp __x86_indirect_thunk_r11'],
    ['a jump table whose index was not masked', withTable(jumping(DISPATCH.replace('andl $3, %r11d\n', ''))), 'frames'],
    ['one whose mask is larger than it', withTable(jumping(DISPATCH.replace('$3', '$7'))), 'frames'],
    ['one whose mask is negative', withTable(jumping(DISPATCH.replace('$3', '$-4'))), 'frames'],
    ['one whose mask is an address', withTable(jumping(DISPATCH.replace('$3', '$w2e_memory'))), 'frames'],
    ['one whose index is masked in another register', withTable(jumping(DISPATCH.replace('andl $3, %r11d', 'andl $3, %eax'))), 'frames'],
    ['one whose mask is of 16 bits', withTable(jumping(DISPATCH.replace('andl $3, %r11d', 'andw $3, %r11w'))), 'frames'],
    ['one whose index is changed behind the mask', withTable(jumping(DISPATCH.replace('movq', 'incl %r11d\nmovq'))), 'frames'],
    ['one whose element is changed', withTable(jumping(DISPATCH.replace('jmp', 'incq %r11\njmp'))), 'frames'],
    ['one with elements of another size', withTable(jumping(DISPATCH.replace(',8)', ',4)'))), 'frames'],
    ['one whose elements begin elsewhere', withTable(jumping(DISPATCH.replace('jumps(', 'jumps+4('))), 'frames'],
    ['one in memory', withTable(jumping(DISPATCH.replace('jumps(', 'w2e_memory('))), 'frames'],
    ['one whose jump is through another register', withTable(jumping(DISPATCH.replace('thunk_r11', 'thunk_rax'))), 'frames'],
    ['a way around the mask', withTable(`movl %esi, %r11d\ntestl %esi, %esi\nje 1f\n${jumping(DISPATCH.replace('movq', '1: movq'))}`)],
    ['a way around the load', withTable(`movl %esi, %r11d\ntestl %esi, %esi\nje 1f\n${jumping(DISPATCH.replace('jmp', '1: jmp'))}`)],
    [
      'a call of an element of a jump table',
      withTable(framed(`${TEST_STACK}\nmovl %edi, %eax\n${LOAD_CALLEE.replace('table', 'jumps')}\n${CALL}\nmovl %eax, %edi\n${jumping()}`)),
    ],
    ['the same without an index', withTable(framed(`${TEST_STACK}\nmovq jumps(%rip), %r11\n${CALL}\nmovl %eax, %edi\n${jumping()}`))],
  ],
  room: [
    ['a frame as large as an address', 'subq $w2e_memory, %rsp\naddq $w2e_memory, %rsp'],
    ['a function that calls itself', framed('call run')],
    ['one that does so behind a jump table', withTable(framed(`${jumping()}\ncall run`))],
    ['a test of the stack on one way from a jump table only', withTable(framed(`${jumping().replace('decl %eax', `${TEST_STACK}\njmp 9f`)}\ncall run`))],
    ['two that call each other', { body: framed('call other'), beside: `.balign 16,0xcc\nother: ${framed('call run')}\njmp __x86_return_thunk` }],
    [
      'a cycle of which one tests, but another way leads past it',
      {
        body: framed('call other'),
        beside: `.balign 16,0xcc\nother: ${framed('testl %edi, %edi\nje 1f\ncall tested\n1: call other')}\njmp __x86_return_thunk\n.balign 16,0xcc\ntested: ${framed(`${TEST_STACK}\ncall other`)}\njmp __x86_return_thunk`,
      },
    ],
    [
      'one without a test below one that has it whose frames together are too large',
      {
        body: framed(`${TEST_STACK}\ncall other`),
        beside:
          '.balign 16,0xcc\nother: subq $8200, %rsp\ncall another\naddq $8200, %rsp\njmp __x86_return_thunk\n.balign 16,0xcc\nanother: subq $8200, %rsp\naddq $8200, %rsp\njmp __x86_return_thunk',
      },
    ],
    ['one that calls itself through a table', framed(`${LOAD_CALLEE.replace('table', 'w2e_kernel_exports').replace('$4', '$3')}\n${CALL}`)],
    ['the test is behind the call', framed(`call run\n${TEST_STACK}`)],
    ['the test is on one way only', framed(`testl %edi, %edi\nje 1f\n${TEST_STACK}\n1: call run`)],
    ['the test is the wrong way round', `${framed(`${TEST_STACK.replace('je low', 'jne low2')}\ncall run`)}\njmp 1f\nlow2: call run\nud2\n1:`],
    ['something else is tested behind it', framed(`${TEST_STACK.replace('je', 'testl %edi, %edi\nje')}\ncall run`)],
    ['a jump goes between the test and its branch', framed(`testl %edi, %edi\nje 1f\n${TEST_STACK.replace('je low', '1: je low')}\ncall run`)],
    ['a frame of half of the reserve', 'subq $16392, %rsp\naddq $16392, %rsp'],
    ['many frames of less', `${'subq $8192, %rsp\n'.repeat(3)}addq $24576, %rsp`],
    [
      'functions without a test whose frames together are too large',
      { body: `subq $8200, %rsp\ncall other\naddq $8200, %rsp`, beside: '.balign 16,0xcc\nother: subq $8200, %rsp\naddq $8200, %rsp\njmp __x86_return_thunk' },
    ],
    [
      'a tested function calls one with too large a frame',
      {
        body: `subq $8200, %rsp\n${TEST_STACK}\ncall other\naddq $8200, %rsp`,
        beside: '.balign 16,0xcc\nother: subq $8200, %rsp\naddq $8200, %rsp\njmp __x86_return_thunk',
      },
    ],
  ],
  'landing-pads': [
    [
      'a function in a table that does not begin with endbr64',
      { body: '', beside: '.balign 16,0xcc\nnext: jmp __x86_return_thunk\n.section .rodata\n.quad next' },
    ],
    ['a place in a jump table that does not', withTable(jumping().replace('decl %eax\nj2: endbr64', 'decl %eax\nj2:'))],
  ],
};

describe('what is permitted', () => {
  test.each(permitted)('%s', async (_what, code) => {
    expect(await brokenRules(folder, assemblyOf(code))).toEqual([]);
  });
});

describe.each(Object.entries(hostile))('%s', (rule, rows) => {
  test.each(rows)('%s', async (_what, code, ...also) => {
    expect((await brokenRules(folder, assemblyOf(code))).sort()).toEqual([rule, ...also].sort());
  });
});

describe('variables', () => {
  test('one that not all modules reach', async () => {
    const absolute = new Map([...variables, ['w2e_global', 2 ** 29] as const]);
    expect(await brokenRules(folder, { body: 'movl w2e_global(%rdi), %eax' }, absolute)).toEqual(['variables']);
  });
});

describe('symbols', () => {
  test('a function of the kernel', async () => {
    expect(await brokenRules(folder, { body: framed('call memset') })).toEqual(['symbols', 'relocations', 'branches']);
  });
});

/** A finished object, whose bytes a test changes. */
class Changed {
  private readonly image: ElfImage;
  private constructor(readonly bytes: Buffer) {
    this.image = ElfImage.parse(bytes);
  }

  static async of(body: string): Promise<Changed> {
    return new Changed(Buffer.from((await linkSample(folder, { body })).bytes));
  }

  /** Where the contents of a section are in the file. */
  contents(name: string): number {
    return this.image.section(name)!.offset;
  }

  /** Where its header is. */
  header(name: string): number {
    return Number(this.bytes.readBigUInt64LE(40)) + this.image.section(name)!.index * sectionHeader.headerSize;
  }

  /** Where the entry of a symbol is. */
  symbol(name: string): number {
    return this.contents('.symtab') + (this.image.symbols().findIndex((symbol) => symbol.name === name) + 1) * symbolEntry.size;
  }

  /** Writes other letters over a name. */
  rename(table: string, name: string, other: string): void {
    const { offset, size } = this.image.section(table)!;
    const at = this.bytes.subarray(offset, offset + size).indexOf(`${name}\0`);
    this.bytes.write(`${other}\0`, offset + at, 'latin1');
  }

  brokenRules(): string[] {
    return idsOf(verifyKernel(ElfImage.parse(this.bytes), { target: x64, kernel: x64.kernelObject!, provided }).violations);
  }
}

describe('objects that were changed', () => {
  const ROW = 12,
    RELOCATION = 24,
    ADDEND = 16,
    TYPE = 8,
    SYMBOL = 12;
  const two = 'movl w2e_memory(%rdi), %eax\nmovl %eax, w2e_memory(%rdi)';
  const changes: readonly (readonly [what: string, change: (object: Changed) => void, rules: readonly string[]])[] = [
    ['nothing', () => undefined, []],
    ['another machine', ({ bytes: all }) => void all.writeUInt16LE(183, 18), ['relocatable']],
    ['an executable', ({ bytes: all }) => void all.writeUInt16LE(2, 16), ['relocatable']],
    ['a second section of code', (object) => object.rename('.shstrtab', '__ex_table', '.text'), ['sections', 'relocations', 'exception-table']],
    [
      'code that is not in the file',
      (object) => void object.bytes.writeUInt32LE(8, object.header('.text') + sectionHeader.type),
      ['sections', 'relocations', 'frames', 'exception-table'],
    ],
    ['constants that can be written', (object) => void object.bytes.writeUInt32LE(3, object.header('.rodata') + 8), ['sections']],
    [
      'relocations of another section',
      (object) => void object.bytes.writeUInt32LE(99, object.header('.rela.rodata') + sectionHeader.info),
      ['sections', 'relocations'],
    ],
    ['a name that the kernel looks for', (object) => object.rename('.strtab', 'w2e_kernel_text_end', 'init_module'), ['symbols', 'interface']],
    ['a symbol that others see', (object) => void object.bytes.writeUInt8(0x10, object.symbol('') + symbolEntry.info), ['symbols']],
    [
      'a symbol in no section (common)',
      (object) => void object.bytes.writeUInt16LE(0xfff2, object.symbol('w2e_kernel_exports') + symbolEntry.section),
      ['symbols', 'interface'],
    ],
    ['an indirect function', (object) => void object.bytes.writeUInt8(0x1a, object.symbol('w2e_kernel_text') + symbolEntry.info), ['symbols']],
    ['a symbol that may be missing', (object) => void object.bytes.writeUInt8(0x20, object.symbol('w2e_kernel_landings') + symbolEntry.info), ['symbols']],
    ['code that begins later', (object) => void object.bytes.writeUInt32LE(4, object.symbol('w2e_kernel_text') + symbolEntry.value), ['interface']],
    ['code that ends earlier', (object) => void object.bytes.writeUInt32LE(4, object.symbol('w2e_kernel_text_end') + symbolEntry.value), ['interface']],
    ['exports that are no functions', (object) => void object.bytes.writeUInt32LE(48, object.symbol('w2e_kernel_exports') + symbolEntry.value), ['interface']],
    ['a relocation without a symbol', (object) => void object.bytes.writeUInt32LE(0, object.contents('.rela.text') + SYMBOL), ['relocations']],
    ['a row that is done otherwise at a fault', (object) => void object.bytes.writeUInt8(3, object.contents('__ex_table') + 8), ['exception-table']],
    ['a row that changes the stack pointer', (object) => void object.bytes.writeUInt8(4, object.contents('__ex_table') + 9), ['exception-table']],
    ['a row with the place of another', (object) => void object.bytes.writeUInt8(9, object.contents('__ex_table') + ROW + 10), ['exception-table']],
    ['a row for another instruction', (object) => void object.bytes.writeUInt8(0, object.contents('.rela__ex_table') + ADDEND), ['exception-table']],
    [
      'a row that lands elsewhere',
      (object) => void object.bytes.writeUInt32LE(16, object.contents('.rela__ex_table') + RELOCATION + ADDEND),
      ['exception-table'],
    ],
    ['a distance of another kind', (object) => void object.bytes.writeUInt32LE(R_64, object.contents('.rela__ex_table') + TYPE), ['exception-table']],
    ['two distances in one place', (object) => void object.bytes.writeUInt32LE(0, object.contents('.rela__ex_table') + RELOCATION), ['exception-table']],
  ];

  test.each(changes)('%s', async (_what, change, rules) => {
    const object = await Changed.of(two);
    change(object);
    expect(object.brokenRules()).toEqual(rules);
  });
});

test('every rule has an object that breaks it', () => {
  const elsewhere = ['relocatable', 'symbols', 'interface', 'variables', 'exception-table'];
  expect(
    kernelRules(x64.kernelObject!)
      .map(({ id }) => id)
      .sort(),
  ).toEqual([...Object.keys(hostile), ...elsewhere].sort());
});
