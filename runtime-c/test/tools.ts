// What the runtime's tests share: paths from the project's root, running programs, the archive.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

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

/** The runtime archive for x86-64, built if there is none. */
export function archivePath(): string {
  const path = projectPath('build/runtime/x86_64/libw2e.a');
  if (existsSync(path)) return path;
  const built = run(projectPath('runtime-c/build.sh'), ['x86_64']);
  if (built.status !== 0) throw new Error(built.stderr);
  return path;
}

const clang = findTool('clang-22', 'clang-19', 'clang');
const lld = findTool('ld.lld-22', 'ld.lld-19', 'ld.lld');

/** Whether buildModule works and what it builds runs. */
export const canBuildModule = process.arch === 'x64' && process.platform === 'linux' && clang !== undefined && lld !== undefined;

/** Builds module.c with definitions such as `-DABI_FLAGS=1` and links it with the runtime into an executable. */
export function buildModule(executable: string, definitions: readonly string[]): void {
  const object = `${executable}.o`;
  const runtime = projectPath('runtime-c');
  const flags = '--target=x86_64-linux-gnu -std=c11 -O1 -ffreestanding -fno-builtin -fno-pic -fno-stack-protector -fasynchronous-unwind-tables -nostdinc';
  const include = [`-I${runtime}/include`, `-I${runtime}/arch/x86_64`];
  const compiled = run(clang ?? '', [...flags.split(' '), ...include, ...definitions, '-c', `${runtime}/test/module.c`, '-o', object]);
  if (compiled.status !== 0) throw new Error(compiled.stderr);
  const linked = run(lld ?? '', ['-static', '--gc-sections', '--eh-frame-hdr', '-T', `${runtime}/test/link.ld`, object, archivePath(), '-o', executable]);
  if (linked.status !== 0) throw new Error(linked.stderr);
}
