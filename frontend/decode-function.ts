// hot
// Decodes and validates function bodies with the specification's algorithm, whose two stacks are `ValidationStacks`.
// Most operators are handled by their row of the operator table; the switch holds those whose typing is not fixed.
// Longer than other files because that switch is the whole of the operator semantics that is not in the table.

import { requireFeature, TypeDecoder } from './decode-types.js';
import { type ErrorKind, WasmError } from './errors.js';
import { featureTable, hasFeature, validatedFeatures } from './features.js';
import type { FunctionSink } from './function-sink.js';
import { limits } from './limits.js';
import { functionType, functionTypeAt, type WasmModule } from './module.js';
import { Op } from './opcodes.js';
import {
  Immediates,
  operatorDetail,
  operatorExists,
  operatorFeature,
  operatorFeatureName,
  operatorFixed,
  operatorImmediates,
  operatorSpace,
  prefixedOperator,
  prefixFirst,
} from './operators.js';
import { Reader } from './reader.js';
import { areSubtypes, isSubtype } from './subtyping.js';
import { ValidationStacks } from './validation-stacks.js';
import {
  asNonNull,
  asNullable,
  concreteHeap,
  isDefaultable,
  isReference,
  referenceType,
  Type,
  typeList,
  type ValueType,
} from './value-types.js';

const noTypes = new Int32Array(0);

