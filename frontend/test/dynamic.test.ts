// Dynamic linking: what sections say and may not say, where modules lie, what names mean, and what is refused.

import { describe, expect, test } from '@jest/globals';
import { decodeModule } from '../decode-module.js';
import { dynamicInputs, type DylinkInfo, dylinkInfo } from '../dynamic/dylink-section.js';
import { type DynamicHost, linkDynamic } from '../dynamic/link-dynamic.js';
import { WasmError } from '../errors.js';
import { allFeatures } from '../features.js';
import { functionTypeAt } from '../module.js';
import type { Program } from '../program.js';
import { scanModule } from '../scan-module.js';
import { assemble, body, funcref, functionType, i32, i64, leb, name, section, vector } from './assemble.js';

const dylink = (...subsections: readonly number[][]): number[] => section(0, name('dylink.0'), subsections.flat());
const memoryInfo = (...numbers: readonly number[]): number[] => [1, ...leb(numbers.flatMap(leb).length), ...numbers.flatMap(leb)];
const subsection = (id: number, contents: readonly number[]): number[] => [id, ...leb(contents.length), ...contents];

describe('the section', () => {
  const infoOf = (bytes: Uint8Array): DylinkInfo | undefined => dylinkInfo(decodeModule(bytes, { features: allFeatures }));
  const errorOf = (bytes: Uint8Array): unknown[] => {
    try {
      return [infoOf(bytes)];
    } catch (error) {
      if (error instanceof WasmError) return [error.code, error.offset];
      throw error;
    }
  };

  test('is absent in ordinary modules', () => {
    expect(infoOf(assemble())).toBeUndefined();
  });

  test('of both forms', () => {
    const expected = { memorySize: 300, memoryAlign: 16, tableSize: 2, tableAlign: 1, needed: ['a.so', 'b'], weakImports: new Set(), hasThreadLocals: false };
    expect(infoOf(assemble(section(0, name('dylink'), [...leb(300), 4, 2, 0], vector(name('a.so'), name('b')))))).toEqual(expected);
    const weak = subsection(4, vector([...name('env'), ...name('w'), 1], [...name('env'), ...name('s'), 0]));
    const threadLocal = subsection(3, vector([...name('t'), ...leb(0x100)]));
    const unknown = subsection(99, [1, 2, 3]);
    const needed = subsection(2, vector(name('a.so'), name('b')));
    expect(infoOf(assemble(dylink(memoryInfo(300, 4, 2, 0), unknown, needed, weak, threadLocal)))).toEqual({
      ...expected,
      weakImports: new Set(['w']),
      hasThreadLocals: true,
    });
  });

  test.each([
    ['ends in a number', dylink([1, 1, 0x80]), ['W2E-B003', 22]],
    ['ends in a subsection', dylink([1, 9, 0]), ['W2E-B004', 21]],
    ['has a subsection that is too long', dylink([1, 5, 0, 0, 0, 0, 0]), ['W2E-B034', 25]],
    ['has one that is too short', dylink([1, 3, 0, 0, 0, 0]), ['W2E-B034', 25]],
    ['has an alignment that is none', dylink(memoryInfo(0, 32, 0, 0)), ['W2E-B034', 22]],
    ['has more names than bytes', dylink(subsection(2, leb(0xffff_ffff))), ['W2E-B003', 26]],
    ['of the old form goes on', section(0, name('dylink'), [0, 0, 0, 0, 0, 7]), ['W2E-B034', 22]],
  ])('%s', (_title, bytes, expected) => {
    expect(errorOf(assemble(bytes))).toEqual(expected);
  });
});

const host: DynamicHost = {
  provides: ({ name: field }) => field.startsWith('host_'),
  typeOf: (field) => (field === 'host_known' ? { params: new Int32Array(0), results: new Int32Array(0) } : undefined),
  asksForNames: (field) => field === 'host_dlsym',
  mostModules: 8,
  undefinedTraps: false,
};

