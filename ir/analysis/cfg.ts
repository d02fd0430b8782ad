// hot
// The control-flow graph of a function as it is now: reachable blocks in reverse postorder, and the edges into each.
// A pass that changes terminators computes it anew.

import type { Func } from '../function.js';
import type { BlockId } from '../function.js';

export interface Cfg {
  /** Reachable blocks in reverse postorder, entry first. */
  readonly order: Int32Array;
  /** Each block's position in `order`, -1 if it is unreachable. */
  readonly position: Int32Array;
  /** The edges into block `b` from reachable blocks are `incoming[incomingStart[b] … incomingStart[b + 1] - 1]`. */
  readonly incomingStart: Int32Array;
  readonly incoming: Int32Array;
  /** The block whose terminator has an edge, -1 if it is not reachable. */
  readonly edgeSource: Int32Array;
}

/** Computes the graph by an iterative depth-first search from the entry block. */
export function computeCfg(func: Func): Cfg {
  const { blockCount, edgesLength, last, edgeStart, edgeCount, edgeBlock } = func;
  const position = new Int32Array(blockCount).fill(-1);
  const postorder = new Int32Array(blockCount);
  const stack = new Int32Array(blockCount);
  // Edges of the block at each stack level that are still to follow; the last edge first, which makes the
  // reverse postorder follow the order of the edges.
  const pending = new Int32Array(blockCount);
  let reached = 0;
  let depth = 0;
  stack[0] = func.order[0];
  pending[0] = edgeCount[last[stack[0]]];
  position[stack[0]] = 0;
  while (depth >= 0) {
    const block = stack[depth];
    const k = --pending[depth];
    if (k < 0) {
      postorder[reached++] = block;
      depth--;
      continue;
    }
    const target = edgeBlock[edgeStart[last[block]] + k];
    if (position[target] >= 0) continue;
    position[target] = 0;
    stack[++depth] = target;
    pending[depth] = edgeCount[last[target]];
  }
  const order = postorder.subarray(0, reached).reverse();
  const incomingStart = new Int32Array(blockCount + 1);
  const edgeSource = new Int32Array(edgesLength).fill(-1);
  let total = 0;
  for (let i = 0; i < reached; i++) {
    const block = order[i];
    position[block] = i;
    const terminator = last[block];
    const end = edgeStart[terminator] + edgeCount[terminator];
    for (let edge = edgeStart[terminator]; edge < end; edge++) {
      edgeSource[edge] = block;
      incomingStart[edgeBlock[edge] + 1]++;
      total++;
    }
  }
  for (let block = 0; block < blockCount; block++) incomingStart[block + 1] += incomingStart[block];
  const incoming = new Int32Array(total);
  const fill = incomingStart.slice();
  for (let i = 0; i < reached; i++) {
    const terminator = last[order[i]];
    const end = edgeStart[terminator] + edgeCount[terminator];
    for (let edge = edgeStart[terminator]; edge < end; edge++) incoming[fill[edgeBlock[edge]]++] = edge;
  }
  return { order, position, incomingStart, incoming, edgeSource };
}

/** The number of edges into a block. */
export function incomingCount(cfg: Cfg, block: BlockId): number {
  return cfg.incomingStart[block + 1] - cfg.incomingStart[block];
}

/** The only edge into a block, or -1 if there is none or more than one. */
export function singleIncoming(cfg: Cfg, block: BlockId): number {
  const start = cfg.incomingStart[block];
  return cfg.incomingStart[block + 1] - start === 1 ? cfg.incoming[start] : -1;
}
