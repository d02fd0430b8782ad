// The parts of a program for ring 0 → the object that a kernel module links (`prog.o_shipped`). lld -r puts all code in one section; then
// variables become absolute symbols, with the addresses that they have in the executable, everything else that is defined becomes local,
// and the exception table is added. What the object may hold is in verify-kernel.ts.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ABSOLUTE, type Frames, type ThunkSites } from '../codegen/kernel-target.js';
import type { Target } from '../codegen/target.js';
import { disassemble } from '../llvm-bindings/disassemble.js';
import { kernelLandings, kernelSymbols } from '../runtime-c/tables/kernel.js';
import { ElfImage, type ElfSection, sectionTypes, symbolBindings, symbolEntry, symbolTypes } from './elf-image.js';
import { VerificationError } from './errors.js';
import { findLld } from './find-lld.js';
import { NameTable } from './name-table.js';
import { filePath, objectPaths, type ObjectInput, runLld } from './run-lld.js';
import { verifyKernel } from './verify-kernel.js';
import { type NewSection, writeObject } from './write-object.js';

/** What goes into the code. */
export interface KernelCodeInput {
  readonly target: Target;
  /** The program's parts for ring 0, and what they need of the runtime there. */
  readonly objects: readonly ObjectInput[];
  /** An existing directory for the parts; the caller removes or keeps it. */
  readonly workDirectory: string;
  readonly onCommand?: (command: readonly string[]) => void;
}

/** What code for ring 0 is joined with. */
export interface KernelObjectInput {
  readonly target: Target;
  /** Addresses of the executable's variables, by name. */
  readonly variables: ReadonlyMap<string, number>;
  /** Functions that the module around the object defines. */
  readonly provided: ReadonlySet<string>;
}

/** The object, and what the module around it has to know. */
export interface KernelObject {
  readonly bytes: Buffer;
  /** Bytes of code, and rows of the exception table. */
  readonly codeBytes: number;
  readonly exceptionRows: number;
  readonly landings: number;
  /** What it takes from the module around it. */
  readonly undefinedSymbols: readonly string[];
  readonly frames: Frames;
  readonly sites: ThunkSites;
}

/** Where all code begins. */
const CODE = 'w2e_kernel_text';

const script = `SECTIONS
{
  .text : ALIGN(16) { ${CODE} = .; *(.text .text.*) w2e_kernel_text_end = .; }
  .rodata : ALIGN(16) { *(.rodata .rodata.*) }
  /DISCARD/ : { *(.comment) *(.llvm_addrsig) *(.note.*) *(.eh_frame) }
}
`;

/** Joins the parts: all code in one section, whose layout is final. Throws `MissingToolError` without lld, and `LinkError` when lld refuses. */
export async function mergeKernelCode(input: KernelCodeInput): Promise<Buffer> {
  const lld = findLld();
  const scriptPath = join(input.workDirectory, 'kernel.ld');
  const merged = join(input.workDirectory, 'kernel.o');
  await writeFile(scriptPath, script);
  const folder = input.workDirectory;
  const parts = await objectPaths(input.objects, folder, 'kernel-part');
  const args = [
    '-m',
    input.target.lldEmulation,
    '-r',
    '--force-group-allocation',
    '--no-mmap-output-file',
    '-T',
    filePath(scriptPath),
    '-o',
    filePath(merged),
    ...parts.map(filePath),
  ];
  input.onCommand?.([lld.path, ...args]);
  await runLld(lld, args);
  return readFile(merged);
}

/** Gives merged code its symbols and its exception table. Throws `VerificationError` when the code does what none in ring 0 may. */
export function finishKernelObject(merged: Uint8Array, { target, variables, provided }: KernelObjectInput): KernelObject {
  const image = ElfImage.parse(merged);
  const text = image.section('.text');
  if (text === undefined) throw new Error('an object without code');
  const { kernelObject: kernel, llvmName, triple } = target;
  if (kernel === undefined) throw new Error(`there is no kernel variant for ${target.name}`);
  const code = disassemble(image.contents(text), { llvmName, triple, cpu: kernel.disassembledFor });
  const symbols = kernelSymbolTable(image, variables, text);
  const table = kernel.exceptionTable(code, symbols.code, symbols.landings);
  const ALLOCATED = 2,
    INFO_IS_SECTION = 0x40;
  const added: NewSection[] = [
    { name: '__ex_table', type: sectionTypes.progbits, flags: ALLOCATED, contents: table.contents, link: 0, info: 0, alignment: 4, entrySize: 0 },
    {
      name: '.rela__ex_table',
      type: sectionTypes.rela,
      flags: INFO_IS_SECTION,
      contents: table.relocations,
      link: symbols.index,
      info: image.sections.length,
      alignment: 8,
      entrySize: 24,
    },
  ];
  const bytes = writeObject(image, { contents: symbols.contents, info: new Map([[symbols.index, symbols.firstGlobal]]), added });
  const finished = ElfImage.parse(bytes);
  const { violations, frames, sites } = verifyKernel(finished, { target, kernel, provided });
  if (violations.length > 0) throw new VerificationError(violations);
  return {
    bytes,
    codeBytes: text.size,
    exceptionRows: table.rows,
    landings: kernel.landingCount(text.size),
    undefinedSymbols: finished
      .symbols()
      .filter(({ sectionIndex, name }) => sectionIndex === 0 && name !== '')
      .map(({ name }) => name),
    frames,
    sites,
  };
}

