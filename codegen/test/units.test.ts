// Parts of codegen as functions from data to data: initial memory, recursion, spelling, export signatures.

import { describe, expect, test } from '@jest/globals';
import type { WasmModule } from '../../frontend/module.js';
import type { ModuleFacts } from '../../frontend/scan-module.js';
import { Type } from '../../ir/types.js';
import { abiBits } from '../../runtime-c/tables/contract.js';
import { floatIdentity, truncationRange } from '../emit/arithmetic.js';
import { abiFlags } from '../plan/abi-era.js';
import { callComponents } from '../plan/call-graph.js';
import { signatureLetters } from '../runtime-exports.js';
import { takesPartsOut } from '../plan/llvm-passes.js';
import { constantText, escaped } from '../emit/llvm-text.js';
import { initialMemory } from '../plan/memory-image.js';
import { typedArrays } from '../emit/typed-table.js';
import type { Plan } from '../plan/plan.js';
import { Op } from '../../ir/ops.js';

/** A module with data segments only: [offset, bytes] each. */
function withData(segments: readonly (readonly [number, readonly number[]])[]): { module: WasmModule; offsetOf: (i: number) => number } {
  const bytes = Uint8Array.from(segments.flatMap(([, data]) => data));
  let at = 0;
  const dataSegments = segments.map(([, data]) => {
    const start = at;
    at += data.length;
    return { mode: 'active', place: { index: 0, offset: undefined }, start, end: at };
  });
  return { module: { bytes, dataSegments } as unknown as WasmModule, offsetOf: (i) => segments[i][0] };
}

type Segments = readonly (readonly [number, readonly number[]])[];

const X64 = { maxPageSize: 4096, copiedImageSize: 0 },
  ARM64 = { maxPageSize: 65536, copiedImageSize: 65536 };

function layOut(segments: Segments, target: typeof X64 | 'none' = X64, present = segments.map((_segment, i) => i)) {
  const { module, offsetOf } = withData(segments);
  return initialMemory(module, 0, present, target === 'none' ? undefined : target, offsetOf);
}

const places = (images: readonly { readonly start: number; readonly bytes: Uint8Array }[]): number[][] =>
  images.map(({ start, bytes }) => [start, bytes.length]);
const far = (count: number, apart: number, bytes: readonly number[] = [1]): Segments =>
  Array.from({ length: count }, (_segment, i) => [i * apart, bytes] as const);

