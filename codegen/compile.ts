// A program of decoded modules → objects ready to link, and the texts that --emit asks for.

import { functionType } from '../frontend/module.js';
import type { Export, WasmModule } from '../frontend/module.js';
import { programOf } from '../frontend/program.js';
import type { Program } from '../frontend/program.js';
import { requireCompiled, type ModuleFacts } from '../frontend/scan-module.js';
import { isNullable, isReference } from '../frontend/value-types.js';
import { Type } from '../ir/types.js';
import { hostCpu } from '../llvm-bindings/compile.js';
import type { Output } from '../llvm-bindings/compile.js';
import { printable } from '../runtime-c/tables/printable.js';
import type { PrintableText } from '../runtime-c/tables/printable.js';
import { abiFlags } from './plan/abi-era.js';
import { withNames } from './annotate.js';
import { headerText } from './emit/c-header.js';
import { constantOffset, elementFunctions } from './plan/constant-value.js';
import { emitEmbedding } from './emit/embedding.js';
import { planEmbedding, qualified, visibleSymbols, withHostFunctions } from './plan/embedding.js';
import { emitModule } from './emit/module.js';
import type { ModuleContents } from './plan/contents.js';
import { signatureKey } from './plan/exports.js';
import { planDebugInfo } from './plan/debug-plan.js';
import { MemoryLimitError, UndefinedImportsError } from './plan/errors.js';
import type { OptLevel } from './llvm-passes.js';
import { checkHostImports } from './plan/host-memory.js';
import { eachFunction, initialTables, type InitialTable } from './plan/initial-table.js';
import { planInstantiation } from './plan/instantiation.js';
import type { Instantiation } from './plan/instantiation.js';
import { findExports, makePlan, signaturesOf } from './plan/make-plan.js';
import type { FoundExport } from './plan/make-plan.js';
import { initialMemory } from './plan/memory-image.js';
import { compileText, functionAttributes } from './partition.js';
import type { CompiledPartition, PartitionOptions, PartitionTimes } from './partition.js';
import { PartitionText } from './emit/partition-text.js';
import type { MemoryMode, Plan } from './plan/plan.js';
import { compilePartitions } from './pool.js';
import { resolveImports } from './plan/resolve-imports.js';
import { withStandIns } from './plan/stand-ins.js';
import { FUNCTION_SYMBOL_STEM } from './symbols.js';
import type { Target } from './target.js';

/** What can be asked for besides an executable. */
export type EmitKind = 'header' | 'obj' | 'asm' | 'llvm-ir' | 'llvm-bc' | 'ir' | 'ir-opt';

export interface CompileOptions {
  readonly target: Target;
  readonly optLevel: OptLevel;
  /** Worker threads. */
  readonly jobs: number;
  readonly memoryMode: MemoryMode;
  /** No trap is lost with a result that nothing needs; at -O0 that is so in any case. */
  readonly exactTraps?: boolean;
  readonly emit: ReadonlySet<EmitKind>;
  /** What becomes of imports that nobody provides: an error; or a trap when a function is called, and what `stand-ins.ts` says for the others. */
  readonly allowUndefined: 'error' | 'trap';
  /**
   * Make a program that on request from its standard input instantiates a module or calls an export (`servedExports`)
   * instead of running `_start` or `main` (`runtime-c/core/serve.c`).
   */
  readonly exportTable?: boolean;
  /** Make a program that calls the export that its command line names and prints the results (`runtime-c/core/invoke.c`). */
  readonly invokeMain?: boolean;
  /** Make an object for a foreign program instead of parts of an executable: position-independent, with C functions around the exports. */
  readonly embedding?: {
    /** What their names begin with. */
    readonly prefix: string;
    /** What the header calls the module. */
    readonly moduleName: string;
  };
  /** Bytes of native stack, 0 for the process's own. */
  readonly stackSize: number;
  /** Upper limit on memory 0 in bytes. */
  readonly maxMemoryBytes?: number;
  /** Debug information is wanted; the value is what the module's file is called in it. */
  readonly debugModuleName?: string;
  readonly verifyIr: boolean;
  /** Print functions after this pass ("all": after each). */
  readonly printAfter?: string;
  /** Only the function with this name or index. */
  readonly printFunc?: string;
  /** LLVM CPU name, or "native". */
  readonly cpu?: string;
  readonly cpuFeatures?: string;
  readonly onProgress?: (stage: string, done: number, total: number) => void;
}

