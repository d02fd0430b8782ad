// Linking modules: what every kind of import matches, the errors by code and offset, the order, and the index spaces.

import { describe, expect, test } from '@jest/globals';
import { decodeModule } from '../decode-module.js';
import { WasmError } from '../errors.js';
import { allFeatures } from '../features.js';
import { byModuleName, type LinkOptions, linkModules } from '../link-modules.js';
import type { Program } from '../program.js';
import { scanModule } from '../scan-module.js';
import { assemble, body, externref, f32, funcref, functionType, i32, i64, name, section, vector } from './assemble.js';

const enum Kind {
  Function = 0,
  Table = 1,
  Memory = 2,
  Global = 3,
  Tag = 4,
}

/** An import; the first one of a module begins at offset 11 where the type section is empty. */
function imported(module: string, field: string, kind: Kind, ...type: readonly number[]): number[] {
  return [...name(module), ...name(field), kind, ...type];
}
function exported(field: string, kind: Kind, index = 0): number[] {
  return [...name(field), kind, index];
}

/** Links the modules by their names; the first one is the main module. */
function link(modules: Readonly<Record<string, Uint8Array>>, options?: LinkOptions): Program {
  const names = Object.keys(modules);
  return linkModules(
    names.map((own) => {
      const module = decodeModule(modules[own], { features: allFeatures });
      const providers = new Map(names.map((other, index) => [other, index] as const).filter(([other]) => other !== own));
      return { name: own, module, facts: scanModule(module), provide: byModuleName(providers) };
    }),
    options,
  );
}

/** Code, offset and module of the error, or undefined. */
function errorOf(modules: Readonly<Record<string, Uint8Array>>, options?: LinkOptions): unknown[] | undefined {
  try {
    link(modules, options);
    return undefined;
  } catch (error) {
    if (!(error instanceof WasmError)) throw error;
    return [error.code, error.offset, error.inputIndex];
  }
}

const MATCHES = undefined;
const DIFFERS = ['W2E-M002', 11, 0];

/** A module that defines and exports one table, memory, or global. */
const oneTable = (...type: readonly number[]): Uint8Array => assemble(section(4, vector(type)), section(7, vector(exported('x', Kind.Table))));
const oneMemory = (...limits: readonly number[]): Uint8Array => assemble(section(5, vector(limits)), section(7, vector(exported('x', Kind.Memory))));
const oneGlobal = (type: number, mutable: number, ...init: readonly number[]): Uint8Array =>
  assemble(section(6, vector([type, mutable, ...init, 0x0b])), section(7, vector(exported('x', Kind.Global))));
/** A module that imports `lib.x`. */
const importing = (kind: Kind, ...type: readonly number[]): Uint8Array => assemble(section(2, vector(imported('lib', 'x', kind, ...type))));

