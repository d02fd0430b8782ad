// hot
// Calls, and those that return. A direct call is a call of the symbol. An indirect call checks index, null and type as the
// Wasm spec orders them; with a table that nothing changes, types and code are two constant arrays, for types that many elements
// have one (typed-table.ts); otherwise the table holds pointers to descriptors.

import type { InstId, Signature, ValueId } from '../../ir/function.js';
import { Callee as CalleeKind, NORMAL_EDGE, UNWIND_EDGE, isUnwind, opCallee } from '../../ir/ops.js';
import { Type } from '../../ir/types.js';
import { DESCRIPTOR_TYPE, DESCRIPTOR_TYPE_FIELD } from '../contract.js';
import { asksForCaller, signatureOf, signatureOfType } from '../plan/plan.js';
import { NULL_TYPE_ID } from '../symbols.js';
import { internalResult, isInternal, loadResult, returnsInMemory, splitVector, splitsVectors, storeResult, takeResult } from './convention.js';
import type { Edges } from './edges.js';
import type { Environment } from './environment.js';
import { LLVM_TYPES, resultPart, resultType } from './llvm-text.js';
import { ownScope } from './memory-place.js';
import { referenceCode } from './kernel-reference.js';
import type { PartitionText } from './partition-text.js';
import { tableElements, wideTableSize } from './table.js';
import { typedArrays } from './typed-table.js';
import { Likely, Scope } from './writer.js';
import type { LlvmType, Operand, Writer } from './writer.js';

/** Where a function finds the address for its results, if it gets one, and where it lets others put theirs. */
export const RESULTS = '%results';
export const RESULT_BUFFER = '%results.buffer';

/** What a call calls. */
interface Callee {
  readonly signature: Signature;
  readonly code: Operand;
  /** How many operands are arguments. */
  readonly count: number;
  /** One of the module's functions, not an import that is called by its name. */
  readonly internal: boolean;
  /** An import that nobody provides: it traps, and is a function without results. */
  readonly undefined: boolean;
  /** It may call the caller again. Such a call must not become a jump: Wasm programs that recurse without end trap, they do not loop. */
  readonly recursive: boolean;
}

/** Emits a call; one that unwinds ends its block. */
export function emitCall(w: Writer, env: Environment, edges: Edges, inst: InstId): void {
  emitCallOf(w, env, edges, inst, calleeOf(w, env, inst, true));
}

/** Emits a tail call: a jump, but to an import, which is called and returned from. */
export function emitTailCall(w: Writer, env: Environment, inst: InstId): void {
  const callee = calleeOf(w, env, inst, false);
  const { plan } = env.out;
  const { signature, code } = callee;
  if (callee.undefined) {
    w.call('void', code, argumentList(w, env, inst, callee, ''), undefined, 'notail call');
    return w.unreachable();
  }
  const type = resultType(signature.results);
  if (!callee.internal) return emitReturnOf(w, env, type, w.call(type, code, argumentList(w, env, inst, callee, ''), undefined, 'notail call'));
  const inMemory = returnsInMemory(plan, signature);
  const list = argumentList(w, env, inst, callee, inMemory ? `ptr ${RESULTS}` : '');
  const all = w.call(internalResult(plan, signature), code, list, undefined, 'musttail call');
  w.ret(inMemory ? 'void' : type, all);
}

/** Returns `all`, which has the LLVM type of all results. */
export function emitReturnOf(w: Writer, env: Environment, type: LlvmType, all: Operand): void {
  if (type === 'void' || !env.returnsInMemory) return w.ret(type, all);
  const { results } = env.func.signature;
  results.forEach((_result, k) => storeResult(w, RESULTS, k, resultPart(results, k), w.extractValue(type, all, k)));
  w.ret();
}

/** `returns`: it is called and not jumped to, so that a trap in the place of the callee finds the address of the call. */
function calleeOf(w: Writer, env: Environment, inst: InstId, returns: boolean): Callee {
  switch (opCallee[env.func.op[inst]]) {
    case CalleeKind.Direct:
      return directCallee(env, inst);
    case CalleeKind.Indirect:
      return indirectCallee(w, env, inst, returns);
    default:
      return referredCallee(w, env, inst);
  }
}

