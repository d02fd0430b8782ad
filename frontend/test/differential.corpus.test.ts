// The decoder against two independent ones: V8's validator, and @webassemblyjs/wasm-parser on what it gets right.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, jest, test } from '@jest/globals';
import parser from '@webassemblyjs/wasm-parser';
import { decodeModule } from '../decode-module.js';
import { WasmError } from '../errors.js';
import { defaultFeatures, type FeatureName, withFeatures } from '../features.js';
import { functionType, functionTypeAt, type WasmModule } from '../module.js';
import { scanModule } from '../scan-module.js';
import { Type } from '../value-types.js';
import { suiteAreas, suiteCases, suiteIsPresent } from './spec-suite.js';

const programs = fileURLToPath(new URL('../../../../shared/wasm/', import.meta.url));
const programFiles = existsSync(programs) ? readdirSync(programs).filter((file) => file.endsWith('.wasm')) : [];

/** The global of V8, which the project's library of types does not have. */
const { WebAssembly } = globalThis as unknown as { WebAssembly: { validate(bytes: Uint8Array): boolean } };

/** What V8 of Node 20 does not have, or has in another version. */
const notInNode: readonly FeatureName[] = ['gc', 'memory64', 'multi-memory', 'exceptions', 'function-references', 'extended-const', 'relaxed-simd'];
const nodeFeatures = withFeatures(defaultFeatures, [], notInNode);

function verdict(bytes: Uint8Array, features: number): WasmError | undefined {
  try {
    scanModule(decodeModule(bytes, { features }));
    return undefined;
  } catch (error) {
    if (error instanceof WasmError) return error;
    throw error;
  }
}

/** Marsaglia's xorshift, so that every run mutates alike. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Differences from V8 that are known, by rule. */
function explained(error: WasmError | undefined): string | undefined {
  if (error?.kind === 'featureNeeded') return error.message;
  if (error?.kind === 'limit' || error?.kind === 'tooManyLocals') return 'limit of ours';
  return undefined;
}

