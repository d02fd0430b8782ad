// hot
// Decodes and validates function bodies with the specification's algorithm, whose two stacks are `ValidationStacks`.
// Most operators are handled by their row of the operator table; the switch holds those whose typing is not fixed.
// Longer than other files because that switch is the whole of the operator semantics that is not in the table.

import { AggregateOperators } from './decode-aggregates.js';
import { SpaceOperators } from './decode-spaces.js';
import { Row, rowsOf, Step } from './decode-steps.js';
import { requireFeature, TypeDecoder } from './decode-types.js';
import { type ErrorKind, WasmError } from './errors.js';
import type { FunctionSink } from './function-sink.js';
import { limits } from './limits.js';
import { functionType, functionTypeAt, type UncompiledUse, type WasmModule } from './module.js';
import { Op } from './opcodes.js';
import {
  Immediates,
  isAtomic,
  operatorDetail,
  operatorExists,
  operatorFeatureName,
  operatorImmediates,
  operatorSpace,
  prefixedOperator,
  prefixFirst,
} from './operators.js';
import { Reader } from './reader.js';
import { areSubtypes, isSubtype } from './subtyping.js';
import { ValidationStacks } from './validation-stacks.js';
import { asNonNull, asNullable, concreteHeap, isDefaultable, isReference, referenceType, Type, typeList, type ValueType } from './value-types.js';

const noTypes = new Int32Array(0);
/** Results of blocks with one number, by 0x7f minus the type's byte. */
const numberResults = [Type.I32, Type.I64, Type.F32, Type.F64].map((type) => Int32Array.of(type));

/** Decodes bodies of one module, one after another. */
export class FunctionDecoder {
  readonly module: WasmModule;
  readonly reader: Reader;
  /** Types of parameters and locals of the current function: `[0, localCount)`. */
  localTypes = new Int32Array(64);
  localCount = 0;
  readonly stacks: ValidationStacks;
  private readonly sink: FunctionSink;
  private readonly typeDecoder: TypeDecoder;
  private readonly aggregates: AggregateOperators;
  private readonly spaces: SpaceOperators;
  /** By operator number, or by prefix byte. */
  private readonly rows: Int32Array;
  private readonly singleResults = new Map<ValueType, Int32Array>();

  private results: Int32Array = noTypes;
  /** Has the function locals without default value? */
  private trackInitialization = false;
  private labels = new Int32Array(16);
  /** log2 of the alignment that the current memory operator states. */
  alignment = 0;
  /** Address types by memory. */
  private readonly memoryAddresses: Int32Array;
  /** Types by global. */
  private readonly globalTypes: Int32Array;
  /** Memory of the current memory operator, and its address type. */
  private memory = 0;
  private address: ValueType = Type.I32;
  /** Bits of the current constant, or the offset of the current memory operator. */
  private low = 0;
  private high = 0;

  constructor(module: WasmModule, sink: FunctionSink) {
    this.module = module;
    this.sink = sink;
    this.stacks = new ValidationStacks(module.types);
    this.reader = new Reader(module.bytes);
    this.typeDecoder = TypeDecoder.of(module, this.reader);
    const { typeDecoder, stacks, reader } = this;
    this.aggregates = new AggregateOperators({ ...module, typeDecoder, stacks, reader });
    this.spaces = new SpaceOperators(module, reader, stacks, sink);
    this.rows = rowsOf(module.features);
    this.memoryAddresses = Int32Array.from(module.memories, ({ is64 }) => (is64 ? Type.I64 : Type.I32));
    this.globalTypes = Int32Array.from(module.globals, ({ type }) => type);
  }

  /** The first use of what cannot be compiled in a body so far. */
  get uncompiled(): UncompiledUse | undefined {
    return this.typeDecoder.uncompiled;
  }

  /** Decodes the body of a defined function; throws `WasmError` with the function's index. */
  decode(functionIndex: number): void {
    try {
      this.body(functionIndex);
    } catch (error) {
      if (error instanceof WasmError) error.functionIndex ??= functionIndex;
      throw error;
    }
  }

  private body(functionIndex: number): void {
    const { reader, module } = this;
    const { bodyStart, bodyEnd } = module.functions;
    reader.pos = bodyStart[functionIndex];
    reader.end = bodyEnd[functionIndex];
    const type = functionType(module, functionIndex);
    this.results = type.results;
    this.stacks.reset();
    this.readLocals(type.params);
    this.sink.begin(functionIndex, this);
    this.stacks.pushFrame(Op.Block, noTypes, type.results);
    this.operators();
    if (reader.pos !== reader.end) reader.fail('sectionSize', ': bytes behind the end of a function body');
  }