function directCallee({ func, out }: Environment, inst: InstId): Callee {
  const index = func.imm[inst];
  const { component, addressTaken, binding } = out.plan.functions[index];
  return {
    signature: signatureOf(out.plan, index),
    code: out.function(index),
    count: func.operandCount[inst],
    internal: isInternal(out.plan, index),
    undefined: binding.kind === 'undefined',
    recursive: addressTaken || asksForCaller(out.plan, index) || component === out.plan.functions[func.index]?.component,
  };
}

function indirectCallee(w: Writer, env: Environment, inst: InstId, returns: boolean): Callee {
  const { func, out } = env;
  const typeIndex = func.imm[inst];
  const count = func.operandCount[inst] - 1;
  const code = loadCallee(w, env, func.imm2[inst], out.plan.typeIds[typeIndex], func.operand(inst, count), returns);
  return { signature: signatureOfType(out.plan, typeIndex), code, count, internal: true, undefined: false, recursive: true };
}

/** The callee of `call_ref`; validation has fixed the type, so only null is checked. */
function referredCallee(w: Writer, env: Environment, inst: InstId): Callee {
  const { func } = env;
  const count = func.operandCount[inst] - 1;
  const reference = env.operand(inst, count);
  w.trapIf(w.icmp('eq', 'ptr', reference, 'null'), 'null_function_reference');
  const { out } = env;
  const code = out.kernel === undefined ? w.load('ptr', reference) : referenceCode(w, out, reference, out.plan.typeIds[func.imm[inst]]);
  return { signature: signatureOfType(out.plan, func.imm[inst]), code, count, internal: true, undefined: false, recursive: true };
}

/** The arguments, behind `first` if that is not empty. */
function argumentList(w: Writer, env: Environment, inst: InstId, callee: Callee, first: string): string {
  const split = callee.internal && splitsVectors(env.out.plan, callee.signature);
  let list = first;
  for (let k = 0; k < callee.count; k++) {
    const value = env.func.operand(inst, k);
    const arg = split && env.func.valueType[value] === Type.V128 ? splitVector(w, env.value(value)) : env.typed(value);
    list += `${list === '' ? '' : ', '}${arg}`;
  }
  return list;
}

/** The call instruction itself, and its results; those of one that unwinds are taken apart on the edge behind it. */
function emitCallOf(w: Writer, env: Environment, edges: Edges, inst: InstId, callee: Callee): void {
  const { func, out } = env;
  const { results } = callee.signature;
  const unwinds = isUnwind(func.op[inst]);
  if (unwinds) edges.end(func.instBlock[inst], w.at);
  const first = func.firstResult[inst];
  const inMemory = callee.internal && returnsInMemory(out.plan, callee.signature);
  const type = callee.undefined ? 'void' : callee.internal ? internalResult(out.plan, callee.signature) : resultType(results);
  const list = argumentList(w, env, inst, callee, inMemory ? `ptr ${RESULT_BUFFER}` : '');
  const into = results.length === 1 ? `%v${first}` : undefined;
  const all = unwinds
    ? w.invoke(type, callee.code, list, edges.label(func.edge(inst, NORMAL_EDGE)), edges.label(func.edge(inst, UNWIND_EDGE)), into)
    : w.call(type, callee.code, list, into, callee.recursive ? 'notail call' : 'call');
  if (unwinds) w.begin(edges.label(func.edge(inst, NORMAL_EDGE)));
  if (inMemory) results.forEach((result, i) => loadResult(w, RESULT_BUFFER, i, LLVM_TYPES[result], `%v${first + i}`));
  else if (callee.undefined) results.forEach((result, i) => w.arbitrary(LLVM_TYPES[result], `%v${first + i}`));
  else if (results.length > 1) results.forEach((_result, i) => takeResult(w, results, i, all, `%v${first + i}`));
  if (!unwinds) return;
  env.extendResults(w, inst);
  w.br(edges.target(func.edge(inst, NORMAL_EDGE)));
}

