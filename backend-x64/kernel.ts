// Code for ring 0 of Linux on x86-64: what the kernel's own code is compiled with, as far as code in a module has to be
// (arch/x86/Makefile), and no red zone, since interrupts use the stack.

import type { KernelObjectTarget, KernelTarget } from '../codegen/kernel-target.js';
import { kernelStack } from '../runtime-c/tables/kernel.js';
import { exceptionTable, landingCount } from './kernel/exception-table.js';
import { codeRules, kernelThunk, verifyCode } from './kernel/rules.js';

/** Bits of the stack pointer that are all zero where the reserve begins: the reserve is a power of two below the size. */
const ABOVE_RESERVE = kernelStack.size - kernelStack.reserve;

const NO_FLAGS = '~{dirflag},~{fpsr},~{flags}';

export const kernel: KernelTarget = {
  cpu: 'x86-64-v2',
  // Indirect calls through the kernel's thunks; nothing runs on behind a return or an indirect jump.
  features: '+retpoline-indirect-calls,+retpoline-indirect-branches,+retpoline-external-thunk,+harden-sls-ret,+harden-sls-ijmp',
  attributes: 'noredzone nounwind fn_ret_thunk_extern "no-jump-tables"="true" "frame-pointer"="none"',
  moduleFlags: [[8, 'cf-protection-branch', 1]],
  // `cce`: equal, which is zero.
  stackIsLow: { text: `testl $$${ABOVE_RESERVE}, %esp`, constraints: `={@cce},${NO_FLAGS}` },
  maskBelow: { text: 'cmpq $2, $1\n\tsbbq $0, $0', constraints: `=r,r,i,${NO_FLAGS}` },
  jumpTable: {
    jump: `andl $2, \${0:k}\n\tmovq 1f(,\${0:q},8), \${0:q}\n\tjmp __x86_indirect_thunk_\${0:V}\n\t.pushsection .rodata.jumps,"a",@progbits\n\t.balign 8\n1:`,
    element: '\n\t.quad ',
    end: '\n\t.popsection',
    constraints: NO_FLAGS,
  },
};

export const kernelObject: KernelObjectTarget = {
  disassembledFor: 'x86-64-v4',
  isThunk: (symbol) => kernelThunk.test(symbol),
  exceptionTable,
  landingCount,
  codeRules,
  verifyCode,
};
