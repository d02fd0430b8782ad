// The partition that is not function bodies: the module descriptor, globals, tables, segments, and what is left of
// instantiation (w2e_init). bridges.ts has the functions through which the runtime and the module call each other.

import { Builder } from '../../ir/builder.js';
import { Func } from '../../ir/function.js';
import { Op } from '../../ir/ops.js';
import { Type } from '../../ir/types.js';
import { abiBits, structs } from '../../runtime-c/tables/contract.js';
import { DESCRIPTOR_TYPE, EXCEPTION_ROOT_TYPE, MEMORY_TYPE, MODULE_TYPE, RUN_TYPE, TABLE_TYPE, structText } from '../contract.js';
import type { ModuleContents } from '../plan/contents.js';
import type { InstantiationStep } from '../plan/instantiation.js';
import { signatureOf } from '../plan/plan.js';
import {
  EXCEPTION_ROOTS_SECTION,
  EXPORT_TABLE,
  NULL_TYPE_ID,
  STACK_POINTER,
  copiedDataSymbol,
  copiedRunsSymbol,
  dataLengthSymbol,
  dataSymbol,
  descriptorSymbol,
  elementLengthSymbol,
  elementSymbol,
  exceptionRootsSymbol,
  furtherMemorySymbol,
  imageSymbol,
  importEntrySymbol,
  initialTableSymbol,
  runtimeSymbol,
  tableCodeSymbol,
  tableSegmentSymbol,
  tableTypedCodeSymbol,
  tableTypesSymbol,
} from '../symbols.js';
import type { SymbolName } from '../symbols.js';
import { emitCallsFromRuntime, emitExport, emitGeneratedImports } from './bridges.js';
import { emitCapabilities } from './capabilities.js';
import { isInternal, returnsInMemory } from './convention.js';
import { emitExportTable } from './export-table.js';
import { emitFunction } from './function.js';
import { emitSteps } from './instantiation.js';
import { copyBytes } from './intrinsics.js';
import { memoryBase } from './memory-place.js';
import { emitDescriptorArray } from './kernel-reference.js';
import { emitLibraries } from './libraries.js';
import { LLVM_TYPES, arrayText, constantText, vectorText } from './llvm-text.js';
import type { PartitionText } from './partition-text.js';
import { typedArrays } from './typed-table.js';
import { Attributes } from './writer.js';
import type { Writer } from './writer.js';

/** Writes everything into the partition. */
export function emitModule(out: PartitionText, contents: ModuleContents): void {
  emitDescriptor(out, contents);
  emitCapabilities(out, contents.capabilities);
  emitLibraries(out, contents.libraries);
  emitFurtherMemories(out);
  emitGlobals(out);
  emitTables(out, contents);
  emitExceptionRoots(out);
  emitSegments(out, contents);
  emitInit(out, contents);
  if (contents.threadSteps !== undefined) emitThreadInit(out, contents, contents.threadSteps);
  if (contents.exportTable !== undefined) emitExportTable(out, contents, contents.exportTable.exports, contents.exportTable.caller);
  for (const entry of contents.exports) {
    if (contents.exportTable === undefined || entry.symbol !== '_start') emitExport(out, entry);
  }
  emitCallsFromRuntime(out, contents);
  emitGeneratedImports(out, contents);
}

function emitDescriptor(out: PartitionText, contents: ModuleContents): void {
  const memory = out.plan.memories[0];
  const flags = contents.abiFlags | (memory?.checked === true ? abiBits.CHECKED_MEMORY.value : 0);
  out.constant(
    runtimeSymbol('w2e_module'),
    MODULE_TYPE,
    structText(structs.module, {
      has_memory: memory === undefined ? 0 : 1,
      memory_shared: memory?.shared === true ? 1 : 0,
      memory_initial_bytes: memory?.initialBytes ?? 0,
      memory_max_bytes: memory?.maxBytes ?? 0,
      stack_size: contents.stackSize,
      abi_flags: flags,
      reserved: 0,
    }),
  );
  contents.images.forEach(({ section, image }, i) => out.variableBytes(imageSymbol(i), image.bytes, { section, align: 1 }));
  contents.copiedData.forEach((runs, memory) => {
    if (runs.length === 0) return;
    out.constantBytes(copiedDataSymbol(memory), Buffer.concat(runs.map(({ bytes }) => bytes)), { linkage: 'internal', align: 16 });
    out.constantArray(
      copiedRunsSymbol(memory),
      RUN_TYPE,
      runs.map(({ start, bytes }) => `${RUN_TYPE} ${structText(structs.run, { start, length: bytes.length })}`),
      { linkage: 'internal' },
    );
  });
}

