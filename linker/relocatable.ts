// The parts of a module → one relocatable object (`-c`). Nothing is dropped and no name changes: the object
// still has to be linked with the runtime, and the names keep the suffix that keeps them apart from it.

import { copyFile, stat, writeFile } from 'node:fs/promises';
import { findLld } from './find-lld.js';
import { objectPaths, type ObjectInput, runLld } from './run-lld.js';
import type { LinkTarget } from './target.js';

/** What goes into an object file. */
export interface RelocatableInput {
  readonly target: LinkTarget;
  readonly objects: readonly ObjectInput[];
  readonly output: string;
  /** An existing directory for the parts; the caller removes or keeps it. */
  readonly workDirectory: string;
  /** Called with the command line before lld runs. */
  readonly onCommand?: (command: readonly string[]) => void;
}

/** Write the object file; its size in bytes. A single part needs no linker. */
export async function linkRelocatable(input: RelocatableInput): Promise<number> {
  const [first, ...others] = input.objects;
  if (first === undefined) throw new Error('no objects to combine');
  if (others.length === 0) {
    await (typeof first === 'string' ? copyFile(first, input.output) : writeFile(input.output, first));
  } else {
    const lld = findLld();
    const parts = await objectPaths(input.objects, input.workDirectory);
    const args = ['-m', input.target.lldEmulation, '-r', '--no-mmap-output-file', '-o', input.output, ...parts];
    input.onCommand?.([lld.path, ...args]);
    await runLld(lld, args);
  }
  return (await stat(input.output)).size;
}