/** May an operator be used, and is its typing that of its row? */
const enum Availability {
  No,
  Special,
  Fixed,
}

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
  private readonly available: Uint8Array;
  private readonly singleResults = new Map<ValueType, Int32Array>();

  private results: Int32Array = noTypes;
  /** Has the function locals without default value? */
  private trackInitialization = false;
  private labels = new Int32Array(16);
  /** log2 of the alignment that the current memory operator states. */
  alignment = 0;
  private offsetHigh = 0;
  private memory = 0;

  constructor(module: WasmModule, sink: FunctionSink) {
    this.module = module;
    this.sink = sink;
    this.stacks = new ValidationStacks(module.types);
    this.reader = new Reader(module.bytes);
    this.typeDecoder = TypeDecoder.of(module, this.reader);
    this.available = availableOperators(module.features);
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
    while (this.stacks.depth > 0) this.operator();
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
    const label = this.reader.u32();
    if (label >= this.stacks.depth) this.fail('unknownLabel', ` ${label}`);
    return this.stacks.depth - 1 - label;
  }

  // Immediates

  private blockType(op: number): void {
    const { reader } = this;
    const byte = reader.peek();
    let params: Int32Array = noTypes;
    let results: Int32Array = noTypes;
    if (byte === 0x40) reader.pos++;
    else if (byte > 0x40 && byte < 0x80) results = this.singleResult(this.typeDecoder.valueType());
    else {
      const at = reader.pos;
      const index = reader.s33();
      if (index < 0) reader.fail('blockType', '', at);
      if (index >= this.module.types.length) this.fail('unknownType', ` ${index}`);
      const type = this.module.types[index];
      if (type.kind !== 'func') this.fail('notFunctionType', `: type ${index}`);
      if (type.needsGc) requireFeature(this.module.features, 'gc', at);
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

  private local(): number {
    const index = this.reader.u32();
    if (index >= this.localCount) this.fail('unknownLocal', ` ${index}`);
    return index;
  }

  private global(): number {
    const index = this.reader.u32();
    if (index >= this.module.globals.length) this.fail('unknownGlobal', ` ${index}`);
    return index;
  }

  private table(index = this.reader.u32()): number {
    if (index >= this.module.tables.length) this.fail('unknownTable', ` ${index}`);
    return index;
  }

  private tableAddress(table: number): ValueType {
    return this.module.tables[table].is64 ? Type.I64 : Type.I32;
  }

  private element(index: number): void {
    if (index >= this.module.elements.length) this.fail('unknownElement', ` ${index}`);
  }

  private memoryIndex(index = this.reader.u32()): number {
    if (index >= this.module.memories.length) this.fail('unknownMemory', ` ${index}`);
    return index;
  }

  private memoryAddress(memory: number): ValueType {
    return this.module.memories[memory].is64 ? Type.I64 : Type.I32;
  }

  private data(index: number): number {
    const { dataCount } = this.module;
    if (dataCount === undefined) this.fail('dataCountRequired');
    if (index >= dataCount) this.fail('unknownData', ` ${index}`);
    return index;
  }

  /** Returns the lower half of the offset; sets `memory` and `offsetHigh`. */
  private memarg(op: number): number {
    const { reader } = this;
    const flags = reader.u32();
    if (flags >= 0x80) this.fail('memopFlags');
    const memory = (flags & 0x40) !== 0 ? reader.u32() : 0;
    const offset = reader.u64();
    this.memory = this.memoryIndex(memory);
    const align = flags & 0x3f;
    const natural = operatorDetail[op];
    if (op >= Op.MemoryAtomicNotify && op < Op.StructNew) {
      if (align !== natural) this.fail('atomicAlignment', `: 2**${align} instead of 2**${natural}`);
    } else if (align > natural) this.fail('alignment', `: 2**${align}, at most 2**${natural}`);
    this.alignment = align;
    this.offsetHigh = reader.high;
    if (reader.high !== 0 && !this.module.memories[memory].is64) this.fail('offsetRange');
    return offset;
  }

  // Operators

  private unavailable(op: number): never {
    if (op < operatorSpace && operatorExists[op]) this.fail('featureNeeded', ` ${operatorFeatureName(op)}`);
    const { bytes, pos } = this.reader;
    const text = Array.from(bytes.subarray(this.stacks.offset, pos), (byte) => byte.toString(16).padStart(2, '0'));
    return this.fail('illegalOpcode', ` ${text.join(' ')}`);
  }

  /** The body's bytes are used up: what comes next tells whether its size or its last operator is wrong. */
  private endMissing(): never {
    const { bytes, pos, end } = this.reader;
    if (pos > end || bytes[pos] === Op.End) return this.fail('sectionSize', ': the function body ends too early');
    return this.fail(pos < bytes.length ? 'endExpected' : 'unexpectedEnd');
  }

  private operator(): void {
    const { reader } = this;
    this.stacks.offset = reader.pos;
    if (reader.pos >= reader.end) this.endMissing();
    let op = reader.bytes[reader.pos++];
    if (prefixFirst[op] !== 0) op = prefixedOperator(prefixFirst[op], reader.u32());
    const kind = this.available[op];
    if (kind === Availability.Fixed) return this.fixedOperator(op);
    if (kind === Availability.No) this.unavailable(op);
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
      case Op.LocalGet: {
        const index = this.local();
        if (this.trackInitialization && this.stacks.initialized[index] === 0) this.fail('uninitializedLocal', ` ${index}`);
        if (this.stacks.live) this.sink.localGet(index, this.stacks.height);
        return this.stacks.push(this.localTypes[index]);
      }
      case Op.LocalSet: {
        const index = this.local();
        this.stacks.pop(this.localTypes[index]);
        if (this.trackInitialization) this.stacks.markInitialized(index);
        if (this.stacks.live) this.sink.localSet(index, this.stacks.height);
        return;
      }
      case Op.LocalTee: {
        const index = this.local();
        this.stacks.pop(this.localTypes[index]);
        if (this.trackInitialization) this.stacks.markInitialized(index);
        if (this.stacks.live) this.sink.localTee(index, this.stacks.height);
        return this.stacks.push(this.localTypes[index]);
      }
      case Op.GlobalGet: {
        const index = this.global();
        if (this.stacks.live) this.sink.globalGet(index, this.stacks.height);
        return this.stacks.push(this.module.globals[index].type);
      }
      case Op.GlobalSet: {
        const index = this.global();
        const { type, mutable } = this.module.globals[index];
        if (!mutable) this.fail('immutableGlobal', ` ${index}`);
        this.stacks.pop(type);
        if (this.stacks.live) this.sink.globalSet(index, this.stacks.height);
        return;
      }
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
      case Op.MemorySize:
      case Op.MemoryGrow:
      case Op.MemoryFill:
      case Op.MemoryCopy:
      case Op.MemoryInit:
      case Op.DataDrop:
        return this.memoryOperator(op);
      case Op.TableGet:
      case Op.TableSet:
      case Op.TableSize:
      case Op.TableGrow:
      case Op.TableFill:
      case Op.TableCopy:
      case Op.TableInit:
      case Op.ElemDrop:
        return this.tableOperator(op);
      default:
        this.unavailable(op);
    }
  }

  /** Operators whose row has a signature. */
  private fixedOperator(op: number): void {
    const { reader, sink } = this;
    switch (operatorImmediates[op]) {
      case Immediates.None: {
        const at = this.stacks.applySignature(op, 0);
        if (this.stacks.live) sink.simple(op, at);
        return;
      }
      case Immediates.Memarg: {
        const offset = this.memarg(op);
        const at = this.stacks.applySignature(op, this.memoryAddress(this.memory));
        if (this.stacks.live) sink.access(op, this.memory, offset, this.offsetHigh, 0, at);
        return;
      }
      case Immediates.I32: {
        const low = reader.s32();
        const at = this.stacks.applySignature(op, 0);
        if (this.stacks.live) sink.constant(op, low, low >> 31, at);
        return;
      }
      case Immediates.I64: {
        const low = reader.s64();
        const at = this.stacks.applySignature(op, 0);
        if (this.stacks.live) sink.constant(op, low, reader.high, at);
        return;
      }
      case Immediates.F32: {
        const low = reader.bits32();
        const at = this.stacks.applySignature(op, 0);
        if (this.stacks.live) sink.constant(op, low, 0, at);
        return;
      }
      case Immediates.F64: {
        const low = reader.bits64();
        const at = this.stacks.applySignature(op, 0);
        if (this.stacks.live) sink.constant(op, low, reader.high, at);
        return;
      }
      case Immediates.MemargLane: {
        const offset = this.memarg(op);
        const lane = this.laneIndex(16 >> operatorDetail[op]);
        const at = this.stacks.applySignature(op, this.memoryAddress(this.memory));
        if (this.stacks.live) sink.access(op, this.memory, offset, this.offsetHigh, lane, at);
        return;
      }
      case Immediates.Lane: {
        const lane = this.laneIndex(operatorDetail[op]);
        const at = this.stacks.applySignature(op, 0);
        if (this.stacks.live) sink.lane(op, lane, at);
        return;
      }
      case Immediates.Shuffle: {
        const from = reader.pos;
        for (let index = 0; index < 16; index++) this.laneIndex(32);
        const at = this.stacks.applySignature(op, 0);
        if (this.stacks.live) sink.vectorImmediate(op, from, at);
        return;
      }
      case Immediates.V128: {
        const from = reader.pos;
        reader.skip(16);
        const at = this.stacks.applySignature(op, 0);
        if (this.stacks.live) sink.vectorImmediate(op, from, at);
        return;
      }
      case Immediates.Zero:
        if (reader.u8() !== 0) reader.fail('zeroByte', '', reader.pos - 1);
        if (this.stacks.live) sink.simple(op, this.stacks.height);
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
        target = this.table();
        if (!isSubtype(module.types, module.tables[target].element, Type.FuncRef)) {
          this.fail('typeMismatch', `: table ${target} does not hold functions`);
        }
        this.stacks.pop(this.tableAddress(target));
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
    this.stacks.push(referenceType(false, concreteHeap(typeIds[functions.typeIndex[index]])));
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

  private memoryOperator(op: number): void {
    let first = 0;
    let second = 0;
    let result = -1;
    switch (op) {
      case Op.MemorySize:
        first = this.memoryIndex();
        result = this.memoryAddress(first);
        break;
      case Op.MemoryGrow:
        first = this.memoryIndex();
        result = this.memoryAddress(first);
        this.stacks.pop(result);
        break;
      case Op.MemoryFill:
        first = this.memoryIndex();
        this.stacks.pop(this.memoryAddress(first));
        this.stacks.pop(Type.I32);
        this.stacks.pop(this.memoryAddress(first));
        break;
      case Op.MemoryCopy: {
        first = this.memoryIndex();
        second = this.memoryIndex();
        const to = this.memoryAddress(first);
        const from = this.memoryAddress(second);
        this.stacks.pop(to === Type.I32 ? to : from);
        this.stacks.pop(from);
        this.stacks.pop(to);
        break;
      }
      case Op.MemoryInit:
        first = this.reader.u32();
        second = this.memoryIndex();
        this.data(first);
        this.stacks.pop(Type.I32);
        this.stacks.pop(Type.I32);
        this.stacks.pop(this.memoryAddress(second));
        break;
      case Op.DataDrop:
        first = this.data(this.reader.u32());
        break;
    }
    if (this.stacks.live) this.sink.indexed(op, first, second, this.stacks.height);
    if (result >= 0) this.stacks.push(result);
  }

  private tableOperator(op: number): void {
    const { tables, elements } = this.module;
    const first = this.reader.u32();
    const second = op === Op.TableInit || op === Op.TableCopy ? this.table() : 0;
    if (op === Op.TableInit || op === Op.ElemDrop) this.element(first);
    else this.table(first);
    let result = -1;
    switch (op) {
      case Op.TableGet:
        this.stacks.pop(this.tableAddress(first));
        result = tables[first].element;
        break;
      case Op.TableSet:
        this.stacks.pop(tables[first].element);
        this.stacks.pop(this.tableAddress(first));
        break;
      case Op.TableSize:
        result = this.tableAddress(first);
        break;
      case Op.TableGrow:
        result = this.tableAddress(first);
        this.stacks.pop(result);
        this.stacks.pop(tables[first].element);
        break;
      case Op.TableFill:
        this.stacks.pop(this.tableAddress(first));
        this.stacks.pop(tables[first].element);
        this.stacks.pop(this.tableAddress(first));
        break;
      case Op.TableCopy: {
        const to = this.tableAddress(first);
        const from = this.tableAddress(second);
        this.requireElements(tables[second].element, tables[first].element);
        this.stacks.pop(to === Type.I32 ? to : from);
        this.stacks.pop(from);
        this.stacks.pop(to);
        break;
      }
      case Op.TableInit:
        this.requireElements(elements[first].type, tables[second].element);
        this.stacks.pop(Type.I32);
        this.stacks.pop(Type.I32);
        this.stacks.pop(this.tableAddress(second));
        break;
    }
    if (this.stacks.live) this.sink.indexed(op, first, second, this.stacks.height);
    if (result >= 0) this.stacks.push(result);
  }

  private requireElements(from: ValueType, to: ValueType): void {
    if (!isSubtype(this.module.types, from, to)) {
      this.fail('typeMismatch', `: elements of ${typeList([from])} for a table of ${typeList([to])}`);
    }
  }
}

/** By operator number: an `Availability`. */
function availableOperators(features: number): Uint8Array {
  const available = new Uint8Array(operatorSpace);
  const usable = features & validatedFeatures;
  const on = featureTable.map((row) => hasFeature(usable, row.name));
  for (let op = 0; op < operatorSpace; op++) {
    if (operatorExists[op] === 0 || !on[operatorFeature[op]]) continue;
    available[op] = operatorFixed[op] !== 0 ? Availability.Fixed : Availability.Special;
  }
  return available;
}
