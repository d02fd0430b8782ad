// What instantiation does at run time: the body of a function that ends where a step traps.

import type { InstantiationStep } from '../plan/instantiation.js';
import { callFunction } from './call-function.js';
import { copyBytes } from './intrinsics.js';
import { memoryBase, memorySize } from './memory-place.js';
import type { PartitionText } from './partition-text.js';
import { wideTableSize } from './table.js';
import type { Operand, Writer } from './writer.js';

/** Writes the steps, and the end of the function. */
export function emitSteps(w: Writer, out: PartitionText, steps: readonly InstantiationStep[]): void {
  for (const step of steps) {
    switch (step.kind) {
      case 'trap':
        return w.endInTrap(step.trap);
      case 'call':
        callFunction(w, out, step.functionIndex, []);
        break;
      case 'memory-size':
        w.trapUnless(w.icmp('uge', 'i64', memorySize(w, out, step.index), String(step.min)), 'incompatible_import_type');
        break;
      case 'table-size':
        w.trapUnless(w.icmp('uge', 'i64', sizeOfTable(w, out, step.index), String(step.min)), 'incompatible_import_type');
        break;
      case 'element': {
        out.callRuntime(w, 'table_init', [out.table(step.into), out.elements(step.segment), step.length, step.offset, 0, step.length]);
        w.store('i32', 0, out.elementLength(step.segment));
        break;
      }
      case 'data':
        copyData(w, out, step.segment, step.into, step.offset, step.length);
    }
  }
  w.ret();
}

/** The size of a table as i64. */
function sizeOfTable(w: Writer, out: PartitionText, table: number): Operand {
  const { elements } = out.plan.tables[table];
  return elements === undefined ? wideTableSize(w, out, table) : String(elements.length);
}

function copyData(w: Writer, out: PartitionText, segment: number, memory: number, offset: bigint, length: number): void {
  // size - length >= offset, and no less than 0: no sum wraps.
  const size = memorySize(w, out, memory);
  w.trapUnless(w.icmp('uge', 'i64', size, length), 'out_of_bounds_memory_access');
  w.trapUnless(w.icmp('uge', 'i64', w.binary('sub', 'i64', size, length), String(offset)), 'out_of_bounds_memory_access');
  copyBytes(w, out, w.index('i8', memoryBase(w, out, memory), offset), out.data(segment), length);
  w.store('i32', 0, out.dataLength(segment));
}
