// argv → checked options, through yargs and the option table.

import { availableParallelism } from 'node:os';
import { basename, resolve } from 'node:path';
import { lldOptions, lldSpelling, readLldOption, type LldOption } from '../linker/lld-options.js';
import { type EmbedRequest, readEmbedRequest } from './embed.js';
import { limitsEnvironment, type Capabilities } from '../runtime-c/tables/capabilities.js';
import { UsageError } from './errors.js';
import { normalizeArgv } from './normalize-argv.js';
import { defaultEmit, emitKinds, optionRows, optionTable, takesValue, type EmitKind, type ListingOption } from './option-table.js';
import { type Shell, shells } from './completion.js';
import { type FoundOptions, type OptionValues, readValues } from './option-values.js';

/** A module of the command line. */
export interface NamedModule {
  /** What other modules import it as. */
  readonly name: string;
  /** Path, or `-`. */
  readonly path: string;
  /** The name was given with it. */
  readonly named: boolean;
}

/** The command line, checked: values as they stand on it, but for these. */
export interface Options extends Omit<OptionValues, 'embed' | 'emit' | 'jobs' | 'stackSize' | 'dir' | 'env' | 'inheritEnv'> {
  readonly capabilities: Capabilities;
  /** The main module: path, or `-`. */
  readonly input: string;
  /** All modules, the main one first. */
  readonly modules: readonly NamedModule[];
  readonly emit: ReadonlySet<EmitKind>;
  /** What names of an object for C programs begin with; undefined for other outputs. */
  readonly embeddingPrefix: string | undefined;
  readonly linkerOptions: readonly LldOption[];
  /** What is put into the executable. */
  readonly embed: readonly EmbedRequest[];
  readonly jobs: number;
  /** Bytes; 0 is the process's own stack. */
  readonly stackSize: number;
}

/** What a command line asks for. */
export type Request =
  | { readonly kind: 'help' | 'version' }
  | { readonly kind: 'completion'; readonly shell: Shell }
  /** `target` is the one for which CPUs are listed. */
  | { readonly kind: 'list'; readonly option: ListingOption; readonly target: string | undefined }
  | { readonly kind: 'run'; readonly options: Options };

/** Most threads that may be asked for. */
const MOST_JOBS = 256;

/** Parse the arguments behind the program's name; throws `UsageError`. */
export async function parseArguments(args: readonly string[]): Promise<Request> {
  const { argv, linkerArguments, repeated } = normalizeArgv(args);
  // Answered without loading yargs, which takes longer than the answer.
  const words = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  if (words.includes('--help') || words.includes('-h')) return { kind: 'help' };
  if (words.includes('--version')) return { kind: 'version' };
  if (words[0] === COMPLETION && words.length <= 2) return { kind: 'completion', shell: readShell(words[1]) };
  if (linkerArguments.includes('help')) return { kind: 'list', option: 'Wl', target: undefined };
  const { _: modules, ...found } = await parseWithYargs(argv);
  const asked = optionTable.filter((row) => 'lists' in row).find(({ name }) => found[name] === 'help');
  if (asked !== undefined) {
    const { target } = found;
    return { kind: 'list', option: asked.name, target: asked.name === 'target' || typeof target !== 'string' ? undefined : target };
  }
  return {
    kind: 'run',
    options: readOptions(readModules(modules.map(String)), linkerArguments.map(readLinkerOption), readValues({ ...found, ...Object.fromEntries(repeated) })),
  };
}

/** The word that asks for completions; a file of that name is written with `./` in front. */
const COMPLETION = 'completion';

function readShell(word: string | undefined): Shell {
  const found = shells.find((shell) => shell === word);
  if (found === undefined) throw new UsageError(`completion ${word ?? ''}: completions are for ${shells.join(', ')}`, 'wasm2elf completion bash');
  return found;
}

/** What the main module is imported as unless it is given with a name. */
const MAIN = 'main';