const imported = (module: string, field: string, ...rest: readonly number[]): number[] => [...name(module), ...name(field), ...rest];
const memoryImport = imported('env', 'memory', 2, 0, 100);
const tableImport = imported('env', '__indirect_function_table', 1, funcref, 0, 0);
const address = (module: string, field: string): number[] => imported(module, field, 3, i32, 1);
const constant = (field: string): number[] => imported('env', field, 3, i32, 0);
const functionImport = (field: string, type = 0): number[] => imported('env', field, 0, type);

interface Module {
  readonly memorySize?: number;
  readonly tableSize?: number;
  readonly needed?: readonly string[];
  readonly imports?: readonly (readonly number[])[];
  /** Exported functions of type () -> (), in front of them those that are imported. */
  readonly functions?: Readonly<Record<string, readonly number[]>>;
  readonly importedFunctions?: number;
  /** Exported data: where it is behind the base. */
  readonly data?: Readonly<Record<string, number>>;
  readonly importedGlobals?: number;
}

function build({
  memorySize = 0,
  tableSize = 0,
  needed = [],
  imports = [],
  functions = {},
  importedFunctions = 0,
  data = {},
  importedGlobals = 0,
}: Module): Uint8Array {
  const names = Object.keys(functions);
  return assemble(
    dylink(memoryInfo(memorySize, 4, tableSize, 0), subsection(2, vector(...needed.map(name)))),
    section(1, vector(functionType([], []), functionType([i64], [i32]))),
    section(2, vector(memoryImport, tableImport, ...imports)),
    section(3, vector(...names.map(() => [0]))),
    section(6, vector(...Object.values(data).map((value) => [i32, 0, 0x41, value, 0x0b]))),
    section(
      7,
      vector(
        ...names.map((field, i) => [...name(field), 0, importedFunctions + i]),
        ...Object.keys(data).map((field, i) => [...name(field), 3, importedGlobals + i]),
      ),
    ),
    section(10, vector(...Object.values(functions).map((code) => body([], ...code)))),
  );
}

function link(...modules: readonly [string, Module][]): Program {
  const decoded = modules.map(([file, contents]) => {
    const module = decodeModule(build(contents), { features: allFeatures });
    return { name: file, module, facts: scanModule(module) };
  });
  return linkDynamic(dynamicInputs(decoded)!, host);
}

function errorOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (error instanceof WasmError) return [error.code, error.inputIndex, error.message];
    throw error;
  }
}

/** The values of a module's imported globals, by name. */
function valuesOf(program: Program, input: number): Record<string, number> {
  const { module, maps } = program.instances.find((instance) => instance.input === input)!;
  return Object.fromEntries(
    module.imports.flatMap((entry) => {
      if (entry.kind !== 'global') return [];
      const step = program.module.globals[maps!.globals[entry.index]].init!.steps[0];
      return [[entry.name, step.op === 'const' ? Number(step.bits) : NaN]];
    }),
  );
}

/** The names of functions in the table behind modules' own elements, in order. */
function elementsOf(program: Program): { readonly at: number; readonly names: string[] } {
  const loader = program.instances.at(-1)!;
  const segment = program.module.elements[loader.elements.first];
  const step = segment.place!.offset.steps[0];
  const nameOf = (index: number): string => {
    for (const { exports } of program.instances.slice(0, -1)) {
      const found = exports.find((entry) => entry.kind === 'function' && entry.index === index);
      if (found !== undefined) return found.name;
    }
    return program.module.imports.find((entry) => entry.kind === 'function' && entry.index === index)!.name;
  };
  const { items } = segment;
  return { at: step.op === 'const' ? Number(step.bits) : NaN, names: items.kind === 'functions' ? Array.from(items.indices, nameOf) : [] };
}

