// hot
// SSA construction for locals on the fly, with block parameters: Braun et al., "Simple and Efficient Construction of
// Static Single Assignment Form" (2013). Definitions per block are kept sparsely, in one hash table per function.
//
// Operands of parameters are looked up when the function is complete; by then every block has all its edges and
// its final definitions, so nothing has to be patched. Redundant parameters are removed then, too.
// Wasm's control flow is reducible, so what is left is minimal.

import type { BlockId, EdgeId, Func, InstId, ValueId } from '../ir/function.js';
import { Op } from '../ir/ops.js';
import { Type } from '../ir/types.js';

/** Local number of a parameter that stands for a label's operand. */
const labelOperand = -1;

/** Thrown where locals as values would be far more than the function's bytes. */
export class TooManyValues extends Error {}

/** Values of locals at begins of blocks, and steps on the way to them, that a function may take: a constant, and for each byte of its body. */
const SPARE_STEPS = 1_000_000,
  STEPS_PER_BYTE = 16;

/** Arguments of edges that may be left of them. */
const SPARE_ARGUMENTS = 20_000,
  ARGUMENTS_PER_BYTE = 4;

/** Growable lists of integers, by index. */
function doubled(array: Int32Array<ArrayBuffer>, needed: number): Int32Array<ArrayBuffer> {
  if (needed < array.length) return array;
  const larger = new Int32Array(Math.max(needed + 1, array.length * 2));
  larger.set(array);
  return larger;
}

/** A constant that is what a local of the type begins with. */
export function newZero(func: Func, type: Type): InstId {
  const isReference = type === Type.FuncRef || type === Type.ExternRef || type === Type.ExnRef;
  return func.newInst(isReference ? Op.RefNull : Op.Const, type);
}

/** Values of locals by block: open addressing, cleared for each function. */
class DefinitionTable {
  private blocks = new Int32Array(1024).fill(-1);
  private locals = new Int32Array(1024);
  private values = new Int32Array(1024);
  private count = 0;

  clear(): void {
    if (this.blocks.length > 65_536) this.allocate(1024);
    else this.blocks.fill(-1);
    this.count = 0;
  }

  private allocate(size: number): void {
    this.blocks = new Int32Array(size).fill(-1);
    this.locals = new Int32Array(size);
    this.values = new Int32Array(size);
  }

  private slot(block: BlockId, local: number): number {
    const mask = this.blocks.length - 1;
    let at = (Math.imul(block, 0x9e3779b1) ^ Math.imul(local, 0x85ebca6b)) >>> 0;
    at = (at ^ (at >>> 15)) & mask;
    while (this.blocks[at] >= 0 && (this.blocks[at] !== block || this.locals[at] !== local)) at = (at + 1) & mask;
    return at;
  }

  /** The value of a local at the end of a block, or -1. */
  get(block: BlockId, local: number): ValueId {
    const at = this.slot(block, local);
    return this.blocks[at] < 0 ? -1 : this.values[at];
  }

  set(block: BlockId, local: number, value: ValueId): void {
    const at = this.slot(block, local);
    this.values[at] = value;
    if (this.blocks[at] >= 0) return;
    this.blocks[at] = block;
    this.locals[at] = local;
    if (++this.count * 2 > this.blocks.length) this.grow();
  }

  private grow(): void {
    const { blocks, locals, values } = this;
    this.allocate(blocks.length * 2);
    for (let from = 0; from < blocks.length; from++) {
      if (blocks[from] < 0) continue;
      const at = this.slot(blocks[from], locals[from]);
      this.blocks[at] = blocks[from];
      this.locals[at] = locals[from];
      this.values[at] = values[from];
    }
  }
}

/** The locals, edges and block parameters of the function being built. */
export class LocalValues {
  private func!: Func;
  private entry: BlockId = -1;
  private current: BlockId = -1;
  private readonly definitions = new DefinitionTable();
  /** IR types by local. */
  private types: ArrayLike<number> = [];

  // The current block's locals: valid where the stamp is the block.
  private currentValue = new Int32Array(64);
  private currentStamp = new Int32Array(64);
  private touched = new Int32Array(64);
  private touchedCount = 0;

