// The partition that is not function bodies: the module descriptor, globals, tables, segments, what is left of
// instantiation (w2e_init), and the functions through which the runtime calls into the module.

import type { Export } from '../frontend/module.js';
import { Builder } from '../ir/builder.js';
import { Func } from '../ir/function.js';
import type { Signature } from '../ir/function.js';
import { Op } from '../ir/ops.js';
import { Type } from '../ir/types.js';
import { printable } from '../runtime-c/tables/printable.js';
import { callFunction, isInternal, readResult, returnsInMemory } from './convention.js';
import { ABI_CHECKED_MEMORY } from './abi-era.js';
import { FunctionEmitter } from './emit-function.js';
import type { InitialTable } from './initial-table.js';
import { InstantiationEmitter } from './emit-instantiation.js';
import { CALL_SIGNATURES, signatureLetters } from './exports.js';
import type { WellKnownExport } from './exports.js';
import type { InstantiationStep } from './instantiation.js';
import { LLVM_TYPES, constantText, escaped, resultType, vectorText } from './llvm-text.js';
import type { MemoryImage } from './memory-image.js';
import type { PartitionText } from './partition-text.js';
import { signatureOf } from './plan.js';
import {
  DESCRIPTOR_TYPE, JUMP_BUFFER, MEMORY_TYPE, NULL_TYPE_ID, TABLE_TYPE, dataLengthSymbol, dataSymbol, descriptorSymbol, elementLengthSymbol,
  elementSymbol, EXCEPTION_ROOTS_SECTION, bridgeCallSymbol, bridgeWholeSymbol, exportSymbol, furtherMemorySymbol, importEntrySymbol, runtimeSymbol,
  tableCodeSymbol, tableTypedCodeSymbol, tableSegmentSymbol, tableTypesSymbol, trapName, elfName,
} from './symbols.js';
import type { SymbolName } from './symbols.js';
import { typedArrays } from './typed-table.js';

/** A section of its own, so that what nobody uses does not get into the program; in objects nothing is left out. */
function ownSection(out: PartitionText, kind: '.text' | '.rodata' | '.data' | '.bss', symbol: SymbolName): string {
  return out.plan.embedded ? '' : `, section "${kind}.${elfName(symbol)}"`;
}

/** What the module partition needs besides the plan. */
export interface ModuleContents {
  /** Images of memory 0, and the section that each goes to. */
  readonly images: readonly { readonly section: string; readonly image: MemoryImage }[];
  /** By memory: what is copied when the program starts. */
  readonly copiedData: readonly (readonly MemoryImage[])[];
  /** What is left to do at run time, by instance. */
  readonly instantiation: readonly (readonly InstantiationStep[])[];
  readonly tables: readonly InitialTable[];
  /** Bytes of passive data segments by index. */
  readonly passiveData: ReadonlyMap<number, Uint8Array>;
  /** Function indices (-1 = null) of passive element segments by index. */
  readonly passiveElements: ReadonlyMap<number, Int32Array>;
  /** Exports that can be called from outside and by which means, in this order; undefined for an ordinary program. */
  readonly exportTable: { readonly exports: readonly Export[]; readonly caller: ExportCaller } | undefined;
  /** Functions that need a descriptor. */
  readonly descriptors: readonly number[];
  /** Well-known exports: symbol, function, and the C signature to adapt to. */
  readonly exports: readonly (Pick<WellKnownExport, 'symbol' | 'params' | 'results'> & { readonly functionIndex: number })[];
  /** Struct layouts of the module's libc (`abi-era.ts`). */
  readonly abiFlags: number;
  /** Bytes of native stack, 0 for the process's own. */
  readonly stackSize: number;
  /** Export `setThrew`, or -1. */
  readonly setThrew: number;
  /** Type index by signature key (`signatureKey`), for calls through table 0. */
  readonly typeBySignature: ReadonlyMap<string, number>;
}

/**
 * Who calls exports: commands on standard input, which also instantiate (`runtime-c/core/serve.c`), or the command line,
 * once (`core/invoke.c`).
 */
export type ExportCaller = 'serve' | 'invoke';

/** A key that equal signatures share. */
export function signatureKey(signature: Signature): string {
  return `${signature.params.join(',')}:${signature.results.join(',')}`;
}