describe('places', () => {
  const bases = [constant('__memory_base'), constant('__table_base'), address('env', '__stack_pointer'), address('GOT.mem', '__heap_base')];

  test('the data of the modules in order, then the stack, then the heap', () => {
    const linked = link(['main', { memorySize: 100, tableSize: 3, imports: bases }], ['lib', { memorySize: 50, tableSize: 2, imports: bases }]);
    // 100 pages: half of what is left is less than 5 MiB.
    const stack = 1024 + 112 + 64;
    const heap = stack + Math.ceil((100 * 65536 - stack) / 2 / 16) * 16;
    const main = { __memory_base: 1024, __table_base: 1, __stack_pointer: heap, __heap_base: heap };
    expect(valuesOf(linked, 0)).toEqual(main);
    expect(valuesOf(linked, 1)).toEqual({ ...main, __memory_base: 1024 + 112, __table_base: 4 });
    expect(linked.module.memories).toMatchObject([{ min: 100n, max: undefined }]);
    expect(linked.module.tables).toMatchObject([{ min: 6n }]);
  });

  test('memory grows to hold the data', () => {
    const program = link(['main', { memorySize: 200 << 16, imports: bases }]);
    expect(program.module.memories).toMatchObject([{ min: 201n, max: undefined }]);
  });

  test('data that no memory holds is refused', () => {
    expect(errorOf(() => link(['main', { memorySize: 0xffff_ffff }], ['lib', { memorySize: 0xffff_ffff }]))).toEqual([
      'W2E-L001',
      0,
      expect.stringContaining('data takes'),
    ]);
    expect(errorOf(() => link(['main', { tableSize: 20_000_000 }]))).toEqual(['W2E-L001', 0, expect.stringContaining('20000001 elements')]);
  });
});

describe('names', () => {
  test("data is the main module's, then that of libraries in order, then null where it is weak", () => {
    const uses = [address('GOT.mem', 'both'), address('GOT.mem', 'own')];
    const linked = link(
      ['main', { memorySize: 64, imports: uses, importedGlobals: 2, data: { both: 8 } }],
      ['lib', { memorySize: 64, imports: uses, importedGlobals: 2, data: { both: 16, own: 24 } }],
    );
    const { both, own } = valuesOf(linked, 0);
    expect(valuesOf(linked, 1)).toEqual({ both, own });
    expect(own - both).toBe(64 + 24 - 8);
  });

  test('a function has one address, whoever asks, and a host function its own', () => {
    const uses = [address('GOT.func', 'f'), address('GOT.func', 'host_known'), address('GOT.func', 'nobody')];
    const linked = link(['main', { imports: uses, functions: { f: [], main: [] } }], ['lib', { imports: uses, functions: { f: [] } }]);
    expect(valuesOf(linked, 0)).toEqual({ f: 1, host_known: 2, nobody: 0 });
    expect(valuesOf(linked, 1)).toEqual(valuesOf(linked, 0));
    expect(elementsOf(linked)).toEqual({ at: 1, names: ['f', 'host_known'] });
    expect([...linked.nullAddresses!.values()]).toEqual(['nobody', 'nobody']); // each module has a global
  });

  test('a library may call what it exports itself', () => {
    const program = link(
      ['main', { functions: { main: [] } }],
      ['lib', { imports: [functionImport('f')], importedFunctions: 1, functions: { f: [], g: [0x10, 0] } }],
    );
    expect(program.module.imports).toEqual([]);
    const { maps } = program.instances[1];
    expect(maps!.functions[0]).toBe(maps!.functions[1]);
  });

  test('are there at run time only if the program can ask', () => {
    const asking: Module = {
      imports: [functionImport('host_dlsym')],
      importedFunctions: 1,
      functions: { main: [0x10, 0], f: [] },
      data: { d: 4 },
      memorySize: 16,
    };
    const silent: Module = { ...asking, functions: { main: [], f: [0x10, 0] } };
    const lib: Module = { functions: { g: [], __wasm_call_ctors: [] } };
    const program = link(['main', asking], ['x/lib.wasm', lib]);
    expect(program.libraries).toMatchObject([
      { name: 'main', started: true, constructors: 0, needed: [] },
      { name: 'x/lib.wasm', started: false, constructors: 4, needed: [] },
    ]);
    expect(program.libraries!.map(({ symbols }) => [...symbols.keys()])).toEqual([['main', 'f', 'd'], ['g']]);
    expect(link(['main', silent], ['lib', lib]).libraries).toEqual([]);
  });
});

