// hot
// `load (x + c)` becomes `load x` at an offset greater by c, where x is known to be so small that `x + c` does not
// wrap modulo 2^32: the effective address, which the spec computes without wrapping, stays the same.

import { upperBound } from '../analysis/upper-bound.js';
import { constantOf } from '../constants.js';
import { Func } from '../function.js';
import type { InstId } from '../function.js';
import { ImmKind, Op, OPS } from '../ops.js';
import type { Pass } from '../pass.js';
import { Type } from '../types.js';

export const addresses: Pass = { name: 'addresses', help: 'fold constant parts of addresses into offsets', run };

const LIMIT = 2 ** 32;

function run(func: Func): boolean {
  let changed = false;
  for (const block of func.order) {
    for (let inst = func.first[block]; inst >= 0; inst = func.next[inst]) {
      if (OPS[func.op[inst]].imm === ImmKind.Access && foldAddress(func, inst)) changed = true;
    }
  }
  return changed;
}

function foldAddress(func: Func, inst: InstId): boolean {
  const sum = func.definition(func.operand(inst, 0));
  if (sum < 0 || func.op[sum] !== Op.Add || func.type[sum] !== Type.I32) return false;
  const c = constantOf(func, func.operand(sum, 1));
  if (c < 0) return false;
  const addend = func.imm[c] >>> 0;
  const offset = (func.imm[inst] >>> 0) + addend;
  const x = func.operand(sum, 0);
  if (offset >= LIMIT || upperBound(func, x) + addend >= LIMIT) return false;
  func.setOperand(inst, 0, x);
  func.imm[inst] = offset;
  return true;
}
