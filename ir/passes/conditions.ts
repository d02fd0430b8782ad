// hot
// Branches on a condition that a dominating branch has already decided: in a block that is entered only when `c` was
// not zero, a further `br_if c` is taken. Looks a fixed number of dominators up.

import { computeCfg, singleIncoming } from '../analysis/cfg.js';
import { computeDominators } from '../analysis/dominators.js';
import type { Func } from '../function.js';
import type { BlockId } from '../function.js';
import { Op } from '../ops.js';
import type { Pass } from '../pass.js';

export const conditions: Pass = { name: 'conditions', help: 'decide branches on conditions that a dominating branch has tested', run };

const DOMINATORS = 16;

function run(func: Func): boolean {
  const cfg = computeCfg(func);
  const { idom } = computeDominators(func, cfg);
  let changed = false;
  for (const block of cfg.order) {
    const inst = func.last[block];
    if (func.op[inst] !== Op.BrIf) continue;
    const condition = func.operand(inst, 0);
    let at: BlockId = block;
    for (let steps = 0; steps < DOMINATORS && at >= 0; steps++, at = idom[at]) {
      const edge = singleIncoming(cfg, at);
      if (edge < 0) continue;
      const test = func.last[cfg.edgeSource[edge]];
      if (func.op[test] !== Op.BrIf || func.operand(test, 0) !== condition) continue;
      func.keepEdge(inst, edge - func.edgeStart[test]);
      changed = true;
      break;
    }
  }
  return changed;
}
