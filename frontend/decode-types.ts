// Decodes value types, heap types and the type section (spec 5.3, 5.5.4), and gives equal types equal canonical ids:
// each recursion group is keyed by its structure, with references into itself relative to its start.
// Uses of forms that are validated but cannot be compiled (GC, custom descriptors) are noted, and refused later.

import { WasmError } from './errors.js';
import { compiledFeatures, type FeatureName, type FeatureSet, hasFeature, validatedFeatures } from './features.js';
import { limits } from './limits.js';
import type { FieldType, TypeDefinition, UncompiledUse, WasmModule } from './module.js';
import type { Reader } from './reader.js';
import { extendsType, isDeclaredSubtype } from './subtyping.js';
import { concreteHeap, concreteId, Heap, heapOf, isExact, isReference, referenceType, Type, type ValueType } from './value-types.js';

interface AbstractHeap {
  readonly heap: number;
  readonly feature: FeatureName;
}

/** Type bytes of the plain value and storage types. */
const plainTypes: Readonly<Record<number, ValueType>> = {
  127: Type.I32,
  126: Type.I64,
  125: Type.F32,
  124: Type.F64,
  123: Type.V128,
};

/** Type bytes of the abstract heap types, which are also those of their nullable references. */
const abstractHeaps: Readonly<Record<number, AbstractHeap>> = {
  112: { heap: Heap.Func, feature: 'reference-types' },
  111: { heap: Heap.Extern, feature: 'reference-types' },
  110: { heap: Heap.Any, feature: 'gc' },
  109: { heap: Heap.Eq, feature: 'gc' },
  108: { heap: Heap.I31, feature: 'gc' },
  107: { heap: Heap.Struct, feature: 'gc' },
  106: { heap: Heap.Array, feature: 'gc' },
  105: { heap: Heap.Exn, feature: 'exceptions' },
  113: { heap: Heap.None, feature: 'gc' },
  114: { heap: Heap.NoExtern, feature: 'gc' },
  115: { heap: Heap.NoFunc, feature: 'gc' },
  116: { heap: Heap.NoExn, feature: 'gc' },
};

/** Bytes that begin a definition in the type section. */
const enum Form {
  Func = 0x60,
  Struct = 0x5f,
  Array = 0x5e,
  Sub = 0x50,
  SubFinal = 0x4f,
  Recursive = 0x4e,
  Descriptor = 0x4d,
  Describes = 0x4c,
}

/** What all definitions begin with, by canonical id. */
interface Head {
  readonly superType: number;
  readonly final: boolean;
  readonly descriptor: number;
  readonly describes: number;
}

/** A definition as it stands in its group, by type index; -1 where it names none. */
interface Definition {
  readonly type: TypeDefinition;
  readonly superIndex: number;
  readonly descriptor: number;
  readonly describes: number;
  readonly offset: number;
  readonly namesOwnGroup: boolean;
}

/** The heap type that is followed by an index, as a signed number. */
const exactForm = 0x62 - 0x80;

const enum ReferenceForm {
  Nullable = 0x63,
  NonNull = 0x64,
}

const noTypes = new Int32Array(0);

/** The types decoded so far, and the reader of everything that names a type. */
export class TypeDecoder {
  readonly types: TypeDefinition[];
  typeIds: Uint32Array = new Uint32Array(0);
  /** By type index: the first type of its recursion group. */
  readonly groupStarts: number[] = [];
  private readonly features: FeatureSet;
  private readonly groups = new Map<string, number>();
  /** The first use, outside the type section, of a feature that cannot be compiled. */
  uncompiled: UncompiledUse | undefined;
  private inTypeSection = false;
  /** In the type section: what the current definition uses. */
  private uncompiledSeen: FeatureName | undefined;
  private ownGroupSeen = false;
  /** Type indices below this may be named. */
  private visible = 0;
  private readonly reader: Reader;

  constructor(reader: Reader, features: FeatureSet, types: readonly TypeDefinition[] = []) {
    this.reader = reader;
    this.features = features;
    this.types = types.slice();
  }

  /** A decoder over the types of a decoded module. */
  static of(module: WasmModule, reader: Reader): TypeDecoder {
    const decoder = new TypeDecoder(reader, module.features, module.types);
    decoder.typeIds = module.typeIds;
    decoder.visible = module.types.length;
    return decoder;
  }