function emitFurtherMemories(out: PartitionText): void {
  out.plan.memories.forEach(({ initialBytes, maxBytes, pageLog2 }, memory) => {
    if (memory === 0) return;
    out.variable(
      furtherMemorySymbol(memory),
      MEMORY_TYPE,
      structText(structs.memory, { base: 'null', size: initialBytes, max: maxBytes, page_log2: pageLog2, reserved: 0 }),
    );
  });
}

/** Maps the memories after the first, and copies the data that is not a segment of the file. */
function createMemories(w: Writer, out: PartitionText, { copiedData }: ModuleContents): void {
  copiedData.forEach((runs, memory) => {
    if (memory > 0) out.callRuntime(w, 'memory_create', [furtherMemorySymbol(memory)]);
    if (runs.length === 0) return;
    out.callRuntime(w, 'memory_fill_runs', [memoryBase(w, out, memory), copiedRunsSymbol(memory), runs.length, copiedDataSymbol(memory)]);
  });
}

const POINTER_BYTES = 8;

/** Whether a table that is in the image gets memory of its own: to grow, or so that each thread has one. */
function changesPlace(out: PartitionText, index: number): boolean {
  const { grows, elements } = out.plan.tables[index];
  return grows || (out.plan.threads && elements === undefined);
}

/** Makes the tables that grow, which then never move, and those that are not in the image, with their segments. */
function createTables(w: Writer, out: PartitionText, { tables }: ModuleContents): void {
  tables.forEach(({ size, elements, fill, segments }, index) => {
    const table = out.table(index);
    if (elements !== undefined) {
      if (changesPlace(out, index)) out.callRuntime(w, 'table_create', [table]);
      return;
    }
    out.callRuntime(w, 'table_make', [table, size, fill < 0 ? 'null' : out.descriptor(fill)]);
    if (segments.length === 0) return;
    const base = w.load('ptr', table);
    segments.forEach(({ offset, functions }, i) =>
      copyBytes(w, out, w.index('ptr', base, offset), tableSegmentSymbol(out.plan.tables[index].symbol, i), functions.length * POINTER_BYTES),
    );
  });
}

function emitGlobals(out: PartitionText): void {
  const { globals, stackPointer } = out.plan;
  globals.forEach((global) => {
    const init =
      global.type === Type.FuncRef
        ? global.low < 0
          ? 'null'
          : out.descriptor(global.low)
        : global.type === Type.V128
          ? vectorText(global.bytes, 'i8')
          : constantText(global.type, global.low, global.high);
    out.variable(global.symbol, LLVM_TYPES[global.type], init, { perInstance: true });
  });
  if (stackPointer >= 0) out.alias(STACK_POINTER, 'i32', globals[stackPointer].symbol);
  else if (out.plan.threads) out.variable(STACK_POINTER, 'i32', '0', { perInstance: true });
}

/** Tables that never change. */
export function emitConstantTables(out: PartitionText): void {
  for (const { symbol, elements } of out.plan.tables) if (elements !== undefined) emitConstantTable(out, symbol, elements);
}

function emitTables(out: PartitionText, contents: ModuleContents): void {
  out.plan.tables.forEach((table, index) => {
    if (table.elements !== undefined) return emitConstantTable(out, table.symbol, table.elements);
    // A table that is made at the start has none before (createTables).
    const elements = contents.tables[index].elements ?? new Int32Array(0);
    const initial = initialTableSymbol(table.symbol);
    const isNull = elements.every((f) => f < 0);
    // One at least, so that the address is within the image.
    out.variable(initial, `[${Math.max(elements.length, 1)} x ptr]`, isNull ? 'zeroinitializer' : arrayText(references(out, elements)), {
      linkage: 'internal',
    });
    out.variable(table.symbol, TABLE_TYPE, structText(structs.table, { elements: initial, size: elements.length, max: table.max | 0 }), { perInstance: true });
  });
  contents.tables.forEach(({ elements, segments }, index) => {
    if (elements === undefined) {
      segments.forEach(({ functions }, i) =>
        out.constantArray(tableSegmentSymbol(out.plan.tables[index].symbol, i), 'ptr', references(out, functions), { apart: true }),
      );
    }
  });
  const descriptors = contents.descriptors.map((f) => structText(structs.descriptor, { code: entryPoint(out, f), type_id: out.plan.functions[f].typeId }));
  if (out.plan.references !== undefined) return emitDescriptorArray(out, contents, descriptors);
  contents.descriptors.forEach((f, i) => out.constant(descriptorSymbol(f), DESCRIPTOR_TYPE, descriptors[i]));
}

