// hot
// Builds the SSA form of a function body while it is decoded and validated: a sink of the body decoder.
// An operand is a value id, kept per height of the operand stack; locals are `LocalValues`' part.
// Labels get their block when the first branch to them is built, so straight code stays in one block.

import { Builder, type TailCallOp } from '../ir/builder.js';
import { type BlockId, Func, type Signature, type ValueId } from '../ir/function.js';
import { Family, Op as IrOp, opFamily, opOperands, unwindingCall } from '../ir/ops.js';
import { Type as IrType } from '../ir/types.js';
import { FunctionDecoder } from './decode-function.js';
import { WasmError } from './errors.js';
import type { FunctionLocals, FunctionSink } from './function-sink.js';
import { loweredFrom, loweredOp, loweredSigned, loweredSimd, loweredType, notLowered } from './lowering.js';
import { functionType, functionTypeAt, type WasmModule } from './module.js';
import { Op } from './opcodes.js';
import { operatorDetail, operatorFeatureName } from './operators.js';
import { type BlockBuilder, Handlers } from './ssa-exceptions.js';
import { LocalValues, newZero, TooManyValues } from './ssa-locals.js';
import { irType } from './ir-types.js';
import type { ValueType } from './value-types.js';
import { VectorPart, vectorExtendOp, vectorPart, vectorPartOp } from './vector-access.js';

const builders = new WeakMap<WasmModule, FunctionBuilder>();

/**
 * Decodes, validates and builds the body of a defined function.
 * Throws `WasmError` for invalid code and for features that cannot be compiled yet.
 */
export function buildFunction(module: WasmModule, functionIndex: number): Func {
  let builder = builders.get(module);
  if (builder === undefined) builders.set(module, (builder = new FunctionBuilder(module)));
  return builder.build(functionIndex);
}

/** The IR signature of a type index. */
export function irSignature(module: WasmModule, typeIndex: number): Signature {
  const { params, results } = functionTypeAt(module, typeIndex);
  return { params: Array.from(params, irType), results: Array.from(results, irType) };
}

/** The type of addresses, indices and sizes. */
function addressType(is64: boolean): IrType {
  return is64 ? IrType.I64 : IrType.I32;
}

class FunctionBuilder implements FunctionSink, BlockBuilder {
  readonly wantsValues = true;
  private readonly decoder: FunctionDecoder;
  readonly locals = new LocalValues();
  private readonly handlers = new Handlers(this);
  private readonly signatures: (Signature | undefined)[] = [];
  func!: Func;
  builder!: Builder;
  /** Operands by height. */
  private values = new Int32Array(256);
  private localTypes = new Uint8Array(64);
  /** Locals are slots, not values. */
  private localsInMemory = false;
  /** The slots that the function uses. */
  private readonly slots = new Set<number>();
  /** Blocks in the order of the code. */
  private order: BlockId[] = [];

  // Open blocks, outermost (the body) first.
  private depth = 0;
  private frameOp = new Uint16Array(64);
  private frameAt = new Int32Array(64);
  /** The label's block, -1 until a branch needs it. */
  private frameBlock = new Int32Array(64);
  /** Of an `if` whose second arm has not begun: the edge to that arm and the block it leaves, else -1. */
  private frameElseEdge = new Int32Array(64);
  private frameElseSource = new Int32Array(64);
  private readonly frameParams: Int32Array[] = [];
  private readonly frameResults: Int32Array[] = [];
  /** Parameters of open `if`s, for their second arm. */
  private saved = new Int32Array(64);
  private savedCount = 0;

  constructor(private readonly module: WasmModule) {
    this.decoder = new FunctionDecoder(module, this);
  }

  build(functionIndex: number): Func {
    try {
      return this.buildWith(functionIndex, false);
    } catch (error) {
      if (!(error instanceof TooManyValues)) throw error;
      return this.buildWith(functionIndex, true);
    }
  }

  private buildWith(functionIndex: number, localsInMemory: boolean): Func {
    this.func = new Func(functionIndex, this.signature(this.module.functions.typeIndex[functionIndex]));
    this.builder = new Builder(this.func);
    this.localsInMemory = localsInMemory;
    this.slots.clear();
    this.decoder.decode(functionIndex);
    this.func.order = this.order;
    this.locals.finish();
    this.initializeSlots();
    return this.func;
  }

  private readLocal(local: number): ValueId {
    if (!this.localsInMemory) return this.locals.read(local);
    this.slots.add(local);
    return this.builder.nullary(IrOp.SlotGet, this.localTypes[local], local);
  }

