// Instructions executed on arm64: the same source through clang for arm64 and through Emscripten and our compiler, both
// run by qemu's user mode emulation with a plugin that counts. The number is the same on every machine and in every run.
// Beside each program's number lies the count per block, build/bench/NAME.arm64.*.blocks.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark } from './benchmark.js';
import type { Outcome } from './outcome.js';
import { kernelModule, kernelSource, kernels, luaArguments, nativeLua, nativeSqlite, sqliteArguments } from './programs.js';
import { Missing, builtModule, clang, compileModule, findProgram, make, outputOf, program, root } from './workspace.js';

/** At most 1.15 times the instructions of native code. */
const TARGET = { of: 'ratio', atMost: 1.15 } as const;
const SIZE_TARGET = { of: 'figure', atMost: 24 * 1024 } as const;

const OURS = ['--target=aarch64-linux'];

/** clang for arm64, static; contraction is off because Wasm rounds twice. */
function compiler(level: string): string[] {
  if (!existsSync('/usr/aarch64-linux-gnu/lib/libc.a'))
    throw new Missing('a C library for arm64 is missing: apt install gcc-aarch64-linux-gnu libc6-dev-arm64-cross');
  return [clang(), '--target=aarch64-linux-gnu', level, '-ffp-contract=off', '-static'];
}

function plugin(): string {
  const cc = findProgram('cc') ?? clang();
  const source = join(root, 'bench/count-instructions.c');
  return make({ output: 'count-instructions.so', inputs: [source], commands: [[cc, '-O2', '-shared', '-fPIC', '-o', 'count-instructions.so', source]] });
}

/** Runs a program to its end; its output, and how many instructions it executed. */
function count(command: readonly string[]): { output: string; instructions: number } {
  // Debian's static build of the emulator cannot load plugins.
  const emulator = program('qemu-aarch64', 'qemu-user');
  const [executable = '', ...args] = command;
  const numbers = `${executable}.instructions`;
  const output = outputOf([emulator, '-plugin', `${plugin()},output=${numbers},blocks=${executable}.blocks`, executable, ...args]);
  return { output, instructions: Number(readFileSync(numbers, 'utf8')) };
}

function compare(benchmark: string, native: readonly string[], ours: readonly string[]): Outcome {
  const reference = count(native);
  const measured = count(ours);
  if (measured.output !== reference.output) throw new Error(`${ours.join(' ')}: not the output of ${native.join(' ')}`);
  return {
    benchmark,
    metric: 'instructions',
    unit: 'instructions',
    ours: measured.instructions,
    spread: 0,
    reference: { name: 'clang', figure: reference.instructions },
    target: TARGET,
  };
}

function kernel(name: string, help: string): Benchmark {
  const benchmark = `arm64/${name}`;
  return {
    name: benchmark,
    help: `${help}; instructions executed, native clang against Wasm of Emscripten, both -O3`,
    run() {
      const output = `${name}.arm64.native`;
      const source = kernelSource(name);
      const native = make({ output, inputs: [source], commands: [[...compiler('-O3'), source, '-lm', '-o', output]] });
      return [compare(benchmark, [native], [compileModule(kernelModule(name, '-O3'), `${name}.arm64`, '-O3', OURS)])];
    },
  };
}

const lua: Benchmark = {
  name: 'arm64/lua',
  help: 'Lua 5.4 running bench/scripts/mixed.lua; instructions executed',
  run: () => [
    compare(
      'arm64/lua',
      [nativeLua('lua.arm64.native', compiler('-O3')), ...luaArguments],
      [compileModule(builtModule('lua', 'lua'), 'lua.arm64', '-O3', OURS), ...luaArguments],
    ),
  ],
};

const sqlite: Benchmark = {
  name: 'arm64/sqlite',
  help: 'SQLite in memory running bench/scripts/speed.sql; instructions executed',
  run() {
    program('tclsh', 'tcl');
    return [
      compare(
        'arm64/sqlite',
        [nativeSqlite('sqlite.arm64.native', compiler('-O2')), ...sqliteArguments],
        [compileModule(builtModule('sqlite3', 'sqlite'), 'sqlite.arm64', '-O2', OURS), ...sqliteArguments],
      ),
    ];
  },
};

// biome-ignore format: a row is a line
const hello: Benchmark = {
  name: 'arm64/hello',
  help: 'size of hello for arm64',
  run: () => ['standalone', 'stock'].map((form): Outcome => ({
    benchmark: `arm64/hello.${form}`, metric: 'file size', unit: 'bytes', spread: 0, target: SIZE_TARGET,
    ours: statSync(compileModule(join(root, 'fixtures/programs', `hello.${form}.wasm`), `hello.${form}.arm64`, '-O2', OURS)).size,
  })),
};

/** One row per program. */
export const arm64Benchmarks: readonly Benchmark[] = [...kernels.map(([name, help]) => kernel(name, help)), lua, sqlite, hello];
