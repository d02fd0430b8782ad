// Module passes: from a program and the facts about its bodies to a plan. Finds the functions that can be
// reached, the globals that are constants, the tables that never change, and what each import is bound to.

import type { MemoryType, WasmModule } from '../../frontend/module.js';
import { SDK_SECTION } from './abi-era.js';
import { definingInstance, localFunction } from '../../frontend/program.js';
import type { Instance, Program } from '../../frontend/program.js';
import type { ModuleFacts } from '../../frontend/scan-module.js';
import { functionName } from '../../frontend/function-names.js';
import type { Signature } from '../../ir/function.js';
import { Type } from '../../ir/types.js';
import { printable } from '../../runtime-c/tables/printable.js';
import { callComponents } from './call-graph.js';
import { constantBytes, constantValue, elementFunctions } from './constant-value.js';
import { EntryError } from './errors.js';
import { mayMoveFrames } from './frames.js';
import { WELL_KNOWN_EXPORTS } from '../runtime-exports.js';
import type { WellKnownExport } from '../runtime-exports.js';
import type { MemoryMode } from '../levels.js';
import { eachFunction, type InitialTable } from './initial-table.js';
import type { Instantiation } from './instantiation.js';
import { irType } from '../../frontend/ir-types.js';
import type { FunctionBinding, Plan, PlannedFunction, PlannedGlobal, PlannedMemory, PlannedTable } from './plan.js';
import type { Product } from './product.js';
import { signatureText } from './resolve-imports.js';
import type { MissingImport, ResolvedImports } from './resolve-imports.js';
import { PAGE_LOG2, functionSymbol, globalSymbol, tableSymbol } from '../symbols.js';

/** Bytes of code per partition: small enough to spread over threads, large enough to share declarations. */
const PARTITION_BYTES = 24 << 10;

/** What a memory with 64-bit addresses can grow to: half of what a process can address on any target. */
const MEMORY64_BYTES = 2 ** 46;

/** A well-known export that the module has, with its function. */
export interface FoundExport {
  readonly wellKnown: WellKnownExport;
  readonly functionIndex: number;
}

export interface PlanOptions {
  readonly memoryMode: MemoryMode;
  readonly exactTraps: boolean;
  /** Upper limit on each memory in bytes besides the module's own, or undefined. */
  readonly maxMemoryBytes: number | undefined;
  readonly product: Product;
}

/** The signatures of the module by type index. */
export function signaturesOf(module: WasmModule): (Signature | undefined)[] {
  return module.types.map((type) =>
    type.kind === 'func' ? { params: Array.from(type.params, irType), results: Array.from(type.results, irType) } : undefined,
  );
}

/** Names of what a program begins at; `entry` in their place is its main. */
const BEGINNINGS: readonly string[] = ['_start', 'main'];

/** Exports of the module that the runtime calls, those that only new threads call where there are threads; `entry` names the one that is the program's main. */
export function findExports(
  module: WasmModule,
  signatures: readonly (Signature | undefined)[],
  { threads, isOld }: Pick<ResolvedImports, 'threads' | 'isOld'>,
  entry?: string,
): FoundExport[] {
  const byName = new Map(module.exports.filter((e) => e.kind === 'function').map((e) => [e.name, e.index]));
  const found: FoundExport[] = [];
  for (const wellKnown of WELL_KNOWN_EXPORTS) {
    if (wellKnown.threads && !threads) continue;
    const names = entry === undefined || !BEGINNINGS.includes(wellKnown.symbol) ? wellKnown.names : wellKnown.symbol === 'main' ? [entry] : [];
    for (const name of names) {
      const functionIndex = byName.get(name);
      if (functionIndex === undefined) continue;
      if (fits(signatures[module.functions.typeIndex[functionIndex]]!, wellKnown)) {
        found.push({ wellKnown, functionIndex });
        break;
      }
    }
  }
  // Modules of older versions flush by fflush(0).
  const flush = isOld ? found.find(({ wellKnown }) => wellKnown.symbol === 'fflush') : undefined;
  if (flush === undefined || found.some(({ wellKnown }) => wellKnown.symbol === STDIO_EXIT.symbol)) return found;
  return [...found, { wellKnown: STDIO_EXIT, functionIndex: flush.functionIndex }];
}

