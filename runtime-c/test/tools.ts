// What the runtime's tests share: paths from the project's root, running programs, the archive.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isObserved, observe } from '../../fixtures/harness.js';
import { type TestTarget, writeEmulatorScript } from '../../fixtures/targets.js';

/** Absolute path of a file given from the project's root. */
export function projectPath(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}

/** Output and exit status of a finished program. */
export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

/** Where and with what a program runs, besides its arguments. */
export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string;
}

/** Runs a program to its end. `environment` is added to this process's own. */
export function run(program: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}, options: RunOptions = {}): Finished {
  const { stdout, stderr, status } = spawnSync(program, [...args], { ...options, encoding: 'utf8', env: { ...process.env, ...environment } });
  return { stdout, stderr, status };
}

/** The first of these tools that is installed. */
export function findTool(...names: string[]): string | undefined {
  return names.find((name) => spawnSync(name, ['--version']).status === 0);
}

/** An architecture's runtime archive (`variant`: of that kind), built if there is none. */
export function archivePath(arch: string, variant = ''): string {
  const path = projectPath(`build/runtime/${arch}/libw2e${variant}.a`);
  if (existsSync(path)) return path;
  const built = run(projectPath('runtime-c/build.sh'), [arch]);
  if (built.status !== 0) throw new Error(built.stderr);
  return path;
}

const clang = findTool('clang-22', 'clang-19', 'clang');
const lld = findTool('ld.lld-22', 'ld.lld-19', 'ld.lld');

const commonFlags = '-std=c11 -O1 -ffreestanding -fno-builtin -fno-pic -fno-stack-protector -fasynchronous-unwind-tables -nostdinc'.split(' ');

/** Whether buildModule works. */
export const canBuildModule = clang !== undefined && lld !== undefined;

/** Compiles a C source against the runtime's headers, with definitions such as `-DABI_FLAGS=1`, and links it with a runtime archive. */
export function linkWithRuntime(program: string, source: string, definitions: readonly string[], arch: string, variant: string): void {
  const object = `${program}.o`;
  const runtime = projectPath('runtime-c');
  const flags = [...readFileSync(`${runtime}/arch/${arch}/flags.txt`, 'utf8').trim().split(/\s+/), ...commonFlags];
  const include = [
    `-I${runtime}/include`,
    `-I${runtime}/host`,
    `-I${runtime}/include/executable`,
    `-I${runtime}/${variant === '-checked' ? 'checked' : 'include/unchecked'}`,
    `-I${runtime}/include/alone`,
    `-I${runtime}/arch/${arch}`,
  ];
  const compiled = run(clang ?? '', [...flags, ...include, ...definitions, '-c', source, '-o', object]);
  if (compiled.status !== 0) throw new Error(compiled.stderr);
  const linked = run(lld ?? '', [
    '-static',
    '--gc-sections',
    '--eh-frame-hdr',
    '-T',
    `${runtime}/test/link.ld`,
    object,
    archivePath(arch, variant),
    '-o',
    program,
  ]);
  if (linked.status !== 0) throw new Error(linked.stderr);
}

/** Builds module.c, or another of these modules, into an executable, or what emulates or observes it. */
export function buildModule(executable: string, definitions: readonly string[], target: TestTarget, module = 'module.c'): void {
  const observed = isObserved(target);
  const program = target.emulator.length === 0 && !observed ? executable : `${executable}.elf`;
  linkWithRuntime(program, projectPath(`runtime-c/test/${module}`), definitions, target.arch, observed ? '-checked' : '');
  if (observed) symlinkSync(observe(program), executable);
  else if (program !== executable) writeEmulatorScript(target, program, executable);
}
