// hot
// Block parameters that every edge gives the same value (or themselves) are replaced by that value; so are those
// that every edge gives a constant of the same bits. The value dominates the block: it reaches each edge into it,
// and around a loop only the parameter itself comes back.

import { computeCfg } from '../analysis/cfg.js';
import type { Cfg } from '../analysis/cfg.js';
import { constBefore, constantOf } from '../constants.js';
import type { Func } from '../function.js';
import type { BlockId, ValueId } from '../function.js';
import { Op } from '../ops.js';
import type { Pass } from '../pass.js';
import type { Type } from '../types.js';

export const params: Pass = { name: 'params', help: 'replace block parameters that are given one value only', run };

function run(func: Func): boolean {
  const cfg = computeCfg(func);
  if (cfg.order.length !== func.order.length) return false; // edges from unreachable blocks: `branches` comes first
  let changed = false;
  // Reverse postorder: what comes from above is replaced before it is passed on. The entry's parameters stay.
  for (let i = 1; i < cfg.order.length; i++) {
    const block = cfg.order[i];
    const values = func.blockParams[block];
    for (let k = values.length - 1; k >= 0; k--) {
      const only = onlyArgument(func, cfg, block, k, values[k]);
      if (only < 0) continue;
      func.replaceUses(values[k], placedIn(func, block, only));
      func.removeParam(block, k, cfg.incoming.subarray(cfg.incomingStart[block], cfg.incomingStart[block + 1]));
      changed = true;
    }
  }
  return changed;
}

/** The argument that all edges give parameter `k`, apart from the parameter itself; -1 if they differ. */
function onlyArgument(func: Func, cfg: Cfg, block: BlockId, k: number, param: ValueId): ValueId {
  let only = -1;
  for (let at = cfg.incomingStart[block]; at < cfg.incomingStart[block + 1]; at++) {
    const arg = func.edgeArg(cfg.incoming[at], k);
    if (arg === param || arg === only) continue;
    if (only >= 0 && !sameConstant(func, only, arg)) return -1;
    only = arg;
  }
  return only;
}

function sameConstant(func: Func, a: ValueId, b: ValueId): boolean {
  const x = constantOf(func, a);
  const y = constantOf(func, b);
  return x >= 0 && y >= 0 && func.imm[x] === func.imm[y] && func.imm2[x] === func.imm2[y];
}

/** The value itself, or a copy of a constant in front of the block: the edges may bring different ones. */
function placedIn(func: Func, block: BlockId, value: ValueId): ValueId {
  const inst = constantOf(func, value);
  const first = func.first[block];
  const where = func.op[first] === Op.Catch ? func.next[first] : first; // nothing stands before a catch
  return inst < 0 ? value : constBefore(func, where, func.valueType[value] as Type, func.imm[inst], func.imm2[inst]);
}