  private writeLocal(local: number, value: ValueId): void {
    if (!this.localsInMemory) return this.locals.write(local, value);
    this.slots.add(local);
    this.builder.unary(IrOp.SlotSet, this.localTypes[local], value, local);
  }

  /** At the entry: slots but those of parameters are zero. */
  private initializeSlots(): void {
    const { func } = this;
    const first = func.first[this.order[0]];
    for (const local of this.slots) {
      if (local < func.signature.params.length) continue;
      const type = this.localTypes[local];
      const zero = newZero(func, type);
      func.insertBefore(first, zero);
      const inst = func.newInst(IrOp.SlotSet, type);
      func.imm[inst] = local;
      func.addOperand(inst, func.result(zero));
      func.insertBefore(first, inst);
    }
  }

  private signature(typeIndex: number): Signature {
    const id = this.module.typeIds[typeIndex];
    return (this.signatures[id] ??= irSignature(this.module, id));
  }

  begin(functionIndex: number, { localTypes, localCount }: FunctionLocals): void {
    const { module, func, builder, locals } = this;
    if (localCount > this.localTypes.length) this.localTypes = new Uint8Array(localCount * 2);
    for (let index = 0; index < localCount; index++) {
      this.localTypes[index] = irType(localTypes[index]);
    }
    this.depth = 0;
    this.savedCount = 0;
    this.handlers.clear();
    const entry = func.newBlock();
    builder.block = entry;
    this.order = [entry];
    const { bodyStart, bodyEnd } = module.functions;
    locals.begin(func, entry, this.localTypes, localCount, bodyEnd[functionIndex] - bodyStart[functionIndex]);
    for (const [index, type] of func.signature.params.entries()) this.writeLocal(index, func.addParam(entry, type));
    const { params, results } = functionType(module, functionIndex);
    this.pushFrame(Op.Block, params, results, 0);
  }

  private set(at: number, value: ValueId): void {
    if (at >= this.values.length) {
      const grown = new Int32Array(Math.max(at + 1, this.values.length * 2));
      grown.set(this.values);
      this.values = grown;
    }
    this.values[at] = value;
  }

  private notCompiled(op: number): never {
    throw new WasmError('featureNotCompiled', this.decoder.stacks.offset, ` ${operatorFeatureName(op)}, which cannot be compiled yet`);
  }

  // Operators without control flow

  constant(op: number, low: number, high: number, at: number): void {
    this.builder.origin = this.decoder.stacks.offset;
    const type = op === Op.I32Const ? IrType.I32 : op === Op.I64Const ? IrType.I64 : op === Op.F32Const ? IrType.F32 : IrType.F64;
    this.set(at, this.builder.bits(type, low, op === Op.I32Const ? 0 : high));
  }

  simple(op: number, at: number): void {
    const { builder, values } = this;
    const lowered = loweredOp[op];
    if (lowered === notLowered) this.notCompiled(op);
    builder.origin = this.decoder.stacks.offset;
    const type = loweredType[op];
    if (opFamily[lowered] === Family.Vector) return this.vectorOperation(op, 0, at);
    if (opFamily[lowered] === Family.Wide) return this.wideOperation(lowered, at);
    switch (opOperands[lowered]) {
      case 1:
        values[at] = builder.unary(lowered, type, values[at], 0, loweredFrom[op]);
        return;
      case 2:
        values[at] = builder.binary(lowered, type, values[at], values[at + 1]);
        return;
      default:
        builder.nullary(lowered, type);
    }
  }

  private wideOperation(lowered: IrOp, at: number): void {
    const { values } = this;
    const four = opOperands[lowered] === 4;
    const first = this.builder.pair(lowered, IrType.I64, values[at], values[at + 1], four ? values[at + 2] : -1, four ? values[at + 3] : -1);
    values[at] = first;
    values[at + 1] = first + 1;
  }

  vectorImmediate(op: number, offset: number, at: number): void {
    const { builder, func } = this;
    builder.origin = this.decoder.stacks.offset;
    const bytes = this.module.bytes.subarray(offset, offset + 16);
    if (op === Op.V128Const) return this.set(at, builder.vector(bytes));
    this.vectorOperation(op, func.vectorIndex(bytes), at);
  }

  lane(op: number, lane: number, at: number): void {
    this.builder.origin = this.decoder.stacks.offset;
    this.vectorOperation(op, lane, at);
  }

