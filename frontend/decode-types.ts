// Decodes value types, heap types and the type section (spec 5.3, 5.5.4), and gives equal types equal canonical ids:
// each recursion group is keyed by its structure, with references into itself relative to its start.
// Forms of the GC proposal are decoded; they are refused where something else uses them.

import { WasmError } from './errors.js';
import { type FeatureName, type FeatureSet, hasFeature, validatedFeatures } from './features.js';
import { limits } from './limits.js';
import type { FieldType, TypeDefinition, WasmModule } from './module.js';
import type { Reader } from './reader.js';
import { extendsType } from './subtyping.js';
import { concreteHeap, concreteId, Heap, heapOf, isReference, referenceType, Type, type ValueType } from './value-types.js';

interface AbstractHeap {
  readonly heap: number;
  readonly feature: FeatureName;
}

/** Type bytes of the plain value and storage types. */
const plainTypes: Readonly<Record<number, ValueType>> = {
  0x7f: Type.I32,
  0x7e: Type.I64,
  0x7d: Type.F32,
  0x7c: Type.F64,
  0x7b: Type.V128,
};

/** Type bytes of the abstract heap types, which are also those of their nullable references. */
const abstractHeaps: Readonly<Record<number, AbstractHeap>> = {
  0x70: { heap: Heap.Func, feature: 'reference-types' },
  0x6f: { heap: Heap.Extern, feature: 'reference-types' },
  0x6e: { heap: Heap.Any, feature: 'gc' },
  0x6d: { heap: Heap.Eq, feature: 'gc' },
  0x6c: { heap: Heap.I31, feature: 'gc' },
  0x6b: { heap: Heap.Struct, feature: 'gc' },
  0x6a: { heap: Heap.Array, feature: 'gc' },
  0x69: { heap: Heap.Exn, feature: 'exceptions' },
  0x71: { heap: Heap.None, feature: 'gc' },
  0x72: { heap: Heap.NoExtern, feature: 'gc' },
  0x73: { heap: Heap.NoFunc, feature: 'gc' },
  0x74: { heap: Heap.NoExn, feature: 'gc' },
};

