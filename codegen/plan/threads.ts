// What programs with threads are refused, and what each thread begins with: an instance of the module of its own, over the memories of
// the first one. Its globals, tables and dropped segments are thread-local variables, which start as they are in the image.

import { Type } from '../../ir/types.js';
import type { Instantiation, InstantiationStep } from './instantiation.js';
import type { Plan } from './plan.js';
import type { Product } from './product.js';

/** A module with threads in a form that cannot have them. */
export class ThreadsError extends Error {
  override readonly name = 'ThreadsError';
  readonly code = 'W2E-N005';
}

interface Refusal {
  readonly because: string;
  readonly holds: (plan: Plan, product: Product) => boolean;
}

/** In the order in which they are told. */
const REFUSALS: readonly Refusal[] = [
  { because: 'an object for C programs (-c) has none', holds: (_plan, { kind }) => kind === 'object' },
  { because: 'the kernel variant has none', holds: (_plan, product) => product.kind === 'program' && product.kernel !== undefined },
  { because: 'a program that serves exports has none', holds: (_plan, { kind }) => kind === 'served' },
  {
    because: 'a global or a table holds references to exceptions, which are not looked for in threads',
    holds: ({ globals, tables }) =>
      globals.some(({ type, constant }) => type === Type.ExnRef && !constant) || tables.some(({ holdsExceptions }) => holdsExceptions),
  },
];

/** Throws `ThreadsError` where a program with threads cannot be made. */
export function checkThreads(plan: Plan, product: Product): void {
  if (!plan.threads) return;
  const refusal = REFUSALS.find(({ holds }) => holds(plan, product));
  if (refusal !== undefined) throw new ThreadsError(`the module starts threads, but ${refusal.because}`);
}

/**
 * What is left to do in a new thread, once its tables are made: segments for tables of other modules, and start functions. Data is written
 * once, with the first instance: memory is the same.
 */
export function threadSteps({ instances }: Instantiation): InstantiationStep[] {
  return instances.flatMap(({ instance, steps }) =>
    steps.filter((step) => step.kind === 'element' || (step.kind === 'call' && step.functionIndex === instance.start)),
  );
}
