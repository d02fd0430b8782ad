// Finds the JavaScript glue of a module, and gives a module with minified names those that it has there.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { providerOfName } from '../codegen/plan/resolve-imports.js';
import { GlueError } from '../frontend/glue/errors.js';
import { findNames } from '../frontend/glue/names.js';
import { withNames } from '../frontend/glue/rename.js';
import { parseSyntax } from '../frontend/glue/syntax.js';
import type { WasmModule } from '../frontend/module.js';
import { FileError, systemErrorCode, systemErrorText } from './errors.js';

/** What came of it. */
export interface Named {
  readonly module: WasmModule;
  /** The file that has the names, if one was needed and found. */
  readonly file: string | undefined;
  /** Why names are still minified. */
  readonly problem: string | undefined;
}

const suffixes = ['.js', '.mjs', '.cjs'];

/** Bytes of the largest file that is read. */
const MOST_BYTES = 1 << 26;
/** Files beside a module that are looked into. */
const MOST_FILES = 1000;

/**
 * A module with minified names, or with a glue that is given, under the names of its glue: of the file that is given, else of the one beside it.
 * Throws `FileError` where a given file has no such names.
 */
export function nameByGlue(path: string, module: WasmModule, given: string | undefined): Named {
  if (given !== undefined) return { module: renamed(module, readGlue(given), given), file: given, problem: undefined };
  if (path === '-') return { module, file: undefined, problem: noGlue };
  const problems: string[] = [];
  const found: { readonly file: string; readonly module: WasmModule }[] = [];
  for (const file of candidates(path, module.imports.length > 0)) {
    try {
      const text = readText(file);
      if (text !== undefined) found.push({ file, module: renamed(module, text, file) });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      problems.push(`${basename(file)} ${error.message}`);
    }
  }
  const [only] = found;
  if (only !== undefined && found.length === 1) return { ...only, problem: undefined };
  if (found.length > 1) problems.push(`${found.map(({ file }) => basename(file)).join(' and ')} both have names for them`);
  return { module, file: undefined, problem: problems[0] ?? noGlue };
}

const noGlue = 'no JavaScript of Emscripten beside it has them';

function renamed(module: WasmModule, text: string, file: string): WasmModule {
  try {
    return withNames(module, findNames(parseSyntax(text), module), providerOfName);
  } catch (error) {
    if (error instanceof GlueError) throw new FileError(error.kind === 'syntax' ? 'W2E-J001' : 'W2E-J002', file, error.message, hints[error.kind]);
    throw error;
  }
}

const hints: Readonly<Record<GlueError['kind'], string>> = {
  syntax: 'it has to be the file that Emscripten wrote beside the module',
  foreign: 'it has to be the file that Emscripten wrote in the same link as the module',
  renamed: 'link without --closure',
};

/** Files of the module's folder that may be its glue: that of the same name, else, if `search`, those that name the module. */
function candidates(path: string, search: boolean): string[] {
  const folder = dirname(path);
  const stem = basename(path).replace(/\.wasm$/, '');
  const sameName = suffixes.map((suffix) => join(folder, stem + suffix)).filter((file) => existsSync(file));
  if (sameName.length > 0 || !search) return sameName;
  return listFolder(folder)
    .filter((file) => suffixes.some((suffix) => file.endsWith(suffix)))
    .slice(0, MOST_FILES)
    .map((file) => join(folder, file))
    .filter((file) => readText(file)?.includes(basename(path)));
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return [];
  }
}

/** The text of a file; undefined where there is none to be read. */
function readText(file: string): string | undefined {
  try {
    const stats = statSync(file);
    return stats.isFile() && stats.size <= MOST_BYTES ? readFileSync(file, 'utf8') : undefined;
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return undefined;
  }
}

/** The glue beside a module that has its name. */
export function glueBeside(path: string): string | undefined {
  return candidates(path, false)[0];
}

/** The text of a glue; throws `FileError`. */
export function readGlue(file: string): string {
  try {
    const stats = statSync(file);
    if (!stats.isFile()) throw new FileError('W2E-I002', file, 'is no file');
    if (stats.size > MOST_BYTES) throw new FileError('W2E-I006', file, `is larger than ${MOST_BYTES >> 20} MiB, the most that is read of JavaScript`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    throw new FileError('W2E-I001', file, `cannot be read: ${systemErrorText(code)}`);
  }
}