/** A section with initial contents of memory 0. */
export interface CompiledImage {
  readonly section: string;
  /** Virtual address. */
  readonly address: number;
  /** Bytes. */
  readonly size: number;
}

export interface CompiledModule {
  /** ELF objects, if asked for: module partition first. */
  readonly objects: readonly Uint8Array[];
  readonly memoryImages: readonly CompiledImage[];
  readonly memoryInitialBytes: number;
  /** Of an object for a foreign program: the symbols that it shows, and under which names. */
  readonly visibleSymbols: ReadonlyMap<string, string>;
  /** The module's names of functions, by index; in objects functions have numbers (`symbols.ts`). */
  readonly functionNames: { readonly stem: string; readonly names: readonly PrintableText[] };
  /** Other outputs by kind, one text (or file) per partition. */
  readonly texts: ReadonlyMap<EmitKind, readonly Uint8Array[]>;
  /** What --print-after printed. */
  readonly printed: string;
  /** Functions that are too large for the level, in words. */
  readonly reduced: readonly string[];
  /** Parts of the module's debug information that were not understood, where it was wanted. */
  readonly debugProblems: readonly string[];
  /** Milliseconds summed over threads. */
  readonly timings: readonly { readonly stage: string; readonly ms: number }[];
}

/** With more exports, the functions around them that a C program calls are not optimized: LLVM takes a millisecond for each, and a sixth of that without. */
const MOST_OPTIMIZED_EXPORTS = 1000;

/** Compiles a validated module by itself. Throws what `compileProgram` throws. */
export function compileModule(module: WasmModule, facts: ModuleFacts, options: CompileOptions): Promise<CompiledModule> {
  return compileProgram(programOf(module, facts), options);
}

