// The module that stands where Emscripten's JavaScript stands: it exports what modules of dynamic linking import besides each
// other's functions (memory, table, stack pointer, bases, addresses), and calls what has to be called.

import { decodeModule } from '../decode-module.js';
import type { FeatureSet } from '../features.js';
import type { Provided } from '../link-modules.js';
import type { ExternalKind, FunctionType, Import, WasmModule } from '../module.js';
import { Type, type ValueType } from '../value-types.js';

/** A function that the loader imports: where it comes from, and its type. */
export interface LoaderImport {
  readonly from: Provided | Pick<Import, 'module' | 'name'>;
  readonly type: Pick<FunctionType, 'params' | 'results'>;
}

/** A call of a function without results: its place in `functions`, and i32 arguments. */
export interface LoaderCall {
  readonly function: number;
  readonly args: readonly number[];
}

export interface LoaderContents {
  readonly features: FeatureSet;
  /** In pages. */
  readonly memory: { readonly min: number; readonly max: number | undefined };
  /** In elements. */
  readonly table: { readonly size: number };
  readonly functions: readonly LoaderImport[];
  /** Elements from `at` on: places in `functions`. */
  readonly elements: { readonly at: number; readonly functions: readonly number[] };
  /** Exported globals. */
  readonly globals: ReadonlyMap<string, { readonly value: number; readonly mutable: boolean }>;
  readonly tags: ReadonlyMap<string, LoaderImport['type']>;
  /** What its start function calls, in order, and what its function for constructors does. */
  readonly start: readonly LoaderCall[];
  readonly constructors: readonly LoaderCall[];
}

export const MEMORY = 'memory',
  TABLE = 'table',
  CONSTRUCTORS = 'constructors';

/** The module, decoded from bytes as every other: threads decode it again. */
export function loaderModule(contents: LoaderContents): WasmModule {
  return decodeModule(loaderBytes(contents), { features: contents.features });
}

/** Ids of sections, and of kinds of imports and exports (spec 5.5). */
const sections = { type: 1, import: 2, function: 3, table: 4, memory: 5, global: 6, export: 7, start: 8, element: 9, code: 10, tag: 13 } as const;
const kinds: Readonly<Record<ExternalKind, number>> = { function: 0, table: 1, memory: 2, global: 3, tag: 4 };
const END = 0x0b,
  CALL = 0x10,
  I32_CONST = 0x41,
  FUNCTION_TYPE = 0x60;
/** Value types that functions of such modules have (spec 5.3). */
const valueTypes: Readonly<Record<ValueType, number>> = {
  [Type.I32]: 0x7f,
  [Type.I64]: 0x7e,
  [Type.F32]: 0x7d,
  [Type.F64]: 0x7c,
  [Type.V128]: 0x7b,
  [Type.FuncRef]: 0x70,
  [Type.ExternRef]: 0x6f,
  [Type.ExnRef]: 0x69,
};

/** Whether the loader can import functions of this type. */
export function isPlain({ params, results }: LoaderImport['type']): boolean {
  return [...params, ...results].every((type) => Object.hasOwn(valueTypes, type));
}

function loaderBytes(contents: LoaderContents): Uint8Array {
  const { memory, table, functions, elements, globals, tags } = contents;
  const types = new TypeSpace();
  const calls = (called: readonly LoaderCall[]): number[] => called.flatMap(({ function: f, args }) => [...args.flatMap(constant), CALL, ...leb(f)]);
  const nothing = { params: new Int32Array(0), results: new Int32Array(0) };
  const bodies = [
    { type: nothing, code: calls(contents.start) },
    { type: nothing, code: calls(contents.constructors) },
  ];
  const imports = functions.map(({ from, type }) => [
    ...text('module' in from ? from.module : ''),
    ...text(from.name),
    kinds.function,
    ...leb(types.index(type)),
  ]);
  const declared = bodies.map(({ type }) => leb(types.index(type)));
  const declaredTags = Array.from(tags.values(), (type) => [0, ...leb(types.index(type))]);
  const exported = (names: Iterable<string>, kind: ExternalKind, first: number): number[][] =>
    Array.from(names, (name, i) => [...text(name), kinds[kind], ...leb(first + i)]);
  const exports = [
    ...exported([MEMORY], 'memory', 0),
    ...exported([TABLE], 'table', 0),
    ...exported([CONSTRUCTORS], 'function', functions.length + 1),
    ...exported(globals.keys(), 'global', 0),
    ...exported(tags.keys(), 'tag', 0),
  ];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(sections.type, vector(types.encoded)),
    ...section(sections.import, vector(imports)),
    ...section(sections.function, vector(declared)),
    ...section(sections.table, vector([[valueTypes[Type.FuncRef], 0, ...leb(table.size)]])),
    ...section(sections.memory, vector([memory.max === undefined ? [0, ...leb(memory.min)] : [1, ...leb(memory.min), ...leb(memory.max)]])),
    ...(declaredTags.length === 0 ? [] : section(sections.tag, vector(declaredTags))),
    ...section(sections.global, vector(Array.from(globals.values(), ({ value, mutable }) => [valueTypes[Type.I32], mutable ? 1 : 0, ...constant(value), END]))),
    ...section(sections.export, vector(exports)),
    ...(contents.start.length === 0 ? [] : section(sections.start, leb(functions.length))),
    ...section(sections.element, vector([[0, ...constant(elements.at), END, ...vector(elements.functions.map(leb))]])),
    ...section(sections.code, vector(bodies.map(({ code }) => [...leb(code.length + 2), 0, ...code, END]))),
  ]);
}

class TypeSpace {
  readonly encoded: number[][] = [];
  private readonly known = new Map<string, number>();

  index({ params, results }: LoaderImport['type']): number {
    const list = (types: Int32Array): number[] => vector(Array.from(types, (type) => [valueTypes[type]]));
    const encoded = [FUNCTION_TYPE, ...list(params), ...list(results)];
    const key = encoded.join(' ');
    const known = this.known.get(key) ?? this.encoded.length;
    if (known === this.encoded.length) {
      this.known.set(key, known);
      this.encoded.push(encoded);
    }
    return known;
  }
}

function section(id: number, contents: readonly number[]): number[] {
  return [id, ...leb(contents.length), ...contents];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...leb(items.length), ...items.flat()];
}

function text(name: string): number[] {
  const bytes = new TextEncoder().encode(name);
  return [...leb(bytes.length), ...bytes];
}

/** `i32.const value` of an unsigned value. */
function constant(value: number): number[] {
  const bytes = [I32_CONST];
  let rest = value | 0;
  // Signed LEB128: the last byte's bit 6 is the sign.
  for (; rest < -64 || rest > 63; rest >>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest & 0x7f];
}

/** An unsigned integer in LEB128. */
function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}
