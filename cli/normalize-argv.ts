// Joined short forms → long ones, before yargs, which would split `-Os` and `-ofile` into single letters.
// Also gives options with an optional value theirs, so that none swallows the input file.

import { UsageError } from './errors.js';
import { optionRows, spellings, takesValue, type ValueRow } from './option-table.js';

/** The rewritten command line. */
export interface NormalizedArgv {
  readonly argv: readonly string[];
  /** What followed `-Wl,`, split at commas, in order. */
  readonly linkerArguments: readonly string[];
  /** The values of options that may be given several times, by name, in order. */
  readonly repeated: ReadonlyMap<string, readonly string[]>;
}

const valueRows = optionRows.filter(takesValue);
const shortOptions = new Map(valueRows.filter((row) => row.short !== undefined && row.implied === undefined).map((row) => [row.short, row]));
const repeatedRows = valueRows.filter(({ kind }) => kind === 'repeated');
const impliedValues = new Map(valueRows.flatMap(({ name, implied }) => (implied === undefined ? [] : [[`--${name}`, implied]])));

/** Rewrite the arguments behind the program's name; throws `UsageError`. */
export function normalizeArgv(args: readonly string[]): NormalizedArgv {
  const argv: string[] = [];
  const linkerArguments: string[] = [];
  const repeated = new Map<string, string[]>(repeatedRows.map(({ name }) => [name, []]));
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    if (word === '--') {
      argv.push(...args.slice(i));
      break;
    }
    if (word.startsWith('-Wl,')) {
      linkerArguments.push(
        ...word
          .slice(4)
          .split(',')
          .filter((part) => part !== ''),
      );
      continue;
    }
    const option = repeatedRows.find(({ name }) => word === `--${name}` || word.startsWith(`--${name}=`));
    if (option !== undefined) {
      const { name, implied } = option;
      const value = word !== `--${name}` ? word.slice(name.length + 3) : (implied ?? args[++i]);
      if (value === undefined) throw new UsageError(`Not enough arguments following: ${name}`, 'wasm2elf --help lists the options');
      repeated.get(name)?.push(value);
      continue;
    }
    const spelling = spellings.find(({ prefix }) => word.startsWith(prefix));
    if (spelling !== undefined) {
      argv.push(spelling.long + word.slice(spelling.prefix.length));
      continue;
    }
    if (word === '-g0') {
      argv.push('--no-debug');
      continue;
    }
    const implied = impliedValues.get(word);
    if (implied !== undefined) {
      argv.push(`${word}=${implied}`);
      continue;
    }
    const row = /^-[A-Za-z]/.test(word) ? shortOptions.get(word.charAt(1)) : undefined;
    if (row === undefined) {
      argv.push(word);
      continue;
    }
    const { value, consumed } = shortValue(row, word.slice(2), args[i + 1]);
    i += consumed;
    argv.push(value === undefined ? `--${row.name}` : `--${row.name}=${value}`);
  }
  return { argv, linkerArguments, repeated };
}

/** The value of a one-letter option: joined to it, or the next word where the option takes one. */
function shortValue(row: ValueRow, joined: string, next: string | undefined): { value: string | undefined; consumed: number } {
  if (joined !== '') return { value: joined.replace(/^=/, ''), consumed: 0 };
  // As in C compilers and make: -O alone is -O1, and -j takes a following number only.
  if (row.name === 'opt') return { value: '1', consumed: 0 };
  if (row.name === 'jobs' && !/^\d+$/.test(next ?? '')) return { value: 'all', consumed: 0 };
  return next === undefined ? { value: undefined, consumed: 0 } : { value: next, consumed: 1 };
}
