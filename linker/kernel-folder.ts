// The folder of a kernel module that holds a program: the runtime's sources, the object, and what these have to know of each other.

import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kernelExports, kernelHash, type KernelName } from '../runtime-c/tables/kernel.js';
import { traps, trapSymbol } from '../runtime-c/tables/traps.js';
import type { KernelObject } from './kernel-object.js';

/** A function of the runtime that the program imports: how a call passes its arguments (x86-64, C). */
export interface KernelImport {
  readonly name: string;
  readonly returns: boolean;
  readonly integers: number;
  readonly floats: number;
  readonly stackWords: number;
}

export interface KernelFolderInput {
  readonly folder: string;
  readonly name: KernelName;
  readonly object: KernelObject;
  /** By number. */
  readonly imports: readonly KernelImport[];
  /** Folder of the runtime's sources for the kernel. */
  readonly sources: string;
  /** One line that says which program made the folder. */
  readonly producer: string;
}

/** SHA-256 of the object, as the words that the executable and the module compare. */
export function objectHash(object: Uint8Array): bigint[] {
  const digest = createHash('sha256').update(object).digest();
  return Array.from({ length: kernelHash.words }, (_, i) => digest.readBigUInt64LE(i * 8));
}

const number = (kind: string): number => traps.find((trap) => trap.kind === kind)!.number;

/** `program.h`. Names in it are of our own alphabet: symbols of the runtime, and a `KernelName`. */
export function programHeader({ name, object, imports }: Pick<KernelFolderInput, 'name' | 'object' | 'imports'>): string {
  const used = new Set(object.undefinedSymbols);
  const rows = imports.map((row, i) => `    X(${i}, ${row.name}, ${row.returns ? 1 : 0}, ${row.integers}, ${row.floats}, ${row.stackWords})`);
  const trapRows = traps.filter(({ kind }) => used.has(trapSymbol(kind))).map(({ kind, number: value }) => `    X(${trapSymbol(kind)}, ${value})`);
  const define = (macro: string, lines: readonly string[]): string => [`#define ${macro}(X)`, ...lines].join(' \\\n');
  return `// Facts of this program.
#define PROGRAM_NAME "${name}"
#define PROGRAM_HASH {${objectHash(object.bytes)
    .map((word) => `0x${word.toString(16)}ull`)
    .join(', ')}}
#define PROGRAM_LANDINGS ${object.landings}
#define PROGRAM_EXPORTS ${kernelExports.length}
#define PROGRAM_JUMPS ${used.has('w2e_jump_begin') ? 1 : 0}
#define PROGRAM_TRAP_STACK ${number('call_stack_exhausted')}
// number, symbol, whether it returns, arguments in general registers, in vector registers, on the stack
${define('PROGRAM_IMPORTS', rows)}
// symbol, number of the trap
${define('PROGRAM_TRAPS', trapRows)}
`;
}

/** `frames.h`: a row holds up to the next one. */
export function frameTable({ frames }: Pick<KernelObject, 'frames'>): string {
  const all = [[0, 0] as const, ...frames];
  const rows = all.filter(([, depth], i) => depth !== all[i - 1]?.[1]).map(([place, depth]) => `{${place}, ${depth}},`);
  return `// How far return addresses are above the stack pointer: a place in the code of the program, bytes.
static const struct {
    u32 place, depth;
} frames[] = {
${rows.join('\n')}
};
`;
}

/**
 * `sites.S`: branches to the kernel's thunks, as objtool lists them, so that the kernel puts returns and indirect branches in their place
 * where the CPU needs no thunks. It looks at each place before it changes anything. Where objtool looks at the whole module it writes these lists itself.
 */
export function siteLists({ sites: { returns, indirect } }: Pick<KernelObject, 'sites'>): string {
  const list = (section: string, places: readonly number[]): string =>
    [`    .section ${section}, "a"`, ...places.map((place) => `    .long w2e_kernel_text + ${place} - .`)].join('\n');
  return `// Where the program branches to thunks of the kernel.
#if !defined(CONFIG_LTO_CLANG) && !defined(CONFIG_X86_KERNEL_IBT)
${list('.return_sites', returns)}
${list('.retpoline_sites', indirect)}
#endif
    .section .note.GNU-stack, "", @progbits
`;
}

const kbuild = (name: KernelName): string => `obj-m := w2e_${name}.o
w2e_${name}-y := device.o calls.o trace.o stack.o tick.o float.o switch.o sites.o prog.o
# It changes stacks; where objtool looks at the whole module, switch.S says so itself.
OBJECT_FILES_NON_STANDARD_switch.o := y
`;

const readme = ({ name, producer }: KernelFolderInput): string => `The program ${name} as a module of the Linux kernel, made by ${producer}.

    make -C /lib/modules/$(uname -r)/build M=$PWD modules
    insmod w2e_${name}.ko

From then on the executable beside this folder runs in the kernel, where it may open /dev/w2e-${name} (mode 0600). W2E_KERNEL=off in its
environment keeps it in user space, W2E_KERNEL=require ends it where it cannot run in the kernel, W2E_KERNEL_LOG=1 says where it runs.
The module runs this one program only; what its code does wrong is as much the kernel's trouble as with any module.
`;

/** Writes the folder, which is there and empty. */
export async function writeKernelFolder(input: KernelFolderInput): Promise<void> {
  const { folder, sources, name, object } = input;
  await mkdir(folder, { recursive: true });
  for (const file of (await readdir(sources)).filter((each) => /\.[chS]$/.test(each))) await copyFile(join(sources, file), join(folder, file));
  await writeFile(join(folder, 'program.h'), programHeader(input));
  await writeFile(join(folder, 'frames.h'), frameTable(object));
  await writeFile(join(folder, 'sites.S'), siteLists(object));
  await writeFile(join(folder, 'Kbuild'), kbuild(name));
  await writeFile(join(folder, 'README'), readme(input));
  await writeFile(join(folder, 'prog.o_shipped'), object.bytes);
  await writeFile(join(folder, '.prog.o.cmd'), '');
}
