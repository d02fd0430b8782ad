// A module of Emscripten up to 2.0.3 with what its glue gave it when it started: the values of globals that it imports, static
// data that stands in a file of its own, and the end of the heap.

import { constantOf, withKnownGlobals, type GlobalImport } from '../known-globals.js';
import type { ActivePlace, ConstantExpression, DataSegment, WasmModule } from '../module.js';
import { Type } from '../value-types.js';
import { GlueError } from './errors.js';
import type { Layout } from './layout.js';

/** Imports of `env` that tell where something lies, as 1.38 and before called them, and later. */
const addresses: Readonly<Record<string, (layout: Layout) => number | undefined>> = {
  memoryBase: ({ staticBase }) => staticBase,
  __memory_base: ({ staticBase }) => staticBase,
  tableBase: () => 0,
  __table_base: () => 0,
  DYNAMICTOP_PTR: ({ heapEnd }) => heapEnd,
  STACKTOP: ({ stackBase }) => stackBase,
  STACK_MAX: ({ stackMax }) => stackMax,
  tempDoublePtr: ({ scratch }) => scratch,
  ABORT: () => 0,
};

/** Imports of `global`: bits of an f64. */
const numbers: Readonly<Record<string, bigint>> = { NaN: 0x7ff8_0000_0000_0000n, Infinity: 0x7ff0_0000_0000_0000n };

/** Whether a module has what its glue lays out: it imports its memory and its table under the names that these versions had for them, and is no library. */
export function isLaidOut(module: WasmModule): boolean {
  const imported = (kind: string, name: string): boolean =>
    module.imports.some((entry) => entry.kind === kind && entry.module === 'env' && entry.name === name);
  return imported('memory', 'memory') && imported('table', 'table') && !module.customSections.some(({ name }) => name === 'dylink' || name === 'dylink.0');
}

/** Whether a module imports what only a layout tells. */
export function needsLayout(module: WasmModule): boolean {
  return module.imports.some((entry) => entry.kind === 'global' && entry.module === 'env' && lookUp(addresses, entry.name) !== undefined);
}

/** The module with its layout; `staticData` is its file of static data. Throws `GlueError` for a layout that cannot be. */
export function withLayout(module: WasmModule, layout: Layout, staticData: Uint8Array | undefined): WasmModule {
  const memory = memoryOf(module, layout);
  checkLayout(layout, Number(memory.min) * PAGE, staticData);
  const end = Buffer.alloc(4);
  end.writeUInt32LE(layout.heapBase);
  const segments = [...(staticData === undefined ? [] : [{ at: layout.staticBase, bytes: staticData }]), { at: layout.heapEnd, bytes: end }];
  return withData({ ...withGlobals(module, layout), memories: [memory, ...module.memories.slice(1)] }, segments);
}

function withGlobals(module: WasmModule, layout: Layout): WasmModule {
  return withKnownGlobals(module, (entry) => {
    const own = entry.module === 'env' ? lookUp(addresses, entry.name)?.(layout) : undefined;
    if (own !== undefined) return globalOf(entry, Type.I32, BigInt(own));
    const number = entry.module === 'global' ? lookUp(numbers, entry.name) : undefined;
    return number === undefined ? undefined : globalOf(entry, Type.F64, number);
  });
}

function lookUp<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function globalOf({ type }: GlobalImport, expected: Type, bits: bigint): ConstantExpression | undefined {
  return type.type === expected && !type.mutable ? constantOf(expected, bits) : undefined;
}

const PAGE = 1 << 16;

/** The memory as the glue makes it. */
function memoryOf(module: WasmModule, { memory: bytes }: Layout): WasmModule['memories'][number] {
  const declared = module.memories[0];
  if (bytes === undefined) return declared;
  const pages = bytes / PAGE;
  if (!Number.isSafeInteger(pages) || pages < Number(declared.min) || (declared.max !== undefined && pages > Number(declared.max)))
    throw unfit(`has ${bytes} bytes of memory, and the module declares ${range(declared)} pages of ${PAGE}`);
  return { ...declared, min: BigInt(pages) };
}

function range({ min, max }: WasmModule['memories'][number]): string {
  return max === undefined ? `at least ${min}` : min === max ? `${min}` : `${min} to ${max}`;
}

/** Everything lies in the memory that the program starts with, and nothing on anything else. */
function checkLayout(layout: Layout, memory: number, staticData: Uint8Array | undefined): void {
  const { staticBase, stackBase, stackMax, heapEnd, heapBase, scratch } = layout;
  const places = {
    'static data': staticBase,
    'the stack': stackBase,
    'the end of the stack': stackMax,
    'the end of the heap': heapEnd,
    'the heap': heapBase,
    'scratch memory': scratch ?? 0,
  };
  for (const [what, at] of Object.entries(places)) {
    if (!Number.isSafeInteger(at) || at < 0 || at > memory) throw unfit(`has ${what} at ${at}, and ${memory} bytes of memory`);
  }
  if (heapEnd % 4 !== 0 || heapEnd === 0 || heapEnd + 4 > heapBase) throw unfit(`has the end of the heap at ${heapEnd}, and the heap at ${heapBase}`);
  const room = Math.min(...[heapEnd, scratch, stackBase, stackMax].map((at) => (at === undefined || at <= staticBase ? memory : at))) - staticBase;
  if (staticData !== undefined && staticData.length > room) throw unfit(`has room for ${room} bytes of static data, and there are ${staticData.length}`);
}

function unfit(text: string): GlueError {
  return new GlueError('layout', text);
}

/** What the custom section is called that holds data which is not the module's own. */
const SECTION = 'wasm2elf.static-data';

/** The module with further active segments, whose bytes are in a custom section behind its own. */
function withData(module: WasmModule, segments: readonly { readonly at: number; readonly bytes: Uint8Array }[]): WasmModule {
  const name = Buffer.from(SECTION),
    data = Buffer.concat(segments.map(({ bytes }) => bytes));
  const header = Buffer.from([0, ...leb128(1 + name.length + data.length), name.length, ...name]);
  let end = module.bytes.length + header.length;
  const added = segments.map(({ at, bytes }): DataSegment => {
    const place: ActivePlace = { index: 0, offset: constantOf(Type.I32, BigInt(at)) };
    const start = end;
    end += bytes.length;
    return { mode: 'active', place, start, end };
  });
  return {
    ...module,
    bytes: Buffer.concat([module.bytes, header, data]),
    dataSegments: [...module.dataSegments, ...added],
    dataCount: module.dataCount === undefined ? undefined : module.dataCount + added.length,
    customSections: [...module.customSections, { name: SECTION, start: end - data.length, end }],
  };
}

function leb128(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}