/** Compiles a program of validated modules. Throws `UndefinedImportsError`, `HostMemoryError` and `MemoryLimitError`. */
export async function compileProgram(linked: Program, options: CompileOptions): Promise<CompiledModule> {
  const started = performance.now();
  requireCompiled(linked.facts);
  const program = options.allowUndefined === 'trap' ? { ...linked, module: withStandIns(linked.module) } : linked;
  const { module } = program;
  const signatures = signaturesOf(module);
  const { embedding: wanted } = options;
  const bound = resolveImports(module, signatures);
  const resolved = wanted !== undefined && options.allowUndefined === 'error' ? withHostFunctions(bound) : bound;
  const fatal = options.allowUndefined !== 'error' ? resolved.missing.filter((missing) => !missing.type.startsWith('(')) : resolved.missing;
  if (fatal.length > 0) throw new UndefinedImportsError(fatal);
  const imports = checkHostImports(program, resolved, options.allowUndefined === 'trap');
  const exports = findExports(module, signatures);
  checkTables(module);
  const instantiation = planInstantiation(program, options.exportTable !== true);
  const tables = initialTables(module, instantiation);
  const undebugged = makePlan(program, instantiation, signatures, imports, exports, tables, {
    memoryMode: options.memoryMode, exactTraps: options.exactTraps === true || options.optLevel === 0, maxMemoryBytes: options.maxMemoryBytes,
    keepExports: options.exportTable === true ? 'all' : options.invokeMain === true || wanted !== undefined ? 'main' : 'none',
    embedded: wanted !== undefined,
  });
  checkMemory(undebugged);
  const plan = options.debugModuleName === undefined ? undebugged
    : { ...undebugged, debug: planDebugInfo(program, undebugged.partitions.flat(), options.debugModuleName) };
  const partitionOptions = partitionOptionsOf(options);
  const planned = performance.now();
  const partitions = await compilePartitions(program, plan, options.target, partitionOptions, options.jobs,
    (done, total) => options.onProgress?.('codegen', done, total));

  const { contents, images } = moduleContents(program, instantiation, plan, exports, tables, options);
  const out = new PartitionText(plan, options.target, functionAttributes(partitionOptions));
  const embedding = wanted === undefined ? undefined : planEmbedding(module, plan, wanted.prefix);
  emitModule(out, contents);
  if (embedding !== undefined) emitEmbedding(out, embedding);
  const functionNames = plan.functions.map(({ name }) => name);
  const finished = functionNames.map((name) => (embedding !== undefined ? qualified(embedding.prefix, name) : finishedName(name)));
  const times: PartitionTimes = { build: 0, passes: 0, emit: 0, llvmParse: 0, llvmPasses: 0, llvmEmit: 0 };
  const manyExports = (embedding?.functions.length ?? 0) > MOST_OPTIMIZED_EXPORTS;
  const main = compileText(out, options.target, 'module', partitionOptions, times, manyExports ? 'least' : 'full');
  for (const { times: more } of partitions) {
    for (const key of Object.keys(times) as (keyof PartitionTimes)[]) times[key] += more[key];
  }
  return {
    objects: options.emit.has('obj') ? [main.obj!, ...partitions.map(({ outputs }) => outputs.obj!)] : [],
    memoryImages: images,
    memoryInitialBytes: plan.memories[0]?.initialBytes ?? 0,
    visibleSymbols: embedding === undefined ? new Map() : visibleSymbols(embedding),
    functionNames: { stem: FUNCTION_SYMBOL_STEM, names: finished },
    texts: collectTexts(options, main, partitions, functionNames, embedding === undefined ? '' : headerText(embedding, wanted!.moduleName)),
    printed: partitions.map(({ printed }) => printed).join(''),
    reduced: [...(manyExports ? [`${embedding!.functions.length} exports: what calls them for the C program is not optimized`] : []), ...partitions.flatMap(({ reduced }) => reduced)],
    debugProblems: plan.debug?.problems ?? [],
    timings: [
      { stage: 'plan', ms: planned - started },
      { stage: 'build SSA', ms: times.build },
      { stage: 'IR passes', ms: times.passes },
      { stage: 'emit LLVM IR', ms: times.emit },
      { stage: 'LLVM parse', ms: times.llvmParse },
      { stage: 'LLVM passes', ms: times.llvmPasses },
      { stage: 'LLVM emit', ms: times.llvmEmit },
    ],
  };
}

/** The name in an executable. Traps tell functions of the runtime by what these begin with, which no other may. */
function finishedName(name: PrintableText): PrintableText {
  return name.startsWith('w2e_') ? printable(`main.${name}`) : name;
}

const LLVM_OUTPUTS: readonly Output[] = ['obj', 'asm', 'llvm-ir', 'llvm-bc'];

function partitionOptionsOf(options: CompileOptions): PartitionOptions {
  const host = options.cpu === 'native' ? hostCpu() : undefined;
  const features = [host?.features ?? (options.cpu === undefined ? options.target.defaultFeatures : ''), options.cpuFeatures ?? ''];
  return {
    optLevel: options.optLevel,
    cpu: host?.cpu ?? options.cpu ?? options.target.defaultCpu,
    pic: options.embedding !== undefined,
    cpuFeatures: features.filter((text) => text !== '').join(','),
    outputs: LLVM_OUTPUTS.filter((output) => options.emit.has(output)),
    emitIr: options.emit.has('ir'),
    emitOptimizedIr: options.emit.has('ir-opt'),
    verifyIr: options.verifyIr,
    printAfter: options.printAfter,
    printFunction: options.printFunc,
  };
}

/** Elements that a table may start with: what the browser engines agreed on. */
const MOST_ELEMENTS = 10_000_000n;

function checkTables(module: WasmModule): void {
  for (const { min } of module.tables) {
    if (min > MOST_ELEMENTS) throw new MemoryLimitError(`a table starts with ${min} elements, more than the limit of ${MOST_ELEMENTS}`);
  }
}

function checkMemory(plan: Plan): void {
  for (const { initialBytes, maxBytes } of plan.memories) {
    if (initialBytes > maxBytes) throw new MemoryLimitError(`the module starts with ${initialBytes} bytes of memory, more than the limit of ${maxBytes}`);
  }
}

