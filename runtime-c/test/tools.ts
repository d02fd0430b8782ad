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