const STDIO_EXIT = WELL_KNOWN_EXPORTS.find(({ symbol }) => symbol === '__stdio_exit')!;

function fits(signature: Signature, wellKnown: WellKnownExport): boolean {
  const same = (a: readonly Type[], b: readonly Type[]): boolean => a.length === b.length && a.every((type, i) => type === b[i]);
  if (same(signature.params, wellKnown.params) && same(signature.results, wellKnown.results)) return true;
  const most = wellKnown.environment ? [...wellKnown.params, Type.I32] : wellKnown.params;
  return (
    wellKnown.lenient &&
    (signature.params.length === 0 || same(signature.params, wellKnown.params) || same(signature.params, most)) &&
    (signature.results.length === 0 || same(signature.results, wellKnown.results))
  );
}

/** Throws `EntryError` where a program that has to run has nothing that could: a function, or a start function of the module. */
export function checkEntry(
  { module, libraries }: Program,
  signatures: readonly (Signature | undefined)[],
  found: readonly FoundExport[],
  entry: string | undefined,
): void {
  if (found.some(({ wellKnown }) => BEGINNINGS.includes(wellKnown.symbol))) return;
  const functions = module.exports.filter(({ kind }) => kind === 'function');
  if (entry !== undefined) {
    const exported = functions.find(({ name }) => name === entry);
    if (exported === undefined) throw new EntryError(`the module exports no function ${entry}`, callableNames(module, signatures));
    const type = signatureText(signatures[module.functions.typeIndex[exported.index]]!);
    throw new EntryError(`${entry} has the type ${type}: a program can begin at one without parameters, or with those of main, and no result or an i32`, []);
  }
  if (module.start !== undefined) return;
  const nothing = found.some(({ wellKnown }) => wellKnown.symbol === '_initialize' || wellKnown.symbol === '__wasm_call_ctors');
  throw new EntryError(
    `the module has neither _start nor main: ${nothing ? 'it is a reactor, which others call' : 'there is nothing to run'}`,
    callableNames(module, signatures),
    libraries !== undefined,
  );
}

/** A program's main, as `--entry` may name it. */
const MAIN = WELL_KNOWN_EXPORTS.find(({ symbol }) => symbol === 'main')!;
const MOST_NAMED = 8;

/** Exports that a program could begin at, some of them. */
function callableNames(module: WasmModule, signatures: readonly (Signature | undefined)[]): string[] {
  return module.exports
    .filter(({ kind, name, index }) => kind === 'function' && !isWellKnown(name) && fits(signatures[module.functions.typeIndex[index]]!, MAIN))
    .slice(0, MOST_NAMED)
    .map(({ name }) => name);
}

function isWellKnown(name: string): boolean {
  return WELL_KNOWN_EXPORTS.some(({ names }) => names.includes(name));
}

