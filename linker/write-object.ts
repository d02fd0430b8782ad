// An object file with changes: other contents of some sections, and further sections at the end. Everything else stays;
// sections follow each other in the file in their order, aligned, and their headers come last. ELF64, little-endian.

import { type ElfImage, sectionTypes } from './elf-image.js';

/** A section to be added. */
export interface NewSection {
  readonly name: string;
  readonly type: number;
  /** `sh_flags`: 2 is allocated, 0x40 says that `info` is a section. */
  readonly flags: number;
  readonly contents: Buffer;
  readonly link: number;
  readonly info: number;
  readonly alignment: number;
  readonly entrySize: number;
}

export interface ObjectChanges {
  /** By section index. */
  readonly contents: ReadonlyMap<number, Buffer>;
  /** `sh_info` by section index. */
  readonly info: ReadonlyMap<number, number>;
  readonly added: readonly NewSection[];
}

/** In a section header. */
const NAME = 0, TYPE = 4, FLAGS = 8, OFFSET = 24, SIZE = 32, LINK = 40, INFO = 44, ALIGNMENT = 48, ENTRY_SIZE = 56, HEADER = 64;
/** In the file header. */
const SECTION_HEADERS = 40, SECTION_COUNT = 60, NAMES_SECTION = 62, FILE_HEADER = 64;

/** The changed file. */
export function writeObject(image: ElfImage, changes: ObjectChanges): Buffer {
  const { bytes, sections } = image;
  const namesIndex = bytes.readUInt16LE(NAMES_SECTION);
  const names = [image.contents(sections[namesIndex]!), ...changes.added.map(({ name }) => Buffer.from(`${name}\0`))];
  const oldHeaders = Number(bytes.readBigUInt64LE(SECTION_HEADERS));
  const headers = Buffer.alloc((sections.length + changes.added.length) * HEADER);
  bytes.copy(headers, 0, oldHeaders, oldHeaders + sections.length * HEADER);
  const parts: Buffer[] = [Buffer.from(bytes.subarray(0, FILE_HEADER))];
  let size = FILE_HEADER;
  const place = (index: number, data: Buffer, alignment: number): void => {
    const padding = (alignment - (size % alignment)) % alignment;
    headers.writeBigUInt64LE(BigInt(size + padding), index * HEADER + OFFSET);
    parts.push(Buffer.alloc(padding), data);
    size += padding + data.length;
  };
  sections.forEach((section, index) => {
    if (index === 0) return;
    const data = index === namesIndex ? Buffer.concat(names) : changes.contents.get(index) ?? image.contents(section);
    place(index, data, Math.max(1, section.alignment));
    if (section.type !== sectionTypes.nobits) headers.writeBigUInt64LE(BigInt(data.length), index * HEADER + SIZE);
    const info = changes.info.get(index);
    if (info !== undefined) headers.writeUInt32LE(info, index * HEADER + INFO);
  });
  let nameOffset = names[0]!.length;
  changes.added.forEach((section, i) => {
    const index = sections.length + i, at = index * HEADER;
    headers.writeUInt32LE(nameOffset, at + NAME);
    headers.writeUInt32LE(section.type, at + TYPE);
    headers.writeBigUInt64LE(BigInt(section.flags), at + FLAGS);
    headers.writeBigUInt64LE(BigInt(section.contents.length), at + SIZE);
    headers.writeUInt32LE(section.link, at + LINK);
    headers.writeUInt32LE(section.info, at + INFO);
    headers.writeBigUInt64LE(BigInt(section.alignment), at + ALIGNMENT);
    headers.writeBigUInt64LE(BigInt(section.entrySize), at + ENTRY_SIZE);
    place(index, section.contents, section.alignment);
    nameOffset += names[1 + i]!.length;
  });
  const padding = (8 - (size % 8)) % 8;
  parts[0]!.writeBigUInt64LE(BigInt(size + padding), SECTION_HEADERS);
  parts[0]!.writeUInt16LE(sections.length + changes.added.length, SECTION_COUNT);
  return Buffer.concat([...parts, Buffer.alloc(padding), headers]);
}
