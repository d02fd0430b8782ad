// hot
// Appends instructions to a function's current block. Thin: each method is one row of the op table.

import type { Func } from './function.js';
import type { BlockId, InstId, ValueId } from './function.js';
import { Op, packAccess } from './ops.js';
import { SIMD_OPS, simdOpcode } from './simd-ops.js';
import { Type } from './types.js';

/** The terminators that are calls. */
export type TailCallOp = Op.ReturnCall | Op.ReturnCallIndirect | Op.ReturnCallRef;

export class Builder {
  /** The block that instructions are appended to. */
  block: BlockId = -1;
  /** Byte offset of the Wasm instruction being translated. */
  origin = 0;

  constructor(readonly func: Func) {}

  private append(inst: InstId): void {
    this.func.origin[inst] = this.origin;
    this.func.append(this.block, inst);
  }

  /** An i32 constant. */
  i32(value: number): ValueId {
    return this.bits(Type.I32, value | 0, 0);
  }
  /** A constant of a scalar type from its bits (for 32-bit types `high` is 0). */
  bits(type: Type, low: number, high: number): ValueId {
    const f = this.func;
    const inst = f.newInst(Op.Const, type);
    f.imm[inst] = low;
    f.imm2[inst] = high;
    this.append(inst);
    return f.result(inst);
  }
  /** A v128 constant: 16 bytes. */
  vector(bytes: Uint8Array): ValueId {
    return this.bits(Type.V128, this.func.vectorIndex(bytes), 0);
  }
  /** A vector operation: a row of `SIMD_OPS`, its lane or the place of its shuffle in `Func.vectors`, its operands. */
  simd(row: number, immediate: number, a: ValueId, b: ValueId = -1, c: ValueId = -1): ValueId {
    const f = this.func;
    const inst = f.newInst(simdOpcode(row), SIMD_OPS[row].result);
    f.imm[inst] = row;
    f.imm2[inst] = immediate;
    f.addOperand(inst, a);
    if (b >= 0) f.addOperand(inst, b);
    if (c >= 0) f.addOperand(inst, c);
    this.append(inst);
    return f.result(inst);
  }
  /** An operation with no operands and up to two indices (ref.func, memory.size, global.get, data.drop, …). */
  nullary(op: Op, type: Type, imm = 0, imm2 = 0): ValueId {
    const f = this.func;
    const inst = f.newInst(op, type);
    f.imm[inst] = imm;
    f.imm2[inst] = imm2;
    this.append(inst);
    return f.result(inst);
  }
  /** One operand; `aux` is the source type of a conversion. */
  unary(op: Op, type: Type, a: ValueId, imm = 0, aux = 0): ValueId {
    const f = this.func;
    const inst = f.newInst(op, type);
    f.imm[inst] = imm;
    f.aux[inst] = aux;
    f.addOperand(inst, a);
    this.append(inst);
    return f.result(inst);
  }
  binary(op: Op, type: Type, a: ValueId, b: ValueId, imm = 0): ValueId {
    const f = this.func;
    const inst = f.newInst(op, type);
    f.imm[inst] = imm;
    f.addOperand(inst, a);
    f.addOperand(inst, b);
    this.append(inst);
    return f.result(inst);
  }
  /** An operation with two results, on two or four operands: the first result. */
  pair(op: Op, type: Type, a: ValueId, b: ValueId, c: ValueId = -1, d: ValueId = -1): ValueId {
    const f = this.func;
    const inst = f.newInst(op, type);
    f.addOperand(inst, a);
    f.addOperand(inst, b);
    if (c >= 0) f.addOperand(inst, c);
    if (d >= 0) f.addOperand(inst, d);
    this.append(inst);
    return f.result(inst);
  }
  ternary(op: Op, type: Type, a: ValueId, b: ValueId, c: ValueId, imm = 0, imm2 = 0): ValueId {
    const f = this.func;
    const inst = f.newInst(op, type);
    f.imm[inst] = imm;
    f.imm2[inst] = imm2;
    f.addOperand(inst, a);
    f.addOperand(inst, b);
    f.addOperand(inst, c);
    this.append(inst);
    return f.result(inst);
  }
  /**
   * A memory access (load, store and the atomic ones): operands in order (address first), offset in two halves.
   * `bytesLog2` is the width in memory, `signed` extends a narrow load to `type`.
   */
  access(
    op: Op,
    type: Type,
    memory: number,
    offsetLow: number,
    offsetHigh: number,
    alignLog2: number,
    bytesLog2: number,
    signed: boolean,
    a: ValueId,
    b: ValueId = -1,
    c: ValueId = -1,
  ): ValueId {
    const f = this.func;
    const inst = f.newInst(op, type);
    f.imm[inst] = offsetLow;
    f.imm2[inst] = offsetHigh;
    f.aux[inst] = packAccess(memory, alignLog2, bytesLog2, signed);
    f.addOperand(inst, a);
    if (b >= 0) f.addOperand(inst, b);
    if (c >= 0) f.addOperand(inst, c);
    this.append(inst);
    return f.result(inst);
  }
  /**
   * A call, call_indirect or call_ref. `operands[from..to)` are the arguments and, last, the table index or the
   * reference. Results are the values `func.firstResult[inst]` and following.
   */
  call(op: Op, results: readonly Type[], imm: number, imm2: number, operands: ArrayLike<number>, from: number, to: number): InstId {
    const f = this.func;
    const inst = f.newInst(op, Type.None, results);
    f.imm[inst] = imm;
    f.imm2[inst] = imm2;
    for (let i = from; i < to; i++) f.addOperand(inst, operands[i]);
    this.append(inst);
    return inst;
  }

  /** A new exception with `values[from..to)`. */
  exception(tag: number, values: ArrayLike<number>, from: number, to: number): ValueId {
    const f = this.func;
    const inst = f.newInst(Op.ExnNew, Type.ExnRef);
    f.imm[inst] = tag;
    for (let i = from; i < to; i++) f.addOperand(inst, values[i]);
    this.append(inst);
    return f.result(inst);
  }
  /** Value `index` of an exception with a tag. */
  exceptionValue(type: Type, exception: ValueId, tag: number, index: number): ValueId {
    const value = this.unary(Op.ExnValue, type, exception, tag);
    this.func.imm2[this.func.valueDef[value]] = index;
    return value;
  }

  // ---- terminators; edges and their arguments are added with func.addEdge and func.addEdgeArg right after

  /** `br`, `br_if` (condition) or `br_table` (index) without its edges yet. */
  branch(op: Op.Br | Op.BrIf | Op.BrTable, condition: ValueId = -1): InstId {
    const f = this.func;
    const inst = f.newInst(op, Type.None);
    if (condition >= 0) f.addOperand(inst, condition);
    this.append(inst);
    return inst;
  }
  /** Returns `values[from..to)`. */
  return(values: ArrayLike<number>, from: number, to: number): InstId {
    const f = this.func;
    const inst = f.newInst(Op.Return, Type.None);
    for (let i = from; i < to; i++) f.addOperand(inst, values[i]);
    this.append(inst);
    return inst;
  }
  /** A tail call: `operands[from..to)` as in `call`. */
  returnCall(op: TailCallOp, imm: number, imm2: number, operands: ArrayLike<number>, from: number, to: number): InstId {
    return this.call(op, [], imm, imm2, operands, from, to);
  }
  /** Ends the function by an exception. */
  throw(exception: ValueId): void {
    this.unary(Op.Throw, Type.ExnRef, exception);
  }
  unreachable(): InstId {
    const inst = this.func.newInst(Op.Unreachable, Type.None);
    this.append(inst);
    return inst;
  }
}
