// Runs lld once, with its inputs as files in a working directory that the caller owns and removes.

import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LinkError } from './errors.js';
import type { Lld } from './find-lld.js';

/** An object: its bytes, or the path of a file that has them. */
export type ObjectInput = Uint8Array | string;

/** Write objects that are in memory to `STEM-N.o`; the paths of all, in order. */
export async function objectPaths(objects: readonly ObjectInput[], workDirectory: string, stem = 'part'): Promise<string[]> {
  const paths: string[] = [];
  for (const [index, object] of objects.entries()) {
    if (typeof object === 'string') {
      paths.push(object);
      continue;
    }
    const path = join(workDirectory, `${stem}-${index}.o`);
    await writeFile(path, object);
    paths.push(path);
  }
  return paths;
}

/** A path as a word of lld's command line: absolute, so that none is taken for an option (`-x`) or a file of options (`@x`). */
export function filePath(path: string): string {
  return resolve(path);
}

/** Run lld to its end; throws `LinkError` with lld's messages. */
export async function runLld(lld: Lld, args: readonly string[]): Promise<void> {
  const stderr: Buffer[] = [];
  const status = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    const child = spawn(lld.path, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? code));
  });
  if (status === 0) return;
  const details = Buffer.concat(stderr)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  // lld's own errors begin with `error:`, those of LLVM's output streams with `LLVM ERROR:`.
  const first = details.map((line) => /error: (.*)/i.exec(line)?.[1]).find((message) => message !== undefined);
  throw new LinkError(first ?? `lld ended with ${status ?? 'no status'}`, details);
}
