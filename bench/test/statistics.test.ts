import { describe, expect, test } from '@jest/globals';
import { geometricMean, median, minimum, settled, spread } from '../statistics.js';

describe('statistics', () => {
  test('minimum and median', () => {
    expect(minimum([3, 1, 2])).toBe(1);
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([10, 9])).toBe(9.5);
    expect(() => minimum([])).toThrow(RangeError);
    expect(() => median([])).toThrow(RangeError);
  });

  test('the median leaves its argument in order', () => {
    const numbers = [3, 1, 2];
    median(numbers);
    expect(numbers).toEqual([3, 1, 2]);
  });

  test('spread is the distance of the median from the minimum', () => {
    expect(spread([100, 110, 300])).toBeCloseTo(0.1);
    expect(spread([7])).toBe(0);
    expect(spread([0, 0])).toBe(0);
  });

  test('geometric mean', () => {
    expect(geometricMean([2, 8])).toBeCloseTo(4);
    expect(geometricMean([0.5, 2])).toBeCloseTo(1);
    expect(() => geometricMean([])).toThrow(RangeError);
  });

  test('settled when no minimum falls by more than the tolerance', () => {
    expect(settled([100, 200], [100, 199], 0.01)).toBe(true);
    expect(settled([100, 200], [100, 190], 0.01)).toBe(false);
    expect(settled([100, 200], [98, 200], 0.01)).toBe(false);
  });
});
