// Runs the partitions of a program on worker threads. Which worker takes which partition varies; results are
// returned in the order of the partitions, so the output does not.

import { Worker } from 'node:worker_threads';
import type { FeatureSet } from '../frontend/features.js';
import type { InstanceBodies, Program } from '../frontend/program.js';
import { compilePartition } from './partition.js';
import type { CompiledPartition, PartitionOptions } from './partition.js';
import type { Plan } from './plan/plan.js';
import type { Target } from './target.js';

/** What a worker starts with. */
export interface WorkerSetup {
  /** Of all modules. */
  readonly bytes: Uint8Array;
  readonly instances: readonly InstanceSetup[];
  readonly plan: Plan;
  readonly target: Target;
  readonly options: PartitionOptions;
}

/** Bodies without their module, which is decoded again from `[start, end)` of the bytes. */
export type InstanceSetup = Omit<InstanceBodies, 'module'> & { readonly start: number; readonly end: number; readonly features: FeatureSet };

type Reply = { readonly partition: number } & ({ readonly compiled: CompiledPartition[] } | { readonly error: unknown });

/** Compiles all partitions with up to `jobs` threads. `onDone` is called after each. */
export async function compilePartitions(
  { module, instances }: Program,
  plan: Plan,
  target: Target,
  options: PartitionOptions,
  jobs: number,
  onDone: (done: number, total: number) => void,
): Promise<CompiledPartition[]> {
  const total = plan.partitions.length;
  const workers = Math.min(jobs, total);
  if (workers <= 1) {
    const compiled: CompiledPartition[] = [];
    for (let partition = 0; partition < total; partition++) {
      await new Promise(setImmediate); // signals are handled between partitions
      compiled.push(...compilePartition(instances, plan, target, partition, options));
      onDone(partition + 1, total);
    }
    return compiled;
  }
  const setup: WorkerSetup = { ...shareModules(instances), plan, target: { ...target, kernelObject: undefined }, options };
  // Largest first, so that no long one is left for the end.
  const size = (partition: number): number =>
    plan.partitions[partition].reduce((sum, f) => sum + module.functions.bodyEnd[f] - module.functions.bodyStart[f], 0);
  const sizes = plan.partitions.map((_functions, partition) => size(partition));
  const queue = sizes.map((_size, partition) => partition).sort((a, b) => sizes[b] - sizes[a] || a - b);
  const results = new Array<CompiledPartition[]>(total);
  let done = 0;
  const running: Worker[] = [];
  try {
    await Promise.all(
      Array.from(
        { length: workers },
        () =>
          new Promise<void>((resolve, reject) => {
            const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: setup });
            running.push(worker);
            const next = (): void => {
              const partition = queue.shift();
              if (partition === undefined) resolve();
              else worker.postMessage(partition);
            };
            worker.on('message', (reply: Reply) => {
              if ('error' in reply) return reject(reply.error);
              results[reply.partition] = reply.compiled;
              onDone(++done, total);
              next();
            });
            worker.on('error', reject);
            worker.on('exit', (code) => reject(new Error(`a compile worker ended with status ${code}`)));
            next();
          }),
      ),
    );
  } finally {
    await Promise.all(running.map((worker) => worker.terminate()));
  }
  return results.flat();
}

/** The bytes of all modules in memory that threads share, and the instances that go with them. */
function shareModules(instances: readonly InstanceBodies[]): Pick<WorkerSetup, 'bytes' | 'instances'> {
  const bytes = new Uint8Array(new SharedArrayBuffer(instances.reduce((sum, { module }) => sum + module.bytes.length, 0)));
  let at = 0;
  const setups = instances.map(({ module, maps, firstFunction, endFunction }) => {
    const start = at;
    bytes.set(module.bytes, start);
    at += module.bytes.length;
    return { maps, firstFunction, endFunction, start, end: at, features: module.features };
  });
  return { bytes, instances: setups };
}
