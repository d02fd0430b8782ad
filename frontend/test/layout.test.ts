// What the glue of older versions of Emscripten says of a module's memory.

import { describe, expect, test } from '@jest/globals';
import { decodeModule } from '../decode-module.js';
import { GlueError } from '../glue/errors.js';
import { readOldGlue, type Layout } from '../glue/layout.js';
import { isLaidOut, needsLayout, withLayout } from '../glue/old-module.js';
import { parseSyntax } from '../glue/syntax.js';
import type { WasmModule } from '../module.js';
import { scanModule } from '../scan-module.js';
import { header, name, section, vector } from './assemble.js';

const read = (text: string): ReturnType<typeof readOldGlue> => readOldGlue(parseSyntax(text));

describe('places', () => {
  const placed = 'var STATIC_BASE = 1024, STACK_BASE = 60384, STACKTOP = STACK_BASE, STACK_MAX = 5303264, DYNAMIC_BASE = 5303264, DYNAMICTOP_PTR = 60128;';

  test('that are constants', () => {
    expect(read(`${placed} var INITIAL_TOTAL_MEMORY = Module['TOTAL_MEMORY'] || 16777216; INITIAL_TOTAL_MEMORY = buffer.byteLength`).layout).toEqual({
      staticBase: 1024,
      stackBase: 60384,
      stackMax: 5303264,
      heapEnd: 60128,
      heapBase: 5303264,
      scratch: undefined,
      memory: 16777216,
    });
  });

  test('that are allocated behind static data', () => {
    const text = `var GLOBAL_BASE = 1024, TOTAL_STACK = Module["TOTAL_STACK"] || 5242880;
      STATIC_BASE = STATICTOP = STACK_BASE = STACKTOP = STACK_MAX = DYNAMIC_BASE = DYNAMICTOP_PTR = 0;
      function staticAlloc(size) { STATICTOP = STATICTOP + size + 15 & -16 }
      STATIC_BASE = GLOBAL_BASE; STATICTOP = STATIC_BASE + 1000;
      DYNAMICTOP_PTR = staticAlloc(4); STACK_BASE = STACKTOP = alignMemory(STATICTOP); STACK_MAX = STACK_BASE + TOTAL_STACK;`;
    expect(read(text).layout).toEqual({
      staticBase: 1024,
      scratch: 2032,
      heapEnd: 2048,
      stackBase: 2064,
      stackMax: 2064 + 5242880,
      heapBase: 2064 + 5242880,
      memory: undefined,
    });
  });

  test('are not in glue of later versions', () => {
    expect(read('var INITIAL_MEMORY = Module["INITIAL_MEMORY"] || 16777216; var _main = 1').layout).toBeUndefined();
    expect(read('var STACK_BASE = f(), DYNAMIC_BASE = "5", DYNAMICTOP_PTR = null').layout).toBeUndefined();
  });
});

describe('the rest', () => {
  test('constructors, in order, by their names in C', () => {
    const text = `__ATINIT__.push({ func: function() { __GLOBAL__sub_I_b() } }, { func: (function() { ___wasm_call_ctors() }) });
      __ATINIT__.unshift(function() { FS.init() }); __ATINIT__.push({ func: (function() { _first() }) }); __ATMAIN__.push({ func: function() { _no() } }); __ATINIT__.push({ func: other })`;
    expect(read(text).constructors).toEqual(['_GLOBAL__sub_I_b', '__wasm_call_ctors', 'first']);
  });

  test('the file with static data', () => {
    expect(read('memoryInitializer = null; memoryInitializer = "a.mem"').memoryFile).toBe('a.mem');
    expect(read('memoryInitializer = null').memoryFile).toBeUndefined();
  });

  test.each([
    ['Linux', true, 'var ERRNO_CODES = {EPERM: 1, ENOENT: 2}'],
    ['WASI', false, 'var ERRNO_CODES = {"EPERM": 63}'],
    ['unsaid', undefined, 'var a = {ENOENT: 2}'],
  ])('error numbers: %s', (_what, expected, text) => {
    expect(read(text).linuxErrors).toBe(expected);
  });

  test.each([
    ['32 bits by stat', true, 'S = {doStat: function(f, path, buf) { HEAP32[buf >> 2] = 1; HEAP32[buf + 72 >> 2] = stat.ino }}'],
    [
      '64 bits by stat',
      false,
      'S = {doStat: function(f, path, buf) { tempI64 = [1], HEAP32[buf + 80 >> 2] = tempI64[0], HEAP32[buf + 84 >> 2] = tempI64[1] }}',
    ],
    ['32 bits by llseek', true, 'function ___syscall140(which, varargs) { HEAP32[result >> 2] = stream.position }'],
    ['64 bits by llseek', false, 'function ___syscall140(which, varargs) { HEAP32[result >> 2] = a, HEAP32[result + 4 >> 2] = b }'],
    ['unsaid', undefined, 'HEAP32[buf + 72 >> 2] = 1'],
  ])('offsets: %s', (_what, expected, text) => {
    expect(read(text).shortOffsets).toBe(expected);
  });
});

