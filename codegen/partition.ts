// One partition from bodies to object: SSA, our passes, LLVM IR text, LLVM. Runs on the main thread or on a worker;
// what comes out depends only on what goes in.

import { buildFunction } from '../frontend/build-ssa.js';
import { definingInstance, localFunction } from '../frontend/program.js';
import type { InstanceBodies } from '../frontend/program.js';
import type { Func } from '../ir/function.js';
import type { ModuleContext } from '../ir/module-context.js';
import { runPipeline } from '../ir/pipeline.js';
import { printFunction } from '../ir/printer.js';
import { relocate } from '../ir/relocate.js';
import { compileIr } from '../llvm-bindings/compile.js';
import type { Output } from '../llvm-bindings/compile.js';
import { kernelFunctions } from '../runtime-c/tables/kernel.js';
import { printable } from '../runtime-c/tables/printable.js';
import { effortFor, measureFunction } from './plan/effort.js';
import { emitFunction } from './emit/function.js';
import type { ImportShape } from './emit/import-shape.js';
import { PARTS, levelPasses, takesPartsOut } from './plan/llvm-passes.js';
import { EFFORTS, type Effort, type OptLevel } from './levels.js';
import { PartitionText } from './emit/partition-text.js';
import { planContext } from './plan/plan-context.js';
import type { Plan } from './plan/plan.js';
import { elfName } from './symbols.js';
import type { SymbolName } from './symbols.js';
import type { Target } from './target.js';

/** What is done with each function. */
export interface FunctionOptions {
  readonly optLevel: OptLevel;
  readonly verifyIr: boolean;
  /** Print the function after this pass ("all" for each), for functions that match `printFunction`. */
  readonly printAfter?: string | undefined;
  /** A name or an index. */
  readonly printFunction?: string | undefined;
}

/** What every partition is compiled with. Plain data. */
export interface PartitionOptions extends FunctionOptions {
  readonly cpu: string;
  readonly cpuFeatures: string;
  /** Position-independent code. */
  readonly pic: boolean;
  /** An object for ring 0 besides. */
  readonly kernel: boolean;
  readonly outputs: readonly Output[];
  /** IR texts wanted: before and after our passes. */
  readonly emitIr: boolean;
  readonly emitOptimizedIr: boolean;
}

/** Where the time went, in milliseconds of this thread. */
export interface PartitionTimes {
  build: number;
  passes: number;
  emit: number;
  llvmParse: number;
  llvmPasses: number;
  llvmEmit: number;
}

/** A partition for ring 0. */
export interface KernelPart {
  readonly object: Uint8Array;
  /** Functions of the runtime that it calls. */
  readonly imports: readonly (readonly [symbol: SymbolName, shape: ImportShape])[];
}

export interface CompiledPartition {
  readonly outputs: Readonly<Partial<Record<Output, Uint8Array>>>;
  /** The same functions for ring 0, where wanted. */
  readonly kernel?: KernelPart;
  readonly irText: string;
  readonly optimizedIrText: string;
  /** What `--print-after` asked for. */
  readonly printed: string;
  /** Functions that are too large for the level, in words. */
  readonly reduced: readonly string[];
  readonly times: PartitionTimes;
}

/** Function attributes in LLVM IR for a CPU and a level. */
export function functionAttributes(options: Pick<PartitionOptions, 'optLevel' | 'cpu' | 'cpuFeatures'>): string {
  const features = options.cpuFeatures === '' ? '' : ` "target-features"="${options.cpuFeatures}"`;
  return `${levelPasses(options.optLevel).attributes} "target-cpu"="${options.cpu}"${features}`;
}

/** The options of the ring-0 object of a partition. Throws for a target without one. */
function kernelOptions(options: PartitionOptions, { kernel, name }: Target): PartitionOptions {
  if (kernel === undefined) throw new Error(`there is no kernel variant for ${name}`);
  return { ...options, cpu: kernel.cpu, cpuFeatures: kernel.features, pic: false, outputs: ['obj'] };
}

/** A text for ring 0. */
export function kernelText(plan: Plan, target: Target, options: PartitionOptions): PartitionText {
  const { cpu: name, cpuFeatures: features, ...rest } = kernelOptions(options, target);
  return new PartitionText(plan, target, functionAttributes({ ...rest, cpu: name, cpuFeatures: features }), { name, features }, false, target.kernel);
}

/** Hands a text for ring 0 to LLVM. */
export function compileKernelText(
  out: PartitionText,
  target: Target,
  name: string,
  options: PartitionOptions,
  times: PartitionTimes,
  effort: Effort,
): KernelPart {
  const object = compileText(out, target, `${name}.kernel`, kernelOptions(options, target), times, effort).obj!;
  const provided: ReadonlySet<string> = new Set(kernelFunctions);
  return { object, imports: [...out.runtimeFunctions].filter(([symbol]) => !provided.has(elfName(symbol))) };
}

