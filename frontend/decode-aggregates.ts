// Validates the operators of the GC and custom-descriptors proposals: structs, arrays, i31, casts. They are used by
// function bodies and, where they are constant, by constant expressions; both give the stacks that they keep.

import type { TypeDecoder } from './decode-types.js';
import type { ErrorKind } from './errors.js';
import { type FeatureSet, hasFeature } from './features.js';
import { limits } from './limits.js';
import type { ArrayType, ElementSegment, StructType } from './module.js';
import { Op } from './opcodes.js';
import type { Reader } from './reader.js';
import { isHeapSubtype, isSubtype, topHeap } from './subtyping.js';
import type { ValidationStacks } from './validation-stacks.js';
import {
  asNonNull,
  concreteHeap,
  concreteId,
  Heap,
  heapName,
  heapOf,
  isDefaultable,
  isExact,
  isNullable,
  isReference,
  referenceType,
  Type,
  typeName,
  type ValueType,
} from './value-types.js';

/** What operators refer to besides types. */
export interface AggregateContext {
  readonly reader: Reader;
  readonly stacks: ValidationStacks;
  readonly typeDecoder: TypeDecoder;
  readonly features: FeatureSet;
  readonly elements: readonly ElementSegment[];
  readonly dataCount: number | undefined;
}

const enum CastFlag {
  NullableSource = 1,
  NullableTarget = 2,
  Unused = 0xfc,
}

/** Operators of the proposals that may occur in constant expressions. */
// biome-ignore format: a row is a line
export const constantAggregates: ReadonlySet<number> = new Set<number>([
  Op.StructNew, Op.StructNewDefault, Op.StructNewDesc, Op.StructNewDefaultDesc, Op.ArrayNew, Op.ArrayNewDefault, Op.ArrayNewFixed,
  Op.RefI31, Op.AnyConvertExtern, Op.ExternConvertAny,
]);

/** The value type of a field on the stack. */
function unpacked(storage: ValueType): ValueType {
  return storage === Type.I8 || storage === Type.I16 ? Type.I32 : storage;
}

/** What is left of a reference of type `from` that is not of type `to`. */
function remainder(from: ValueType, to: ValueType): ValueType {
  return isNullable(to) ? asNonNull(from) : from;
}

export class AggregateOperators {
  /** New references, and those to functions, are exact where the proposal is on. */
  private readonly exact: boolean;

  constructor(private readonly context: AggregateContext) {
    this.exact = hasFeature(context.features, 'custom-descriptors');
  }

  private fail(kind: ErrorKind, detail = ''): never {
    return this.context.stacks.fail(kind, detail);
  }