/** `main.wasm`, `name=library.wasm`, …; a path with an equals sign is written with `./` in front. */
function readModules(words: readonly string[]): [NamedModule, ...NamedModule[]] {
  const [first, ...others] = words.map((word, i): NamedModule => {
    const at = /^\.{0,2}\//.test(word) ? -1 : word.indexOf('=');
    if (at === 0 || at === word.length - 1) throw new UsageError(`neither a file nor name=file: ${word}`);
    if (at < 0) return { name: i === 0 ? MAIN : word, path: word, named: false };
    return { name: word.slice(0, at), path: word.slice(at + 1), named: true };
  });
  if (first === undefined) throw new UsageError('no input file', 'wasm2elf --help shows how it is used');
  const names = others.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i || (name === first.name && words[0]?.startsWith(`${name}=`)));
  if (twice !== undefined) throw new UsageError(`two modules are called ${twice}`, 'each needs a name of its own: name=file.wasm');
  if ([first, ...others].filter(({ path }) => path === '-').length > 1) throw new UsageError('two modules cannot both come from standard input');
  return [first, ...others];
}

/** Values by name, and the other words as `_`. */
async function parseWithYargs(argv: readonly string[]): Promise<FoundOptions & { readonly _: readonly (string | number)[] }> {
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
    if (row.kind === 'passthrough' || row.kind === 'repeated') continue;
    instance = instance.option(row.name, {
      type: row.kind === 'flag' ? 'boolean' : row.kind === 'count' ? 'count' : 'string',
      ...(row.short === undefined ? {} : { alias: row.short }),
      ...(takesValue(row) ? { requiresArg: row.implied !== '' } : {}),
    });
  }
  return instance.parseSync();
}

function readOptions(modules: readonly [NamedModule, ...NamedModule[]], linkerOptions: readonly LldOption[], values: OptionValues): Options {
  const emit = readEmit(values);
  const options: Options = {
    ...values,
    input: modules[0].path,
    modules,
    emit,
    embeddingPrefix: embeddingKinds.some((kind) => emit.has(kind)) ? readPrefix(values, modules[0].path) : undefined,
    linkerOptions,
    embed: values.embed.map(readEmbedRequest),
    jobs: readJobs(values.jobs),
    stackSize: values.stackSize ?? 0,
    capabilities: readCapabilities(values),
  };
  checkCombinations(options);
  return options;
}

/** Directories that a program may be given: their descriptors are few. */
const MOST_DIRECTORIES = 256;

function readCapabilities({ dir, env, inheritEnv }: OptionValues): Capabilities {
  const given = [...dir, ...env, ...inheritEnv].find((text) => text.includes('\0'));
  if (given !== undefined) throw new UsageError('--dir, --env and --inherit-env take texts without NUL');
  const directories = dir.map((text) => {
    const at = text.indexOf('::');
    const [host, guest] = at < 0 ? [text, text] : [text.slice(0, at), text.slice(at + 2)];
    if (host === '' || guest === '') throw new UsageError(`--dir=${text} names no directory`, '--dir=HOST, or --dir=HOST::GUEST');
    return { host, guest };
  });
  if (directories.length > MOST_DIRECTORIES) throw new UsageError(`more than ${MOST_DIRECTORIES} directories (--dir)`);
  const variables = new Map<string, string>();
  for (const text of env) {
    const at = text.indexOf('=');
    if (at < 1) throw new UsageError(`--env=${text} is not NAME=VALUE`, "--inherit-env=NAME takes the value that the program's environment has");
    variables.set(text.slice(0, at), text);
  }
  const wrong = inheritEnv.find((name) => name.includes('='));
  if (wrong !== undefined) throw new UsageError(`--inherit-env=${wrong} is not a name`, '--env=NAME=VALUE gives a variable a value');
  return { directories, variables: [...variables.values()], inherited: inheritEnv.includes('') ? [''] : [...new Set(inheritEnv)] };
}

