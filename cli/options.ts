// argv → checked options, through yargs and the option table.

import { availableParallelism } from 'node:os';
import { basename, resolve } from 'node:path';
import { lldOptions, lldSpelling, readLldOption, type LldOption } from '../linker/lld-options.js';
import { UsageError } from './errors.js';
import { normalizeArgv } from './normalize-argv.js';
import { emitKinds, optionRows, type EmitKind, type OptionName } from './option-table.js';

export type OptLevel = 0 | 1 | 2 | 3 | 's' | 'z';
export type ReportFormat = 'text' | 'json';

/** A module of the command line. */
export interface NamedModule {
  /** What other modules import it as. */
  readonly name: string;
  /** Path, or `-`. */
  readonly path: string;
}

/** The command line, checked. */
export interface Options {
  /** The main module: path, or `-`. */
  readonly input: string;
  /** All modules, the main one first. */
  readonly modules: readonly NamedModule[];
  readonly output: string | undefined;
  readonly emit: ReadonlySet<EmitKind>;
  readonly debugInfo: boolean;
  readonly strip: boolean;
  /** What names of an object for C programs begin with; undefined for other outputs. */
  readonly embeddingPrefix: string | undefined;
  readonly linkerOptions: readonly LldOption[];
  readonly optLevel: OptLevel;
  readonly jobs: number;
  readonly target: string | undefined;
  readonly cpu: string | undefined;
  readonly cpuFeatures: string | undefined;
  readonly enable: readonly string[];
  readonly disable: readonly string[];
  readonly allowUndefined: 'error' | 'trap';
  readonly memoryMode: 'guard' | 'check';
  readonly runtime: 'plain' | 'checked';
  readonly exactTraps: boolean;
  /** Bytes; undefined is what the module says. */
  readonly maxMemoryBytes: number | undefined;
  readonly invokeMain: boolean;
  /** Bytes; 0 is the process's own stack. */
  readonly stackSize: number;
  readonly verbosity: number;
  readonly quiet: boolean;
  readonly timeReport: ReportFormat | undefined;
  readonly color: 'auto' | 'always' | 'never';
  readonly diagnostics: ReportFormat;
  readonly validateOnly: boolean;
  readonly inspect: ReportFormat | undefined;
  /** Directory; empty is the default one. */
  readonly saveTemps: string | undefined;
  readonly printAfter: string | undefined;
  readonly printFunction: string | undefined;
  readonly verifyIr: boolean;
}

/** Options whose value `help` lists what they accept. */
export const listingOptions = ['target', 'enable', 'disable', 'cpu', 'cpu-features', 'print-after', 'emit', 'Wl'] as const satisfies readonly OptionName[];

/** What a command line asks for. */
export type Request =
  | { readonly kind: 'help' | 'version' }
  /** `target` is the one for which CPUs are listed. */
  | { readonly kind: 'list'; readonly option: (typeof listingOptions)[number]; readonly target: string | undefined }
  | { readonly kind: 'run'; readonly options: Options };

const gibibyte = 2 ** 30;
const limits = {
  jobs: 256,
  /** What memory 0 can ever have: 65,536 pages. */
  maxMemory: 4 * gibibyte,
  /** More than a process's address space should give to a stack. */
  stackSize: 64 * gibibyte,
} as const;

/** Parse the arguments behind the program's name; throws `UsageError`. */
export async function parseArguments(args: readonly string[]): Promise<Request> {
  const { argv, linkerArguments } = normalizeArgv(args);
  // Answered without loading yargs, which takes longer than the answer.
  const words = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  if (words.includes('--help') || words.includes('-h')) return { kind: 'help' };
  if (words.includes('--version')) return { kind: 'version' };
  if (linkerArguments.includes('help')) return { kind: 'list', option: 'Wl', target: undefined };
  const values = await parseWithYargs(argv);
  const reader = new ValueReader(values);
  const listed = listingOptions.find((name) => reader.text(name) === 'help');
  if (listed !== undefined) return { kind: 'list', option: listed, target: listed === 'target' ? undefined : reader.text('target') };
  const options = readOptions(reader, readModules(values._.map(String)), linkerArguments.map(readLinkerOption));
  checkCombinations(options);
  if (options.embeddingPrefix === undefined && reader.text('prefix') !== undefined) {
    throw new UsageError('--prefix is for objects', 'with -c or --emit=header');
  }
  return { kind: 'run', options };
}

/** What the main module is imported as unless it is given with a name. */
const MAIN = 'main';

