// LEB128 at its edges, names, ranges.

import { describe, expect, test } from '@jest/globals';
import { type ErrorKind, WasmError } from '../errors.js';
import { Reader } from '../reader.js';

function errorOf(action: () => unknown): { kind: ErrorKind; offset: number } | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof WasmError) return { kind: error.kind, offset: error.offset };
    throw error;
  }
  return undefined;
}

function reader(...bytes: number[]): Reader {
  return new Reader(Uint8Array.from(bytes));
}

function signed64(value: Reader): bigint {
  const low = value.s64();
  return BigInt.asIntN(64, (BigInt(value.high) << 32n) | BigInt(low >>> 0));
}

/** The shortest signed encoding. */
function encodeSigned(value: bigint): number[] {
  const bytes: number[] = [];
  for (;;) {
    const low = Number(value & 0x7fn);
    value >>= 7n;
    if ((value === 0n && (low & 0x40) === 0) || (value === -1n && (low & 0x40) !== 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

describe('unsigned integers', () => {
  test.each([
    [[0x00], 0],
    [[0x7f], 127],
    [[0x80, 0x01], 128],
    [[0x80, 0x80, 0x80, 0x80, 0x00], 0],
    [[0xff, 0xff, 0xff, 0xff, 0x0f], 0xffff_ffff],
  ])('u32 %j', (bytes, value) => {
    const input = reader(...bytes);
    expect(input.u32()).toBe(value);
    expect(input.pos).toBe(bytes.length);
  });

  test.each<[number[], ErrorKind, number]>([
    [[0x80, 0x80, 0x80, 0x80, 0x80, 0x00], 'integerTooLong', 4],
    [[0xff, 0xff, 0xff, 0xff, 0x1f], 'integerTooLarge', 4],
    [[0x80, 0x80], 'unexpectedEnd', 2],
  ])('u32 %j is an error', (bytes, kind, offset) => {
    expect(errorOf(() => reader(...bytes).u32())).toEqual({ kind, offset });
  });

  test('u64 extremes and errors', () => {
    const input = reader(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01);
    expect([input.u64(), input.high]).toEqual([-1, -1]);
    expect(errorOf(() => reader(...Array<number>(9).fill(0x80), 0x02).u64())).toEqual({ kind: 'integerTooLarge', offset: 9 });
    expect(errorOf(() => reader(...Array<number>(10).fill(0x80), 0x00).u64())).toEqual({ kind: 'integerTooLong', offset: 9 });
  });
});

describe('signed integers', () => {
  const edges = [0n, 1n, -1n, 63n, 64n, -64n, -65n, 0x7fff_ffffn, -0x8000_0000n];
  test.each(edges)('s32 and s33 of %s', (value) => {
    expect(BigInt(reader(...encodeSigned(value)).s32())).toBe(value);
    expect(BigInt(reader(...encodeSigned(value)).s33())).toBe(value);
  });

  test('s64 of every power of two and its neighbours', () => {
    for (let bit = 0n; bit < 64n; bit++) {
      for (const near of [-1n, 0n, 1n]) {
        const value = BigInt.asIntN(64, (1n << bit) + near);
        expect(signed64(reader(...encodeSigned(value)))).toBe(value);
        expect(signed64(reader(...encodeSigned(BigInt.asIntN(64, -value))))).toBe(BigInt.asIntN(64, -value));
      }
    }
  });

  test('s33 holds every unsigned 32-bit index', () => {
    expect(reader(...encodeSigned(0xffff_ffffn)).s33()).toBe(0xffff_ffff);
  });

  test.each<[string, (input: Reader) => unknown, number[], ErrorKind, number]>([
    ['s32 with wrong unused bits', (input) => input.s32(), [0x80, 0x80, 0x80, 0x80, 0x70], 'integerTooLarge', 4],
    ['s32 with a positive overflow', (input) => input.s32(), [0xff, 0xff, 0xff, 0xff, 0x0f], 'integerTooLarge', 4],
    ['s32 of six bytes', (input) => input.s32(), [0x80, 0x80, 0x80, 0x80, 0x80, 0x00], 'integerTooLong', 4],
    ['s33 with wrong unused bits', (input) => input.s33(), [0x80, 0x80, 0x80, 0x80, 0x20], 'integerTooLarge', 4],
    ['s64 with wrong unused bits', (input) => input.s64(), [...Array<number>(9).fill(0xff), 0x7e], 'integerTooLarge', 9],
    ['s64 of eleven bytes', (input) => input.s64(), [...Array<number>(10).fill(0xff), 0x7f], 'integerTooLong', 9],
    ['s64 cut off', (input) => input.s64(), [0xff], 'unexpectedEnd', 1],
  ])('%s', (_title, read, bytes, kind, offset) => {
    expect(errorOf(() => read(reader(...bytes)))).toEqual({ kind, offset });
  });
});

describe('names and bits', () => {
  test('a name with a byte order mark and an astral character is kept as it is', () => {
    const bytes = [...new TextEncoder().encode('\ufeffé\u{1f600}')];
    expect(reader(bytes.length, ...bytes).name()).toBe('\ufeffé\u{1f600}');
  });

  test.each<[string, number[], ErrorKind, number]>([
    ['surrogate', [3, 0xed, 0xa0, 0x80], 'utf8', 1],
    ['overlong', [2, 0xc0, 0x80], 'utf8', 1],
    ['cut sequence', [1, 0xe2], 'utf8', 1],
    ['beyond the end', [4, 0x61], 'lengthOutOfBounds', 0],
  ])('%s', (_title, bytes, kind, offset) => {
    expect(errorOf(() => reader(...bytes).name())).toEqual({ kind, offset });
  });

  test('float bits keep the payload of a NaN', () => {
    const input = reader(0x01, 0x00, 0xa0, 0x7f, 0x02, 0, 0, 0, 0x03, 0, 0xf4, 0x7f);
    expect(input.bits32()).toBe(0x7fa0_0001);
    expect([input.bits64(), input.high]).toEqual([2, 0x7ff4_0003]);
    expect(errorOf(() => input.bits32())).toEqual({ kind: 'unexpectedEnd', offset: 12 });
  });
});
