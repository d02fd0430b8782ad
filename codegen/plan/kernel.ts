// What the kernel variant refuses: what would leave addresses in memory that the process can write, or on a stack that a fork copies.

import type { Plan } from './plan.js';
import type { Target } from '../target.js';

/** A module or a combination of options that the kernel variant does not have. */
export class KernelError extends Error {
  override readonly name = 'KernelError';
  readonly code = 'W2E-N004';
}

/** Results that are returned in registers on every path. */
const MOST_RESULTS = 2;

interface Refusal {
  readonly because: string;
  readonly holds: (plan: Plan) => boolean;
}

/** In the order in which they are told. */
const REFUSALS: readonly Refusal[] = [
  { because: 'it throws or catches exceptions of WebAssembly', holds: ({ exceptions }) => exceptions },
  { because: 'it makes tail calls', holds: ({ tailCalls }) => tailCalls },
  { because: 'it has more than one memory', holds: ({ memories }) => memories.length > 1 },
  {
    because: 'its memory is compared with a size in front of each access (--memory=check, or a 64-bit memory)',
    holds: ({ memories }) => memories.some(({ checked }) => checked),
  },
];

/** Throws `KernelError` for a target without the variant, and for what it does not have. */
export function checkKernel(plan: Plan, target: Target): void {
  if (target.kernel === undefined) throw new KernelError(`there is no kernel variant for ${target.name}`);
  const refusal = REFUSALS.find(({ holds }) => holds(plan));
  if (refusal !== undefined) throw new KernelError(`the kernel variant cannot run this module: ${refusal.because}`);
  const many = plan.functions.findIndex(({ binding, typeId }) => binding.kind === 'defined' && (plan.signatures[typeId]?.results.length ?? 0) > MOST_RESULTS);
  if (many >= 0) throw new KernelError(`the kernel variant cannot run this module: function ${many} has more than ${MOST_RESULTS} results`);
}
