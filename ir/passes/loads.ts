// hot
// Redundant loads and store-to-load forwarding, for memories and globals, within extended basic blocks: a block with
// one predecessor goes on with what is known at its end. A load is dropped only where the same bytes were accessed
// before on every path; that access would have trapped first, and memories never shrink. Stores of what is there
// already go for the same reason. Calls, atomic and bulk operations forget everything (spec, threads proposal:
// plain accesses may be merged as long as no synchronizing operation stands between).

import { computeCfg, singleIncoming } from '../analysis/cfg.js';
import type { Cfg } from '../analysis/cfg.js';
import { Extent, KnownMemory } from '../analysis/known-memory.js';
import { intBefore } from '../constants.js';
import type { Func } from '../function.js';
import type { BlockId, InstId, ValueId } from '../function.js';
import { Effect, Op, accessBytesLog2, accessSigned, opEffect } from '../ops.js';
import type { Pass } from '../pass.js';
import { TYPE_BYTES, Type } from '../types.js';

export const loads: Pass = { name: 'loads', help: 'drop loads and global reads of known values, and stores that change nothing', run };

function run(func: Func): boolean {
  const cfg = computeCfg(func);
  const known = new KnownMemory();
  const savedAtEnd = new Int32Array(func.blockCount);
  let changed = false;
  for (const block of cfg.order) {
    const edge = singleIncoming(cfg, block);
    if (edge < 0) known.clear();
    else known.restore(savedAtEnd[cfg.edgeSource[edge]]);
    for (let inst = func.first[block]; inst >= 0; inst = func.next[inst]) if (visit(func, inst, known)) changed = true;
    if (isContinued(func, cfg, block)) savedAtEnd[block] = known.save();
  }
  return changed;
}

/** Whether a successor goes on with what is known at the block's end. */
function isContinued(func: Func, cfg: Cfg, block: BlockId): boolean {
  const end = func.last[block];
  for (let k = 0; k < func.edgeCount[end]; k++) if (singleIncoming(cfg, func.edgeBlock[func.edge(end, k)]) >= 0) return true;
  return false;
}

function visit(func: Func, inst: InstId, known: KnownMemory): boolean {
  const op: Op = func.op[inst];
  switch (op) {
    case Op.Load:
      return visitLoad(func, inst, known);
    case Op.Store:
      return visitStore(func, inst, known);
    case Op.GlobalGet:
      return visitGlobalGet(func, inst, known);
    case Op.GlobalSet:
      return visitGlobalSet(func, inst, known);
    default:
      if ((opEffect[op] & Effect.Writes) !== 0) known.clear();
      return false;
  }
}

function visitLoad(func: Func, inst: InstId, known: KnownMemory): boolean {
  if (!known.address(func, inst)) return false;
  const fact = known.find();
  if (fact >= 0 && forward(func, inst, known.value(fact), known.type(fact), known.extent(fact))) return true;
  const type: Type = func.type[inst];
  const isFull = 1 << accessBytesLog2(func.aux[inst]) === TYPE_BYTES[type];
  known.add(func.result(inst), type, isFull ? Extent.Full : accessSigned(func.aux[inst]) ? Extent.SignExtended : Extent.ZeroExtended);
  return false;
}

/** Turns a load into a use of the value that is known to be there; false if the two do not fit together. */
function forward(func: Func, inst: InstId, value: ValueId, from: Type, extent: Extent): boolean {
  const type: Type = func.type[inst];
  const bytesLog2 = accessBytesLog2(func.aux[inst]);
  const signed = accessSigned(func.aux[inst]);
  const bytes = 1 << bytesLog2;
  const isFull = bytes === TYPE_BYTES[type];
  if (type === from) {
    if (isFull || extent === (signed ? Extent.SignExtended : Extent.ZeroExtended)) func.replaceInst(inst, value);
    else if (signed) func.become(inst, extensionOf(bytesLog2), type, value);
    else func.become(inst, Op.And, type, value, intBefore(func, inst, type, (1n << BigInt(bytes * 8)) - 1n));
    return true;
  }
  if (isFull && extent === Extent.Full && type !== Type.V128) convert(func, inst, Op.Reinterpret, value, from);
  else if (isFull && type === Type.I32 && from === Type.I64) convert(func, inst, Op.Wrap, value, from);
  else if (type === Type.I64 && from === Type.I32 && extent === Extent.Full) convert(func, inst, signed ? Op.ExtendS : Op.ExtendU, value, from);
  else return false;
  return true;
}

/** Sign extension within a type from a number of bytes. */
function extensionOf(bytesLog2: number): Op {
  return bytesLog2 === 0 ? Op.Extend8S : bytesLog2 === 1 ? Op.Extend16S : Op.Extend32S;
}

function convert(func: Func, inst: InstId, op: Op, value: ValueId, from: Type): void {
  func.become(inst, op, func.type[inst], value);
  func.aux[inst] = from;
}

function visitStore(func: Func, inst: InstId, known: KnownMemory): boolean {
  if (!known.address(func, inst)) {
    known.killMemories();
    return false;
  }
  const value = func.operand(inst, 1);
  const fact = known.find();
  if (fact >= 0 && known.value(fact) === value) {
    // the bytes of this value are there, in whatever extent
    func.remove(inst);
    return true;
  }
  known.kill();
  const isFull = 1 << accessBytesLog2(func.aux[inst]) === TYPE_BYTES[func.type[inst]];
  known.add(value, func.type[inst], isFull ? Extent.Full : Extent.Truncated);
  return false;
}

function visitGlobalGet(func: Func, inst: InstId, known: KnownMemory): boolean {
  known.global(func.imm[inst]);
  const fact = known.find();
  if (fact < 0) {
    known.add(func.result(inst), func.type[inst], Extent.Full);
    return false;
  }
  func.replaceInst(inst, known.value(fact));
  return true;
}

function visitGlobalSet(func: Func, inst: InstId, known: KnownMemory): boolean {
  known.global(func.imm[inst]);
  const value = func.operand(inst, 0);
  const fact = known.find();
  if (fact >= 0 && known.value(fact) === value) {
    func.remove(inst);
    return true;
  }
  known.kill();
  known.add(value, func.type[inst], Extent.Full);
  return false;
}