  // Incoming edges of a block, in the order of their making.
  private sealed = new Int32Array(64);
  private edgeCount = new Int32Array(64);
  private firstEdge = new Int32Array(64);
  private lastEdge = new Int32Array(64);
  private nextEdge = new Int32Array(64);
  private edgeSource = new Int32Array(64);
  /** Where an edge's label operands begin in `operands`. */
  private edgeOperands = new Int32Array(64);
  private operands = new Int32Array(64);
  private operandCount = 0;

  // Parameters, in the order of their making; those of a block are linked.
  private paramCount = 0;
  private paramValue = new Int32Array(64);
  private paramBlock = new Int32Array(64);
  private paramLocal = new Int32Array(64);
  private nextParam = new Int32Array(64);
  private firstParam = new Int32Array(64);
  private lastParam = new Int32Array(64);
  private paramOperands = new Int32Array(64);

  private stepsLeft = 0;
  private argumentsLeft = 0;
  private readonly zeros: ValueId[] = [];
  private readonly path: BlockId[] = [];

  /**
   * Begins a function of so many bytes whose entry block has its parameters. `types` are the IR types of all locals. `TooManyValues`
   * may be thrown by anything that follows: in the worst case each local is another value in each block.
   */
  begin(func: Func, entry: BlockId, types: ArrayLike<number>, localCount: number, bodyBytes: number): void {
    this.func = func;
    this.stepsLeft = SPARE_STEPS + STEPS_PER_BYTE * bodyBytes;
    this.argumentsLeft = SPARE_ARGUMENTS + ARGUMENTS_PER_BYTE * bodyBytes;
    this.entry = entry;
    this.types = types;
    this.definitions.clear();
    this.zeros.length = 0;
    this.paramCount = 0;
    this.operandCount = 0;
    this.touchedCount = 0;
    if (localCount > this.currentValue.length) {
      this.currentValue = new Int32Array(localCount);
      this.currentStamp = new Int32Array(localCount);
      this.touched = new Int32Array(localCount);
    }
    this.currentStamp.fill(-1, 0, localCount);
    this.addBlock(entry);
    this.seal(entry);
    this.current = entry;
  }

  private addBlock(block: BlockId): void {
    if (block >= this.sealed.length) {
      this.sealed = doubled(this.sealed, block);
      this.edgeCount = doubled(this.edgeCount, block);
      this.firstEdge = doubled(this.firstEdge, block);
      this.lastEdge = doubled(this.lastEdge, block);
      this.firstParam = doubled(this.firstParam, block);
      this.lastParam = doubled(this.lastParam, block);
    }
    this.sealed[block] = 0;
    this.edgeCount[block] = 0;
    this.firstEdge[block] = -1;
    this.firstParam[block] = -1;
  }

  newBlock(): BlockId {
    const block = this.func.newBlock();
    this.addBlock(block);
    return block;
  }

  /** No further edges will lead to the block. */
  seal(block: BlockId): void {
    this.sealed[block] = 1;
  }

  /** Ends the current block, whose terminator is in place, and goes on in another. */
  enter(block: BlockId): void {
    this.leave();
    this.current = block;
  }

  /** Ends the current block. */
  leave(): void {
    const { current, definitions, touched, currentValue } = this;
    for (let index = 0; index < this.touchedCount; index++) {
      const local = touched[index];
      definitions.set(current, local, currentValue[local]);
    }
    this.touchedCount = 0;
  }

  write(local: number, value: ValueId): void {
    if (this.currentStamp[local] !== this.current) {
      this.currentStamp[local] = this.current;
      this.touched[this.touchedCount++] = local;
    }
    this.currentValue[local] = value;
  }

  read(local: number): ValueId {
    if (this.currentStamp[local] === this.current) return this.currentValue[local];
    const value = this.lookUp(this.current, local);
    this.write(local, value);
    return value;
  }