describe('import matching', () => {
  const constant = [0x41, 0];
  test.each([
    ['a table as it is', oneTable(funcref, 0, 10), importing(Kind.Table, funcref, 0, 10), MATCHES],
    ['a larger table', oneTable(funcref, 0, 10), importing(Kind.Table, funcref, 0, 5), MATCHES],
    ['a table with a maximum for one without', oneTable(funcref, 1, 10, 20), importing(Kind.Table, funcref, 0, 5), MATCHES],
    ['a table with too high a maximum', oneTable(funcref, 1, 10, 21), importing(Kind.Table, funcref, 1, 10, 20), DIFFERS],
    ['a table without the maximum', oneTable(funcref, 0, 10), importing(Kind.Table, funcref, 1, 10, 20), DIFFERS],
    ['a table that is too small', oneTable(funcref, 0, 10), importing(Kind.Table, funcref, 0, 11), DIFFERS],
    ['a table of another type', oneTable(funcref, 0, 10), importing(Kind.Table, externref, 0, 10), DIFFERS],
    ['a table with wider indices', oneTable(funcref, 4, 10), importing(Kind.Table, funcref, 0, 10), DIFFERS],
    ['a memory as it is', oneMemory(0, 1), importing(Kind.Memory, 0, 1), MATCHES],
    ['a memory with a lower maximum', oneMemory(1, 1, 2), importing(Kind.Memory, 1, 0, 3), MATCHES],
    ['a memory that is too small', oneMemory(0, 1), importing(Kind.Memory, 0, 2), DIFFERS],
    ['a memory that is not shared', oneMemory(1, 1, 1), importing(Kind.Memory, 3, 1, 1), DIFFERS],
    ['a memory that is', oneMemory(3, 1, 1), importing(Kind.Memory, 1, 1, 1), DIFFERS],
    ['a memory with wider addresses', oneMemory(4, 1), importing(Kind.Memory, 0, 1), DIFFERS],
    ['a memory with smaller pages', oneMemory(8, 1, 0), importing(Kind.Memory, 0, 1), DIFFERS],
    ['a constant', oneGlobal(i32, 0, ...constant), importing(Kind.Global, i32, 0), MATCHES],
    ['a constant as a variable', oneGlobal(i32, 0, ...constant), importing(Kind.Global, i32, 1), DIFFERS],
    ['a variable as a constant', oneGlobal(i32, 1, ...constant), importing(Kind.Global, i32, 0), DIFFERS],
    ['a global of another type', oneGlobal(i32, 0, ...constant), importing(Kind.Global, i64, 0), DIFFERS],
    ['another kind of thing', oneGlobal(i32, 0, ...constant), importing(Kind.Memory, 0, 0), DIFFERS],
  ])('%s', (_title, lib, main, expected) => {
    expect(errorOf({ main, lib })).toEqual(expected);
  });

  test('a constant reference matches a wider type, a variable does not', () => {
    const nullFunction = [0xd0, 0x70];
    const wide = [0x63, 0x70],
      narrow = [0x63, 0];
    const lib = (mutable: number): Uint8Array =>
      assemble(
        section(1, vector(functionType([], []))),
        section(6, vector([...narrow, mutable, 0xd0, 0, 0x0b], [funcref, 0, ...nullFunction, 0x0b])),
        section(7, vector(exported('x', Kind.Global))),
      );
    expect(errorOf({ main: importing(Kind.Global, ...wide, 0), lib: lib(0) })).toBe(MATCHES);
    expect(errorOf({ main: importing(Kind.Global, ...wide, 1), lib: lib(1) })).toEqual(DIFFERS);
  });

  test('functions and tags by their types, whatever their indices', () => {
    const types = vector(functionType([f32], []), functionType([i32], []));
    const lib = assemble(
      section(1, types),
      section(3, vector([1])),
      section(13, vector([0, 1])),
      section(7, vector(exported('f', Kind.Function), exported('t', Kind.Tag))),
      section(10, vector(body([]))),
    );
    const main = (field: string, kind: Kind, ...type: readonly number[]): Uint8Array =>
      assemble(section(1, vector(functionType([i32], []), functionType([i64], []))), section(2, vector(imported('lib', field, kind, ...type))));
    expect(errorOf({ main: main('f', Kind.Function, 0), lib })).toBe(MATCHES);
    expect(errorOf({ main: main('f', Kind.Function, 1), lib })).toEqual(['W2E-M002', 22, 0]);
    expect(errorOf({ main: main('t', Kind.Tag, 0, 0), lib })).toBe(MATCHES);
    expect(errorOf({ main: main('t', Kind.Tag, 0, 1), lib })).toEqual(['W2E-M002', 22, 0]);
  });

  test('a type in a recursion group is another one than the same alone', () => {
    const group = [0x4e, 2, ...functionType([], []), ...functionType([i32], [])];
    const lib = (types: number[]): Uint8Array =>
      assemble(section(1, types), section(3, vector([0])), section(7, vector(exported('f', Kind.Function))), section(10, vector(body([]))));
    const main = (types: number[]): Uint8Array => assemble(section(1, types), section(2, vector(imported('lib', 'f', Kind.Function, 0))));
    const alone = vector(functionType([], []));
    expect(errorOf({ main: main(vector(group)), lib: lib(vector(group)) })).toBe(MATCHES);
    expect(errorOf({ main: main(alone), lib: lib(vector(group)) })?.[0]).toBe('W2E-M002');
    // An equal group in front changes the indices, not the types.
    expect(errorOf({ main: main(vector(group, alone.slice(1))), lib: lib(vector(group)) })).toBe(MATCHES);
  });

  test('a size that may have been grown to is checked at run time, if exports are called before', () => {
    const lib = assemble(
      section(1, vector(functionType([], []))),
      section(3, vector([0])),
      section(5, vector([0, 1])),
      section(7, vector(exported('x', Kind.Memory))),
      section(10, vector(body([], 0x41, 1, 0x40, 0, 0x1a))),
    );
    const main = importing(Kind.Memory, 0, 2);
    expect(errorOf({ main, lib })).toEqual(DIFFERS);
    const { instances } = link({ main, lib }, { callsBetween: true });
    expect(instances[1].sizeChecks).toEqual([{ kind: 'memory', index: 0, min: 2n }]);
    expect(errorOf({ main: importing(Kind.Memory, 0, 2), lib: oneMemory(0, 1) }, { callsBetween: true })).toEqual(DIFFERS);
  });
});

