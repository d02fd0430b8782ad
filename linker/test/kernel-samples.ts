// Assembly for ring 0, assembled by LLVM and linked as programs are, for tests of what such objects may hold.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { x64 } from '../../backend-x64/target.js';
import { compileIr } from '../../llvm-bindings/compile.js';
import { kernelFunctions, kernelStack } from '../../runtime-c/tables/kernel.js';
import { traps, trapSymbol } from '../../runtime-c/tables/traps.js';
import { VerificationError } from '../errors.js';
import { type KernelObject, finishKernelObject, mergeKernelCode } from '../kernel-object.js';

/** A folder for the objects of one test file; whoever asks removes it. */
export const kernelScratch = (): string => mkdtempSync(join(tmpdir(), 'w2e-kernel-'));

/** What the module around the objects provides: two imports besides what every module has. */
export const provided: ReadonlySet<string> = new Set(['w2e_env_time', 'w2e_wasi_proc_exit', ...kernelFunctions, ...traps.map(({ kind }) => trapSymbol(kind))]);

export const variables: ReadonlyMap<string, number> = new Map([
  ['w2e_memory', x64.memoryBase],
  ['w2e_global', 0x210000],
]);

/** The instructions that `run` has, and what is beside it. */
export interface Assembly {
  readonly body: string;
  readonly beside?: string;
}

const RETURN = 'jmp __x86_return_thunk\nint3\n';
/** A test of the stack; a body that has it gets the trap at the label `low`. */
export const TEST_STACK = `testl $${kernelStack.size - kernelStack.reserve}, %esp\nje low`;
const LOW_STACK = 'low: call w2e_trap_call_stack_exhausted\nud2\n';
/** The element of a table of four functions, by an index in edi, in r11. */
export const LOAD_CALLEE = 'movl %edi, %eax\ncmpq $4, %rax\nsbbq %rax, %rax\nandl %edi, %eax\nmovq table(,%rax,8), %r11';

/** A program with the export `run`, a leaf `helper`, and a table of functions and constants; `body` ends before its return. */
function program({ body, beside = '' }: Assembly): string {
  return `
.section .rodata,"a",@progbits
.balign 16
.globl w2e_kernel_exports
w2e_kernel_exports: .quad run, 0, 0
table: .quad helper, helper, w2e_env_time, 0
numbers: .quad 1, 2, 3, 4
.text
.balign 16
run: endbr64
${body}
${RETURN}
${/ low\b/.test(body + beside) ? LOW_STACK : ''}
.balign 16, 0xcc
helper: endbr64
leal 1(%rdi), %eax
${RETURN}
${beside}
`;
}

/** Assembles. */
export function assemble(text: string): Uint8Array {
  const lines = text.split('\n').map((line) => `module asm "${line.replace(/["\\]/g, (character) => `\\${character.charCodeAt(0).toString(16)}`)}"`);
  const { llvmName, triple } = x64;
  const ir = Buffer.from(`target triple = "${triple}"\n${lines.join('\n')}\n`);
  const machine = { llvmName, triple, cpu: 'x86-64-v4', features: '+avx512f,+xsave,+mmx', codegenLevel: 0 } as const;
  return compileIr({ ir, name: 'sample', machine, passes: '', verify: true, outputs: ['obj'] }).outputs.obj!;
}

/** The code of a program in one section. */
export function mergeSample(folder: string, assembly: Assembly): Promise<Buffer> {
  return mergeKernelCode({ target: x64, objects: [assemble(program(assembly))], workDirectory: mkdtempSync(join(folder, 'link-')) });
}

/** The object of a program. Throws what `finishKernelObject` throws. */
export async function linkSample(folder: string, assembly: Assembly, absolute = variables): Promise<KernelObject> {
  return finishKernelObject(await mergeSample(folder, assembly), { target: x64, variables: absolute, provided });
}

/** The rules (their ids) that a program breaks, in their order. */
export async function brokenRules(folder: string, assembly: Assembly, absolute = variables): Promise<string[]> {
  try {
    await linkSample(folder, assembly, absolute);
    return [];
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    return idsOf(error.violations);
  }
}

export const idsOf = (violations: readonly string[]): string[] => [...new Set(violations.map((violation) => violation.slice(0, violation.indexOf(':'))))];
