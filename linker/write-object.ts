// An object file with changes: other contents of some sections, and further sections at the end. Everything else stays;
// sections follow each other in the file in their order, aligned, and their headers come last. ELF64, little-endian.

import { type ElfImage, elfHeader, sectionHeader, sectionTypes } from './elf-image.js';

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

const HEADER = sectionHeader.headerSize,
  FILE_HEADER = elfHeader.size;

/** The changed file. */
export function writeObject(image: ElfImage, changes: ObjectChanges): Buffer {
  const { bytes, sections } = image;
  const namesIndex = bytes.readUInt16LE(elfHeader.namesSection);
  const names = [image.contents(sections[namesIndex]), ...changes.added.map(({ name }) => Buffer.from(`${name}\0`))];
  const oldHeaders = Number(bytes.readBigUInt64LE(elfHeader.sectionHeaders));
  const headers = Buffer.alloc((sections.length + changes.added.length) * HEADER);
  bytes.copy(headers, 0, oldHeaders, oldHeaders + sections.length * HEADER);
  const parts: Buffer[] = [Buffer.from(bytes.subarray(0, FILE_HEADER))];
  let size = FILE_HEADER;
  const place = (index: number, data: Buffer, alignment: number): void => {
    const padding = (alignment - (size % alignment)) % alignment;
    headers.writeBigUInt64LE(BigInt(size + padding), index * HEADER + sectionHeader.offset);
    parts.push(Buffer.alloc(padding), data);
    size += padding + data.length;
  };
  sections.forEach((section, index) => {
    if (index === 0) return;
    const data = index === namesIndex ? Buffer.concat(names) : (changes.contents.get(index) ?? image.contents(section));
    place(index, data, Math.max(1, section.alignment));
    if (section.type !== sectionTypes.nobits) headers.writeBigUInt64LE(BigInt(data.length), index * HEADER + sectionHeader.size);
    const info = changes.info.get(index);
    if (info !== undefined) headers.writeUInt32LE(info, index * HEADER + sectionHeader.info);
  });
  let nameOffset = names[0].length;
  changes.added.forEach((section, i) => {
    const index = sections.length + i,
      at = index * HEADER;
    headers.writeUInt32LE(nameOffset, at + sectionHeader.name);
    headers.writeUInt32LE(section.type, at + sectionHeader.type);
    headers.writeBigUInt64LE(BigInt(section.flags), at + sectionHeader.flags);
    headers.writeBigUInt64LE(BigInt(section.contents.length), at + sectionHeader.size);
    headers.writeUInt32LE(section.link, at + sectionHeader.link);
    headers.writeUInt32LE(section.info, at + sectionHeader.info);
    headers.writeBigUInt64LE(BigInt(section.alignment), at + sectionHeader.alignment);
    headers.writeBigUInt64LE(BigInt(section.entrySize), at + sectionHeader.entrySize);
    place(index, section.contents, section.alignment);
    nameOffset += names[1 + i].length;
  });
  const padding = (8 - (size % 8)) % 8;
  parts[0].writeBigUInt64LE(BigInt(size + padding), elfHeader.sectionHeaders);
  parts[0].writeUInt16LE(sections.length + changes.added.length, elfHeader.sectionCount);
  return Buffer.concat([...parts, Buffer.alloc(padding), headers]);
}
