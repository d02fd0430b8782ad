// Every option of the command line, one row each. The parser, the types of the values, --help and docs/cli.md derive from it.

import { MEMORY_MODES, OPT_LEVELS, UNDEFINED_IMPORTS } from '../codegen/levels.js';

/** Headings of --help, in order. */
export const optionGroups = ['Output', 'Optimization', 'Target', 'Module', 'Diagnostics', 'For developers', 'Other'] as const;

interface RowBase {
  /** Long name without dashes; one letter for options that have no long name. */
  readonly name: string;
  readonly short?: string;
  /** What its value is called in `OptionValues`; in codegen's `CompileOptions` too, if it is what uses the value. */
  readonly field: string;
  readonly group: (typeof optionGroups)[number];
  readonly help: string;
  /** The value `help` lists what it accepts (`listing` in main.ts). */
  readonly lists?: true;
}

interface ValueRowBase extends RowBase {
  /** Placeholder of the value in the help. */
  readonly value: string;
  /** `--name` alone stands for `--name=<implied>`; a value is then always joined by `=`. */
  readonly implied?: string;
}

/** An option that takes a value. */
export type ValueRow = ValueRowBase &
  (
    | { readonly kind: 'value' }
    /** May be given several times. */
    | { readonly kind: 'repeated' }
    /** Words separated by commas. */
    | { readonly kind: 'list'; readonly default?: string }
    /** Bytes, with K, M or G; at most `limit`. */
    | { readonly kind: 'size'; readonly limit: number }
    | { readonly kind: 'choice'; readonly choices: readonly (string | number)[]; readonly default?: string | number }
  );

/** One option. */
export type OptionRow =
  | ValueRow
  /** Present or not; or counted: `-vv` is 2. */
  | (RowBase & { readonly kind: 'flag' | 'count' })
  /** Not parsed as an option: the rest of the word is handed on. */
  | (RowBase & { readonly kind: 'passthrough'; readonly value: string });

/** Whether a value belongs to the option, and the parser looks for it. */
export function takesValue(row: OptionRow): row is ValueRow {
  return row.kind !== 'flag' && row.kind !== 'count' && row.kind !== 'passthrough';
}

/** What can be written, with the suffix that replaces `.wasm`. */
export const emitKinds = [
  { kind: 'exe', suffix: '' },
  { kind: 'obj', suffix: '.o' },
  { kind: 'asm', suffix: '.s' },
  { kind: 'llvm-ir', suffix: '.ll' },
  { kind: 'llvm-bc', suffix: '.bc' },
  { kind: 'ir', suffix: '.ir' },
  { kind: 'ir-opt', suffix: '.opt.ir' },
  { kind: 'header', suffix: '.h' },
  { kind: 'kernel', suffix: '.kernel' },
] as const;

export type EmitKind = (typeof emitKinds)[number]['kind'];

/** What is written unless something else is asked for. */
export const defaultEmit: EmitKind = 'exe';

const reportFormats = ['text', 'json'] as const;

export type ReportFormat = (typeof reportFormats)[number];

const gibibyte = 2 ** 30;