  /** Throws unless the feature is on; notes a use of what cannot be compiled. */
  need(feature: FeatureName, offset = this.reader.pos): void {
    requireFeature(this.features, feature, offset);
    if (hasFeature(compiledFeatures, feature)) return;
    if (this.inTypeSection) this.uncompiledSeen ??= feature;
    else this.uncompiled ??= { feature, offset };
  }

  valueType(malformed: 'valueType' | 'storageType' = 'valueType'): ValueType {
    const at = this.reader.pos;
    const byte = this.reader.peek();
    const plain = plainTypes[byte];
    if (plain !== undefined) {
      this.reader.pos++;
      if (plain === Type.V128) this.need('simd', at);
      return plain;
    }
    if (byte >= 0x40 || byte < 0) return this.referenceType(malformed);
    return this.reader.fail(byte < 0x80 ? malformed : 'integerTooLong');
  }

  referenceType(malformed: 'valueType' | 'storageType' | 'referenceType' = 'referenceType'): ValueType {
    const at = this.reader.pos;
    const byte = this.reader.u8();
    const abstract = abstractHeaps[byte];
    if (abstract !== undefined) {
      this.need(abstract.feature, at);
      return referenceType(true, abstract.heap);
    }
    if (byte !== ReferenceForm.Nullable && byte !== ReferenceForm.NonNull) return this.reader.fail(malformed, '', at);
    this.need('function-references', at);
    return referenceType(byte === ReferenceForm.Nullable, this.heapType());
  }

  /** A heap type: abstract, or a type index. */
  heapType(): number {
    const at = this.reader.pos;
    const value = this.reader.s33();
    if (value >= 0) return this.concrete(value, at);
    if (value === exactForm) {
      this.need('custom-descriptors', at);
      return this.concrete(this.reader.u32(), at, true);
    }
    const abstract = value >= -64 ? abstractHeaps[value + 0x80] : undefined;
    if (abstract === undefined) return this.reader.fail('referenceType', '', at);
    this.need(abstract.feature, at);
    return abstract.heap;
  }

  /** A type index that is in range. */
  typeIndex(): number {
    const at = this.reader.pos;
    const index = this.reader.u32();
    if (index >= this.visible) this.reader.fail('unknownType', ` ${index}`, at);
    return index;
  }

  /** A type index of a function type. */
  functionTypeIndex(): number {
    const at = this.reader.pos;
    const index = this.typeIndex();
    const type = this.types[index];
    if (type.kind !== 'func') this.reader.fail('notFunctionType', `: type ${index}`, at);
    if (type.uncompiled !== undefined) this.need(type.uncompiled, at);
    return index;
  }

  private concrete(index: number, at: number, exact = false): number {
    if (index >= this.visible) this.reader.fail('unknownType', ` ${index}`, at);
    const type = this.types[index];
    if (type === undefined) this.ownGroupSeen = true;
    else if (type.kind !== 'func') this.need('gc', at);
    return concreteHeap(this.idOf(index), exact);
  }

  /** The contents of the type section. */
  typeSection(): void {
    this.inTypeSection = true;
    const countAt = this.reader.pos;
    const groups = this.reader.u32();
    if (groups > limits.recursionGroups) this.reader.fail('limit', `: ${groups} recursion groups, at most ${limits.recursionGroups}`, countAt);
    for (let group = 0; group < groups; group++) {
      const at = this.reader.pos;
      let size = 1;
      if (this.reader.peek() === Form.Recursive) {
        this.reader.pos++;
        this.need('gc', at);
        size = this.reader.u32();
      }
      this.recursionGroup(size, at);
    }
    this.inTypeSection = false;
  }

