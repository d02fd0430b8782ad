// How the module's own functions are called in LLVM IR. Ordinarily as C functions; in a module with tail calls by
// LLVM's tailcc, with which a call with any arguments can become a jump (`musttail`). There, results that might not
// fit the registers of every target go to memory whose address is the first argument, since LLVM would otherwise make
// that memory part of the frame that a tail call gives up. Imports and what the runtime calls are C functions always.

import type { Signature } from '../ir/function.js';
import { LLVM_TYPES, resultType } from './llvm-text.js';
import type { Plan } from './plan.js';

/** So many results fit registers on every target. */
const RESULTS_IN_REGISTERS = 2;

/** `tailcc ` or nothing, as it stands in front of the result type. */
export function convention(plan: Plan): string {
  return plan.tailCalls ? 'tailcc ' : '';
}

/** Whether a function of the module gets an address for its results. */
export function returnsInMemory(plan: Plan, signature: Signature): boolean {
  return plan.tailCalls && signature.results.length > RESULTS_IN_REGISTERS;
}

/** Convention and result type of a function of the module. */
export function internalResult(plan: Plan, signature: Signature): string {
  return convention(plan) + (returnsInMemory(plan, signature) ? 'void' : resultType(signature.results));
}

/** LLVM types of the parameters of a function of the module. */
export function internalParams(plan: Plan, signature: Signature): string[] {
  const types = signature.params.map((type) => LLVM_TYPES[type]!);
  return returnsInMemory(plan, signature) ? ['ptr', ...types] : types;
}

/** A call of a function of the module from one of the runtime's kind: lines after which `%all` holds the results, if any. */
export function callFromOutside(plan: Plan, signature: Signature, callee: string, args: readonly string[]): string[] {
  const type = resultType(signature.results);
  if (!returnsInMemory(plan, signature)) return [`${type === 'void' ? '' : '%all = '}call ${convention(plan)}${type} ${callee}(${args.join(', ')})`];
  return [
    `%results.memory = alloca ${type}, align 16`,
    `call ${convention(plan)}void ${callee}(${['ptr %results.memory', ...args].join(', ')})`,
    `%all = load ${type}, ptr %results.memory`,
  ];
}
