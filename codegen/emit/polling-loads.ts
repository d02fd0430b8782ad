// hot
// Loads that must be repeated: those of an address that does not change, in a loop that writes nothing and calls
// nothing. Another process (MAP_SHARED) or a signal handler may change what such a loop waits for; Wasm has no
// volatile, and LLVM would load once and spin for ever. C compilers have already moved other loads of that kind out of their loops.

import { computeCfg } from '../../ir/analysis/cfg.js';
import type { Cfg } from '../../ir/analysis/cfg.js';
import { computeDominators, dominates } from '../../ir/analysis/dominators.js';
import type { BlockId, Func, InstId } from '../../ir/function.js';
import { Effect, Op, opEffect } from '../../ir/ops.js';

/** A loop that waits is small; larger ones are not looked at. */
const MAX_BLOCKS = 16;

/** The loads of a function that LLVM may not take out of their loops. */
export function pollingLoads(func: Func): Set<InstId> {
  const loads = new Set<InstId>();
  if (func.order.length < 2) return loads;
  const cfg = computeCfg(func);
  const dominators = computeDominators(func, cfg);
  for (const header of cfg.order) {
    for (let i = cfg.incomingStart[header]; i < cfg.incomingStart[header + 1]; i++) {
      const latch = cfg.edgeSource[cfg.incoming[i]];
      if (!dominates(dominators, header, latch)) continue;
      const blocks = naturalLoop(cfg, header, latch);
      if (blocks !== undefined && writesNothing(func, blocks)) markInvariantLoads(func, blocks, loads);
    }
  }
  return loads;
}

/** The blocks that reach `latch` without passing `header`, with both; undefined if they are many. */
function naturalLoop(cfg: Cfg, header: BlockId, latch: BlockId): Set<BlockId> | undefined {
  const blocks = new Set([header, latch]);
  const work = latch === header ? [] : [latch];
  for (let block = work.pop(); block !== undefined; block = work.pop()) {
    for (let i = cfg.incomingStart[block]; i < cfg.incomingStart[block + 1]; i++) {
      const source = cfg.edgeSource[cfg.incoming[i]];
      if (blocks.has(source)) continue;
      if (blocks.size === MAX_BLOCKS) return undefined;
      blocks.add(source);
      work.push(source);
    }
  }
  return blocks;
}

function writesNothing(func: Func, blocks: ReadonlySet<BlockId>): boolean {
  for (const block of blocks) {
    for (let inst = func.first[block]; inst >= 0; inst = func.next[inst]) {
      if ((opEffect[func.op[inst]] & Effect.Writes) !== 0) return false;
    }
  }
  return true;
}

function markInvariantLoads(func: Func, blocks: ReadonlySet<BlockId>, loads: Set<InstId>): void {
  for (const block of blocks) {
    for (let inst = func.first[block]; inst >= 0; inst = func.next[inst]) {
      if (func.op[inst] !== Op.Load) continue;
      const address = func.operand(inst, 0);
      const definition = func.definition(address);
      const definedIn = definition >= 0 ? func.instBlock[definition] : func.paramBlock(address);
      if (func.isConst(address) || !blocks.has(definedIn)) loads.add(inst);
    }
  }
}
