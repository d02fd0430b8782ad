// The programs whose speed is compared: those of bench/programs, one C file each and nothing but the C library, and
// real ones, whose native form is built from Debian's source package with the flags of fixtures/NAME/build.sh.

import { writeFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Missing, clang, compileModule, make, nativeFlags, program, builtModule, root, work, type Level } from './workspace.js';

/** Columns besides native and ours. */
export type Peer = 'wasm2c' | 'V8' | 'g++';

/** What to run: absolute paths and arguments, the same for all but the program itself. */
export interface Built {
  readonly native: readonly string[];
  readonly ours: readonly string[];
  readonly peers: Partial<Record<Peer, readonly string[]>>;
  readonly input?: string;
}

export interface Subject {
  readonly name: string;
  readonly help: string;
  readonly levels: readonly Level[];
  build(level: Level, withPeers: boolean): Built;
}

/** Programs of one C file, and what each does. */
export const kernels: readonly (readonly [name: string, help: string])[] = [
  ['core', 'lists, small integer matrices, a state machine and CRC-16, as in benchmarks of embedded cores'],
  ['sieve', 'byte stores with variable stride'],
  ['nbody', 'scalar doubles with square roots'],
  ['fannkuch', 'short loops over small arrays'],
  ['mandelbrot', 'a chain of doubles without memory'],
  ['sha256', 'rotations and a schedule of words'],
  ['sort', 'quicksort through a comparison function pointer'],
  ['json', 'byte scanning and branches'],
  ['matrix', 'product of matrices of doubles'],
  ['stencil', 'five-point stencil of doubles'],
  ['heat', 'seven-point stencil of doubles in space, by pointer and index'],
  ['paths', 'shortest paths between all pairs, integers'],
  ['dispatch', 'one indirect call per step'],
  ['tree', 'malloc, recursion, free'],
  ['recursion', 'direct calls'],
  ['hash', 'open addressing with 64-bit keys'],
];

/** Static arrays of the programs need more than Emscripten's 16 MiB; the memory does not grow, so V8 and wasm2c need no host for it. */
const emccFlags = ['-sSTANDALONE_WASM', '-sINITIAL_MEMORY=64MB'];

/** What a program has besides one C file. */
interface KernelParts {
  readonly headers?: readonly string[];
  readonly emcc?: readonly string[];
  /** wasm2c does not know its operators. */
  readonly onlyV8?: boolean;
}

/** The source of a kernel. */
export function kernelSource(name: string): string {
  return join(root, 'bench/programs', `${name}.c`);
}

/** A kernel as Wasm by Emscripten. */
export function kernelModule(name: string, level: Level, { headers = [], emcc = [] }: KernelParts = {}): string {
  const source = kernelSource(name);
  const output = `${name}${level}.wasm`;
  return make({ output, inputs: [source, ...headers], commands: [[program('emcc', 'emscripten'), level, ...emccFlags, ...emcc, source, '-o', output]] });
}

function kernel(name: string, help: string, parts: KernelParts = {}): Subject {
  const source = kernelSource(name);
  return {
    name,
    help,
    levels: ['-O2', '-O3'],
    build(level, withPeers) {
      const stem = `${name}${level}`;
      const native = make({
        output: `${stem}.native`,
        inputs: [source, ...(parts.headers ?? [])],
        commands: [[clang(), level, ...nativeFlags(), source, '-lm', '-o', `${stem}.native`]],
      });
      const module = kernelModule(name, level, parts);
      return {
        native: [native],
        ours: [compileModule(module, stem, level)],
        peers: withPeers ? { ...(parts.onlyV8 === true ? {} : wasm2c(module, stem, level)), V8: v8(module) } : {},
      };
    },
  };
}

/** Programs of vector operations, the same source with the intrinsics of WebAssembly and of SSE (programs/vector.h). */
export const vectorSubjects: readonly Subject[] = (
  [
    ['matrix', 'product of matrices of floats in registers'],
    ['blur', 'binomial blur of an image, bytes and 16-bit sums'],
    ['hash', 'multiplications and rotations of 32 bits'],
    ['json', 'classes of bytes by lookups, bit masks of 64 bytes'],
  ] as const
).map(([name, help]) => {
  const subject = kernel(`simd-${name}`, help, { headers: [join(root, 'bench/programs/vector.h')], emcc: ['-msimd128'], onlyV8: true });
  return {
    ...subject,
    name,
    build: (level, withPeers) => {
      if (process.arch !== 'x64') throw new Missing('the native form uses intrinsics of x86');
      return subject.build(level, withPeers);
    },
  };
});