describe('initialMemory', () => {
  test('images begin at a page and hold the data at its place', () => {
    const { images, copied } = layOut([[1030, [1, 2, 3]]]);
    expect([places(images), copied]).toEqual([[[0, 1033]], []]);
    expect([...images[0].bytes.subarray(1029)]).toEqual([0, 1, 2, 3]);
  });

  test('later segments overwrite earlier ones, whatever their order in memory', () => {
    const segments: Segments = [
      [8, [1, 1, 1, 1]],
      [6, [2, 2, 2, 2]],
      [9, [3]],
    ];
    expect([...layOut(segments).images[0].bytes.subarray(6)]).toEqual([2, 2, 2, 3, 1, 1]);
    expect(layOut(segments, ARM64).copied).toEqual([{ start: 6, bytes: Uint8Array.of(2, 2, 2, 3, 1, 1) }]);
  });

  test('a large gap separates images', () => {
    expect(
      places(
        layOut([
          [0x80000, [9]],
          [16, [7]],
        ]).images,
      ),
    ).toEqual([
      [0, 17],
      [0x80000, 1],
    ]);
  });

  test('small images may be copied, all are where there is no target: in runs, without the zeros at their ends', () => {
    const segments: Segments = [
      [1030, [0, 1, 0, 3, 0]],
      [1040, [4]],
      [1060, [5, 0]],
      [9000, [0, 0]],
    ];
    const runs = [
      { start: 1031, bytes: Uint8Array.of(1, 0, 3, 0, 0, 0, 0, 0, 0, 4) },
      { start: 1060, bytes: Uint8Array.of(5) },
    ];
    for (const target of [ARM64, 'none'] as const) expect(layOut(segments, target)).toEqual({ images: [], copied: runs });
    const large: Segments = [[5, new Array<number>(65532).fill(1)]];
    expect([places(layOut(large, ARM64).images), places(layOut(large, 'none').copied)]).toEqual([[[0, 65537]], [[5, 65532]]]);
  });

  test.each([
    ['x86-64', X64, 8192],
    ['arm64', ARM64, 100_000],
  ] as const)('data with far more zeros than bytes in between is copied: %s', (_name, target, apart) => {
    const { images, copied } = layOut(far(1000, apart), target);
    expect([images, copied.length, copied.every(({ bytes }) => bytes.length === 1)]).toEqual([[], 1000, true]);
    // As much data as zeros, however large.
    expect(layOut(far(1000, 2000, new Array<number>(1000).fill(1)), target)).toMatchObject({ images: [{ start: 0 }], copied: [] });
  });

  test('the images with most data are segments of the file, as many as headers fit in a page', () => {
    const segments: Segments = [...far(200, 0x20000), [0x4000000, new Array<number>(5000).fill(1)]];
    const { images, copied } = layOut(segments);
    expect([images.length, images.at(-1)!.start, copied.length]).toEqual([48, 0x4000000, 153]);
  });

  test('segments that are not there from the start leave no trace', () => {
    const { images, copied } = layOut(
      [
        [0, [1]],
        [65535, [1, 2]],
        [4, [5]],
      ],
      X64,
      [0],
    );
    expect([places(images), copied]).toEqual([[[0, 1]], []]);
  });
});

describe('callComponents', () => {
  /** Facts with the given callees per function. */
  const facts = (callees: readonly (readonly number[])[]): ModuleFacts => {
    const callStart = new Uint32Array(callees.length + 1);
    callees.forEach((list, i) => {
      callStart[i + 1] = callStart[i] + list.length;
    });
    return { callStart, callTargets: Uint32Array.from(callees.flat()) } as unknown as ModuleFacts;
  };

  test('mutual recursion is one component, a chain is not', () => {
    const component = callComponents(facts([[1], [2, 3], [0], [4], []]), 5);
    expect(component[0]).toBe(component[1]);
    expect(component[1]).toBe(component[2]);
    expect(new Set([component[0], component[3], component[4]]).size).toBe(3);
  });

  test('a chain of a hundred thousand calls needs no stack', () => {
    const length = 100_000;
    const component = callComponents(facts(Array.from({ length }, (_value, i) => (i + 1 < length ? [i + 1] : [0]))), length);
    expect(new Set(component).size).toBe(1);
  });
});

describe('spelling', () => {
  test.each([
    [Type.I32, -5, -1, '-5'],
    [Type.I64, -1, 0x7fffffff, '9223372036854775807'],
    [Type.I64, -5, -1, '-5'],
    [Type.F64, 0, 0x3ff00000, '0x3ff0000000000000'],
    [Type.F32, 0x3f800000, 0, '0x3ff0000000000000'],
    [Type.F32, 0x7fa00000, 0, 'bitcast (i32 2141192192 to float)'],
  ])('constant of type %i', (type, low, high, text) => {
    expect(constantText(type, low, high)).toBe(text);
  });

  test('strings are escaped where LLVM needs it', () => {
    expect(escaped(Uint8Array.of(0, 92, 65))).toBe('\\00\\5cA');
  });
});