  /** The value of a local at the end of a complete block, or at the begin of the current one. */
  private lookUp(block: BlockId, local: number): ValueId {
    const { path } = this;
    path.length = 0;
    let value = -1;
    for (;;) {
      value = this.definitions.get(block, local);
      if (value >= 0) break;
      if (block === this.entry) {
        value = this.zero(this.types[local]);
        this.definitions.set(block, local, value);
        break;
      }
      if (this.sealed[block] === 0 || this.edgeCount[block] !== 1) {
        value = this.addParam(block, this.types[local], local);
        this.definitions.set(block, local, value);
        break;
      }
      path.push(block);
      if (--this.stepsLeft < 0) throw new TooManyValues();
      block = this.edgeSource[this.firstEdge[block]];
    }
    for (const passed of path) this.definitions.set(passed, local, value);
    return value;
  }

  /** The initial value of a local: a constant at the begin of the entry block. */
  private zero(type: Type): ValueId {
    const { func, entry } = this;
    const known = this.zeros[type];
    if (known !== undefined) return known;
    const inst = newZero(func, type);
    if (func.first[entry] < 0) func.append(entry, inst);
    else func.insertBefore(func.first[entry], inst);
    return (this.zeros[type] = func.result(inst));
  }

  private addParam(block: BlockId, type: Type, local: number): ValueId {
    if (local !== labelOperand && --this.stepsLeft < 0) throw new TooManyValues();
    const param = this.paramCount++;
    if (param >= this.paramValue.length) {
      this.paramValue = doubled(this.paramValue, param);
      this.paramBlock = doubled(this.paramBlock, param);
      this.paramLocal = doubled(this.paramLocal, param);
      this.nextParam = doubled(this.nextParam, param);
    }
    const value = this.func.addParam(block, type);
    this.paramValue[param] = value;
    this.paramBlock[param] = block;
    this.paramLocal[param] = local;
    this.nextParam[param] = -1;
    if (this.firstParam[block] < 0) this.firstParam[block] = param;
    else this.nextParam[this.lastParam[block]] = param;
    this.lastParam[block] = param;
    return value;
  }

  /** Adds a parameter that takes the next label operand of each edge; all of them come before the first edge. */
  addLabelParam(block: BlockId, type: Type): ValueId {
    return this.addParam(block, type, labelOperand);
  }

  /** Registers an edge from `source` and the label operands `values[from .. from + count)` that it carries. */
  addIncoming(block: BlockId, edge: EdgeId, source: BlockId, values: Int32Array, from: number, count: number): void {
    if (edge >= this.nextEdge.length) {
      this.nextEdge = doubled(this.nextEdge, edge);
      this.edgeSource = doubled(this.edgeSource, edge);
      this.edgeOperands = doubled(this.edgeOperands, edge);
    }
    this.nextEdge[edge] = -1;
    this.edgeSource[edge] = source;
    this.edgeOperands[edge] = this.operandCount;
    if (this.edgeCount[block]++ === 0) this.firstEdge[block] = edge;
    else this.nextEdge[this.lastEdge[block]] = edge;
    this.lastEdge[block] = edge;
    this.operands = doubled(this.operands, this.operandCount + count);
    for (let index = 0; index < count; index++) this.operands[this.operandCount++] = values[from + index];
  }

  // Completion

  /** Gives every parameter its operands, removes redundant parameters, and writes the edges' arguments. */
  finish(): void {
    this.leave();
    this.findOperands();
    this.removeRedundant();
    this.writeArguments();
  }

  /** `paramOperands[p]` is where the operands of parameter `p` begin, one per incoming edge. */
  private findOperands(): void {
    for (let param = 0; param < this.paramCount; param++) {
      const block = this.paramBlock[param];
      const local = this.paramLocal[param];
      const labelIndex = local === labelOperand ? this.labelIndex(param, block) : 0;
      const start = this.operandCount;
      this.paramOperands = doubled(this.paramOperands, param);
      this.paramOperands[param] = start;
      this.operands = doubled(this.operands, start + this.edgeCount[block]);
      for (let edge = this.firstEdge[block]; edge >= 0; edge = this.nextEdge[edge]) {
        const value = local === labelOperand ? this.operands[this.edgeOperands[edge] + labelIndex] : this.lookUp(this.edgeSource[edge], local);
        this.operands[this.operandCount++] = value;
      }
    }
  }

