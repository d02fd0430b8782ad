// Files that go into an executable → an object with one read-only section. It wants the runtime's function for them, so that programs
// without files do not have it. ELF64, little-endian.

import { fieldOffset, layoutOf, structs } from '../runtime-c/tables/contract.js';
import type { Target } from '../codegen/target.js';
import { elfHeader, elfTypes, sectionHeader, sectionTypes, symbolBindings, symbolEntry, symbolTypes } from './elf-image.js';

/** A file inside the executable; without contents an empty directory. */
export interface EmbeddedFile {
  /** Absolute, without `.`, `..` and repeated slashes, none at the end. */
  readonly path: string;
  readonly contents: Uint8Array | undefined;
}

/** The section that has them. */
export const embeddedSection = '.w2e.files';

/** Bytes of all files: what fits below linear memory with a program of any size beside it. */
export const mostEmbeddedBytes = 192 * 2 ** 20;

/** Contents begin at multiples of this. */
const ALIGNMENT = 16;
const HEAD = layoutOf(structs.embeddedFiles).size;
const ROW = layoutOf(structs.embeddedFile).size;

/** In the order of the runtime's index: a slash is less than any other byte, so that what is in a directory follows it. */
export function inIndexOrder<T extends { readonly path: string }>(entries: readonly T[]): T[] {
  return entries
    .map((entry) => ({ entry, key: Buffer.from(Buffer.from(entry.path).map((byte) => (byte === 0x2f ? 0 : byte))) }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ entry }) => entry);
}

/** The section: `struct w2e_embedded_files`, a `struct w2e_embedded_file` for each, paths, contents. `files` are in the order of `inIndexOrder`. */
export function embeddedContents(files: readonly EmbeddedFile[]): Buffer {
  const head = Buffer.alloc(HEAD + files.length * ROW);
  head.writeBigUInt64LE(BigInt(files.length), fieldOffset(structs.embeddedFiles, 'count'));
  const parts: Uint8Array[] = [head];
  let size = head.length;
  const append = (bytes: Uint8Array, alignment: number): bigint => {
    const padding = (alignment - (size % alignment)) % alignment;
    const at = size + padding;
    parts.push(Buffer.alloc(padding), bytes);
    size = at + bytes.length;
    return BigInt(at);
  };
  const set = (row: number, field: (typeof structs.embeddedFile.fields)[number]['name'], value: bigint): void => {
    head.writeBigUInt64LE(value, HEAD + row * ROW + fieldOffset(structs.embeddedFile, field));
  };
  files.forEach(({ path }, i) => set(i, 'path', append(Buffer.from(`${path}\0`), 1)));
  files.forEach(({ contents }, i) => {
    set(i, 'data', append(contents ?? new Uint8Array(), ALIGNMENT));
    set(i, 'size', BigInt(contents?.length ?? 0));
    set(i, 'is_directory', contents === undefined ? 1n : 0n);
  });
  return Buffer.concat(parts);
}

/** What a section of an executable has: path and size of each file; size undefined for directories. Throws `RangeError` on what is none of ours. */
export function readEmbedded(section: Buffer): { readonly path: string; readonly size: number | undefined }[] {
  const count = Number(section.readBigUInt64LE(fieldOffset(structs.embeddedFiles, 'count')));
  if (count > section.length / ROW) throw new RangeError('more files than the section has room for');
  const get = (row: number, field: (typeof structs.embeddedFile.fields)[number]['name']): number =>
    Number(section.readBigUInt64LE(HEAD + row * ROW + fieldOffset(structs.embeddedFile, field)));
  return Array.from({ length: count }, (_, i) => {
    const at = get(i, 'path');
    return {
      path: section.toString('utf8', at, Math.max(at, section.indexOf(0, at))),
      size: get(i, 'is_directory') === 1 ? undefined : get(i, 'size'),
    };
  });
}