/** Writes everything into the partition. */
export function emitModule(out: PartitionText, contents: ModuleContents): void {
  emitDescriptor(out, contents);
  emitFurtherMemories(out);
  emitGlobals(out);
  emitTables(out, contents);
  emitExceptionRoots(out);
  emitSegments(out, contents);
  emitInit(out, contents);
  if (contents.exportTable !== undefined) emitExportTable(out, contents, contents.exportTable.exports, contents.exportTable.caller);
  for (const entry of contents.exports) {
    if (contents.exportTable === undefined || entry.symbol !== '_start') emitExport(out, entry);
  }
  emitCallsFromRuntime(out, contents);
  emitGeneratedImports(out, contents);
}


function emitDescriptor(out: PartitionText, contents: ModuleContents): void {
  const memory = out.plan.memories[0];
  const flags = contents.abiFlags | (memory?.checked === true ? ABI_CHECKED_MEMORY : 0);
  out.body += `@w2e_module = hidden constant { i32, i32, i64, i64, i64, i32, i32 } { i32 ${memory === undefined ? 0 : 1}, `
    + `i32 ${memory?.shared === true ? 1 : 0}, i64 ${memory?.initialBytes ?? 0}, i64 ${memory?.maxBytes ?? 0}, `
    + `i64 ${contents.stackSize}, i32 ${flags}, i32 0 }\n`;
  contents.images.forEach(({ section, image }, i) => {
    out.body += `@w2e.image.${i} = hidden global [${image.bytes.length} x i8] c"${escaped(image.bytes)}", section "${section}", align 1\n`;
  });
  contents.copiedData.forEach((runs, memory) => {
    if (runs.length === 0) return;
    const bytes = Buffer.concat(runs.map((run) => run.bytes));
    const rows = runs.map((run) => `{ i64, i64 } { i64 ${run.start}, i64 ${run.bytes.length} }`);
    out.body += `@w2e.copied.${memory} = internal constant [${bytes.length} x i8] c"${escaped(bytes)}", align 16\n`
      + `@w2e.copied.${memory}.runs = internal constant [${rows.length} x { i64, i64 }] ${arrayText(rows)}\n`;
  });
}

function emitFurtherMemories(out: PartitionText): void {
  out.plan.memories.forEach(({ initialBytes, maxBytes, pageLog2 }, memory) => {
    if (memory === 0) return;
    const symbol = furtherMemorySymbol(memory);
    out.define(symbol);
    out.body += `${symbol} = hidden global ${MEMORY_TYPE} { ptr null, i64 ${initialBytes}, i64 ${maxBytes}, i32 ${pageLog2}, i32 0 }\n`;
  });
}

/** Maps the memories after the first, and copies the data that is not a segment of the file. */
function createMemories(out: PartitionText, { copiedData }: ModuleContents): void {
  copiedData.forEach((runs, memory) => {
    if (memory > 0) out.body += `  call void ${out.runtime('w2e_memory_create', 'void', 'ptr')}(ptr ${furtherMemorySymbol(memory)})\n`;
    if (runs.length === 0) return;
    const fixed = memory === 0 && !out.plan.embedded, base = fixed ? out.memory() : `%memory.${memory}`;
    if (!fixed) out.body += `  ${base} = load ptr, ptr ${memory === 0 ? out.memory() : furtherMemorySymbol(memory)}\n`;
    const copy = out.runtime('w2e_memory_fill_runs', 'void', 'ptr, ptr, i64, ptr');
    out.body += `  call void ${copy}(ptr ${base}, ptr @w2e.copied.${memory}.runs, i64 ${runs.length}, ptr @w2e.copied.${memory})\n`;
  });
}

