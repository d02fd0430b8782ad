// What yargs found → a typed value for each row of the option table, read by the row's kind.

import { optionRows, type optionTable, type OptionRow } from './option-table.js';
import { UsageError } from './errors.js';

/** Without a default, an option that is absent is undefined. */
type ValueOf<Row extends OptionRow> = Row extends { readonly kind: 'flag' }
  ? boolean
  : Row extends { readonly kind: 'count' }
    ? number
    : Row extends { readonly kind: 'list' | 'repeated' }
      ? readonly string[]
      : Row extends { readonly kind: 'size' }
        ? number | undefined
        : Row extends { readonly kind: 'choice'; readonly choices: readonly (infer Choice)[] }
          ? Choice | (Row extends { readonly default: Choice } ? never : undefined)
          : string | undefined;

type ParsedRow = Exclude<(typeof optionTable)[number], { readonly kind: 'passthrough' }>;

/** The value of each option, under its row's field. */
export type OptionValues = { readonly [Row in ParsedRow as Row['field']]: ValueOf<Row> };

/** What yargs found, by name. */
export type FoundOptions = Readonly<Record<string, unknown>>;

/** Reads every option; throws `UsageError` on values that its row does not allow. */
export function readValues(found: FoundOptions): OptionValues {
  const values = optionRows.filter(({ kind }) => kind !== 'passthrough').map((row) => [row.field, readValue(row, found[row.name])]);
  return Object.fromEntries(values) as OptionValues; // what `readValue` returns for a kind is what `ValueOf` says
}

function readValue(row: OptionRow, found: unknown): unknown {
  const text = typeof found === 'string' ? found : undefined;
  switch (row.kind) {
    case 'flag':
      return found === true;
    case 'count':
      return typeof found === 'number' ? found : 0;
    case 'repeated':
      return Array.isArray(found) ? found : [];
    case 'list':
      return listOf(text ?? '');
    case 'size':
      return text === undefined ? undefined : readSize(row.name, text, row.limit);
    case 'choice':
      return text === undefined ? row.default : readChoice(row.name, text, row.choices);
    case 'value':
    case 'passthrough':
      return text;
  }
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function readChoice(name: string, text: string, choices: readonly (string | number)[]): string | number {
  const choice = choices.find((candidate) => String(candidate) === text);
  if (choice === undefined) throw new UsageError(`--${name} cannot be ${text}`, `one of ${choices.join(', ')}`);
  return choice;
}

/** `64M`, `64MiB`, `1g`, `4096` → bytes. */
function readSize(name: string, text: string, limit: number): number {
  const match = /^(\d+)\s*([kmgt]?)(i?b)?$/i.exec(text);
  if (match === null) throw new UsageError(`not a size: --${name}=${text}`, 'a number of bytes, or one with K, M or G');
  const bytes = Number(match[1]) * 1024 ** ' kmgt'.indexOf((match[2] || ' ').toLowerCase());
  if (bytes > limit) throw new UsageError(`--${name}=${text} is more than can be reserved`, `at most ${limit / 2 ** 30}G`);
  return bytes;
}