/** The arrays of a table that never changes. */
function emitConstantTable(out: PartitionText, symbol: SymbolName, elements: Int32Array): void {
  const { functions } = out.plan;
  const code = Array.from(elements, (f) => `ptr ${f < 0 || functions[f].binding.kind === 'dead' ? 'null' : entryPoint(out, f)}`);
  out.constantArray(tableCodeSymbol(symbol), 'ptr', code, { apart: true });
  for (const typeId of typedArrays(out.plan, elements)) {
    out.constantArray(
      tableTypedCodeSymbol(symbol, typeId),
      'ptr',
      Array.from(elements, (f, i) =>
        f < 0 ? `ptr ${out.trap('uninitialized_element')}` : functions[f].typeId === typeId ? code[i] : `ptr ${out.trap('indirect_call_type_mismatch')}`,
      ),
      { apart: true },
    );
  }
  out.constantArray(
    tableTypesSymbol(symbol),
    'i32',
    Array.from(elements, (f) => `i32 ${f < 0 ? NULL_TYPE_ID : functions[f].typeId}`),
    { apart: true },
  );
}

/** Tells the runtime which globals and tables hold exceptions (`runtime-c/core/exception-memory.c`). */
function emitExceptionRoots(out: PartitionText): void {
  const { globals, tables } = out.plan;
  const root = (at: SymbolName, isTable: number): string => `${EXCEPTION_ROOT_TYPE} ${structText(structs.exceptionRoot, { at, is_table: isTable })}`;
  const roots = [
    ...globals.filter(({ type, constant }) => type === Type.ExnRef && !constant).map(({ symbol }) => root(symbol, 0)),
    ...tables.filter(({ holdsExceptions }) => holdsExceptions).map(({ symbol }) => root(symbol, 1)),
  ];
  if (roots.length === 0) return;
  out.variable(exceptionRootsSymbol, `[${roots.length} x ${EXCEPTION_ROOT_TYPE}]`, arrayText(roots), {
    linkage: 'internal',
    section: EXCEPTION_ROOTS_SECTION,
    align: 8,
  });
  out.keep(exceptionRootsSymbol);
}

/** What an indirect call of a function jumps to: the function, or for an import that is called in another way a function that calls it. */
export function entryPoint(out: PartitionText, index: number): SymbolName {
  const { plan } = out;
  const signature = signatureOf(plan, index);
  if (isInternal(plan, index) || !(plan.tailCalls || returnsInMemory(plan, signature))) return out.function(index);
  const symbol = importEntrySymbol(index);
  if (out.isDefined(symbol)) return symbol;
  const func = new Func(index, signature);
  const builder = new Builder(func);
  builder.block = func.newBlock();
  const args = signature.params.map((type) => func.addParam(builder.block, type));
  builder.returnCall(Op.ReturnCall, index, 0, args, 0, args.length);
  emitFunction(out, func, symbol);
  return symbol;
}

function references(out: PartitionText, functions: Int32Array): string[] {
  return Array.from(functions, (f) => `ptr ${f < 0 ? 'null' : out.descriptor(f)}`);
}

function emitSegments(out: PartitionText, contents: ModuleContents): void {
  for (let i = 0; i < out.plan.dataLengths.length; i++) {
    // An active segment is dropped once instantiation has written it.
    const bytes = contents.passiveData.get(i) ?? new Uint8Array(0);
    out.constantBytes(dataSymbol(i), bytes, { apart: true });
    out.variable(dataLengthSymbol(i), 'i32', String(bytes.length), { apart: true, perInstance: true });
  }
  for (let i = 0; i < out.plan.elementLengths.length; i++) {
    const functions = contents.passiveElements.get(i);
    const items = functions === undefined ? [] : references(out, functions);
    out.constant(elementSymbol(i), `[${out.plan.elementLengths[i]} x ptr]`, arrayText(items), { apart: true });
    out.variable(elementLengthSymbol(i), 'i32', String(functions?.length ?? 0), { apart: true, perInstance: true });
  }
}

/** Exports that set where the module's stack ends. */
const STACK_LIMITS: readonly string[] = ['emscripten_stack_init', '__set_stack_limits'];

function emitInit(out: PartitionText, contents: ModuleContents): void {
  const w = out.defineFunction(runtimeSymbol('w2e_init'), 'void', [], { attributes: Attributes.Once });
  if (contents.exportTable?.caller === 'invoke') {
    out.callRuntime(w, 'invoke_prepare', [EXPORT_TABLE, contents.exportTable.exports.length]);
  }
  createMemories(w, out, contents);
  createTables(w, out, contents);
  if (contents.embeddedTable !== undefined) out.callRuntime(w, 'files_load', [contents.embeddedTable | 0]);
  if (contents.exports.some(({ symbol }) => STACK_LIMITS.includes(symbol))) out.callRuntime(w, 'set_stack_limits', []);
  emitSteps(w, out, contents.exportTable?.caller === 'serve' ? [] : contents.instantiation.flat());
  out.end(w);
}

/** What the runtime calls first in a new thread. */
function emitThreadInit(out: PartitionText, contents: ModuleContents, steps: readonly InstantiationStep[]): void {
  const w = out.defineFunction(runtimeSymbol('w2e_thread_init'), 'void', []);
  createTables(w, out, contents);
  emitSteps(w, out, steps);
  out.end(w);
}
