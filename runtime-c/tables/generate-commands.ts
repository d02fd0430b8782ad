// What is generated from the tables of commands, flags and files: C, and sections of docs/imports.md.

import { commandTables } from './command-tables.js';
import { layouts, type CommandRow, type CommandTable, type Layout } from './commands.js';
import { devices, procEntries } from './files.js';
import { bitsOf, flagSets } from './flags.js';

const hex = (value: number): string => `0x${value.toString(16)}u`;
const upperCase = (name: string): string => name.replaceAll(/[A-Z]/g, '_$&').toUpperCase();

/** Lines of include/commands.gen.h: layouts, tables, flags. */
export function commandsHeader(): string[] {
  return [
    'enum command_layout {',
    ...Object.entries(layouts).map(([name, doc]) => `    LAYOUT_${upperCase(name)}, // ${doc}`),
    '};',
    '',
    ...commandTables.map(({ symbol, rows }) => `extern const struct command w2e_${symbol}_commands[${rows.length}];`),
    'extern const char w2e_proc_entries[];',
    `extern const struct device_range w2e_devices[${devices.length}];`,
    '',
    ...flagSets.flatMap(({ symbol, passed, dropped }) => [
      `#define ${symbol}_FLAGS ${hex(bitsOf(passed))}`,
      ...(dropped === undefined ? [] : [`#define ${symbol}_DROPPED_FLAGS ${hex(bitsOf(dropped))}`]),
    ]),
  ];
}

/** Lines of posix/commands.gen.c. */
export function commandsSource(): string[] {
  const table = ({ symbol, rows }: CommandTable): string[] => [
    '',
    `const struct command w2e_${symbol}_commands[${rows.length}] = {`,
    ...[...rows]
      .sort((a, b) => a.number - b.number)
      .map(
        ({ name, number, host, layout, count }) =>
          `    {${hex(number)}, ${hex(host ?? number)}, LAYOUT_${upperCase(layout.kind)}, ${count ?? 0}, ${layout.size}}, // ${name}`,
      ),
    '};',
  ];
  return [
    '#include "commands.h"',
    ...commandTables.flatMap(table),
    '',
    'const char w2e_proc_entries[] =',
    `${procEntries.map((entry) => `    "${entry}\\0"`).join('\n')};`,
    '',
    `const struct device_range w2e_devices[${devices.length}] = {`,
    ...devices.map(({ name, major, firstMinor, lastMinor }) => `    {${major}, ${firstMinor}, ${lastMinor}}, // ${name}`),
    '};',
  ];
}

function layoutText({ kind, size }: Layout): string {
  return kind === 'in' || kind === 'out' || kind === 'inout' ? `${kind} ${size}` : layouts[kind];
}

// Socket options and control messages by level and number.
function numberText({ number }: CommandRow, leveled: boolean): string {
  if (leveled) return `${number >>> 16}, ${number & 0xffff}`;
  return number > 4096 ? `0x${number.toString(16)}` : String(number);
}

/** Sections of docs/imports.md: commands, flags, files. */
export function commandsDocument(): string[] {
  const lines = [
    '## Commands of calls that multiplex',
    '',
    'What is not listed is refused with the error given, whatever the kernel would do. `in 8` is a record of 8 bytes that the kernel',
    'reads, `out` one that it writes, `inout` both; of socket options and control messages the number is the most that is passed on.',
    '',
  ];
  for (const { call, refusal, leveled, rows } of commandTables) {
    lines.push(`### ${call}`, '', `Else ${refusal}.`, '', '| command | number | argument |', '|---|---|---|');
    for (const row of rows) lines.push(`| \`${row.name}\` | ${numberText(row, leveled === true)} | ${layoutText(row.layout)} |`);
    lines.push('');
  }
  lines.push('## Flags', '', 'Other bits are EINVAL.', '', '| call | passed on | dropped |', '|---|---|---|');
  for (const { call, passed, dropped } of flagSets)
    lines.push(`| ${call} | ${Object.keys(passed).join(' ') || 'none'} | ${Object.keys(dropped ?? {}).join(' ')} |`);
  lines.push(
    '',
    '## Files that may be opened',
    '',
    'Of procfs, `#` being a number; else EACCES, whatever the path was:',
    '',
    procEntries
      .filter((entry) => entry !== '')
      .map((entry) => `\`${entry}\``)
      .join(' '),
    '',
  );
  lines.push('Character devices; else EACCES:', '', '| device | major | minor |', '|---|---|---|');
  for (const { name, major, firstMinor, lastMinor } of devices)
    lines.push(`| ${name} | ${major} | ${lastMinor === 0xfffff ? 'any' : firstMinor === lastMinor ? firstMinor : `${firstMinor} to ${lastMinor}`} |`);
  lines.push('');
  return lines;
}