/** `main.wasm`, `name=library.wasm`, …; a path with an equals sign is written with `./` in front. */
function readModules(words: readonly string[]): [NamedModule, ...NamedModule[]] {
  const [first, ...others] = words.map((word, i): NamedModule => {
    const at = /^\.{0,2}\//.test(word) ? -1 : word.indexOf('=');
    if (at < 0 && i > 0)
      throw new UsageError(
        `more than one main module: ${words[0] ?? ''}, ${word}`,
        `modules to link it with have the name that they are imported as: name=${word}`,
      );
    if (at === 0 || at === word.length - 1) throw new UsageError(`neither a file nor name=file: ${word}`);
    return at < 0 ? { name: MAIN, path: word } : { name: word.slice(0, at), path: word.slice(at + 1) };
  });
  if (first === undefined) throw new UsageError('no input file', 'wasm2elf --help shows how it is used');
  const names = others.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i || (name === first.name && words[0]?.startsWith(`${name}=`)));
  if (twice !== undefined) throw new UsageError(`two modules are called ${twice}`, 'each needs a name of its own');
  if ([first, ...others].filter(({ path }) => path === '-').length > 1) throw new UsageError('two modules cannot both come from standard input');
  return [first, ...others];
}

async function parseWithYargs(argv: readonly string[]) {
  const { default: yargs } = await import('yargs');
  let instance = yargs([...argv])
    .scriptName('wasm2elf')
    .locale('en')
    .parserConfiguration({
      'camel-case-expansion': false,
      'duplicate-arguments-array': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'dot-notation': false,
    })
    .help(false)
    .version(false)
    .exitProcess(false)
    .strictOptions()
    .fail((message: string | null, error: Error | undefined) => {
      throw new UsageError(message ?? error?.message ?? 'cannot be understood', 'wasm2elf --help lists the options');
    });
  for (const row of optionRows) {
    if (row.kind === 'passthrough') continue;
    instance = instance.option(row.name, {
      type: row.kind === 'flag' ? 'boolean' : row.kind === 'count' ? 'count' : 'string',
      ...(row.short === undefined ? {} : { alias: row.short }),
      ...(row.kind === 'value' || row.kind === 'optional' ? { requiresArg: row.implied !== '' } : {}),
    });
  }
  return instance.parseSync();
}

/** Typed access to what yargs found. */
class ValueReader {
  constructor(private readonly values: Readonly<Record<string, unknown>>) {}

  flag(name: OptionName): boolean {
    return this.values[name] === true;
  }

  count(name: OptionName): number {
    const value = this.values[name];
    return typeof value === 'number' ? value : 0;
  }

  text(name: OptionName): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }

  list(name: OptionName): string[] {
    return (this.text(name) ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }

  /** One of the choices; the row's default when the option is absent. */
  choice<T extends string>(name: OptionName, choices: readonly T[]): T | undefined {
    const value = this.text(name) ?? optionRows.find((row) => row.name === name)?.default;
    const choice = choices.find((candidate) => candidate === value);
    if (value !== undefined && choice === undefined) throw new UsageError(`--${name} cannot be ${value}`, `one of ${choices.join(', ')}`);
    return choice;
  }
}

function readOptions(values: ValueReader, modules: readonly [NamedModule, ...NamedModule[]], linkerOptions: readonly LldOption[]): Options {
  return {
    input: modules[0].path,
    modules,
    output: values.text('output'),
    emit: readEmit(values),
    embeddingPrefix: readPrefix(values, modules[0].path),
    debugInfo: values.flag('debug'),
    strip: values.flag('strip'),
    linkerOptions,
    optLevel: readOptLevel(values.choice('opt', ['0', '1', '2', '3', 's', 'z']) ?? '2'),
    jobs: readJobs(values.text('jobs')),
    target: values.text('target'),
    cpu: values.text('cpu'),
    cpuFeatures: values.text('cpu-features'),
    enable: values.list('enable'),
    disable: values.list('disable'),
    allowUndefined: values.choice('allow-undefined', ['error', 'trap']) ?? 'error',
    runtime: values.choice('runtime', ['plain', 'checked']) ?? 'plain',
    memoryMode: values.choice('memory', ['guard', 'check']) ?? 'guard',
    exactTraps: values.flag('exact-traps'),
    maxMemoryBytes: readSize(values, 'max-memory', limits.maxMemory),
    invokeMain: values.flag('invoke-main'),
    stackSize: readSize(values, 'stack-size', limits.stackSize) ?? 0,
    verbosity: values.count('verbose'),
    quiet: values.flag('quiet'),
    timeReport: values.choice('time-report', ['text', 'json']),
    color: values.choice('color', ['auto', 'always', 'never']) ?? 'auto',
    diagnostics: values.choice('diagnostics', ['text', 'json']) ?? 'text',
    validateOnly: values.flag('validate-only'),
    inspect: values.choice('inspect', ['text', 'json']),
    saveTemps: values.text('save-temps'),
    printAfter: values.text('print-after'),
    printFunction: values.text('print-func'),
    verifyIr: values.flag('verify-ir'),
  };
}