const I32 = 0x7f,
  F64 = 0x7c;

/** Imports memory (1 to 4 pages), a table and globals; data and an element lie at imported bases. */
function old(...globals: [module: string, name: string, type: number][]): WasmModule {
  return decodeModule(
    Uint8Array.from([
      ...header,
      ...section(1, vector([0x60, 0, 0])),
      ...section(
        2,
        vector(
          [...name('env'), ...name('memory'), 2, 1, 1, 4],
          [...name('env'), ...name('table'), 1, 0x70, 0, 1],
          ...globals.map(([from, field, type]) => [...name(from), ...name(field), 3, type, 0]),
        ),
      ),
      ...section(3, vector([0])),
      ...section(9, vector([0, 0x23, 1, 0x0b, ...vector([0])])),
      ...section(10, vector([2, 0, 0x0b])),
      ...section(11, vector([0, 0x23, 0, 0x0b, 1, 7])),
    ]),
  );
}

const layout: Layout = { staticBase: 1024, stackBase: 4096, stackMax: 8192, heapEnd: 4000, heapBase: 8192, scratch: undefined, memory: 131072 };
const bases: [string, string, number][] = [
  ['env', 'memoryBase', I32],
  ['env', '__table_base', I32],
];

describe('a laid out module', () => {
  const module = old(...bases, ['env', 'STACKTOP', I32], ['global', 'NaN', F64], ['env', 'other', I32], ['env', 'DYNAMICTOP_PTR', F64]);

  test('is known by what it imports', () => {
    expect([isLaidOut(module), needsLayout(module), needsLayout(old(['env', 'other', I32], ['env', 'second', I32]))]).toEqual([true, true, false]);
  });

  test('has values for the globals that are known, and data and elements where they say', () => {
    const made = withLayout(module, layout, Uint8Array.of(1, 2, 3));
    expect(made.imports.map((entry) => entry.name)).toEqual(['memory', 'table', 'other', 'DYNAMICTOP_PTR']);
    const bits = (steps: readonly { op: string; bits?: bigint }[] | undefined): unknown => steps?.map((step) => step.bits);
    expect(made.globals.map((global) => bits(global.init?.steps))).toEqual([[1024n], [0n], [4096n], [0x7ff8000000000000n], undefined, undefined]);
    expect(bits(made.elements[0].place?.offset.steps)).toEqual([0n]);
    expect(made.dataSegments.map(({ place, start, end }) => [bits(place?.offset.steps), [...made.bytes.subarray(start, end)]])).toEqual([
      [[1024n], [7]],
      [[1024n], [1, 2, 3]],
      [[4000n], [0, 32, 0, 0]],
    ]);
    expect(made.memories[0].min).toBe(2n);
  });

  test('is a module with one more section', () => {
    const made = withLayout(old(...bases), layout, new Uint8Array(300));
    const again = decodeModule(made.bytes);
    expect(again.customSections.map((section) => [section.name, section.end - section.start])).toEqual([['wasm2elf.static-data', 304]]);
    expect(() => scanModule(made)).not.toThrow();
  });

  test.each([
    { stackBase: -1 },
    { stackMax: 131073 },
    { heapBase: Number.NaN },
    { heapBase: 4002 },
    { heapEnd: 4002 },
    { heapEnd: 0 },
    { staticBase: 0.5 },
    { scratch: 2 ** 40 },
    { memory: 65537 },
    { memory: 0 },
    { memory: 5 * 65536 },
    { memory: Number.POSITIVE_INFINITY },
  ])('cannot have %j', (change) => {
    expect(() => withLayout(module, { ...layout, ...change }, undefined)).toThrow(expect.objectContaining({ kind: 'layout' }));
  });

  test('cannot have more static data than room', () => {
    expect(() => withLayout(module, layout, new Uint8Array(4000 - 1024 + 1))).toThrow(GlueError);
    expect(() => withLayout(module, layout, new Uint8Array(4000 - 1024))).not.toThrow();
  });
});
