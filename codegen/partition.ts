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
import { printable } from '../runtime-c/tables/printable.js';
import { effortFor, measureFunction } from './plan/effort.js';
import { emitFunction } from './emit/function.js';
import { PARTS, levelPasses, takesPartsOut } from './plan/llvm-passes.js';
import { EFFORTS, type Effort, type OptLevel } from './levels.js';
import { PartitionText } from './emit/partition-text.js';
import { planContext } from './plan/plan-context.js';
import type { Plan } from './plan/plan.js';
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

export interface CompiledPartition {
  readonly outputs: Readonly<Partial<Record<Output, Uint8Array>>>;
  readonly irText: string;
  readonly optimizedIrText: string;
  /** What `--print-after` asked for. */
  readonly printed: string;
  /** Functions that are too large for the level, in words. */
  readonly reduced: readonly string[];
  readonly times: PartitionTimes;
}

/** Function attributes in LLVM IR for a CPU and a level. */
export function functionAttributes(options: PartitionOptions): string {
  const features = options.cpuFeatures === '' ? '' : ` "target-features"="${options.cpuFeatures}"`;
  return `${levelPasses(options.optLevel).attributes} "target-cpu"="${options.cpu}"${features}`;
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
    times.build += built - started;
    times.passes += optimized - built;
    times.emit += performance.now() - optimized;
  }
  return EFFORTS.filter((effort) => outs.has(effort)).map((effort, i): CompiledPartition => {
    const own = i === 0 ? times : noTimes();
    const outputs = compileText(outs.get(effort)!, target, `part${partition}`, options, own, effort);
    return i === 0
      ? { outputs, irText: texts.ir, optimizedIrText: texts.optimizedIr, printed: texts.printed, reduced, times: own }
      : { outputs, irText: '', optimizedIrText: '', printed: '', reduced: [], times: own };
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
      codegenLevel: level.codegen,
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
