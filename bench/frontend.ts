// How fast a module is decoded and validated, next to V8's `WebAssembly.validate`: large published modules, cold (the
// first run of a process) and warm. We use one thread and what V8 compiles us with; V8 validates on as many as it likes.

import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark, RunOptions } from './benchmark.js';
import type { Outcome, Target } from './outcome.js';
import { minimum, spread } from './statistics.js';
import { Missing, root } from './workspace.js';

/** Modules of fixtures/npm that are larger than 30 MB. */
const modules: readonly (readonly [name: string, what: string])[] = [
  ['ffmpeg', 'ffmpeg as C, with SIMD and threads'],
  ['duckdb-eh', 'DuckDB as C++, with exceptions and 75,000 exports'],
];

const TARGET: Target = { of: 'ratio', atLeast: 0.5 };
/** Runs in one process; the first is the cold one. */
const RUNS = 8;

interface Time {
  readonly cpu: number;
  readonly wall: number;
}

function times(who: 'ours' | 'v8', module: string): Time[] {
  const host = join(root, 'bench/hosts/frontend-host.mjs');
  const run = spawnSync(process.execPath, [host, who, module, String(RUNS)], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`${who}: status ${run.status} ${run.stderr.slice(0, 500)}`);
  const result: Time[] = JSON.parse(run.stdout);
  return result;
}

function throughput(name: string, { rounds }: RunOptions): Outcome[] {
  const module = join(root, 'build/npm', `${name}.wasm`);
  if (!existsSync(module)) throw new Missing(`${module} is missing: npm run fetch:npm`);
  const megabytes = statSync(module).size / 1e6;
  const ours: Time[][] = [];
  const v8: Time[][] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(times('ours', module));
    v8.push(times('v8', module));
  }
  const rate = (runs: readonly number[]): number => megabytes / (minimum(runs) / 1e9);
  return (['cold', 'warm'] as const).flatMap((state) =>
    (['cpu', 'wall'] as const).map((time): Outcome => {
      const figures = (all: readonly Time[][]): number[] =>
        all.flatMap((runs) => (state === 'cold' ? runs.slice(0, 1) : runs.slice(1)).map((run) => run[time]));
      return {
        benchmark: `frontend/${name}`,
        metric: `${state}, ${time === 'cpu' ? 'CPU' : 'wall'}`,
        unit: 'MB/s',
        ours: rate(figures(ours)),
        spread: spread(figures(ours)),
        reference: { name: 'V8 validate', figure: rate(figures(v8)) },
        target: TARGET,
      };
    }),
  );
}

export const frontendBenchmarks: readonly Benchmark[] = modules.map(([name, what]) => ({
  name: `frontend/${name}`,
  help: `decoding and validating ${what}, against WebAssembly.validate: MB per second of CPU time and of wall time`,
  run: (options) => throughput(name, options),
}));
