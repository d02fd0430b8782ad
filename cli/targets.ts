// The targets by name. A back end is loaded when it is asked for; one that is not built yet is listed as such.

import { existsSync } from 'node:fs';
import type { Target } from '../codegen/target.js';
import { UsageError } from './errors.js';

/** A target that the command line knows. */
export interface TargetRow {
  readonly name: string;
  /** Other spellings that people type. */
  readonly aliases: readonly string[];
  /** Node's name for a machine of that kind. */
  readonly hostArch: string;
  /** Folder of the back end; its `target.ts` exports one `Target`. */
  readonly folder: string;
}

// biome-ignore format: a row is a line
export const targetTable: readonly TargetRow[] = [
  {
    name: 'x86_64-linux',
    aliases: ['x86_64', 'x86-64', 'x64', 'amd64', 'x86_64-linux-gnu', 'x86_64-linux-musl', 'x86_64-unknown-linux-gnu', 'x86_64-pc-linux-gnu', 'x86_64-unknown-linux-musl'],
    hostArch: 'x64',
    folder: 'backend-x64',
  },
  {
    name: 'aarch64-linux',
    aliases: ['aarch64', 'arm64', 'arm64-linux', 'aarch64-linux-gnu', 'aarch64-linux-musl', 'aarch64-unknown-linux-gnu', 'aarch64-unknown-linux-musl'],
    hostArch: 'arm64',
    folder: 'backend-arm64',
  },
];

function moduleUrl(row: TargetRow): URL {
  return new URL(`../${row.folder}/target.js`, import.meta.url);
}

/** Whether the back end is there. */
export function isAvailable(row: TargetRow): boolean {
  return existsSync(moduleUrl(row));
}

/** The row for a name or alias; for no name, the row of this machine. Throws `UsageError`. */
export function findTarget(name: string | undefined): TargetRow {
  const row =
    name === undefined
      ? targetTable.find(({ hostArch }) => hostArch === process.arch)
      : targetTable.find((candidate) => candidate.name === name || candidate.aliases.includes(name));
  const known = targetTable.filter(isAvailable).map((candidate) => candidate.name);
  if (row === undefined) throw new UsageError(`unknown target: ${name ?? process.arch}`, `one of ${known.join(', ')}`);
  if (!isAvailable(row)) throw new UsageError(`target ${row.name} is not yet available`, `one of ${known.join(', ')}`);
  return row;
}

/** Load the back end's `Target`. */
export async function loadTarget(row: TargetRow): Promise<Target> {
  const exported: unknown = await import(moduleUrl(row).href);
  const target = Object.values(exported as Record<string, unknown>).find(isTarget);
  if (target === undefined) throw new Error(`${row.folder} exports no target`);
  return target;
}

function isTarget(value: unknown): value is Target {
  return typeof value === 'object' && value !== null && 'triple' in value && 'memoryBase' in value;
}

/** The text of `--target=help`. */
export function targetList(): string {
  return targetTable.map((row) => `${row.name.padEnd(16)}${isAvailable(row) ? row.aliases.slice(0, 4).join(', ') : 'not yet available'}\n`).join('');
}