/** One case of programs/throwing.cc. */
function throwing(name: string, help: string): Subject {
  const source = join(root, 'bench/programs/throwing.cc');
  return {
    name,
    help,
    levels: ['-O2'],
    build(level, withPeers) {
      const stem = `throwing-${name}`;
      const build = (output: string, ...command: string[]): string =>
        make({ output, inputs: [source], commands: [[...command, level, `-DCASE=${name}`, source, '-o', output]] });
      const module = build(`${stem}.wasm`, program('em++', 'emscripten'), '-fwasm-exceptions', ...emccFlags);
      return {
        native: [build(`${stem}.native`, clang(), '--driver-mode=g++', ...nativeFlags())],
        ours: [compileModule(module, stem, level)],
        peers: withPeers ? { 'g++': [build(`${stem}.gcc`, program('g++', 'g++'), ...nativeFlags())], V8: v8(module) } : {},
      };
    },
  };
}

/** What exceptions cost; the native form links the system's libgcc. */
export const throwingSubjects: readonly Subject[] = [
  throwing('near', '400,000 throws that are caught one frame away'),
  throwing('far', '20,000 throws that are caught beyond twenty frames with destructors'),
  throwing('guarded', '100 million calls in a try block, nothing thrown'),
  throwing('plain', 'the same calls without a try block'),
];

const wasm2cRuntime = '/usr/share/wabt/wasm2c';

function wasm2c(module: string, stem: string, level: Level): { wasm2c?: string[] } {
  const runtime = join(wasm2cRuntime, 'wasm-rt-impl.c');
  if (!existsSync(runtime)) return {};
  const host = join(root, 'bench/hosts/wasm2c-host.c');
  const folder = `${stem}.wasm2c`;
  mkdirSync(join(work, folder), { recursive: true });
  const output = join(folder, 'program');
  const executable = make({
    output,
    inputs: [module, host, runtime],
    commands: [
      [program('wasm2c', 'wabt'), '-n', 'bench', module, '-o', join(folder, 'bench.c')],
      [clang(), level, ...nativeFlags(), '-w', `-I${folder}`, `-I${wasm2cRuntime}`, join(folder, 'bench.c'), host, runtime, '-lm', '-o', output],
    ],
  });
  return { wasm2c: [executable] };
}

/**
 * All functions compiled by TurboFan before the run, so that tiers stay out of the figure; on one thread, because Node 20
 * crashes now and then when its threads collect garbage next to a long WASI call.
 */
function v8(module: string): string[] {
  const flags = ['--no-warnings', '--no-liftoff', '--no-wasm-lazy-compilation', '--single-threaded'];
  return [process.execPath, ...flags, join(root, 'bench/hosts/node-host.mjs'), module];
}

// --- Real programs -------------------------------------------------------------------------------------------

function debianSource(debianPackage: string): string {
  return `"$(${join(root, 'sdk/debian-source.sh')} ${debianPackage})"`;
}

/** Builds a native program by a shell script that finds compiler and flags in `$CC`; its last command writes `output`. */
function nativeFromSource(output: string, compiler: readonly string[], script: string): string {
  return make({ output, inputs: [], commands: [['bash', '-euc', `CC='${compiler.join(' ')}'\n${script}`]] });
}

/** clang for this machine. */
function nativeCompiler(level: Level): string[] {
  return [clang(), level, ...nativeFlags()];
}

