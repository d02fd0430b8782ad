// hot
// Calls in LLVM IR, and those that return. A direct call is a call of the symbol. An indirect call checks index, null and type as the
// Wasm spec orders them; with a table that nothing changes, types and code are two constant arrays, for types that many elements
// have one (typed-table.ts); otherwise the table holds pointers to descriptors.

import type { InstId, ValueId } from '../ir/function.js';
import type { Signature } from '../ir/function.js';
import { NORMAL_EDGE, Op, UNWIND_EDGE, isUnwind } from '../ir/ops.js';
import { Type } from '../ir/types.js';
import type { TailCallOp } from '../ir/builder.js';
import { convention, internalResult, isInternal, resultAddress, returnsInMemory, splitsVectors, splitVector } from './convention.js';
import { LLVM_TYPES, resultPart, resultType } from './llvm-text.js';
import { signatureOf, signatureOfType } from './plan.js';
import type { FunctionEmitter } from './emit-function.js';
import { ownScope } from './memory-place.js';
import { DESCRIPTOR_TYPE, NULL_TYPE_ID, TABLE_TYPE } from './symbols.js';
import { typedArrays } from './typed-table.js';

/** Where a function finds the address for its results, if it gets one, and where it lets others put theirs. */
export const RESULTS = '%results';
export const RESULT_BUFFER = '%results.buffer';

/** What a call calls. */
interface Callee {
  readonly signature: Signature;
  readonly code: string;
  /** How many operands are arguments. */
  readonly count: number;
  /** Called as the module's functions are, not as C functions (`convention.ts`). */
  readonly internal: boolean;
  /** An import that nobody provides: it traps, and is a function without results. */
  readonly undefined?: boolean;
}

/** Emits a direct call. A call that may be recursive must not become a jump: Wasm programs that recurse without end trap, they do not loop. */
export function emitCall(e: FunctionEmitter, inst: InstId): void {
  const { functions } = e.out.plan;
  const { component, addressTaken } = functions[e.func.imm[inst]!]!;
  emitCallOf(e, inst, directCallee(e, inst), addressTaken || component === functions[e.func.index]?.component);
}

/** Emits `call_indirect`. */
export function emitCallIndirect(e: FunctionEmitter, inst: InstId): void {
  emitCallOf(e, inst, indirectCallee(e, inst, true), true);
}

/** Emits `call_ref`. */
export function emitCallRef(e: FunctionEmitter, inst: InstId): void {
  emitCallOf(e, inst, referredCallee(e, inst), true);
}

/** Emits a tail call: a jump, but to an import, which is called and returned from. */
export function emitTailCall(e: FunctionEmitter, inst: InstId, op: TailCallOp): void {
  const callee = op === Op.ReturnCall ? directCallee(e, inst) : op === Op.ReturnCallIndirect ? indirectCallee(e, inst, false) : referredCallee(e, inst);
  const { plan } = e.out;
  if (callee.undefined === true) {
    e.line(`notail call void ${callee.code}(${argumentList(e, inst, callee, '')})`);
    return e.line('unreachable');
  }
  const type = resultType(callee.signature.results);
  const inMemory = callee.internal && returnsInMemory(plan, callee.signature);
  const all = type === 'void' || inMemory ? '' : e.temp();
  const named = all === '' ? '' : `${all} = `;
  if (!callee.internal) {
    e.line(`${named}notail call ${type} ${callee.code}(${argumentList(e, inst, callee, '')})`);
    return emitReturnOf(e, type, all);
  }
  const list = argumentList(e, inst, callee, inMemory ? `ptr ${RESULTS}` : '');
  e.line(`${named}musttail call ${internalResult(plan, callee.signature)} ${callee.code}(${list})`);
  e.line(all === '' ? 'ret void' : `ret ${type} ${all}`);
}

/** Returns `all`, which has the LLVM type of all results. */
export function emitReturnOf(e: FunctionEmitter, type: string, all: string): void {
  if (type === 'void') return e.line('ret void');
  if (!e.returnsInMemory) return e.line(`ret ${type} ${all}`);
  const { results } = e.func.signature;
  results.forEach((_result, k) => {
    const part = e.temp();
    e.line(`${part} = extractvalue ${type} ${all}, ${k}`);
    storeResult(e, k, `${resultPart(results, k)} ${part}`);
  });
  e.line('ret void');
}