describe('abiFlags', () => {
  /** A module that imports functions of `env` with one parameter each. */
  const importing = (...functions: readonly (readonly [name: string, param: number])[]): WasmModule =>
    ({
      types: functions.map(([, param]) => ({ kind: 'func', params: Int32Array.of(param), results: new Int32Array(0) })),
      imports: functions.map(([name], index) => ({ kind: 'function', module: 'env', name, index, typeIndex: index, offset: 0 })),
      customSections: [],
    }) as unknown as WasmModule;

  test.each([
    ['1', 0],
    ['3.1.6', 0],
    ['3.1.16', abiBits.TIME64.value],
    ['3.1.41', abiBits.TIME64.value],
    ['3.1.69', abiBits.TIME64.value | abiBits.COMPACT_STAT.value],
    ['4.0.0', abiBits.TIME64.value | abiBits.COMPACT_STAT.value],
    ['something else', 0],
  ])('a module of the sdk says its release: %s', (text, flags) => {
    const bytes = Buffer.from(text);
    expect(abiFlags({ ...importing(['_localtime_js', Type.I32]), bytes, customSections: [{ name: 'w2e.sdk', start: 0, end: bytes.length }] })).toBe(flags);
  });

  test('time_t and stat follow the types and names of imports', () => {
    expect(abiFlags(importing(['_localtime_js', Type.I32], ['clock_gettime', Type.I32]))).toBe(0);
    expect(abiFlags(importing(['_localtime_js', Type.I64]))).toBe(abiBits.TIME64.value | abiBits.COMPACT_STAT.value);
    expect(abiFlags(importing(['emscripten_date_now', Type.I32]))).toBe(abiBits.TIME64.value);
    expect(abiFlags(importing(['emscripten_memcpy_js', Type.I32]))).toBe(abiBits.TIME64.value | abiBits.COMPACT_STAT.value);
  });
});

describe('tables', () => {
  test('signature letters of Emscripten', () => {
    expect(signatureLetters('vij')).toEqual({ params: [Type.I32, Type.I64], results: [] });
    expect(signatureLetters('dd')).toEqual({ params: [Type.F64], results: [Type.F64] });
    expect(signatureLetters('ix')).toBeUndefined();
  });

  test('float operations that LLVM would fold to an operand', () => {
    expect(floatIdentity(Op.FMul, undefined, -1)).toEqual({ operand: 0, negated: true });
    expect(floatIdentity(Op.FAdd, undefined, 0)).toBeUndefined();
    expect(floatIdentity(Op.FSub, -0, undefined)).toEqual({ operand: 1, negated: true });
    expect(floatIdentity(Op.FDiv, 1, undefined)).toBeUndefined();
  });

  test('the least double that truncates to i32 is above -2^31 - 1', () => {
    const range = truncationRange(Type.F64, Type.I32, true);
    expect(range.lowerPredicate).toBe('ogt');
    expect(Buffer.from(range.lower.slice(2), 'hex').readDoubleBE()).toBe(-2147483649);
    expect(truncationRange(Type.F32, Type.I32, true).lowerPredicate).toBe('oge');
  });
});

describe('typedArrays', () => {
  /** A plan whose function f has the type f modulo 3. */
  const plan = { functions: Array.from({ length: 90 }, (_, f) => ({ typeId: f % 3 })) } as unknown as Plan;

  test('a short table has an array for each type of its elements', () => {
    expect([...typedArrays(plan, Int32Array.of(-1, 0, 3, 5, -1))]).toEqual([0, 2]);
  });

  test('a long one for the type of more than half of them', () => {
    const elements = Int32Array.from({ length: 40 }, (_, i) => (i < 21 ? 3 * i : 1));
    expect([...typedArrays(plan, elements)]).toEqual([0]);
    elements[0] = -1;
    expect([...typedArrays(plan, elements.slice())]).toEqual([]);
  });
});

test('parts are taken out at -O2, where there are exceptions and no tail calls', () => {
  const at = (level: 0 | 1 | 2 | 3 | 's', exceptions: boolean, tailCalls: boolean): boolean => takesPartsOut(level, { exceptions, tailCalls } as Plan);
  expect(at(2, true, false)).toBe(true);
  expect([at(2, false, false), at(2, true, true), ...([0, 1, 3, 's'] as const).map((level) => at(level, true, false))]).not.toContain(true);
});
