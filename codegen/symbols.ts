// Names of what compiled code and the runtime share; see docs/object-contract.md.
// The only file that makes names of globals in LLVM IR. It makes them of numbers, of names that stand in our source and of
// the runtime's tables. Text of a module is never one: LLVM, assemblers and linkers give a meaning to many names
// (`llvm.memmove`, `memcpy`, `.L0`, `__start_x`). Functions get the module's names after the link (linker/symbol-names.ts).

import type { RuntimeFunctionName } from './runtime-functions.js';
import type { WellKnownExport } from './runtime-exports.js';
import { confinedSymbol } from '../runtime-c/tables/imports.js';
import type { ImportRow } from '../runtime-c/tables/imports.js';
import { trapSymbol } from '../runtime-c/tables/traps.js';
import type { TrapKind } from '../runtime-c/tables/traps.js';

declare const madeHere: unique symbol;

/** The name of a global in LLVM IR, with its `@`. */
export type SymbolName = string & { readonly [madeHere]: 'symbol' };

/** The name of an intrinsic of LLVM, without `@`. */
export type IntrinsicName = string & { readonly [madeHere]: 'intrinsic' };

/** A string that stands in our source. Types that hold other strings too become `never`. */
export type Literal<S extends string> = Record<never, never> extends Record<S, true> ? never : S;

function named(name: string): SymbolName {
  return `@${name}` as SymbolName;
}

/** A symbol as objects have it: without the `@`. */
export function elfName(symbol: SymbolName): string {
  return symbol.slice(1);
}

/** A symbol that the runtime and compiled code know by its name. */
export function runtimeSymbol<const S extends `w2e_${string}`>(name: Literal<S>): SymbolName {
  return named(name);
}
/** A function of the contract. */
export const runtimeFunctionSymbol = (name: RuntimeFunctionName): SymbolName => named(`w2e_${name}`);
export const importSymbol = ({ symbol }: ImportRow): SymbolName => named(symbol);
/** The same in a program with `--dir`; undefined where it may not have it. */
export function confinedImportSymbol(row: ImportRow): SymbolName | undefined {
  const symbol = confinedSymbol(row);
  return symbol === undefined ? undefined : named(symbol);
}
export const trapName = (kind: TrapKind): SymbolName => named(trapSymbol(kind));
/** What the runtime calls for an export that it knows. */
export const exportSymbol = ({ symbol }: Pick<WellKnownExport, 'symbol'>): SymbolName => named(`w2e_export_${symbol}`);

export function intrinsicSymbol(name: IntrinsicName): SymbolName {
  return named(name);
}
export function intrinsic<const S extends `llvm.${string}`>(name: Literal<S>): IntrinsicName {
  return name as string as IntrinsicName;
}
/** An intrinsic that a template of the vector operations calls. Throws where it is none. */
export function templateIntrinsic(name: string): IntrinsicName {
  if (!/^llvm(\.[a-z0-9]+)+$/.test(name)) throw new Error(`${name} is not an intrinsic`);
  return name as IntrinsicName;
}

export const MEMORY = runtimeSymbol('w2e_memory');
export const MEMORY_SIZE = runtimeSymbol('w2e_memory_size');
/** The stack pointer, for the runtime. */
export const STACK_POINTER = runtimeSymbol('w2e_stack_pointer');

/** log2 of the size in bytes of an ordinary page. */
export const PAGE_LOG2 = 16;

/** What the symbols of functions of the index space begin with; their index follows. */
export const FUNCTION_SYMBOL_STEM = 'w2e.f.';
/** A function of the module, or a stand-in for an import that is not the runtime's. */
export const functionSymbol = (index: number): SymbolName => named(`${FUNCTION_SYMBOL_STEM}${index}`);
/** A call of one of table 0's elements of any type, with arguments as JavaScript has them. */
export const ANY_ELEMENT_CALL = named('w2e.element.any');
/** Parts of the bridge that an import is: its call of the table, and what takes i64 in one piece. */
export const bridgeCallSymbol = (bridge: SymbolName): SymbolName => `${bridge}.call` as SymbolName;
/** What calls that with arguments in memory. */
export const bridgePackedSymbol = (call: SymbolName): SymbolName => `${call}.packed` as SymbolName;
export const bridgeWholeSymbol = (bridge: SymbolName): SymbolName => `${bridge}.whole` as SymbolName;

