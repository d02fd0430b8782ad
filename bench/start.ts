// Start-up: from fork and exec to the exit of hello, against a static program that does nothing, and hello's size.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark, RunOptions } from './benchmark.js';
import { figure, measureUntilSettled } from './measure.js';
import type { Outcome } from './outcome.js';
import { clang, compileModule, make, Missing, root } from './workspace.js';

/** Start-ups are short: so many times the rounds of a program that runs for a while. */
const RUNS_PER_ROUND = 40;

const START_TARGET = { of: 'ratio', atMost: 1.5 } as const;
const SIZE_TARGET = { of: 'figure', atMost: 24 * 1024 } as const;

function staticProgram(source: string, output: string, flags: readonly string[]): string {
  return make({ output, inputs: [source], commands: [[clang(), '-O2', '-static', ...flags, source, '-o', output]] });
}

function startOfHello(form: string, options: RunOptions): Outcome[] {
  const benchmark = `start/hello.${form}`;
  const module = join(root, 'fixtures/programs', `hello.${form}.wasm`);
  if (!existsSync(module)) throw new Missing(`hello.${form}.wasm is missing: run fixtures/programs/build.sh`);
  const ours = compileModule(module, `hello.${form}`, '-O2');
  const empty = staticProgram(join(root, 'bench/hosts/empty.c'), 'empty', ['-nostdlib', '-fno-stack-protector']);
  const glibc = staticProgram(join(root, 'fixtures/programs/hello.c'), 'hello.glibc', []);
  const samples = measureUntilSettled([[empty], [ours], [glibc]], { rounds: options.rounds * RUNS_PER_ROUND });
  const [reference, hello, peer] = samples;
  const times = (['wall', 'cpu'] as const).map(
    (time): Outcome => ({
      benchmark,
      metric: time === 'cpu' ? 'CPU' : 'wall',
      unit: 'ns',
      ours: figure(hello, time).least,
      spread: figure(hello, time).spread,
      reference: { name: 'empty static', figure: figure(reference, time).least },
      target: START_TARGET,
      peers: { 'static glibc': figure(peer, time).least },
    }),
  );
  const sizes: Outcome = {
    benchmark,
    metric: 'file size',
    unit: 'bytes',
    ours: statSync(ours).size,
    spread: 0,
    target: SIZE_TARGET,
    peers: { 'static glibc': statSync(glibc).size },
  };
  return [...times, sizes];
}

export const startBenchmarks: readonly Benchmark[] = ['standalone', 'stock'].map((form) => ({
  name: `start/hello.${form}`,
  help: `fork, exec and exit of hello (Emscripten, ${form} form) against an empty static program; size of the executable`,
  run: (options) => startOfHello(form, options),
}));
