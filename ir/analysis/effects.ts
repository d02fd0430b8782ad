// hot
// What the effect classes of the op table leave open: instructions of a class that may trap, but with operands that
// prove they do not.

import { constantOf, isInt } from '../constants.js';
import type { Func } from '../function.js';
import type { InstId } from '../function.js';
import type { ModuleContext } from '../module-context.js';
import { Effect, Family, ImmKind, Op, accessBytesLog2, accessMemory, opEffect, opFamily, opImmediates } from '../ops.js';

/**
 * Whether an instruction may be dropped once nothing uses its results: it writes nothing and cannot trap. An unused
 * load stays, since a trap is observable, unless its address is a constant within the memory's minimum size.
 */
export function isRemovable(func: Func, inst: InstId, context: ModuleContext): boolean {
  const effect = opEffect[func.op[inst]];
  if ((effect & (Effect.Writes | Effect.Terminator)) !== 0) return false;
  return (effect & Effect.Traps) === 0 || !mayTrap(func, inst, context);
}

/** Whether an instruction of a class that may trap can in fact do so, as far as its constant operands tell. */
export function mayTrap(func: Func, inst: InstId, context: ModuleContext): boolean {
  const op: Op = func.op[inst];
  if (opImmediates[op] === ImmKind.Access) return !isInBounds(func, inst, context);
  if (opFamily[op] !== Family.Division) return true;
  const divisor = constantOf(func, func.operand(inst, 1));
  return divisor < 0 || isInt(func, divisor, 0) || (op === Op.DivS && isInt(func, divisor, -1));
}

/** Whether an access has a constant address that is in bounds from the start (memories never shrink). */
function isInBounds(func: Func, inst: InstId, context: ModuleContext): boolean {
  const address = constantOf(func, func.operand(inst, 0));
  if (address < 0 || func.imm2[address] !== 0 || func.imm2[inst] !== 0) return false;
  const aux = func.aux[inst];
  const end = (func.imm[address] >>> 0) + (func.imm[inst] >>> 0) + (1 << accessBytesLog2(aux));
  return end <= context.minimumMemoryBytes(accessMemory(aux));
}
