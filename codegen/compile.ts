// A program of decoded modules → objects ready to link, and the texts that --emit asks for.

import type { WasmModule } from '../frontend/module.js';
import { programOf } from '../frontend/program.js';
import type { Program } from '../frontend/program.js';
import type { ModuleFacts } from '../frontend/scan-module.js';
import { hostCpu } from '../llvm-bindings/compile.js';
import type { Output } from '../llvm-bindings/compile.js';
import type { KernelName } from '../runtime-c/tables/kernel.js';
import { printable } from '../runtime-c/tables/printable.js';
import type { PrintableText } from '../runtime-c/tables/printable.js';
import { withNames } from './annotate.js';
import { headerText } from './emit/c-header.js';
import { emitEmbedding } from './emit/embedding.js';
import type { ImportShape } from './emit/import-shape.js';
import { emitKernelModule, emitKernelTables } from './emit/kernel.js';
import { emitModule } from './emit/module.js';
import { PartitionText } from './emit/partition-text.js';
import { compileKernelText, compileText, functionAttributes, kernelText, noTimes } from './partition.js';
import type { CompiledPartition, FunctionOptions, KernelPart, PartitionOptions, PartitionTimes } from './partition.js';
import { qualified, visibleSymbols } from './plan/embedding.js';
import { planProgram } from './plan/plan-program.js';
import type { PlanProgramOptions, PlannedProgram } from './plan/plan-program.js';
import type { Product } from './plan/product.js';
import { compilePartitions } from './pool.js';
import { FUNCTION_SYMBOL_STEM, elfName } from './symbols.js';
import type { MemorySection } from './target.js';

/** What can be asked for besides an executable. */
export type EmitKind = 'header' | 'obj' | 'asm' | 'llvm-ir' | 'llvm-bc' | 'ir' | 'ir-opt';

/** Plain data: threads get it. */
export interface CompileOptions extends PlanProgramOptions, FunctionOptions {
  /** Worker threads. */
  readonly jobs: number;
  readonly emit: ReadonlySet<EmitKind>;
  /** LLVM CPU name, or "native". */
  readonly cpu?: string | undefined;
  readonly cpuFeatures?: string | undefined;
}

/** A program for ring 0, whose variables are those of the executable. */
export interface CompiledKernel {
  /** Module partition first. */
  readonly objects: readonly Uint8Array[];
  /** Functions of the runtime that it calls, by the number that each has in a request. */
  readonly imports: readonly (ImportShape & { readonly name: string })[];
}

export interface CompiledModule {
  /** ELF objects, if asked for: module partition first. */
  readonly objects: readonly Uint8Array[];
  /** The same for ring 0, where wanted. */
  readonly kernel?: CompiledKernel;
  readonly memoryImages: readonly MemorySection[];
  readonly memoryInitialBytes: number;
  /** It can start threads, which takes the runtime for those. */
  readonly threads: boolean;
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
  /** Functions that nobody provides, and that the program uses by their address. */
  readonly nullAddresses: readonly string[];
  /** Milliseconds summed over threads. */
  readonly timings: readonly { readonly stage: string; readonly ms: number }[];
}

/** Compiles a validated module by itself. Throws what `compileProgram` throws. */
export function compileModule(module: WasmModule, facts: ModuleFacts, options: CompileOptions): Promise<CompiledModule> {
  return compileProgram(programOf(module, facts), options);
}