/** Functions that occur as values: their descriptors are what references point to. */
function describedFunctions(facts: ModuleFacts, plan: Plan, tables: readonly InitialTable[], passive: ReadonlyMap<number, Int32Array>): number[] {
  const described = Uint8Array.from(facts.referenced);
  const mark = (f: number): void => {
    if (f >= 0) described[f] = 1;
  };
  plan.tables.forEach((table, i) => {
    if (table.holdsFunctions && table.elements === undefined) eachFunction(tables[i]!, mark);
  });
  for (const functions of passive.values()) functions.forEach(mark);
  for (const global of plan.globals) if (global.type === Type.FuncRef) mark(global.low);
  return plan.functions.flatMap(({ binding }, f) => (described[f] === 1 && binding.kind !== 'dead' ? [f] : []));
}

function moduleContents(
  program: Program, instantiation: Instantiation, plan: Plan, exports: readonly FoundExport[], tables: readonly InitialTable[], options: CompileOptions,
): { contents: ModuleContents; images: CompiledImage[] } {
  const { module, facts } = program;
  const offsetOf = (segment: number): number => Number(constantOffset(module.dataSegments[segment]!.place!.offset));
  const memories = plan.memories.map((_memory, i) => (
    initialMemory(module, i, instantiation.dataSegments, i === 0 && !plan.embedded ? options.target : undefined, offsetOf)));
  const images = (memories[0]?.images ?? []).map((image, i) => ({ section: `.w2e.mem.${i}`, image }));
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
  const contents: ModuleContents = {
    images,
    copiedData: memories.map(({ copied }) => copied),
    instantiation: instantiation.instances.map(({ steps }) => steps),
    tables,
    passiveData,
    passiveElements,
    descriptors: describedFunctions(facts, plan, tables, passiveElements),
    exportTable: exportTableOf(program, options),
    exports: exports.map(({ wellKnown, functionIndex }) => ({ ...wellKnown, functionIndex })),
    abiFlags: abiFlags(module),
    stackSize: options.stackSize,
    setThrew: exports.find(({ wellKnown }) => wellKnown.symbol === 'setThrew')?.functionIndex ?? -1,
    typeBySignature,
  };
  return {
    contents,
    images: images.map(({ section, image }) => ({ section, address: options.target.memoryBase + image.start, size: image.bytes.length })),
  };
}

/** The exports that a serving program calls, by their place behind its instances: those of each instance in order. */
export function servedExports({ instances }: Program): Export[] {
  return instances.flatMap(({ exports }) => exports.filter(({ kind }) => kind === 'function' || kind === 'global'));
}

function exportTableOf(program: Program, options: CompileOptions): ModuleContents['exportTable'] {
  const { module } = program;
  if (options.exportTable === true) return { exports: servedExports(program), caller: 'serve' };
  if (options.invokeMain !== true) return undefined;
  // References on a command line can only be null.
  const callable = (index: number): boolean => functionType(module, index).params.every((type) => !isReference(type) || isNullable(type));
  return { exports: module.exports.filter(({ kind, index }) => kind === 'function' && callable(index)), caller: 'invoke' };
}

function collectTexts(
  { emit, target }: CompileOptions, main: CompiledPartition['outputs'], partitions: readonly CompiledPartition[], names: readonly PrintableText[], header: string,
): Map<EmitKind, Uint8Array[]> {
  const texts = new Map<EmitKind, Uint8Array[]>();
  for (const kind of ['asm', 'llvm-ir', 'llvm-bc'] as const) {
    const parts = [main, ...partitions.map(({ outputs }) => outputs)].map((outputs) => outputs[kind]);
    if (emit.has(kind)) texts.set(kind, parts.map((part) => (kind === 'llvm-bc' ? part! : withNames(part!, kind, target, names))));
  }
  if (emit.has('header')) texts.set('header', [Buffer.from(header)]);
  if (emit.has('ir')) texts.set('ir', partitions.map(({ irText }) => Buffer.from(irText)));
  if (emit.has('ir-opt')) texts.set('ir-opt', partitions.map(({ optimizedIrText }) => Buffer.from(optimizedIrText)));
  return texts;
}
