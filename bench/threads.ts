// What threads cost: the same program of POSIX threads natively by clang and as Wasm of Emscripten; and how much faster two threads are than one.

import { join } from 'node:path';
import type { Benchmark, RunOptions } from './benchmark.js';
import { figure, measureUntilSettled } from './measure.js';
import type { Outcome, Target } from './outcome.js';
import { clang, compileModule, make, nativeFlags, outputOf, program, root } from './workspace.js';

const COST = { of: 'ratio', atMost: 1.2 } as const;
const SCALING = { of: 'figure', atLeast: 1.8 } as const;

interface Built {
  readonly native: string;
  readonly ours: string;
}

function build(): Built {
  const source = join(root, 'bench/programs/threads.c');
  const native = make({
    output: 'threads.native',
    inputs: [source],
    commands: [[clang(), '-O2', '-w', ...nativeFlags(), '-pthread', source, '-o', 'threads.native']],
  });
  const module = make({
    output: 'threads.wasm',
    inputs: [source],
    commands: [
      [
        program('env', 'coreutils'),
        'NODE_PATH=/usr/share/nodejs',
        program('emcc', 'emscripten node-acorn'),
        '-O2',
        '-w',
        '-pthread',
        '-sINITIAL_MEMORY=64MB',
        '-sEXIT_RUNTIME=1',
        source,
        '-o',
        'threads.js',
      ],
    ],
  });
  return { native, ours: compileModule(module, 'threads', '-O2') };
}

/** CPU time of a run, or wall time of one whose threads wait for each other. */
function compare(what: string, time: 'cpu' | 'wall', target: Target | undefined, { rounds }: RunOptions): Outcome[] {
  const { native, ours } = build();
  if (outputOf([native, what]) !== outputOf([ours, what])) throw new Error(`threads ${what}: not what the native program prints`);
  const [reference, samples] = measureUntilSettled(
    [
      [native, what],
      [ours, what],
    ],
    { rounds, pinned: time === 'cpu' },
  );
  return [
    {
      benchmark: `threads/${what}`,
      metric: time === 'cpu' ? 'CPU' : 'wall',
      unit: 'ns',
      ours: figure(samples, time).least,
      spread: figure(samples, time).spread,
      reference: { name: 'clang', figure: figure(reference, time).least },
      ...(target === undefined ? {} : { target }),
    },
  ];
}

/** Wall time of one thread by that of two, each the least of all rounds. */
function scaling({ rounds }: RunOptions): Outcome[] {
  const { native, ours } = build();
  const commands = [native, ours].flatMap((file) => ['1', '2'].map((threads) => [file, 'work', threads]));
  if (new Set(commands.map((command) => outputOf(command))).size !== 1) throw new Error('threads work: the programs print different things');
  const walls = measureUntilSettled(commands, { rounds, pinned: false }).map((samples) => figure(samples, 'wall'));
  const [one, two, oneOurs, twoOurs] = walls.map(({ least }) => least);
  return [
    {
      benchmark: 'threads/work',
      metric: 'two threads against one',
      unit: 'share',
      ours: oneOurs! / twoOurs!,
      spread: walls[3]!.spread,
      reference: { name: 'clang', figure: one! / two! },
      target: SCALING,
    },
  ];
}

const rows: readonly (readonly [what: string, time: 'cpu' | 'wall', target: Target | undefined, help: string])[] = [
  ['mutex', 'cpu', COST, 'lock and unlock of a mutex that no other thread wants'],
  ['tls', 'cpu', COST, 'thread-local variables through calls'],
  ['contended', 'wall', undefined, 'lock and unlock of a mutex that two threads want'],
  ['switch', 'wall', undefined, 'two threads in turn, by a condition variable'],
  ['create', 'wall', undefined, 'threads that end at once, one after the other'],
];

export const threadsBenchmarks: readonly Benchmark[] = [
  ...rows.map(
    ([what, time, target, help]): Benchmark => ({
      name: `threads/${what}`,
      help: `${help}; clang -pthread against emcc -pthread, both -O2`,
      run: (options) => compare(what, time, target, options),
    }),
  ),
  { name: 'threads/work', help: 'a computation by two threads against one', run: scaling },
];
