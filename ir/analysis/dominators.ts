// hot
// The dominator tree: Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm". Blocks get numbers in preorder
// of the tree, so that dominance is a comparison of intervals.

import type { Func } from '../function.js';
import type { BlockId } from '../function.js';
import type { Cfg } from './cfg.js';

export interface DominatorTree {
  /** The immediate dominator of each reachable block; -1 for the entry and for unreachable blocks. */
  readonly idom: Int32Array;
  /** Reachable blocks in preorder of the tree. */
  readonly preorder: Int32Array;
  /** Each reachable block's place in `preorder`, -1 if it is unreachable. */
  readonly enter: Int32Array;
  /** Number of blocks that each block dominates, itself included. */
  readonly size: Int32Array;
}

/** Computes the dominator tree of the reachable blocks. */
export function computeDominators(func: Func, cfg: Cfg): DominatorTree {
  const { order, position, incomingStart, incoming, edgeSource } = cfg;
  const count = order.length;
  // Immediate dominators by position in reverse postorder.
  const up = new Int32Array(count).fill(-1);
  up[0] = 0;
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 1; i < count; i++) {
      const block = order[i];
      let meet = -1;
      for (let at = incomingStart[block]; at < incomingStart[block + 1]; at++) {
        let other = position[edgeSource[incoming[at]]];
        if (up[other] < 0) continue;
        if (meet < 0) meet = other;
        while (meet !== other) {
          if (meet > other) meet = up[meet];
          else other = up[other];
        }
      }
      if (up[i] !== meet) {
        up[i] = meet;
        changed = true;
      }
    }
  }
  const idom = new Int32Array(func.blockCount).fill(-1);
  const enter = new Int32Array(func.blockCount).fill(-1);
  const size = new Int32Array(func.blockCount);
  for (let i = count - 1; i > 0; i--) {
    const parent = order[up[i]];
    idom[order[i]] = parent;
    size[order[i]]++;
    size[parent] += size[order[i]];
  }
  size[order[0]]++;
  const preorder = new Int32Array(count);
  const nextChild = new Int32Array(func.blockCount);
  for (let i = 0; i < count; i++) {
    const block = order[i];
    const at = i === 0 ? 0 : nextChild[idom[block]];
    if (i > 0) nextChild[idom[block]] += size[block];
    enter[block] = at;
    preorder[at] = block;
    nextChild[block] = at + 1;
  }
  return { idom, preorder, enter, size };
}

/** Whether every path from the entry to `b` passes `a`; a block dominates itself. Both are reachable. */
export function dominates(tree: DominatorTree, a: BlockId, b: BlockId): boolean {
  const distance = tree.enter[b] - tree.enter[a];
  return distance >= 0 && distance < tree.size[a];
}