/** Compiles the functions of one partition, which are of one instance: one object for each effort that they take (`effort.ts`). */
export function compilePartition(
  instances: readonly InstanceBodies[],
  plan: Plan,
  target: Target,
  partition: number,
  options: PartitionOptions,
): CompiledPartition[] {
  const times = noTimes();
  const context = planContext(plan);
  const texts = { ir: '', optimizedIr: '', printed: '' };
  const functions = plan.partitions[partition];
  const instance = definingInstance(instances, functions[0])!;
  const outs = new Map<Effort, PartitionText>();
  const kernelOuts = new Map<Effort, PartitionText>();
  const reduced: string[] = [];
  for (const index of functions) {
    const started = performance.now();
    const func = buildFunction(instance.module, localFunction(instance, index));
    if (instance.maps !== undefined) relocate(func, instance.maps);
    func.name = plan.functions[index].name;
    if (options.emitIr) texts.ir += printFunction(func);
    const built = performance.now();
    optimize(func, context, options, texts);
    if (options.emitOptimizedIr) texts.optimizedIr += printFunction(func);
    const optimized = performance.now();
    const { effort, reason } = effortFor(options.optLevel, () => measureFunction(func, plan));
    if (effort !== 'full') reduced.push(`function ${index} has ${reason}: ${effort === 'linear' ? 'fewer passes' : 'no optimization'}`);
    const out = outs.get(effort) ?? partitionText(plan, target, options, effort);
    outs.set(effort, out);
    emitFunction(out, func, plan.functions[index].symbol, { debug: out.debug?.describe(index, func.name) });
    if (options.kernel) {
      const kernelOut = kernelOuts.get(effort) ?? kernelText(plan, target, options);
      kernelOuts.set(effort, kernelOut);
      emitFunction(kernelOut, func, plan.functions[index].symbol);
    }
    times.build += built - started;
    times.passes += optimized - built;
    times.emit += performance.now() - optimized;
  }
  return EFFORTS.filter((effort) => outs.has(effort)).map((effort, i): CompiledPartition => {
    const own = i === 0 ? times : noTimes();
    const name = `part${partition}`;
    const outputs = compileText(outs.get(effort)!, target, name, options, own, effort);
    const compiled = options.kernel ? { outputs, kernel: compileKernelText(kernelOuts.get(effort)!, target, name, options, own, effort) } : { outputs };
    return i === 0
      ? { ...compiled, irText: texts.ir, optimizedIrText: texts.optimizedIr, printed: texts.printed, reduced, times: own }
      : { ...compiled, irText: '', optimizedIrText: '', printed: '', reduced: [], times: own };
  });
}

export function noTimes(): PartitionTimes {
  return { build: 0, passes: 0, emit: 0, llvmParse: 0, llvmPasses: 0, llvmEmit: 0 };
}

function partitionText(plan: Plan, target: Target, options: PartitionOptions, effort: Effort): PartitionText {
  const takesParts = effort === 'full' && takesPartsOut(options.optLevel, plan);
  return new PartitionText(plan, target, functionAttributes(options), { name: options.cpu, features: options.cpuFeatures }, takesParts);
}

function optimize(func: Func, context: ModuleContext, options: PartitionOptions, texts: { printed: string }): void {
  const wanted = options.printAfter;
  const matches = options.printFunction === undefined || printable(options.printFunction) === func.name || options.printFunction === String(func.index);
  runPipeline(func, levelPasses(options.optLevel).ir, context, {
    verify: options.verifyIr,
    afterPass: (name, f) => {
      if (wanted !== undefined && matches && (wanted === 'all' || wanted === name)) {
        texts.printed += `; after ${name}\n${printFunction(f)}\n`;
      }
    },
  });
}

/** Hands a finished text to LLVM. */
export function compileText(
  out: PartitionText,
  target: Target,
  name: string,
  options: PartitionOptions,
  times: PartitionTimes,
  effort: Effort = 'full',
): CompiledPartition['outputs'] {
  if (options.outputs.length === 0) return {};
  const started = performance.now();
  const ir = Buffer.from(out.toString(), 'latin1');
  times.emit += performance.now() - started;
  const level = levelPasses(options.optLevel, effort);
  const response = compileIr({
    ir,
    name,
    machine: {
      llvmName: target.llvmName,
      triple: target.triple,
      cpu: options.cpu,
      features: options.cpuFeatures,
      // The fastest code generation copies the stack pointer to pass arguments, and separates the test of the stack from its branch.
      codegenLevel: level.codegen === 0 && out.kernel !== undefined ? 1 : level.codegen,
      pic: options.pic,
    },
    passes: out.takesPartsOut ? `${PARTS},${level.passes}` : level.passes,
    verify: options.verifyIr,
    outputs: options.outputs,
  });
  times.llvmParse += response.milliseconds.parse;
  times.llvmPasses += response.milliseconds.passes;
  times.llvmEmit += response.milliseconds.emit;
  return response.outputs;
}
