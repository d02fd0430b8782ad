// hot
// Calls in LLVM IR. A direct call is a call of the symbol. An indirect call checks index, null and type as the
// Wasm spec orders them; with a table that nothing changes, types and code are two constant arrays, otherwise
// the table holds pointers to descriptors.

import type { InstId, ValueId } from '../ir/function.js';
import type { Signature } from '../ir/function.js';
import { resultType } from './llvm-text.js';
import { signatureOf, signatureOfType } from './plan.js';
import type { FunctionEmitter } from './emit-function.js';
import { DESCRIPTOR_TYPE, NULL_TYPE_ID, TABLE_TYPE } from './symbols.js';

/** Emits a direct call. */
export function emitCall(e: FunctionEmitter, inst: InstId): void {
  const callee = e.func.imm[inst]!;
  const { functions } = e.out.plan;
  const { component, addressTaken } = functions[callee]!;
  const recursive = addressTaken || component === functions[e.func.index]?.component;
  emitCallOf(e, inst, signatureOf(e.out.plan, callee), e.out.function(callee), e.func.operandCount[inst]!, recursive);
}

/**
 * The call instruction itself, and its results. `arguments_` is how many operands are arguments. A call that may be
 * recursive must not become a jump: Wasm programs that recurse without end trap, they do not loop.
 */
function emitCallOf(e: FunctionEmitter, inst: InstId, signature: Signature, callee: string, arguments_: number, recursive: boolean): void {
  const { func } = e;
  let list = '';
  for (let k = 0; k < arguments_; k++) list += `${k > 0 ? ', ' : ''}${e.typed(func.operand(inst, k))}`;
  const type = resultType(signature.results);
  const call = `${recursive ? 'notail ' : ''}call ${type} ${callee}(${list})`;
  const first = func.firstResult[inst]!;
  if (signature.results.length === 0) return e.line(call);
  if (signature.results.length === 1) return e.assign(first, call);
  const all = e.temp();
  e.line(`${all} = ${call}`);
  for (let i = 0; i < signature.results.length; i++) e.assign(first + i, `extractvalue ${type} ${all}, ${i}`);
}

/** Emits `call_indirect`. */
export function emitCallIndirect(e: FunctionEmitter, inst: InstId): void {
  const { func, out } = e;
  const typeIndex = func.imm[inst]!;
  const arguments_ = func.operandCount[inst]! - 1;
  const code = loadCallee(e, func.imm2[inst]!, out.plan.typeIds[typeIndex]!, func.operand(inst, arguments_));
  emitCallOf(e, inst, signatureOfType(out.plan, typeIndex), code, arguments_, true);
}

/** Emits `call_ref`; validation has fixed the type, so only null is checked. */
export function emitCallRef(e: FunctionEmitter, inst: InstId): void {
  const { func } = e;
  const arguments_ = func.operandCount[inst]! - 1;
  const reference = e.operand(inst, arguments_);
  const isNull = e.temp(), code = e.temp();
  e.line(`${isNull} = icmp eq ptr ${reference}, null`);
  e.trapIf(isNull, 'null_function_reference');
  e.line(`${code} = load ptr, ptr ${reference}`);
  emitCallOf(e, inst, signatureOfType(e.out.plan, func.imm[inst]!), code, arguments_, true);
}

/** The code address of a table's element, after the checks of `call_indirect`. */
function loadCallee(e: FunctionEmitter, tableIndex: number, typeId: number, index: ValueId): string {
  const table = e.out.plan.tables[tableIndex]!;
  const wide = e.zeroExtended(index);
  const code = e.temp();
  if (table.elements !== undefined) {
    const size = table.elements.length;
    const outside = e.temp(), typeAt = e.temp(), type = e.temp(), same = e.temp(), codeAt = e.temp();
    e.line(`${outside} = icmp uge i64 ${wide}, ${size}`);
    e.trapIf(outside, 'undefined_element');
    e.line(`${typeAt} = getelementptr [${size} x i32], ptr ${e.out.tableTypes(tableIndex)}, i64 0, i64 ${wide}`);
    e.line(`${type} = load i32, ptr ${typeAt}, !invariant.load !2`);
    e.line(`${same} = icmp eq i32 ${type}, ${typeId}`);
    trapUnless(e, same, type, NULL_TYPE_ID);
    e.line(`${codeAt} = getelementptr [${size} x ptr], ptr ${e.out.tableCode(tableIndex)}, i64 0, i64 ${wide}`);
    e.line(`${code} = load ptr, ptr ${codeAt}, !invariant.load !2`);
    return code;
  }
  const symbol = e.out.table(tableIndex);
  const size = e.temp(), wideSize = e.temp(), outside = e.temp(), elements = e.temp(), at = e.temp(), descriptor = e.temp();
  const isNull = e.temp(), typeAt = e.temp(), type = e.temp(), same = e.temp();
  e.line(`${size} = load i32, ptr getelementptr (${TABLE_TYPE}, ptr ${symbol}, i64 0, i32 1)`);
  e.line(`${wideSize} = zext i32 ${size} to i64`);
  e.line(`${outside} = icmp uge i64 ${wide}, ${wideSize}`);
  e.trapIf(outside, 'undefined_element');
  e.line(`${elements} = load ptr, ptr ${symbol}`);
  e.line(`${at} = getelementptr ptr, ptr ${elements}, i64 ${wide}`);
  e.line(`${descriptor} = load ptr, ptr ${at}`);
  e.line(`${isNull} = icmp eq ptr ${descriptor}, null`);
  e.trapIf(isNull, 'uninitialized_element');
  e.line(`${typeAt} = getelementptr ${DESCRIPTOR_TYPE}, ptr ${descriptor}, i64 0, i32 1`);
  e.line(`${type} = load i32, ptr ${typeAt}`);
  e.line(`${same} = icmp eq i32 ${type}, ${typeId}`);
  trapUnless(e, same, type, undefined);
  e.line(`${code} = load ptr, ptr ${descriptor}`);
  return code;
}

/** Traps for a wrong type, or for null where a type id stands for it. */
function trapUnless(e: FunctionEmitter, same: string, type: string, nullId: number | undefined): void {
  const good = e.label();
  if (nullId === undefined) {
    e.line(`br i1 ${same}, label %${good}, label %${e.trapBlock('indirect_call_type_mismatch')}, !prof !1`);
  } else {
    const bad = e.label(), isNull = e.temp();
    e.line(`br i1 ${same}, label %${good}, label %${bad}, !prof !1`);
    e.startPart(bad);
    e.line(`${isNull} = icmp eq i32 ${type}, ${nullId}`);
    e.line(`br i1 ${isNull}, label %${e.trapBlock('uninitialized_element')}, label %${e.trapBlock('indirect_call_type_mismatch')}`);
  }
  e.startPart(good);
}
