// Finds ld.lld, version 19 or newer, on PATH.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { MissingToolError } from './errors.js';

/** Oldest lld whose linker scripts and output are tested. */
export const minimumLldVersion = 19;

/** Looked for in this order; the unversioned name is asked for its version. */
const candidates = ['ld.lld-22', 'ld.lld-21', 'ld.lld-20', 'ld.lld-19', 'ld.lld'] as const;

/** Debian packages with lld, the preferred one first. */
export const lldPackages = ['lld-19', 'lld-22'] as const;

/** A usable linker. */
export interface Lld {
  readonly path: string;
  readonly majorVersion: number;
}

/** The first usable lld on `searchPath`; throws `MissingToolError`. */
export function findLld(searchPath: string = process.env.PATH ?? ''): Lld {
  for (const name of candidates) {
    const path = onPath(name, searchPath);
    if (path === undefined) continue;
    const majorVersion = versionOf(path, name);
    if (majorVersion >= minimumLldVersion) return { path, majorVersion };
  }
  throw new MissingToolError(`ld.lld ${minimumLldVersion} or newer`, lldPackages);
}

function onPath(name: string, searchPath: string): string | undefined {
  for (const directory of searchPath.split(delimiter)) {
    if (directory === '') continue;
    const path = join(directory, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here: the next directory.
    }
  }
  return undefined;
}

function versionOf(path: string, name: string): number {
  const suffix = /-(\d+)$/.exec(name);
  if (suffix?.[1] !== undefined) return Number(suffix[1]);
  const answer = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout;
  return Number(/LLD (\d+)/.exec(answer ?? '')?.[1] ?? 0);
}