  private vectorOperation(op: number, immediate: number, at: number): void {
    const { builder, values } = this;
    const count = opOperands[loweredOp[op]];
    values[at] = builder.simd(loweredSimd[op], immediate, values[at], count > 1 ? values[at + 1] : -1, count > 2 ? values[at + 2] : -1);
  }

  access(op: number, memory: number, offsetLow: number, offsetHigh: number, lane: number, at: number): void {
    const part: VectorPart = vectorPart[op];
    if (part === VectorPart.None) return this.scalarAccess(op, memory, offsetLow, offsetHigh, at);
    const { builder, values } = this;
    builder.origin = this.decoder.stacks.offset;
    const row = vectorPartOp[op];
    const vector = values[at + 1];
    if (part === VectorPart.StoreLane) values[at + 1] = builder.simd(row, lane, vector);
    this.scalarAccess(op, memory, offsetLow, offsetHigh, at);
    switch (part) {
      case VectorPart.StoreLane:
        return;
      case VectorPart.Splat:
        values[at] = builder.simd(row, 0, values[at]);
        return;
      case VectorPart.Extend:
        values[at] = builder.simd(vectorExtendOp[op], 0, builder.simd(row, 0, values[at]));
        return;
      case VectorPart.Zero:
        values[at] = builder.simd(row, 0, builder.bits(IrType.V128, 0, 0), values[at]);
        return;
      case VectorPart.ReplaceLane:
        values[at] = builder.simd(row, lane, vector, values[at]);
    }
  }

  private scalarAccess(op: number, memory: number, offsetLow: number, offsetHigh: number, at: number): void {
    const { builder, values } = this;
    const lowered = loweredOp[op];
    if (lowered === notLowered) this.notCompiled(op);
    builder.origin = this.decoder.stacks.offset;
    const count = opOperands[lowered];
    const result = builder.access(
      lowered,
      loweredType[op],
      memory,
      offsetLow,
      offsetHigh,
      this.decoder.alignment,
      operatorDetail[op],
      loweredSigned[op] !== 0,
      values[at],
      count > 1 ? values[at + 1] : -1,
      count > 2 ? values[at + 2] : -1,
    );
    if (result >= 0) values[at] = result;
  }

  aggregate(op: number): void {
    this.notCompiled(op);
  }

  indexed(op: number, first: number, second: number, at: number): void {
    const { builder, values, module } = this;
    builder.origin = this.decoder.stacks.offset;
    switch (op) {
      case Op.RefFunc:
        return this.set(at, builder.nullary(IrOp.RefFunc, IrType.FuncRef, first));
      case Op.RefIsNull:
        values[at] = builder.unary(IrOp.RefIsNull, this.func.valueType[values[at]], values[at]);
        return;
      case Op.RefAsNonNull:
        values[at] = builder.unary(IrOp.RefAsNonNull, this.func.valueType[values[at]], values[at]);
        return;
      case Op.MemorySize:
        return this.set(at, builder.nullary(IrOp.MemorySize, addressType(module.memories[first].is64), first));
      case Op.MemoryGrow:
        values[at] = builder.unary(IrOp.MemoryGrow, addressType(module.memories[first].is64), values[at], first);
        return;
      case Op.MemoryCopy:
        builder.ternary(IrOp.MemoryCopy, IrType.None, values[at], values[at + 1], values[at + 2], first, second);
        return;
      case Op.MemoryFill:
        builder.ternary(IrOp.MemoryFill, IrType.None, values[at], values[at + 1], values[at + 2], first);
        return;
      case Op.MemoryInit:
        builder.ternary(IrOp.MemoryInit, IrType.None, values[at], values[at + 1], values[at + 2], first, second);
        return;
      case Op.DataDrop:
        builder.nullary(IrOp.DataDrop, IrType.None, first);
        return;
      case Op.TableGet:
        values[at] = builder.unary(IrOp.TableGet, irType(module.tables[first].element), values[at], first);
        return;
      case Op.TableSet:
        builder.binary(IrOp.TableSet, irType(module.tables[first].element), values[at], values[at + 1], first);
        return;
      case Op.TableSize:
        return this.set(at, builder.nullary(IrOp.TableSize, addressType(module.tables[first].is64), first));
      case Op.TableGrow:
        values[at] = builder.binary(IrOp.TableGrow, addressType(module.tables[first].is64), values[at], values[at + 1], first);
        return;
      case Op.TableFill:
        builder.ternary(IrOp.TableFill, IrType.None, values[at], values[at + 1], values[at + 2], first);
        return;
      case Op.TableCopy:
        builder.ternary(IrOp.TableCopy, IrType.None, values[at], values[at + 1], values[at + 2], first, second);
        return;
      case Op.TableInit:
        builder.ternary(IrOp.TableInit, IrType.None, values[at], values[at + 1], values[at + 2], first, second);
        return;
      case Op.ElemDrop:
        builder.nullary(IrOp.ElemDrop, IrType.None, first);
        return;
      default:
        this.notCompiled(op);
    }
  }

