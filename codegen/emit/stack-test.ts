// hot
// Where a function of ring 0 tests the stack: in front of all its calls, but not on the ways that make none, and in no loop.

import type { BlockId, Func } from '../../ir/function.js';
import { computeCfg } from '../../ir/analysis/cfg.js';
import { computeDominators } from '../../ir/analysis/dominators.js';

/** The block at whose start the stack is tested: the nearest one outside of loops that dominates all blocks that call; -1 if none is reached. */
export function stackTestBlock(func: Func, calling: readonly BlockId[]): BlockId {
  const entry = func.order[0];
  if (calling.includes(entry)) return entry;
  const cfg = computeCfg(func);
  const { order, position, incomingStart, incoming, edgeSource } = cfg;
  const { idom } = computeDominators(func, cfg);
  let found = -1;
  for (const block of calling) {
    if (position[block] < 0) continue;
    let other = block;
    if (found < 0) found = other;
    while (found !== other) {
      if (position[found] > position[other]) found = idom[found];
      else other = idom[other];
    }
  }
  // In reverse postorder a loop is between its header and the last block that leads back to it.
  const lastOf = (header: BlockId): number => {
    let last = -1;
    for (let at = incomingStart[header]; at < incomingStart[header + 1]; at++) last = Math.max(last, position[edgeSource[incoming[at]]]);
    return last;
  };
  for (let i = 0; found >= 0 && i <= position[found]; i++) {
    // The outermost loop comes first; in front of it everything has been looked at.
    if (lastOf(order[i]) >= position[found]) return i === 0 ? entry : idom[order[i]];
  }
  return found;
}
