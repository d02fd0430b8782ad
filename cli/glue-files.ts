// Files that Emscripten's glue knows of: the package beside a module (`app.data`), and the table inside one whose names are minified.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findEmbeddedTable, findPackages, type FilePackage } from '../frontend/glue/files.js';
import { type EmbeddedFile, mostEmbeddedBytes } from '../linker/embedded-files.js';
import { guestPath } from './embed.js';
import { FileError, systemErrorCode, systemErrorText } from './errors.js';
import { type Glue, glueBeside } from './glue.js';

export interface GlueFiles {
  readonly files: readonly EmbeddedFile[];
  /** Address of the table in the module. */
  readonly table: number | undefined;
  /** A package that the glue loads and that is not there. */
  readonly missing: string | undefined;
}

const none: GlueFiles = { files: [], table: undefined, missing: undefined };

/**
 * Looks into a glue that is known, else into that beside a module with a package beside it. Throws `FileError` where the package is not the
 * one that the glue describes.
 */
export function filesOfGlue(path: string, known: Glue | undefined): GlueFiles {
  if (path === '-' && known === undefined) return none;
  const data = `${(path === '-' ? known!.file : path).replace(/\.(wasm|js|mjs|cjs)$/, '')}.data`;
  const glue = known ?? (existsSync(data) ? glueBeside(path) : undefined);
  if (glue === undefined) return none;
  const packages = findPackages(glue.syntax);
  const table = findEmbeddedTable(glue.syntax);
  const [only] = packages;
  if (only === undefined) return { ...none, table };
  const file = existsSync(data) ? data : join(dirname(glue.file), basename(data));
  if (!existsSync(file)) return { ...none, table, missing: file };
  if (packages.length > 1) throw unfit(file, `${basename(glue.file)} loads ${packages.length} packages, and only one can be taken`);
  return { files: unpack(only, file, basename(glue.file)), table, missing: undefined };
}

function unpack({ files, size, compressed, wellFormed }: FilePackage, file: string, name: string): EmbeddedFile[] {
  const bytes = readPackage(file);
  if (compressed) throw unfit(file, `${name} says that it is compressed`, 'make it without -sLZ4');
  if (!wellFormed) throw unfit(file, `${name} describes a file that is not in it`);
  if (bytes.length !== size)
    throw unfit(file, `has ${bytes.length} bytes, and ${name} says ${size}`, 'it has to be the file that Emscripten wrote in the same link');
  return files.map(({ path, start, end }) => {
    const guest = guestPath(path);
    if (guest === undefined || guest === '/' || path.includes('\0') || start > end || end > size)
      throw unfit(file, `${name} describes a file that is not in it`);
    return { path: guest, contents: bytes.subarray(start, end) };
  });
}

function readPackage(file: string): Buffer {
  try {
    const { size } = statSync(file);
    if (size > mostEmbeddedBytes) throw new FileError('W2E-I008', file, `is larger than ${mostEmbeddedBytes / 2 ** 20} MiB, the most that can be embedded`);
    return readFileSync(file);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    throw new FileError('W2E-I007', file, `cannot be read: ${systemErrorText(code)}`);
  }
}

function unfit(file: string, why: string, hint?: string): FileError {
  return new FileError('W2E-J003', file, why, hint);
}