  refNull(type: ValueType, at: number): void {
    this.builder.origin = this.decoder.stacks.offset;
    this.set(at, this.builder.nullary(IrOp.RefNull, irType(type)));
  }

  localGet(index: number, at: number): void {
    this.set(at, this.readLocal(index));
  }

  localSet(index: number, at: number): void {
    this.writeLocal(index, this.values[at]);
  }

  localTee(index: number, at: number): void {
    this.writeLocal(index, this.values[at]);
  }

  globalGet(index: number, at: number): void {
    this.builder.origin = this.decoder.stacks.offset;
    this.set(at, this.builder.nullary(IrOp.GlobalGet, irType(this.module.globals[index].type), index));
  }

  globalSet(index: number, at: number): void {
    this.builder.origin = this.decoder.stacks.offset;
    this.builder.unary(IrOp.GlobalSet, irType(this.module.globals[index].type), this.values[at], index);
  }

  select(type: ValueType, at: number): void {
    const { builder, values } = this;
    builder.origin = this.decoder.stacks.offset;
    values[at] = builder.ternary(IrOp.Select, irType(type), values[at], values[at + 1], values[at + 2]);
  }

  // Calls

  call(op: number, functionIndex: number, at: number): void {
    if (op === Op.ReturnCall) return this.tailCall(IrOp.ReturnCall, this.module.functions.typeIndex[functionIndex], functionIndex, 0, at, 0);
    this.anyCall(IrOp.Call, this.module.functions.typeIndex[functionIndex], functionIndex, 0, at, 0);
  }

  callIndirect(op: number, typeIndex: number, table: number, at: number): void {
    const typeId = this.module.typeIds[typeIndex];
    if (op === Op.ReturnCallIndirect) return this.tailCall(IrOp.ReturnCallIndirect, typeIndex, typeId, table, at, 1);
    this.anyCall(IrOp.CallIndirect, typeIndex, typeId, table, at, 1);
  }

  callRef(op: number, typeIndex: number, at: number): void {
    const typeId = this.module.typeIds[typeIndex];
    if (op === Op.ReturnCallRef) return this.tailCall(IrOp.ReturnCallRef, typeIndex, typeId, 0, at, 1);
    this.anyCall(IrOp.CallRef, typeIndex, typeId, 0, at, 1);
  }

  /** `extra` operands lie above the arguments. */
  private anyCall(op: IrOp, typeIndex: number, first: number, second: number, at: number, extra: number): void {
    const { builder, func } = this;
    const { params, results } = this.signature(typeIndex);
    builder.origin = this.decoder.stacks.offset;
    const unwinds = this.handlers.active;
    const inst = builder.call(unwinds ? unwindingCall[op] : op, results, first, second, this.values, at, at + params.length + extra);
    for (let index = 0; index < results.length; index++) this.set(at + index, func.firstResult[inst] + index);
    if (unwinds) this.handlers.endCall(inst);
  }

  private tailCall(op: TailCallOp, typeIndex: number, first: number, second: number, at: number, extra: number): void {
    this.builder.origin = this.decoder.stacks.offset;
    this.builder.returnCall(op, first, second, this.values, at, at + this.signature(typeIndex).params.length + extra);
  }

  // Blocks

  private pushFrame(op: number, params: Int32Array, results: Int32Array, at: number): void {
    const depth = this.depth++;
    if (depth === this.frameOp.length) this.growFrames();
    this.frameOp[depth] = op;
    this.frameAt[depth] = at;
    this.frameBlock[depth] = -1;
    this.frameElseEdge[depth] = -1;
    this.frameParams[depth] = params;
    this.frameResults[depth] = results;
  }

  private growFrames(): void {
    const grow = <T extends Uint16Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    const size = this.frameOp.length * 2;
    this.frameOp = grow(this.frameOp, new Uint16Array(size));
    this.frameAt = grow(this.frameAt, new Int32Array(size));
    this.frameBlock = grow(this.frameBlock, new Int32Array(size));
    this.frameElseEdge = grow(this.frameElseEdge, new Int32Array(size));
    this.frameElseSource = grow(this.frameElseSource, new Int32Array(size));
  }

