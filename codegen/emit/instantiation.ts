// What instantiation does at run time: the body of a function that ends where a step traps.

import { MEMORY_SIZE_FIELD, MEMORY_TYPE, TABLE_SIZE_FIELD, TABLE_TYPE } from '../contract.js';
import type { InstantiationStep } from '../plan/instantiation.js';
import { callFunction } from './call-function.js';
import { isFixed } from './memory-place.js';
import type { PartitionText } from './partition-text.js';
import { Attributes, member } from './writer.js';
import type { Operand, Writer } from './writer.js';

/** Writes the steps, and the end of the function. */
export function emitSteps(w: Writer, out: PartitionText, steps: readonly InstantiationStep[]): void {
  for (const step of steps) {
    switch (step.kind) {
      case 'trap':
        w.call('void', out.trap(step.trap), '', undefined, 'call', Attributes.Trap);
        return w.unreachable();
      case 'call':
        callFunction(w, out, step.functionIndex, []);
        break;
      case 'memory-size':
        w.trapUnless(w.icmp('uge', 'i64', memorySize(w, out, step.index), String(step.min)), 'incompatible_import_type');
        break;
      case 'table-size':
        w.trapUnless(w.icmp('uge', 'i64', tableSize(w, out, step.index), String(step.min)), 'incompatible_import_type');
        break;
      case 'element': {
        const init = out.runtime('w2e_table_init', 'void', 'ptr, ptr, i64, i64, i64, i64');
        w.call('void', init, `ptr ${out.table(step.into)}, ptr ${out.elements(step.segment)}, i64 ${step.length}, i64 ${step.offset}, i64 0, i64 ${step.length}`);
        w.store('i32', 0, out.elementLength(step.segment));
        break;
      }
      case 'data':
        copyData(w, out, step.segment, step.into, step.offset, step.length);
    }
  }
  w.ret();
}

function memorySize(w: Writer, out: PartitionText, memory: number): Operand {
  return w.load('i64', memory === 0 ? out.memorySize() : member(MEMORY_TYPE, out.furtherMemory(memory), MEMORY_SIZE_FIELD));
}

function tableSize(w: Writer, out: PartitionText, table: number): Operand {
  const { elements } = out.plan.tables[table]!;
  if (elements !== undefined) return String(elements.length);
  return w.cast('zext', 'i32', w.load('i32', member(TABLE_TYPE, out.table(table), TABLE_SIZE_FIELD)), 'i64');
}

function copyData(w: Writer, out: PartitionText, segment: number, memory: number, offset: bigint, length: number): void {
  // size - length >= offset, and no less than 0: no sum wraps.
  const size = memorySize(w, out, memory);
  w.trapUnless(w.icmp('uge', 'i64', size, length), 'out_of_bounds_memory_access');
  w.trapUnless(w.icmp('uge', 'i64', w.binary('sub', 'i64', size, length), String(offset)), 'out_of_bounds_memory_access');
  const base = isFixed(out.plan, memory) ? out.memory() : w.load('ptr', memory === 0 ? out.memory() : out.furtherMemory(memory));
  const at = w.index('i8', base, offset);
  w.call('void', out.intrinsic('llvm.memcpy.p0.p0.i64', 'void', 'ptr, ptr, i64, i1'), `ptr ${at}, ptr ${out.data(segment)}, i64 ${length}, i1 false`);
  w.store('i32', 0, out.dataLength(segment));
}