describe('names and order', () => {
  const two = section(2, vector(imported('lib', 'x', Kind.Memory, 0, 0), imported('lib', 'y', Kind.Global, i32, 0)));

  test('an import that its module does not export', () => {
    expect(errorOf({ main: assemble(two), lib: oneMemory(0, 1) })).toEqual(['W2E-M001', 11 + 9, 0]);
  });

  test('unless the host provides it', () => {
    const { module } = link({ main: assemble(two), lib: oneMemory(0, 1) }, { hostProvides: ({ name: field }) => field === 'y' });
    expect(module.imports.map(({ module: from, name: field, index }) => [from, field, index])).toEqual([['lib', 'y', 0]]);
  });

  test('the error of a library is about the library', () => {
    const main = assemble(section(2, vector(imported('a', 'x', Kind.Memory, 0, 0))));
    const a = assemble(section(2, vector(imported('b', 'none', Kind.Memory, 0, 0))), section(7, vector(exported('x', Kind.Memory))));
    expect(errorOf({ main, b: oneMemory(0, 1), a })).toEqual(['W2E-M001', 11, 2]);
  });

  test('modules that import each other', () => {
    const crossing = (from: string): Uint8Array =>
      assemble(section(2, vector(imported(from, 'x', Kind.Memory, 0, 0))), section(7, vector(exported('x', Kind.Memory))));
    expect(errorOf({ main: assemble(), a: crossing('b'), b: crossing('a') })?.slice(0, 2)).toEqual(['W2E-M003', 11]);
    expect(errorOf({ main: crossing('a'), a: crossing('main') })?.[0]).toBe('W2E-M003');
  });

  test('exporters come before importers, the main module as late as it can', () => {
    const using = (...from: readonly string[]): Uint8Array => assemble(section(2, vector(...from.map((module) => imported(module, 'x', Kind.Memory, 0, 0)))));
    const names = (modules: Record<string, Uint8Array>): string[] => link(modules).instances.map((instance) => instance.name);
    const through = assemble(section(2, vector(imported('c', 'x', Kind.Memory, 0, 0))), section(7, vector(exported('x', Kind.Memory))));
    expect(names({ main: using('a', 'b'), a: through, b: oneMemory(0, 1), c: oneMemory(0, 1) })).toEqual(['c', 'a', 'b', 'main']);
    expect(names({ main: oneMemory(0, 1), a: using('main') })).toEqual(['main', 'a']);
  });
});

