// hot
// Branch simplification, in rounds: constant and degenerate conditions, edges through blocks that only branch on
// (threading), unreachable blocks, straight-line blocks merged. Nothing with an effect is moved: merged
// blocks keep their order, threaded blocks hold nothing but their terminator.

import { computeCfg, incomingCount } from '../analysis/cfg.js';
import type { Cfg } from '../analysis/cfg.js';
import { countUses } from '../analysis/uses.js';
import { constantOf, isInt } from '../constants.js';
import type { Func } from '../function.js';
import type { BlockId, EdgeId, InstId } from '../function.js';
import { Family, Op, opFamily } from '../ops.js';
import type { Pass } from '../pass.js';
import { Type } from '../types.js';

export const branches: Pass = { name: 'branches', help: 'simplify and thread branches, remove unreachable blocks, merge straight-line ones', run };

/** Empty blocks that one edge is led through at most: a bound for cycles of them. */
const THREAD_LIMIT = 16;
/** Each step can make work for the others; there is next to none left after a few rounds. */
const ROUNDS = 4;

function run(func: Func): boolean {
  for (let round = 0; round < ROUNDS; round++) if (!runRound(func)) return round > 0;
  return true;
}

function runRound(func: Func): boolean {
  let changed = false;
  for (const block of func.order) while (simplifyTerminator(func, func.last[block])) changed = true;
  if (thread(func)) changed = true;
  const cfg = computeCfg(func);
  if (cfg.order.length < func.order.length) {
    func.order = func.order.filter((block) => cfg.position[block] >= 0);
    changed = true;
  }
  return merge(func, cfg) || changed;
}

// ---- terminators

function simplifyTerminator(func: Func, inst: InstId): boolean {
  const op: Op = func.op[inst];
  if (op !== Op.BrIf && op !== Op.BrTable) return false;
  const last = func.edgeCount[inst] - 1;
  const index = constantOf(func, func.operand(inst, 0));
  let kept = -1;
  if (index >= 0) kept = chosenEdge(func, inst, func.imm[index]);
  else if (allEdgesEqual(func, inst)) kept = last;
  if (kept >= 0) {
    func.keepEdge(inst, kept);
    return true;
  }
  if (op === Op.BrIf) return simplifyCondition(func, inst);
  if (last !== 1) return false;
  // One case and the default: any index but 0 goes to the default.
  func.op[inst] = Op.BrIf;
  swapEdges(func, inst);
  return true;
}

/** The edge that a terminator takes for a condition or index; an index is unsigned, the default comes last. */
function chosenEdge(func: Func, inst: InstId, value: number): number {
  if (func.op[inst] === Op.BrIf) return value !== 0 ? 0 : 1;
  return Math.min(value >>> 0, func.edgeCount[inst] - 1);
}

function allEdgesEqual(func: Func, inst: InstId): boolean {
  const first = func.edgeStart[inst];
  for (let k = 1; k < func.edgeCount[inst]; k++) if (!edgesEqual(func, first, first + k)) return false;
  return true;
}

function edgesEqual(func: Func, a: EdgeId, b: EdgeId): boolean {
  if (func.edgeBlock[a] !== func.edgeBlock[b]) return false;
  for (let n = 0; n < func.edgeArgCount[a]; n++) if (func.edgeArg(a, n) !== func.edgeArg(b, n)) return false;
  return true;
}

/** `br_if (eqz x)` swaps its edges; `br_if (ne x 0)` branches on x. */
function simplifyCondition(func: Func, inst: InstId): boolean {
  const condition = func.definition(func.operand(inst, 0));
  if (condition < 0 || func.type[condition] !== Type.I32) return false;
  if (func.op[condition] === Op.Eqz) swapEdges(func, inst);
  else {
    if (func.op[condition] !== Op.Ne) return false;
    const zero = constantOf(func, func.operand(condition, 1));
    if (zero < 0 || !isInt(func, zero, 0)) return false;
  }
  func.setOperand(inst, 0, func.operand(condition, 0));
  return true;
}

function swapEdges(func: Func, inst: InstId): void {
  const { edgeBlock, edgeArgStart, edgeArgCount } = func;
  const a = func.edgeStart[inst];
  const block = edgeBlock[a];
  const start = edgeArgStart[a];
  const count = edgeArgCount[a];
  edgeBlock[a] = edgeBlock[a + 1];
  edgeArgStart[a] = edgeArgStart[a + 1];
  edgeArgCount[a] = edgeArgCount[a + 1];
  edgeBlock[a + 1] = block;
  edgeArgStart[a + 1] = start;
  edgeArgCount[a + 1] = count;
}

