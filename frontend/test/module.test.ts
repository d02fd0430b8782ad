// The decoded module as data, the facts of a scan, and names.

import { describe, expect, test } from '@jest/globals';
import { decodeModule } from '../decode-module.js';
import { functionName } from '../function-names.js';
import { readNames } from '../name-section.js';
import { scanModule } from '../scan-module.js';
import { concreteHeap, referenceType, Type, typeName } from '../value-types.js';
import { assemble, body, externref, functionType, funcref, i32, i64, name, section, vector } from './assemble.js';

const emptyType = section(1, vector(functionType([], [])));

describe('types', () => {
  test('equal types have equal ids, also through references', () => {
    const module = decodeModule(
      assemble(
        section(
          1,
          vector(
            functionType([i32], []),
            functionType([i64], []),
            functionType([i32], []),
            [0x60, 1, 0x63, 0, 0],
            [0x60, 1, 0x63, 2, 0],
            [0x60, 1, 0x63, 1, 0],
          ),
        ),
      ),
    );
    expect([0, 1, 2, 3, 4, 5].map((index) => module.typeId(index))).toEqual([0, 1, 0, 3, 3, 5]);
  });

  test('recursion groups are compared as a whole', () => {
    const pair = (target: number): number[] => [0x4e, 2, 0x60, 1, 0x64, target + 1, 0, 0x60, 1, 0x64, target, 0];
    const module = decodeModule(assemble(section(1, vector(pair(0), pair(2), functionType([], [])))));
    expect([0, 1, 2, 3, 4].map((index) => module.typeId(index))).toEqual([0, 1, 0, 1, 4]);
    expect(module.types[0]).toBe(module.types[2]);
  });

  test('names of types', () => {
    expect([Type.FuncRef, Type.ExternRef, Type.ExnRef, Type.NonNullExnRef].map(typeName)).toEqual(['funcref', 'externref', 'exnref', '(ref exn)']);
    expect(typeName(referenceType(true, concreteHeap(7)))).toBe('(ref null 7)');
  });
});

describe('sections', () => {
  const bytes = assemble(
    emptyType,
    section(2, vector([...name('m'), ...name('f'), 0, 0], [...name('m'), ...name('g'), 3, i32, 0], [...name('m'), ...name('t'), 1, externref, 1, 2, 3])),
    section(3, vector([0], [0])),
    section(4, vector([funcref, 0, 10])),
    section(5, vector([3, 1, 2])),
    section(6, vector([i32, 0, 0x41, 5, 0x41, 7, 0x6c, 0x0b], [i32, 0, 0x23, 1, 0x0b], [i32, 1, 0x23, 0, 0x41, 1, 0x6a, 0x0b], [funcref, 0, 0xd2, 1, 0x0b])),
    section(7, vector([...name('mem'), 2, 0])),
    section(8, [1]),
    section(
      9,
      vector(
        [2, 1, 0x41, 2, 0x0b, 0, 2, 1, 2],
        [1, 0, 1, 0],
        [3, 0, 1, 2],
        [5, funcref, 2, 0xd2, 1, 0x0b, 0xd0, 0x70, 0x0b],
        [5, externref, 1, 0xd0, 0x6f, 0x0b],
        [7, funcref, 1, 0xd2, 0, 0x0b],
      ),
    ),
    section(12, [2]),
    section(10, vector(body([]), body([]))),
    section(11, vector([0, 0x41, 8, 0x0b, 3, 1, 2, 3], [1, 1, 9])),
  );
  const module = decodeModule(bytes);

  test('index spaces hold imports first', () => {
    expect(module.functions).toMatchObject({ importCount: 1, count: 3 });
    expect(module.imports.map(({ kind, index }) => [kind, index])).toEqual([
      ['function', 0],
      ['global', 0],
      ['table', 0],
    ]);
    expect(module.tables).toMatchObject([
      { element: Type.ExternRef, min: 2n, max: 3n },
      { element: Type.FuncRef, min: 10n, max: undefined },
    ]);
    expect(module.memories).toEqual([{ min: 1n, max: 2n, shared: true, is64: false, pageSizeLog2: 16 }]);
    expect(module.start).toBe(1);
    expect(Array.from(module.functions.bodyEnd).map((end, index) => end - module.functions.bodyStart[index])).toEqual([0, 2, 2]);
  });

  test('constant expressions are evaluated as far as possible', () => {
    expect(module.globals.map(({ init }) => init?.steps)).toEqual([
      undefined,
      [{ op: 'const', type: Type.I32, bits: 35n }],
      [{ op: 'const', type: Type.I32, bits: 35n }],
      [
        { op: 'global.get', index: 0 },
        { op: 'const', type: Type.I32, bits: 1n },
        { op: 'add', type: Type.I32 },
      ],
      [{ op: 'ref.func', index: 1 }],
    ]);
  });

  test('element segments of every mode, as function indices', () => {
    expect(module.elements.map(({ mode, place, items }) => [mode, place?.index, items.kind === 'functions' ? [...items.indices] : items])).toEqual([
      ['active', 1, [1, 2]],
      ['passive', undefined, [0]],
      ['declarative', undefined, [2]],
      ['passive', undefined, [1, -1]],
      ['passive', undefined, [-1]],
      ['declarative', undefined, [0]],
    ]);
    expect([...module.functions.declared]).toEqual([1, 1, 1]);
  });

  test('data segments are ranges of bytes', () => {
    expect(module.dataSegments.map(({ mode, start, end }) => [mode, ...bytes.subarray(start, end)])).toEqual([
      ['active', 1, 2, 3],
      ['passive', 9],
    ]);
    expect(module.dataCount).toBe(2);
  });
});

