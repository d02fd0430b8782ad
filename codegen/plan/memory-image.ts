// Active data segments of a memory → what the executable's file holds of it, and what is copied when the program starts.
// Segments are laid over each other in order. Where data is dense, the file has a segment that the kernel maps; runs of data
// that lie far apart, between zeros that the module does not contain, are copied from a table.

import type { WasmModule } from '../../frontend/module.js';
import type { Target } from '../target.js';

/** Bytes of the initial memory: `start` is the address within the memory. */
export interface MemoryImage {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** What a memory starts with, in ascending order. */
export interface InitialMemory {
  /** Segments of the file: each begins at a page. */
  readonly images: readonly MemoryImage[];
  /** What is copied when the program starts, without zeros at the ends. */
  readonly copied: readonly MemoryImage[];
}

/** Data this close together is one run: a row of the table of runs is larger. */
const NEAR = 16;
/** A gap of at least this many bytes (and two pages) separates two images. */
const GAP = 1 << 14;
/** Zeros beyond the bytes of their data that all images together may have. */
const SPARE_BYTES = 1 << 18;
/** With those of the program itself, program headers for so many images fit in a page, which is all that older kernels read. */
const MOST_IMAGES = 48;

/** A stretch of memory that segments fill: `order[first]` to `order[last - 1]`, or runs `first` to `last - 1`. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly first: number;
  readonly last: number;
}

/**
 * Lays out the active segments of a memory. `segments` are those that are there from the start, all within the initial
 * memory; `offsetOf` evaluates a segment's offset expression. Without a target, all data is copied.
 */
export function initialMemory(
  module: WasmModule,
  memory: number,
  segments: readonly number[],
  target: Pick<Target, 'maxPageSize' | 'copiedImageSize'> | undefined,
  offsetOf: (segment: number) => number,
): InitialMemory {
  const placed: MemoryImage[] = [];
  for (const i of segments) {
    const segment = module.dataSegments[i];
    if (segment.place?.index === memory && segment.end > segment.start)
      placed.push({ start: offsetOf(i), bytes: module.bytes.subarray(segment.start, segment.end) });
  }
  const order = placed.map((_image, index) => index).sort((a, b) => placed[a].start - placed[b].start || a - b);
  const runs = stretches(
    order.map((index) => placed[index]).map(({ start, bytes }) => ({ start, end: start + bytes.length })),
    NEAR,
  );
  const filled = (start: number, end: number, first: number, last: number): MemoryImage => {
    const bytes = new Uint8Array(end - start);
    // Module order decides where segments overlap.
    for (const index of order.slice(first, last).sort((a, b) => a - b)) bytes.set(placed[index].bytes, placed[index].start - start);
    return { start, bytes };
  };
  const copy = (list: readonly Stretch[]): MemoryImage[] =>
    list.map(({ start, end, first, last }) => withoutZeros(filled(start, end, first, last))).filter(({ bytes }) => bytes.length > 0);
  if (target === undefined) return { images: [], copied: copy(runs) };

  const { maxPageSize } = target;
  const groups = stretches(runs, Math.max(GAP, 2 * maxPageSize));
  const mapped = chooseImages(groups, runs, target);
  return {
    images: groups
      .filter((group) => mapped.has(group))
      .map(({ start, end, first, last }) => filled(Math.floor(start / maxPageSize) * maxPageSize, end, runs[first].first, runs[last - 1].last)),
    copied: copy(groups.flatMap((group) => (mapped.has(group) ? [] : runs.slice(group.first, group.last)))),
  };
}

/** Joins what is less than `gap` apart; `parts` ascend. */
function stretches(parts: readonly { readonly start: number; readonly end: number }[], gap: number): Stretch[] {
  const found: Stretch[] = [];
  for (let first = 0, last = 0; first < parts.length; first = last) {
    const { start } = parts[first];
    let end = start;
    for (; last < parts.length && (last === first || parts[last].start < end + gap); last++) end = Math.max(end, parts[last].end);
    found.push({ start, end, first, last });
  }
  return found;
}

/** The groups of runs that become segments of the file: those with most data first, as long as zeros do not make the file much larger. */
function chooseImages(
  groups: readonly Stretch[],
  runs: readonly Stretch[],
  { maxPageSize, copiedImageSize }: Pick<Target, 'maxPageSize' | 'copiedImageSize'>,
): Set<Stretch> {
  const sized = groups.map((group) => {
    const data = runs.slice(group.first, group.last).reduce((sum, { start, end }) => sum + end - start, 0);
    const pages = Math.ceil(group.end / maxPageSize) - Math.floor(group.start / maxPageSize);
    return { group, data, size: group.end - Math.floor(group.start / maxPageSize) * maxPageSize, zeros: pages * maxPageSize - 2 * data };
  });
  const chosen = new Set<Stretch>();
  let spare = SPARE_BYTES;
  for (const { group, size, zeros } of sized.sort((a, b) => b.data - a.data || a.group.start - b.group.start)) {
    if (size <= copiedImageSize || zeros > spare || chosen.size === MOST_IMAGES) continue;
    spare -= Math.max(zeros, 0);
    chosen.add(group);
  }
  return chosen;
}

/** An image without the zeros at its ends. */
function withoutZeros({ start, bytes }: MemoryImage): MemoryImage {
  const first = bytes.findIndex((byte) => byte !== 0);
  const last = bytes.findLastIndex((byte) => byte !== 0);
  return first < 0 ? { start, bytes: bytes.subarray(0, 0) } : { start: start + first, bytes: bytes.subarray(first, last + 1) };
}