/** Stores a result of this function in memory. */
export function storeResult(e: FunctionEmitter, k: number, typed: string): void {
  const at = e.temp();
  e.line(`${at} = ${resultAddress(RESULTS, k)}`);
  e.line(`store ${typed}, ptr ${at}, align 16`);
}

function directCallee(e: FunctionEmitter, inst: InstId): Callee {
  const { func, out } = e;
  const index = func.imm[inst]!;
  return {
    signature: signatureOf(out.plan, index), code: out.function(index), count: func.operandCount[inst]!,
    internal: isInternal(out.plan, index), undefined: out.plan.functions[index]!.binding.kind === 'undefined',
  };
}

/** `returns`: it is called and not jumped to, so that a trap in the place of the callee finds the address of the call. */
function indirectCallee(e: FunctionEmitter, inst: InstId, returns: boolean): Callee {
  const { func, out } = e;
  const typeIndex = func.imm[inst]!;
  const count = func.operandCount[inst]! - 1;
  const code = loadCallee(e, func.imm2[inst]!, out.plan.typeIds[typeIndex]!, func.operand(inst, count), returns);
  return { signature: signatureOfType(out.plan, typeIndex), code, count, internal: true };
}

/** The callee of `call_ref`; validation has fixed the type, so only null is checked. */
function referredCallee(e: FunctionEmitter, inst: InstId): Callee {
  const { func } = e;
  const count = func.operandCount[inst]! - 1;
  const reference = e.operand(inst, count);
  const isNull = e.temp(), code = e.temp();
  e.line(`${isNull} = icmp eq ptr ${reference}, null`);
  e.trapIf(isNull, 'null_function_reference');
  e.line(`${code} = load ptr, ptr ${reference}`);
  return { signature: signatureOfType(e.out.plan, func.imm[inst]!), code, count, internal: true };
}

/** The arguments, behind `first` if that is not empty. */
function argumentList(e: FunctionEmitter, inst: InstId, callee: Callee, first: string): string {
  const split = callee.internal && splitsVectors(e.out.plan, callee.signature);
  let list = first;
  for (let k = 0; k < callee.count; k++) {
    const value = e.func.operand(inst, k);
    const arg = split && e.func.valueType[value] === Type.V128 ? halves(e, e.value(value)) : e.typed(value);
    list += `${list === '' ? '' : ', '}${arg}`;
  }
  return list;
}

/** A vector as two arguments. */
function halves(e: FunctionEmitter, vector: string): string {
  const { lines, args } = splitVector(vector, e.temp());
  for (const line of lines) e.line(line);
  return args.join(', ');
}

/** The call instruction itself, and its results. */
function emitCallOf(e: FunctionEmitter, inst: InstId, callee: Callee, recursive: boolean): void {
  const { func, out } = e;
  const { results } = callee.signature;
  const type = resultType(results);
  const unwinds = isUnwind(func.op[inst]!);
  const call = `${unwinds ? 'invoke' : recursive ? 'notail call' : 'call'} ${callee.internal ? convention(out.plan) : ''}`;
  const edges = unwinds ? ` to label %${e.edgeLabel(func.edge(inst, NORMAL_EDGE))} unwind label %${e.edgeLabel(func.edge(inst, UNWIND_EDGE))}` : '';
  if (unwinds) e.endPart(func.instBlock[inst]!);
  const first = func.firstResult[inst]!;
  if (callee.internal && returnsInMemory(out.plan, callee.signature)) {
    e.line(`${call}void ${callee.code}(${argumentList(e, inst, callee, `ptr ${RESULT_BUFFER}`)})${edges}`);
    beginNormalEdge(e, inst);
    results.forEach((result, i) => {
      const at = e.temp();
      e.line(`${at} = ${resultAddress(RESULT_BUFFER, i)}`);
      e.assign(first + i, `load ${LLVM_TYPES[result]!}, ptr ${at}, align 16`);
    });
    return endNormalEdge(e, inst);
  }
  if (callee.undefined === true) {
    e.line(`${call}void ${callee.code}(${argumentList(e, inst, callee, '')})${edges}`);
    beginNormalEdge(e, inst);
    results.forEach((result, i) => e.assign(first + i, `freeze ${LLVM_TYPES[result]!} poison`));
    return endNormalEdge(e, inst);
  }
  const whole = `${call}${type} ${callee.code}(${argumentList(e, inst, callee, '')})${edges}`;
  const all = e.temp();
  if (results.length === 0) e.line(whole);
  else if (results.length === 1) e.assign(first, whole);
  else e.line(`${all} = ${whole}`);
  beginNormalEdge(e, inst);
  if (results.length > 1) results.forEach((_result, i) => takeResult(e, first + i, results, i, all));
  endNormalEdge(e, inst);
}