/** Text with the redundancy of a log file, the same every time. */
function logFile(): string {
  const path = join(work, 'log.txt');
  if (existsSync(path)) return path;
  const lines: string[] = [];
  let seed = 1;
  const next = (limit: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return (seed >>> 8) % limit;
  };
  for (let i = 0; i < 60_000; i++) {
    lines.push(
      `10.0.${next(4)}.${next(256)} - - [22/Nov/2026:13:${next(60)}:${next(60)}] "GET /${next(1e6).toString(36)}/page${next(40)} HTTP/1.1" ${next(9) ? 200 : 404} ${next(9e4)}`,
    );
  }
  mkdirSync(work, { recursive: true });
  writeFileSync(path, lines.join('\n'));
  return path;
}

/** Debian's Lua by a native compiler. */
export function nativeLua(output: string, compiler: readonly string[]): string {
  return nativeFromSource(
    output,
    compiler,
    `
      source=${debianSource('lua5.4')}/src
      mkdir -p include
      echo '#define DEB_HOST_MULTIARCH "native"' > include/lua5.4-deb-multiarch.h
      $CC -std=gnu99 -DLUA_USE_POSIX -Iinclude -o ${output} $(ls "$source"/*.c | grep -v '/luac\\.c$') -lm`,
  );
}

/** Debian's SQLite by a native compiler, with the options of fixtures/sqlite/build.sh. */
export function nativeSqlite(output: string, compiler: readonly string[]): string {
  return nativeFromSource(
    output,
    compiler,
    `
      rm -rf sqlite-source
      cp -a ${debianSource('sqlite3')} sqlite-source
      cd sqlite-source
      target=$CC
      CC=cc ./configure --disable-tcl > /dev/null 2>&1
      make CC=cc sqlite3.c shell.c > /dev/null 2>&1
      $target -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_RTREE \\
        -DSQLITE_ENABLE_MATH_FUNCTIONS -o ../${output} shell.c sqlite3.c -lm
      cd .. && rm -rf sqlite-source`,
  );
}

/** Arguments of Lua and SQLite: what they are to work on. */
export const luaArguments: readonly string[] = [join(root, 'bench/scripts/mixed.lua')];
export const sqliteArguments: readonly string[] = [':memory:', `.read ${join(root, 'bench/scripts/speed.sql')}`];

const lua: Subject = {
  name: 'lua',
  help: 'Lua 5.4 running bench/scripts/mixed.lua',
  levels: ['-O3'],
  build(level) {
    const native = nativeLua('lua.native', nativeCompiler(level));
    return { native: [native, ...luaArguments], ours: [compileModule(builtModule('lua', 'lua'), 'lua', level), ...luaArguments], peers: {} };
  },
};

const sqlite: Subject = {
  name: 'sqlite',
  help: 'SQLite in memory running bench/scripts/speed.sql',
  levels: ['-O2'],
  build(level) {
    program('tclsh', 'tcl');
    const native = nativeSqlite('sqlite.native', nativeCompiler(level));
    return { native: [native, ...sqliteArguments], ours: [compileModule(builtModule('sqlite3', 'sqlite'), 'sqlite', level), ...sqliteArguments], peers: {} };
  },
};

function minigzip(name: string, help: string, args: readonly string[], input: (native: string) => string): Subject {
  return {
    name,
    help,
    levels: ['-O3'],
    build(level) {
      const native = nativeFromSource(
        'minigzip.native',
        nativeCompiler(level),
        `
        source=${debianSource('zlib')}
        $CC -D_LARGEFILE64_SOURCE=1 -DHAVE_UNISTD_H -DHAVE_STDARG_H -DHAVE_HIDDEN -I"$source" -o minigzip.native \\
          "$source"/*.c "$source"/test/minigzip.c`,
      );
      const ours = compileModule(builtModule('minigzip', 'minigzip'), 'minigzip', level);
      return { native: [native, ...args], ours: [ours, ...args], peers: {}, input: input(native) };
    },
  };
}

function compressedLog(native: string): string {
  const log = logFile();
  return make({ output: 'log.gz', inputs: [log], commands: [['sh', '-c', `for i in 1 2 3 4; do cat '${log}'; done | '${native}' > log.gz`]] });
}

export const subjects: readonly Subject[] = [
  ...kernels.map(([name, help]) => kernel(name, help)),
  lua,
  sqlite,
  minigzip('deflate', 'zlib compressing at level 6', ['-6'], logFile),
  minigzip('inflate', 'zlib decompressing', ['-d'], compressedLog),
];