/** Makes the plan of a program. `initial` is what the tables start with. */
export function makePlan(
  program: Program,
  instantiation: Instantiation,
  signatures: readonly (Signature | undefined)[],
  imports: ResolvedImports,
  exports: readonly FoundExport[],
  initial: readonly InitialTable[],
  options: PlanOptions,
): Plan {
  const { module, facts } = program;
  const isObject = options.product.kind === 'object';
  const tables = planTables(module, facts, initial);
  const calls = calledBack(imports);
  const live = reachable(program, imports, rootsOf(program, instantiation, imports, exports, options.product), initial);
  const functions = planFunctions(program, imports, live, callComponents(facts, module.functions.count), takenAddresses(module, facts, calls));
  const ofSdk = program.instances.every((instance) => instance.module.memories.length === 0 || isOfSdk(instance.module));
  const memories = module.memories.map((memory, index) => planMemory(memory, index, options, ofSdk));
  return {
    memoryAt: isObject ? 'variable' : 'symbol',
    aliasScopes: isObject,
    whole: isObject,
    exactTraps: options.exactTraps,
    functions,
    importCount: module.functions.importCount,
    signatures,
    typeIds: Int32Array.from(module.typeIds),
    globals: planGlobals(module, facts, isObject),
    tables,
    memories,
    stackPointer: findStackPointer(program, exports),
    asynchronous: imports.asynchronous,
    threads: imports.threads,
    tailCalls: facts.usesTailCalls,
    exceptions: facts.usesExceptions,
    movesFrames: facts.usesTailCalls && facts.usesExceptions && mayMoveFrames(signatures),
    dataLengths: module.dataSegments.map((segment) => (segment.mode === 'passive' ? segment.end - segment.start : 0)),
    elementLengths: module.elements.map((segment, i) => (segment.mode === 'passive' ? elementFunctions(module, i).length : 0)),
    partitions: program.instances.flatMap((instance) => partition(module, live, instance)),
  };
}

/** The mark that sdk/override.c leaves. */
function isOfSdk(module: WasmModule): boolean {
  return module.customSections.some(({ name }) => name === SDK_SECTION);
}

function planMemory(memory: MemoryType, index: number, options: PlanOptions, emptyAnywhere: boolean): PlannedMemory {
  const { is64, shared, pageSizeLog2 } = memory;
  const pageBytes = 2 ** pageSizeLog2;
  const limit = Math.min(is64 ? MEMORY64_BYTES : 2 ** 32, options.maxMemoryBytes ?? Infinity);
  return {
    is64,
    shared,
    emptyAnywhere,
    pageLog2: pageSizeLog2,
    checked: index > 0 || is64 || pageSizeLog2 !== PAGE_LOG2 || options.memoryMode === 'check',
    initialBytes: Number(memory.min) * pageBytes,
    maxBytes: memory.max === undefined ? limit : Math.min(Number(memory.max) * pageBytes, limit),
  };
}

/** `writableExports`: the program around the module may write globals that it exports. */
function planGlobals(module: WasmModule, facts: ModuleFacts, writableExports: boolean): PlannedGlobal[] {
  const writable = new Set(writableExports ? module.exports.filter(({ kind }) => kind === 'global').map(({ index }) => index) : []);
  return module.globals.map((global, index) => ({
    type: irType(global.type),
    symbol: globalSymbol(index),
    ...constantValue(global.init!),
    bytes: irType(global.type) === Type.V128 ? constantBytes(global.init!) : new Uint8Array(0),
    constant: !global.mutable || (facts.globalsWritten[index] === 0 && !writable.has(index)),
  }));
}

function planTables(module: WasmModule, facts: ModuleFacts, initial: readonly InitialTable[]): PlannedTable[] {
  return module.tables.map((table, index) => {
    const holdsFunctions = irType(table.element) === Type.FuncRef;
    const constant = initial[index].elements !== undefined && holdsFunctions && facts.tablesMutated[index] === 0 && facts.tablesRead[index] === 0;
    return {
      holdsFunctions,
      holdsExceptions: irType(table.element) === Type.ExnRef,
      min: Number(table.min),
      is64: table.is64,
      max: table.max === undefined ? 0xffff_ffff : Math.min(Number(table.max), 0xffff_ffff),
      grows: facts.tablesGrown[index] === 1,
      elements: constant ? initial[index].elements : undefined,
      symbol: tableSymbol(index),
    };
  });
}

/** Functions of the module that its imports call back by their index. */
function calledBack({ dynamicCalls }: ResolvedImports): number[] {
  return [...dynamicCalls.values()].map(({ functionIndex }) => functionIndex);
}

