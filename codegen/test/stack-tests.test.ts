// Which functions of ring 0 test the stack, for graphs of calls that are written here.

import { expect, test } from '@jest/globals';
import { functionsWithoutStackTest } from '../plan/stack-tests.js';

interface Sample {
  /** By function, whom it calls. */
  readonly calls: readonly (readonly number[])[];
  /** Bytes of each body. */
  readonly bytes?: readonly number[];
  readonly taken?: readonly number[];
  readonly importCount?: number;
}

function testing({ calls, bytes = calls.map(() => 10), taken = [], importCount = 0 }: Sample): number[] {
  const callStart = new Uint32Array(calls.length + 1);
  calls.forEach((each, i) => void (callStart[i + 1] = callStart[i] + each.length));
  const bodyStart = new Uint32Array(calls.length);
  const space = { count: calls.length, importCount, bodyStart, bodyEnd: Uint32Array.from(bytes) };
  const without = functionsWithoutStackTest({ callStart, callTargets: Uint32Array.from(calls.flat()) }, space, (f) => taken.includes(f));
  return [...without].flatMap((each, f) => (each === 1 ? [] : [f]));
}

test('small functions that do not call themselves need none', () => {
  expect(testing({ calls: [[1, 2], [2, 3], [], [2]] })).toEqual([]);
});

test.each<[what: string, calls: number[][], tested: number[]]>([
  ['itself', [[0]], [0]],
  ['itself through others', [[1], [2], [0]], [0]],
  ['two ways back', [[1], [0, 2], [1]], [0, 1]],
  ['a cycle that is entered twice', [[2], [2], [3], [2]], [2]],
  ['cycles that share a function', [[1, 2], [0], [0], [0]], [0]],
])('each cycle of calls has one that tests: %s', (_what, calls, tested) => {
  expect(testing({ calls })).toEqual(tested);
});

test('those that tables name test', () => {
  expect(testing({ calls: [[1], [2], []], taken: [1] })).toEqual([1]);
});

test('imports are not counted', () => {
  expect(testing({ calls: [[], [0]], importCount: 1 })).toEqual([0]);
});

test('what is used between two tests has a bound', () => {
  // A body of 1,100 bytes may need more than all may use; two of 400 may not, three may.
  expect(testing({ calls: [[1], []], bytes: [1100, 10] })).toEqual([0]);
  expect(testing({ calls: [[1], [2], [3], []], bytes: [400, 400, 400, 400] })).toEqual([1]);
  // The deepest chain counts, not the sum of all.
  expect(testing({ calls: [[1, 2, 3, 4], [], [], [], []], bytes: [300, 400, 400, 400, 400] })).toEqual([]);
});

test('a chain of any length is not followed by recursion', () => {
  const count = 200_000;
  expect(testing({ calls: Array.from({ length: count }, (_, f) => (f + 1 < count ? [f + 1] : [])) }).length).toBeGreaterThan(count / 100);
});
