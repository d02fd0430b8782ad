// hot
// Indirect calls of a constant element of a table that never changes become direct calls. An element that is null,
// out of bounds or of another type is left to trap.

import { constantOf } from '../constants.js';
import type { Func } from '../function.js';
import type { InstId } from '../function.js';
import type { ModuleContext } from '../module-context.js';
import { Callee, directCall, opCallee } from '../ops.js';
import type { Pass } from '../pass.js';

export const devirtualize: Pass = { name: 'devirtualize', help: 'call constant elements of immutable tables directly', run };

function run(func: Func, context: ModuleContext): boolean {
  let changed = false;
  for (const block of func.order) {
    for (let inst = func.first[block]; inst >= 0; inst = func.next[inst]) {
      if (opCallee[func.op[inst]] === Callee.Indirect && devirtualizeCall(func, inst, context)) changed = true;
    }
  }
  return changed;
}

function devirtualizeCall(func: Func, inst: InstId, context: ModuleContext): boolean {
  const args = func.operandCount[inst] - 1;
  const index = constantOf(func, func.operand(inst, args));
  if (index < 0 || func.imm2[index] !== 0) return false;
  const element = func.imm[index] >>> 0;
  const target = context.indirectTargets(func.imm2[inst], func.imm[inst])?.find((candidate) => candidate.element === element);
  if (target === undefined) return false;
  func.op[inst] = directCall[func.op[inst]];
  func.imm[inst] = target.func;
  func.imm2[inst] = 0;
  func.operandCount[inst] = args;
  return true;
}
