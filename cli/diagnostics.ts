// Errors and warnings → messages. The first line has the shape of GCC's, so editors can parse it, with the
// byte offset in place of a line number: `app.wasm:0x1a2b3: error[W2E-V001]: type mismatch`.

import { locate } from './locate.js';
import { FileError, systemErrorCode, systemErrorText, UsageError } from './errors.js';
import { LinkError, MissingToolError, VerificationError } from '../linker/errors.js';
import { exitStatus } from './option-table.js';
import type { OptionValues } from './option-values.js';
import { Printed, printed } from './printed.js';
import type { Terminal } from './terminal.js';

/** Codes of the command line's own messages; those of modules are in frontend/errors.ts. Codes are stable. */
export const diagnosticCodes = {
  'W2E-U001': 'the command line cannot be understood',
  'W2E-U002': 'a tool or library is not installed',
  'W2E-I001': 'the input cannot be read',
  'W2E-I002': 'the input is a directory',
  'W2E-I003': 'the input is WebAssembly text',
  'W2E-I004': 'the input is something else than a module',
  'W2E-I005': 'the input is empty',
  'W2E-I006': 'the input is larger than a module may be',
  'W2E-I007': 'a file cannot be embedded',
  'W2E-I008': 'there is more to embed than fits',
  'W2E-J001': 'the JavaScript file cannot be parsed',
  'W2E-J002': 'the JavaScript file has no names for the module',
  'W2E-J003': 'the package of files is not the one that the JavaScript file describes',
  'W2E-J004': 'the module cannot run without what its JavaScript file says',
  'W2E-J005': 'the JavaScript file puts things into memory where they cannot lie',
  'W2E-J006': 'the file of static data is not the one that the JavaScript file names',
  'W2E-O001': 'the output cannot be written',
  'W2E-O002': 'there is no space for the output',
  'W2E-K001': 'the link fails',
  'W2E-X001': 'wasm2elf itself fails',
  'W2E-X002': 'the memory that Node.js gives the compiler is used up',
  'W2E-W002': "some of the module's debug information is malformed and left out",
  'W2E-W004': 'the JavaScript file loads a package of files that is not there',
  'W2E-W005': 'functions are used by their address that nobody provides',
  'W2E-W003': 'a module is given that nobody imports anything from',
} as const;

/** What the command line can do about errors of the stages behind it, by code. */
const hints: Readonly<Record<string, string>> = {
  'W2E-N001':
    'NAME=FILE.wasm links the module that other modules import as NAME; with --allow-undefined=trap the program is compiled all the same, and ends when it calls one of them',
  'W2E-N002': '--max-memory sets the limit',
};

/** A message with all that is known about its cause. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning' | 'internal error';
  readonly code: string;
  readonly message: string;
  readonly file?: string | undefined;
  /** Byte offset in the file. */
  readonly offset?: number | undefined;
  readonly functionIndex?: number | undefined;
  /** Further lines: where in the module, what would fix it. */
  readonly notes: readonly string[];
  /** Exit status of a run that ends with this message. */
  readonly status: number;
}

/** What is known about the run when an error arrives. */
export interface ErrorContext {
  readonly input?: string | undefined;
  /** The module, for naming the section of an offset. */
  readonly bytes?: Uint8Array | undefined;
  readonly functionName?: ((index: number) => string | undefined) | undefined;
  /** Why the names of the module's imports are minified still. */
  readonly minified?: string | undefined;
  readonly version: string;
}

/** Classify anything that was thrown. */
export function diagnose(error: unknown, context: ErrorContext): Diagnostic {
  if (error instanceof UsageError) return plain('W2E-U001', error.message, exitStatus.usage, [error.hint]);
  if (error instanceof MissingToolError) return missingTool(error.message, error.packages);
  if (error instanceof FileError) return { ...plain(error.code, error.message, exitStatus.failure, [error.hint]), file: error.file };
  if (error instanceof LinkError) {
    const disk = /No space left|Disk quota/i.test(error.message);
    return plain(disk ? 'W2E-O002' : 'W2E-K001', error.message, exitStatus.failure, error.details.slice(1, 8));
  }
  if (error instanceof Error && error.name === 'LlvmUnavailable') return missingTool(error.message, ['libllvm19', 'libllvm22']);
  if (isModuleError(error)) return moduleError(error, context);
  const system = systemErrorCode(error);
  if (system === 'EPIPE') return plain('W2E-O001', `standard output: ${systemErrorText(system)}`, exitStatus.failure, []);
  if (system === 'ENOSPC' || system === 'EDQUOT') return plain('W2E-O002', systemErrorText(system), exitStatus.failure, []);
  return internalError(error, context);
}

/** Errors about the module, from any stage: a code of ours, and where in the module. */
interface ModuleError extends Error {
  readonly code: string;
  readonly offset?: number;
  readonly functionIndex?: number | undefined;
  readonly hint?: string;
  /** Further lines, for example every import that is missing. */
  readonly lines?: readonly string[];
}

