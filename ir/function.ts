// hot
// An SSA function: blocks with parameters instead of phis, instructions in typed arrays linked within their
// block. Ids are small integers: instruction, value, block and edge numbers index the arrays below.
// A value is a block parameter or a result of an instruction. Replacing a value by another only records an
// alias; operands are resolved when read.

import { Effect, Op, ResultRule, opEffect, opResult } from './ops.js';
import { Type } from './types.js';

/** A function's signature in IR types. */
export interface Signature {
  readonly params: readonly Type[];
  readonly results: readonly Type[];
}

export type InstId = number;
export type ValueId = number;
export type BlockId = number;
export type EdgeId = number;

const INITIAL_INSTS = 256;

/** Returns `array` or a copy of at least twice its length that holds index `needed`. */
function grown<A extends Int32Array | Uint8Array>(array: A, needed: number, make: (length: number) => A): A {
  if (needed < array.length) return array;
  const larger = make(Math.max(needed + 1, array.length * 2));
  larger.set(array);
  return larger;
}
const int32 = (length: number): Int32Array<ArrayBuffer> => new Int32Array(length);
const uint8 = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(length);

export class Func {
  /** Symbolic name for messages and the text form. */
  name = '';

  // Instructions.
  instCount = 0;
  op = uint8(INITIAL_INSTS);
  type = uint8(INITIAL_INSTS);
  imm = int32(INITIAL_INSTS);
  imm2 = int32(INITIAL_INSTS);
  aux = int32(INITIAL_INSTS);
  /** Byte offset of the Wasm instruction in the module, 0 if none. */
  origin = int32(INITIAL_INSTS);
  next = int32(INITIAL_INSTS);
  prev = int32(INITIAL_INSTS);
  /** The block an instruction stands in, -1 once removed. */
  instBlock = int32(INITIAL_INSTS);
  /** First result value (further results follow), -1 if none. */
  firstResult = int32(INITIAL_INSTS);
  resultCount = int32(INITIAL_INSTS);
  operandStart = int32(INITIAL_INSTS);
  operandCount = int32(INITIAL_INSTS);
  edgeStart = int32(INITIAL_INSTS);
  edgeCount = int32(INITIAL_INSTS);

  // Operands of instructions and arguments of edges, referred to by start and count.
  poolLength = 0;
  pool = int32(INITIAL_INSTS * 2);

  // Edges of terminators, in the op's order.
  edgesLength = 0;
  edgeBlock = int32(64);
  edgeArgStart = int32(64);
  edgeArgCount = int32(64);

  // Values.
  valueCount = 0;
  valueType = uint8(INITIAL_INSTS);
  /** Defining instruction, or `~block` for a block parameter. */
  valueDef = int32(INITIAL_INSTS);
  /** The value that replaces this one, or itself. */
  alias = int32(INITIAL_INSTS);

  // Blocks. `order` lists the live ones, entry first; a block's parameters are its values.
  blockCount = 0;
  order: BlockId[] = [];
  blockParams: ValueId[][] = [];
  first = int32(64);
  last = int32(64);

  /** 16-byte constants, all different, indexed by `imm` of a v128 `const`; the first is zero. Added by `vectorIndex`. */
  vectors: Uint8Array[] = [new Uint8Array(16)];
  private readonly vectorIndices = new Map<string, number>();

  /** `index` is that of the function in its module, until `relocate` makes it the program's. */
  constructor(
    public index: number,
    readonly signature: Signature,
  ) {}

  // ---- construction

  /** Adds an empty block at the end of the order. */
  newBlock(): BlockId {
    const block = this.blockCount++;
    this.first = grown(this.first, block, int32);
    this.last = grown(this.last, block, int32);
    this.first[block] = -1;
    this.last[block] = -1;
    this.blockParams.push([]);
    this.order.push(block);
    return block;
  }

  /** Adds a value; `definition` is an instruction, or `~block` for a parameter. */
  private newValue(type: Type, definition: number): ValueId {
    const value = this.valueCount++;
    if (value >= this.valueType.length) {
      this.valueType = grown(this.valueType, value, uint8);
      this.valueDef = grown(this.valueDef, value, int32);
      this.alias = grown(this.alias, value, int32);
    }
    this.valueType[value] = type;
    this.valueDef[value] = definition;
    this.alias[value] = value;
    return value;
  }

  /** Adds a parameter to a block. Edges to it must be given a further argument (`appendEdgeArg`). */
  addParam(block: BlockId, type: Type): ValueId {
    const value = this.newValue(type, ~block);
    this.blockParams[block].push(value);
    return value;
  }