  private readLocals(params: Int32Array): void {
    const { reader } = this;
    let count = params.length;
    this.reserveLocals(count);
    this.localTypes.set(params);
    this.trackInitialization = false;
    const groups = reader.u32();
    for (let group = 0; group < groups; group++) {
      const at = reader.pos;
      const repeat = reader.u32();
      if (count + repeat > limits.functionLocals) {
        reader.fail('tooManyLocals', `: ${count + repeat}, at most ${limits.functionLocals}`, at);
      }
      const type = this.typeDecoder.valueType();
      this.reserveLocals(count + repeat);
      this.localTypes.fill(type, count, count + repeat);
      if (!isDefaultable(type)) this.trackInitialization = true;
      count += repeat;
    }
    this.localCount = count;
    if (!this.trackInitialization) return;
    this.stacks.initialized = new Uint8Array(count);
    for (let index = 0; index < count; index++) {
      this.stacks.initialized[index] = index < params.length || isDefaultable(this.localTypes[index]) ? 1 : 0;
    }
  }

  private reserveLocals(count: number): void {
    if (count <= this.localTypes.length) return;
    const grown = new Int32Array(Math.max(count, this.localTypes.length * 2));
    grown.set(this.localTypes);
    this.localTypes = grown;
  }

  private fail(kind: ErrorKind, detail = ''): never {
    throw new WasmError(kind, this.stacks.offset, detail);
  }

  /** Reads a label; returns its number from the outside. */
  private label(): number {
    return this.stacks.label(this.reader.u32());
  }

  // Immediates

  private blockType(op: number): void {
    const { reader } = this;
    const byte = reader.peek();
    let params: Int32Array = noTypes;
    let results: Int32Array = noTypes;
    if (byte === 0x40) reader.pos++;
    else if (byte >= 0x7c && byte < 0x80) {
      reader.pos++;
      results = numberResults[0x7f - byte];
    } else if (byte > 0x40 && byte < 0x80) results = this.singleResult(this.typeDecoder.valueType());
    else {
      const at = reader.pos;
      const index = reader.s33();
      if (index < 0) reader.fail('blockType', '', at);
      if (index >= this.module.types.length) this.fail('unknownType', ` ${index}`);
      const type = this.module.types[index];
      if (type.kind !== 'func') this.fail('notFunctionType', `: type ${index}`);
      if (type.uncompiled !== undefined) this.typeDecoder.need(type.uncompiled, at);
      ({ params, results } = type);
      if (params.length > 0 || results.length > 1) requireFeature(this.module.features, 'multi-value', at);
    }
    if (op === Op.TryTable) this.catchClauses();
    if (op === Op.If) this.stacks.pop(Type.I32);
    this.stacks.popAll(params);
    const at = this.stacks.height;
    this.stacks.pushAll(params);
    if (this.stacks.live) this.sink.block(op, params, results, at);
    this.stacks.pushFrame(op, params, results);
  }

  private singleResult(type: ValueType): Int32Array {
    let types = this.singleResults.get(type);
    if (types === undefined) this.singleResults.set(type, (types = Int32Array.of(type)));
    return types;
  }

  private catchClauses(): void {
    const { reader } = this;
    const count = reader.u32();
    if (count > limits.tryTableCatches) this.fail('limit', `: ${count} catch clauses, at most ${limits.tryTableCatches}`);
    for (let clause = 0; clause < count; clause++) {
      const at = reader.pos;
      const kind = reader.u8();
      if (kind > 3) reader.fail('catchKind', ` ${kind}`, at);
      const tag = kind < 2 ? this.tag() : -1;
      const types = tag < 0 ? [] : Array.from(this.tagParams(tag));
      if ((kind & 1) !== 0) types.push(Type.NonNullExnRef);
      const label = this.label();
      const thrown = Int32Array.from(types);
      if (!areSubtypes(this.module.types, thrown, this.stacks.labelTypes(label))) {
        this.fail('typeMismatch', `: catch clause passes ${typeList(thrown)} to a label of ${typeList(this.stacks.labelTypes(label))}`);
      }
      if (this.stacks.live) this.sink.catchClause(tag, label, (kind & 1) !== 0);
    }
  }

