// What a user may tell lld (`-Wl,`): everything else that lld knows is refused. No option takes a file, names a symbol or changes where
// things lie, what the output is called, or what kind of file it is.

declare const accepted: unique symbol;

/** A word of lld's command line that the table has. */
export type LldOption = string & { readonly [accepted]: true };

/** An option, with the values that it takes behind `=`; a number is written `N`. */
export interface LldOptionRow {
  readonly name: string;
  readonly values: readonly string[];
  readonly help: string;
}

/** The options, in the order of the documentation. */
export const lldOptions: readonly LldOptionRow[] = [
  {
    name: '--build-id',
    values: ['fast', 'md5', 'sha1', '0xHEX'],
    help: 'A build id in the file, from its contents before functions get their names; without a value: fast.',
  },
  { name: '--compress-debug-sections', values: ['none', 'zlib', 'zstd'], help: 'Debug information is compressed.' },
  { name: '--fatal-warnings', values: [], help: 'What lld warns of is an error.' },
  { name: '--strip-debug', values: [], help: 'Leave out debug information; names stay.' },
  { name: '--threads', values: ['N'], help: 'Threads of lld.' },
  { name: '-O', values: ['0', '1', '2'], help: 'How much lld does for a smaller file: -O0 to -O2.' },
];

/** Options whose value follows without `=`, and those that need none. */
const joined: ReadonlySet<string> = new Set(['-O']),
  alone: ReadonlySet<string> = new Set(['--build-id', '--fatal-warnings', '--strip-debug']);

/** Values that a word of the table stands for. */
const patterns: Readonly<Record<string, RegExp>> = { N: /^[1-9]\d{0,2}$/, '0xHEX': /^0x(?:[0-9a-f]{2}){1,64}$/i };

/** How an option is written. */
export function lldSpelling({ name, values }: LldOptionRow): string {
  if (values.length === 0) return name;
  const value = `${joined.has(name) ? '' : '='}${values.join('|')}`;
  return alone.has(name) ? `${name}[${value}]` : `${name}${value}`;
}

/** The word as an option, or undefined where the table does not have it. */
export function readLldOption(word: string): LldOption | undefined {
  const good = lldOptions.some(({ name, values }) => {
    if (word === name) return alone.has(name);
    const prefix = joined.has(name) ? name : `${name}=`;
    if (!word.startsWith(prefix)) return false;
    const value = word.slice(prefix.length);
    return values.some((allowed) => patterns[allowed]?.test(value) ?? allowed === value);
  });
  return good ? (word as LldOption) : undefined;
}
