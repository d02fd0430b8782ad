// What a pass is: a named rewriting of one function that keeps its meaning.

import type { Func } from './function.js';
import type { InstId } from './function.js';
import type { ModuleContext } from './module-context.js';

export interface Pass {
  readonly name: string;
  /** One line for `--print-passes`. */
  readonly help: string;
  /** Rewrites the function in place; tells whether anything changed. */
  readonly run: (func: Func, context: ModuleContext) => boolean;
}

/** Applies a rule to each instruction as often as it changes something; tells whether it ever did. */
export function rewriteInstructions(func: Func, rule: (func: Func, inst: InstId) => boolean): boolean {
  let changed = false;
  for (const block of func.order) {
    for (let inst = func.first[block]; inst >= 0; ) {
      const next = func.next[inst];
      while (func.instBlock[inst] >= 0 && rule(func, inst)) changed = true;
      inst = next;
    }
  }
  return changed;
}