  private tag(): number {
    const index = this.reader.u32();
    if (index >= this.module.tags.length) this.fail('unknownTag', ` ${index}`);
    return index;
  }

  private tagParams(tag: number): Int32Array {
    return functionTypeAt(this.module, this.module.tags[tag]).params;
  }

  private checkLocal(op: number, index: number): void {
    if (index >= this.localCount) this.fail('unknownLocal', ` ${index}`);
    if (!this.trackInitialization) return;
    if (op !== Op.LocalGet) this.stacks.markInitialized(index);
    else if (this.stacks.initialized[index] === 0) this.fail('uninitializedLocal', ` ${index}`);
  }

  private global(): number {
    const index = this.reader.u32();
    if (index >= this.globalTypes.length) this.fail('unknownGlobal', ` ${index}`);
    return index;
  }

  /** Sets `memory`, `address`, `alignment`, and `low` and `high` to the offset. */
  private memarg(op: number): void {
    const { reader } = this;
    const flags = reader.u32();
    if (flags >= 0x80) this.fail('memopFlags');
    const memory = (flags & 0x40) !== 0 ? reader.u32() : 0;
    this.low = reader.u64();
    this.high = reader.high;
    if (memory >= this.memoryAddresses.length) this.fail('unknownMemory', ` ${memory}`);
    this.memory = memory;
    this.address = this.memoryAddresses[memory];
    this.alignment = flags & 0x3f;
    const natural = operatorDetail[op];
    if (isAtomic(op)) {
      if (this.alignment !== natural) this.fail('atomicAlignment', `: 2**${this.alignment} instead of 2**${natural}`);
    } else if (this.alignment > natural) this.fail('alignment', `: 2**${this.alignment}, at most 2**${natural}`);
    if (this.high !== 0 && this.address === Type.I32) this.fail('offsetRange');
  }

  // Operators

  private unavailable(op: number): never {
    if (op < operatorSpace && operatorExists[op]) this.fail('featureNeeded', ` ${operatorFeatureName(op)}`);
    const { bytes, pos } = this.reader;
    const text = Array.from(bytes.subarray(this.stacks.offset, pos), (byte) => byte.toString(16).padStart(2, '0'));
    return this.fail('illegalOpcode', ` ${text.join(' ')}`);
  }

  /** The body's bytes are used up: what comes next tells whether its size or its last operator is wrong. */
  private endMissing(pos: number): never {
    const { bytes, end } = this.reader;
    if (pos > end || bytes[pos] === Op.End) return this.fail('sectionSize', ': the function body ends too early');
    return this.fail(pos < bytes.length ? 'endExpected' : 'unexpectedEnd');
  }