  /** Reads the immediates of an operator and applies it to the stack. */
  operator(op: number): void {
    const { reader, stacks } = this.context;
    switch (op) {
      case Op.StructNew:
      case Op.StructNewDefault:
      case Op.StructNewDesc:
      case Op.StructNewDefaultDesc:
        return this.structNew(op);
      case Op.StructGet:
      case Op.StructGetS:
      case Op.StructGetU: {
        const { index, type } = this.struct();
        const { storage } = this.field(type);
        this.checkPacking(storage, op !== Op.StructGet);
        stacks.pop(this.reference(index, true));
        return stacks.push(unpacked(storage));
      }
      case Op.StructSet: {
        const { index, type } = this.struct();
        const { storage, mutable } = this.field(type);
        if (!mutable) this.fail('immutableField');
        stacks.pop(unpacked(storage));
        return stacks.pop(this.reference(index, true));
      }
      case Op.ArrayNew:
      case Op.ArrayNewDefault: {
        const { index, type } = this.array();
        const element = unpacked(type.field.storage);
        if (op === Op.ArrayNewDefault && !isDefaultable(element)) this.fail('notDefaultable', `: ${typeName(element)}`);
        stacks.pop(Type.I32);
        if (op === Op.ArrayNew) stacks.pop(element);
        return stacks.push(this.created(index));
      }
      case Op.ArrayNewFixed: {
        const { index, type } = this.array();
        const count = reader.u32();
        if (count > limits.arrayNewFixed) this.fail('limit', `: ${count} operands of array.new_fixed, at most ${limits.arrayNewFixed}`);
        for (let operand = 0; operand < count; operand++) stacks.pop(unpacked(type.field.storage));
        return stacks.push(this.created(index));
      }
      case Op.ArrayNewData:
      case Op.ArrayNewElem: {
        const { index, type } = this.array();
        this.checkSegment(op === Op.ArrayNewData, type);
        this.popNumbers(2);
        return stacks.push(this.created(index));
      }
      case Op.ArrayGet:
      case Op.ArrayGetS:
      case Op.ArrayGetU: {
        const { index, type } = this.array();
        this.checkPacking(type.field.storage, op !== Op.ArrayGet);
        stacks.pop(Type.I32);
        stacks.pop(this.reference(index, true));
        return stacks.push(unpacked(type.field.storage));
      }
      case Op.ArraySet: {
        const { index, type } = this.mutableArray();
        stacks.pop(unpacked(type.field.storage));
        stacks.pop(Type.I32);
        return stacks.pop(this.reference(index, true));
      }
      case Op.ArrayLen:
        stacks.pop(referenceType(true, Heap.Array));
        return stacks.push(Type.I32);
      case Op.ArrayFill: {
        const { index, type } = this.mutableArray();
        stacks.pop(Type.I32);
        stacks.pop(unpacked(type.field.storage));
        stacks.pop(Type.I32);
        return stacks.pop(this.reference(index, true));
      }
      case Op.ArrayCopy: {
        const to = this.mutableArray();
        const from = this.array();
        if (!isSubtype(this.context.typeDecoder.types, from.type.field.storage, to.type.field.storage)) this.fail('arrayTypes');
        this.popNumbers(2);
        stacks.pop(this.reference(from.index, true));
        stacks.pop(Type.I32);
        return stacks.pop(this.reference(to.index, true));
      }
      case Op.ArrayInitData:
      case Op.ArrayInitElem: {
        const { index, type } = this.mutableArray();
        this.checkSegment(op === Op.ArrayInitData, type);
        this.popNumbers(3);
        return stacks.pop(this.reference(index, true));
      }
      case Op.RefTest:
      case Op.RefTestNull:
      case Op.RefCast:
      case Op.RefCastNull: {
        const heap = this.context.typeDecoder.heapType();
        stacks.pop(this.top(heap));
        return stacks.push(op === Op.RefTest || op === Op.RefTestNull ? Type.I32 : referenceType(op === Op.RefCastNull, heap));
      }
      case Op.RefCastDescEq:
      case Op.RefCastDescEqNull: {
        const heap = this.context.typeDecoder.heapType();
        stacks.pop(this.descriptorOf(heap));
        stacks.pop(this.top(heap));
        return stacks.push(referenceType(op === Op.RefCastDescEqNull, heap));
      }
      case Op.RefGetDesc:
        return this.getDescriptor();
      case Op.AnyConvertExtern:
        return this.convert(Heap.Extern, Heap.Any);
      case Op.ExternConvertAny:
        return this.convert(Heap.Any, Heap.Extern);
      case Op.RefI31:
        stacks.pop(Type.I32);
        return stacks.push(referenceType(false, Heap.I31));
      case Op.I31GetS:
      case Op.I31GetU:
        stacks.pop(referenceType(true, Heap.I31));
        return stacks.push(Type.I32);
      case Op.RefEq:
        stacks.pop(referenceType(true, Heap.Eq));
        stacks.pop(referenceType(true, Heap.Eq));
        return stacks.push(Type.I32);
      default:
        return this.castBranch(op);
    }
  }

  // Types

  private struct(): { index: number; type: StructType } {
    const { typeDecoder } = this.context;
    const index = typeDecoder.typeIndex();
    const type = typeDecoder.types[index];
    return type.kind === 'struct' ? { index, type } : this.fail('typeMismatch', `: type ${index} is not a structure`);
  }

  private array(): { index: number; type: ArrayType } {
    const { typeDecoder } = this.context;
    const index = typeDecoder.typeIndex();
    const type = typeDecoder.types[index];
    return type.kind === 'array' ? { index, type } : this.fail('typeMismatch', `: type ${index} is not an array`);
  }

  private mutableArray(): { index: number; type: ArrayType } {
    const found = this.array();
    return found.type.field.mutable ? found : this.fail('immutableArray');
  }

  private field({ fields }: StructType): StructType['fields'][number] {
    const index = this.context.reader.u32();
    return fields[index] ?? this.fail('unknownField', ` ${index}`);
  }

  private reference(typeIndex: number, nullable: boolean, exact = false): ValueType {
    return referenceType(nullable, concreteHeap(this.context.typeDecoder.typeIds[typeIndex], exact));
  }

  private created(typeIndex: number): ValueType {
    return this.reference(typeIndex, false, this.exact);
  }

  /** What an operand of a cast to `heap` may be. */
  private top(heap: number): ValueType {
    return referenceType(true, topHeap(this.context.typeDecoder.types, heap));
  }

  private popNumbers(count: number): void {
    for (let operand = 0; operand < count; operand++) this.context.stacks.pop(Type.I32);
  }

  private checkPacking(storage: ValueType, extends_: boolean): void {
    if ((unpacked(storage) !== storage) !== extends_) this.fail('packedStorage', extends_ ? ' unpacked' : ' packed');
  }

