// Text tables for a terminal, and how figures, ratios and targets are written.

import { type Outcome, type Target, type Unit, isMet, ratio } from './outcome.js';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/** Rows below a header and a rule, two spaces between columns, nothing at the ends of lines. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, i) => Math.max(column.title.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, i) => (align === 'left' ? (cells[i] ?? '').padEnd(widths[i] ?? 0) : (cells[i] ?? '').padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ title }) => title)), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** A figure with three significant digits or more and its unit. */
export function formatFigure(value: number, unit: Unit): string {
  switch (unit) {
    case 'instructions':
      return value < 1e5 ? Math.round(value).toLocaleString('en') : `${(value / 1e6).toFixed(1)} M`;
    case 'ns':
      if (value < 1e6) return `${(value / 1e3).toPrecision(3)} us`;
      return value < 1e9 ? `${(value / 1e6).toPrecision(4)} ms` : `${(value / 1e9).toPrecision(4)} s`;
    case 'bytes':
      return value < 2 ** 20 ? `${(value / 1024).toFixed(1)} KiB` : `${(value / 2 ** 20).toFixed(1)} MiB`;
    case 'requests/s':
    case 'requests/CPU s':
      return Math.round(value).toString();
    case 'MB/s':
      return `${value.toFixed(0)} MB/s`;
    case 'share':
      return formatShare(value);
    default:
      return unit satisfies never;
  }
}

export function formatShare(value: number): string {
  return `${(value * 100).toFixed(value < 0.1 ? 1 : 0)} %`;
}

function formatTarget(target: Target | undefined, unit: Unit): string {
  if (target === undefined) return '';
  const number = (value: number): string => (target.of === 'ratio' ? value.toFixed(2) : formatFigure(value, unit));
  const limits = [target.atMost === undefined ? [] : [`<= ${number(target.atMost)}`], target.atLeast === undefined ? [] : [`>= ${number(target.atLeast)}`]];
  return limits.flat().join(', ');
}

/** The table of all outcomes; peers that any of them has are columns, as ratios to the reference. */
export function renderOutcomes(outcomes: readonly Outcome[]): string {
  const peers = [...new Set(outcomes.flatMap((o) => Object.keys(o.peers ?? {})))];
  const columns: Column[] = [
    { title: 'benchmark', align: 'left' },
    { title: 'metric', align: 'left' },
    { title: 'ours', align: 'right' },
    { title: 'reference', align: 'right' },
    { title: '', align: 'left' },
    { title: 'ratio', align: 'right' },
    { title: 'target', align: 'right' },
    { title: 'met', align: 'left' },
    { title: 'spread', align: 'right' },
    ...peers.map((title): Column => ({ title, align: 'right' })),
  ];
  const rows = outcomes.map((o) => {
    const met = isMet(o);
    return [
      o.benchmark,
      o.metric,
      formatFigure(o.ours, o.unit),
      o.reference ? formatFigure(o.reference.figure, o.unit) : '',
      o.reference?.name ?? '',
      ratio(o)?.toFixed(3) ?? '',
      formatTarget(o.target, o.unit),
      met === undefined ? '' : met ? 'yes' : 'NO',
      o.spread === 0 ? '' : formatShare(o.spread),
      ...peers.map((peer) => {
        const figure = o.peers?.[peer];
        if (figure === undefined) return '';
        return o.reference ? (figure / o.reference.figure).toFixed(3) : formatFigure(figure, o.unit);
      }),
    ];
  });
  return renderTable(columns, rows);
}
