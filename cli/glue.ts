// Finds the JavaScript glue of a module, and gives a module with minified names those that it has there.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { providerOfName } from '../codegen/plan/resolve-imports.js';
import { isEmAsm, ofSanitizers } from '../codegen/plan/sanitizers.js';
import { readsSanitizerOptionsOnly } from '../frontend/glue/em-asm.js';
import { GlueError } from '../frontend/glue/errors.js';
import { findNames } from '../frontend/glue/names.js';
import { withNames } from '../frontend/glue/rename.js';
import { parseSyntax, type Syntax } from '../frontend/glue/syntax.js';
import type { WasmModule } from '../frontend/module.js';
import { FileError, systemErrorCode, systemErrorText } from './errors.js';

/** A file of JavaScript, parsed. */
export interface Glue {
  readonly file: string;
  readonly syntax: Syntax;
}

/** What came of it. */
export interface Named {
  readonly module: WasmModule;
  /** What has the names, if it was needed and found. */
  readonly glue: Glue | undefined;
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
  if (given !== undefined) return named(module, given, readGlue(given));
  if (path === '-') return { module, glue: undefined, problem: noGlue };
  const problems: string[] = [];
  const found: Named[] = [];
  for (const { file, text } of candidates(path, module.imports.length > 0)) {
    try {
      found.push(named(module, file, text));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      problems.push(`${basename(file)} ${error.message}`);
    }
  }
  const [only] = found;
  // A link can be there in several forms.
  if (only !== undefined && found.every((other) => haveSameNames(other.module, only.module))) return only;
  if (found.length > 1) problems.push(`${found.map(({ glue }) => basename(glue?.file ?? '')).join(' and ')} both have names for them`);
  return { module, glue: undefined, problem: problems[0] ?? noGlue };
}

function haveSameNames(one: WasmModule, other: WasmModule): boolean {
  const names = ({ imports, exports }: WasmModule): string =>
    JSON.stringify([imports.map((entry) => [entry.module, entry.name]), exports.map(({ name }) => name)]);
  return names(one) === names(other);
}

/** The problem where there is no file. */
export const noGlue = 'no JavaScript of Emscripten beside it has them';

function named(module: WasmModule, file: string, text: string): Named {
  try {
    const syntax = parseSyntax(text);
    return { module: withNames(module, findNames(syntax, module), providerOfName), glue: { file, syntax }, problem: undefined };
  } catch (error) {
    throw glueError(file, error);
  }
}

/** What is thrown for a failure to read a file of JavaScript. */
export function glueError(file: string, error: unknown): unknown {
  return error instanceof GlueError ? new FileError(codes[error.kind], file, error.message, hints[error.kind]) : error;
}

const codes = { syntax: 'W2E-J001', foreign: 'W2E-J002', renamed: 'W2E-J002', layout: 'W2E-J005' } as const satisfies Record<GlueError['kind'], string>;

const hints: Readonly<Record<GlueError['kind'], string>> = {
  syntax: 'it has to be the file that Emscripten wrote beside the module',
  foreign: 'it has to be the file that Emscripten wrote in the same link as the module',
  renamed: 'link without --closure',
  layout: 'it has to be the file that Emscripten wrote in the same link as the module',
};

interface GlueText {
  readonly file: string;
  readonly text: string;
}

/** Files of the module's folder that may be its glue: those of the same name, else, if `search`, those that name the module. */
function candidates(path: string, search: boolean): GlueText[] {
  const sameName = filesOfName(path);
  if (sameName.length > 0 || !search) return sameName.flatMap(readText);
  const folder = dirname(path);
  return listFolder(folder)
    .filter((file) => suffixes.some((suffix) => file.endsWith(suffix)))
    .slice(0, MOST_FILES)
    .flatMap((file) => readText(join(folder, file)).filter(({ text }) => text.includes(basename(path))));
}

function filesOfName(path: string): string[] {
  const stem = join(dirname(path), basename(path).replace(/\.wasm$/, ''));
  return suffixes.map((suffix) => stem + suffix).filter((file) => existsSync(file));
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return [];
  }
}

/** A file with its text, none where there is none to be read. */
function readText(file: string): GlueText[] {
  try {
    return [{ file, text: readGlue(file) }];
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}

/** A module with EM_ASM, which is the sanitizers' if its glue, the known one or that beside it, says so. Throws `FileError`. */
export function nameSanitizers(path: string, module: WasmModule, known: Glue | undefined): WasmModule {
  if (!module.imports.some(isEmAsm)) return module;
  const glue = known ?? (path === '-' ? undefined : glueBeside(path));
  return glue !== undefined && readsSanitizerOptionsOnly(glue.syntax) ? ofSanitizers(module, () => true) : module;
}

/** The glue beside a module that has its name, undefined where that is JavaScript of something else. */
export function glueBeside(path: string): Glue | undefined {
  const [file] = filesOfName(path);
  if (file === undefined) return undefined;
  try {
    return { file, syntax: parseSyntax(readGlue(file)) };
  } catch (error) {
    if (error instanceof GlueError) return undefined;
    throw error;
  }
}

/** The text of a glue; throws `FileError`. */
function readGlue(file: string): string {
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