/** A memory after the first. */
export const furtherMemorySymbol = (memory: number): SymbolName => named(`w2e.memory.${memory}`);
/** Image `i` of memory 0 in a section of the file. */
export const imageSymbol = (i: number): SymbolName => named(`w2e.image.${i}`);
/** What is copied into a memory when the program starts, and where to. */
export const copiedDataSymbol = (memory: number): SymbolName => named(`w2e.copied.${memory}`);
export const copiedRunsSymbol = (memory: number): SymbolName => named(`w2e.copied.${memory}.runs`);

export const globalSymbol = (index: number): SymbolName => named(`w2e.global.${index}`);
export const tableSymbol = (index: number): SymbolName => named(`w2e.table.${index}`);
export const dataSymbol = (segment: number): SymbolName => named(`w2e.data.${segment}`);
export const dataLengthSymbol = (segment: number): SymbolName => named(`w2e.data.${segment}.length`);
export const elementSymbol = (segment: number): SymbolName => named(`w2e.elem.${segment}`);
export const elementLengthSymbol = (segment: number): SymbolName => named(`w2e.elem.${segment}.length`);
/** A function's descriptor: what a funcref points to. */
export const descriptorSymbol = (functionIndex: number): SymbolName => named(`w2e.ref.${functionIndex}`);
/** In the kernel variant: all descriptors as one array; in ring 0, code and types by the same index. */
export const DESCRIPTORS = named('w2e.refs');
export const REFERENCE_CODE = named('w2e.refs.code');
export const REFERENCE_TYPES = named('w2e.refs.types');
/** What a table or a reference holds of an import in a module with tail calls: a function of the module's convention that calls it. */
export const importEntrySymbol = (functionIndex: number): SymbolName => named(`w2e.entry.${functionIndex}`);
/** The constant arrays of an immutable table: all code, code of one type (`typed-table.ts`), types. */
export const tableCodeSymbol = (table: SymbolName): SymbolName => `${table}.code` as SymbolName;
export const tableTypedCodeSymbol = (table: SymbolName, typeId: number): SymbolName => `${table}.code.${typeId}` as SymbolName;
/** What a segment puts into a table that is made at the start. */
export const tableSegmentSymbol = (table: SymbolName, segment: number): SymbolName => `${table}.segment.${segment}` as SymbolName;
/** What a table that may change starts with. */
export const initialTableSymbol = (table: SymbolName): SymbolName => `${table}.initial` as SymbolName;
export const tableTypesSymbol = (table: SymbolName): SymbolName => `${table}.types` as SymbolName;

/** Symbols of what a foreign program sees, until the link gives them their names in C. */
export const embeddedSymbol = (index: number): SymbolName => named(`w2e.embed.${index}`);
/** Symbols of what a foreign program defines. */
export const hostSymbol = (index: number): SymbolName => named(`w2e.host.${index}`);

/** The table of exports that can be called from outside, the function and the texts of each, and what instantiates an instance. */
export const EXPORT_TABLE = named('w2e.exports');
export const trampolineSymbol = (entry: number): SymbolName => named(`w2e.export.${entry}`);
export const exportTextSymbol = (entry: number, part: 'name' | 'params' | 'results'): SymbolName => named(`w2e.export.${entry}.${part}`);
export const instantiationSymbol = (instance: number): SymbolName => named(`w2e.instantiate.${instance}`);
/** The text that names an import that nobody provides. */
export const undefinedNameSymbol = (functionIndex: number): SymbolName => named(`w2e.undefined.${functionIndex}`);

export const exceptionRootsSymbol = named('w2e.exception.roots');
/** Where modules say which globals and tables hold exceptions. */
export const EXCEPTION_ROOTS_SECTION = 'w2e_exception_roots';

/** What functions with landing pads name as their personality. */
export const PERSONALITY = runtimeSymbol('w2e_personality');
/** The same of functions whose landing pads restore the stack pointer. */
export const PERSONALITY_RESTORING = runtimeSymbol('w2e_personality_restoring');

/** Type id of a null element in an immutable table. */
export const NULL_TYPE_ID = -1;