function isLimited({ capabilities }: Options): boolean {
  return capabilities.directories.length > 0 || limitsEnvironment(capabilities);
}

function readLinkerOption(word: string): LldOption {
  const option = readLldOption(word);
  if (option === undefined) throw new UsageError(`-Wl,${word} is not for lld here`, `one of ${lldOptions.map(lldSpelling).join(', ')}`);
  return option;
}

function readEmit(values: OptionValues): ReadonlySet<EmitKind> {
  const asked = [...values.emit, ...(values.writesObject ? ['obj'] : []), ...(values.writesAssembly ? ['asm'] : [])];
  if (asked.length === 0) return new Set([defaultEmit]);
  if (asked.includes('kernel')) asked.push('exe'); // which it belongs to
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
function readPrefix({ prefix: given, output }: OptionValues, input: string): string {
  const name = basename(output !== undefined && output !== '-' ? output : input === '-' ? 'a.out' : input).replace(/\.(wasm|o|h)$/, '');
  const prefix = given ?? name.replaceAll(/\W/g, '_').replace(/^(?=[\d_]|$)/, 'm');
  if (!/^[A-Za-z_]\w*$/.test(prefix)) throw new UsageError(`--prefix=${prefix} is not a name in C`, 'letters, digits and underscores');
  if (prefix.startsWith('_')) throw new UsageError(`--prefix=${prefix}: such names belong to C and to linkers`, 'begin it with a letter');
  if (/^w2e(?:_|$)/.test(prefix)) throw new UsageError('the names of wasm2elf itself begin with w2e_', 'choose another --prefix');
  return prefix;
}

function readJobs(text: string | undefined): number {
  if (text === undefined || text === 'all') return availableParallelism();
  const jobs = Number(text);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > MOST_JOBS) {
    throw new UsageError(`not a number of threads: ${text}`, `1 to ${MOST_JOBS}`);
  }
  return jobs;
}

function checkKernel(options: Options): void {
  const { embed, invokeMain, runtime } = options;
  if (embed.length > 0) throw new UsageError('a program that runs in the kernel has no files inside', 'leave out --embed');
  if (isLimited(options)) throw new UsageError('--dir, --env and --inherit-env are for programs in user space', 'leave out --emit=kernel');
  if (invokeMain) throw new UsageError('a program that runs in the kernel runs _start or main', 'leave out --invoke-main');
  if (runtime === 'checked') throw new UsageError('the checked runtime does not run programs in the kernel', 'leave out --runtime=checked');
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
  else if (options.prefix !== undefined) throw new UsageError('--prefix is for objects', 'with -c or --emit=header');
  if (options.emit.has('kernel')) checkKernel(options);
  if (options.embed.length > 0 && !options.emit.has('exe')) throw new UsageError('--embed is for executables');
  if (options.invokeMain && options.entry !== undefined) throw new UsageError('--invoke-main and --entry both say what runs', 'leave out one of them');
  if (options.output === '') throw new UsageError('the name of the output is empty');
}

/** An object for a foreign program is compiled in another way than an executable. */
function checkEmbedding(options: Options): void {
  const { emit, invokeMain, entry, stackSize, linkerOptions } = options;
  if (isLimited(options)) throw new UsageError('--dir, --env and --inherit-env are for executables', 'an object does what its program lets it do');
  if (emit.has('exe')) throw new UsageError('an object for C programs and an executable are compiled differently', 'make them one after the other');
  if (invokeMain) throw new UsageError('--invoke-main makes an executable', 'an object has functions for its exports');
  if (entry !== undefined) throw new UsageError('--entry makes an executable', 'an object has functions for its exports');
  if (stackSize > 0) throw new UsageError("--stack-size is for executables: an object uses its callers' stacks");
  if (linkerOptions.length > 0) throw new UsageError('-Wl, is for executables', 'give linker arguments where the object is linked');
}