describe('index spaces', () => {
  const exporter = assemble(
    section(1, vector(functionType([i32], []), functionType([], []))),
    section(3, vector([1], [1])),
    section(4, vector([funcref, 0, 4])),
    section(5, vector([0, 1])),
    section(6, vector([i32, 0, 0x41, 5, 0x0b], [i32, 1, 0x41, 7, 0x0b])),
    section(
      7,
      vector(
        exported('f', Kind.Function, 1),
        exported('t', Kind.Table),
        exported('m', Kind.Memory),
        exported('c', Kind.Global, 0),
        exported('v', Kind.Global, 1),
      ),
    ),
    section(9, vector([0, 0x41, 0, 0x0b, ...vector([0])])),
    section(10, vector(body([]), body([]))),
    section(11, vector([0, 0x41, 0, 0x0b, 2, 1, 2])),
  );
  const importer = assemble(
    section(1, vector(functionType([], []))),
    section(
      2,
      vector(
        imported('host', 'h', Kind.Function, 0),
        imported('lib', 'f', Kind.Function, 0),
        imported('lib', 't', Kind.Table, funcref, 0, 1),
        imported('lib', 'm', Kind.Memory, 0, 1),
        imported('lib', 'c', Kind.Global, i32, 0),
        imported('lib', 'v', Kind.Global, i32, 1),
      ),
    ),
    section(3, vector([0])),
    section(4, vector([funcref, 0, 2])),
    section(5, vector([0, 3])),
    section(6, vector([i32, 0, 0x23, 0, 0x41, 1, 0x6a, 0x0b])),
    section(7, vector(exported('own', Kind.Function, 2), exported('again', Kind.Function, 1))),
    section(9, vector([0, 0x23, 0, 0x0b, ...vector([2], [1])], [2, 1, 0x41, 0, 0x0b, 0, ...vector([2])])),
    section(10, vector(body([], 0x41, 9, 0x24, 1))),
    section(11, vector([0, 0x23, 0, 0x41, 1, 0x6a, 0x0b, 1, 3], [2, 1, 0x41, 0, 0x0b, 1, 4])),
  );
  const program = link({ main: importer, lib: exporter });
  const { module, facts } = program;
  const main = program.instances[1],
    lib = program.instances[0];

  test('imports of the host first, then the definitions of the main module, then of the others', () => {
    expect([module.functions.importCount, module.functions.count]).toEqual([1, 4]);
    expect([...main.maps!.functions]).toEqual([0, 3, 1]);
    expect([...lib.maps!.functions]).toEqual([2, 3]);
    expect([main.firstFunction, main.endFunction, lib.firstFunction, lib.endFunction]).toEqual([1, 2, 2, 4]);
  });

  test('the memory and the table with index 0 of the main module are those of the program, wherever they are defined', () => {
    expect([[...main.maps!.memories], [...lib.maps!.memories]]).toEqual([[0, 1], [0]]);
    expect([[...main.maps!.tables], [...lib.maps!.tables]]).toEqual([[0, 1], [0]]);
    expect(module.memories.map(({ min }) => min)).toEqual([1n, 3n]);
  });

  test('equal types have one canonical id', () => {
    expect(module.types).toHaveLength(3);
    expect([...module.typeIds]).toEqual([0, 1, 0]);
    expect(module.typeIds[module.functions.typeIndex[3]]).toBe(module.typeIds[module.functions.typeIndex[1]]);
  });

  test('constant expressions are evaluated across modules', () => {
    expect([...main.maps!.globals]).toEqual([1, 2, 0]);
    expect(module.globals[0].init!.steps).toEqual([{ op: 'const', type: 1, bits: 6n }]);
  });

  test('segments for what another module defines are left to run time', () => {
    expect(module.elements.map(({ mode }) => mode)).toEqual(['passive', 'active', 'active']);
    expect(main.elements.deferred.get(0)).toMatchObject({ index: 0, offset: { steps: [{ op: 'const', bits: 5n }] } });
    expect(module.elements[0].items).toEqual({ kind: 'functions', indices: Int32Array.of(1, 3) });
    expect(module.elements[1].place!.index).toBe(1);
    expect(module.dataSegments.map(({ mode }) => mode)).toEqual(['passive', 'active', 'active']);
    expect(main.dataSegments.deferred.get(0)).toMatchObject({ index: 0, offset: { steps: [{ op: 'const', bits: 6n }] } });
    expect(module.dataSegments.map(({ start, end }) => [...module.bytes.subarray(start, end)])).toEqual([[3], [4], [1, 2]]);
  });

  test('facts are about the program: a table that another module fills changes, as does a global that it sets', () => {
    expect([...facts.tablesMutated]).toEqual([1, 0]);
    expect([...facts.globalsWritten]).toEqual([0, 0, 1]);
  });

  test('exports are those of the main module, re-exports included', () => {
    expect(module.exports.map(({ name: field, index }) => [field, index])).toEqual([
      ['own', 1],
      ['again', 3],
    ]);
  });

  test('a module without a memory gives the first place to the library that calls the host', () => {
    const calls = assemble(section(1, vector(functionType([], []))), section(2, vector(imported('host', 'h', Kind.Function, 0))), section(5, vector([0, 7])));
    const { memories } = link({ main: assemble(), a: oneMemory(0, 1), b: calls }).module;
    expect(memories.map(({ min }) => min)).toEqual([7n, 1n]);
  });
});
