// What a benchmark says: one outcome per figure, with what it is compared to and what was hoped for.

import { geometricMean } from './statistics.js';

export type Unit = 'instructions' | 'ns' | 'bytes' | 'requests/s' | 'requests/CPU s' | 'MB/s' | 'share';

/** A limit of the ratio to the reference or, where there is no reference, of the figure itself. */
export interface Target {
  readonly of: 'ratio' | 'figure';
  readonly atMost?: number;
  readonly atLeast?: number;
}

export interface Outcome {
  /** Name of the benchmark, `group/what`. */
  readonly benchmark: string;
  /** What was measured: "CPU", "peak memory". */
  readonly metric: string;
  readonly unit: Unit;
  readonly ours: number;
  /** Distance of the median of the rounds from the figure, as a share; 0 for what does not vary. */
  readonly spread: number;
  readonly reference?: { readonly name: string; readonly figure: number };
  readonly target?: Target;
  /** Other ways to get the same, by name. */
  readonly peers?: Readonly<Record<string, number>>;
}

/** A benchmark that did not run. */
export interface Skipped {
  readonly benchmark: string;
  readonly why: string;
}

/** Ours divided by the reference. */
export function ratio(outcome: Outcome): number | undefined {
  return outcome.reference === undefined ? undefined : outcome.ours / outcome.reference.figure;
}

/** Whether the target is met; undefined where there is none. */
export function isMet(outcome: Outcome): boolean | undefined {
  const { target } = outcome;
  if (target === undefined) return undefined;
  const value = target.of === 'ratio' ? ratio(outcome) : outcome.ours;
  if (value === undefined) return undefined;
  return value <= (target.atMost ?? Infinity) && value >= (target.atLeast ?? -Infinity);
}

export interface Summary {
  readonly metric: string;
  readonly count: number;
  readonly ours: number;
  readonly peers: Readonly<Record<string, number>>;
}

/** Geometric means of the ratios to the reference, of ours and of each peer, over the outcomes of one metric. */
export function summarize(outcomes: readonly Outcome[], metric: string): Summary | undefined {
  const compared = outcomes.flatMap((o) => (o.metric === metric && o.reference ? [{ ...o, base: o.reference.figure }] : []));
  if (compared.length < 2) return undefined;
  const names = new Set(compared.flatMap((o) => Object.keys(o.peers ?? {})));
  const peers: Record<string, number> = {};
  for (const name of names) {
    const ratios = compared.flatMap((o) => (o.peers?.[name] === undefined ? [] : [o.peers[name] / o.base]));
    peers[`${name} (${ratios.length})`] = geometricMean(ratios);
  }
  return { metric, count: compared.length, ours: geometricMean(compared.map((o) => o.ours / o.base)), peers };
}