  /**
   * Makes an instruction that stands nowhere yet. Its results are made from `resultTypes` for calls, else
   * from the op's result rule. Operands are added with `addOperand` before any edge is.
   */
  newInst(op: Op, type: Type, resultTypes?: readonly Type[]): InstId {
    const inst = this.instCount++;
    if (inst >= this.op.length) this.growInsts(inst);
    this.op[inst] = op;
    this.type[inst] = type;
    this.imm[inst] = 0;
    this.imm2[inst] = 0;
    this.aux[inst] = 0;
    this.origin[inst] = 0;
    this.instBlock[inst] = -1;
    this.operandStart[inst] = this.poolLength;
    this.operandCount[inst] = 0;
    this.edgeStart[inst] = this.edgesLength;
    this.edgeCount[inst] = 0;
    this.firstResult[inst] = -1;
    this.resultCount[inst] = 0;
    switch (opResult[op]) {
      case ResultRule.Type:
        this.firstResult[inst] = this.newValue(type, inst);
        this.resultCount[inst] = 1;
        break;
      case ResultRule.Bool:
      case ResultRule.I32:
        this.firstResult[inst] = this.newValue(Type.I32, inst);
        this.resultCount[inst] = 1;
        break;
      case ResultRule.Pair:
        this.firstResult[inst] = this.newValue(type, inst);
        this.newValue(type, inst);
        this.resultCount[inst] = 2;
        break;
      case ResultRule.Callee:
        if (resultTypes === undefined || resultTypes.length === 0) break;
        this.firstResult[inst] = this.valueCount;
        this.resultCount[inst] = resultTypes.length;
        for (let i = 0; i < resultTypes.length; i++) this.newValue(resultTypes[i], inst);
    }
    return inst;
  }

  private growInsts(needed: number): void {
    this.op = grown(this.op, needed, uint8);
    this.type = grown(this.type, needed, uint8);
    this.imm = grown(this.imm, needed, int32);
    this.imm2 = grown(this.imm2, needed, int32);
    this.aux = grown(this.aux, needed, int32);
    this.origin = grown(this.origin, needed, int32);
    this.next = grown(this.next, needed, int32);
    this.prev = grown(this.prev, needed, int32);
    this.instBlock = grown(this.instBlock, needed, int32);
    this.firstResult = grown(this.firstResult, needed, int32);
    this.resultCount = grown(this.resultCount, needed, int32);
    this.operandStart = grown(this.operandStart, needed, int32);
    this.operandCount = grown(this.operandCount, needed, int32);
    this.edgeStart = grown(this.edgeStart, needed, int32);
    this.edgeCount = grown(this.edgeCount, needed, int32);
  }

  /** Appends an operand to the instruction made last. */
  addOperand(inst: InstId, value: ValueId): void {
    this.pushPool(value);
    this.operandCount[inst]++;
  }

  /** Appends a value to the operand pool; `poolLength` before it is its place. */
  pushPool(value: ValueId): void {
    const at = this.poolLength++;
    if (at >= this.pool.length) this.pool = grown(this.pool, at, int32);
    this.pool[at] = value;
  }

  /** Appends an edge to the terminator made last; its arguments follow with `addEdgeArg`. */
  addEdge(inst: InstId, target: BlockId): EdgeId {
    const edge = this.edgesLength++;
    if (edge >= this.edgeBlock.length) {
      this.edgeBlock = grown(this.edgeBlock, edge, int32);
      this.edgeArgStart = grown(this.edgeArgStart, edge, int32);
      this.edgeArgCount = grown(this.edgeArgCount, edge, int32);
    }
    this.edgeBlock[edge] = target;
    this.edgeArgStart[edge] = this.poolLength;
    this.edgeArgCount[edge] = 0;
    this.edgeCount[inst]++;
    return edge;
  }

  /** Appends an argument to the edge made last. */
  addEdgeArg(edge: EdgeId, value: ValueId): void {
    this.pushPool(value);
    this.edgeArgCount[edge]++;
  }

  /** Appends an argument to any edge, moving its arguments to the end of the pool where needed. */
  appendEdgeArg(edge: EdgeId, value: ValueId): void {
    const start = this.edgeArgStart[edge];
    const count = this.edgeArgCount[edge];
    if (start + count !== this.poolLength) {
      this.edgeArgStart[edge] = this.poolLength;
      for (let i = 0; i < count; i++) this.pushPool(this.pool[start + i]);
    }
    this.pushPool(value);
    this.edgeArgCount[edge] = count + 1;
  }

  /** The place of 16 bytes in `vectors`, where they are put if they are not there yet. */
  vectorIndex(bytes: Uint8Array): number {
    if (bytes.every((byte) => byte === 0)) return 0;
    const key = bytes.join();
    let index = this.vectorIndices.get(key);
    if (index === undefined) {
      index = this.vectors.push(bytes.slice()) - 1;
      this.vectorIndices.set(key, index);
    }
    return index;
  }

  // ---- position

  /** Puts an instruction at the end of a block. */
  append(block: BlockId, inst: InstId): void {
    const last = this.last[block];
    this.instBlock[inst] = block;
    this.prev[inst] = last;
    this.next[inst] = -1;
    if (last < 0) this.first[block] = inst;
    else this.next[last] = inst;
    this.last[block] = inst;
  }

