// What codegen decided about the module before any body is compiled: symbols, strategies, facts.
// Plain data: it is handed to worker threads as it is.

import type { Signature } from '../../ir/function.js';
import type { Type } from '../../ir/types.js';
import type { PrintableText } from '../../runtime-c/tables/printable.js';
import type { DebugPlan } from './debug-plan.js';
import type { SymbolName } from '../symbols.js';

/** Where an argument of a function of the runtime comes from. */
export type AdaptedArgument =
  | { readonly kind: 'parameter'; readonly index: number }
  /** A word in memory: at the address in a parameter, this many words further. */
  | { readonly kind: 'word'; readonly address: number; readonly index: number }
  /** That address. */
  | { readonly kind: 'address'; readonly parameter: number; readonly offset: number }
  /** A word in memory, at an address that is known. */
  | { readonly kind: 'known word'; readonly address: number }
  | { readonly kind: 'constant'; readonly value: number };

/** A call of a function of the runtime with arguments that are made of an import's parameters. */
export interface AdaptedImport {
  /** The function; without one the result is this constant. */
  readonly target: { readonly symbol: SymbolName; readonly signature: Signature; readonly noreturn: boolean } | { readonly constant: number };
  readonly arguments: readonly AdaptedArgument[];
  readonly result: 'same' | 'negated' | 'errno';
}

/** How a function is reached. */
export type FunctionBinding =
  /** Compiled here: `symbol` is defined by its partition. */
  | { readonly kind: 'defined' }
  /** Not reachable from any root: neither compiled nor declared. */
  | { readonly kind: 'dead' }
  /** An import that the runtime archive provides. */
  | {
      readonly kind: 'runtime';
      readonly noreturn: boolean;
      /** It asks which functions call it. */
      readonly caller: boolean;
    }
  /** A bridge that `emit/bridges.ts` generates. */
  | { readonly kind: 'generated'; readonly bridge: 'findCatch' }
  | {
      readonly kind: 'generated';
      readonly bridge: 'invoke' | 'dynCall';
      /** What is called through the table. */
      readonly inner: Signature;
      /** The import passes an i64 as two i32 and returns its high half through setTempRet0 (Emscripten without WASM_BIGINT). */
      readonly split: boolean;
      /** The import passes an f32 as an f64 (Emscripten's first compiler). */
      readonly widened: boolean;
      /** The module's function that calls elements of this type, with the arguments of the import. */
      readonly through?: number;
    }
  /** An import of older versions that is one of the runtime's with other arguments. */
  | { readonly kind: 'generated'; readonly bridge: 'adapted'; readonly adapted: AdaptedImport }
  /** An import that the program around the module defines as a C function (emit/embedding.ts). */
  | { readonly kind: 'host' }
  /** An import that nobody provides: a trap that names it. */
  | { readonly kind: 'undefined' };

export interface PlannedFunction {
  readonly binding: FunctionBinding;
  readonly symbol: SymbolName;
  /** The module's name for it, for messages, the text form and the symbols of the finished file; never a name in LLVM or lld. */
  readonly name: PrintableText;
  readonly typeId: number;
  /** Functions with equal numbers call each other recursively. */
  readonly component: number;
  /** Occurs in a table or as a value, so that indirect calls may reach it. */
  readonly addressTaken: boolean;
}

export interface PlannedGlobal {
  readonly type: Type;
  readonly symbol: SymbolName;
  /** Initial bits. References: `low` is the function index, or -1 for null. */
  readonly low: number;
  readonly high: number;
  /** Initial bytes of a v128; empty for other types. */
  readonly bytes: Uint8Array;
  /** Never written: its uses are constants. */
  readonly constant: boolean;
}

export interface PlannedTable {
  /** Function tables hold pointers to descriptors, tables of externref opaque pointers. */
  readonly holdsFunctions: boolean;
  readonly holdsExceptions: boolean;
  readonly is64: boolean;
  readonly min: number;
  readonly max: number;
  /** Some body grows it. */
  readonly grows: boolean;
  /**
   * Function index per element (-1 = null) if nothing ever changes the table: then it is two constant arrays
   * (code, type id). Otherwise it is a `struct w2e_table`.
   */
  readonly elements: Int32Array | undefined;
  readonly symbol: SymbolName;
}

export interface PlannedMemory {
  readonly is64: boolean;
  readonly pageLog2: number;
  /** A comparison stands in front of each access; otherwise the reserved addresses behind the memory fault. */
  readonly checked: boolean;
  readonly initialBytes: number;
  readonly maxBytes: number;
  readonly shared: boolean;
  /** memory.copy and memory.fill of no bytes do nothing, wherever they point: what the sdk's C programs get (`memcpy`). */
  readonly emptyAnywhere: boolean;
}

export interface Plan {
  /** Where memory 0 begins: at a symbol, or where a variable says that the runtime has put it. */
  readonly memoryAt: 'symbol' | 'variable';
  /** Accesses of memory say that they touch none of the module's variables, which LLVM cannot see where the base is a variable. */
  readonly aliasScopes: boolean;
  /** All of the output is wanted, also what nobody in it uses: the linker leaves nothing out. */
  readonly whole: boolean;
  /** Every load that may fault is executed as often as the module says, whatever becomes of its result. */
  readonly exactTraps: boolean;
  readonly functions: readonly PlannedFunction[];
  readonly importCount: number;
  /** By type index; undefined for types of the GC proposal. */
  readonly signatures: readonly (Signature | undefined)[];
  /** By type index. */
  readonly typeIds: Int32Array;
  readonly globals: readonly PlannedGlobal[];
  readonly tables: readonly PlannedTable[];
  readonly memories: readonly PlannedMemory[];
  /** The global that holds the module's stack pointer, -1 if none is known. */
  readonly stackPointer: number;
  /** Handlers of the module may run between any two instructions, so writes of the stack pointer stay in order. */
  readonly asynchronous: boolean;
  /** The program can start threads: what an instance of the module has of its own, each thread has. */
  readonly threads: boolean;
  /** Some body makes a tail call, which decides how functions are called (convention.ts). */
  readonly tailCalls: boolean;
  /** Some body throws or catches: calls may end by an exception. */
  readonly exceptions: boolean;
  /** Tail calls may move frames that exceptions pass (convention.ts). */
  readonly movesFrames: boolean;
  /** Byte length per data segment, and whether it may be dropped (then its length is a variable). */
  readonly dataLengths: readonly number[];
  readonly elementLengths: readonly number[];
  /** Runs of defined functions that are compiled together: function indices. */
  readonly partitions: readonly (readonly number[])[];
  /** Present where debug information is wanted. */
  readonly debug?: DebugPlan;
  /** In the kernel variant: how many functions occur as values. Their descriptors are one array. */
  readonly references?: number;
  /** In the kernel variant: 1 for each function that needs no test of the stack (`stack-tests.ts`). */
  readonly withoutStackTest?: Uint8Array;
}

/** The signature of a function of the index space. */
export function signatureOf(plan: Plan, functionIndex: number): Signature {
  return signatureOfType(plan, plan.functions[functionIndex].typeId);
}

/** The signature of a function type. */
export function signatureOfType(plan: Plan, typeIndex: number): Signature {
  const signature = plan.signatures[typeIndex];
  if (signature === undefined) throw new Error(`type ${typeIndex} is not a function type`);
  return signature;
}

/** Whether a function is an import that asks which functions call it. */
export function asksForCaller(plan: Plan, index: number): boolean {
  const { binding } = plan.functions[index];
  return binding.kind === 'runtime' && binding.caller;
}