  /** Reads the segment that elements of an array come from. */
  private checkSegment(isData: boolean, { field }: ArrayType): void {
    const { reader, elements, dataCount, typeDecoder } = this.context;
    const index = reader.u32();
    if (isData) {
      if (dataCount === undefined) this.fail('dataCountRequired');
      if (index >= dataCount) this.fail('unknownData', ` ${index}`);
      if (isReference(field.storage)) this.fail('arrayNumeric');
      return;
    }
    if (index >= elements.length) this.fail('unknownElement', ` ${index}`);
    const { type } = elements[index];
    if (!isSubtype(typeDecoder.types, type, field.storage)) {
      this.fail('typeMismatch', `: elements of ${typeName(type)} for an array of ${typeName(field.storage)}`);
    }
  }

  // Operators

  private structNew(op: number): void {
    const { stacks } = this.context;
    const { index, type } = this.struct();
    const described = op === Op.StructNewDesc || op === Op.StructNewDefaultDesc;
    const byDefault = op === Op.StructNewDefault || op === Op.StructNewDefaultDesc;
    if (byDefault && !type.fields.every(({ storage }) => isDefaultable(storage))) this.fail('notDefaultable', `: a field of type ${index}`);
    if (type.descriptor >= 0 && !described) this.fail('descriptorRequired');
    if (type.descriptor < 0 && described) this.fail('withoutDescriptor', ' requires non-descriptor allocation');
    if (described) stacks.pop(referenceType(true, concreteHeap(type.descriptor, true)));
    if (!byDefault) for (const { storage } of [...type.fields].reverse()) stacks.pop(unpacked(storage));
    stacks.push(this.created(index));
  }

  private convert(from: Heap, to: Heap): void {
    const { stacks } = this.context;
    const type = stacks.popReference();
    const source = referenceType(type !== Type.Bottom && isNullable(type), from);
    if (type !== Type.Bottom) stacks.push(type);
    stacks.pop(source);
    stacks.push(referenceType(isNullable(source), to));
  }

  private getDescriptor(): void {
    const { stacks, typeDecoder } = this.context;
    const { types } = typeDecoder;
    const index = typeDecoder.typeIndex();
    const type = types[index];
    if (type.kind !== 'struct' || type.descriptor < 0) return this.fail('withoutDescriptor', ` ${index}`);
    const operand = stacks.popReference();
    const exact = operand === Type.Bottom || isHeapSubtype(types, heapOf(operand), concreteHeap(typeDecoder.typeIds[index], true));
    if (operand !== Type.Bottom) stacks.push(operand);
    stacks.pop(this.reference(index, true, exact));
    stacks.push(referenceType(false, concreteHeap(type.descriptor, exact)));
  }

  /** The type of the descriptors that a cast to `heap` compares with. */
  private descriptorOf(heap: number): ValueType {
    const id = concreteId(heap);
    const type = id < 0 ? undefined : this.context.typeDecoder.types[id];
    if (type?.kind !== 'struct' || type.descriptor < 0) return this.fail('descriptorCast', ` ${heapName(heap)} does not have a descriptor`);
    return referenceType(true, concreteHeap(type.descriptor, isExact(heap)));
  }

  /** br_on_cast, br_on_cast_fail, and their forms with a descriptor. */
  private castBranch(op: number): void {
    const { reader, stacks, typeDecoder } = this.context;
    const { types } = typeDecoder;
    const flags = reader.u8();
    if ((flags & CastFlag.Unused) !== 0) this.fail('castFlags', ` ${flags}`);
    const labelTypes = stacks.labelTypes(stacks.label(reader.u32()));
    const from = referenceType((flags & CastFlag.NullableSource) !== 0, typeDecoder.heapType());
    const to = referenceType((flags & CastFlag.NullableTarget) !== 0, typeDecoder.heapType());
    const related = this.exact ? topHeap(types, heapOf(from)) === topHeap(types, heapOf(to)) : isSubtype(types, to, from);
    if (!related) this.fail('typeMismatch', `: cast from ${typeName(from)} to ${typeName(to)}`);
    const branchesIfCast = op === Op.BrOnCast || op === Op.BrOnCastDescEq;
    const sent = branchesIfCast ? to : remainder(from, to);
    const last = labelTypes.length === 0 ? Type.I32 : labelTypes[labelTypes.length - 1];
    if (!isSubtype(types, sent, last)) this.fail('typeMismatch', `: cast branch sends ${typeName(sent)} to a label that takes another type`);
    if (op === Op.BrOnCastDescEq || op === Op.BrOnCastDescEqFail) stacks.pop(this.descriptorOf(heapOf(to)));
    stacks.pop(from);
    const others = labelTypes.subarray(0, -1);
    stacks.popAll(others);
    stacks.pushAll(others);
    stacks.push(branchesIfCast ? remainder(from, to) : to);
  }
}
