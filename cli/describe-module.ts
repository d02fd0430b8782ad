// `--inspect` of a module: what it needs, what it offers, how large its parts are.

import { dylinkInfo } from '../frontend/dynamic/dylink-section.js';
import { functionTypeAt, type MemoryType, type TableType, type WasmModule } from '../frontend/module.js';
import { typeList, typeName } from '../frontend/value-types.js';

/** A description that can be printed or turned into JSON. */
export interface ModuleDescription {
  readonly kind: 'module';
  readonly size: number;
  readonly functions: { readonly imported: number; readonly defined: number; readonly codeBytes: number };
  readonly imports: readonly { readonly module: string; readonly name: string; readonly kind: string; readonly type: string }[];
  readonly exports: readonly { readonly name: string; readonly kind: string; readonly type: string }[];
  readonly memories: readonly string[];
  readonly tables: readonly string[];
  readonly globals: number;
  readonly dataBytes: number;
  readonly elementSegments: number;
  readonly start: number | undefined;
  /** Of a module of dynamic linking: the libraries that it needs. */
  readonly needed: readonly string[] | undefined;
  readonly customSections: readonly { readonly name: string; readonly size: number }[];
}

/** Describe a decoded module. */
export function describeModule(module: WasmModule): ModuleDescription {
  const { functions } = module;
  let codeBytes = 0;
  for (let i = functions.importCount; i < functions.count; i++) codeBytes += (functions.bodyEnd[i] ?? 0) - (functions.bodyStart[i] ?? 0);
  const typeOf = (kind: string, index: number): string => externalType(module, kind, index);
  return {
    kind: 'module',
    size: module.bytes.length,
    functions: { imported: functions.importCount, defined: functions.count - functions.importCount, codeBytes },
    imports: module.imports.map(({ module: from, name, kind, index }) => ({ module: from, name, kind, type: typeOf(kind, index) })),
    exports: module.exports.map(({ name, kind, index }) => ({ name, kind, type: typeOf(kind, index) })),
    memories: module.memories.map(memoryText),
    tables: module.tables.map(tableText),
    globals: module.globals.length,
    dataBytes: module.dataSegments.reduce((sum, segment) => sum + segment.end - segment.start, 0),
    elementSegments: module.elements.length,
    start: module.start,
    needed: dylinkInfo(module)?.needed,
    customSections: module.customSections.map(({ name, start, end }) => ({ name, size: end - start })),
  };
}

function externalType(module: WasmModule, kind: string, index: number): string {
  switch (kind) {
    case 'function':
      return functionText(module, module.functions.typeIndex[index] ?? 0);
    case 'tag':
      return functionText(module, module.tags[index] ?? 0);
    case 'memory': {
      const memory = module.memories[index];
      return memory === undefined ? '' : memoryText(memory);
    }
    case 'table': {
      const table = module.tables[index];
      return table === undefined ? '' : tableText(table);
    }
    default: {
      const global = module.globals[index];
      return global === undefined ? '' : `${global.mutable ? 'mut ' : ''}${typeName(global.type)}`;
    }
  }
}

function functionText(module: WasmModule, typeIndex: number): string {
  const type = functionTypeAt(module, typeIndex);
  return `${typeList(type.params)} -> ${typeList(type.results)}`;
}

function memoryText(memory: MemoryType): string {
  return `${memory.min} to ${memory.max ?? 'any number of'} pages${memory.shared ? ', shared' : ''}${memory.is64 ? ', 64-bit' : ''}`;
}

function tableText(table: TableType): string {
  return `${table.min} to ${table.max ?? 'any number of'} elements of ${typeName(table.element)}`;
}

/** The description as lines of text. */
export function formatModule(description: ModuleDescription): string {
  const { functions } = description;
  const section = (title: string, rows: readonly string[]): string[] => (rows.length === 0 ? [] : [`${title}:`, ...rows.map((row) => `  ${row}`)]);
  return [
    `WebAssembly module, ${description.size} bytes`,
    `functions: ${functions.imported} imported, ${functions.defined} defined (${functions.codeBytes} bytes)`,
    `data: ${description.dataBytes} bytes; globals: ${description.globals}; element segments: ${description.elementSegments}`,
    ...(description.start === undefined ? [] : [`start function: ${description.start}`]),
    ...(description.needed === undefined ? [] : [`dynamic linking: needs ${description.needed.length === 0 ? 'no library' : description.needed.join(', ')}`]),
    ...section('memories', description.memories),
    ...section('tables', description.tables),
    ...section(
      'imports',
      description.imports.map(({ module, name, kind, type }) => `${module}.${name} ${kind} ${type}`),
    ),
    ...section(
      'exports',
      description.exports.map(({ name, kind, type }) => `${name} ${kind} ${type}`),
    ),
    ...section(
      'custom sections',
      description.customSections.map(({ name, size }) => `${name} ${size} bytes`),
    ),
    '',
  ].join('\n');
}