function isModuleError(error: unknown): error is ModuleError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('W2E-');
}

function moduleError(error: ModuleError, context: ErrorContext): Diagnostic {
  const where = context.bytes === undefined || error.offset === undefined ? undefined : locate(context.bytes, error.offset);
  const place = [where, functionText(error.functionIndex, context)].filter((part) => part !== undefined).join(', ');
  return {
    ...plain(error.code, error.message, exitStatus.failure, [
      place === '' ? undefined : `in ${place}`,
      ...(error.lines ?? []),
      error.hint,
      ...(error.code === 'W2E-N001' ? minifiedNotes(context) : []),
      hints[error.code],
    ]),
    file: context.input,
    offset: error.offset,
    functionIndex: error.functionIndex,
  };
}

function minifiedNotes({ minified }: ErrorContext): string[] {
  return minified === undefined
    ? []
    : [
        `the names of its imports are minified, and ${minified}`,
        '--js-glue FILE gives the JavaScript of the same link; emcc -O2, -o NAME.wasm or --profiling-funcs (in the link) keep the names',
      ];
}

function functionText(index: number | undefined, context: ErrorContext): string | undefined {
  if (index === undefined) return undefined;
  const name = context.functionName?.(index);
  return name === undefined ? `function ${index}` : `function ${index} (${name})`;
}

function missingTool(message: string, packages: readonly string[]): Diagnostic {
  return plain('W2E-U002', message, exitStatus.usage, [
    `on Debian: apt-get install ${packages[0] ?? ''}${packages.length > 1 ? ` (or ${packages.slice(1).join(', ')})` : ''}`,
  ]);
}

function internalError(error: unknown, context: ErrorContext): Diagnostic {
  const functionIndex = error instanceof Error && 'functionIndex' in error && typeof error.functionIndex === 'number' ? error.functionIndex : undefined;
  const [message = '', ...details] = (error instanceof Error ? error.message : String(error)).split('\n');
  const notes = [
    ...details,
    functionIndex === undefined ? undefined : `in ${functionText(functionIndex, context) ?? ''}`,
    'this is an error of wasm2elf itself: please report it, with the input if you can share it',
    `wasm2elf ${context.version}, Node.js ${process.versions.node}, ${process.platform} ${process.arch}`,
    ...(error instanceof VerificationError || !(error instanceof Error) || error.stack === undefined
      ? []
      : error.stack
          .split('\n')
          .slice(1, 6)
          .map((line) => line.trim())),
  ];
  return { ...plain('W2E-X001', message, exitStatus.internal, notes), severity: 'internal error', file: context.input, functionIndex };
}

function plain(code: string, message: string, status: number, notes: readonly (string | undefined)[]): Diagnostic {
  return { severity: 'error', code, message, status, notes: notes.filter((note): note is string => note !== undefined && note !== '') };
}

/** A warning: the run goes on. */
export function warning(code: keyof typeof diagnosticCodes, message: string): Diagnostic {
  return { ...plain(code, message, exitStatus.success, []), severity: 'warning' };
}

/** The message as lines of text. */
function formatDiagnostic(diagnostic: Diagnostic, colored: boolean): Printed {
  const paint = (codes: string, text: string): Printed => (colored ? printed`\x1b[${codes}m${text}\x1b[0m` : printed`${text}`);
  const offset = diagnostic.offset === undefined ? '' : `:0x${diagnostic.offset.toString(16)}`;
  const place = diagnostic.file === undefined ? 'wasm2elf' : `${diagnostic.file === '-' ? '<stdin>' : diagnostic.file}${offset}`;
  const severity = paint(diagnostic.severity === 'warning' ? '1;35' : '1;31', `${diagnostic.severity}[${diagnostic.code}]:`);
  const notes = diagnostic.notes.map((note) => printed`  ${paint('1;36', 'note:')} ${note}\n`);
  return printed`${paint('1', `${place}:`)} ${severity} ${diagnostic.message}\n${Printed.joined(notes)}`;
}

/** The message as one line of JSON. */
function diagnosticJson(diagnostic: Diagnostic): Printed {
  const { severity, code, message, file, offset, functionIndex, notes } = diagnostic;
  return Printed.json({ severity, code, message, file, offset, function: functionIndex, notes });
}

/** How messages are to look. */
export type MessageStyle = Pick<OptionValues, 'diagnostics' | 'color'>;

/** The message as the user wants it; `auto` is colour on a terminal unless NO_COLOR is set. */
export function renderDiagnostic(diagnostic: Diagnostic, style: MessageStyle, terminal: Terminal): Printed {
  if (style.diagnostics === 'json') return diagnosticJson(diagnostic);
  const automatic = terminal.messagesAreTty && !terminal.environment.NO_COLOR;
  return formatDiagnostic(diagnostic, style.color === 'always' || (style.color === 'auto' && automatic));
}