const RELOCATION = 24,
  RELOCATION_SYMBOL = 12;

/** The symbol table written anew: local symbols first, as ELF wants. */
interface SymbolTable {
  /** Index of its section. */
  readonly index: number;
  /** Contents by section, with those of relocations, which name symbols by number. */
  readonly contents: ReadonlyMap<number, Buffer>;
  readonly firstGlobal: number;
  /** Numbers of the symbols for the start of the code and for the landings. */
  readonly code: number;
  readonly landings: number;
}

/**
 * All code is one function, since the kernel's objtool, which learns from switch.S to leave it alone, would follow each and every one, and
 * miss that some of them never return.
 */
function kernelSymbolTable(image: ElfImage, variables: ReadonlyMap<string, number>, text: ElfSection): SymbolTable {
  const section = image.sections.find(({ type }) => type === sectionTypes.symtab);
  if (section === undefined) throw new Error('an object without symbols');
  const old = image.contents(section);
  const relocations = image.sections.filter(({ type }) => type === sectionTypes.rela);
  const referred = new Set<number>();
  for (const each of relocations) {
    const contents = image.contents(each);
    for (let at = RELOCATION_SYMBOL; at < contents.length; at += RELOCATION) referred.add(contents.readUInt32LE(at));
  }
  const kept = image.symbols().flatMap(({ name, sectionIndex, binding }, i) => {
    const number = i + 1;
    if (!referred.has(number) && !kernelSymbols.has(name)) return [];
    // What is weak is 0 where the executable does not have it.
    const address = sectionIndex === 0 ? (variables.get(name) ?? (binding === symbolBindings.weak ? 0 : undefined)) : undefined;
    return [{ number, name: kernelSymbols.has(name) || (sectionIndex === 0 && address === undefined) ? name : '', address }];
  });
  const ordered = [...kept.filter(({ name }) => name === ''), ...kept.filter(({ name }) => name !== '')];
  const firstGlobal = ordered.findIndex(({ name }) => name !== '');
  const names = new NameTable();
  // The empty symbol, one for the start of the code, then the others; the landings are last.
  const contents = Buffer.alloc((ordered.length + 3) * symbolEntry.size);
  const numbers = new Map([[0, 0]]);
  const SECTION_SYMBOL = 3;
  contents.writeUInt8(SECTION_SYMBOL, symbolEntry.size + symbolEntry.info);
  contents.writeUInt16LE(text.index, symbolEntry.size + symbolEntry.section);
  ordered.forEach(({ number, name, address }, i) => {
    const at = (i + 2) * symbolEntry.size;
    old.copy(contents, at, number * symbolEntry.size, (number + 1) * symbolEntry.size);
    contents.writeUInt32LE(names.add(name), at + symbolEntry.name);
    contents.writeUInt8(0, at + symbolEntry.other);
    const isCode = contents.readUInt16LE(at + symbolEntry.section) === text.index;
    const isAll = isCode && name === CODE;
    const type = isAll ? symbolTypes.func : isCode ? symbolTypes.none : contents.readUInt8(at + symbolEntry.info) & 15;
    if (isCode) contents.writeBigUInt64LE(isAll ? BigInt(text.size) : 0n, at + symbolEntry.objectSize);
    const binding = name === '' ? symbolBindings.local : symbolBindings.global;
    contents.writeUInt8(type | (binding << 4), at + symbolEntry.info);
    if (address !== undefined) {
      contents.writeUInt16LE(ABSOLUTE, at + symbolEntry.section);
      contents.writeBigUInt64LE(BigInt(address), at + symbolEntry.value);
    }
    numbers.set(number, i + 2);
  });
  const landings = ordered.length + 2;
  const at = landings * symbolEntry.size;
  contents.writeUInt32LE(names.add(kernelLandings), at + symbolEntry.name);
  contents.writeUInt8(symbolBindings.global << 4, at + symbolEntry.info);
  const changed = new Map<number, Buffer>([
    [section.index, contents],
    [section.link, names.bytes()],
  ]);
  for (const each of relocations) {
    const written = Buffer.from(image.contents(each));
    for (let r = RELOCATION_SYMBOL; r < written.length; r += RELOCATION) written.writeUInt32LE(numbers.get(written.readUInt32LE(r))!, r);
    changed.set(each.index, written);
  }
  return { index: section.index, contents: changed, firstGlobal: (firstGlobal < 0 ? ordered.length : firstGlobal) + 2, code: 1, landings };
}
