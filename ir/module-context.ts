// What a function pass may ask about the module around the function. The compilation plan implements it; every
// answer holds for the whole run of the program, whoever calls into the module.

import type { Signature } from './function.js';
import type { Type } from './types.js';

/** An element of a table: its index and the function it holds. */
export interface TableTarget {
  readonly element: number;
  readonly func: number;
}

/** The bits of a constant in two halves, as in a `const` instruction. */
export interface ConstantBits {
  readonly low: number;
  readonly high: number;
}

export interface ModuleContext {
  functionSignature(func: number): Signature;
  /** The signature of a type of the type section. */
  typeSignature(typeIndex: number): Signature;
  globalType(global: number): Type;
  /** The value of a numeric global that is never written and has a constant initialiser, else undefined. */
  constantGlobal(global: number): ConstantBits | undefined;
  /**
   * The elements of a table that a `call_indirect` of this type can reach without a trap, if the table never changes;
   * undefined if that is unknown.
   */
  indirectTargets(table: number, typeIndex: number): readonly TableTarget[] | undefined;
  /** Bytes of a memory that exist from the start: accesses below do not trap. */
  minimumMemoryBytes(memory: number): number;
  /** Bytes that a memory may have at most, ever. */
  maximumMemoryBytes(memory: number): number;
}