  private labelTypes(label: number): Int32Array {
    return this.frameOp[label] === Op.Loop ? this.frameParams[label] : this.frameResults[label];
  }

  /** The block of a label, made on first use. */
  private labelBlock(label: number): BlockId {
    let block = this.frameBlock[label];
    if (block < 0) {
      block = this.frameBlock[label] = this.locals.newBlock();
      for (const type of this.labelTypes(label)) this.locals.addLabelParam(block, irType(type));
    }
    return block;
  }

  /** Adds an edge from the current block to the terminator made last, with the label's operands. */
  private edge(inst: number, block: BlockId, at: number, count: number): void {
    const edge = this.func.addEdge(inst, block);
    this.locals.addIncoming(block, edge, this.builder.block, this.values, at, count);
  }

  /** Goes on in a block. */
  enter(block: BlockId): void {
    this.locals.enter(block);
    this.builder.block = block;
    this.order.push(block);
  }

  jump(label: number, operands: Int32Array): void {
    const block = this.labelBlock(label);
    const edge = this.func.addEdge(this.builder.branch(IrOp.Br), block);
    this.locals.addIncoming(block, edge, this.builder.block, operands, 0, operands.length);
  }

  tagTypes(tag: number): readonly IrType[] {
    return this.signature(this.module.tags[tag]).params;
  }

  private branchTo(label: number, at: number): void {
    const block = this.labelBlock(label);
    this.edge(this.builder.branch(IrOp.Br), block, at, this.labelTypes(label).length);
  }

  /** The operands at `at` become the parameters of a label's block. */
  private useLabelParams(block: BlockId, at: number, count: number): void {
    const params = this.func.blockParams[block];
    for (let index = 0; index < count; index++) this.set(at + index, params[index]);
  }

  block(op: number, params: Int32Array, results: Int32Array, at: number): void {
    this.builder.origin = this.decoder.stacks.offset;
    switch (op) {
      case Op.Block:
        return this.pushFrame(op, params, results, at);
      case Op.Loop: {
        this.pushFrame(op, params, results, at);
        const label = this.depth - 1;
        this.branchTo(label, at);
        const header = this.frameBlock[label];
        this.enter(header);
        return this.useLabelParams(header, at, params.length);
      }
      case Op.If:
        return this.ifBlock(params, results, at);
      case Op.Try:
      case Op.TryTable:
        this.pushFrame(op, params, results, at);
        return this.handlers.open(this.depth - 1);
      default:
        this.notCompiled(op);
    }
  }

  private ifBlock(params: Int32Array, results: Int32Array, at: number): void {
    const { builder, func, locals, values } = this;
    this.pushFrame(Op.If, params, results, at);
    const label = this.depth - 1;
    const inst = builder.branch(IrOp.BrIf, values[at + params.length]);
    const then = locals.newBlock();
    this.edge(inst, then, 0, 0);
    // The other edge leads to the second arm, or past the block if there is none: known later.
    this.frameElseEdge[label] = func.addEdge(inst, -1);
    this.frameElseSource[label] = builder.block;
    if (this.savedCount + params.length > this.saved.length) {
      const grown = new Int32Array((this.savedCount + params.length) * 2);
      grown.set(this.saved);
      this.saved = grown;
    }
    for (let index = 0; index < params.length; index++) this.saved[this.savedCount++] = values[at + index];
    locals.seal(then);
    this.enter(then);
  }

  /** Aims the open edge of an `if` at a block. */
  private aimElse(label: number, block: BlockId, withParams: boolean): void {
    const edge = this.frameElseEdge[label];
    const count = this.frameParams[label].length;
    this.func.edgeBlock[edge] = block;
    this.savedCount -= count;
    this.locals.addIncoming(block, edge, this.frameElseSource[label], this.saved, this.savedCount, withParams ? count : 0);
    this.frameElseEdge[label] = -1;
  }

  elseArm(fallsThrough: boolean): void {
    const label = this.depth - 1;
    const at = this.frameAt[label];
    this.builder.origin = this.decoder.stacks.offset;
    if (fallsThrough) this.branchTo(label, at);
    const arm = this.locals.newBlock();
    this.aimElse(label, arm, false);
    const count = this.frameParams[label].length;
    for (let index = 0; index < count; index++) this.set(at + index, this.saved[this.savedCount + index]);
    this.locals.seal(arm);
    this.enter(arm);
  }

