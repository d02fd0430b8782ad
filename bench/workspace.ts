// Where things are, which programs of the system there are, and results of builds that are kept from run to run in
// build/bench: rebuilt when the command, an input or the compiler changed.

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const work = join(root, 'build/bench');
const compilerMain = join(root, 'dist/cli/wasm2elf.js');

/** The optimization levels of which native, Emscripten and our compiler all have one. */
export type Level = '-O2' | '-O3';

/** Thrown when a benchmark cannot run; the message says what is missing and how to get it. */
export class Missing extends Error {}

/** Absolute path of a program, looked up in PATH and in the system's folders for daemons. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Path of a program, or `Missing` with the Debian package to install. */
export function program(name: string, debianPackage: string): string {
  const path = findProgram(name);
  if (path === undefined) throw new Missing(`${name} is missing: apt install ${debianPackage}`);
  return path;
}

/** The native compiler that everything is compared with. */
export function clang(): string {
  const found = ['clang-19', 'clang-20', 'clang-21', 'clang-22'].flatMap((name) => findProgram(name) ?? []);
  if (found[0] === undefined) throw new Missing('clang-19 is missing: apt install clang-19');
  return found[0];
}

/** Flags that give native code the CPU that our compiler assumes by default. */
export function nativeFlags(): string[] {
  return process.arch === 'x64' ? ['-march=x86-64-v2'] : [];
}

/** Where a real module may be: built by fixtures/NAME/build.sh with known flags, or in the collection beside the project. */
function moduleCandidates(name: string, fixture: string): [built: string, shared: string] {
  return [join(root, 'build/fixtures', fixture, `${name}.wasm`), join(root, '../shared/wasm', `${name}.wasm`)];
}

function firstModule(candidates: readonly string[], fixture: string): string {
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined) throw new Missing(`${candidates[0] ?? fixture} is missing: run fixtures/${fixture}/build.sh`);
  return found;
}

/** A real module, from the collection if it is there: the same one everywhere. */
export function realModule(name: string, fixture: string): string {
  return firstModule(moduleCandidates(name, fixture).reverse(), fixture);
}

/** A real module for a comparison with a native build of the same source and flags, if it was built here. */
export function builtModule(name: string, fixture: string): string {
  return firstModule(moduleCandidates(name, fixture), fixture);
}

function newest(folder: string, skip: string): number {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !path.startsWith(skip)) latest = Math.max(latest, statSync(path).mtimeMs);
  }
  return latest;
}

let stamp: string | undefined;
/** Changes whenever the compiler or its runtime was rebuilt. */
function compilerStamp(): string {
  const runtime = join(root, 'build/runtime');
  stamp ??= `${newest(join(root, 'dist'), join(root, 'dist/bench'))} ${existsSync(runtime) ? newest(runtime, 'none') : 0}`;
  return stamp;
}

export interface Recipe {
  /** File to make, relative to build/bench. */
  readonly output: string;
  /** Files whose content decides whether it must be made again. */
  readonly inputs: readonly string[];
  /** Commands that make it, run in build/bench; the last one writes `output`. */
  readonly commands: readonly (readonly string[])[];
  /** Anything else that decides. */
  readonly salt?: string;
}

/** Runs a recipe unless its result is up to date; returns the absolute path of the result. */
export function make(recipe: Recipe): string {
  const output = join(work, recipe.output);
  const hash = createHash('sha256').update(JSON.stringify([recipe.commands, recipe.salt ?? '']));
  for (const input of recipe.inputs) hash.update(readFileSync(input));
  const key = hash.digest('hex');
  const keyFile = `${output}.key`;
  if (existsSync(output) && existsSync(keyFile) && readFileSync(keyFile, 'utf8') === key) return output;
  mkdirSync(dirname(output), { recursive: true });
  rmSync(keyFile, { force: true });
  for (const [command = '', ...args] of recipe.commands) {
    const run = spawnSync(command, args, { cwd: work, encoding: 'utf8', maxBuffer: 2 ** 26 });
    if (run.error) throw run.error;
    if (run.status !== 0) throw new Error(`${command} ${args.join(' ')}: status ${run.status}\n${run.stderr.slice(-2000)}`);
  }
  writeFileSync(keyFile, key);
  return output;
}

/** Command line of our compiler, for `measure` and `make`. */
export function ourCompiler(...args: string[]): string[] {
  if (!existsSync(compilerMain)) throw new Missing('the compiler is not built: run ./wasm2elf --version once');
  return [process.execPath, '--disable-warning=ExperimentalWarning', compilerMain, ...args];
}

/** Compiles a module with our compiler, unless that was done; returns the executable. */
export function compileModule(module: string, name: string, level: Level, flags: readonly string[] = []): string {
  const output = `${name}.ours`;
  return make({ output, inputs: [module], commands: [ourCompiler(module, level, '-q', ...flags, '-o', join(work, output))], salt: compilerStamp() });
}

/** Standard output of a command that must succeed. */
export function outputOf(command: readonly string[], input = ''): string {
  const [file = '', ...args] = command;
  return execFileSync(file, args, { cwd: work, input, encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['pipe', 'pipe', 'pipe'] });
}