  /**
   * Decodes operators up to the end of the body. The frequent shapes end here, with the state in local variables; where
   * anything about them is not plain, and for all others, `operator` has the rule.
   */
  private operators(): void {
    const { reader, stacks, sink, rows, localTypes, localCount, trackInitialization: careful } = this;
    const { bytes, end } = reader;
    const { wantsValues } = sink;
    let { stack, height, base } = stacks;
    let told = wantsValues && stacks.live;
    let { pos } = reader;
    for (;;) {
      if (height === stack.length) stack = stacks.grow();
      const start = pos;
      stacks.offset = start;
      if (start >= end) this.endMissing(start);
      let op = bytes[pos++];
      let row = rows[op];
      if ((row & Row.StepMask) === Step.Prefix) {
        reader.pos = pos;
        op = prefixedOperator(prefixFirst[op], reader.u32());
        pos = reader.pos;
        row = rows[op];
      }
      switch (row & Row.StepMask) {
        case Step.LocalGet: {
          let index = bytes[pos++];
          if (index >= 0x80) {
            reader.pos = pos - 1;
            index = reader.u32();
            pos = reader.pos;
          }
          if (index >= localCount || careful) this.checkLocal(op, index);
          if (told) sink.localGet(index, height);
          stack[height++] = localTypes[index];
          continue;
        }
        case Step.LocalSet: {
          let index = bytes[pos++];
          if (index >= 0x80) {
            reader.pos = pos - 1;
            index = reader.u32();
            pos = reader.pos;
          }
          if (index >= localCount || careful) this.checkLocal(op, index);
          const type = localTypes[index];
          height = height > base && stack[height - 1] === type ? height - 1 : stacks.popAt(height, type);
          if (told) sink.localSet(index, height);
          continue;
        }
        case Step.LocalTee: {
          let index = bytes[pos++];
          if (index >= 0x80) {
            reader.pos = pos - 1;
            index = reader.u32();
            pos = reader.pos;
          }
          if (index >= localCount || careful) this.checkLocal(op, index);
          const type = localTypes[index];
          height = height > base && stack[height - 1] === type ? height - 1 : stacks.popAt(height, type);
          if (told) sink.localTee(index, height);
          stack[height++] = type;
          continue;
        }
        case Step.Unary: {
          const at = height - 1;
          if (at < base || stack[at] !== ((row >> Row.Last) & Row.TypeMask)) break;
          if (told) sink.simple(op, at);
          stack[at] = (row >> Row.Result) & Row.TypeMask;
          continue;
        }
        case Step.Binary: {
          const at = height - 2;
          if (at < base || stack[at + 1] !== ((row >> Row.Last) & Row.TypeMask) || stack[at] !== ((row >> Row.First) & Row.TypeMask)) break;
          if (told) sink.simple(op, at);
          stack[at] = (row >> Row.Result) & Row.TypeMask;
          height = at + 1;
          continue;
        }
        case Step.Load: {
          const at = height - 1;
          reader.pos = pos;
          this.memarg(op);
          if (at < base || stack[at] !== this.address) break;
          pos = reader.pos;
          if (told) sink.access(op, this.memory, this.low, this.high, 0, at);
          stack[at] = (row >> Row.Result) & Row.TypeMask;
          continue;
        }
        case Step.Store: {
          const at = height - 2;
          reader.pos = pos;
          this.memarg(op);
          if (at < base || stack[at + 1] !== ((row >> Row.Last) & Row.TypeMask) || stack[at] !== this.address) break;
          pos = reader.pos;
          if (told) sink.access(op, this.memory, this.low, this.high, 0, at);
          height = at;
          continue;
        }
        case Step.I32: {
          let low = bytes[pos++];
          if (low < 0x80) low = (low << 25) >> 25;
          else {
            reader.pos = pos - 1;
            low = reader.s32();
            pos = reader.pos;
          }
          if (told) sink.constant(op, low, low >> 31, height);
          stack[height++] = Type.I32;
          continue;
        }
        case Step.I64: {
          reader.pos = pos;
          const low = reader.s64();
          pos = reader.pos;
          if (told) sink.constant(op, low, reader.high, height);
          stack[height++] = Type.I64;
          continue;
        }
        case Step.F32: {
          reader.pos = pos;
          const low = reader.bits32();
          pos = reader.pos;
          if (told) sink.constant(op, low, 0, height);
          stack[height++] = Type.F32;
          continue;
        }
        case Step.F64: {
          reader.pos = pos;
          const low = reader.bits64();
          pos = reader.pos;
          if (told) sink.constant(op, low, reader.high, height);
          stack[height++] = Type.F64;
          continue;
        }
      }
      reader.pos = pos;
      stacks.height = height;
      this.operator(op);
      if (stacks.depth === 0) return;
      ({ stack, height, base } = stacks);
      told = wantsValues && stacks.live;
      pos = reader.pos;
    }
  }