/** Functions that are called from outside. */
function rootsOf(
  program: Program,
  instantiation: Instantiation,
  imports: ResolvedImports,
  exports: readonly FoundExport[],
  { kind: product }: Product,
): number[] {
  const called = instantiation.instances.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'call' ? [step.functionIndex] : [])));
  const kept = product === 'program' ? [] : product === 'served' ? program.instances.flatMap((instance) => instance.exports) : program.module.exports;
  return [
    ...called,
    ...calledBack(imports),
    ...exports.map(({ functionIndex }) => functionIndex),
    ...kept.flatMap(({ kind, index }) => (kind === 'function' ? [index] : [])),
  ];
}

/**
 * Imports that nobody provides and that the program can call. Modules of dynamic linking bring whole libraries: there only calls count
 * that lead to them, not addresses of functions.
 */
export function missingFunctions(
  program: Program,
  instantiation: Instantiation,
  imports: ResolvedImports,
  exports: readonly FoundExport[],
  initial: readonly InitialTable[],
  product: Product,
): MissingImport[] {
  if (imports.missing.length === 0) return [];
  const live = reachable(program, imports, rootsOf(program, instantiation, imports, exports, product), program.libraries === undefined ? initial : []);
  return imports.missing.filter(({ module, name, index }) => live[index] === 1 && program.lazyImports?.has(`${module}.${name}`) !== true);
}

/** Functions that can be called: from the roots along calls, references and tables. */
function reachable({ module, facts }: Program, imports: ResolvedImports, roots: readonly number[], initial: readonly InitialTable[]): Uint8Array {
  const live = new Uint8Array(module.functions.count);
  const work: number[] = [];
  const mark = (index: number): void => {
    if (index < 0 || live[index] === 1) return;
    live[index] = 1;
    work.push(index);
  };
  roots.forEach(mark);
  module.globals.forEach((global) => {
    if (global.init !== undefined && irType(global.type) === Type.FuncRef) mark(constantValue(global.init).low);
  });
  // A table is reached by indirect calls, by instructions that read it, and by the runtime (table 0: handlers, invoke_*).
  initial.forEach((contents, table) => {
    const used = facts.tablesCalled[table] === 1 || facts.tablesRead[table] === 1 || facts.tablesMutated[table] === 1 || (table === 0 && imports.callsTable);
    if (!used || irType(module.tables[table].element) !== Type.FuncRef) return;
    // Where only call_indirect uses the table, functions of a type that no call expects are out of reach.
    const anyType = facts.tablesRead[table] === 1 || facts.tablesMutated[table] === 1 || imports.callsTable;
    eachFunction(contents, (f) => {
      if (anyType || facts.indirectTypes[module.typeIds[module.functions.typeIndex[f]]] === 1) mark(f);
    });
  });
  module.elements.forEach((segment, i) => {
    if (segment.mode === 'passive' && irType(segment.type) === Type.FuncRef) elementFunctions(module, i).forEach(mark);
  });
  for (let index = work.pop(); index !== undefined; index = work.pop()) {
    const end = facts.callStart[index + 1];
    if (index < module.functions.importCount) continue;
    for (let i = facts.callStart[index]; i < end; i++) mark(facts.callTargets[i]);
  }
  return live;
}

function planFunctions(program: Program, imports: ResolvedImports, live: Uint8Array, components: Int32Array, taken: Uint8Array): PlannedFunction[] {
  const { module, instances } = program;
  const planned: PlannedFunction[] = [];
  let instance: Instance | undefined;
  for (let index = 0; index < module.functions.count; index++) {
    const typeId = module.typeIds[module.functions.typeIndex[index]];
    const bound = imports.bindings[index];
    if (bound !== undefined) {
      planned.push({ binding: bound.binding, symbol: bound.symbol, name: bound.name, typeId, component: components[index], addressTaken: taken[index] === 1 });
      continue;
    }
    if (instance === undefined || index >= instance.endFunction) instance = definingInstance(instances, index)!;
    const name = printable(nameInProgram(instance, index));
    const binding: FunctionBinding = { kind: live[index] === 1 ? 'defined' : 'dead' };
    planned.push({ binding, symbol: functionSymbol(index), name, typeId, component: components[index], addressTaken: taken[index] === 1 });
  }
  return planned;
}

