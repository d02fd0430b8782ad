// What the module partition holds besides the plan: initial contents of memories and tables, what instantiation does, and what
// is exported to whom.

import type { Export } from '../../frontend/module.js';
import type { InitialTable } from './initial-table.js';
import type { InstantiationStep } from './instantiation.js';
import type { MemoryImage } from './memory-image.js';
import type { WellKnownExport } from './exports.js';

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