/** Makes the tables that grow, which then never move, and those that are not in the image, with their segments. */
function createTables(out: PartitionText, { tables }: ModuleContents): void {
  tables.forEach(({ size, elements, fill, segments }, index) => {
    if (elements !== undefined) {
      if (out.plan.tables[index]!.grows) out.body += `  call void ${out.runtime('w2e_table_create', 'void', 'ptr')}(ptr ${out.table(index)})\n`;
      return;
    }
    const table = out.table(index);
    const make = out.runtime('w2e_table_make', 'void', 'ptr, i64, ptr');
    out.body += `  call void ${make}(ptr ${table}, i64 ${size}, ptr ${fill < 0 ? 'null' : out.descriptor(fill)})\n`;
    if (segments.length > 0) out.body += `  %elements.${index} = load ptr, ptr ${table}\n`;
    segments.forEach(({ offset, functions }, i) => {
      const at = `%element.${index}.${i}`;
      const copy = out.intrinsic('llvm.memcpy.p0.p0.i64', 'void', 'ptr, ptr, i64, i1');
      out.body += `  ${at} = getelementptr ptr, ptr %elements.${index}, i64 ${offset}\n`
        + `  call void ${copy}(ptr ${at}, ptr ${tableSegmentSymbol(out.plan.tables[index]!.symbol, i)}, i64 ${functions.length * POINTER_BYTES}, i1 false)\n`;
    });
  });
}

const POINTER_BYTES = 8;

function emitGlobals(out: PartitionText): void {
  const { globals, stackPointer } = out.plan;
  globals.forEach((global) => {
    const init = global.type === Type.FuncRef
      ? (global.low < 0 ? 'null' : out.descriptor(global.low))
      : global.type === Type.V128 ? vectorText(global.bytes, 'i8') : constantText(global.type, global.low, global.high);
    out.define(global.symbol);
    out.body += `${global.symbol} = hidden global ${LLVM_TYPES[global.type]!} ${init}\n`;
  });
  if (stackPointer >= 0) out.body += `@w2e_stack_pointer = hidden alias i32, ptr ${globals[stackPointer]!.symbol}\n`;
}

function emitTables(out: PartitionText, contents: ModuleContents): void {
  out.plan.tables.forEach((table, index) => {
    if (table.elements !== undefined) {
      const code = Array.from(table.elements, (f) => `ptr ${f < 0 || out.plan.functions[f]!.binding.kind === 'dead' ? 'null' : entryPoint(out, f)}`);
      const types = Array.from(table.elements, (f) => `i32 ${f < 0 ? NULL_TYPE_ID : out.plan.functions[f]!.typeId}`);
      defineConstant(out, tableCodeSymbol(table.symbol), `[${code.length} x ptr]`, code);
      for (const typeId of typedArrays(out.plan, table.elements)) {
        const typed = Array.from(table.elements, (f, i) => (
          f < 0 ? `ptr ${out.trap('uninitialized_element')}` : out.plan.functions[f]!.typeId === typeId ? code[i]! : `ptr ${out.trap('indirect_call_type_mismatch')}`));
        defineConstant(out, tableTypedCodeSymbol(table.symbol, typeId), `[${typed.length} x ptr]`, typed);
      }
      defineConstant(out, tableTypesSymbol(table.symbol), `[${types.length} x i32]`, types);
      return;
    }
    // A table that is made at the start has none before (createTables).
    const elements = contents.tables[index]!.elements ?? new Int32Array(0);
    const initial = `${table.symbol}.initial`;
    const isNull = elements.every((f) => f < 0);
    // One at least, so that the address is within the image.
    out.body += `${initial} = internal global [${Math.max(elements.length, 1)} x ptr] ${isNull ? 'zeroinitializer' : arrayText(references(out, elements))}\n`;
    out.define(table.symbol);
    out.body += `${table.symbol} = hidden global ${TABLE_TYPE} { ptr ${initial}, i32 ${elements.length}, i32 ${table.max | 0} }\n`;
  });
  contents.tables.forEach(({ elements, segments }, index) => {
    if (elements === undefined) {
      segments.forEach(({ functions }, i) => defineConstant(out, tableSegmentSymbol(out.plan.tables[index]!.symbol, i), `[${functions.length} x ptr]`, references(out, functions)));
    }
  });
  for (const f of contents.descriptors) {
    const symbol = descriptorSymbol(f);
    const code = entryPoint(out, f);
    out.define(symbol);
    out.body += `${symbol} = hidden constant ${DESCRIPTOR_TYPE} { ptr ${code}, i32 ${out.plan.functions[f]!.typeId} }\n`;
  }
}

