// What the module partition holds besides the plan: initial contents of memories and tables, what instantiation does, and what
// is exported to whom.

import { functionType } from '../../frontend/module.js';
import type { Export } from '../../frontend/module.js';
import type { Library, Program } from '../../frontend/program.js';
import type { ModuleFacts } from '../../frontend/scan-module.js';
import { isNullable, isReference } from '../../frontend/value-types.js';
import { Type } from '../../ir/types.js';
import type { Capabilities } from '../../runtime-c/tables/capabilities.js';
import type { Target } from '../target.js';
import { abiFlags, type ModuleEra } from './abi-era.js';
import type { ResolvedImports } from './resolve-imports.js';
import { constantOffset, elementFunctions } from './constant-value.js';
import { signatureKey } from '../runtime-exports.js';
import type { WellKnownExport } from '../runtime-exports.js';
import { eachFunction } from './initial-table.js';
import type { InitialTable } from './initial-table.js';
import type { Instantiation, InstantiationStep } from './instantiation.js';
import type { FoundExport } from './make-plan.js';
import { initialMemory } from './memory-image.js';
import type { MemoryImage } from './memory-image.js';
import type { Plan } from './plan.js';
import type { Product } from './product.js';
import { threadSteps } from './threads.js';

/** What the module partition needs besides the plan. */
export interface ModuleContents {
  /** Images of memory 0, and the section that each goes to. */
  readonly images: readonly { readonly section: string; readonly image: MemoryImage }[];
  /** By memory: what is copied when the program starts. */
  readonly copiedData: readonly (readonly MemoryImage[])[];
  /** What is left to do at run time, by instance. */
  readonly instantiation: readonly (readonly InstantiationStep[])[];
  /** The same in a new thread; undefined where there are none. */
  readonly threadSteps: readonly InstantiationStep[] | undefined;
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
  readonly exports: readonly (Pick<WellKnownExport, 'symbol' | 'environment' | 'params' | 'results'> & { readonly functionIndex: number })[];
  /** Address of the table of files that Emscripten has put into the module, if it is to be loaded. */
  readonly embeddedTable: number | undefined;
  /** Struct layouts of the module's libc (`abi-era.ts`). */
  readonly abiFlags: number;
  /** As in `ResolvedImports`. */
  readonly dynamicCalls: ResolvedImports['dynamicCalls'];
  /** Bytes of native stack, 0 for the process's own. */
  readonly stackSize: number;
  /** What the program is given. */
  readonly capabilities: Capabilities;
  /** What `dlopen` and `dlsym` find. */
  readonly libraries: readonly Library[];
  /** Export `setThrew`, or -1. */
  readonly setThrew: number;
  /** Type index by signature key (`signatureKey`), for calls through table 0. */
  readonly typeBySignature: ReadonlyMap<string, number>;
}

/**
 * Who calls exports: commands on standard input, which also instantiate (`runtime-c/serving/serve.c`), or the command line,
 * once (`serving/invoke.c`).
 */
export type ExportCaller = 'serve' | 'invoke';

/** Collects what the module partition holds. `stackSize` is in bytes. */
export function moduleContents(
  { module, facts, instances, libraries }: Program,
  instantiation: Instantiation,
  plan: Plan,
  exports: readonly FoundExport[],
  tables: readonly InitialTable[],
  {
    target,
    product,
    stackSize,
    embeddedTable,
    capabilities,
    era,
    dynamicCalls,
  }: {
    readonly target: Target;
    readonly product: Product;
    readonly stackSize: number;
    readonly embeddedTable: number | undefined;
    readonly capabilities: Capabilities;
    readonly era: ModuleEra | undefined;
    readonly dynamicCalls: ResolvedImports['dynamicCalls'];
  },
): ModuleContents {
  const offsetOf = (segment: number): number => Number(constantOffset(module.dataSegments[segment].place!.offset));
  const memories = plan.memories.map((_memory, i) =>
    initialMemory(module, i, instantiation.dataSegments, i === 0 && plan.memoryAt === 'symbol' ? target : undefined, offsetOf),
  );
  const passiveElements = new Map<number, Int32Array>();
  module.elements.forEach((segment, i) => {
    if (segment.mode === 'passive') passiveElements.set(i, elementFunctions(module, i));
  });
  const passiveData = new Map<number, Uint8Array>();
  module.dataSegments.forEach((segment, i) => {
    if (segment.mode === 'passive') passiveData.set(i, module.bytes.subarray(segment.start, segment.end));
  });
  const typeBySignature = new Map<string, number>();
  plan.signatures.forEach((signature, index) => {
    if (signature !== undefined && !typeBySignature.has(signatureKey(signature))) typeBySignature.set(signatureKey(signature), index);
  });
  return {
    images: (memories[0]?.images ?? []).map((image, i) => ({ section: `.w2e.mem.${i}`, image })),
    copiedData: memories.map(({ copied }) => copied),
    instantiation: instantiation.instances.map(({ steps }) => steps),
    threadSteps: plan.threads ? threadSteps(instantiation) : undefined,
    tables,
    passiveData,
    passiveElements,
    descriptors: describedFunctions(facts, plan, tables, passiveElements),
    exportTable: exportTable({ module, facts, instances }, product),
    exports: exports.map(({ wellKnown, functionIndex }) => ({ ...wellKnown, functionIndex })),
    embeddedTable,
    abiFlags: abiFlags(module, era),
    dynamicCalls,
    stackSize,
    capabilities,
    libraries: libraries ?? [],
    setThrew: exports.find(({ wellKnown }) => wellKnown.symbol === 'setThrew')?.functionIndex ?? -1,
    typeBySignature,
  };
}

/** Functions that occur as values: their descriptors are what references point to. */
function describedFunctions(facts: ModuleFacts, plan: Plan, tables: readonly InitialTable[], passive: ReadonlyMap<number, Int32Array>): number[] {
  const described = Uint8Array.from(facts.referenced);
  const mark = (f: number): void => {
    if (f >= 0) described[f] = 1;
  };
  plan.tables.forEach((table, i) => {
    if (table.holdsFunctions && table.elements === undefined) eachFunction(tables[i], mark);
  });
  for (const functions of passive.values()) functions.forEach(mark);
  for (const global of plan.globals) if (global.type === Type.FuncRef) mark(global.low);
  return plan.functions.flatMap(({ binding }, f) => (described[f] === 1 && binding.kind !== 'dead' ? [f] : []));
}

/** The exports that a serving program calls, by their place behind its instances: those of each instance in order. */
export function servedExports({ instances }: Program): Export[] {
  return instances.flatMap(({ exports }) => exports.filter(({ kind }) => kind === 'function' || kind === 'global'));
}

function exportTable(program: Program, { kind: product }: Product): ModuleContents['exportTable'] {
  const { module } = program;
  if (product === 'served') return { exports: servedExports(program), caller: 'serve' };
  if (product !== 'invoked') return undefined;
  // References on a command line can only be null.
  const callable = (index: number): boolean => functionType(module, index).params.every((type) => !isReference(type) || isNullable(type));
  return { exports: module.exports.filter(({ kind, index }) => kind === 'function' && callable(index)), caller: 'invoke' };
}
