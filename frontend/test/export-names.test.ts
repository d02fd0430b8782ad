// The hash table of export names, with names made to collide.

import { expect, test } from '@jest/globals';
import { ExportNames } from '../export-names.js';

const SIZE = 48;

/**
 * 64 names of the same hash: a difference in a word's highest bit passes the multiplication unchanged, and one in the next
 * word takes it back.
 */
function collidingNames(): Uint8Array {
  const bytes = new Uint8Array(64 * SIZE).fill(0x61);
  for (let name = 0; name < 64; name++) {
    for (let block = 0; block < 6; block++) {
      if (((name >> block) & 1) === 0) continue;
      const at = name * SIZE + block * 8;
      bytes[at + 3] ^= 0x80;
      bytes[at + 6] ^= 0x01;
      bytes[at + 7] ^= 0x80;
    }
  }
  return bytes;
}

test.each([
  ['that collide', collidingNames()],
  ['that do not', Uint8Array.from({ length: 64 * SIZE }, (_, at) => Math.imul(at, 0x9e3779b1) >>> 24)],
])('names %s are found again, each once added', (_what, bytes) => {
  const names = new ExportNames(bytes, 64);
  const add = (name: number): boolean => names.add(name * SIZE, (name + 1) * SIZE);
  const all = Array.from({ length: 64 }, (_, name) => name);
  expect(all.map(add)).toEqual(all.map(() => true));
  expect(all.map(add)).toEqual(all.map(() => false));
});

test('lengths, and the empty name', () => {
  const names = new ExportNames(new Uint8Array(16), 16);
  for (let length = 0; length <= 9; length++) expect(names.add(0, length)).toBe(true);
  for (let length = 0; length <= 5; length++) expect(names.add(4, 4 + length)).toBe(false);
});

test('long names that collide and differ at their ends take time in proportion to their bytes', () => {
  const length = 16_500,
    ends = 16_400,
    count = 2400;
  const bytes = new Uint8Array(count * length).fill(0x61);
  for (let name = 0; name < count; name++) {
    for (let block = 0; block < 12; block++) {
      if (((name >> block) & 1) === 0) continue;
      const at = name * length + ends + block * 8;
      bytes[at + 3] ^= 0x80;
      bytes[at + 6] ^= 0x01;
      bytes[at + 7] ^= 0x80;
    }
  }
  /** Milliseconds of processor time for so many names. */
  const measure = (names: number): number => {
    const table = new ExportNames(bytes, names);
    const before = process.cpuUsage();
    let added = 0;
    for (let name = 0; name < names; name++) if (table.add(name * length, (name + 1) * length)) added++;
    expect(added).toBe(names);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  measure(count / 8);
  expect(measure(count) / Math.max(measure(count / 4), 50)).toBeLessThan(8);
});
