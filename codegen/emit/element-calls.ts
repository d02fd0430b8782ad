// Calls of table 0's elements by the runtime and by Emscripten's invoke_* and dynCall_*. In JavaScript these are `table.get(i)(…)`, which any
// function answers: arguments that it has no parameters for are dropped, missing ones are undefined, and each value is converted
// (the JavaScript API, ToWebAssemblyValue). So a call of an element of another type than the caller's goes through values
// that say what they are. In ring 0 such a call traps.

import { Builder } from '../../ir/builder.js';
import { Func } from '../../ir/function.js';
import type { Signature } from '../../ir/function.js';
import { Op } from '../../ir/ops.js';
import { Type } from '../../ir/types.js';
import { javascriptKinds } from '../../runtime-c/tables/contract.js';
import { JAVASCRIPT_KIND_FIELD, JAVASCRIPT_VALUE_TYPE } from '../contract.js';
import { signatureOfType, type Plan } from '../plan/plan.js';
import { ANY_ELEMENT_CALL, type SymbolName } from '../symbols.js';
import { anyElement } from './call.js';
import { internalResult } from './convention.js';
import { emitFunction } from './function.js';
import { LLVM_TYPES, resultType } from './llvm-text.js';
import type { PartitionText } from './partition-text.js';
import { Likely, type Operand, type Writer } from './writer.js';

/** The registers of parameters, and their list. */
export function parameters(types: readonly Type[]): { readonly registers: readonly Operand[]; readonly list: readonly string[] } {
  const registers = types.map((_type, i) => `%p${i}`);
  return { registers, list: types.map((type, i) => `${LLVM_TYPES[type]} ${registers[i]}`) };
}

/** Defines `symbol(index, params…)`: a call of the element, as if its function had this type; `typeIndex` is of that type, if the module has it. */
export function emitElementCall(out: PartitionText, symbol: SymbolName, signature: Signature, typeIndex: number | undefined): void {
  const typeId = typeIndex === undefined ? undefined : out.plan.typeIds[typeIndex];
  const convertible = out.kernel === undefined && out.plan.tables[0]?.holdsFunctions === true && isNumeric(signature);
  if (!convertible || callableTypes(out.plan).every((type) => type === typeId)) return emitExactCall(out, symbol, signature, typeIndex);
  const { registers, list } = parameters([Type.I32, ...signature.params]);
  const type = resultType(signature.results);
  const w = out.defineFunction(symbol, type, list, { apart: true });
  const [index = '', ...args] = registers;
  const values = w.alloca(`[${Math.max(args.length, 1)} x ${JAVASCRIPT_VALUE_TYPE}]`, 8);
  const found = anyElement(w, out, 0, index);
  if (typeId !== undefined) {
    w.condBr(w.icmp('eq', 'i32', found.type, typeId), 'same', 'other', Likely.Yes);
    w.begin('same');
    w.ret(type, callCode(w, out, signature, found.code(), list.slice(1)));
    w.begin('other');
  }
  args.forEach((arg, i) => storeValue(w, signature.params[i], arg, values, i));
  w.call('void', callOfAny(out), `i32 ${found.type}, ptr ${found.code()}, ptr ${values}, i32 ${args.length}`);
  const [result] = signature.results;
  w.ret(type, result === undefined ? '' : loadValue(w, out, result, values, '1', 0));
  out.end(w);
}

/** Defines `symbol(index, params…)`: call_indirect of table 0. */
function emitExactCall(out: PartitionText, symbol: SymbolName, signature: Signature, typeIndex: number | undefined): void {
  const func = new Func(0, { params: [Type.I32, ...signature.params], results: signature.results });
  if (typeIndex === undefined) {
    // No function of the module has this type.
    const params = func.signature.params.map((type) => LLVM_TYPES[type]);
    const w = out.defineFunction(symbol, resultType(signature.results), params);
    w.endInTrap('indirect_call_type_mismatch');
    return out.end(w);
  }
  const builder = new Builder(func);
  builder.block = func.newBlock();
  const [index, ...args] = func.signature.params.map((type) => func.addParam(builder.block, type));
  const operands = [...args, index!];
  const call = builder.call(Op.CallIndirect, signature.results, typeIndex, 0, operands, 0, operands.length);
  const results = signature.results.map((_type, i) => func.firstResult[call] + i);
  builder.return(results, 0, results.length);
  emitFunction(out, func, symbol, { outside: true, apart: true });
}