  private recursionGroup(size: number, at: number): void {
    const start = this.types.length;
    if (start + size > limits.types) this.reader.fail('limit', `: more than ${limits.types} types`, at);
    if (size > this.reader.end - this.reader.pos) this.reader.fail('unexpectedEnd', '', this.reader.end);
    this.visible = start + size;
    if (this.visible > this.typeIds.length) {
      const grown = new Uint32Array(Math.max(16, this.visible * 2));
      grown.set(this.typeIds);
      this.typeIds = grown;
    }
    const decoded: Definition[] = [];
    for (let member = 0; member < size; member++) decoded.push(this.definition(start + member));
    const aggregate = decoded.some(({ type }) => type.kind !== 'func');
    for (let member = 0; member < size; member++) {
      const { type, namesOwnGroup } = decoded[member];
      this.types.push(aggregate && namesOwnGroup && type.kind === 'func' ? { ...type, uncompiled: 'gc' } : type);
      this.typeIds[start + member] = start + member;
      this.groupStarts.push(start);
    }
    this.checkDescriptors(decoded, start);
    for (let member = 0; member < size; member++) this.checkSuperType(start + member, decoded[member]);
    const key = this.types
      .slice(start)
      .map((type) => structureKey(type, start))
      .join(';');
    const first = this.groups.get(key);
    if (first === undefined) {
      this.groups.set(key, start);
      return;
    }
    for (let member = 0; member < size; member++) {
      this.types[start + member] = this.types[first + member];
      this.typeIds[start + member] = first + member;
    }
  }

  private definition(index: number): Definition {
    this.uncompiledSeen = undefined;
    this.ownGroupSeen = false;
    const at = this.reader.pos;
    let form = this.reader.u8();
    let final = true;
    let superIndex = -1;
    if (form === Form.Sub || form === Form.SubFinal) {
      this.need('gc', at);
      final = form === Form.SubFinal;
      const count = this.reader.u32();
      if (count > 1) this.reader.fail('superType', ` ${index} has more than one super type`, at);
      if (count === 1) {
        superIndex = this.reader.u32();
        if (superIndex >= index) this.reader.fail('unknownType', ` ${superIndex}`, at);
      }
      form = this.reader.u8();
    }
    let describes = -1;
    let descriptor = -1;
    if (form === Form.Describes) {
      this.need('custom-descriptors');
      describes = this.reader.u32();
      form = this.reader.u8();
    }
    if (form === Form.Descriptor) {
      this.need('custom-descriptors');
      descriptor = this.reader.u32();
      form = this.reader.u8();
    }
    const superType = superIndex < 0 ? -1 : this.idOf(superIndex);
    const type = this.composite(form, { superType, final, descriptor: this.idOf(descriptor), describes: this.idOf(describes) }, at);
    return { type, superIndex, descriptor, describes, offset: at, namesOwnGroup: this.ownGroupSeen };
  }

  /** Canonical id of a type, which in its own group is its index; -1 of -1. */
  private idOf(index: number): number {
    return index >= 0 && index < this.types.length ? this.typeIds[index] : index;
  }

  private composite(form: number, head: Head, at: number): TypeDefinition {
    const { superType, final } = head;
    switch (form) {
      case Form.Func: {
        const params = this.typeVector(limits.functionParams, 'parameters');
        const results = this.typeVector(limits.functionResults, 'results');
        if (results.length > 1) this.need('multi-value', at);
        return { kind: 'func', params, results, superType, final, uncompiled: this.uncompiledSeen };
      }
      case Form.Struct: {
        this.need('gc', at);
        const countAt = this.reader.pos;
        const count = this.reader.u32();
        if (count > limits.structFields) this.reader.fail('limit', `: ${count} fields, at most ${limits.structFields}`, countAt);
        const fields: FieldType[] = [];
        for (let field = 0; field < count; field++) fields.push(this.field());
        return { kind: 'struct', fields, ...head, uncompiled: 'gc' };
      }
      case Form.Array:
        this.need('gc', at);
        return { kind: 'array', field: this.field(), superType, final, uncompiled: 'gc' };
      default:
        return this.reader.fail(form >= 0x80 ? 'integerTooLong' : 'definitionType', '', at);
    }
  }

  /** The clauses of a group agree, and each type is described after its descriptor's clause can name it. */
  private checkDescriptors(group: readonly Definition[], start: number): void {
    for (const [member, { descriptor, describes, offset }] of group.entries()) {
      if (describes >= 0) {
        const described = group[describes - start];
        if (described === undefined) this.reader.fail('describedType', ' is outside rec group', offset);
        if (described.descriptor !== start + member) this.reader.fail('describedType', ' is not described by descriptor', offset);
        if (describes >= start + member) this.reader.fail('describesForward', ` ${describes}`, offset);
      }
      if (descriptor >= 0) {
        const describing = group[descriptor - start];
        if (describing === undefined) this.reader.fail('descriptorType', ' is outside rec group', offset);
        if (describing.describes !== start + member) this.reader.fail('notDescribed', '', offset);
      }
    }
    for (const { type, descriptor, describes, offset } of group) {
      if (type.kind === 'struct') continue;
      if (descriptor >= 0) this.reader.fail('descriptorType', ' must be a struct', offset);
      if (describes >= 0) this.reader.fail('describedType', ' must be a struct', offset);
    }
  }

