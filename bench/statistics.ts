// The few statistics that a measurement under load needs: the minimum of interleaved rounds is the figure, the distance
// of the median from it tells how far to trust it.

export function minimum(numbers: readonly number[]): number {
  if (numbers.length === 0) throw new RangeError('the minimum of nothing');
  return numbers.reduce((least, n) => (n < least ? n : least));
}

export function median(numbers: readonly number[]): number {
  if (numbers.length === 0) throw new RangeError('the median of nothing');
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** How far the median lies above the minimum, as a share of it: 0.05 is 5 %. */
export function spread(numbers: readonly number[]): number {
  const least = minimum(numbers);
  return least === 0 ? 0 : median(numbers) / least - 1;
}

export function geometricMean(numbers: readonly number[]): number {
  if (numbers.length === 0) throw new RangeError('the geometric mean of nothing');
  return Math.exp(numbers.reduce((sum, n) => sum + Math.log(n), 0) / numbers.length);
}

/** Whether another batch of rounds still improved a minimum by more than `tolerance`: if not, measuring can stop. */
export function settled(before: readonly number[], after: readonly number[], tolerance: number): boolean {
  return before.every((old, i) => (after[i] ?? old) >= old * (1 - tolerance));
}
