// The code of a program for ring 0, beside its linked executable → the folder of a kernel module. The executable gets the hash of the
// object, by which its launcher and the module know that they belong together.

import { open, readFile } from 'node:fs/promises';
import type { Target } from '../codegen/target.js';
import { kernelFunctions, kernelVariables, type KernelName } from '../runtime-c/tables/kernel.js';
import { traps, trapSymbol } from '../runtime-c/tables/traps.js';
import { ElfImage, segmentTypes, symbolTypes } from './elf-image.js';
import { type KernelImport, objectHash, writeKernelFolder } from './kernel-folder.js';
import { kernelFunctionTable } from './kernel-functions.js';
import { finishKernelObject, type KernelCodeInput, mergeKernelCode } from './kernel-object.js';

/** The code of a program for ring 0. */
export interface KernelCode {
  readonly code: Uint8Array;
  /** An object for the executable, of `kernelFunctionTable`. */
  readonly functionTable: Uint8Array;
}

/** Joins the parts for ring 0. Throws what `mergeKernelCode` throws. */
export async function mergeKernel(input: KernelCodeInput): Promise<KernelCode> {
  const code = await mergeKernelCode(input);
  return { code, functionTable: kernelFunctionTable(code, input.target) };
}

export interface KernelInput {
  readonly target: Target;
  /** What the program is called in the kernel. */
  readonly name: KernelName;
  /** Of `mergeKernel`. */
  readonly code: Uint8Array;
  /** By number. */
  readonly imports: readonly KernelImport[];
  /** The executable, which is changed, and one like it with all symbols. */
  readonly executable: string;
  readonly withSymbols: string;
  /** Folder of the runtime's sources for the kernel. */
  readonly sources: string;
  /** The folder that is written: there, and empty. */
  readonly output: string;
  /** One line that says which program made the folder. */
  readonly producer: string;
}

export interface KernelResult {
  /** Bytes of code in the kernel. */
  readonly codeBytes: number;
}

/** Makes the folder. Throws what `finishKernelObject` throws. */
export async function linkKernel(input: KernelInput): Promise<KernelResult> {
  const image = ElfImage.parse(await readFile(input.withSymbols));
  const symbols = image.symbols().filter(({ sectionIndex, name }) => sectionIndex !== 0 && name !== '');
  const addresses = new Map(symbols.filter(({ type }) => type !== symbolTypes.func).map(({ name, value }) => [name, value]));
  const object = finishKernelObject(input.code, {
    target: input.target,
    variables: addresses,
    provided: new Set([...input.imports.map(({ name }) => name), ...kernelFunctions, ...traps.map(({ kind }) => trapSymbol(kind))]),
  });
  await writeKernelFolder({ folder: input.output, name: input.name, object, imports: input.imports, sources: input.sources, producer: input.producer });
  await writeHash(input.executable, fileOffset(image, addresses.get(kernelVariables.hash)), objectHash(object.bytes));
  return { codeBytes: object.codeBytes };
}

/** Where in the file an address is. */
function fileOffset({ segments }: ElfImage, address: number | undefined): number {
  const segment = segments.find(
    ({ type, address: start, fileSize }) => type === segmentTypes.load && address !== undefined && address >= start && address < start + fileSize,
  );
  if (segment === undefined || address === undefined) throw new Error(`${kernelVariables.hash} is not in the executable`);
  return segment.offset + address - segment.address;
}

async function writeHash(path: string, offset: number, words: readonly bigint[]): Promise<void> {
  const bytes = Buffer.alloc(words.length * 8);
  words.forEach((word, i) => void bytes.writeBigUInt64LE(word, i * 8));
  const file = await open(path, 'r+');
  try {
    await file.write(bytes, 0, bytes.length, offset);
  } finally {
    await file.close();
  }
}
