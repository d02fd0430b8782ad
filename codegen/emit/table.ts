// Tables: `struct w2e_table` { elements, size, max } with pointers as elements.
// Immutable tables never get here except for `table.size` and `table.get`'s absence: the plan keeps a table
// constant only if no instruction but call_indirect and table.size names it.

import type { InstId } from '../../ir/function.js';
import { Op } from '../../ir/ops.js';
import { TABLE_SIZE_FIELD, TABLE_TYPE } from '../contract.js';
import type { Environment } from './environment.js';
import { userAddress } from './kernel-reference.js';
import { ownScope } from './memory-place.js';
import { notEmitted } from './not-emitted.js';
import type { PartitionText } from './partition-text.js';
import { member } from './writer.js';
import type { Operand, Writer } from './writer.js';

/** Emits one operation on a table or an element segment. */
export function emitTableOperation(w: Writer, env: Environment, inst: InstId, op: Op): void {
  const { func, out } = env;
  const index = func.imm[inst];
  switch (op) {
    case Op.TableSize: {
      const { elements, is64 } = out.plan.tables[index];
      if (elements !== undefined) return void w.binary('add', is64 ? 'i64' : 'i32', '0', elements.length, env.result(inst));
      if (!is64) return void tableSize(w, out, index, env.result(inst));
      return void wideTableSize(w, out, index, env.result(inst));
    }
    case Op.TableGet:
      return void w.load('ptr', elementAddress(w, env, index, inst), env.result(inst), ownScope(out.plan));
    case Op.TableSet:
      return w.store('ptr', env.operand(inst, 1), elementAddress(w, env, index, inst), ownScope(out.plan));
    case Op.TableGrow: {
      const delta = env.zeroExtended(w, func.operand(inst, 1));
      const grow = (into?: Operand): Operand => out.callRuntime(w, 'table_grow', [out.table(index), delta, env.operand(inst, 0)], into);
      if (out.plan.tables[index].is64) return void grow(env.result(inst));
      return void w.cast('trunc', 'i64', grow(), 'i32', env.result(inst));
    }
    case Op.TableFill: {
      const [at, count] = [0, 2].map((k) => env.zeroExtended(w, func.operand(inst, k)));
      return void out.callRuntime(w, 'table_fill', [out.table(index), at!, env.operand(inst, 1), count!]);
    }
    case Op.TableCopy: {
      return void out.callRuntime(w, 'table_copy', [out.table(index), out.table(func.imm2[inst]), ...range(w, env, inst)]);
    }
    case Op.TableInit: {
      const length = w.cast('zext', 'i32', w.load('i32', out.elementLength(index)), 'i64');
      return void out.callRuntime(w, 'table_init', [out.table(func.imm2[inst]), out.elements(index), length, ...range(w, env, inst)]);
    }
    case Op.ElemDrop:
      return w.store('i32', 0, out.elementLength(index));
    default:
      return notEmitted(op);
  }
}

/** Destination, source and length as arguments. */
function range(w: Writer, env: Environment, inst: InstId): Operand[] {
  return [0, 1, 2].map((k) => env.zeroExtended(w, env.func.operand(inst, k)));
}

/** The current size of a table that is a `struct w2e_table`, as i32. */
function tableSize(w: Writer, out: PartitionText, index: number, into?: Operand): Operand {
  return w.load('i32', member(TABLE_TYPE, out.table(index), TABLE_SIZE_FIELD), into, ownScope(out.plan));
}

/** The same as i64. */
export function wideTableSize(w: Writer, out: PartitionText, index: number, into?: Operand): Operand {
  return w.cast('zext', 'i32', tableSize(w, out, index), 'i64', into);
}

/** Where the elements of a table are that is a `struct w2e_table`. */
export function tableElements(w: Writer, out: PartitionText, index: number): Operand {
  const elements = w.load('ptr', out.table(index), undefined, ownScope(out.plan));
  return out.kernel === undefined ? elements : userAddress(w, elements);
}

/** The address of the element that operand 0 selects, in bounds or trapped. */
function elementAddress(w: Writer, env: Environment, index: number, inst: InstId): Operand {
  const { out } = env;
  const element = env.zeroExtended(w, env.func.operand(inst, 0));
  const size = wideTableSize(w, out, index);
  w.trapIf(w.icmp('uge', 'i64', element, size), 'out_of_bounds_table_access');
  return w.index('ptr', tableElements(w, out, index), element);
}