  private field(): FieldType {
    const byte = this.reader.peek();
    let storage: ValueType;
    if (byte === 0x78 || byte === 0x77) {
      this.reader.pos++;
      storage = byte === 0x78 ? Type.I8 : Type.I16;
    } else storage = this.valueType('storageType');
    const mutability = this.reader.u8();
    if (mutability > 1) this.reader.fail('mutability', '', this.reader.pos - 1);
    return { storage, mutable: mutability === 1 };
  }

  private typeVector(limit: number, what: string): Int32Array {
    const at = this.reader.pos;
    const count = this.reader.u32();
    if (count === 0) return noTypes;
    if (count > limit) this.reader.fail('limit', `: ${count} ${what}, at most ${limit}`, at);
    const types = new Int32Array(count);
    for (let index = 0; index < count; index++) types[index] = this.valueType();
    return types;
  }

  private checkSuperType(index: number, { superIndex, descriptor, describes, offset }: Definition): void {
    const { types, reader } = this;
    const type = types[index];
    if (superIndex < 0) return;
    const superType = types[superIndex];
    if (superType.final) reader.fail('superType', ` ${index} has final super type ${superIndex}`, offset);
    const [superDescriptor, superDescribes] = superType.kind === 'struct' ? [superType.descriptor, superType.describes] : [-1, -1];
    const mismatch = (): never => reader.fail('superType', ` ${index} does not match super type ${superIndex}`, offset);
    if (describes >= 0 !== superDescribes >= 0) mismatch();
    if (describes >= 0 && !isDeclaredSubtype(types, describes, superDescribes)) {
      reader.fail('describedType', ` ${describes} does not match ${superDescribes}`, offset);
    }
    if (superDescriptor >= 0 && descriptor < 0) mismatch();
    if (superDescriptor >= 0 && !isDeclaredSubtype(types, descriptor, superDescriptor)) {
      reader.fail('descriptorType', ` ${descriptor} does not match ${superDescriptor}`, offset);
    }
    if (!extendsType(types, type, superType)) mismatch();
    let depth = 0;
    for (let up = type.superType; up >= 0; up = types[up].superType) depth++;
    if (depth > limits.subtypingDepth) reader.fail('limit', `: more than ${limits.subtypingDepth} super types`, offset);
  }
}

/** Throws unless the feature is on and its rules are implemented. */
export function requireFeature(features: FeatureSet, feature: FeatureName, offset: number): void {
  if (!hasFeature(features & validatedFeatures, feature)) throw new WasmError('featureNeeded', offset, ` ${feature}`);
}

/** What equal members of equal recursion groups share; concrete types in it are canonical ids, or places in the group that starts at `groupStart`. */
export function structureKey(type: TypeDefinition, groupStart: number): string {
  const one = (valueType: ValueType): string => {
    if (!isReference(valueType)) return String(valueType);
    const heap = heapOf(valueType);
    const id = concreteId(heap);
    if (id < groupStart) return String(valueType);
    return `${valueType & (Type.Reference | Type.Nullable)}${isExact(heap) ? 'e' : 'r'}${id - groupStart}`;
  };
  const list = (types: Int32Array): string => Array.from(types, one).join(' ');
  const field = ({ storage, mutable }: FieldType): string => one(storage) + (mutable ? 'm' : '');
  const named = (id: number): string => (id < 0 ? '' : id < groupStart ? String(id) : `r${id - groupStart}`);
  const up = named(type.superType);
  const head = `${type.final ? 'f' : 'o'}${up},`;
  switch (type.kind) {
    case 'func':
      return `${head}F${list(type.params)}:${list(type.results)}`;
    case 'struct':
      return `${head}S${named(type.descriptor)},${named(type.describes)}:${type.fields.map(field).join(' ')}`;
    case 'array':
      return `${head}A${field(type.field)}`;
  }
}