/** Compiles a program of validated modules; `onProgress` hears how many of its partitions are done. Throws `UndefinedImportsError`, `HostMemoryError`, `MemoryLimitError` and `ThreadsError`. */
export async function compileProgram(
  linked: Program,
  options: CompileOptions,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<CompiledModule> {
  const { target } = options;
  const started = performance.now();
  const planned = planProgram(linked, options);
  const { program, plan, contents, embedding } = planned;
  const planTime = performance.now() - started;
  const partitionOptions = partitionOptionsOf(options);
  const partitions = await compilePartitions(program, plan, target, partitionOptions, options.jobs, onProgress);
  const times = noTimes();
  const kernelParts = partitionOptions.kernel
    ? [compileKernelModule(planned, options, partitionOptions, times), ...partitions.map(({ kernel }) => kernel!)]
    : [];
  const kernelImports = importsOf(kernelParts);
  const main = compileModulePartition(planned, options, partitionOptions, times, kernelImports);
  return {
    objects: options.emit.has('obj') ? [main.outputs.obj!, ...partitions.map(({ outputs }) => outputs.obj!)] : [],
    ...(partitionOptions.kernel
      ? {
          kernel: { objects: kernelParts.map(({ object }) => object), imports: kernelImports.map(([symbol, shape]) => ({ name: elfName(symbol), ...shape })) },
        }
      : {}),
    memoryImages: contents.images.map(({ section, image }) => ({ section, address: target.memoryBase + image.start, size: image.bytes.length })),
    memoryInitialBytes: plan.memories[0]?.initialBytes ?? 0,
    threads: plan.threads,
    visibleSymbols: embedding === undefined ? new Map() : visibleSymbols(embedding),
    functionNames: { stem: FUNCTION_SYMBOL_STEM, names: finishedNames(planned) },
    texts: collectTexts(planned, options, main.outputs, partitions),
    printed: partitions.map(({ printed }) => printed).join(''),
    reduced: [...main.reduced, ...partitions.flatMap(({ reduced }) => reduced)],
    debugProblems: plan.debug?.problems ?? [],
    nullAddresses: planned.nullAddresses,
    timings: [{ stage: 'plan', ms: planTime }, ...stages(times, partitions)],
  };
}

/** With more exports, the functions around them that a C program calls are not optimized: LLVM takes a millisecond for each, and a sixth of that without. */
const MOST_OPTIMIZED_EXPORTS = 1000;

/** The partition that is not function bodies. */
function compileModulePartition(
  { plan, contents, embedding }: PlannedProgram,
  { target, product }: CompileOptions,
  options: PartitionOptions,
  times: PartitionTimes,
  kernelImports: KernelPart['imports'],
): Pick<CompiledPartition, 'outputs' | 'reduced'> {
  const out = new PartitionText(plan, target, functionAttributes(options));
  emitModule(out, contents);
  if (embedding !== undefined) emitEmbedding(out, embedding);
  const kernel = kernelNameOf(product);
  if (kernel !== undefined) emitKernelTables(out, kernel, kernelImports);
  const exports = embedding?.functions.length ?? 0,
    many = exports > MOST_OPTIMIZED_EXPORTS;
  return {
    outputs: compileText(out, target, 'module', options, times, many ? 'least' : 'full'),
    reduced: many ? [`${exports} exports: what calls them for the C program is not optimized`] : [],
  };
}

/** The partition for ring 0 that is not function bodies. */
function compileKernelModule({ plan, contents }: PlannedProgram, { target }: CompileOptions, options: PartitionOptions, times: PartitionTimes): KernelPart {
  const out = kernelText(plan, target, options);
  emitKernelModule(out, contents);
  return compileKernelText(out, target, 'module', options, times, 'full');
}

/** What the program is called in ring 0, if it is to run there. */
function kernelNameOf(product: Product): KernelName | undefined {
  return product.kind === 'program' ? product.kernel : undefined;
}

/** What the parts import, each once, in the order of their names. */
function importsOf(parts: readonly KernelPart[]): KernelPart['imports'] {
  return [...new Map(parts.flatMap(({ imports }) => imports))].sort(([a], [b]) => (a < b ? -1 : 1));
}

function stages(times: PartitionTimes, partitions: readonly CompiledPartition[]): CompiledModule['timings'] {
  const sum = (key: keyof PartitionTimes): number => partitions.reduce((total, partition) => total + partition.times[key], times[key]);
  return [
    { stage: 'build SSA', ms: sum('build') },
    { stage: 'IR passes', ms: sum('passes') },
    { stage: 'emit LLVM IR', ms: sum('emit') },
    { stage: 'LLVM parse', ms: sum('llvmParse') },
    { stage: 'LLVM passes', ms: sum('llvmPasses') },
    { stage: 'LLVM emit', ms: sum('llvmEmit') },
  ];
}

/** The names in the finished file. Traps tell functions of the runtime by what these begin with, which no other may. */
function finishedNames({ plan, embedding }: PlannedProgram): PrintableText[] {
  return plan.functions.map(({ name }) =>
    embedding !== undefined ? qualified(embedding.prefix, name) : name.startsWith('w2e_') ? printable(`main.${name}`) : name,
  );
}

const LLVM_OUTPUTS: readonly Output[] = ['obj', 'asm', 'llvm-ir', 'llvm-bc'];

function partitionOptionsOf({ target, ...options }: CompileOptions): PartitionOptions {
  const host = options.cpu === 'native' ? hostCpu() : undefined;
  const features = [host?.features ?? (options.cpu === undefined ? target.defaultFeatures : ''), options.cpuFeatures ?? ''];
  return {
    ...options,
    cpu: host?.cpu ?? options.cpu ?? target.defaultCpu,
    pic: options.product.kind === 'object',
    kernel: kernelNameOf(options.product) !== undefined,
    cpuFeatures: features.filter((text) => text !== '').join(','),
    outputs: LLVM_OUTPUTS.filter((output) => options.emit.has(output)),
    emitIr: options.emit.has('ir'),
    emitOptimizedIr: options.emit.has('ir-opt'),
  };
}

function collectTexts(
  { plan, embedding }: PlannedProgram,
  { emit, target, product }: CompileOptions,
  main: CompiledPartition['outputs'],
  partitions: readonly CompiledPartition[],
): Map<EmitKind, Uint8Array[]> {
  const texts = new Map<EmitKind, Uint8Array[]>();
  const names = plan.functions.map(({ name }) => name);
  for (const kind of ['asm', 'llvm-ir', 'llvm-bc'] as const) {
    const parts = [main, ...partitions.map(({ outputs }) => outputs)].map((outputs) => outputs[kind]);
    if (emit.has(kind))
      texts.set(
        kind,
        parts.map((part) => (kind === 'llvm-bc' ? part! : withNames(part!, kind, target, names))),
      );
  }
  if (emit.has('header'))
    texts.set('header', [Buffer.from(embedding === undefined || product.kind !== 'object' ? '' : headerText(embedding, product.moduleName))]);
  if (emit.has('ir'))
    texts.set(
      'ir',
      partitions.map(({ irText }) => Buffer.from(irText)),
    );
  if (emit.has('ir-opt'))
    texts.set(
      'ir-opt',
      partitions.map(({ optimizedIrText }) => Buffer.from(optimizedIrText)),
    );
  return texts;
}
