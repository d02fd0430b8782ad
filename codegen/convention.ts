// How the module's own functions are called in LLVM IR. Ordinarily as C functions, but that many results go to memory, since LLVM
// takes time in proportion to the square of their number for a value of them all; in a module with tail calls by
// LLVM's tailcc, with which a call with any arguments can become a jump (`musttail`). There, results that might not
// fit the registers of every target go to memory whose address is the first argument, since LLVM would otherwise make
// that memory part of the frame that a tail call gives up. Vectors that might be on the stack go as halves: LLVM 19's
// callers and callees disagree about the size of the arguments there. Imports and what the runtime calls are C functions always, but for
// functions of a program around the module, which each have one of ours that calls them (emit-embedding.ts).

import type { Signature } from '../ir/function.js';
import { Type } from '../ir/types.js';
import { LLVM_TYPES, resultPart, resultType } from './llvm-text.js';
import type { PartitionText } from './partition-text.js';
import { signatureOf } from './plan.js';
import type { Plan } from './plan.js';

/** So many results fit registers on every target. */
const RESULTS_IN_REGISTERS = 2;
/** So many results are one value of LLVM. */
const RESULTS_IN_VALUE = 8;
/** Bytes for each result in memory: room for any type. */
const RESULT_BYTES = 16;
/** So many floats and vectors are passed in registers on every target. */
const FLOATS_IN_REGISTERS = 8;
/** So many integers. */
const INTEGERS_IN_REGISTERS = 6;

/** `tailcc ` or nothing, as it stands in front of the result type. */
export function convention(plan: Plan): string {
  return plan.tailCalls ? 'tailcc ' : '';
}

/** Whether a function is called as the module's own are. */
export function isInternal(plan: Plan, index: number): boolean {
  const { kind } = plan.functions[index]!.binding;
  return kind === 'defined' || kind === 'host';
}

/** Whether a function of the module gets an address for its results. */
export function returnsInMemory(plan: Plan, signature: Signature): boolean {
  return signature.results.length > (plan.tailCalls ? RESULTS_IN_REGISTERS : RESULTS_IN_VALUE);
}

/** The address of a result in memory, as an expression of LLVM. */
export function resultAddress(memory: string, k: number): string {
  return `getelementptr i8, ptr ${memory}, i64 ${k * RESULT_BYTES}`;
}

/** Memory for results, as an expression of LLVM. */
export function resultMemory(count: number): string {
  return `alloca [${count} x [${RESULT_BYTES} x i8]], align 16`;
}

/** Whether a function of the module takes each vector as two i64. */
export function splitsVectors(plan: Plan, signature: Signature): boolean {
  if (!plan.tailCalls || !signature.params.includes(Type.V128)) return false;
  return signature.params.filter((type) => type === Type.F32 || type === Type.F64 || type === Type.V128).length > FLOATS_IN_REGISTERS;
}

/**
 * Whether tail calls between functions of these types may move frames: some have arguments on the stack. Where exceptions
 * pass such frames, their callers know their own by a frame pointer only, and restore the stack pointer themselves.
 */
export function mayMoveFrames(signatures: readonly (Signature | undefined)[]): boolean {
  return signatures.some((signature) => {
    if (signature === undefined) return false;
    const { params, results } = signature;
    const count = (...types: Type[]): number => params.filter((type) => types.includes(type)).length;
    const floats = count(Type.F32, Type.F64, Type.V128);
    const halves = floats > FLOATS_IN_REGISTERS ? 2 * count(Type.V128) : 0;
    const address = results.length > RESULTS_IN_REGISTERS ? 1 : 0;
    return floats > FLOATS_IN_REGISTERS || params.length - floats + halves + address > INTEGERS_IN_REGISTERS;
  });
}

/** Lines that split a vector, and the halves as arguments; `name` is for registers. */
export function splitVector(vector: string, name: string): { readonly lines: readonly string[]; readonly args: readonly string[] } {
  const half = (k: number): string => `${name}.${k}`;
  return {
    lines: [
      `${name}.halves = bitcast <16 x i8> ${vector} to <2 x i64>`,
      ...[0, 1].map((k) => `${half(k)} = extractelement <2 x i64> ${name}.halves, i32 ${k}`),
    ],
    args: [0, 1].map((k) => `i64 ${half(k)}`),
  };
}

