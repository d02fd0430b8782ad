// hot
// Global value numbering of pure operations, scoped by dominance: walks the dominator tree in preorder with one hash
// table of the operations seen. An operation that may trap and does nothing else is replaced as well where an equal
// one dominates it: had it trapped, the first one would have done so before. Memory is the business of `loads`.

import { computeCfg } from '../analysis/cfg.js';
import { computeDominators, dominates } from '../analysis/dominators.js';
import type { Func } from '../function.js';
import type { InstId } from '../function.js';
import { Effect, OPS } from '../ops.js';
import type { Pass } from '../pass.js';

export const gvn: Pass = { name: 'gvn', help: 'compute equal pure operations once', run };

/** 1 for the ops that can be merged. */
const MERGEABLE = Uint8Array.from(OPS, (info) => ((info.effect & ~Effect.Traps) === 0 && !info.isVariadic ? 1 : 0));
/** 1 for the ops whose operands may be exchanged. */
const COMMUTATIVE = Uint8Array.from(OPS, ({ traits }) => (traits.commutative === true ? 1 : 0));

function run(func: Func): boolean {
  const tree = computeDominators(func, computeCfg(func));
  const mask = tableMask(func);
  // Open addressing; a slot holds an instruction + 1. An entry whose block does not dominate the current one never
  // will again (preorder), so that it may be overwritten.
  const table = new Int32Array(mask + 1);
  let changed = false;
  for (let i = 0; i < tree.preorder.length; i++) {
    const block = tree.preorder[i];
    for (let inst = func.first[block]; inst >= 0; inst = func.next[inst]) {
      if (MERGEABLE[func.op[inst]] === 0) continue;
      order(func, inst);
      for (let slot = hash(func, inst) & mask; ; slot = (slot + 1) & mask) {
        const seen = table[slot] - 1;
        if (seen < 0) {
          table[slot] = inst + 1;
          break;
        }
        if (!equal(func, seen, inst)) continue;
        if (dominates(tree, func.instBlock[seen], block)) {
          for (let k = 0; k < func.resultCount[inst]; k++) func.replaceUses(func.firstResult[inst] + k, func.firstResult[seen] + k);
          func.remove(inst);
          changed = true;
        } else {
          table[slot] = inst + 1;
        }
        break;
      }
    }
  }
  return changed;
}

/** One less than the table's size: a power of two of at least twice the instructions. */
function tableMask(func: Func): number {
  let count = 0;
  for (const block of func.order) for (let inst = func.first[block]; inst >= 0; inst = func.next[inst]) count++;
  return 2 ** (33 - Math.clz32(count | 7)) - 1;
}

/** Resolves the operands and puts those of a commutative operation in order, constants last. */
function order(func: Func, inst: InstId): void {
  const start = func.operandStart[inst];
  for (let k = 0; k < func.operandCount[inst]; k++) func.pool[start + k] = func.operand(inst, k);
  if (COMMUTATIVE[func.op[inst]] === 0) return;
  const a = func.pool[start];
  const b = func.pool[start + 1];
  const constant = func.isConst(a);
  if (constant === func.isConst(b) ? a <= b : !constant) return;
  func.pool[start] = b;
  func.pool[start + 1] = a;
}

function hash(func: Func, inst: InstId): number {
  let h = func.op[inst] | (func.type[inst] << 8);
  h = Math.imul(h ^ func.imm[inst], 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15) ^ func.imm2[inst], 0x85ebca6b);
  h = Math.imul(h ^ func.aux[inst], 0xc2b2ae35);
  const start = func.operandStart[inst];
  for (let k = 0; k < func.operandCount[inst]; k++) h = Math.imul((h ^ (h >>> 13)) + func.pool[start + k] + 1, 0x9e3779b1);
  return h ^ (h >>> 16);
}

/** Whether two instructions compute the same; their operands are resolved and in order. */
function equal(func: Func, a: InstId, b: InstId): boolean {
  if (func.op[a] !== func.op[b] || func.type[a] !== func.type[b] || func.imm[a] !== func.imm[b] || func.imm2[a] !== func.imm2[b] || func.aux[a] !== func.aux[b])
    return false;
  const p = func.operandStart[a];
  const q = func.operandStart[b];
  for (let k = 0; k < func.operandCount[a]; k++) if (func.pool[p + k] !== func.pool[q + k]) return false;
  return true;
}
