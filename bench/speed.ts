// Speed of compiled code: the same source through clang natively and through Emscripten and our compiler, at the same
// optimization level. The outputs are compared before anything is measured.

import { readFileSync } from 'node:fs';
import type { Benchmark, RunOptions } from './benchmark.js';
import { figure, measureUntilSettled } from './measure.js';
import type { Outcome } from './outcome.js';
import { subjects, type Built, type Subject } from './programs.js';
import { outputOf, type Level } from './workspace.js';

/** At most 1.15 times the CPU time of native code. */
const TARGET = { of: 'ratio', atMost: 1.15 } as const;

function assertSameOutput(built: Built): void {
  const input = built.input === undefined ? '' : readFileSync(built.input, 'latin1');
  const expected = outputOf(built.native, input);
  for (const command of [built.ours, ...Object.values(built.peers)]) {
    if (outputOf(command, input) !== expected) throw new Error(`${command.join(' ')}: not the output of ${built.native.join(' ')}`);
  }
}

function compare(subject: Subject, level: Level, options: RunOptions): Outcome {
  const built = subject.build(level, !options.quick);
  assertSameOutput(built);
  const peers = Object.entries(built.peers);
  const input = built.input === undefined ? {} : { input: built.input };
  const samples = measureUntilSettled([built.native, built.ours, ...peers.map(([, command]) => command)], { rounds: options.rounds, ...input });
  const [native, ours, ...others] = samples.map((s) => figure(s, 'cpu'));
  if (native === undefined || ours === undefined) throw new RangeError('measure: results are missing');
  return {
    benchmark: `speed/${subject.name}${level}`,
    metric: 'CPU',
    unit: 'ns',
    ours: ours.least,
    spread: ours.spread,
    reference: { name: 'clang', figure: native.least },
    target: TARGET,
    peers: Object.fromEntries(peers.map(([name], i) => [name, others[i]?.least ?? NaN])),
  };
}

/** One row per program and level. */
export const speedBenchmarks: readonly Benchmark[] = subjects.flatMap((subject) =>
  subject.levels.map((level): Benchmark => ({
    name: `speed/${subject.name}${level}`,
    help: `${subject.help}; native clang against Wasm of Emscripten, both ${level}`,
    slow: level === '-O3' && subject.levels.length > 1,
    run: (options) => [compare(subject, level, options)],
  })),
);
