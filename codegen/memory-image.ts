// Active data segments of memory 0 → what the executable's file holds of the memory.
// Segments are laid over each other in order; runs of memory without data become gaps between images, so that a
// module with data at both ends of a large memory stays small.

import type { WasmModule } from '../frontend/module.js';

/** Bytes of the initial memory: `start` is the address within the memory, a multiple of the page size. */
export interface MemoryImage {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** A gap of at least this many bytes (and two pages) separates two images. */
const GAP = 1 << 14;

/**
 * Lays out the active segments of a memory. `segments` are those that are there from the start, all within the initial
 * memory; `pageSize` is that of the target's kernel, in bytes; `offsetOf` evaluates a segment's offset expression.
 */
export function initialMemory(
  module: WasmModule, memory: number, segments: readonly number[], pageSize: number, offsetOf: (segment: number) => number,
): MemoryImage[] {
  const placed: MemoryImage[] = [];
  for (const i of segments) {
    const segment = module.dataSegments[i]!;
    if (segment.place?.index === memory && segment.end > segment.start) placed.push({ start: offsetOf(i), bytes: module.bytes.subarray(segment.start, segment.end) });
  }
  return merge(placed, pageSize);
}

function merge(placed: readonly MemoryImage[], pageSize: number): MemoryImage[] {
  const gap = Math.max(GAP, 2 * pageSize);
  const order = placed.map((_image, index) => index).sort((a, b) => placed[a]!.start - placed[b]!.start || a - b);
  const images: MemoryImage[] = [];
  for (let first = 0; first < order.length;) {
    const start = Math.floor(placed[order[first]!]!.start / pageSize) * pageSize;
    let end = start;
    let last = first;
    while (last < order.length && placed[order[last]!]!.start < end + gap) {
      const image = placed[order[last]!]!;
      end = Math.max(end, image.start + image.bytes.length);
      last++;
    }
    const bytes = new Uint8Array(end - start);
    // Module order decides where segments overlap.
    for (const index of order.slice(first, last).sort((a, b) => a - b)) bytes.set(placed[index]!.bytes, placed[index]!.start - start);
    images.push({ start, bytes });
    first = last;
  }
  return images;
}

/** An image without the zeros at its ends. */
export function withoutZeros({ start, bytes }: MemoryImage): MemoryImage {
  const first = bytes.findIndex((byte) => byte !== 0);
  const last = bytes.findLastIndex((byte) => byte !== 0);
  return first < 0 ? { start, bytes: bytes.subarray(0, 0) } : { start: start + first, bytes: bytes.subarray(first, last + 1) };
}