/** Tells the runtime which globals and tables hold exceptions (`runtime-c/core/exception-memory.c`). */
function emitExceptionRoots(out: PartitionText): void {
  const { globals, tables } = out.plan;
  const roots = [
    ...globals.filter(({ type, constant }) => type === Type.ExnRef && !constant).map(({ symbol }) => `{ ptr, i64 } { ptr ${symbol}, i64 0 }`),
    ...tables.filter(({ holdsExceptions }) => holdsExceptions).map(({ symbol }) => `{ ptr, i64 } { ptr ${symbol}, i64 1 }`),
  ];
  if (roots.length === 0) return;
  out.body += `@w2e.exception.roots = internal global [${roots.length} x { ptr, i64 }] ${arrayText(roots)}, section "${EXCEPTION_ROOTS_SECTION}", align 8\n`
    + '@llvm.used = appending global [1 x ptr] [ ptr @w2e.exception.roots ], section "llvm.metadata"\n';
}

/** What an indirect call of a function jumps to: the function, or for an import that is called in another way a function that calls it. */
function entryPoint(out: PartitionText, index: number): SymbolName {
  const { plan } = out;
  const signature = signatureOf(plan, index);
  if (isInternal(plan, index) || !(plan.tailCalls || returnsInMemory(plan, signature))) return out.function(index);
  const symbol = importEntrySymbol(index);
  if (out.isDefined(symbol)) return symbol;
  out.define(symbol);
  const func = new Func(index, signature);
  const builder = new Builder(func);
  builder.block = func.newBlock();
  const args = signature.params.map((type) => func.addParam(builder.block, type));
  builder.returnCall(Op.ReturnCall, index, 0, args, 0, args.length);
  new FunctionEmitter(out, func, symbol).emit();
  return symbol;
}

function references(out: PartitionText, functions: Int32Array): string[] {
  return Array.from(functions, (f) => `ptr ${f < 0 ? 'null' : out.descriptor(f)}`);
}

function arrayText(items: readonly string[]): string {
  return items.length === 0 ? 'zeroinitializer' : `[ ${items.join(', ')} ]`;
}

function defineConstant(out: PartitionText, symbol: SymbolName, type: string, items: readonly string[]): void {
  out.define(symbol);
  out.body += `${symbol} = hidden constant ${type} ${arrayText(items)}${ownSection(out, '.rodata', symbol)}\n`;
}

function emitSegments(out: PartitionText, contents: ModuleContents): void {
  for (let i = 0; i < out.plan.dataLengths.length; i++) {
    const bytes = contents.passiveData.get(i);
    // An active segment is dropped once instantiation has written it.
    out.define(dataSymbol(i));
    out.body += `${dataSymbol(i)} = hidden constant [${bytes?.length ?? 0} x i8] c"${escaped(bytes ?? new Uint8Array(0))}"${ownSection(out, '.rodata', dataSymbol(i))}\n`;
    out.define(dataLengthSymbol(i));
    out.body += `${dataLengthSymbol(i)} = hidden global i32 ${bytes?.length ?? 0}${ownSection(out, bytes === undefined ? '.bss' : '.data', dataLengthSymbol(i))}\n`;
  }
  for (let i = 0; i < out.plan.elementLengths.length; i++) {
    const functions = contents.passiveElements.get(i);
    const items = functions === undefined ? [] : references(out, functions);
    defineConstant(out, elementSymbol(i), `[${out.plan.elementLengths[i]!} x ptr]`, items);
    out.define(elementLengthSymbol(i));
    out.body += `${elementLengthSymbol(i)} = hidden global i32 ${functions?.length ?? 0}${ownSection(out, functions === undefined ? '.bss' : '.data', elementLengthSymbol(i))}\n`;
  }
}

function emitInit(out: PartitionText, contents: ModuleContents): void {
  out.body += 'define hidden void @w2e_init() #6 {\n';
  if (contents.exportTable?.caller === 'invoke') {
    const prepare = out.runtime('w2e_invoke_prepare', 'void', 'ptr, i32');
    out.body += `  call void ${prepare}(ptr ${EXPORT_TABLE}, i32 ${contents.exportTable.exports.length})\n`;
  }
  createMemories(out, contents);
  createTables(out, contents);
  const steps = contents.exportTable?.caller === 'serve' ? [] : contents.instantiation.flat();
  out.body += `${new InstantiationEmitter(out).emit(steps)}}\n\n`;
}

