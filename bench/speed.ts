// Speed of compiled code: the same source through clang natively and through Emscripten and our compiler, at the same
// optimization level. The outputs are compared before anything is measured.

import { readFileSync } from 'node:fs';
import type { Benchmark, RunOptions } from './benchmark.js';
import { figure, measureUntilSettled } from './measure.js';
import type { Outcome } from './outcome.js';
import { subjects, throwingSubjects, vectorSubjects, type Subject } from './programs.js';
import { outputOf, type Level } from './workspace.js';

/** At most 1.15 times the CPU time of native code. */
const TARGET = { of: 'ratio', atMost: 1.15 } as const;

/** Whether a command prints what the native program prints; one that cannot run does not. */
function agrees(command: readonly string[], expected: string, input: string): boolean {
  try {
    return outputOf(command, input) === expected;
  } catch {
    return false;
  }
}

function compare(group: string, subject: Subject, level: Level, options: RunOptions): Outcome {
  const built = subject.build(level, !options.quick);
  const text = built.input === undefined ? '' : readFileSync(built.input, 'latin1');
  const expected = outputOf(built.native, text);
  if (outputOf(built.ours, text) !== expected) throw new Error(`${built.ours.join(' ')}: not the output of ${built.native.join(' ')}`);
  // A peer that fails is left out of the row.
  const peers = Object.entries(built.peers).filter(([, command]) => agrees(command, expected, text));
  const commands = [built.native, built.ours, ...peers.map(([, command]) => command)];
  const [native, ours, ...others] = measureUntilSettled(commands, { rounds: options.rounds, ...(built.input !== undefined && { input: built.input }) });
  return {
    benchmark: `${group}/${subject.name}${level}`,
    metric: 'CPU',
    unit: 'ns',
    ours: figure(ours, 'cpu').least,
    spread: figure(ours, 'cpu').spread,
    reference: { name: 'clang', figure: figure(native, 'cpu').least },
    target: TARGET,
    peers: Object.fromEntries(peers.flatMap(([name], i) => (others[i]?.status === 0 ? [[name, figure(others[i], 'cpu').least]] : []))),
  };
}

/** One row per program and level. */
function rows(group: string, of: readonly Subject[]): Benchmark[] {
  return of.flatMap((subject) =>
    subject.levels.map(
      (level): Benchmark => ({
        name: `${group}/${subject.name}${level}`,
        help: `${subject.help}; native clang against Wasm of Emscripten, both ${level}`,
        slow: level === '-O3' && subject.levels.length > 1,
        run: (options) => [compare(group, subject, level, options)],
      }),
    ),
  );
}

export const speedBenchmarks: readonly Benchmark[] = [...rows('speed', subjects), ...rows('simd', vectorSubjects), ...rows('exceptions', throwingSubjects)];
