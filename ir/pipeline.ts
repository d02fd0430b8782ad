// The passes that run at each optimization level, in order, and their driver. A pass stands in a list as often as it
// pays. LLVM optimizes further: these lists do what it cannot know (Wasm's rules) and what makes its input smaller.

import type { Func } from './function.js';
import type { ModuleContext } from './module-context.js';
import type { Pass } from './pass.js';
import { addresses } from './passes/addresses.js';
import { branches } from './passes/branches.js';
import { compares } from './passes/compares.js';
import { conditions } from './passes/conditions.js';
import { dce } from './passes/dce.js';
import { devirtualize } from './passes/devirtualize.js';
import { fold } from './passes/fold.js';
import { globals } from './passes/globals.js';
import { gvn } from './passes/gvn.js';
import { loads } from './passes/loads.js';
import { params } from './passes/params.js';
import { simplify } from './passes/simplify.js';
import { verifyFunction } from './verifier.js';

export type OptLevel = 'O0' | 'O1' | 'O2' | 'O3' | 'Os';

/** Every pass, for `--print-passes`. */
export const PASSES: readonly Pass[] = [globals, fold, simplify, compares, branches, params, gvn, conditions, loads, addresses, devirtualize, dce];

const quick: readonly Pass[] = [globals, fold, simplify, compares, branches, params, dce];
// biome-ignore format: a row is a line
const full: readonly Pass[] = [
  globals, fold, simplify, compares, branches, params, gvn, loads, conditions,
  fold, simplify, addresses, devirtualize, branches, dce,
];
/** A second round finds little in modules that a compiler has optimized, more in others. */
// biome-ignore format: a row is a line
const twice: readonly Pass[] = [
  globals, fold, simplify, compares, branches, params, gvn, loads, conditions,
  fold, simplify, compares, branches, params, gvn, loads, simplify, addresses, devirtualize, branches, dce,
];

/** What runs at each level. */
export const PIPELINES: Readonly<Record<OptLevel, readonly Pass[]>> = {
  O0: [],
  O1: quick,
  O2: full,
  O3: twice,
  Os: full,
};

export interface PipelineHooks {
  readonly afterPass?: (name: string, func: Func) => void;
  /** Verify the function before the first pass and after each one. */
  readonly verify?: boolean;
}

/** Runs the passes of a level over a function, in place. */
export function runPipeline(func: Func, level: OptLevel, context: ModuleContext, hooks: PipelineHooks = {}): void {
  if (hooks.verify === true) verifyFunction(func, context);
  for (const pass of PIPELINES[level]) {
    pass.run(func, context);
    if (hooks.verify === true) verifyFunction(func, context);
    hooks.afterPass?.(pass.name, func);
  }
}
