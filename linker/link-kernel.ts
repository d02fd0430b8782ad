// The parts of a program for ring 0, beside its linked executable → the folder of a kernel module. The executable gets the hash of the
// object, by which its launcher and the module know that they belong together.

import { open, readFile } from 'node:fs/promises';
import type { Target } from '../codegen/target.js';
import { kernelFunctions, kernelVariables, type KernelName } from '../runtime-c/tables/kernel.js';
import { traps, trapSymbol } from '../runtime-c/tables/traps.js';
import { ElfImage, segmentTypes, symbolTypes } from './elf-image.js';
import { type KernelImport, objectHash, writeKernelFolder } from './kernel-folder.js';
import { linkKernelObject } from './kernel-object.js';
import type { ObjectInput } from './run-lld.js';

export interface KernelInput {
  readonly target: Target;
  /** What the program is called in the kernel. */
  readonly name: KernelName;
  readonly objects: readonly ObjectInput[];
  /** The runtime for ring 0. */
  readonly runtimeArchive: string;
  /** By number. */
  readonly imports: readonly KernelImport[];
  /** The executable, which is changed, and one like it with all symbols. */
  readonly executable: string;
  readonly withSymbols: string;
  /** Folder of the runtime's sources for the kernel. */
  readonly sources: string;
  /** The folder that is written: there, and empty. */
  readonly output: string;
  /** An existing directory for the parts; the caller removes or keeps it. */
  readonly workDirectory: string;
  /** One line that says which program made the folder. */
  readonly producer: string;
  readonly onCommand?: (command: readonly string[]) => void;
}

export interface KernelResult {
  /** Bytes of code in the kernel. */
  readonly codeBytes: number;
}

/** Makes the folder. Throws what `linkKernelObject` throws. */
export async function linkKernel(input: KernelInput): Promise<KernelResult> {
  const image = ElfImage.parse(await readFile(input.withSymbols));
  const symbols = image.symbols().filter(({ sectionIndex, name }) => sectionIndex !== 0 && name !== '');
  const addresses = new Map(symbols.filter(({ type }) => type !== symbolTypes.func).map(({ name, value }) => [name, value]));
  const object = await linkKernelObject({
    target: input.target,
    objects: [...input.objects, input.runtimeArchive],
    variables: addresses,
    provided: new Set([...input.imports.map(({ name }) => name), ...kernelFunctions, ...traps.map(({ kind }) => trapSymbol(kind))]),
    workDirectory: input.workDirectory,
    ...(input.onCommand === undefined ? {} : { onCommand: input.onCommand }),
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
