// hot
// The names of a module's exports, to find one that is there twice: a hash table of ranges of the module's bytes (open
// addressing, linear probing), which makes no string. A module may be made to have names that collide: what finds no place
// in a few steps goes to a set of strings instead, so that the time is linear whatever the names are. V8 hashes strings of more than
// 16,383 characters by their length only, so of long names the set has digests, which nobody can make collide.

import { createHash } from 'node:crypto';

const MAXIMUM_STEPS = 32;
/** Bytes of the longest name that is a string of the set, and that is compared byte by byte. */
const LONGEST_STRING = 1024;

export class ExportNames {
  private readonly view: DataView;
  private readonly buffer: Buffer;
  private readonly mask: number;
  /** Entry + 1, or 0. */
  private readonly slots: Int32Array;
  private readonly hashes: Int32Array;
  private readonly starts: Uint32Array;
  private readonly ends: Uint32Array;
  private count = 0;
  private readonly others = new Set<string>();
  /** Of the long names among the others. */
  private readonly digests = new Set<string>();

  /** For at most `capacity` names, which are ranges of `bytes`. */
  constructor(
    private readonly bytes: Uint8Array,
    capacity: number,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.mask = (2 << (32 - Math.clz32(capacity))) - 1;
    this.slots = new Int32Array(this.mask + 1);
    this.hashes = new Int32Array(capacity);
    this.starts = new Uint32Array(capacity);
    this.ends = new Uint32Array(capacity);
  }

  /** Adds the name in `[start, end)`; false if it is there already. */
  add(start: number, end: number): boolean {
    const { slots, hashes, mask } = this;
    const hash = this.hash(start, end);
    let slot = hash & mask;
    for (let step = 0; step < MAXIMUM_STEPS; step++) {
      const entry = slots[slot] - 1;
      if (entry < 0) {
        slots[slot] = this.count + 1;
        this.remember(hash, start, end);
        return true;
      }
      if (hashes[entry] === hash && this.equals(entry, start, end)) return false;
      slot = (slot + 1) & mask;
    }
    const name = this.buffer.subarray(start, end);
    if (name.length > LONGEST_STRING) return this.digests.size !== this.digests.add(createHash('sha256').update(name).digest('base64')).size;
    return this.others.size !== this.others.add(name.toString('latin1')).size;
  }

  private remember(hash: number, start: number, end: number): void {
    this.hashes[this.count] = hash;
    this.starts[this.count] = start;
    this.ends[this.count++] = end;
  }

  private hash(start: number, end: number): number {
    const { view, bytes } = this;
    let hash = end - start;
    let at = start;
    for (; at + 4 <= end; at += 4) {
      hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    for (; at < end; at++) hash = Math.imul(hash ^ bytes[at], 0x9e3779b1);
    return hash ^ (hash >>> 15);
  }

  private equals(entry: number, start: number, end: number): boolean {
    const { bytes } = this;
    let other = this.starts[entry];
    if (this.ends[entry] - other !== end - start) return false;
    if (end - start > LONGEST_STRING) return this.buffer.compare(this.buffer, start, end, other, other + end - start) === 0;
    for (let at = start; at < end; at++) if (bytes[at] !== bytes[other++]) return false;
    return true;
  }
}
