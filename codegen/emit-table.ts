// Tables in LLVM IR: `struct w2e_table` { elements, size, max } with pointers as elements.
// Immutable tables never get here except for `table.size` and `table.get`'s absence: the plan keeps a table
// constant only if no instruction but call_indirect and table.size names it.

import type { InstId } from '../ir/function.js';
import { Op } from '../ir/ops.js';
import type { FunctionEmitter } from './emit-function.js';
import { ownScope } from './memory-place.js';
import { TABLE_TYPE } from './symbols.js';

/** Emits one operation on a table or an element segment. */
export function emitTableOperation(e: FunctionEmitter, inst: InstId, op: Op): void {
  const { func, out } = e;
  const index = func.imm[inst]!;
  switch (op) {
    case Op.TableSize: {
      const { elements, is64 } = out.plan.tables[index]!;
      if (elements !== undefined) return e.assign(func.result(inst), `add ${is64 ? 'i64' : 'i32'} 0, ${elements.length}`);
      if (!is64) return e.assign(func.result(inst), `load i32, ptr ${sizeOf(e, index)}${ownScope(e)}`);
      const size = e.temp();
      e.line(`${size} = load i32, ptr ${sizeOf(e, index)}${ownScope(e)}`);
      return e.assign(func.result(inst), `zext i32 ${size} to i64`);
    }
    case Op.TableGet:
      return e.assign(func.result(inst), `load ptr, ptr ${elementAddress(e, index, inst)}${ownScope(e)}`);
    case Op.TableSet: {
      const at = elementAddress(e, index, inst);
      return e.line(`store ptr ${e.operand(inst, 1)}, ptr ${at}${ownScope(e)}`);
    }
    case Op.TableGrow: {
      const grow = out.runtime('w2e_table_grow', 'i64', 'ptr, i64, ptr');
      const delta = e.zeroExtended(func.operand(inst, 1));
      const call = `call i64 ${grow}(ptr ${out.table(index)}, i64 ${delta}, ptr ${e.operand(inst, 0)})`;
      if (out.plan.tables[index]!.is64) return e.assign(func.result(inst), call);
      const old = e.temp();
      e.line(`${old} = ${call}`);
      return e.assign(func.result(inst), `trunc i64 ${old} to i32`);
    }
    case Op.TableFill: {
      const fill = out.runtime('w2e_table_fill', 'void', 'ptr, i64, ptr, i64');
      const [at, count] = [0, 2].map((k) => e.zeroExtended(func.operand(inst, k)));
      return e.line(`call void ${fill}(ptr ${out.table(index)}, i64 ${at!}, ptr ${e.operand(inst, 1)}, i64 ${count!})`);
    }
    case Op.TableCopy: {
      const copy = out.runtime('w2e_table_copy', 'void', 'ptr, ptr, i64, i64, i64');
      return e.line(`call void ${copy}(ptr ${out.table(index)}, ptr ${out.table(func.imm2[inst]!)}, ${range(e, inst)})`);
    }
    case Op.TableInit: {
      const init = out.runtime('w2e_table_init', 'void', 'ptr, ptr, i64, i64, i64, i64');
      const length = e.temp(), wide = e.temp();
      e.line(`${length} = load i32, ptr ${out.elementLength(index)}`);
      e.line(`${wide} = zext i32 ${length} to i64`);
      return e.line(`call void ${init}(ptr ${out.table(func.imm2[inst]!)}, ptr ${out.elements(index)}, i64 ${wide}, ${range(e, inst)})`);
    }
    default:
      return e.line(`store i32 0, ptr ${out.elementLength(index)}`);
  }
}

/** Destination, source and length as arguments. */
function range(e: FunctionEmitter, inst: InstId): string {
  return [0, 1, 2].map((k) => `i64 ${e.zeroExtended(e.func.operand(inst, k))}`).join(', ');
}

function sizeOf(e: FunctionEmitter, index: number): string {
  return `getelementptr (${TABLE_TYPE}, ptr ${e.out.table(index)}, i64 0, i32 1)`;
}

/** The address of the element that operand 0 selects, in bounds or trapped. */
function elementAddress(e: FunctionEmitter, index: number, inst: InstId): string {
  const wide = e.zeroExtended(e.func.operand(inst, 0));
  const size = e.temp(), wideSize = e.temp(), outside = e.temp(), elements = e.temp(), at = e.temp();
  e.line(`${size} = load i32, ptr ${sizeOf(e, index)}${ownScope(e)}`);
  e.line(`${wideSize} = zext i32 ${size} to i64`);
  e.line(`${outside} = icmp uge i64 ${wide}, ${wideSize}`);
  e.trapIf(outside, 'out_of_bounds_table_access');
  e.line(`${elements} = load ptr, ptr ${e.out.table(index)}${ownScope(e)}`);
  e.line(`${at} = getelementptr ptr, ptr ${elements}, i64 ${wide}`);
  return at;
}
