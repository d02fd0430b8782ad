// hot
// Where a linear memory is, how large it is, and the comparison in front of an access that needs one. Memory 0 is the
// symbol w2e_memory with its size beside it, or in an object for a foreign program what the variable of that name points
// to from instantiation on; a further memory is a `struct w2e_memory`, whose base moves when it grows.
// Bases, sizes, and where memory 0 is no symbol also globals and tables, are in a scope (!5) that no access of a memory
// touches, so that LLVM may keep them over stores. With 32-bit addresses no sum of 64 bits wraps; with 64-bit ones the
// comparisons subtract from the size instead.

import type { FunctionEmitter } from './emit-function.js';
import { MEMORY_SIZE, MEMORY_TYPE } from './symbols.js';

const IN_SCOPE = ', !alias.scope !5', OUT_OF_SCOPE = ', !noalias !5';

/** Whether a memory's first byte is a symbol. */
export function isFixed(e: FunctionEmitter, memory: number): boolean {
  return memory === 0 && !e.out.plan.embedded;
}

/** The address of a memory's first byte. */
export function memoryBase(e: FunctionEmitter, memory: number): string {
  if (isFixed(e, memory)) return e.out.memory();
  const base = e.temp();
  if (memory === 0) e.line(`${base} = load ptr, ptr ${e.out.memory()}, !invariant.load !2`);
  else e.line(`${base} = load ptr, ptr ${e.out.furtherMemory(memory)}${IN_SCOPE}`);
  return base;
}

/** What a store into a memory ends with. */
export function storeScope(e: FunctionEmitter, memory: number): string {
  return isFixed(e, memory) ? '' : OUT_OF_SCOPE;
}

/** What a load from a memory ends with. */
export function loadScope(e: FunctionEmitter): string {
  return e.out.plan.embedded ? OUT_OF_SCOPE : '';
}

/** What loads and stores of the module's own variables end with. */
export function ownScope(e: FunctionEmitter): string {
  return e.out.plan.embedded ? IN_SCOPE : '';
}

/** The current size of a memory in bytes, as i64. */
export function memorySize(e: FunctionEmitter, memory: number): string {
  const size = e.temp();
  if (memory === 0) {
    e.out.memorySize();
    e.line(`${size} = load i64, ptr ${MEMORY_SIZE}${ownScope(e)}`);
  } else {
    e.line(`${size} = load i64, ptr getelementptr (${MEMORY_TYPE}, ptr ${e.out.furtherMemory(memory)}, i64 0, i32 1)${IN_SCOPE}`);
  }
  return size;
}

/** The same for memory.copy and memory.fill, where a range of no bytes may be everywhere in some modules. */
export function checkBulk(e: FunctionEmitter, memory: number, start: string, length: string): void {
  if (!e.out.plan.memories[memory]!.emptyAnywhere) return checkRange(e, memory, start, length);
  const empty = e.temp(), checked = e.temp();
  e.line(`${empty} = icmp eq i64 ${length}, 0`);
  e.line(`${checked} = select i1 ${empty}, i64 0, i64 ${start}`);
  checkRange(e, memory, checked, length);
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
