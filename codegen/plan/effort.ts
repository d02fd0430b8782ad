// How much is done for a function that is too large for its level. Several of LLVM's passes take time in proportion to the
// square of something in a function; each is left out where that would be noticed, so that time stays about linear in bytes.

import type { Func } from '../../ir/function.js';
import { Effect, Family, accessMemory, opEffect, opFamily, opOperands } from '../../ir/ops.js';
import type { Op } from '../../ir/ops.js';
import type { Effort, OptLevel } from '../levels.js';
import type { Plan } from './plan.js';

/** What is measured of a function. */
export interface FunctionSize {
  readonly instructions: number;
  /** Instructions of the longest block. */
  straight: number;
  /** Basic blocks of LLVM: those of the function, and one more for each check; a truncation checks for NaN and for its range. */
  readonly blocks: number;
  /** Comparisons and checks of the value that has most. */
  readonly conditions: number;
  /** Branches backwards. */
  readonly loops: number;
  /** Locals are in memory (`frontend/ssa-locals.ts`). */
  readonly slots: boolean;
}

/** The most that a measure may be for each effort, and what is quadratic in it. */
export const EFFORT_LIMITS: readonly {
  readonly measure: 'instructions' | 'straight' | 'blocks' | 'loops' | 'conditions';
  readonly name: string;
  readonly full: number;
  readonly linear: number;
}[] = [
  { measure: 'instructions', name: 'instructions', full: 60_000, linear: 250_000 }, // GVN, live intervals
  { measure: 'straight', name: 'instructions without a branch', full: 1_500, linear: 15_000 }, // SLP vectorizer; instruction scheduler
  { measure: 'blocks', name: 'branches', full: 10_000, linear: 15_000 }, // GVN of memory; two-address pass
  { measure: 'conditions', name: 'conditions on one value', full: 500, linear: 4_000 }, // InstCombine: what dominating conditions say
  { measure: 'loops', name: 'branches backwards', full: 1_000, linear: 1_000 }, // passes over nests of loops
];

/** The effort for a function, and why it is not full. */
export function effortFor(level: OptLevel, measure: () => FunctionSize): { readonly effort: Effort; readonly reason: string } {
  if (level === 0) return { effort: 'full', reason: '' };
  const size = measure();
  if (size.slots) return { effort: 'least', reason: 'too many values at its branches' };
  const beyond = (effort: 'full' | 'linear'): string | undefined => {
    const limit = EFFORT_LIMITS.find((row) => size[row.measure] > row[effort]);
    return limit === undefined ? undefined : `${size[limit.measure]} ${limit.name}`;
  };
  const least = beyond('linear');
  if (least !== undefined) return { effort: 'least', reason: least };
  const linear = beyond('full');
  return linear === undefined ? { effort: 'full', reason: '' } : { effort: 'linear', reason: linear };
}

/** Measures a function as it will be emitted. */
export function measureFunction(func: Func, plan: Plan): FunctionSize {
  const conditions = new Uint32Array(func.valueCount);
  let instructions = 0,
    straight = 0,
    blocks = func.order.length,
    most = 0,
    loops = 0,
    slots = false;
  const condition = (value: number): void => {
    if (!func.isConst(value)) most = Math.max(most, ++conditions[value]);
  };
  const place = new Int32Array(func.blockCount);
  func.order.forEach((block, i) => {
    place[block] = i;
  });
  for (const block of func.order) {
    let length = 0;
    for (let inst = func.first[block]; inst >= 0; inst = func.next[inst]) {
      const op: Op = func.op[inst];
      length++;
      const family: Family = opFamily[op];
      if (family === Family.Slot) slots = true;
      const checked = family === Family.Access ? plan.memories[accessMemory(func.aux[inst])].checked : (opEffect[op] & Effect.Traps) !== 0;
      if (checked) blocks += family === Family.Conversion ? 2 : 1;
      if ((checked || family === Family.Comparison) && opOperands[op] >= 0) for (let k = 0; k < func.operandCount[inst]; k++) condition(func.operand(inst, k));
    }
    const end = func.last[block];
    for (let k = 0; k < func.edgeCount[end]; k++) {
      if (place[func.edgeBlock[func.edge(end, k)]] <= place[block]) loops++;
    }
    instructions += length;
    straight = Math.max(straight, length);
  }
  return { instructions, straight, blocks, conditions: most, loops, slots };
}
