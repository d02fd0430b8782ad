// Runs commands side by side through the small C program measure.c, which is built with the system's compiler on first
// use: rounds are interleaved, children are pinned to one processor, and CPU time is what is judged by default.

import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { minimum, settled, spread } from './statistics.js';
import { findProgram, make, Missing, root } from './workspace.js';

export interface Samples {
  /** ns per round. */
  readonly wall: readonly number[];
  /** ns per round, user and system, of all threads. */
  readonly cpu: readonly number[];
  /** KiB, the most of all rounds. */
  readonly resident: number;
  /** Wait status of a run that failed, or 0. */
  readonly status: number;
}

export interface MeasureOptions {
  readonly rounds: number;
  /** Whether all runs share one processor; not for programs whose threads are to run in parallel. Default: true. */
  readonly pinned?: boolean;
  /** File that is the standard input of each run. */
  readonly input?: string;
  /** File to whose end standard error goes. */
  readonly errors?: string;
}

function helper(): string {
  const compiler = findProgram('cc') ?? findProgram('gcc') ?? findProgram('clang-19');
  if (compiler === undefined) throw new Missing('a C compiler is missing: apt install gcc');
  const source = join(root, 'bench/measure.c');
  return make({ output: 'measure', inputs: [source], commands: [[compiler, '-O2', '-o', 'measure', source]] });
}

/** Runs each command `rounds` times, in turn. `figure` refuses the samples of a command that failed. */
export function measure(commands: readonly (readonly string[])[], options: MeasureOptions): Samples[] {
  const args = ['-n', String(options.rounds)];
  // The last processor: the first one tends to serve interrupts.
  if (options.pinned ?? true) args.push('-c', String(availableParallelism() - 1));
  if (options.input !== undefined) args.push('-i', options.input);
  if (options.errors !== undefined) args.push('-e', options.errors);
  const run = spawnSync(helper(), [...args, ...commands.flatMap((command) => ['--', ...command])], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (run.status !== 0) throw new Error(`measure: status ${run.status} ${run.stderr}`);
  const results: Samples[] = JSON.parse(run.stdout);
  return results;
}

const TOLERANCE = 0.01;
const MOST_BATCHES = 4;

/** Measures in batches of `rounds` until no minimum of CPU time falls by more than 1 % any more, at most four times. */
export function measureUntilSettled(commands: readonly (readonly string[])[], options: MeasureOptions): Samples[] {
  let all = measure(commands, options);
  for (let batch = 1; batch < MOST_BATCHES; batch++) {
    const more = measure(commands, options);
    const minima = all.map(({ cpu }) => minimum(cpu));
    const merged = all.map((samples, i) => merge(samples, more[i] ?? samples));
    all = merged;
    if (
      settled(
        minima,
        merged.map(({ cpu }) => minimum(cpu)),
        TOLERANCE,
      )
    )
      break;
  }
  return all;
}

function merge(a: Samples, b: Samples): Samples {
  return { wall: [...a.wall, ...b.wall], cpu: [...a.cpu, ...b.cpu], resident: Math.max(a.resident, b.resident), status: a.status || b.status };
}

/** Least time and its spread, of wall or CPU time. */
export function figure(samples: Samples | undefined, time: 'wall' | 'cpu'): { least: number; spread: number } {
  if (samples === undefined) throw new RangeError('no samples');
  if (samples.status !== 0) throw new Error(`the program failed: wait status ${samples.status}`);
  return { least: minimum(samples[time]), spread: spread(samples[time]) };
}
