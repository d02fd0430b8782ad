// What a pass is: a named rewriting of one function that keeps its meaning.

import { Func } from './function.js';
import type { ModuleContext } from './module-context.js';

export interface Pass {
  readonly name: string;
  /** One line for `--print-passes`. */
  readonly help: string;
  /** Rewrites the function in place; tells whether anything changed. */
  readonly run: (func: Func, context: ModuleContext) => boolean;
}