describe('order', () => {
  /** What the program's constructors call, by name. */
  const constructors = (program: Program): string[] => {
    const entry = program.module.exports.find(({ name: field }) => field === '__wasm_call_ctors')!;
    const { facts, instances } = program;
    return Array.from(facts.callTargets.subarray(facts.callStart[entry.index], facts.callStart[entry.index + 1]), (index) => {
      return instances.find(({ firstFunction, endFunction }) => index >= firstFunction && index < endFunction)!.name;
    });
  };
  const begins = { __wasm_call_ctors: [] };

  test("the main module's constructors come first, then those of libraries behind what they need", () => {
    const linked = link(
      ['main', { needed: ['b.so'], functions: { ...begins, main: [] } }],
      ['dir/a.so', { functions: begins }],
      ['b.so', { needed: ['a.so'], functions: begins }],
    );
    expect(constructors(linked)).toEqual(['main', 'dir/a.so', 'b.so']);
  });

  test('libraries that need each other are initialized once', () => {
    const linked = link(
      ['main', { needed: ['a'], functions: { ...begins, main: [] } }],
      ['a', { needed: ['b'], functions: begins }],
      ['b', { needed: ['a'], functions: begins }],
    );
    expect(constructors(linked)).toEqual(['main', 'b', 'a']);
  });
});

describe('refused', () => {
  test.each([
    ['a library that is not there', [['main', { needed: ['libz.so'] }]], ['W2E-M004', 0, 'a library is not there: main needs libz.so']],
    [
      'one that a library needs',
      [
        ['main', {}],
        ['a', { needed: ['b'] }],
      ],
      ['W2E-M004', 1, 'a library is not there: a needs b'],
    ],
    [
      'data that nobody has',
      [
        ['main', {}],
        ['a', { imports: [address('GOT.mem', 'x')] }],
      ],
      ['W2E-M006', 1, 'no module has the data x, which a uses'],
    ],
    ['more modules than there may be', Array.from({ length: 9 }, (_, i) => [`m${i}`, {}]), ['W2E-L001', 0, expect.stringContaining('9 modules')]],
  ] as [string, [string, Module][], unknown][])('%s', (_title, modules, expected) => {
    expect(errorOf(() => link(...modules))).toEqual(expected);
  });

  test.each([
    ['a library that is none', assemble(), 'no section dylink.0'],
    ['threads', assemble(dylink(memoryInfo(0, 0, 0, 0)), section(2, vector(imported('env', 'memory', 2, 3, 1, 1)))), 'threads'],
    ['64-bit addresses', assemble(dylink(memoryInfo(0, 0, 0, 0)), section(2, vector(imported('env', 'memory', 2, 4, 1)))), '64-bit addresses'],
    ['a memory of its own', assemble(dylink(memoryInfo(0, 0, 0, 0)), section(5, vector([0, 1]))), 'does not import'],
  ])('%s', (_title, bytes, message) => {
    const module = decodeModule(bytes, { features: allFeatures });
    const main = decodeModule(build({}), { features: allFeatures });
    const inputs = [main, module].map((each, i) => ({ name: i === 0 ? 'main' : 'lib', module: each, facts: scanModule(each) }));
    expect(errorOf(() => linkDynamic(dynamicInputs(inputs)!, host))).toEqual(['W2E-M005', 1, expect.stringContaining(message)]);
  });

  test('an import of another type', () => {
    const main: Module = { imports: [functionImport('g', 1)], importedFunctions: 1, functions: { main: [] } };
    const error = errorOf(() => link(['main', main], ['lib', { functions: { g: [] } }]));
    expect(error).toEqual(['W2E-M002', 0, expect.stringContaining('env.g')]);
    expect(functionTypeAt(decodeModule(build(main), { features: allFeatures }), 1).params).toEqual(Int32Array.of(2));
  });
});