  /** Puts an instruction before another one. */
  insertBefore(where: InstId, inst: InstId): void {
    const block = this.instBlock[where];
    const before = this.prev[where];
    this.instBlock[inst] = block;
    this.prev[inst] = before;
    this.next[inst] = where;
    this.prev[where] = inst;
    if (before < 0) this.first[block] = inst;
    else this.next[before] = inst;
  }

  /** Takes an instruction out of its block. Its results must have no uses left, or be replaced. */
  remove(inst: InstId): void {
    const block = this.instBlock[inst];
    const before = this.prev[inst];
    const after = this.next[inst];
    if (before < 0) this.first[block] = after;
    else this.next[before] = after;
    if (after < 0) this.last[block] = before;
    else this.prev[after] = before;
    this.instBlock[inst] = -1;
  }

  // ---- reading

  /** The value that stands for `value` now. */
  resolve(value: ValueId): ValueId {
    const alias = this.alias;
    let root = value;
    while (alias[root] !== root) root = alias[root];
    while (alias[value] !== root) {
      const up = alias[value];
      alias[value] = root;
      value = up;
    }
    return root;
  }

  operand(inst: InstId, k: number): ValueId {
    return this.resolve(this.pool[this.operandStart[inst] + k]);
  }
  setOperand(inst: InstId, k: number, value: ValueId): void {
    this.pool[this.operandStart[inst] + k] = value;
  }
  /** Edge `k` of a terminator. */
  edge(inst: InstId, k: number): EdgeId {
    return this.edgeStart[inst] + k;
  }
  edgeArg(edge: EdgeId, k: number): ValueId {
    return this.resolve(this.pool[this.edgeArgStart[edge] + k]);
  }
  setEdgeArg(edge: EdgeId, k: number, value: ValueId): void {
    this.pool[this.edgeArgStart[edge] + k] = value;
  }
  /** Drops argument `k` of an edge. */
  removeEdgeArg(edge: EdgeId, k: number): void {
    const start = this.edgeArgStart[edge];
    const count = this.edgeArgCount[edge] - 1;
    for (let i = k; i < count; i++) this.pool[start + i] = this.pool[start + i + 1];
    this.edgeArgCount[edge] = count;
  }
  /** The single result of an instruction (-1 if none). */
  result(inst: InstId): ValueId {
    return this.firstResult[inst];
  }
  /** The instruction that computes a value, or -1 for a block parameter. */
  definition(value: ValueId): InstId {
    const definition = this.valueDef[value];
    return definition < 0 ? -1 : definition;
  }
  /** The block whose parameter a value is, or -1 for an instruction's result. */
  paramBlock(value: ValueId): BlockId {
    const definition = this.valueDef[value];
    return definition < 0 ? ~definition : -1;
  }
  isConst(value: ValueId): boolean {
    const inst = this.valueDef[value];
    return inst >= 0 && this.op[inst] === Op.Const;
  }
  /** The last instruction of a block if it is a terminator, else -1. */
  terminator(block: BlockId): InstId {
    const last = this.last[block];
    return last >= 0 && (opEffect[this.op[last]] & Effect.Terminator) !== 0 ? last : -1;
  }

  // ---- changing

  /**
   * Makes an instruction another operation with the same result types, without immediates, on one to three operands.
   */
  become(inst: InstId, op: Op, type: Type, a: ValueId, b: ValueId = -1, c: ValueId = -1): void {
    const count = b < 0 ? 1 : c < 0 ? 2 : 3;
    this.op[inst] = op;
    this.type[inst] = type;
    this.imm[inst] = 0;
    this.imm2[inst] = 0;
    this.aux[inst] = 0;
    if (this.operandCount[inst] < count) {
      this.operandStart[inst] = this.poolLength;
      for (let k = 0; k < count; k++) this.pushPool(-1);
    }
    this.operandCount[inst] = count;
    const start = this.operandStart[inst];
    this.pool[start] = a;
    if (b >= 0) this.pool[start + 1] = b;
    if (c >= 0) this.pool[start + 2] = c;
  }

  /** Makes a terminator a `br` along its edge `k`. */
  keepEdge(inst: InstId, k: number): void {
    this.op[inst] = Op.Br;
    this.operandCount[inst] = 0;
    this.edgeStart[inst] += k;
    this.edgeCount[inst] = 1;
  }

  /** Replaces the only result of an instruction by another value and removes it. */
  replaceInst(inst: InstId, by: ValueId): void {
    this.replaceUses(this.firstResult[inst], by);
    this.remove(inst);
  }

  /** From now on every use of `value` means `by`. */
  replaceUses(value: ValueId, by: ValueId): void {
    this.alias[this.resolve(value)] = this.resolve(by);
  }

  /** Removes parameter `k` of a block and the argument of each of the given edges to it. */
  removeParam(block: BlockId, k: number, incoming: Iterable<EdgeId>): void {
    this.blockParams[block].splice(k, 1);
    for (const edge of incoming) this.removeEdgeArg(edge, k);
  }
}