  /** Label parameters are the first ones of their block, made one after the other. */
  private labelIndex(param: number, block: BlockId): number {
    return param - this.firstParam[block];
  }

  /** A parameter whose operands are itself and one other value is that value. */
  private removeRedundant(): void {
    const { func, paramCount } = this;
    const paramOf = new Int32Array(func.valueCount).fill(-1);
    for (let param = 0; param < paramCount; param++) paramOf[this.paramValue[param]] = param;
    const users = this.paramUsers(paramOf);
    // Replaced parameters are linked behind the one that stands for them, so that their users are found.
    const merged = new Int32Array(paramCount).fill(-1);
    const queued = new Uint8Array(paramCount).fill(1);
    const worklist = this.paramsInReverse();
    let pending = paramCount;
    while (pending > 0) {
      const param = worklist[--pending];
      queued[param] = 0;
      const value = this.paramValue[param];
      if (func.alias[value] !== value) continue;
      const same = this.onlyOperand(param, value);
      if (same < 0) continue;
      func.replaceUses(value, same);
      let last = param;
      for (let member = param; member >= 0; member = merged[member]) {
        last = member;
        for (let at = users.start[member]; at < users.start[member + 1]; at++) {
          const user = users.list[at];
          if (queued[user] !== 0) continue;
          queued[user] = 1;
          worklist[pending++] = user;
        }
      }
      const heir = paramOf[same];
      if (heir < 0) continue;
      merged[last] = merged[heir];
      merged[heir] = param;
    }
  }

  /** Taken from the end, parameters come in code order: most operands are settled before their users are looked at. */
  private paramsInReverse(): Int32Array {
    const params = new Int32Array(this.paramCount);
    const { order } = this.func;
    let count = 0;
    for (let index = order.length - 1; index >= 0; index--) {
      for (let param = this.firstParam[order[index]]; param >= 0; param = this.nextParam[param]) params[count++] = param;
    }
    return params;
  }

  /** The only value besides itself that a parameter gets, or -1. */
  private onlyOperand(param: number, value: ValueId): ValueId {
    const { func, operands } = this;
    const start = this.paramOperands[param];
    const end = start + this.edgeCount[this.paramBlock[param]];
    let same = -1;
    for (let at = start; at < end; at++) {
      const operand = func.resolve(operands[at]);
      if (operand === value || operand === same) continue;
      if (same >= 0) return -1;
      same = operand;
    }
    return same;
  }

  /** By parameter: the parameters that it is an operand of, as lists one after another. */
  private paramUsers(paramOf: Int32Array): { start: Int32Array; list: Int32Array } {
    const { operands } = this;
    const start = new Int32Array(this.paramCount + 2);
    const eachUse = (visit: (used: number, user: number) => void): void => {
      for (let user = 0; user < this.paramCount; user++) {
        const from = this.paramOperands[user];
        const end = from + this.edgeCount[this.paramBlock[user]];
        for (let at = from; at < end; at++) if (paramOf[operands[at]] >= 0) visit(paramOf[operands[at]], user);
      }
    };
    eachUse((used) => start[used + 2]++);
    for (let param = 2; param < start.length; param++) start[param] += start[param - 1];
    const list = new Int32Array(start[this.paramCount + 1]);
    eachUse((used, user) => (list[start[used + 1]++] = user));
    return { start, list };
  }

  private writeArguments(): void {
    const { func } = this;
    for (const block of func.order) {
      if (this.firstParam[block] < 0 || block === this.entry) continue;
      func.blockParams[block] = func.blockParams[block].filter((value) => func.alias[value] === value);
      let index = 0;
      for (let edge = this.firstEdge[block]; edge >= 0; edge = this.nextEdge[edge], index++) {
        for (let param = this.firstParam[block]; param >= 0; param = this.nextParam[param]) {
          const value = this.paramValue[param];
          if (func.alias[value] !== value) continue;
          if (this.paramLocal[param] !== labelOperand && --this.argumentsLeft < 0) throw new TooManyValues();
          func.appendEdgeArg(edge, func.resolve(this.operands[this.paramOperands[param] + index]));
        }
      }
    }
  }
}