/** Bytes that begin a definition in the type section. */
const enum Form {
  Func = 0x60,
  Struct = 0x5f,
  Array = 0x5e,
  Sub = 0x50,
  SubFinal = 0x4f,
  Recursive = 0x4e,
}

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
  /** In the type section GC types are noted here; elsewhere they are refused. */
  private inTypeSection = false;
  private gcSeen = false;
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

  need(feature: FeatureName, offset = this.reader.pos): void {
    if (feature === 'gc') {
      this.gcSeen = true;
      if (this.inTypeSection && hasFeature(this.features, feature)) return;
    }
    requireFeature(this.features, feature, offset);
  }

  valueType(): ValueType {
    const at = this.reader.pos;
    const byte = this.reader.peek();
    const plain = plainTypes[byte];
    if (plain !== undefined) {
      this.reader.pos++;
      if (plain === Type.V128) this.need('simd', at);
      return plain;
    }
    if (byte >= 0x40 || byte < 0) return this.referenceType('valueType');
    return this.reader.fail(byte < 0x80 ? 'valueType' : 'integerTooLong');
  }

  referenceType(malformed: 'valueType' | 'referenceType' = 'referenceType'): ValueType {
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

  /** A type index of a function type that no GC type occurs in. */
  functionTypeIndex(): number {
    const at = this.reader.pos;
    const index = this.typeIndex();
    const type = this.types[index];
    if (type.kind !== 'func') this.reader.fail('notFunctionType', `: type ${index}`, at);
    if (type.needsGc) requireFeature(this.features, 'gc', at);
    return index;
  }

  private concrete(index: number, at: number): number {
    if (index >= this.visible) this.reader.fail('unknownType', ` ${index}`, at);
    const type = this.types[index];
    if (type?.kind !== 'func' && type !== undefined) this.need('gc', at);
    // In its own group an index stands for itself until the group is canonical.
    return concreteHeap(index < this.types.length ? this.typeIds[index] : index);
  }

  /** The contents of the type section. */
  typeSection(): void {
    this.inTypeSection = true;
    const groups = this.reader.u32();
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
    const decoded: TypeDefinition[] = [];
    for (let member = 0; member < size; member++) decoded.push(this.definition(start + member));
    for (let member = 0; member < size; member++) {
      this.types.push(decoded[member]);
      this.typeIds[start + member] = start + member;
      this.groupStarts.push(start);
    }
    for (let member = 0; member < size; member++) this.checkSuperType(start + member, at);
    const key = decoded.map((type) => structureKey(type, start)).join(';');
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

  private definition(index: number): TypeDefinition {
    this.gcSeen = false;
    const at = this.reader.pos;
    let form = this.reader.u8();
    let final = true;
    let superType = -1;
    if (form === Form.Sub || form === Form.SubFinal) {
      this.need('gc', at);
      final = form === Form.SubFinal;
      const count = this.reader.u32();
      if (count > 1) this.reader.fail('superType', ` ${index} has more than one super type`, at);
      if (count === 1) {
        const named = this.reader.u32();
        if (named >= index) this.reader.fail('unknownType', ` ${named}`, at);
        superType = named < this.types.length ? this.typeIds[named] : named;
      }
      form = this.reader.u8();
    }
    switch (form) {
      case Form.Func: {
        const params = this.typeVector(limits.functionParams, 'parameters');
        const results = this.typeVector(limits.functionResults, 'results');
        if (results.length > 1) this.need('multi-value', at);
        return { kind: 'func', params, results, superType, final, needsGc: this.gcSeen };
      }
      case Form.Struct: {
        this.need('gc', at);
        const count = this.reader.u32();
        if (count > limits.structFields) this.reader.fail('limit', `: ${count} fields, at most ${limits.structFields}`, at);
        const fields: FieldType[] = [];
        for (let field = 0; field < count; field++) fields.push(this.field());
        return { kind: 'struct', fields, superType, final, needsGc: true };
      }
      case Form.Array:
        this.need('gc', at);
        return { kind: 'array', field: this.field(), superType, final, needsGc: true };
      default:
        return this.reader.fail(form >= 0x80 ? 'integerTooLong' : 'definitionType', '', at);
    }
  }

  private field(): FieldType {
    const byte = this.reader.peek();
    let storage: ValueType;
    if (byte === 0x78 || byte === 0x77) {
      this.reader.pos++;
      storage = byte === 0x78 ? Type.I8 : Type.I16;
    } else if (byte < 0x60 && byte >= 0) storage = this.reader.fail('storageType');
    else storage = this.valueType();
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

  private checkSuperType(index: number, at: number): void {
    const type = this.types[index];
    if (type.superType < 0) return;
    const superType = this.types[type.superType];
    if (superType.final || !extendsType(this.types, type, superType)) {
      this.reader.fail('superType', ` ${index} does not match super type ${type.superType}`, at);
    }
    let depth = 0;
    for (let up = type.superType; up >= 0; up = this.types[up].superType) depth++;
    if (depth > limits.subtypingDepth) this.reader.fail('limit', `: more than ${limits.subtypingDepth} super types`, at);
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
    const id = concreteId(heapOf(valueType));
    return id < groupStart ? String(valueType) : `${valueType & (Type.Reference | Type.Nullable)}r${id - groupStart}`;
  };
  const list = (types: Int32Array): string => Array.from(types, one).join(' ');
  const field = ({ storage, mutable }: FieldType): string => one(storage) + (mutable ? 'm' : '');
  const up = type.superType < 0 ? '' : type.superType < groupStart ? String(type.superType) : `r${type.superType - groupStart}`;
  const head = `${type.final ? 'f' : 'o'}${up},`;
  switch (type.kind) {
    case 'func':
      return `${head}F${list(type.params)}:${list(type.results)}`;
    case 'struct':
      return `${head}S${type.fields.map(field).join(' ')}`;
    case 'array':
      return `${head}A${field(type.field)}`;
  }
}