/** The object. */
export function embeddedObject(files: readonly EmbeddedFile[], { elfMachine }: Pick<Target, 'elfMachine'>): Buffer {
  const names = nameList(['', 'w2e_embedded', 'w2e_files_call']);
  const symbols = Buffer.alloc(3 * symbolEntry.size);
  const symbol = (index: number, name: string, type: number, section: number): void => {
    const at = index * symbolEntry.size;
    symbols.writeUInt32LE(names.at(name), at + symbolEntry.name);
    symbols.writeUInt8((symbolBindings.global << 4) | type, at + symbolEntry.info);
    symbols.writeUInt16LE(section, at + symbolEntry.section);
  };
  symbol(1, 'w2e_embedded', symbolTypes.object, 1);
  symbol(2, 'w2e_files_call', symbolTypes.none, 0);
  const sectionNames = nameList(['', embeddedSection, '.symtab', '.strtab']);
  const sections = [
    {
      name: embeddedSection,
      type: sectionTypes.progbits,
      flags: SHF_ALLOC,
      contents: embeddedContents(files),
      link: 0,
      info: 0,
      alignment: ALIGNMENT,
      entry: 0,
    },
    { name: '.symtab', type: sectionTypes.symtab, flags: 0, contents: symbols, link: 3, info: 1, alignment: 8, entry: symbolEntry.size },
    // Names of symbols and of sections, one behind the other.
    {
      name: '.strtab',
      type: sectionTypes.strtab,
      flags: 0,
      contents: Buffer.concat([names.bytes, sectionNames.bytes]),
      link: 0,
      info: 0,
      alignment: 1,
      entry: 0,
    },
  ];
  const headers = Buffer.alloc((sections.length + 1) * sectionHeader.headerSize);
  const parts: Buffer[] = [];
  let offset: number = elfHeader.size;
  sections.forEach(({ name, type, flags, contents, link, info, alignment, entry }, i) => {
    const at = (i + 1) * sectionHeader.headerSize;
    const padding = (alignment - (offset % alignment)) % alignment;
    headers.writeUInt32LE(names.bytes.length + sectionNames.at(name), at + sectionHeader.name);
    headers.writeUInt32LE(type, at + sectionHeader.type);
    headers.writeBigUInt64LE(BigInt(flags), at + sectionHeader.flags);
    headers.writeBigUInt64LE(BigInt(offset + padding), at + sectionHeader.offset);
    headers.writeBigUInt64LE(BigInt(contents.length), at + sectionHeader.size);
    headers.writeUInt32LE(link, at + sectionHeader.link);
    headers.writeUInt32LE(info, at + sectionHeader.info);
    headers.writeBigUInt64LE(BigInt(alignment), at + sectionHeader.alignment);
    headers.writeBigUInt64LE(BigInt(entry), at + sectionHeader.entrySize);
    parts.push(Buffer.alloc(padding), contents);
    offset += padding + contents.length;
  });
  const padding = (8 - (offset % 8)) % 8;
  return Buffer.concat([fileHeader(elfMachine, offset + padding, sections.length + 1), ...parts, Buffer.alloc(padding), headers]);
}

const SHF_ALLOC = 2;

function fileHeader(machine: number, sectionHeaders: number, sectionCount: number): Buffer {
  const header = Buffer.alloc(elfHeader.size);
  // Magic, ELFCLASS64, ELFDATA2LSB, EV_CURRENT.
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(elfTypes.relocatable, 16);
  header.writeUInt16LE(machine, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(sectionHeaders), elfHeader.sectionHeaders);
  header.writeUInt16LE(elfHeader.size, 52);
  header.writeUInt16LE(sectionHeader.headerSize, 58);
  header.writeUInt16LE(sectionCount, elfHeader.sectionCount);
  header.writeUInt16LE(sectionCount - 1, elfHeader.namesSection);
  return header;
}

/** Names with a NUL behind each, and where each is. */
function nameList(names: readonly string[]): { readonly bytes: Buffer; at(name: string): number } {
  const places = new Map<string, number>();
  let size = 0;
  for (const name of names) {
    places.set(name, size);
    size += name.length + 1;
  }
  return { bytes: Buffer.from(names.map((name) => `${name}\0`).join('')), at: (name) => places.get(name)! };
}