/** The name of a function; those of other modules than the main one say whose they are. */
function nameInProgram(instance: Instance, index: number): string {
  const { module, input } = instance;
  const local = localFunction(instance, index);
  const name = functionName(module, local) ?? exportName(module, local) ?? `func[${local}]`;
  return input === 0 ? name : `${instance.name}.${name}`;
}

/** Functions that indirect calls may reach, and those that imports call back. */
function takenAddresses(module: WasmModule, facts: ModuleFacts, called: readonly number[]): Uint8Array {
  const taken = Uint8Array.from(facts.referenced);
  for (const f of called) taken[f] = 1;
  module.elements.forEach((_segment, i) => {
    for (const f of elementFunctions(module, i)) if (f >= 0) taken[f] = 1;
  });
  for (const { init, type } of module.globals) {
    const f = init === undefined || irType(type) !== Type.FuncRef ? -1 : constantValue(init).low;
    if (f >= 0) taken[f] = 1;
  }
  return taken;
}

const exportNames = new WeakMap<WasmModule, Map<number, string>>();

function exportName(module: WasmModule, index: number): string | undefined {
  let names = exportNames.get(module);
  if (names === undefined) {
    names = new Map();
    for (const entry of module.exports) if (entry.kind === 'function' && !names.has(entry.index)) names.set(entry.index, entry.name);
    exportNames.set(module, names);
  }
  return names.get(index);
}

/**
 * The global that holds the stack pointer of memory 0: what `stackSave` returns, else the first mutable i32 global of
 * the module whose memory that is, which is where LLVM puts it.
 */
function findStackPointer({ module, instances }: Program, exports: readonly FoundExport[]): number {
  const save = exports.find((entry) => entry.wellKnown.symbol === 'stackSave')?.functionIndex;
  const isPointer = (index: number | undefined): index is number =>
    index !== undefined && module.globals[index]?.mutable === true && irType(module.globals[index].type) === Type.I32;
  if (save !== undefined && save >= module.functions.importCount) {
    // The body of stackSave is: no locals, global.get N, end; N < 128.
    const body = module.bytes.subarray(module.functions.bodyStart[save], module.functions.bodyEnd[save]);
    const found =
      body.length === 4 && body[0] === 0 && body[1] === 0x23 && body[3] === 0x0b ? globalsOf(definingInstance(instances, save)!)[body[2]] : undefined;
    if (isPointer(found)) return found;
  }
  const usesMemory0 = ({ module: own, maps }: Instance): boolean => own.memories.length > 0 && (maps === undefined || maps.memories[0] === 0);
  const owner = instances.find((instance) => instance.input === 0 && usesMemory0(instance)) ?? instances.find(usesMemory0);
  return (owner === undefined ? [] : globalsOf(owner)).find(isPointer) ?? -1;
}

/** The program's index of each global of an instance. */
function globalsOf({ module, maps }: Instance): number[] {
  return module.globals.map((_global, index) => maps?.globals[index] ?? index);
}

/** Cuts the live functions of an instance into runs of about `PARTITION_BYTES` of code. */
function partition(module: WasmModule, live: Uint8Array, { firstFunction, endFunction }: Instance): number[][] {
  const partitions: number[][] = [];
  let current: number[] = [];
  let bytes = 0;
  for (let index = firstFunction; index < endFunction; index++) {
    if (live[index] === 0) continue;
    current.push(index);
    bytes += module.functions.bodyEnd[index] - module.functions.bodyStart[index];
    if (bytes < PARTITION_BYTES) continue;
    partitions.push(current);
    current = [];
    bytes = 0;
  }
  if (current.length > 0) partitions.push(current);
  return partitions;
}