/** A function with the C signature that the runtime knows, which calls the module's. */
function emitExport(out: PartitionText, entry: ModuleContents['exports'][number]): void {
  const actual = signatureOf(out.plan, entry.functionIndex);
  const params = entry.params.map((type, i) => `${LLVM_TYPES[type]!} %${i}`).join(', ');
  const call = callFunction(out, entry.functionIndex, actual.params.map((type, i) => `${LLVM_TYPES[type]!} %${i}`));
  out.body += `define hidden ${resultType(entry.results)} ${exportSymbol(entry)}(${params}) #0${ownSection(out, '.text', exportSymbol(entry)).slice(1)} {\n`;
  if (entry.results.length === 0) out.body += `  ${call}\n  ret void\n`;
  else if (actual.results.length === 0) out.body += `  ${call}\n  ret i32 0\n`;
  else out.body += `  ${call}\n  ret ${resultType(entry.results)} %all\n`;
  out.body += '}\n\n';
}

/** Bytes per argument and result of such a call: room for any type. */
const SLOT = 16;

const EXPORT_TABLE = '@w2e.exports';

/** One function `void (ptr arguments, ptr results)` per export, their table, and a `_start` that has them called. */
function emitExportTable(out: PartitionText, contents: ModuleContents, exports: readonly Export[], caller: ExportCaller): void {
  exports.forEach((entry, i) => {
    out.body += `define internal void @w2e.export.${i}(ptr %args, ptr %results) #0 {\n`;
    const slot = (base: string, k: number): string => `getelementptr i8, ptr ${base}, i64 ${k * SLOT}`;
    if (entry.kind === 'global') {
      const type = LLVM_TYPES[out.plan.globals[entry.index]!.type]!;
      out.body += `  %value = load ${type}, ptr ${out.global(entry.index)}\n  store ${type} %value, ptr %results\n`;
    } else {
      const { params, results } = signatureOf(out.plan, entry.index);
      params.forEach((type, k) => {
        out.body += `  %p${k} = ${slot('%args', k)}\n  %a${k} = load ${LLVM_TYPES[type]!}, ptr %p${k}\n`;
      });
      out.body += `  ${callFunction(out, entry.index, params.map((type, k) => `${LLVM_TYPES[type]!} %a${k}`))}\n`;
      results.forEach((type, k) => {
        out.body += `${readResult(out, entry.index, k, `%v${k}`)}  %q${k} = ${slot('%results', k)}\n  store ${LLVM_TYPES[type]!} %v${k}, ptr %q${k}\n`;
      });
    }
    out.body += '  ret void\n}\n\n';
  });
  const served = caller === 'serve' ? [...emitInstantiations(out, contents), ...exports.map((_entry, i) => `ptr @w2e.export.${i}`)] : [];
  const [rowType, rows, call] = caller === 'serve'
    ? ['ptr', served, `${out.runtime('w2e_serve', 'void', 'ptr, i32')}(ptr ${EXPORT_TABLE}, i32 ${served.length})`]
    : ['{ ptr, ptr, ptr, ptr }', exports.map((entry, i) => callableRow(out, entry, i)), `${out.runtime('w2e_invoke', 'void', '')}()`];
  out.body += `${EXPORT_TABLE} = internal constant [${rows.length} x ${rowType}] ${arrayText(rows)}\n`
    + `define hidden void @w2e_export__start() #0 {\n  call void ${call}\n  ret void\n}\n\n`;
}

/** A function like those of exports for the instantiation of each instance. */
function emitInstantiations(out: PartitionText, contents: ModuleContents): string[] {
  return contents.instantiation.map((steps, i) => {
    out.body += `define internal void @w2e.instantiate.${i}(ptr %args, ptr %results) #6 {\n${new InstantiationEmitter(out).emit(steps)}}\n\n`;
    return `ptr @w2e.instantiate.${i}`;
  });
}

