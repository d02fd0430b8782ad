// hot
// Dead code: marks what the instructions with effects need, sweeps the rest, including block parameters that only
// feed themselves through loops. A load or another op that may trap is kept even when nothing uses it: the trap is
// observable (spec: execution of instructions). Blocks that cannot be reached are left to `branches`.

import { computeCfg } from '../analysis/cfg.js';
import type { Cfg } from '../analysis/cfg.js';
import { isRemovable } from '../analysis/effects.js';
import type { Func } from '../function.js';
import type { BlockId, ValueId } from '../function.js';
import type { ModuleContext } from '../module-context.js';
import type { Pass } from '../pass.js';

export const dce: Pass = { name: 'dce', help: 'remove pure instructions and block parameters that nothing uses', run };

function run(func: Func, context: ModuleContext): boolean {
  const cfg = computeCfg(func);
  const live = mark(func, cfg, context);
  return sweep(func, cfg, live, context);
}

/** 1 for each value that an instruction with effects needs. */
function mark(func: Func, cfg: Cfg, context: ModuleContext): Uint8Array {
  const live = new Uint8Array(func.valueCount);
  const work = new Int32Array(func.valueCount);
  /** Each parameter's place in its block. */
  const place = new Int32Array(func.valueCount);
  for (const block of func.order) {
    const params = func.blockParams[block];
    for (let k = 0; k < params.length; k++) place[params[k]] = k;
  }
  let pending = 0;
  const need = (value: ValueId): void => {
    if (live[value] === 1) return;
    live[value] = 1;
    work[pending++] = value;
  };
  for (const param of func.blockParams[func.order[0]]) need(param);
  for (const block of func.order) {
    for (let inst = func.first[block]; inst >= 0; inst = func.next[inst]) {
      if (isRemovable(func, inst, context)) continue;
      for (let k = 0; k < func.operandCount[inst]; k++) need(func.operand(inst, k));
    }
    if (cfg.position[block] >= 0) continue;
    // Parameters of unreachable blocks stay, and so do the arguments they are given.
    for (const param of func.blockParams[block]) need(param);
    const end = func.last[block];
    for (let k = 0; k < func.edgeCount[end]; k++) {
      for (const param of func.blockParams[func.edgeBlock[func.edge(end, k)]]) need(param);
      for (let n = 0; n < func.edgeArgCount[func.edge(end, k)]; n++) need(func.edgeArg(func.edge(end, k), n));
    }
  }
  while (pending > 0) {
    const value = work[--pending];
    const inst = func.valueDef[value];
    if (inst >= 0) {
      for (let k = 0; k < func.operandCount[inst]; k++) need(func.operand(inst, k));
      continue;
    }
    const block = ~inst;
    for (let at = cfg.incomingStart[block]; at < cfg.incomingStart[block + 1]; at++) need(func.edgeArg(cfg.incoming[at], place[value]));
  }
  return live;
}

/** Removes what is not live. */
function sweep(func: Func, cfg: Cfg, live: Uint8Array, context: ModuleContext): boolean {
  let changed = false;
  for (const block of func.order) {
    for (let inst = func.last[block]; inst >= 0; ) {
      const before = func.prev[inst];
      let used = false;
      for (let k = 0; k < func.resultCount[inst]; k++) if (live[func.firstResult[inst] + k] === 1) used = true;
      if (!used && isRemovable(func, inst, context)) {
        func.remove(inst);
        changed = true;
      }
      inst = before;
    }
    if (sweepParams(func, cfg, block, live)) changed = true;
  }
  return changed;
}

/** Removes the parameters of a block that are not live, and the arguments for them. */
function sweepParams(func: Func, cfg: Cfg, block: BlockId, live: Uint8Array): boolean {
  const params = func.blockParams[block];
  let kept = 0;
  for (let k = 0; k < params.length; k++) kept += live[params[k]];
  if (kept === params.length) return false;
  for (let at = cfg.incomingStart[block]; at < cfg.incomingStart[block + 1]; at++) {
    const edge = cfg.incoming[at];
    const start = func.edgeArgStart[edge];
    let to = start;
    for (let k = 0; k < params.length; k++) if (live[params[k]] === 1) func.pool[to++] = func.pool[start + k];
    func.edgeArgCount[edge] = kept;
  }
  func.blockParams[block] = params.filter((param) => live[param] === 1);
  return true;
}
