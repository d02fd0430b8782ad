// Binds each imported function to what provides it: the runtime archive, a bridge that codegen generates, or,
// where nobody does, an error for the list or a trap that names it.

import type { Import, WasmModule } from '../../frontend/module.js';
import type { Signature } from '../../ir/function.js';
import { TYPE_NAMES, Type } from '../../ir/types.js';
import { findImport, generatedImport, type ImportRow, signatureText as signatureKey } from '../../runtime-c/tables/imports.js';
import { findOldImport, isOldName, isPacked, type OldArgument, type OldImport, type OldModule } from '../../runtime-c/tables/old-imports.js';
import { reasonAgainst, reasons } from '../../runtime-c/tables/javascript-library.js';
import { signatureTypes } from '../../runtime-c/tables/signature.js';
import { signatureLetters, typesNamed } from '../runtime-exports.js';
import { printable } from '../../runtime-c/tables/printable.js';
import type { PrintableText } from '../../runtime-c/tables/printable.js';
import type { ModuleEra } from './abi-era.js';
import type { AdaptedArgument, AdaptedImport, FunctionBinding } from './plan.js';
import { confinedImportSymbol, functionSymbol, importSymbol } from '../symbols.js';
import type { SymbolName } from '../symbols.js';

/** An import that nobody provides as the module wants it. */
export interface MissingImport {
  readonly module: string;
  readonly name: string;
  readonly kind: Import['kind'];
  /** A function's type as in the text format, otherwise the kind. */
  readonly type: string;
  /** What exists under this name, if something does. */
  readonly provided: readonly string[];
  /** Why nothing does, if it is known. */
  readonly reason?: string | undefined;
  /** In the index space of its kind. */
  readonly index: number;
  /** Byte offset of the import. */
  readonly offset: number;
}

export interface BoundImport {
  readonly binding: FunctionBinding;
  readonly symbol: SymbolName;
  readonly name: PrintableText;
  /** It calls functions of table 0. */
  readonly callsTable: boolean;
}

export interface ResolvedImports {
  /** By function index. */
  readonly bindings: readonly BoundImport[];
  readonly missing: readonly MissingImport[];
  /** Of a program with `--dir`: imports that reach what it does not confine. */
  readonly unconfined: readonly string[];
  /** Some import lets functions of the module run at any time (signal handlers). */
  readonly asynchronous: boolean;
  /** Some import calls functions of table 0. */
  readonly callsTable: boolean;
  /** Some import is of those that make threads. */
  readonly threads: boolean;
  /** It is of Emscripten up to 2.0.33. */
  readonly isOld: boolean;
  /** How a module of Emscripten up to 2.0.3 calls elements of its table, by the letters of their types. */
  readonly dynamicCalls: ReadonlyMap<string, DynamicCall>;
}

/** Whether the runtime has a function of this name, whatever its type. */
export function providedByRuntime({ module, name }: Pick<Import, 'module' | 'name'>): boolean {
  return generatedImport(module, name) || findImport(module, name, '') !== undefined || (module === 'env' && isOldName(name));
}

/** The module of imports that has a function of this name, `env` for what nobody has. */
export function providerOfName(name: string): string {
  return ['env', 'wasi_snapshot_preview1'].find((module) => providedByRuntime({ module, name })) ?? 'env';
}

/** `(i32 i32) -> (i32)` */
export function signatureText(signature: Signature): string {
  const list = (types: Signature['params']): string => types.map((type) => TYPE_NAMES[type]).join(' ');
  return `(${list(signature.params)}) -> (${list(signature.results)})`;
}

/** `i32 i32 -> i32` of the import table as the text that `signatureText` gives. */
function typeText(row: string): string {
  const [params, results] = row.split('->').map((part) => `(${part.trim()})`);
  return `${params!} -> ${results!}`;
}

function reasonText(module: string, name: string): string | undefined {
  const reason = reasonAgainst(module, name);
  return reason && reasons[reason];
}

/** Exports that write what libc buffers. */
const flushing: readonly string[] = ['fflush', '__stdio_exit'];

