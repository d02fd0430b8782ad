// How the module's own functions are called. Ordinarily as C functions, but that many results go to memory, since LLVM
// takes time in proportion to the square of their number for a value of them all; in a module with tail calls by
// LLVM's tailcc, with which a call with any arguments can become a jump (`musttail`). There, results that might not
// fit the registers of every target go to memory whose address is the first argument, since LLVM would otherwise make
// that memory part of the frame that a tail call gives up. Vectors that might be on the stack go as halves: LLVM 19's
// callers and callees disagree about the size of the arguments there. Imports and what the runtime calls are C functions always, but for
// functions of a program around the module, which each have one of ours that calls them (embedding.ts).

import type { Signature } from '../../ir/function.js';
import { Type } from '../../ir/types.js';
import { FLOATS_IN_REGISTERS, RESULTS_IN_REGISTERS } from '../plan/frames.js';
import type { Plan } from '../plan/plan.js';
import { LLVM_TYPES, resultPart, resultType } from './llvm-text.js';
import type { LlvmType, Operand, Writer } from './writer.js';

/** So many results are one value of LLVM. */
const RESULTS_IN_VALUE = 8;
/** Bytes for each result in memory: room for any type. */
const RESULT_BYTES = 16;

/** `tailcc ` or nothing, as it stands in front of the result type. */
function convention(plan: Plan): string {
  return plan.tailCalls ? 'tailcc ' : '';
}

/** Whether a function is called as the module's own are. */
export function isInternal(plan: Plan, index: number): boolean {
  const { kind } = plan.functions[index].binding;
  return kind === 'defined' || kind === 'host';
}

/** Whether a function of the module gets an address for its results. */
export function returnsInMemory(plan: Plan, signature: Signature): boolean {
  return signature.results.length > (plan.tailCalls ? RESULTS_IN_REGISTERS : RESULTS_IN_VALUE);
}

/** Memory for results. */
export function resultMemory(w: Writer, count: number, into?: Operand): Operand {
  return w.alloca(`[${count} x [${RESULT_BYTES} x i8]]`, 16, into);
}

/** The address of result `k` in memory. */
export function resultAddress(w: Writer, memory: Operand, k: number): Operand {
  return w.index('i8', memory, k * RESULT_BYTES);
}

/** Loads result `k` from memory. */
export function loadResult(w: Writer, memory: Operand, k: number, type: LlvmType, into?: Operand): Operand {
  return w.load(type, resultAddress(w, memory, k), into, undefined, 16);
}

/** Stores result `k` in memory. */
export function storeResult(w: Writer, memory: Operand, k: number, type: LlvmType, value: Operand): void {
  w.store(type, value, resultAddress(w, memory, k), undefined, 16);
}

/** Whether a function of the module takes each vector as two i64. */
export function splitsVectors(plan: Plan, signature: Signature): boolean {
  if (!plan.tailCalls || !signature.params.includes(Type.V128)) return false;
  return signature.params.filter((type) => type === Type.F32 || type === Type.F64 || type === Type.V128).length > FLOATS_IN_REGISTERS;
}

/** A vector as two arguments. */
export function splitVector(w: Writer, vector: Operand): string {
  const halves = w.cast('bitcast', '<16 x i8>', vector, '<2 x i64>');
  return [0, 1].map((k) => `i64 ${w.extractElement('<2 x i64>', halves, k)}`).join(', ');
}

/** Makes a vector of two i64. */
export function joinVector(w: Writer, first: Operand, second: Operand, into: Operand): void {
  const low = w.insertElement('<2 x i64>', 'poison', 'i64', first, 0);
  w.cast('bitcast', '<2 x i64>', w.insertElement('<2 x i64>', low, 'i64', second, 1), '<16 x i8>', into);
}

/** Convention and result type of a function of the module. */
export function internalResult(plan: Plan, signature: Signature): LlvmType {
  return convention(plan) + (returnsInMemory(plan, signature) ? 'void' : resultType(signature.results));
}

/** LLVM types of the parameters of a function of the module. */
export function internalParams(plan: Plan, signature: Signature): LlvmType[] {
  const split = splitsVectors(plan, signature);
  const types = signature.params.flatMap((type) => (split && type === Type.V128 ? ['i64', 'i64'] : [LLVM_TYPES[type]]));
  return returnsInMemory(plan, signature) ? ['ptr', ...types] : types;
}

/** Takes result `i` out of `whole`, which holds several. */
export function takeResult(w: Writer, results: readonly Type[], i: number, whole: Operand, into: Operand): void {
  const type = LLVM_TYPES[results[i]],
    part = resultPart(results, i);
  if (part === type) w.extractValue(resultType(results), whole, i, into);
  else w.cast('bitcast', part, w.extractValue(resultType(results), whole, i), type, into);
}