/** The options, in the order of --help. */
// biome-ignore format: a row is a line
export const optionTable = [
  { name: 'output', short: 'o', kind: 'value', field: 'output', group: 'Output', value: 'file', help: 'Where to write; - is standard output. Default: the name of the input without .wasm, in the current directory.' },
  { name: 'emit', kind: 'list', field: 'emit', group: 'Output', lists: true, value: 'kinds', help: `What to write, separated by commas: ${emitKinds.map((row) => row.kind).join(', ')}. With several, --output is the stem of their names. obj and header are for C programs that link the module (docs/embedding.md); kernel is an executable and beside it the folder of a module of the Linux kernel in which it runs (docs/kernel.md).`, default: defaultEmit },
  { name: 'c', kind: 'flag', field: 'writesObject', group: 'Output', help: 'Write an object file for a C program to link: --emit=obj.' },
  { name: 'S', kind: 'flag', field: 'writesAssembly', group: 'Output', help: 'Write assembly: --emit=asm.' },
  { name: 'debug', short: 'g', kind: 'flag', field: 'debugInfo', group: 'Output', help: "Debug information: source files and lines from the module's own DWARF, else byte offsets in the module as lines. -g0 turns it off." },
  { name: 'prefix', kind: 'value', field: 'prefix', group: 'Output', value: 'name', help: 'What the names of an object for C programs begin with. Default: the name of the output or input.' },
  { name: 'strip', short: 's', kind: 'flag', field: 'strip', group: 'Output', help: 'Leave out symbols and debug information.' },
  { name: 'Wl', kind: 'passthrough', field: 'linkerOptions', group: 'Output', lists: true, value: 'options', help: 'Options for lld, separated by commas; help lists those that it may have.' },

  { name: 'opt', short: 'O', kind: 'choice', field: 'optLevel', group: 'Optimization', value: 'level', choices: OPT_LEVELS, default: 2, help: 'Optimization level: -O0 to -O3 for speed, -Os and -Oz for size.' },
  { name: 'exact-traps', kind: 'flag', field: 'exactTraps', group: 'Optimization', help: 'Keep every trap, also where the optimizer finds that nothing needs what would trap. Always so at -O0.' },
  { name: 'jobs', short: 'j', kind: 'value', field: 'jobs', group: 'Optimization', value: 'n', help: 'Threads that compile at the same time. The output does not depend on it. Default: one per processor.' },

  { name: 'target', kind: 'value', field: 'target', group: 'Target', lists: true, value: 'name', help: 'Machine to compile for; help lists them. Default: this one.' },
  { name: 'cpu', kind: 'value', field: 'cpu', group: 'Target', lists: true, value: 'name', help: 'CPU that the output needs; native is this one, help lists them. Also -march=, -mcpu=. Default: x86-64-v2 or generic armv8-a.' },
  { name: 'cpu-features', kind: 'value', field: 'cpuFeatures', group: 'Target', lists: true, value: '+a,-b', help: 'CPU features on top of --cpu; help lists them.' },

  { name: 'enable', kind: 'list', field: 'enable', group: 'Module', lists: true, value: 'features', help: 'Accept these WebAssembly features, separated by commas; help lists them.' },
  { name: 'disable', kind: 'list', field: 'disable', group: 'Module', lists: true, value: 'features', help: 'Refuse modules that use these features.' },
  { name: 'allow-undefined', kind: 'choice', field: 'allowUndefined', group: 'Module', value: 'what', choices: UNDEFINED_IMPORTS, default: 'error', implied: 'trap', help: 'Imports that nothing provides: refuse the module, or trap when one is called. Empty memories and tables and zero globals then stand in for imported ones. mistyped lets only those trap that are provided with other types.' },
  { name: 'js-glue', kind: 'value', field: 'jsGlue', group: 'Module', value: 'file', help: "The JavaScript that Emscripten wrote in the same link, for the names of a module in which they are minified. Default: the file beside the module that has its name, or that names it." },
  { name: 'embed', kind: 'repeated', field: 'embed', group: 'Module', value: 'host[::guest]', help: 'Put a file, or a directory with all that is in it, into the executable; the program sees it as guest. May be given several times (docs/embedded-files.md).' },
  { name: 'memory', kind: 'choice', field: 'memoryMode', group: 'Module', value: 'how', choices: MEMORY_MODES, default: 'guard', help: 'Bounds of linear memory: guard pages in 8 GiB of reserved addresses, or a comparison in front of each access (for ulimit -v).' },
  { name: 'max-memory', kind: 'size', field: 'maxMemoryBytes', group: 'Module', value: 'size', limit: 4 * gibibyte, help: 'Linear memory does not grow beyond this (64M, 1G).' },
  { name: 'invoke-main', kind: 'flag', field: 'invokeMain', group: 'Module', help: 'The program calls the export that its command line names, with the arguments behind the name, and prints each result on a line. Without a name it lists the exports.' },
  { name: 'entry', kind: 'value', field: 'entry', group: 'Module', value: 'export', help: 'The program begins at this export in the place of _start or main, after constructors: a function without parameters, or with those of main.' },
  { name: 'dir', kind: 'repeated', field: 'dir', group: 'Module', value: 'host[::guest]', help: 'A WASI program reaches files beneath this directory, which it calls guest, and no others; may be given several times. A relative one is where the program is started. Default: all files, as for a native program. docs/wasi.md' },
  { name: 'env', kind: 'repeated', field: 'env', group: 'Module', value: 'name=value', help: "A variable of the program's environment, which then has only those that --env and --inherit-env name." },
  { name: 'inherit-env', kind: 'repeated', field: 'inheritEnv', group: 'Module', value: 'name', implied: '', help: 'The program gets this variable of its environment, or without a name all of them. Default without --env: all.' },
  { name: 'stack-size', kind: 'size', field: 'stackSize', group: 'Module', value: 'size', limit: 64 * gibibyte, help: "Native stack of the program. Default: the process's own." },

  { name: 'verbose', short: 'v', kind: 'count', field: 'verbosity', group: 'Diagnostics', help: 'Say what is done, on standard error; twice for more.' },
  { name: 'quiet', short: 'q', kind: 'flag', field: 'quiet', group: 'Diagnostics', help: 'No warnings and no progress.' },
  { name: 'time-report', kind: 'choice', field: 'timeReport', group: 'Diagnostics', value: 'format', choices: reportFormats, implied: 'text', help: 'Time, memory and sizes of each stage, on standard error.' },
  { name: 'color', kind: 'choice', field: 'color', group: 'Diagnostics', value: 'when', choices: ['auto', 'always', 'never'], default: 'auto', implied: 'always', help: 'Colour messages; auto honours NO_COLOR.' },
  { name: 'diagnostics', kind: 'choice', field: 'diagnostics', group: 'Diagnostics', value: 'format', choices: reportFormats, default: 'text', help: 'Messages as text, or as one line of JSON each.' },
  { name: 'validate-only', kind: 'flag', field: 'validateOnly', group: 'Diagnostics', help: 'Check the module and write nothing.' },
  { name: 'inspect', kind: 'choice', field: 'inspect', group: 'Diagnostics', value: 'format', choices: reportFormats, implied: 'text', help: 'Describe the input, a module or an ELF file, on standard output, and write nothing else.' },

  { name: 'save-temps', kind: 'value', field: 'saveTemps', group: 'For developers', value: 'dir', implied: '', help: 'Keep objects, linker script and intermediate forms in dir. Default: <output>.temps' },
  { name: 'print-after', kind: 'value', field: 'printAfter', group: 'For developers', lists: true, value: 'pass', help: 'Print the IR after a pass, or after all of them, on standard error; help lists the passes.' },
  { name: 'print-func', kind: 'value', field: 'printFunction', group: 'For developers', value: 'function', help: 'Print only this function, an index or a name.' },
  { name: 'runtime', kind: 'choice', field: 'runtime', group: 'For developers', value: 'variant', choices: ['plain', 'checked'], default: 'plain', help: 'The runtime that the program gets: checked asserts what it relies on and declares each of its buffers that it hands to the kernel, for tests.' },
  { name: 'verify-ir', kind: 'flag', field: 'verifyIr', group: 'For developers', help: 'Verify the IR after every pass.' },

  { name: 'version', kind: 'flag', field: 'version', group: 'Other', help: 'Versions of wasm2elf and of what it uses, and the targets.' },
  { name: 'help', short: 'h', kind: 'flag', field: 'help', group: 'Other', help: 'This text.' },
] as const satisfies readonly OptionRow[];

/** Names of options that list what they accept. */
export type ListingOption = Extract<(typeof optionTable)[number], { readonly lists: true }>['name'];

/** The table under its plain type. */
export const optionRows: readonly OptionRow[] = optionTable;

/** Spellings of C compilers that are one word with a value, and what they stand for. */
export const spellings: readonly { readonly prefix: string; readonly long: string }[] = [
  { prefix: '-march=', long: '--cpu=' },
  { prefix: '-mcpu=', long: '--cpu=' },
];

/** Worked examples at the end of the help. */
export const examples = [
  ['wasm2elf nginx.wasm -o nginx', 'an executable, optimized'],
  ['wasm2elf app.wasm lib=library.wasm -o app', "library.wasm provides app.wasm's imports of module lib"],
  ['wasm2elf app.wasm -O3 --cpu=native -j4 -o app', 'the fastest program, for this processor only'],
  ['wasm2elf app.wasm --emit=asm,llvm-ir -o out/app', 'out/app.s and out/app.ll instead of an executable'],
] as const;

/** Exit statuses of the program. */
export const exitStatus = { success: 0, failure: 1, usage: 2, internal: 70, interrupted: 130 } as const;