  end(fallsThrough: boolean): boolean {
    const label = --this.depth;
    const at = this.frameAt[label];
    this.builder.origin = this.decoder.stacks.offset;
    if (this.frameOp[label] === Op.Loop) {
      this.locals.seal(this.frameBlock[label]);
      return fallsThrough;
    }
    if (this.frameOp[label] === Op.Try || this.frameOp[label] === Op.TryTable) fallsThrough = this.endTry(label, fallsThrough);
    if (this.frameElseEdge[label] >= 0) this.aimElse(label, this.labelBlock(label), true);
    const block = this.frameBlock[label];
    let live = fallsThrough;
    if (block >= 0) {
      if (fallsThrough) this.branchTo(label, at);
      this.locals.seal(block);
      this.enter(block);
      this.useLabelParams(block, at, this.frameResults[label].length);
      live = true;
    }
    if (label === 0 && live) this.builder.return(this.values, at, at + this.frameResults[0].length);
    return live;
  }

  // Branches

  br(label: number, at: number): void {
    this.builder.origin = this.decoder.stacks.offset;
    if (label === 0) this.builder.return(this.values, at, at + this.frameResults[0].length);
    else this.branchTo(label, at);
  }

  brIf(label: number, at: number): void {
    this.builder.origin = this.decoder.stacks.offset;
    const count = this.labelTypes(label).length;
    const block = this.labelBlock(label);
    const inst = this.builder.branch(IrOp.BrIf, this.values[at + count]);
    this.edge(inst, block, at, count);
    const next = this.locals.newBlock();
    this.edge(inst, next, 0, 0);
    this.locals.seal(next);
    this.enter(next);
  }

  brTable(labels: Int32Array, count: number, at: number): void {
    this.builder.origin = this.decoder.stacks.offset;
    const arity = this.labelTypes(labels[count]).length;
    for (let index = 0; index <= count; index++) this.labelBlock(labels[index]);
    const inst = this.builder.branch(IrOp.BrTable, this.values[at + arity]);
    for (let index = 0; index <= count; index++) this.edge(inst, this.frameBlock[labels[index]], at, arity);
  }

  brOnNull(op: number, label: number, at: number): void {
    const { builder, values } = this;
    builder.origin = this.decoder.stacks.offset;
    const count = this.labelTypes(label).length;
    const target = this.labelBlock(label);
    const next = this.locals.newBlock();
    const isNull = builder.unary(IrOp.RefIsNull, this.func.valueType[values[at]], values[at]);
    const inst = builder.branch(IrOp.BrIf, isNull);
    if (op === Op.BrOnNull) {
      this.edge(inst, target, at - count, count);
      this.edge(inst, next, 0, 0);
    } else {
      this.edge(inst, next, 0, 0);
      this.edge(inst, target, at + 1 - count, count);
    }
    this.locals.seal(next);
    this.enter(next);
  }

  unreachable(): void {
    this.builder.origin = this.decoder.stacks.offset;
    this.builder.unreachable();
  }

  // Exceptions

  exception(op: number, index: number, at: number): void {
    const { builder, handlers, values } = this;
    builder.origin = this.decoder.stacks.offset;
    switch (op) {
      case Op.Throw:
        return handlers.raise(builder.exception(index, values, at, at + this.tagTypes(index).length));
      case Op.ThrowRef:
        return handlers.raise(builder.unary(IrOp.RefAsNonNull, IrType.ExnRef, values[at]));
      case Op.Rethrow:
        return handlers.rethrow(index);
      case Op.Delegate:
        return handlers.delegateTo(index);
      default:
        this.notCompiled(op);
    }
  }

  catchClause(tag: number, label: number, withReference: boolean): void {
    this.handlers.clause({ tag, label, withReference });
  }

  catchArm(tag: number, fallsThrough: boolean): boolean {
    const label = this.depth - 1;
    const at = this.frameAt[label];
    this.builder.origin = this.decoder.stacks.offset;
    if (fallsThrough) this.branchTo(label, at);
    const caught = this.handlers.arm(tag);
    if (caught === undefined) return false;
    for (let index = 0; index < caught.length; index++) this.set(at + index, caught[index]);
    return true;
  }

  /** Ends a try block: an exception that no clause takes goes on. Returns whether the last arm still falls through. */
  private endTry(label: number, fallsThrough: boolean): boolean {
    const { handlers } = this;
    if (fallsThrough) {
      handlers.leaveArm();
      this.branchTo(label, this.frameAt[label]);
    }
    handlers.finish();
    return false;
  }
}
