// ELF files that no linker writes: names that overlap, more sections than calls have arguments. Time and memory stay about linear in the file.

import { describe, expect, test } from '@jest/globals';
import { describeElf, formatElf } from '../describe.js';
import { ElfImage, sectionTypes } from '../elf-image.js';

const HEADER = 64,
  SECTION = 64,
  SYMBOL = 24;
/** Most bytes that reading may add to the heap: far less than the names together. */
const MEMORY = 100 * 2 ** 20;

interface FakeSection {
  readonly type: number;
  readonly contents: Buffer;
  readonly link?: number;
  /** Offset of the name in the last section. */
  readonly name?: number;
}

/** A relocatable object of these sections behind the empty one; the last one has the names of sections. */
function elf(sections: readonly FakeSection[]): Buffer {
  const headersAt = HEADER + sections.reduce((sum, { contents }) => sum + contents.length, 0);
  const count = sections.length + 1;
  const extended = count >= 0xff00;
  const header = Buffer.alloc(HEADER);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt16LE(1, 16);
  header.writeUInt16LE(62, 18);
  header.writeBigUInt64LE(BigInt(headersAt), 40);
  header.writeUInt16LE(SECTION, 58);
  header.writeUInt16LE(extended ? 0 : count, 60);
  header.writeUInt16LE(extended ? 0xffff : sections.length, 62);
  const headers = Buffer.alloc(count * SECTION);
  if (extended) {
    headers.writeBigUInt64LE(BigInt(count), 32);
    headers.writeUInt32LE(sections.length, 40);
  }
  let offset = HEADER;
  sections.forEach(({ type, contents, link = 0, name = 0 }, i) => {
    const at = (i + 1) * SECTION;
    headers.writeUInt32LE(name, at);
    headers.writeUInt32LE(type, at + 4);
    headers.writeBigUInt64LE(BigInt(offset), at + 24);
    headers.writeBigUInt64LE(BigInt(contents.length), at + 32);
    headers.writeUInt32LE(link, at + 40);
    offset += contents.length;
  });
  return Buffer.concat([header, ...sections.map(({ contents }) => contents), headers]);
}

/** A string table with one long name. */
const longName = (length: number): Buffer =>
  Buffer.alloc(length + 2, 'a')
    .fill(0, 0, 1)
    .fill(0, length + 1);

function heapGrowth(work: () => unknown): number {
  const before = process.memoryUsage().heapUsed;
  const kept = work();
  const growth = process.memoryUsage().heapUsed - before;
  expect(kept).toBeDefined();
  return growth;
}

describe('names that overlap', () => {
  test('of symbols', () => {
    const count = 3000;
    const symbols = Buffer.alloc((count + 1) * SYMBOL);
    for (let i = 1; i <= count; i++) symbols.writeUInt32LE(i, i * SYMBOL);
    const bytes = elf([
      { type: sectionTypes.symtab, contents: symbols, link: 2 },
      { type: sectionTypes.strtab, contents: longName(200_000) },
    ]);
    expect(
      heapGrowth(() => {
        const image = ElfImage.parse(bytes);
        expect(image.symbols().length).toBe(count);
        return image;
      }),
    ).toBeLessThan(MEMORY);
    expect(describeElf(bytes).symbols.total).toBe(count);
    expect(ElfImage.parse(bytes).symbols()[0]?.name.length).toBe(200_000);
  });

  test('of sections', () => {
    const count = 3000;
    const bytes = elf([
      ...Array.from({ length: count }, (_section, i) => ({ type: sectionTypes.progbits, contents: Buffer.alloc(0), name: i + 1 })),
      { type: sectionTypes.strtab, contents: longName(200_000) },
    ]);
    expect(heapGrowth(() => describeElf(bytes))).toBeLessThan(MEMORY);
  });
});

test('more sections than a call has arguments', () => {
  const count = 150_000;
  const bytes = elf([
    ...Array.from({ length: count }, () => ({ type: sectionTypes.progbits, contents: Buffer.alloc(0), name: 1 })),
    { type: sectionTypes.strtab, contents: longName(1) },
  ]);
  expect(formatElf(describeElf(bytes)).split('\n').length).toBeGreaterThan(count);
});