/** Binds all imports of a module; those of a program with `--dir` to functions that confine. `era` is of a module of Emscripten up to 2.0.3. */
export function resolveImports(module: WasmModule, signatures: readonly (Signature | undefined)[], confined = false, era?: ModuleEra): ResolvedImports {
  const typeNames = (types: Signature['params']): string[] => types.map((type) => TYPE_NAMES[type]!);
  const keyOf = (signature: Signature): string => signatureKey(typeNames(signature.params), typeNames(signature.results));
  const calls = era === undefined ? new Map<string, DynamicCall>() : dynamicCalls(module, signatures);
  const old: OldModule = {
    packed: isPacked(
      module.imports.flatMap((entry) =>
        entry.kind === 'function' && entry.module === 'env' ? [{ name: entry.name, signature: keyOf(signatures[entry.typeIndex]!) }] : [],
      ),
    ),
    flushes: module.exports.some(({ kind, name }) => kind === 'function' && flushing.includes(name)),
  };
  let isOld = era !== undefined;
  const bindings: BoundImport[] = [];
  const missing: MissingImport[] = [];
  const unconfined: string[] = [];
  let asynchronous = false,
    threads = false;
  for (const entry of module.imports) {
    if (entry.kind !== 'function') {
      missing.push({ module: entry.module, name: entry.name, kind: entry.kind, type: entry.kind, provided: [], index: entry.index, offset: entry.offset });
      continue;
    }
    const signature = signatures[entry.typeIndex]!;
    const name = printable(`${entry.module}.${entry.name}`);
    const bridged = generatedImport(entry.module, entry.name) ? bridge(entry.name, signature, calls) : undefined;
    if (bridged !== undefined) {
      bindings.push({ binding: bridged, symbol: functionSymbol(entry.index), name, callsTable: bridged.bridge !== 'findCatch' });
      continue;
    }
    const use = (row: ImportRow): { readonly symbol: SymbolName; readonly callsTable: boolean } => {
      threads ||= row.threads;
      asynchronous ||= row.async;
      const symbol = confined ? confinedImportSymbol(row) : importSymbol(row);
      if (symbol === undefined) unconfined.push(name);
      return { symbol: symbol ?? importSymbol(row), callsTable: row.callsTable || row.threads };
    };
    const found = findImport(entry.module, entry.name, keyOf(signature));
    if (found?.kind === 'found') {
      const { noreturn, caller } = found.row;
      bindings.push({ binding: { kind: 'runtime', noreturn, caller }, name, ...use(found.row) });
      continue;
    }
    const adapted = entry.module === 'env' ? adapt(entry.name, keyOf(signature), old, era?.heapEnd) : undefined;
    if (adapted !== undefined) {
      isOld = true;
      const target = adapted.row === undefined ? undefined : { ...use(adapted.row), row: adapted.row };
      bindings.push({
        binding: { kind: 'generated', bridge: 'adapted', adapted: adapted.as(target?.symbol) },
        symbol: functionSymbol(entry.index),
        name,
        callsTable: target?.callsTable ?? false,
      });
      continue;
    }
    bindings.push({ binding: { kind: 'undefined' }, symbol: functionSymbol(entry.index), name, callsTable: false });
    missing.push({
      module: entry.module,
      name: entry.name,
      kind: 'function',
      type: signatureText(signature),
      provided: (found?.expected ?? []).map(typeText),
      reason: reasonText(entry.module, entry.name),
      index: entry.index,
      offset: entry.offset,
    });
  }
  return { bindings, missing, unconfined, asynchronous, callsTable: bindings.some((bound) => bound.callsTable), threads, dynamicCalls: calls, isOld };
}

/** A module's own way to call elements of its table by a function pointer of C, which the first argument is. */
export interface DynamicCall extends Signature {
  readonly functionIndex: number;
}

/**
 * The exports `dynCall_SIG`, by SIG. Function pointers of Emscripten's first compiler are no indices of the table: each type of
 * functions has a part of it, and counts from 0.
 */
function dynamicCalls(module: WasmModule, signatures: readonly (Signature | undefined)[]): ReadonlyMap<string, DynamicCall> {
  const found = new Map<string, DynamicCall>();
  for (const { kind, name, index } of module.exports) {
    const letters = kind === 'function' ? /^dynCall_([vijfd]+)$/.exec(name)?.[1] : undefined;
    const signature = letters === undefined ? undefined : signatures[module.functions.typeIndex[index]];
    if (letters !== undefined && signature !== undefined && signature.params[0] === Type.I32) found.set(letters, { functionIndex: index, ...signature });
  }
  return found;
}

