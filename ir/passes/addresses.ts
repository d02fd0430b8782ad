// hot
// `load (x + c)` becomes `load x` at an offset greater by c, where `x + c` does not wrap modulo 2^32: the effective
// address, which the spec computes without wrapping, stays the same. Two things show that a sum does not wrap: x is known to be
// small; or an access at `x + b`, b <= c, comes before on every path and did not trap, so that `x + b` is less than the
// memory can ever have. Then `load (x + c)` becomes `load (x + b)` at an offset greater by c - b, and the two share an address,
// unless `x + c` is needed as a value anyway.

import { computeCfg } from '../analysis/cfg.js';
import { computeDominators, dominates } from '../analysis/dominators.js';
import type { DominatorTree } from '../analysis/dominators.js';
import { upperBound } from '../analysis/upper-bound.js';
import { countUses } from '../analysis/uses.js';
import { constantOf } from '../constants.js';
import type { Func } from '../function.js';
import type { BlockId, InstId, ValueId } from '../function.js';
import type { ModuleContext } from '../module-context.js';
import { Family, ImmKind, Op, accessBytesLog2, accessMemory, opFamily, opImmediates } from '../ops.js';
import type { Pass } from '../pass.js';
import { Type } from '../types.js';

export const addresses: Pass = { name: 'addresses', help: 'fold constant parts of addresses into offsets', run };

const LIMIT = 2 ** 32;

function run(func: Func, context: ModuleContext): boolean {
  let changed = false;
  const tree = computeDominators(func, computeCfg(func));
  const accessed = new AccessedAddresses(func, tree, context);
  for (let i = 0; i < tree.preorder.length; i++) {
    const block = tree.preorder[i];
    for (let inst = func.first[block]; inst >= 0; inst = func.next[inst]) {
      if (opImmediates[func.op[inst]] !== ImmKind.Access) continue;
      if (foldAddress(func, inst)) changed = true;
      if (isPlain(func.op[inst]) && accessed.visit(inst, block)) changed = true;
    }
  }
  return changed;
}

const isPlain = (op: Op): boolean => opFamily[op] === Family.Access;

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

/** How many accesses of one x are looked at. */
const MOST_FACTS = 8;

/** Accesses at x + constant that did not trap, by x; scoped by dominance. */
class AccessedAddresses {
  /** Per value x: its newest fact + 1, or 0. */
  private readonly newest: Int32Array;
  // Per fact: the one before of the same x + 1, the address, its constant (as i32), where, and in which memory.
  private readonly before: number[] = [];
  private readonly address: ValueId[] = [];
  private readonly constant: number[] = [];
  private readonly block: BlockId[] = [];
  private readonly memory: number[] = [];
  /** Per value: 1 if it is used other than as the address of a plain access. */
  private readonly isValue: Uint8Array;
  /** The greatest number that the address can be. */
  private readonly bound: number[] = [];

  constructor(
    private readonly func: Func,
    private readonly tree: DominatorTree,
    private readonly context: ModuleContext,
  ) {
    this.newest = new Int32Array(func.valueCount);
    const uses = countUses(func);
    for (const block of func.order) {
      for (let inst = func.first[block]; inst >= 0; inst = func.next[inst]) {
        if (isPlain(func.op[inst])) uses[func.operand(inst, 0)]--;
      }
    }
    this.isValue = Uint8Array.from(uses, (left) => (left > 0 ? 1 : 0));
  }

  /** Rewrites an access where an earlier one shows that it can be, or notes it for later ones. */
  visit(inst: InstId, block: BlockId): boolean {
    const { func } = this;
    const address = func.operand(inst, 0);
    if (func.imm2[inst] !== 0 || func.valueType[address] !== Type.I32) return false;
    let x = address;
    let c = 0;
    const definition = func.definition(address);
    if (definition >= 0 && func.op[definition] === Op.Const) return false;
    if (definition >= 0 && func.op[definition] === Op.Add) {
      const addend = constantOf(func, func.operand(definition, 1));
      if (addend >= 0) {
        x = func.operand(definition, 0);
        c = func.imm[addend];
      }
    }
    const offset = func.imm[inst] >>> 0;
    const memory = accessMemory(func.aux[inst]);
    const fact = this.find(x, c, offset, memory, block);
    if (fact >= 0) {
      if (this.address[fact] === address || this.isValue[address] === 1) return false;
      func.setOperand(inst, 0, this.address[fact]);
      func.imm[inst] = offset + ((c - this.constant[fact]) >>> 0);
      return true;
    }
    this.before.push(this.newest[x]);
    this.address.push(address);
    this.constant.push(c);
    this.block.push(block);
    this.memory.push(memory);
    this.bound.push(this.context.maximumMemoryBytes(memory) - offset - (1 << accessBytesLog2(func.aux[inst])));
    this.newest[x] = this.before.length;
    return false;
  }

  /** The fact from which `x + c` is farthest without wrapping, so that as many accesses as possible share an address; or -1. */
  private find(x: ValueId, c: number, offset: number, memory: number, block: BlockId): number {
    let best = -1;
    let farthest = -1;
    for (let fact = this.newest[x] - 1, left = MOST_FACTS; fact >= 0 && left > 0; fact = this.before[fact] - 1, left--) {
      const distance = (c - this.constant[fact]) >>> 0;
      if (distance <= farthest || this.bound[fact] + distance >= LIMIT || offset + distance >= LIMIT) continue;
      if (this.memory[fact] !== memory || !dominates(this.tree, this.block[fact], block)) continue;
      best = fact;
      farthest = distance;
    }
    return best;
  }
}
