// Calls from functions of our own that are none of the module: of functions of the index space, and of setjmp.

import { Type } from '../../ir/types.js';
import { signatureOf } from '../plan/plan.js';
import { internalResult, isInternal, loadResult, resultMemory, returnsInMemory, splitVector, splitsVectors, takeResult } from './convention.js';
import { LLVM_TYPES, resultType } from './llvm-text.js';
import type { PartitionText } from './partition-text.js';
import type { Operand, Writer } from './writer.js';

/** What a call from outside of the module's convention has returned. */
export type Returned =
  | { readonly in: 'memory' | 'registers'; readonly at: Operand }
  /** Nothing: the callee is an import that nobody provides. */
  | { readonly in: 'nothing' };

/** Calls a function of the index space from one that the runtime calls; `args` are operands of its parameters' types. */
export function callFunction(w: Writer, out: PartitionText, index: number, args: readonly Operand[]): Returned {
  const { plan } = out;
  const signature = signatureOf(plan, index);
  const typed = (arg: Operand, k: number): string => `${LLVM_TYPES[signature.params[k]]} ${arg}`;
  const callee = out.function(index);
  const { kind } = plan.functions[index].binding;
  if (kind === 'undefined') {
    w.call('void', callee, args.map(typed).join(', '));
    return { in: 'nothing' };
  }
  if (!isInternal(plan, index)) return { in: 'registers', at: w.call(resultType(signature.results), callee, args.map(typed).join(', ')) };
  const split = splitsVectors(plan, signature);
  const list = args.map((arg, k) => (split && signature.params[k] === Type.V128 ? splitVector(w, arg) : typed(arg, k)));
  if (!returnsInMemory(plan, signature)) return { in: 'registers', at: w.call(internalResult(plan, signature), callee, list.join(', ')) };
  const memory = resultMemory(w, signature.results.length);
  w.call(internalResult(plan, signature), callee, [`ptr ${memory}`, ...list].join(', '));
  return { in: 'memory', at: memory };
}

/** Result `k` of a call by `callFunction`. */
export function readResult(w: Writer, out: PartitionText, index: number, k: number, returned: Returned): Operand {
  const { results } = signatureOf(out.plan, index);
  const type = LLVM_TYPES[results[k]];
  if (returned.in === 'nothing') return w.arbitrary(type);
  if (returned.in === 'memory') return loadResult(w, returned.at, k, type);
  if (results.length === 1) return returned.at;
  const into = w.register();
  takeResult(w, results, k, returned.at, into);
  return into;
}

/** Where a jump to the buffer resumes: 0 the first time (i32). */
export function callSetjmp(w: Writer, out: PartitionText, buffer: Operand): Operand {
  return out.callRuntime(w, 'setjmp', [buffer]);
}