/** Calls a function of the module by its address; its type is numeric. */
function callCode(w: Writer, out: PartitionText, signature: Signature, code: Operand, args: readonly string[]): Operand {
  return w.call(internalResult(out.plan, signature), code, args.join(', '), undefined, 'notail call');
}

/** Defines, once, `(type, code, values, their number)`: the call of an element of any type, whose result becomes the first value. */
function callOfAny(out: PartitionText): SymbolName {
  if (out.isDefined(ANY_ELEMENT_CALL)) return ANY_ELEMENT_CALL;
  const w = out.defineFunction(ANY_ELEMENT_CALL, 'void', ['i32 %type', 'ptr %code', 'ptr %values', 'i32 %count'], { apart: true });
  for (const typeId of callableTypes(out.plan)) {
    const signature = signatureOfType(out.plan, typeId);
    const { params, results } = signature;
    const yes = w.label(),
      no = w.label();
    w.condBr(w.icmp('eq', 'i32', '%type', typeId), yes, no);
    w.begin(yes);
    const args = params.map((param, i) => `${LLVM_TYPES[param]} ${loadValue(w, out, param, '%values', '%count', i)}`);
    const result = callCode(w, out, signature, '%code', args);
    if (results.length > 0) storeValue(w, results[0], result, '%values', 0);
    else storeKind(w, 'UNDEFINED', '%values', 0);
    w.ret();
    w.begin(no);
  }
  w.endInTrap('indirect_call_type_mismatch');
  out.end(w);
  return ANY_ELEMENT_CALL;
}

const typesOfPlan = new WeakMap<Plan, readonly number[]>();

/** Canonical ids of the types of functions that a table may hold and JavaScript can call with numbers, in order. */
function callableTypes(plan: Plan): readonly number[] {
  let types = typesOfPlan.get(plan);
  if (types === undefined) {
    const held = plan.functions.filter(({ addressTaken, binding }) => addressTaken && binding.kind !== 'dead').map(({ typeId }) => typeId);
    types = [...new Set(held)].filter((typeId) => isNumeric(signatureOfType(plan, typeId))).toSorted((a, b) => a - b);
    typesOfPlan.set(plan, types);
  }
  return types;
}

const numeric: readonly Type[] = [Type.I32, Type.I64, Type.F32, Type.F64];

function isNumeric({ params, results }: Signature): boolean {
  return results.length <= 1 && [...params, ...results].every((type) => numeric.includes(type));
}

// ---- values as JavaScript has them: struct w2e_javascript_value

function storeKind(w: Writer, kind: keyof typeof javascriptKinds, values: Operand, i: number): Operand {
  const value = w.index(JAVASCRIPT_VALUE_TYPE, values, i);
  w.store('i64', javascriptKinds[kind].value, w.member(JAVASCRIPT_VALUE_TYPE, value, JAVASCRIPT_KIND_FIELD));
  return value;
}

function storeValue(w: Writer, type: Type, operand: Operand, values: Operand, i: number): void {
  if (type === Type.I64) return w.store('i64', operand, storeKind(w, 'BIGINT', values, i));
  const at = storeKind(w, 'NUMBER', values, i);
  const number = type === Type.I32 ? w.cast('sitofp', 'i32', operand, 'double') : type === Type.F32 ? w.cast('fpext', 'float', operand, 'double') : operand;
  w.store('double', number, at);
}

function loadValue(w: Writer, out: PartitionText, type: Type, values: Operand, count: Operand, i: number): Operand {
  switch (type) {
    case Type.I64:
      return out.callRuntime(w, 'javascript_i64', [values, count, i]);
    case Type.F32:
      return w.cast('bitcast', 'i32', out.callRuntime(w, 'javascript_f32', [values, count, i]), 'float');
    case Type.F64:
      return w.cast('bitcast', 'i64', out.callRuntime(w, 'javascript_f64', [values, count, i]), 'double');
    default:
      return out.callRuntime(w, 'javascript_i32', [values, count, i]);
  }
}