/** What an import of older versions is made of; undefined where it is none, or needs what JavaScript has not said. */
function adapt(
  name: string,
  signature: string,
  module: OldModule,
  heapEnd: number | undefined,
): { readonly row: ImportRow | undefined; readonly as: (symbol: SymbolName | undefined) => AdaptedImport } | undefined {
  if (name === 'emscripten_get_sbrk_ptr' && signature === '-> i32') {
    if (heapEnd === undefined) return undefined;
    return { row: undefined, as: () => ({ target: { constant: heapEnd }, arguments: [], result: 'same' }) };
  }
  const found = findOldImport(name, signature, module);
  if (found === undefined || (heapEnd === undefined && found.arguments.some(({ kind }) => kind === 'heap end'))) return undefined;
  const { row, result } = found;
  return {
    row,
    as: (symbol) => ({
      target: row === undefined || symbol === undefined ? { constant: 0 } : { symbol, signature: signatureOfRow(row), noreturn: row.noreturn },
      arguments: found.arguments.map((argument) => adaptedArgument(argument, found, heapEnd ?? 0)),
      result,
    }),
  };
}

/** Which parameter has the address of arguments in memory: the first one is the call's number. */
const PACKED_AT = 1;

function adaptedArgument(argument: OldArgument, { packed }: OldImport, heapEnd: number): AdaptedArgument {
  switch (argument.kind) {
    case 'constant':
      return argument;
    case 'heap end':
      return { kind: 'known word', address: heapEnd };
    case 'argument':
      return packed ? { kind: 'word', address: PACKED_AT, index: argument.index } : { kind: 'parameter', index: argument.index };
    case 'rest':
      return packed ? { kind: 'address', parameter: PACKED_AT, offset: 4 * argument.index } : { kind: 'parameter', index: argument.index };
  }
}

function signatureOfRow({ signature }: ImportRow): Signature {
  const { params, results } = signatureTypes(signature);
  return { params: typesNamed(params), results: typesNamed(results) };
}

type Bridge = Extract<FunctionBinding, { kind: 'generated'; bridge: 'findCatch' | 'invoke' | 'dynCall' }>;

const same = (a: readonly Type[], b: readonly Type[]): boolean => a.length === b.length && a.every((type, i) => type === b[i]);

/** The bridge for a generated import, if its type is that of its name. */
function bridge(name: string, { params, results }: Signature, calls: ReadonlyMap<string, DynamicCall>): Bridge | undefined {
  const [, head = '', tail = ''] = /^(.*)_(\w+)$/.exec(name) ?? [];
  if (head === 'invoke' || head === 'dynCall') {
    const through = calls.get(tail);
    const inner = { params: params.slice(1), results };
    return through !== undefined && same(through.params, params) && same(through.results, results)
      ? { kind: 'generated', bridge: head, inner, split: false, widened: false, through: through.functionIndex }
      : elementBridge(head, tail, { params, results });
  }
  const clauses = Number(tail) - 2;
  return clauses === params.length && params.every((type) => type === Type.I32) && same(results, [Type.I32])
    ? { kind: 'generated', bridge: 'findCatch' }
    : undefined;
}

/** What an `invoke_SIG` or `dynCall_SIG` import calls: the index, then SIG's parameters, each i64 either as it is or split in two, each f32 as it is or as an f64. */
function elementBridge(kind: 'invoke' | 'dynCall', letters: string, { params, results }: Signature): Bridge | undefined {
  const inner = signatureLetters(letters);
  if (inner === undefined) return undefined;
  for (const split of [false, true]) {
    for (const widened of [false, true]) {
      const outer = (types: readonly Type[], halves: Type[]): Type[] =>
        types.flatMap((type) => (split && type === Type.I64 ? halves : widened && type === Type.F32 ? [Type.F64] : [type]));
      if (!same(params, [Type.I32, ...outer(inner.params, [Type.I32, Type.I32])]) || !same(results, outer(inner.results, [Type.I32]))) continue;
      return { kind: 'generated', bridge: kind, inner, split, widened };
    }
  }
  return undefined;
}
