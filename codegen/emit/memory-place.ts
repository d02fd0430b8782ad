// hot
// Where a linear memory is, how large it is, and the comparison in front of an access that needs one. Memory 0 is the
// symbol w2e_memory with its size beside it, or in an object for a foreign program what the variable of that name points
// to from instantiation on; a further memory is a `struct w2e_memory`.
// Bases, sizes, and where memory 0 is no symbol also globals and tables, have a scope of their own, so that LLVM may keep
// them over stores. With 32-bit addresses no sum of 64 bits wraps; with 64-bit ones the comparisons subtract from the
// size instead.

import { MEMORY_SIZE_FIELD, MEMORY_TYPE } from '../contract.js';
import type { Plan } from '../plan/plan.js';
import { MEMORY_SIZE } from '../symbols.js';
import type { PartitionText } from './partition-text.js';
import { Scope, member } from './writer.js';
import type { Operand, Writer } from './writer.js';

/** Whether a memory's first byte is a symbol. */
export function isFixed(plan: Plan, memory: number): boolean {
  return memory === 0 && plan.memoryAt === 'symbol';
}

/** The address of a memory's first byte. */
export function memoryBase(w: Writer, out: PartitionText, memory: number): Operand {
  if (isFixed(out.plan, memory)) return out.memory();
  return memory === 0 ? w.load('ptr', out.memory(), undefined, Scope.Invariant) : w.load('ptr', out.furtherMemory(memory), undefined, Scope.Own);
}

/** The scope of stores into a memory. */
export function storeScope(plan: Plan, memory: number): Scope {
  return isFixed(plan, memory) ? Scope.Any : Scope.Memory;
}

/** The scope of loads from a memory. */
export function loadScope(plan: Plan): Scope {
  return plan.aliasScopes ? Scope.Memory : Scope.Any;
}

/** The scope of the module's own variables. */
export function ownScope(plan: Plan): Scope {
  return plan.aliasScopes ? Scope.Own : Scope.Any;
}

/** The current size of a memory in bytes, as i64. */
export function memorySize(w: Writer, out: PartitionText, memory: number): Operand {
  if (memory > 0) return w.load('i64', member(MEMORY_TYPE, out.furtherMemory(memory), MEMORY_SIZE_FIELD), undefined, Scope.Own);
  out.memorySize();
  return w.load('i64', MEMORY_SIZE, undefined, ownScope(out.plan));
}

/** `checkRange` for memory.copy and memory.fill, where a range of no bytes may be everywhere in some modules. */
export function checkBulk(w: Writer, out: PartitionText, memory: number, start: Operand, length: Operand): void {
  if (!out.plan.memories[memory].emptyAnywhere) return checkRange(w, out, memory, start, length);
  const empty = w.icmp('eq', 'i64', length, 0);
  checkRange(w, out, memory, w.select(empty, 'i64', '0', start), length);
}

/** Traps unless `length` bytes from `start` on (both i64, zero-extended) are in a memory. */
export function checkRange(w: Writer, out: PartitionText, memory: number, start: Operand, length: Operand): void {
  if (out.plan.memories[memory].is64) return trapUnlessRoom(w, memorySize(w, out, memory), start, length, false);
  const end = w.binary('add', 'i64', start, length);
  w.trapIf(w.icmp('ugt', 'i64', end, memorySize(w, out, memory)), 'out_of_bounds_memory_access');
}

/** Traps unless an access of `bytes` bytes at `index + offset` is in a memory; nothing where a fault will do that. */
export function checkAccess(w: Writer, out: PartitionText, memory: number, index: Operand, offset: bigint, bytes: number): void {
  const { is64, checked, initialBytes } = out.plan.memories[memory];
  if (!checked) return;
  const needed = offset + BigInt(bytes);
  if (needed >= 1n << 64n) return w.trapIf('true', 'out_of_bounds_memory_access');
  const fits = needed <= BigInt(initialBytes);
  if (!is64 && !fits) return checkRange(w, out, memory, index, String(needed));
  trapUnlessRoom(w, memorySize(w, out, memory), index, String(needed), fits);
}

/** `length <= size`, which memories that never shrink may promise (`fits`), and `start <= size - length`. */
function trapUnlessRoom(w: Writer, size: Operand, start: Operand, length: Operand, fits: boolean): void {
  const beyond = w.icmp('ugt', 'i64', start, w.binary('sub', 'i64', size, length));
  if (fits) return w.trapIf(beyond, 'out_of_bounds_memory_access');
  w.trapIf(w.binary('or', 'i1', w.icmp('ult', 'i64', size, length), beyond), 'out_of_bounds_memory_access');
}
