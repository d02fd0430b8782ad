// Binds each imported function to what provides it: the runtime archive, a bridge that codegen generates, or,
// where nobody does, an error for the list or a trap that names it.

import type { Import, WasmModule } from '../../frontend/module.js';
import type { Signature } from '../../ir/function.js';
import { TYPE_NAMES, Type } from '../../ir/types.js';
import { findImport, generatedImport, signatureText as signatureKey } from '../../runtime-c/tables/imports.js';
import { reasonAgainst, reasons } from '../../runtime-c/tables/javascript-library.js';
import { signatureLetters } from '../runtime-exports.js';
import { printable } from '../../runtime-c/tables/printable.js';
import type { PrintableText } from '../../runtime-c/tables/printable.js';
import type { FunctionBinding } from './plan.js';
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
}

/** Whether the runtime has a function of this name, whatever its type. */
export function providedByRuntime({ module, name }: Pick<Import, 'module' | 'name'>): boolean {
  return generatedImport(module, name) || findImport(module, name, '') !== undefined;
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

/** Binds all imports of a module; those of a program with `--dir` to functions that confine. */
export function resolveImports(module: WasmModule, signatures: readonly (Signature | undefined)[], confined = false): ResolvedImports {
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
    const bridged = generatedImport(entry.module, entry.name) ? bridge(entry.name, signature) : undefined;
    if (bridged !== undefined) {
      bindings.push({ binding: bridged, symbol: functionSymbol(entry.index), name, callsTable: bridged.bridge !== 'findCatch' });
      continue;
    }
    const typeNames = (types: Signature['params']): string[] => types.map((type) => TYPE_NAMES[type]!);
    const found = findImport(entry.module, entry.name, signatureKey(typeNames(signature.params), typeNames(signature.results)));
    if (found?.kind === 'found') {
      const { noreturn, async, caller } = found.row;
      threads ||= found.row.threads;
      const callsTable = found.row.callsTable || found.row.threads;
      const symbol = confined ? confinedImportSymbol(found.row) : importSymbol(found.row);
      if (symbol === undefined) unconfined.push(name);
      bindings.push({ binding: { kind: 'runtime', noreturn, caller }, symbol: symbol ?? importSymbol(found.row), name, callsTable });
      asynchronous ||= async;
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
  return { bindings, missing, unconfined, asynchronous, callsTable: bindings.some((bound) => bound.callsTable), threads };
}

type Bridge = Extract<FunctionBinding, { kind: 'generated' }>;

const same = (a: readonly Type[], b: readonly Type[]): boolean => a.length === b.length && a.every((type, i) => type === b[i]);

/** The bridge for a generated import, if its type is that of its name. */
function bridge(name: string, { params, results }: Signature): Bridge | undefined {
  const [, head = '', tail = ''] = /^(.*)_(\w+)$/.exec(name) ?? [];
  if (head === 'invoke' || head === 'dynCall') return elementBridge(head, tail, { params, results });
  const clauses = Number(tail) - 2;
  return clauses === params.length && params.every((type) => type === Type.I32) && same(results, [Type.I32])
    ? { kind: 'generated', bridge: 'findCatch' }
    : undefined;
}

/** What an `invoke_SIG` or `dynCall_SIG` import calls: the index, then SIG's parameters, each i64 either as it is or split in two. */
function elementBridge(kind: 'invoke' | 'dynCall', letters: string, { params, results }: Signature): Bridge | undefined {
  const inner = signatureLetters(letters);
  if (inner === undefined) return undefined;
  const index = [Type.I32];
  if (same(params, [...index, ...inner.params]) && same(results, inner.results)) return { kind: 'generated', bridge: kind, inner, split: false };
  const halves = (types: readonly Type[], of: Type[]): Type[] => types.flatMap((type) => (type === Type.I64 ? of : [type]));
  const split = same(params, [...index, ...halves(inner.params, [Type.I32, Type.I32])]) && same(results, halves(inner.results, [Type.I32]));
  return split ? { kind: 'generated', bridge: kind, inner, split } : undefined;
}
