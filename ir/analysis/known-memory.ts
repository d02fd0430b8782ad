// hot
// What is known of memories and globals at one point: a bounded list of facts "at this address (or in this global)
// stands this value". A write that may overlap a fact removes it. States can be saved and taken up again where a
// block has one predecessor.

import { constantOf } from '../constants.js';
import type { Func } from '../function.js';
import type { InstId, ValueId } from '../function.js';
import { Op, accessBytesLog2, accessMemory } from '../ops.js';
import { Type } from '../types.js';

/** How the bytes in memory and the known value relate. */
export const enum Extent {
  /** The value is exactly the bytes. */
  Full,
  /** The value is the bytes, zero-extended or sign-extended to its type. */
  ZeroExtended,
  SignExtended,
  /** The bytes are the low ones of the value. */
  Truncated,
}

// The fields of a fact, in doubles. A global is memory -1 and its index the base.
const MEMORY = 0,
  BASE = 1,
  OFFSET = 2,
  BYTES = 3,
  ROOT = 4,
  ADDEND = 5,
  VALUE = 6,
  TYPE = 7,
  EXTENT = 8;
const FIELDS = 9;
const CAPACITY = 32;
const GLOBAL = -1;
/** The base of constant addresses: no value. */
const NO_BASE = -1;

export class KnownMemory {
  private readonly facts = new Float64Array(FIELDS * CAPACITY);
  private count = 0;
  /** The fact that is overwritten next when the list is full. */
  private oldest = 0;

  // The address under consideration, set by `address`: base value, offset, and the base as root + addend.
  private memory = 0;
  private base = 0;
  private offset = 0;
  private bytes = 0;
  private root = 0;
  private addend = 0;

  private saved = new Float64Array(FIELDS * CAPACITY * 4);
  private savedLength = 0;

  clear(): void {
    this.count = 0;
  }

  /** Considers the address of an access; false if it is out of the reach of this analysis (offsets beyond 4 GiB). */
  address(func: Func, inst: InstId): boolean {
    if (func.imm2[inst] !== 0) return false;
    const aux = func.aux[inst];
    this.memory = accessMemory(aux);
    this.bytes = 1 << accessBytesLog2(aux);
    this.offset = func.imm[inst] >>> 0;
    this.base = func.operand(inst, 0);
    this.root = this.base;
    this.addend = 0;
    const definition = func.valueDef[this.base];
    if (definition < 0) return true;
    if (func.op[definition] === Op.Const) {
      if (func.imm2[definition] !== 0) return false;
      this.offset += func.imm[definition] >>> 0;
      this.base = NO_BASE;
      this.root = NO_BASE;
    } else if (func.op[definition] === Op.Add && func.type[definition] === Type.I32) {
      const c = constantOf(func, func.operand(definition, 1));
      if (c >= 0) {
        this.root = func.operand(definition, 0);
        this.addend = func.imm[c];
      }
    }
    return true;
  }

  /** Considers a global. */
  global(index: number): void {
    this.memory = GLOBAL;
    this.base = index;
    this.offset = 0;
    this.bytes = 0;
  }

  /** The fact about exactly the address or global under consideration, or -1. */
  find(): number {
    const { facts } = this;
    for (let at = (this.count - 1) * FIELDS; at >= 0; at -= FIELDS) {
      if (facts[at + BASE] === this.base && facts[at + OFFSET] === this.offset && facts[at + MEMORY] === this.memory && facts[at + BYTES] === this.bytes)
        return at;
    }
    return -1;
  }
  value(fact: number): ValueId {
    return this.facts[fact + VALUE];
  }
  type(fact: number): Type {
    return this.facts[fact + TYPE];
  }
  extent(fact: number): Extent {
    return this.facts[fact + EXTENT];
  }

  /** Removes the facts that a write to what is under consideration may make wrong. */
  kill(): void {
    const { facts } = this;
    for (let at = (this.count - 1) * FIELDS; at >= 0; at -= FIELDS) {
      if (facts[at + MEMORY] !== this.memory || this.isDisjoint(at)) continue;
      this.count--;
      facts.copyWithin(at, this.count * FIELDS, (this.count + 1) * FIELDS);
    }
  }

  /** Removes all facts about memories. */
  killMemories(): void {
    const { facts } = this;
    for (let at = (this.count - 1) * FIELDS; at >= 0; at -= FIELDS) {
      if (facts[at + MEMORY] === GLOBAL) continue;
      this.count--;
      facts.copyWithin(at, this.count * FIELDS, (this.count + 1) * FIELDS);
    }
  }

  /**
   * Whether a fact of the same memory cannot overlap what is under consideration. Effective addresses do not wrap, but
   * `root + addend` does modulo 2^32: the distance of two of them is known up to one multiple of that.
   */
  private isDisjoint(at: number): boolean {
    const { facts } = this;
    if (this.memory === GLOBAL) return facts[at + BASE] !== this.base;
    let distance = this.offset - facts[at + OFFSET];
    if (facts[at + BASE] === this.base) return isApart(distance, facts[at + BYTES], this.bytes);
    if (facts[at + ROOT] !== this.root || this.root === NO_BASE) return false;
    distance += this.addend - facts[at + ADDEND];
    return (
      isApart(distance, facts[at + BYTES], this.bytes) &&
      isApart(distance - 2 ** 32, facts[at + BYTES], this.bytes) &&
      isApart(distance + 2 ** 32, facts[at + BYTES], this.bytes)
    );
  }

  /** Adds the fact that what is under consideration holds `value`. */
  add(value: ValueId, type: Type, extent: Extent): void {
    let at = this.count * FIELDS;
    if (this.count < CAPACITY) this.count++;
    else {
      at = this.oldest * FIELDS;
      this.oldest = (this.oldest + 1) % CAPACITY;
    }
    const { facts } = this;
    facts[at + MEMORY] = this.memory;
    facts[at + BASE] = this.base;
    facts[at + OFFSET] = this.offset;
    facts[at + BYTES] = this.bytes;
    facts[at + ROOT] = this.root;
    facts[at + ADDEND] = this.addend;
    facts[at + VALUE] = value;
    facts[at + TYPE] = type;
    facts[at + EXTENT] = extent;
  }

  /** Saves the state; the result is for `restore`. */
  save(): number {
    const handle = this.savedLength;
    const length = this.count * FIELDS;
    if (handle + 1 + length > this.saved.length) {
      const larger = new Float64Array(this.saved.length * 2);
      larger.set(this.saved);
      this.saved = larger;
    }
    this.saved[handle] = this.count;
    this.saved.set(this.facts.subarray(0, length), handle + 1);
    this.savedLength += 1 + length;
    return handle;
  }
  restore(handle: number): void {
    this.count = this.saved[handle];
    this.facts.set(this.saved.subarray(handle + 1, handle + 1 + this.count * FIELDS));
  }
}

/** Whether `n2` bytes that begin `distance` behind the begin of `n1` bytes do not overlap them. */
const isApart = (distance: number, n1: number, n2: number): boolean => distance >= n1 || distance <= -n2;
