// Tables in LLVM IR: `struct w2e_table` { elements, size, max } with pointers as elements.
// Immutable tables never get here except for `table.size` and `table.get`'s absence: the plan keeps a table
// constant only if no instruction but call_indirect and table.size names it.

import type { InstId } from '../ir/function.js';
import { Op } from '../ir/ops.js';
import type { FunctionEmitter } from './emit-function.js';
import { TABLE_TYPE } from './symbols.js';

/** Emits one operation on a table or an element segment. */
export function emitTableOperation(e: FunctionEmitter, inst: InstId, op: Op): void {
  const { func, out } = e;
  const index = func.imm[inst]!;
  switch (op) {
    case Op.TableSize: {
      const constant = out.plan.tables[index]!.elements;
      return e.assign(func.result(inst), constant === undefined ? `load i32, ptr ${sizeOf(e, index)}` : `add i32 0, ${constant.length}`);
    }
    case Op.TableGet:
      return e.assign(func.result(inst), `load ptr, ptr ${elementAddress(e, index, inst)}`);
    case Op.TableSet: {
      const at = elementAddress(e, index, inst);
      return e.line(`store ptr ${e.operand(inst, 1)}, ptr ${at}`);
    }
    case Op.TableGrow: {
      const grow = out.runtime('w2e_table_grow', 'i32', 'ptr, i32, ptr');
      return e.assign(func.result(inst), `call i32 ${grow}(ptr ${out.table(index)}, i32 ${e.operand(inst, 1)}, ptr ${e.operand(inst, 0)})`);
    }
    case Op.TableFill: {
      const fill = out.runtime('w2e_table_fill', 'void', 'ptr, i32, ptr, i32');
      return e.line(`call void ${fill}(ptr ${out.table(index)}, i32 ${e.operand(inst, 0)}, ptr ${e.operand(inst, 1)}, i32 ${e.operand(inst, 2)})`);
    }
    case Op.TableCopy: {
      const copy = out.runtime('w2e_table_copy', 'void', 'ptr, ptr, i32, i32, i32');
      return e.line(`call void ${copy}(ptr ${out.table(index)}, ptr ${out.table(func.imm2[inst]!)}, ${range(e, inst)})`);
    }
    case Op.TableInit: {
      const init = out.runtime('w2e_table_init', 'void', 'ptr, ptr, i32, i32, i32, i32');
      const length = e.temp();
      e.line(`${length} = load i32, ptr ${out.elementLength(index)}`);
      return e.line(`call void ${init}(ptr ${out.table(func.imm2[inst]!)}, ptr ${out.elements(index)}, i32 ${length}, ${range(e, inst)})`);
    }
    default:
      return e.line(`store i32 0, ptr ${out.elementLength(index)}`);
  }
}

/** Destination, source and length as arguments. */
function range(e: FunctionEmitter, inst: InstId): string {
  return [0, 1, 2].map((k) => `i32 ${e.operand(inst, k)}`).join(', ');
}

function sizeOf(e: FunctionEmitter, index: number): string {
  return `getelementptr (${TABLE_TYPE}, ptr ${e.out.table(index)}, i64 0, i32 1)`;
}

/** The address of the element that operand 0 selects, in bounds or trapped. */
function elementAddress(e: FunctionEmitter, index: number, inst: InstId): string {
  const wide = e.zeroExtended(e.func.operand(inst, 0));
  const size = e.temp(), wideSize = e.temp(), outside = e.temp(), elements = e.temp(), at = e.temp();
  e.line(`${size} = load i32, ptr ${sizeOf(e, index)}`);
  e.line(`${wideSize} = zext i32 ${size} to i64`);
  e.line(`${outside} = icmp uge i64 ${wide}, ${wideSize}`);
  e.trapIf(outside, 'out_of_bounds_table_access');
  e.line(`${elements} = load ptr, ptr ${e.out.table(index)}`);
  e.line(`${at} = getelementptr ptr, ptr ${elements}, i64 ${wide}`);
  return at;
}