/** Assigns result `i` of several, which `all` holds. */
function takeResult(e: FunctionEmitter, value: ValueId, results: readonly Type[], i: number, all: string): void {
  const taken = `extractvalue ${resultType(results)} ${all}, ${i}`;
  const type = LLVM_TYPES[results[i]!]!, part = resultPart(results, i);
  if (part === type) return e.assign(value, taken);
  const bits = e.temp();
  e.line(`${bits} = ${taken}`);
  e.assign(value, `bitcast ${part} ${bits} to ${type}`);
}

/** Behind a call that ends its block, the edge on which its results are taken apart. */
function beginNormalEdge(e: FunctionEmitter, inst: InstId): void {
  if (isUnwind(e.func.op[inst]!)) e.startPart(e.edgeLabel(e.func.edge(inst, NORMAL_EDGE)));
}

function endNormalEdge(e: FunctionEmitter, inst: InstId): void {
  if (!isUnwind(e.func.op[inst]!)) return;
  e.extendResults(inst);
  e.line(`br label %b${e.func.edgeBlock[e.func.edge(inst, NORMAL_EDGE)]!}`);
}

/** The code address of a table's element, after the checks of `call_indirect`. */
function loadCallee(e: FunctionEmitter, tableIndex: number, typeId: number, index: ValueId, returns: boolean): string {
  const table = e.out.plan.tables[tableIndex]!;
  const wide = e.zeroExtended(index);
  const code = e.temp();
  if (table.elements !== undefined) {
    const size = table.elements.length;
    const outside = e.temp(), typeAt = e.temp(), type = e.temp(), same = e.temp(), codeAt = e.temp();
    e.line(`${outside} = icmp uge i64 ${wide}, ${size}`);
    e.trapIf(outside, 'undefined_element');
    if (returns && typedArrays(e.out.plan, table.elements).has(typeId)) {
      e.line(`${codeAt} = getelementptr [${size} x ptr], ptr ${e.out.tableTypedCode(tableIndex, typeId)}, i64 0, i64 ${wide}`);
      e.line(`${code} = load ptr, ptr ${codeAt}, !invariant.load !2`);
      return code;
    }
    e.line(`${typeAt} = getelementptr [${size} x i32], ptr ${e.out.tableTypes(tableIndex)}, i64 0, i64 ${wide}`);
    e.line(`${type} = load i32, ptr ${typeAt}, !invariant.load !2`);
    e.line(`${same} = icmp eq i32 ${type}, ${typeId}`);
    trapUnless(e, same, type, NULL_TYPE_ID);
    e.line(`${codeAt} = getelementptr [${size} x ptr], ptr ${e.out.tableCode(tableIndex)}, i64 0, i64 ${wide}`);
    e.line(`${code} = load ptr, ptr ${codeAt}, !invariant.load !2`);
    return code;
  }
  const symbol = e.out.table(tableIndex), own = ownScope(e);
  const size = e.temp(), wideSize = e.temp(), outside = e.temp(), elements = e.temp(), at = e.temp(), descriptor = e.temp();
  const isNull = e.temp(), typeAt = e.temp(), type = e.temp(), same = e.temp();
  e.line(`${size} = load i32, ptr getelementptr (${TABLE_TYPE}, ptr ${symbol}, i64 0, i32 1)${own}`);
  e.line(`${wideSize} = zext i32 ${size} to i64`);
  e.line(`${outside} = icmp uge i64 ${wide}, ${wideSize}`);
  e.trapIf(outside, 'undefined_element');
  e.line(`${elements} = load ptr, ptr ${symbol}${own}`);
  e.line(`${at} = getelementptr ptr, ptr ${elements}, i64 ${wide}`);
  e.line(`${descriptor} = load ptr, ptr ${at}${own}`);
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
