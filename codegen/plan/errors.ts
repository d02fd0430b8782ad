// Why a valid module cannot become a program. Bad modules are `WasmError`, from frontend/.

import type { MissingImport } from './resolve-imports.js';

/** Imports that nobody provides: the whole list. */
export class UndefinedImportsError extends Error {
  override readonly name = 'UndefinedImportsError';
  readonly code = 'W2E-N001';
  constructor(readonly missing: readonly MissingImport[]) {
    super(`${missing.length} import${missing.length === 1 ? ' is' : 's are'} not provided`);
  }
  /** One line per import: name, type, what exists instead, or why nothing does. */
  get lines(): string[] {
    return this.missing.map(
      ({ module, name, type, provided, reason }) =>
        `${module}.${name} ${type}${provided.length > 0 ? `; provided as ${provided.join(' or ')}` : ''}${reason === undefined ? '' : `: ${reason}`}`,
    );
  }
}

/** A memory or table that cannot be reserved, or more memories than can be compiled. */
export class MemoryLimitError extends Error {
  override readonly name = 'MemoryLimitError';
  readonly code = 'W2E-N002';
}

/** Files inside a module, or beside it, where what is made of it has no place for them. */
export class EmbeddedFilesError extends Error {
  override readonly name = 'EmbeddedFilesError';
  readonly code = 'W2E-N006';
  readonly hint = 'Only executables that are ordinary processes have files inside (docs/embedded-files.md).';
}

/** A module that calls the system with pointers into a memory, or indices of a table, that are not those the system takes them for. */
export class HostMemoryError extends Error {
  override readonly name = 'HostMemoryError';
  readonly code = 'W2E-N003';
  readonly hint =
    'System functions work on the memory and the table of the main module: import them from there, or let the main module make these calls. With --allow-undefined=trap they trap.';
  constructor(
    message: string,
    readonly inputIndex: number,
    readonly offset: number,
  ) {
    super(message);
  }
}

/** A program that would have nothing to run. */
export class EntryError extends Error {
  override readonly name = 'EntryError';
  readonly code = 'W2E-N007';
  readonly hint = '--entry=EXPORT begins at a function of the module, --invoke-main at the one that the command line names; -c makes an object for a C program';
  constructor(
    message: string,
    /** Exports that could be begun at. */
    readonly candidates: readonly string[],
    /** It is a module of dynamic linking. */
    readonly isDynamic = false,
  ) {
    super(message);
  }
  get lines(): string[] {
    if (this.isDynamic) return ['a library of dynamic linking comes behind the main module: wasm2elf main.wasm library.wasm'];
    return this.candidates.length === 0 ? [] : [`it exports ${this.candidates.join(', ')}`];
  }
}

/** Imports that would be a way around `--dir`: all of them. */
export class ConfinementError extends Error {
  override readonly name = 'ConfinementError';
  readonly code = 'W2E-N008';
  readonly hint = '--dir confines what uses WASI only: leave it out, and let the system confine the program';
  constructor(
    /** Their names. */
    readonly lines: readonly string[],
  ) {
    super(`--dir: the module has ${lines.length} import${lines.length === 1 ? '' : 's'} that no directory confines`);
  }
}