  private operator(op: number): void {
    const step: Step = this.rows[op] & Row.StepMask;
    if (step !== Step.Special) {
      if (step > Step.Special) return this.fixedOperator(op);
      if (step === Step.Unavailable) this.unavailable(op);
    }
    switch (op) {
      case Op.Unreachable:
        if (this.stacks.live) this.sink.unreachable();
        return this.stacks.setUnreachable();
      case Op.Nop:
        return;
      case Op.Block:
      case Op.Loop:
      case Op.If:
      case Op.Try:
      case Op.TryTable:
        return this.blockType(op);
      case Op.Else:
        return this.elseArm();
      case Op.End:
        return this.endBlock();
      case Op.Br: {
        const label = this.label();
        this.stacks.popAll(this.stacks.labelTypes(label));
        if (this.stacks.live) this.sink.br(label, this.stacks.height);
        return this.stacks.setUnreachable();
      }
      case Op.BrIf: {
        const label = this.label();
        const types = this.stacks.labelTypes(label);
        this.stacks.pop(Type.I32);
        this.stacks.popAll(types);
        const at = this.stacks.height;
        this.stacks.pushAll(types);
        if (this.stacks.live) this.sink.brIf(label, at);
        return;
      }
      case Op.BrTable:
        return this.brTable();
      case Op.Return:
        this.stacks.popAll(this.results);
        if (this.stacks.live) this.sink.br(0, this.stacks.height);
        return this.stacks.setUnreachable();
      case Op.Call:
      case Op.ReturnCall:
      case Op.CallIndirect:
      case Op.ReturnCallIndirect:
      case Op.CallRef:
      case Op.ReturnCallRef:
        return this.call(op);
      case Op.Drop:
        this.stacks.popAny();
        return;
      case Op.Select:
        return this.select();
      case Op.SelectT:
        return this.typedSelect();
      case Op.GlobalGet: {
        const index = this.global();
        if (this.stacks.live) this.sink.globalGet(index, this.stacks.height);
        return this.stacks.push(this.globalTypes[index]);
      }
      case Op.GlobalSet: {
        const index = this.global();
        if (!this.module.globals[index].mutable) this.fail('immutableGlobal', ` ${index}`);
        this.stacks.pop(this.globalTypes[index]);
        if (this.stacks.live) this.sink.globalSet(index, this.stacks.height);
        return;
      }
      case Op.Throw: {
        const tag = this.tag();
        this.stacks.popAll(this.tagParams(tag));
        if (this.stacks.live) this.sink.exception(op, tag, this.stacks.height);
        return this.stacks.setUnreachable();
      }
      case Op.ThrowRef:
        this.stacks.pop(Type.ExnRef);
        if (this.stacks.live) this.sink.exception(op, 0, this.stacks.height);
        return this.stacks.setUnreachable();
      case Op.Catch:
      case Op.CatchAll:
        return this.legacyCatch(op);
      case Op.Rethrow: {
        const label = this.label();
        if (this.stacks.frameOp[label] !== Op.Catch && this.stacks.frameOp[label] !== Op.CatchAll) this.fail('rethrowLabel');
        if (this.stacks.live) this.sink.exception(op, label, this.stacks.height);
        return this.stacks.setUnreachable();
      }
      case Op.Delegate:
        return this.delegate();
      default:
        return this.rareOperator(op);
    }
  }

  /** Operators on references, tables and memories. */
  private rareOperator(op: number): void {
    switch (op) {
      case Op.RefNull: {
        const type = referenceType(true, this.typeDecoder.heapType());
        if (this.stacks.live) this.sink.refNull(type, this.stacks.height);
        return this.stacks.push(type);
      }
      case Op.RefIsNull:
        this.stacks.popReference();
        if (this.stacks.live) this.sink.indexed(op, 0, 0, this.stacks.height);
        return this.stacks.push(Type.I32);
      case Op.RefFunc:
        return this.refFunc();
      case Op.RefAsNonNull: {
        const type = this.stacks.popReference();
        if (this.stacks.live) this.sink.indexed(op, 0, 0, this.stacks.height);
        return this.stacks.push(asNonNull(type));
      }
      case Op.BrOnNull:
        return this.brOnNull();
      case Op.BrOnNonNull:
        return this.brOnNonNull();
      case Op.MemorySize:
      case Op.MemoryGrow:
      case Op.MemoryFill:
      case Op.MemoryCopy:
      case Op.MemoryInit:
      case Op.DataDrop:
        return this.spaces.memoryOperator(op);
      case Op.TableGet:
      case Op.TableSet:
      case Op.TableSize:
      case Op.TableGrow:
      case Op.TableFill:
      case Op.TableCopy:
      case Op.TableInit:
      case Op.ElemDrop:
        return this.spaces.tableOperator(op);
      default:
        if (op !== Op.RefEq && op < Op.StructNew) this.unavailable(op);
        this.typeDecoder.need(operatorFeatureName(op), this.stacks.offset);
        this.aggregates.operator(op);
        if (this.stacks.live) this.sink.aggregate(op);
    }
  }

