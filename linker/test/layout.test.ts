// Where memory images go, and what the façade over elfy adds to it, on files patched by hand.

import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { describeElf } from '../describe.js';
import { ElfImage } from '../elf-image.js';
import { linkerScript, loaderMappedLimit, placeMemoryImages } from '../layout.js';
import type { MemorySection } from '../../codegen/target.js';
import { arm64, x64 } from './sample-objects.js';

const base = x64.memoryBase;
const image = (section: string, address: number, size: number): MemorySection => ({ section, address, size });
const place = (memoryImages: readonly MemorySection[], memoryInitialBytes: number, target = x64): number[] =>
  placeMemoryImages({ target, memoryImages, memoryInitialBytes, producer: 'test' }).map(({ mappedSize }) => mappedSize);

describe('memory images', () => {
  test('each covers whole pages, the last the rest of the initial memory', () => {
    expect(place([image('a', base, 1), image('b', base + 0x4000, 0x1001)], 0x10000)).toEqual([0x1000, 0xc000]);
    expect(place([image('b', base + 0x20000, 1), image('a', base, 1)], 0x40000, arm64)).toEqual([0x10000, 0x20000]);
  });

  test('memory beyond what the loader should map is left to the start-up code', () => {
    const initial = loaderMappedLimit + 0x10000;
    expect(place([image('a', base, 1)], initial)).toEqual([0x1000]);
    expect(place([image('a', base + 0x10000, 1)], initial)).toEqual([loaderMappedLimit]);
  });

  test('images that break the contract are refused', () => {
    expect(() => place([image('a', base + 8, 1)], 0x10000)).toThrow(/not page-aligned/);
    expect(() => place([image('a', base, 0x1001), image('b', base + 0x1000, 1)], 0x10000)).toThrow(/overlaps/);
    expect(() => place([image('a', base - 0x1000, 1)], 0x10000)).toThrow(/overlaps/);
    expect(() => place([image('a', base, 0x10001)], 0x10000)).toThrow(/beyond/);
  });

  test('the script names the memory and every image', () => {
    const script = linkerScript({ target: x64, memoryImages: [image('.w2e.mem.0', base, 1)], memoryInitialBytes: 0x10000, producer: 'test' });
    expect(script).toContain('w2e_memory = 0x10000000;');
    expect(script).toContain('KEEP(*(.w2e.mem.0))');
  });

  test('thread-local variables have a program header and sections where there are threads, and nothing elsewhere', () => {
    const script = (threads: boolean): string => linkerScript({ target: x64, memoryImages: [], memoryInitialBytes: 0, threads, producer: 'test' });
    expect(script(true)).toMatch(/threads PT_TLS.*\.tdata : .*:data :threads.*\.tbss : .*:data :threads/s);
    expect(script(false)).not.toMatch(/TLS|tdata|tbss/);
  });
});

describe('ElfImage', () => {
  const original = readFileSync(process.execPath);
  const sectionTable = Number(original.readBigUInt64LE(40));

  /** A copy of the file whose headers are changed. */
  function patched(change: (bytes: Buffer) => void): ElfImage {
    const bytes = Buffer.from(original);
    change(bytes);
    return ElfImage.parse(bytes);
  }

  test('alignment and entry size are those of the headers', () => {
    const symbols = ElfImage.parse(original).sections.find((section) => section.name === '.dynsym');
    expect(symbols).toMatchObject({ alignment: 8, entrySize: 24 });
  });

  test('a file without section headers', () => {
    const image = patched((bytes) => {
      bytes.writeBigUInt64LE(0n, 40);
      bytes.fill(0, 60, 64);
    });
    expect(image.sections).toEqual([]);
    expect(image.segments.length).toBeGreaterThan(0);
    expect(describeElf(image.bytes).symbols.total).toBe(0);
  });

  test('extended section numbering', () => {
    const count = original.readUInt16LE(60);
    const image = patched((bytes) => {
      bytes.writeBigUInt64LE(BigInt(count), sectionTable + 32);
      bytes.writeUInt32LE(bytes.readUInt16LE(62), sectionTable + 40);
      bytes.writeUInt16LE(0, 60);
      bytes.writeUInt16LE(0xffff, 62);
    });
    expect(image.sections.length).toBe(count);
    expect(image.section('.text')).toBeDefined();
  });
});