/** Lines that make the vector `name` of the parameters that `splitVector` gives for the same name. */
export function joinVector(name: string): readonly string[] {
  return [
    `${name}.first = insertelement <2 x i64> poison, i64 ${name}.0, i32 0`,
    `${name}.halves = insertelement <2 x i64> ${name}.first, i64 ${name}.1, i32 1`,
    `${name} = bitcast <2 x i64> ${name}.halves to <16 x i8>`,
  ];
}

/** Convention and result type of a function of the module. */
export function internalResult(plan: Plan, signature: Signature): string {
  return convention(plan) + (returnsInMemory(plan, signature) ? 'void' : resultType(signature.results));
}

/** LLVM types of the parameters of a function of the module. */
export function internalParams(plan: Plan, signature: Signature): string[] {
  const split = splitsVectors(plan, signature);
  const types = signature.params.flatMap((type) => (split && type === Type.V128 ? ['i64', 'i64'] : [LLVM_TYPES[type]!]));
  return returnsInMemory(plan, signature) ? ['ptr', ...types] : types;
}

/** A call of a function of the module from one of the runtime's kind; `readResult` takes the results. */
function callFromOutside(plan: Plan, signature: Signature, callee: string, args: readonly string[]): string[] {
  if (splitsVectors(plan, signature)) {
    const vectors = args.map((arg, k) => (signature.params[k] === Type.V128 ? splitVector(arg.slice(arg.lastIndexOf(' ') + 1), `%vector.${k}`) : { lines: [], args: [arg] }));
    return [...vectors.flatMap(({ lines }) => lines), ...callWhole(plan, signature, callee, vectors.flatMap((vector) => vector.args))];
  }
  return callWhole(plan, signature, callee, args);
}

function callWhole(plan: Plan, signature: Signature, callee: string, args: readonly string[]): string[] {
  const type = resultType(signature.results);
  if (!returnsInMemory(plan, signature)) return [`${type === 'void' ? '' : '%all = '}call ${convention(plan)}${type} ${callee}(${args.join(', ')})`];
  return [
    `%results.memory = ${resultMemory(signature.results.length)}`,
    `call ${convention(plan)}void ${callee}(${['ptr %results.memory', ...args].join(', ')})`,
  ];
}

/** A call of a function of the index space; `readResult` takes its results, a single one is `%all`. */
export function callFunction(out: PartitionText, index: number, args: readonly string[]): string {
  const signature = signatureOf(out.plan, index);
  if (isInternal(out.plan, index)) return callFromOutside(out.plan, signature, out.function(index), args).join('\n  ');
  const type = out.plan.functions[index]!.binding.kind === 'undefined' ? 'void' : resultType(signature.results);
  return `${type === 'void' ? '' : '%all = '}call ${type} ${out.function(index)}(${args.join(', ')})`;
}

/** Lines that put result `k` of a call of `callFunction` into the register `name`. */
export function readResult(out: PartitionText, index: number, k: number, name: string): string {
  const signature = signatureOf(out.plan, index), { results } = signature;
  const type = LLVM_TYPES[results[k]!]!;
  if (out.plan.functions[index]!.binding.kind === 'undefined') return `  ${name} = freeze ${type} poison\n`;
  if (isInternal(out.plan, index) && returnsInMemory(out.plan, signature)) {
    return `  ${name}.at = ${resultAddress('%results.memory', k)}\n  ${name} = load ${type}, ptr ${name}.at, align 16\n`;
  }
  if (results.length === 1) return `  ${name} = select i1 true, ${type} %all, ${type} %all\n`;
  const part = resultPart(results, k), taken = `extractvalue ${resultType(results)} %all, ${k}`;
  return part === type ? `  ${name} = ${taken}\n` : `  ${name}.bits = ${taken}\n  ${name} = bitcast ${part} ${name}.bits to ${type}\n`;
}