describe('scan', () => {
  test('collects what bodies do', () => {
    const module = decodeModule(
      assemble(
        section(1, vector(functionType([], []), functionType([i32], []), functionType([], []))),
        section(3, vector([0], [0], [0])),
        section(4, vector([funcref, 0, 1], [funcref, 0, 1])),
        section(5, vector([1, 1, 2])),
        section(6, vector([i32, 1, 0x41, 0, 0x0b], [i32, 1, 0x41, 0, 0x0b])),
        section(9, vector([3, 0, 1, 2])),
        section(
          10,
          vector(
            body([], 0x10, 1, 0x10, 1, 0xd2, 2, 0x1a, 0x41, 0, 0x24, 1),
            body([], 0x41, 0, 0x11, 2, 1, 0x41, 0, 0xd0, 0x70, 0x26, 0),
            body([], 0x00, 0x10, 0, 0x41, 0, 0x40, 0, 0x1a),
          ),
        ),
      ),
    );
    const facts = scanModule(module);
    const callees = (index: number): number[] => [...facts.callTargets.subarray(facts.callStart[index], facts.callStart[index + 1])];
    expect([0, 1, 2].map(callees)).toEqual([[1, 2], [], []]);
    expect([...facts.referenced]).toEqual([0, 0, 1]);
    expect([...facts.globalsWritten]).toEqual([0, 1]);
    expect([...facts.tablesMutated]).toEqual([1, 0]);
    expect([...facts.tablesCalled]).toEqual([0, 1]);
    expect([...facts.indirectTypes]).toEqual([1, 0, 0]);
    expect(facts.growsMemory).toBe(false);
  });
});

describe('name section', () => {
  const subsection = (id: number, ...contents: number[][]): number[] => section(id, ...contents);
  const functions = subsection(1, vector([0, ...name('zero')], [2, ...name('two')]));

  test('gives names of module, functions and locals', () => {
    const locals = subsection(2, vector([2, ...vector([0, ...name('x')])]));
    const module = decodeModule(assemble(section(0, name('name'), subsection(0, name('mod')), functions, locals)));
    expect([0, 1, 2].map((index) => functionName(module, index))).toEqual(['zero', undefined, 'two']);
    expect(readNames(module).module).toBe('mod');
    expect(readNames(module).locals.get(2)?.get(0)).toBe('x');
  });

  test('a malformed one is read as far as it goes', () => {
    const module = decodeModule(assemble(section(0, name('name'), functions, [2, 1, 0xff])));
    expect(functionName(module, 2)).toBe('two');
    expect(readNames(decodeModule(assemble(section(0, name('name'), [1, 9])))).functions.size).toBe(0);
  });
});
