// hot
// Where a linear memory is, how large it is, and the comparison in front of an access that needs one. Memory 0 is the
// symbol w2e_memory with its size beside it; a further memory is a `struct w2e_memory`, whose base moves when it grows.
// Base and size are in a scope (!5) that no store into a memory writes, so that LLVM may load them once for many accesses.
// With 32-bit addresses no sum of 64 bits wraps; with 64-bit ones the comparisons subtract from the size instead.

import type { FunctionEmitter } from './emit-function.js';
import { MEMORY_SIZE, MEMORY_TYPE } from './symbols.js';

/** The address of a memory's first byte. */
export function memoryBase(e: FunctionEmitter, memory: number): string {
  if (memory === 0) return e.out.memory();
  const base = e.temp();
  e.line(`${base} = load ptr, ptr ${e.out.furtherMemory(memory)}, !alias.scope !5`);
  return base;
}

/** What a store into a memory ends with. */
export function storeScope(memory: number): string {
  return memory === 0 ? '' : ', !noalias !5';
}

/** The current size of a memory in bytes, as i64. */
export function memorySize(e: FunctionEmitter, memory: number): string {
  const size = e.temp();
  if (memory === 0) {
    e.out.memorySize();
    e.line(`${size} = load i64, ptr ${MEMORY_SIZE}`);
  } else {
    e.line(`${size} = load i64, ptr getelementptr (${MEMORY_TYPE}, ptr ${e.out.furtherMemory(memory)}, i64 0, i32 1), !alias.scope !5`);
  }
  return size;
}

/** Traps unless `length` bytes from `start` on (both i64, zero-extended) are in a memory. */
export function checkRange(e: FunctionEmitter, memory: number, start: string, length: string): void {
  if (!e.out.plan.memories[memory]!.is64) {
    const end = e.temp();
    e.line(`${end} = add i64 ${start}, ${length}`);
    const size = memorySize(e, memory), outside = e.temp();
    e.line(`${outside} = icmp ugt i64 ${end}, ${size}`);
    return e.trapIf(outside, 'out_of_bounds_memory_access');
  }
  trapUnlessRoom(e, memorySize(e, memory), start, length, false);
}

/** Traps unless an access of `bytes` bytes at `index + offset` is in a memory; nothing where a fault will do that. */
export function checkAccess(e: FunctionEmitter, memory: number, index: string, offset: bigint, bytes: number): void {
  const { is64, checked, initialBytes } = e.out.plan.memories[memory]!;
  if (!checked) return;
  const needed = offset + BigInt(bytes);
  if (needed >= 1n << 64n) return e.trapIf('true', 'out_of_bounds_memory_access');
  const fits = needed <= BigInt(initialBytes);
  if (!is64 && !fits) return checkRange(e, memory, index, String(needed));
  trapUnlessRoom(e, memorySize(e, memory), index, String(needed), fits);
}

/** `length <= size`, which memories that never shrink may promise (`fits`), and `start <= size - length`. */
function trapUnlessRoom(e: FunctionEmitter, size: string, start: string, length: string, fits: boolean): void {
  const last = e.temp(), beyond = e.temp();
  e.line(`${last} = sub i64 ${size}, ${length}`);
  e.line(`${beyond} = icmp ugt i64 ${start}, ${last}`);
  if (fits) return e.trapIf(beyond, 'out_of_bounds_memory_access');
  const small = e.temp(), outside = e.temp();
  e.line(`${small} = icmp ult i64 ${size}, ${length}`);
  e.line(`${outside} = or i1 ${small}, ${beyond}`);
  e.trapIf(outside, 'out_of_bounds_memory_access');
}
