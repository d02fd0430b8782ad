// Which passes, ours and LLVM's, run at each optimization level. The input was already optimized and inlined by the
// C compiler that made the module, and again by our own passes, so -O2 leaves out what LLVM's default<O2> does for
// whole programs (inlining, interprocedural propagation, promotion of stack slots): see RATIONALE.md.

import type { OptLevel as IrLevel } from '../../ir/pipeline.js';
import type { Effort, OptLevel } from '../levels.js';
import type { Plan } from './plan.js';

interface Level {
  /** Level of our own pass pipeline. */
  readonly ir: IrLevel;
  /** LLVM's pipeline in the syntax of `opt -passes`, "" for none. */
  readonly passes: string;
  /** `LLVMCodeGenOptLevel`. */
  readonly codegen: 0 | 1 | 2 | 3;
  /** Function attributes that go with the level. */
  readonly attributes: string;
}

/** Without this LLVM aborts the process when one round of the pass does not settle, which is a self-check of its own. */
const COMBINE = 'instcombine<no-verify-fixpoint>';

// biome-ignore format: a row is a line
const SCALAR = [
  'simplifycfg', 'early-cse<memssa>', COMBINE, 'simplifycfg', 'reassociate',
  'loop-mssa(loop-simplifycfg,licm,loop-rotate,licm,simple-loop-unswitch)', 'simplifycfg', COMBINE,
  'loop(loop-idiom,indvars,loop-deletion,loop-unroll-full)', 'gvn', 'sccp', 'bdce', COMBINE,
  'jump-threading', 'dse', 'loop-mssa(licm)', 'adce', 'simplifycfg<hoist-common-insts;sink-common-insts>',
];
const VECTOR = ['loop-vectorize', 'loop-load-elim', 'slp-vectorizer', 'vector-combine', COMBINE, 'loop-unroll<O2>', 'loop-mssa(licm)'];
const LATE = [
  'div-rem-pairs',
  'simplifycfg<bonus-inst-threshold=1;forward-switch-cond;switch-range-to-icmp;switch-to-lookup;no-keep-loops;hoist-common-insts;sink-common-insts>',
];

/** One walk over each function, in order. */
const O2 = `function<eager-inv>(${[...SCALAR, ...VECTOR, ...LATE].join(',')})`;

const LEVELS: Readonly<Record<OptLevel, Level>> = {
  0: { ir: 'O0', passes: '', codegen: 0, attributes: '' },
  1: { ir: 'O1', passes: 'default<O1>', codegen: 1, attributes: '' },
  2: { ir: 'O2', passes: O2, codegen: 2, attributes: '' },
  3: { ir: 'O3', passes: 'default<O3>', codegen: 3, attributes: '' },
  s: { ir: 'Os', passes: 'default<Os>', codegen: 2, attributes: 'optsize' },
  z: { ir: 'Os', passes: 'default<Oz>', codegen: 2, attributes: 'minsize optsize' },
};

/** For functions that are too large for a level's passes (`effort.ts`): those whose time is about linear. */
const LINEAR = 'function<eager-inv>(simplifycfg,early-cse<memssa>,sccp,bdce,adce,simplifycfg)';

/** What runs at a level. */
export function levelPasses(level: OptLevel, effort: Effort = 'full'): Level {
  const row = LEVELS[level];
  switch (effort) {
    case 'full':
      return row;
    case 'linear':
      return { ...row, passes: LINEAR };
    case 'least':
      return { ...row, passes: '', codegen: 0 };
  }
}

/**
 * In front of a level's passes: takes what follows a test at a function's entry out of it, and puts the test in its callers.
 * LLVM does not move the saving of registers behind a test where what follows does not return, as after a throw.
 */
export const PARTS = 'partial-inliner';

/** Whether `PARTS` runs: not where tail calls need their frames. At -O3 LLVM inlines by its own rules. */
export function takesPartsOut(level: OptLevel, plan: Plan): boolean {
  return level === 2 && plan.exceptions && !plan.tailCalls;
}