  /** Operators whose row has a signature. */
  private fixedOperator(op: number): void {
    const { reader, sink, stacks } = this;
    switch (operatorImmediates[op]) {
      case Immediates.None: {
        const at = stacks.applySignature(op, 0);
        if (stacks.live) sink.simple(op, at);
        return;
      }
      case Immediates.Memarg: {
        this.memarg(op);
        const at = stacks.applySignature(op, this.address);
        if (stacks.live) sink.access(op, this.memory, this.low, this.high, 0, at);
        return;
      }
      case Immediates.MemargLane: {
        this.memarg(op);
        const lane = this.laneIndex(16 >> operatorDetail[op]);
        const at = stacks.applySignature(op, this.address);
        if (stacks.live) sink.access(op, this.memory, this.low, this.high, lane, at);
        return;
      }
      case Immediates.Lane: {
        const lane = this.laneIndex(operatorDetail[op]);
        const at = stacks.applySignature(op, 0);
        if (stacks.live) sink.lane(op, lane, at);
        return;
      }
      case Immediates.Shuffle: {
        const from = reader.pos;
        for (let index = 0; index < 16; index++) this.laneIndex(32);
        const at = stacks.applySignature(op, 0);
        if (stacks.live) sink.vectorImmediate(op, from, at);
        return;
      }
      case Immediates.V128: {
        const from = reader.pos;
        reader.skip(16);
        const at = stacks.applySignature(op, 0);
        if (stacks.live) sink.vectorImmediate(op, from, at);
        return;
      }
      case Immediates.Zero:
        if (reader.u8() !== 0) reader.fail('zeroByte', '', reader.pos - 1);
        if (stacks.live) sink.simple(op, stacks.height);
        return;
      default:
        this.unavailable(op);
    }
  }

  private laneIndex(lanes: number): number {
    const lane = this.reader.u8();
    if (lane >= lanes) this.fail('laneIndex', ` ${lane}`);
    return lane;
  }

  private elseArm(): void {
    const depth = this.stacks.depth - 1;
    if (this.stacks.frameOp[depth] !== Op.If) this.fail('elseWithoutIf');
    this.stacks.finishArm();
    if (this.stacks.frameLive[depth] !== 0) this.sink.elseArm(this.stacks.live);
    this.stacks.nextArm(Op.Else, this.stacks.frameParams[depth]);
  }

  private endBlock(): void {
    const depth = this.stacks.depth - 1;
    this.stacks.finishArm();
    if (this.stacks.frameOp[depth] === Op.If && !areSubtypes(this.module.types, this.stacks.frameParams[depth], this.stacks.frameResults[depth])) {
      const results = typeList(this.stacks.frameResults[depth]);
      this.fail('typeMismatch', `: if without else requires ${results} but passes ${typeList(this.stacks.frameParams[depth])}`);
    }
    this.stacks.live = this.stacks.frameLive[depth] !== 0 && this.sink.end(this.stacks.live);
    this.stacks.popFrame();
  }

  private brTable(): void {
    const { reader } = this;
    const count = reader.u32();
    if (count > limits.branchTableTargets) this.fail('limit', `: ${count} branch targets, at most ${limits.branchTableTargets}`);
    if (count >= this.labels.length) this.labels = new Int32Array(count * 2);
    const { labels } = this;
    for (let index = 0; index <= count; index++) labels[index] = this.label();
    this.stacks.pop(Type.I32);
    const types = this.stacks.labelTypes(labels[count]);
    for (let index = 0; index < count; index++) {
      const other = this.stacks.labelTypes(labels[index]);
      if (other.length !== types.length) {
        this.fail('typeMismatch', `: branch targets of ${typeList(other)} and ${typeList(types)}`);
      }
      if (other.length > 0) this.stacks.peekAll(other);
    }
    this.stacks.popAll(types);
    if (this.stacks.live) this.sink.brTable(labels, count, this.stacks.height);
    this.stacks.setUnreachable();
  }

  private call(op: number): void {
    const { reader, module, sink } = this;
    let typeIndex: number;
    let target = 0;
    if (op === Op.Call || op === Op.ReturnCall) {
      target = reader.u32();
      if (target >= module.functions.count) this.fail('unknownFunction', ` ${target}`);
      typeIndex = module.functions.typeIndex[target];
    } else {
      typeIndex = this.typeDecoder.functionTypeIndex();
      if (op === Op.CallRef || op === Op.ReturnCallRef) this.stacks.pop(referenceType(true, concreteHeap(module.typeIds[typeIndex])));
      else {
        target = this.spaces.table();
        if (!isSubtype(module.types, module.tables[target].element, Type.FuncRef)) {
          this.fail('typeMismatch', `: table ${target} does not hold functions`);
        }
        this.stacks.pop(this.spaces.tableAddress(target));
      }
    }
    const { params, results } = functionTypeAt(module, typeIndex);
    const returns = op === Op.ReturnCall || op === Op.ReturnCallIndirect || op === Op.ReturnCallRef;
    if (returns && !areSubtypes(module.types, results, this.results)) {
      this.fail('typeMismatch', `: tail call returns ${typeList(results)} from a function of ${typeList(this.results)}`);
    }
    this.stacks.popAll(params);
    if (this.stacks.live) {
      if (op === Op.Call || op === Op.ReturnCall) sink.call(op, target, this.stacks.height);
      else if (op === Op.CallRef || op === Op.ReturnCallRef) sink.callRef(op, typeIndex, this.stacks.height);
      else sink.callIndirect(op, typeIndex, target, this.stacks.height);
    }
    if (returns) this.stacks.setUnreachable();
    else this.stacks.pushAll(results);
  }