// ---- threading

/** Leads edges past blocks that hold only a branch which is known for that edge. */
function thread(func: Func): boolean {
  const passable = passableBlocks(func);
  if (passable === undefined) return false;
  let changed = false;
  for (const block of func.order) {
    const end = func.last[block];
    for (let k = 0; k < func.edgeCount[end]; k++) {
      const edge = func.edge(end, k);
      for (let steps = 0; steps < THREAD_LIMIT; steps++) {
        const middle = func.edgeBlock[edge];
        if (middle === block || passable[middle] === 0) break;
        const onward = onwardEdge(func, edge, middle);
        if (onward < 0 || func.edgeBlock[onward] === middle) break;
        redirect(func, edge, middle, onward);
        changed = true;
      }
    }
  }
  return changed;
}

/** 1 for the blocks that are only a branch, with parameters that nothing else uses; undefined if there are none. */
function passableBlocks(func: Func): Uint8Array | undefined {
  const passable = new Uint8Array(func.blockCount);
  let uses: Int32Array | undefined;
  let found = false;
  for (const block of func.order) {
    const inst = func.first[block];
    if (inst !== func.last[block] || opFamily[func.op[inst]] !== Family.Branch) continue;
    if (func.blockParams[block].length > 0 && !ownsParams(func, block, (uses ??= countUses(func)))) continue;
    passable[block] = 1;
    found = true;
  }
  return found ? passable : undefined;
}

/** Whether only the block's terminator uses its parameters. */
function ownsParams(func: Func, block: BlockId, uses: Int32Array): boolean {
  const inst = func.last[block];
  for (const param of func.blockParams[block]) {
    let own = 0;
    if (func.operandCount[inst] > 0 && func.operand(inst, 0) === param) own++;
    for (let k = 0; k < func.edgeCount[inst]; k++) {
      const edge = func.edge(inst, k);
      for (let n = 0; n < func.edgeArgCount[edge]; n++) if (func.edgeArg(edge, n) === param) own++;
    }
    if (own !== uses[param]) return false;
  }
  return true;
}

/** The edge that `middle` takes when it is entered by `edge`, or -1 if that is not known. */
function onwardEdge(func: Func, edge: EdgeId, middle: BlockId): EdgeId {
  const inst = func.first[middle];
  if (func.op[inst] === Op.Br) return func.edgeStart[inst];
  const k = func.blockParams[middle].indexOf(func.operand(inst, 0));
  const value = k < 0 ? -1 : constantOf(func, func.edgeArg(edge, k));
  return value < 0 ? -1 : func.edge(inst, chosenEdge(func, inst, func.imm[value]));
}

/** Leads `edge`, which enters `middle`, to where `onward` goes. */
function redirect(func: Func, edge: EdgeId, middle: BlockId, onward: EdgeId): void {
  const params = func.blockParams[middle];
  const start = func.poolLength;
  for (let n = 0; n < func.edgeArgCount[onward]; n++) {
    const arg = func.edgeArg(onward, n);
    const k = params.indexOf(arg);
    func.pushPool(k < 0 ? arg : func.edgeArg(edge, k));
  }
  func.edgeBlock[edge] = func.edgeBlock[onward];
  func.edgeArgStart[edge] = start;
  func.edgeArgCount[edge] = func.edgeArgCount[onward];
}

// ---- blocks

/** Appends a block to its only predecessor where that one branches nowhere else. */
function merge(func: Func, cfg: Cfg): boolean {
  const merged = new Uint8Array(func.blockCount);
  let changed = false;
  for (const block of func.order) {
    if (merged[block] === 1) continue;
    for (;;) {
      const end = func.last[block];
      if (func.op[end] !== Op.Br) break;
      const edge = func.edgeStart[end];
      const target = func.edgeBlock[edge];
      if (target === block || incomingCount(cfg, target) !== 1) break;
      const params = func.blockParams[target];
      for (let k = 0; k < params.length; k++) func.replaceUses(params[k], func.edgeArg(edge, k));
      func.remove(end);
      splice(func, block, target);
      merged[target] = 1;
      changed = true;
    }
  }
  if (changed) func.order = func.order.filter((block) => merged[block] === 0);
  return changed;
}

/** Moves all instructions of `from` to the end of `to`. */
function splice(func: Func, to: BlockId, from: BlockId): void {
  for (let inst = func.first[from]; inst >= 0; ) {
    const next = func.next[inst];
    func.append(to, inst);
    inst = next;
  }
  func.first[from] = -1;
  func.last[from] = -1;
  func.blockParams[from] = [];
}