describe('against V8', () => {
  if (programFiles.length === 0) test.skip('real modules: ../shared/wasm is absent', () => undefined);
  else
    test.each(programFiles)('%s', (file) => {
      const bytes = readFileSync(join(programs, file));
      expect(WebAssembly.validate(bytes)).toBe(true);
      expect(verdict(bytes, defaultFeatures)).toBeUndefined();
    });

  if (!suiteIsPresent) {
    test.skip('../shared/spec-tests is absent', () => {});
    return;
  }

  const areas = suiteAreas().filter((area) => !area.startsWith('proposals') && !/gc|memory64|multi-memory|exceptions|function-ref/.test(area));

  test.each(areas)('%s', (area) => {
    const differences: string[] = [];
    const excluded = new Map<string, number>();
    let agreed = 0;
    for (const { file } of suiteCases(area)) {
      const bytes = readFileSync(file);
      const error = verdict(bytes, nodeFeatures);
      if (WebAssembly.validate(bytes) === (error === undefined)) agreed++;
      else {
        const rule = explained(error);
        if (rule === undefined) differences.push(`${file}: ${error?.message ?? 'valid'}`);
        else excluded.set(rule, (excluded.get(rule) ?? 0) + 1);
      }
    }
    process.stdout.write(`V8, ${area}: ${agreed} agree${[...excluded].map(([rule, count]) => `, ${count} excluded: ${rule}`).join('')}\n`);
    expect(differences).toEqual([]);
  });

  test('mutated modules', () => {
    const random = randomNumbers(20_260_101);
    const seeds = areas
      .flatMap((area) => suiteCases(area))
      .filter(({ expected }) => expected === 'valid')
      .map(({ file }) => readFileSync(file))
      .filter((bytes) => bytes.length > 30 && bytes.length < 600 && verdict(bytes, nodeFeatures) === undefined);
    const differences: string[] = [];
    const excluded = new Map<string, number>();
    let accepted = 0;
    let rejected = 0;
    for (let round = 0; round < 4000; round++) {
      const bytes = Uint8Array.from(seeds[random(seeds.length)]);
      for (let change = random(2); change >= 0; change--) bytes[8 + random(bytes.length - 8)] = random(256);
      const error = verdict(bytes, nodeFeatures);
      if (WebAssembly.validate(bytes) === (error === undefined)) {
        if (error === undefined) accepted++;
        else rejected++;
        continue;
      }
      const rule = explained(error);
      if (rule === undefined) differences.push(`${error?.message ?? 'valid'} @${error?.offset}: ${Buffer.from(bytes).toString('hex')}`);
      else excluded.set(rule, (excluded.get(rule) ?? 0) + 1);
    }
    const rules = [...excluded].map(([rule, count]) => `, ${count} excluded: ${rule}`).join('');
    process.stdout.write(`V8, mutated: both accept ${accepted}, both reject ${rejected}${rules}\n`);
    expect(accepted).toBeGreaterThan(100);
    expect(rejected).toBeGreaterThan(100);
    expect(differences).toEqual([]);
  });
});

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Structure that both decoders can print: types of functions, imports, exports, memories. */
function ourStructure(module: WasmModule): string[] {
  const signature = (params: Int32Array, results: Int32Array): string => `${[...params].map(typeText).join(' ')} -> ${[...results].map(typeText).join(' ')}`;
  const defined = Array.from(module.functions.typeIndex).slice(module.functions.importCount);
  return [
    ...module.types.map((type) => (type.kind === 'func' ? `type ${signature(type.params, type.results)}` : type.kind)),
    ...module.imports.map(({ module: from, name, kind }) => `import ${from}.${name} ${kind}`),
    ...defined.map((typeIndex) => `func ${signature(functionTypeAt(module, typeIndex).params, functionTypeAt(module, typeIndex).results)}`),
    ...module.exports.map(({ name, kind, index }) => `export ${name} ${kind} ${index}`),
    ...module.memories.slice(module.imports.filter(({ kind }) => kind === 'memory').length).map(({ min, max }) => `memory ${min} ${max ?? ''}`),
    ...module.tables.slice(module.imports.filter(({ kind }) => kind === 'table').length).map(({ min, max }) => `table ${min} ${max ?? ''}`),
    ...module.dataSegments.map(({ start, end }) => `data ${end - start}`),
    `start ${module.start ?? ''}`,
  ];
}

function typeText(type: number): string {
  return ['', 'i32', 'i64', 'f32', 'f64'][type] ?? 'other';
}

function theirStructure(program: Node): string[] {
  const fields = (program.body as Node[])[0].fields as Node[];
  const of = (type: string): Node[] => fields.filter((field) => field.type === type);
  const signature = (value: unknown): string => {
    const { params, results } = value as { params: { valtype: string }[]; results: string[] };
    return `${params.map(({ valtype }) => valtype).join(' ')} -> ${results.join(' ')}`;
  };
  const importKind = (descr: Node): string =>
    ({ FuncImportDescr: 'function', GlobalType: 'global', Memory: 'memory', Table: 'table' })[descr.type] ?? descr.type;
  const exportKind: Record<string, string> = { Func: 'function', Global: 'global', Mem: 'memory', Memory: 'memory', Table: 'table' };
  const limitsText = (value: unknown): string => {
    const { min, max } = value as { min: number; max?: number };
    return `${min} ${max ?? ''}`;
  };
  const start = of('Start')[0]?.index as { value: number } | undefined;
  return [
    ...of('TypeInstruction').map((field) => `type ${signature(field.functype)}`),
    ...of('ModuleImport').map((field) => `import ${String(field.module)}.${String(field.name)} ${importKind(field.descr as Node)}`),
    ...of('Func').map((field) => `func ${signature(field.signature)}`),
    ...of('ModuleExport').map((field) => {
      const { exportType, id } = field.descr as { exportType: string; id: { value: number } };
      return `export ${String(field.name)} ${exportKind[exportType] ?? exportType} ${id.value}`;
    }),
    ...of('Memory').map((field) => `memory ${limitsText(field.limits)}`),
    ...of('Table').map((field) => `table ${limitsText(field.limits)}`),
    ...of('Data').map((field) => `data ${(field.init as { values: number[] }).values.length}`),
    `start ${start?.value ?? ''}`,
  ];
}