function readLinkerOption(word: string): LldOption {
  const option = readLldOption(word);
  if (option === undefined) throw new UsageError(`-Wl,${word} is not for lld here`, `one of ${lldOptions.map(lldSpelling).join(', ')}`);
  return option;
}

function readEmit(values: ValueReader): ReadonlySet<EmitKind> {
  const named = values.list('emit');
  const asked = [...named, ...(values.flag('c') ? ['obj'] : []), ...(values.flag('S') ? ['asm'] : [])];
  if (asked.length === 0) return new Set(['exe']);
  return new Set(
    asked.map((name) => {
      const row = emitKinds.find(({ kind }) => kind === name);
      if (row === undefined) throw new UsageError(`unknown kind of output: ${name}`, `one of ${emitKinds.map(({ kind }) => kind).join(', ')}`);
      return row.kind;
    }),
  );
}

/** Kinds of output that are for a foreign program. */
const embeddingKinds: readonly EmitKind[] = ['obj', 'header'];

/** The prefix of an object: as given, or from the output's or the input's name. */
function readPrefix(values: ValueReader, input: string): string | undefined {
  const emit = readEmit(values);
  if (!embeddingKinds.some((kind) => emit.has(kind))) return undefined;
  const given = values.text('prefix');
  const output = values.text('output');
  const name = basename(output !== undefined && output !== '-' ? output : input === '-' ? 'a.out' : input).replace(/\.(wasm|o|h)$/, '');
  const prefix = given ?? name.replaceAll(/\W/g, '_').replace(/^(?=[\d_]|$)/, 'm');
  if (!/^[A-Za-z_]\w*$/.test(prefix)) throw new UsageError(`--prefix=${prefix} is not a name in C`, 'letters, digits and underscores');
  if (prefix.startsWith('_')) throw new UsageError(`--prefix=${prefix}: such names belong to C and to linkers`, 'begin it with a letter');
  if (/^w2e(?:_|$)/.test(prefix)) throw new UsageError('the names of wasm2elf itself begin with w2e_', 'choose another --prefix');
  return prefix;
}

function readOptLevel(level: '0' | '1' | '2' | '3' | 's' | 'z'): OptLevel {
  const levels = { 0: 0, 1: 1, 2: 2, 3: 3, s: 's', z: 'z' } as const;
  return levels[level];
}

function readJobs(text: string | undefined): number {
  if (text === undefined || text === 'all') return availableParallelism();
  const jobs = Number(text);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > limits.jobs) {
    throw new UsageError(`not a number of threads: ${text}`, `1 to ${limits.jobs}`);
  }
  return jobs;
}

/** `64M`, `64MiB`, `1g`, `4096` → bytes. */
function readSize(values: ValueReader, name: OptionName, limit: number): number | undefined {
  const text = values.text(name);
  if (text === undefined) return undefined;
  const match = /^(\d+)\s*([kmgt]?)(i?b)?$/i.exec(text);
  if (match === null) throw new UsageError(`not a size: --${name}=${text}`, 'a number of bytes, or one with K, M or G');
  const bytes = Number(match[1]) * 1024 ** ' kmgt'.indexOf((match[2] || ' ').toLowerCase());
  if (bytes > limit) throw new UsageError(`--${name}=${text} is more than can be reserved`, `at most ${limit / gibibyte}G`);
  return bytes;
}

function checkCombinations(options: Options): void {
  if (options.output === '-' && options.emit.size > 1) {
    throw new UsageError('several kinds of output cannot go to standard output together', 'name a stem with -o');
  }
  const { output } = options;
  if (output !== undefined && output !== '-' && options.modules.some(({ path }) => resolve(output) === resolve(path))) {
    throw new UsageError('the output would replace the input', 'name another output with -o');
  }
  if (options.embeddingPrefix !== undefined) checkEmbedding(options);
  if (options.output === '') throw new UsageError('the name of the output is empty');
}

/** An object for a foreign program is compiled in another way than an executable. */
function checkEmbedding({ emit, invokeMain, stackSize, linkerOptions }: Options): void {
  if (emit.has('exe')) throw new UsageError('an object for C programs and an executable are compiled differently', 'make them one after the other');
  if (invokeMain) throw new UsageError('--invoke-main makes an executable', 'an object has functions for its exports');
  if (stackSize > 0) throw new UsageError("--stack-size is for executables: an object uses its callers' stacks");
  if (linkerOptions.length > 0) throw new UsageError('-Wl, is for executables', 'give linker arguments where the object is linked');
}
