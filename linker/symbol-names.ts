// Names of the compiled module's functions in what the link makes.
//
// In the objects that LLVM writes and lld reads, functions have numbers, so no name of a module meets one that means something
// to them. Afterwards nothing binds by name any more, and the string table is written anew with the module's own names,
// which perf, gdb and backtraces show. Clones that LLVM makes (`w2e.f.7.cold`) keep what LLVM appended; what it takes out
// of a function at block N (`w2e.f.7.1.bN`) is called `NAME.part`.

import { type ElfImage, elfHeader, sectionHeader, sectionTypes, symbolEntry } from './elf-image.js';
import { NameTable } from './name-table.js';

/** What functions are called. */
export interface FunctionNames {
  /** What their symbols in objects begin with; the index follows. */
  readonly stem: string;
  /** By index. Nothing in them may be NUL. */
  readonly names: readonly string[];
}

/** Bytes to be written over a file from an offset on. */
export interface FilePatch {
  readonly offset: number;
  readonly bytes: Buffer;
}

const suffixOfPart = /^\.\d+\.[a-z]\d+x?$/;

/** The name in the finished file of a symbol of an object. */
export function shownName(symbol: string, { stem, names }: FunctionNames): string {
  if (!symbol.startsWith(stem)) return symbol;
  const [, index, suffix] = /^(\d+)(.*)$/s.exec(symbol.slice(stem.length)) ?? [];
  const name = names[Number(index ?? -1)];
  if (name === undefined) throw new Error(`${symbol} is no function of the program`);
  return `${name}${suffixOfPart.test(suffix ?? '') ? '.part' : (suffix ?? '')}`;
}

/**
 * Gives the functions of an executable their names: patches, of which the last one ends the file. Nothing where the file has no
 * symbols. lld writes the string table last, in front of the section headers.
 */
export function nameFunctions(image: ElfImage, functions: FunctionNames): readonly FilePatch[] {
  const table = image.sections.find(({ type }) => type === sectionTypes.symtab);
  const strings = table === undefined ? undefined : image.sections[table.link];
  if (table === undefined || strings === undefined) return [];
  const { bytes } = image;
  const headersAt = Number(bytes.readBigUInt64LE(elfHeader.sectionHeaders));
  const behind = image.sections.some(({ type, offset }) => type !== sectionTypes.nobits && offset > strings.offset);
  if (behind || headersAt < strings.offset + strings.size) throw new Error('the string table is not the last section of the file');

  const names = new NameTable();
  const symbols = Buffer.from(image.contents(table));
  image.symbols().forEach(({ name }, i) => symbols.writeUInt32LE(names.add(shownName(name, functions)), (i + 1) * symbolEntry.size + symbolEntry.name));
  const text = names.bytes();
  const padding = (8 - ((strings.offset + text.length) % 8)) % 8;
  const header = Buffer.from(bytes.subarray(0, elfHeader.size));
  header.writeBigUInt64LE(BigInt(strings.offset + text.length + padding), elfHeader.sectionHeaders);
  const headers = Buffer.from(bytes.subarray(headersAt, headersAt + image.sections.length * sectionHeader.headerSize));
  headers.writeBigUInt64LE(BigInt(text.length), strings.index * sectionHeader.headerSize + sectionHeader.size);
  return [
    { offset: 0, bytes: header },
    { offset: table.offset, bytes: symbols },
    { offset: strings.offset, bytes: Buffer.concat([text, Buffer.alloc(padding), headers]) },
  ];
}