/** Why the named parser cannot be asked about a module; undefined where it can. */
function beyondParser(module: WasmModule): string | undefined {
  if (module.elements.some(({ mode, items }) => mode !== 'active' || items.kind !== 'functions')) return 'element forms';
  if (module.elements.length > 0) return 'element segments, which it drops';
  if (module.dataSegments.some(({ mode }) => mode === 'passive') || module.dataCount !== undefined) return 'passive data';
  if (module.tags.length > 0) return 'tags';
  if (module.memories.some(({ is64, shared }) => is64 || shared)) return 'memory64 and shared memory';
  if (module.tables.some(({ is64, init, element }) => is64 || init !== undefined || element !== Type.FuncRef)) return 'table forms';
  if (module.types.some((type) => type.kind !== 'func' || type.results.length > 1)) return 'type forms';
  if (module.types.some((type) => type.kind === 'func' && [...type.params, ...type.results].some((value) => value > Type.F64))) return 'value types';
  if (module.globals.some(({ type }) => type > Type.F64)) return 'value types';
  if (module.exports.some(({ name }) => /[^\x20-\x7e]/.test(name)) || module.imports.some(({ name }) => /[^\x20-\x7e]/.test(name))) return 'names beyond ASCII';
  return undefined;
}

describe('against @webassemblyjs/wasm-parser', () => {
  if (!suiteIsPresent) {
    test.skip('../shared/spec-tests is absent', () => {});
    return;
  }
  test('structure of valid modules', () => {
    jest.spyOn(console, 'log').mockImplementation(() => {}); // it leaves a debug print in parseBlockType
    const excluded = new Map<string, number>();
    const exclude = (rule: string): void => void excluded.set(rule, (excluded.get(rule) ?? 0) + 1);
    const differences: { file: string; ours: string[]; theirs: string[] }[] = [];
    let compared = 0;
    for (const { file, expected } of suiteAreas().flatMap((area) => suiteCases(area))) {
      if (expected !== 'valid') continue;
      const bytes = readFileSync(file);
      let module: WasmModule;
      try {
        module = decodeModule(bytes);
      } catch (error) {
        if (!(error instanceof WasmError)) throw error;
        exclude('not decoded by us');
        continue;
      }
      const rule = beyondParser(module);
      if (rule !== undefined) {
        exclude(rule);
        continue;
      }
      let program: Node;
      try {
        program = parser.decode(bytes, { ignoreCustomNameSection: true }) as Node;
      } catch {
        exclude('it throws');
        continue;
      }
      compared++;
      const ours = ourStructure(module);
      const theirs = theirStructure(program);
      if (JSON.stringify(ours) !== JSON.stringify(theirs)) differences.push({ file, ours, theirs });
    }
    jest.restoreAllMocks();
    process.stdout.write(`wasm-parser: ${compared} compared${[...excluded].map(([rule, count]) => `, ${count} excluded: ${rule}`).join('')}\n`);
    expect(compared).toBeGreaterThan(200);
    expect(differences).toEqual([]);
  });
});

(programFiles.length === 0 ? test.skip : test)('functionType of an import is that of its declaration', () => {
  const module = decodeModule(readFileSync(join(programs, programFiles[0])));
  for (const item of module.imports) {
    if (item.kind === 'function') expect(functionType(module, item.index)).toBe(module.types[item.typeIndex]);
  }
});