  private select(): void {
    this.stacks.pop(Type.I32);
    const second = this.stacks.popAny();
    const first = this.stacks.popAny();
    if (isReference(first) || isReference(second) || (first !== second && first !== Type.Bottom && second !== Type.Bottom)) {
      this.fail('typeMismatch', `: select requires two operands of one number type but stack has ${typeList([first, second])}`);
    }
    const type = first === Type.Bottom ? second : first;
    if (this.stacks.live) this.sink.select(type, this.stacks.height);
    this.stacks.push(type);
  }

  private typedSelect(): void {
    const count = this.reader.u32();
    if (count !== 1) this.fail('resultArity', ` ${count}`);
    const type = this.typeDecoder.valueType();
    this.stacks.pop(Type.I32);
    this.stacks.pop(type);
    this.stacks.pop(type);
    if (this.stacks.live) this.sink.select(type, this.stacks.height);
    this.stacks.push(type);
  }

  private refFunc(): void {
    const { functions, typeIds } = this.module;
    const index = this.reader.u32();
    if (index >= functions.count) this.fail('unknownFunction', ` ${index}`);
    if (functions.declared[index] === 0) this.fail('undeclaredReference', ` ${index}`);
    if (this.stacks.live) this.sink.indexed(Op.RefFunc, index, 0, this.stacks.height);
    this.stacks.push(referenceType(false, concreteHeap(typeIds[functions.typeIndex[index]], functions.exact[index] !== 0)));
  }

  private brOnNull(): void {
    const label = this.label();
    const type = this.stacks.popReference();
    const types = this.stacks.labelTypes(label);
    this.stacks.popAll(types);
    this.stacks.pushAll(types);
    if (this.stacks.live) this.sink.brOnNull(Op.BrOnNull, label, this.stacks.height);
    this.stacks.push(asNonNull(type));
  }

  private brOnNonNull(): void {
    const label = this.label();
    const types = this.stacks.labelTypes(label);
    const last = types.length > 0 ? types[types.length - 1] : Type.Bottom;
    if (!isReference(last)) this.fail('typeMismatch', ': br_on_non_null needs a label whose last operand is a reference');
    this.stacks.pop(asNullable(last));
    const others = types.subarray(0, -1);
    this.stacks.popAll(others);
    this.stacks.pushAll(others);
    if (this.stacks.live) this.sink.brOnNull(Op.BrOnNonNull, label, this.stacks.height);
  }

  private legacyCatch(op: number): void {
    const depth = this.stacks.depth - 1;
    const frame = this.stacks.frameOp[depth];
    if (frame !== Op.Try && frame !== Op.Catch) this.fail('typeMismatch', ': catch must belong to a try block');
    this.stacks.finishArm();
    const fallsThrough = this.stacks.live;
    const tag = op === Op.Catch ? this.tag() : -1;
    this.stacks.nextArm(op, tag < 0 ? noTypes : this.tagParams(tag));
    if (this.stacks.live) this.stacks.live = this.sink.catchArm(tag, fallsThrough);
  }

  private delegate(): void {
    const depth = this.stacks.depth - 1;
    if (this.stacks.frameOp[depth] !== Op.Try) this.fail('typeMismatch', ': delegate must end a try block');
    this.stacks.finishArm();
    const label = this.reader.u32();
    if (label >= depth) this.fail('unknownLabel', ` ${label}`);
    if (this.stacks.frameLive[depth] !== 0) this.sink.exception(Op.Delegate, depth - 1 - label, this.stacks.base);
    this.stacks.live = this.stacks.frameLive[depth] !== 0 && this.sink.end(this.stacks.live);
    this.stacks.popFrame();
  }
}