/** Letters of `struct w2e_callable` (`runtime-c/include/invoke.h`) by IR type. */
const TYPE_LETTERS: readonly string[] = ['', 'i', 'j', 'f', 'd', 'v', 'F', 'E', 'X'];

/** The `struct w2e_callable` of an exported function, whose texts it defines. */
function callableRow(out: PartitionText, entry: Export, i: number): string {
  const { params, results } = signatureOf(out.plan, entry.index);
  const letters = (types: readonly Type[]): string => types.map((type) => TYPE_LETTERS[type]!).join('');
  const texts = { name: printable(entry.name), params: letters(params), results: letters(results) };
  const pointers = Object.entries(texts).map(([part, text]) => {
    const bytes = Buffer.from(`${text}\0`, 'utf8');
    out.body += `@w2e.export.${i}.${part} = internal constant [${bytes.length} x i8] c"${escaped(bytes)}"\n`;
    return `ptr @w2e.export.${i}.${part}`;
  });
  return `{ ptr, ptr, ptr, ptr } { ptr @w2e.export.${i}, ${pointers.join(', ')} }`;
}

// ---- calls through table 0

/** Defines `symbol(index, params…)`: call_indirect of table 0 with the given type. */
function emitTableCall(out: PartitionText, symbol: SymbolName, signature: Signature, typeIndex: number | undefined): void {
  const func = new Func(0, { params: [Type.I32, ...signature.params], results: signature.results });
  const builder = new Builder(func);
  const entry = func.newBlock();
  builder.block = entry;
  const [index, ...args] = func.signature.params.map((type) => func.addParam(entry, type));
  if (typeIndex === undefined) {
    // No function of the module has this type.
    out.body += `define hidden ${resultType(signature.results)} ${symbol}(${func.signature.params.map((t) => LLVM_TYPES[t]!).join(', ')}) #0 {\n`
      + `  call void ${out.trap('indirect_call_type_mismatch')}() #2\n  unreachable\n}\n\n`;
    out.define(symbol);
    return;
  }
  const operands = [...args, index!];
  const call = builder.call(Op.CallIndirect, signature.results, typeIndex, 0, operands, 0, operands.length);
  const results = signature.results.map((_type, i) => func.firstResult[call]! + i);
  builder.return(results, 0, results.length);
  new FunctionEmitter(out, func, symbol, undefined, true, ownSection(out, '.text', symbol).slice(1)).emit();
}

function emitCallsFromRuntime(out: PartitionText, contents: ModuleContents): void {
  if (out.plan.tables[0]?.holdsFunctions !== true) return;
  for (const letters of CALL_SIGNATURES) {
    const signature = signatureLetters(letters)!;
    const typeIndex = contents.typeBySignature.get(signatureKey(signature));
    if (typeIndex !== undefined) emitTableCall(out, runtimeSymbol(`w2e_call_${letters}`), signature, typeIndex);
  }
}

// ---- imports that the compiler provides: invoke_*, dynCall_*, and traps for what nobody provides

function emitGeneratedImports(out: PartitionText, contents: ModuleContents): void {
  const emitted = new Set<string>();
  for (let index = 0; index < out.plan.importCount; index++) {
    const { binding, symbol } = out.plan.functions[index]!;
    if (emitted.has(symbol)) continue;
    emitted.add(symbol);
    if (binding.kind === 'undefined') emitUndefined(out, index);
    if (binding.kind !== 'generated') continue;
    const { name, inner, split } = binding;
    const whole = split ? bridgeWholeSymbol(symbol) : symbol;
    if (name.startsWith('invoke_')) emitInvoke(out, contents, whole, inner);
    else emitTableCall(out, whole, inner, contents.typeBySignature.get(signatureKey(inner)));
    if (split) emitSplit(out, symbol, whole, inner);
  }
}

function emitUndefined(out: PartitionText, index: number): void {
  const { symbol, name } = out.plan.functions[index]!;
  const signature = signatureOf(out.plan, index);
  const trap = out.declare(trapName('undefined_import'), 'declare void @w2e_trap_undefined_import(ptr) #2');
  const text = Buffer.from(`${name}\0`, 'utf8');
  out.define(symbol);
  const nameSymbol = `@w2e.undefined.${index}`;
  out.body += `${nameSymbol} = internal constant [${text.length} x i8] c"${escaped(text)}"\n`
    + `define hidden void ${symbol}(${signature.params.map((t) => LLVM_TYPES[t]!).join(', ')}) #0 {\n`
    + `  call void ${trap}(ptr ${nameSymbol}) #2\n  unreachable\n}\n\n`;
}