/** The code address of a table's element, after the checks of `call_indirect`. */
function loadCallee(w: Writer, env: Environment, tableIndex: number, typeId: number, index: ValueId, returns: boolean): Operand {
  const { out } = env;
  const table = out.plan.tables[tableIndex];
  let element = env.zeroExtended(w, index);
  if (table.elements !== undefined) {
    const size = table.elements.length;
    w.trapIf(w.icmp('uge', 'i64', element, size), 'undefined_element');
    if (out.kernel !== undefined) element = w.binary('and', 'i64', element, w.assembly('i64', out.kernel.maskBelow, `i64 ${element}, i64 ${size}`));
    if (returns && typedArrays(out.plan, table.elements).has(typeId)) {
      return w.load('ptr', w.element(`[${size} x ptr]`, out.tableTypedCode(tableIndex, typeId), element), undefined, Scope.Invariant);
    }
    const type = w.load('i32', w.element(`[${size} x i32]`, out.tableTypes(tableIndex), element), undefined, Scope.Invariant);
    trapUnlessSame(w, w.icmp('eq', 'i32', type, typeId), type, NULL_TYPE_ID);
    return w.load('ptr', w.element(`[${size} x ptr]`, out.tableCode(tableIndex), element), undefined, Scope.Invariant);
  }
  const own = ownScope(out.plan);
  const size = wideTableSize(w, out, tableIndex);
  w.trapIf(w.icmp('uge', 'i64', element, size), 'undefined_element');
  const elements = tableElements(w, out, tableIndex);
  const descriptor = w.load('ptr', w.index('ptr', elements, element), undefined, own);
  w.trapIf(w.icmp('eq', 'ptr', descriptor, 'null'), 'uninitialized_element');
  if (out.kernel !== undefined) return referenceCode(w, out, descriptor, typeId);
  const type = w.load('i32', w.member(DESCRIPTOR_TYPE, descriptor, DESCRIPTOR_TYPE_FIELD));
  trapUnlessSame(w, w.icmp('eq', 'i32', type, typeId), type, undefined);
  return w.load('ptr', descriptor);
}

/** A table's element that an i32 selects: its type id, and how to load its code; traps where `call_indirect` would for any type. */
export function anyElement(w: Writer, out: PartitionText, tableIndex: number, index: Operand): { readonly type: Operand; readonly code: () => Operand } {
  const { elements } = out.plan.tables[tableIndex];
  const element = w.cast('zext', 'i32', index, 'i64');
  w.trapIf(w.icmp('uge', 'i64', element, elements === undefined ? wideTableSize(w, out, tableIndex) : elements.length), 'undefined_element');
  if (elements !== undefined) {
    const size = elements.length;
    const type = w.load('i32', w.element(`[${size} x i32]`, out.tableTypes(tableIndex), element), undefined, Scope.Invariant);
    w.trapIf(w.icmp('eq', 'i32', type, NULL_TYPE_ID), 'uninitialized_element');
    return { type, code: () => w.load('ptr', w.element(`[${size} x ptr]`, out.tableCode(tableIndex), element), undefined, Scope.Invariant) };
  }
  const descriptor = w.load('ptr', w.index('ptr', tableElements(w, out, tableIndex), element), undefined, ownScope(out.plan));
  w.trapIf(w.icmp('eq', 'ptr', descriptor, 'null'), 'uninitialized_element');
  return { type: w.load('i32', w.member(DESCRIPTOR_TYPE, descriptor, DESCRIPTOR_TYPE_FIELD)), code: () => w.load('ptr', descriptor) };
}

/** Traps for a wrong type, or for null where a type id stands for it. */
function trapUnlessSame(w: Writer, same: Operand, type: Operand, nullId: number | undefined): void {
  if (nullId === undefined) return w.trapUnless(same, 'indirect_call_type_mismatch');
  const good = w.label(),
    bad = w.label();
  w.condBr(same, good, bad, Likely.Yes);
  w.begin(bad);
  w.condBr(w.icmp('eq', 'i32', type, nullId), w.trapBlock('uninitialized_element'), w.trapBlock('indirect_call_type_mismatch'));
  w.begin(good);
}
