import { describe, expect, test } from '@jest/globals';
import { type Outcome, isMet, ratio, summarize } from '../outcome.js';

const outcome = (ours: number, reference?: number, more: Partial<Outcome> = {}): Outcome => ({
  benchmark: 'group/what',
  metric: 'CPU',
  unit: 'ns',
  ours,
  spread: 0,
  ...(reference === undefined ? {} : { reference: { name: 'native', figure: reference } }),
  ...more,
});

describe('outcomes', () => {
  test('ratio to the reference', () => {
    expect(ratio(outcome(120, 100))).toBeCloseTo(1.2);
    expect(ratio(outcome(120))).toBeUndefined();
  });

  test('targets of the ratio, from above and from below', () => {
    const atMost = { target: { of: 'ratio', atMost: 1.15 } } as const;
    const atLeast = { target: { of: 'ratio', atLeast: 0.95 } } as const;
    expect(isMet(outcome(115, 100, atMost))).toBe(true);
    expect(isMet(outcome(116, 100, atMost))).toBe(false);
    expect(isMet(outcome(96, 100, atLeast))).toBe(true);
    expect(isMet(outcome(94, 100, atLeast))).toBe(false);
  });

  test('a target of the figure needs no reference, one of the ratio does', () => {
    expect(isMet(outcome(30, undefined, { target: { of: 'figure', atMost: 25 } }))).toBe(false);
    expect(isMet(outcome(20, undefined, { target: { of: 'figure', atMost: 25 } }))).toBe(true);
    expect(isMet(outcome(20, undefined, { target: { of: 'ratio', atMost: 25 } }))).toBeUndefined();
    expect(isMet(outcome(20, 10))).toBeUndefined();
  });

  test('summary over one metric, peers only where they ran', () => {
    const summary = summarize([outcome(200, 100, { peers: { V8: 400 } }), outcome(50, 100), outcome(1, 100, { metric: 'wall' }), outcome(7)], 'CPU');
    expect(summary?.count).toBe(2);
    expect(summary?.ours).toBeCloseTo(1);
    expect(summary?.peers['V8 (1)']).toBeCloseTo(4);
    expect(summarize([outcome(1, 1)], 'CPU')).toBeUndefined();
  });
});
