// What compiling costs: CPU time of all threads, wall time and peak memory of the compiler, and LLVM's share of it.

import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark, RunOptions } from './benchmark.js';
import { figure, measure } from './measure.js';
import type { Outcome, Target } from './outcome.js';
import { clang, findProgram, nativeFlags, ourCompiler, realModule, work } from './workspace.js';

/** Large modules take half a minute: rounds are few, and none are added. */
const MOST_ROUNDS = 2;
const CPU_TARGET: Target = { of: 'figure', atMost: 25e9 };
const MEMORY_TARGET: Target = { of: 'figure', atMost: 1.5 * 2 ** 30 };

const modules: readonly { readonly name: string; readonly fixture: string }[] = [
  { name: 'lua', fixture: 'lua' },
  { name: 'nginx', fixture: 'nginx' },
  { name: 'sqlite3', fixture: 'sqlite' },
];

interface TimeReport {
  readonly stages: readonly { readonly stage: string; readonly ms: number; readonly level: number }[];
}

/** Share of LLVM's stages in the time of all stages, from the reports of the runs. */
export function llvmShare(reports: string): number {
  let llvm = 0;
  let all = 0;
  for (const line of reports.split('\n')) {
    if (!line.startsWith('{')) continue;
    const { stages }: TimeReport = JSON.parse(line);
    // A stage that the next deeper ones make up is counted by them.
    stages.forEach(({ stage, ms, level }, i) => {
      if ((stages[i + 1]?.level ?? 0) > level) return;
      all += ms;
      if (stage.startsWith('LLVM')) llvm += ms;
    });
  }
  if (all === 0) throw new RangeError('no time report');
  return llvm / all;
}

/** wasm2c and clang -O3 to an object, when both are there. */
function peerCommand(module: string, name: string): string[] | undefined {
  const wasm2c = findProgram('wasm2c');
  if (wasm2c === undefined) return undefined;
  const output = join(work, `${name}.peer`);
  const script = `'${wasm2c}' -n bench '${module}' -o '${output}.c' && '${clang()}' -O3 ${nativeFlags().join(' ')} -w -c '${output}.c' -o '${output}.o'`;
  return ['/bin/sh', '-c', script];
}

function compileCost(name: string, fixture: string, options: RunOptions): Outcome[] {
  const benchmark = `compile/${name}`;
  const module = realModule(name, fixture);
  mkdirSync(work, { recursive: true });
  const errors = join(work, `${name}.time-report`);
  rmSync(errors, { force: true });
  const rounds = options.quick ? 1 : Math.min(options.rounds, MOST_ROUNDS);
  const [ours] = measure([ourCompiler(module, '-O2', '-q', '--time-report=json', '-o', join(work, `${name}.compiled`))], { rounds, errors, pinned: false });
  if (ours === undefined) throw new RangeError('measure: results are missing');
  const peer = options.quick ? undefined : peerCommand(module, name);
  const [other] = peer === undefined ? [] : measure([peer], { rounds: 1, pinned: false });
  const peerName = 'wasm2c + clang -O3';
  const cpu = figure(ours, 'cpu');
  const wall = figure(ours, 'wall');
  return [
    {
      benchmark,
      metric: 'CPU',
      unit: 'ns',
      ours: cpu.least,
      spread: cpu.spread,
      target: CPU_TARGET,
      ...(other && { peers: { [peerName]: figure(other, 'cpu').least } }),
    },
    { benchmark, metric: 'wall', unit: 'ns', ours: wall.least, spread: wall.spread, ...(other && { peers: { [peerName]: figure(other, 'wall').least } }) },
    {
      benchmark,
      metric: 'peak memory',
      unit: 'bytes',
      ours: ours.resident * 1024,
      spread: 0,
      target: MEMORY_TARGET,
      ...(other && { peers: { [peerName]: other.resident * 1024 } }),
    },
    { benchmark, metric: 'share of LLVM', unit: 'share', ours: llvmShare(readFileSync(errors, 'utf8')), spread: 0 },
  ];
}

export const compileBenchmarks: readonly Benchmark[] = modules.map(({ name, fixture }) => ({
  name: `compile/${name}`,
  help: `${name}.wasm to an executable at -O2: CPU time of all threads, wall time, peak memory`,
  run: (options) => compileCost(name, fixture, options),
}));