/** Defines `symbol` with every i64 in two halves (low first; the result's high half goes to setTempRet0), which calls `whole`. */
function emitSplit(out: PartitionText, symbol: SymbolName, whole: SymbolName, inner: Signature): void {
  const params = ['i32 %index'];
  const args = ['i32 %index'];
  let joins = '';
  inner.params.forEach((type, i) => {
    if (type !== Type.I64) {
      params.push(`${LLVM_TYPES[type]!} %p${i}`);
      args.push(`${LLVM_TYPES[type]!} %p${i}`);
      return;
    }
    params.push(`i32 %low${i}`, `i32 %high${i}`);
    args.push(`i64 %p${i}`);
    joins += `  %l${i} = zext i32 %low${i} to i64\n  %h${i} = zext i32 %high${i} to i64\n  %s${i} = shl i64 %h${i}, 32\n  %p${i} = or i64 %l${i}, %s${i}\n`;
  });
  const type = resultType(inner.results);
  const wide = type === 'i64';
  out.define(symbol);
  out.body += `define hidden ${wide ? 'i32' : type} ${symbol}(${params.join(', ')}) #0 {\n${joins}`
    + `  ${type === 'void' ? '' : '%r = '}call ${type} ${whole}(${args.join(', ')})\n`
    + (wide
      ? `  %upper = lshr i64 %r, 32\n  %high = trunc i64 %upper to i32\n  call void ${out.runtime('w2e_env_setTempRet0', 'void', 'i32')}(i32 %high)\n`
        + '  %low = trunc i64 %r to i32\n  ret i32 %low\n}\n\n'
      : `  ret ${type}${type === 'void' ? '' : ' %r'}\n}\n\n`);
}

/**
 * Emscripten's `invoke_SIG`: calls the element; if a longjmp or a C++ exception passes, restores the stack pointer,
 * calls `setThrew(1, 0)` and returns zero.
 */
function emitInvoke(out: PartitionText, contents: ModuleContents, symbol: SymbolName, inner: Signature): void {
  const call = bridgeCallSymbol(symbol);
  emitTableCall(out, call, inner, contents.typeBySignature.get(signatureKey(inner)));
  const params = [Type.I32, ...inner.params].map((type, i) => `${LLVM_TYPES[type]!} %${i}`).join(', ');
  const type = resultType(inner.results);
  const push = out.runtime('w2e_jump_push', 'void', 'ptr');
  const pop = out.runtime('w2e_jump_pop', 'void', 'ptr');
  const set = out.declare(runtimeSymbol('w2e_setjmp'), 'declare i32 @w2e_setjmp(ptr) #3');
  const stackPointer = out.plan.stackPointer >= 0 ? out.global(out.plan.stackPointer) : undefined;
  out.define(symbol);
  out.body += `define hidden ${type} ${symbol}(${params}) #0 {\n`
    + `  %buf = alloca [${JUMP_BUFFER} x i8], align 16\n`
    + (stackPointer === undefined ? '' : `  %sp = load volatile i32, ptr ${stackPointer}\n`)
    + `  call void ${push}(ptr %buf)\n  %set = call i32 ${set}(ptr %buf) #3\n`
    + '  %first = icmp eq i32 %set, 0\n  br i1 %first, label %call, label %thrown\n'
    + `call:\n  ${type === 'void' ? '' : '%r = '}call ${type} ${call}(${params})\n  call void ${pop}(ptr %buf)\n  ret ${type}${type === 'void' ? '' : ' %r'}\n`
    + 'thrown:\n'
    + (stackPointer === undefined ? '' : `  store volatile i32 %sp, ptr ${stackPointer}\n`)
    + (contents.setThrew < 0 ? '' : `  ${callFunction(out, contents.setThrew, ['i32 1', 'i32 0'])}\n`)
    + `  ret ${type}${type === 'void' ? '' : ' zeroinitializer'}\n}\n\n`;
}
