// Which passes, ours and LLVM's, run at each optimization level. The input is already optimized twice: by the C compiler that
// made the module and by our own passes.

import type { OptLevel as IrLevel } from '../ir/pipeline.js';

/** Optimization levels as on the command line. */
export type OptLevel = 0 | 1 | 2 | 3 | 's' | 'z';

interface Level {
  /** Level of our own pass pipeline. */
  readonly ir: IrLevel;
  /** Pipeline in the syntax of `opt -passes`, "" for none. */
  readonly passes: string;
  /** `LLVMCodeGenOptLevel`. */
  readonly codegen: 0 | 1 | 2 | 3;
  /** Function attributes that go with the level. */
  readonly attributes: string;
}

const LEVELS: Readonly<Record<OptLevel, Level>> = {
  0: { ir: 'O0', passes: '', codegen: 0, attributes: '' },
  1: { ir: 'O1', passes: 'default<O1>', codegen: 1, attributes: '' },
  2: { ir: 'O2', passes: 'default<O2>', codegen: 2, attributes: '' },
  3: { ir: 'O3', passes: 'default<O3>', codegen: 3, attributes: '' },
  s: { ir: 'Os', passes: 'default<Os>', codegen: 2, attributes: 'optsize' },
  z: { ir: 'Os', passes: 'default<Oz>', codegen: 2, attributes: 'minsize optsize' },
};

/** What runs at a level. */
export function levelPasses(level: OptLevel): Level {
  return LEVELS[level];
}
