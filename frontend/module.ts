// The decoded module: plain data, everything except function bodies, which stay ranges of bytes.
// Index spaces hold imports first, as in the specification. Numbers of types are `ValueType`s.

import type { FeatureName, FeatureSet } from './features.js';
import type { ValueType } from './value-types.js';

export interface FunctionType {
  readonly kind: 'func';
  readonly params: Int32Array;
  readonly results: Int32Array;
  readonly superType: number;
  readonly final: boolean;
  /** The feature that a parameter or result needs and that cannot be compiled. */
  readonly uncompiled: FeatureName | undefined;
}

export interface StructType {
  readonly kind: 'struct';
  readonly fields: readonly FieldType[];
  readonly superType: number;
  readonly final: boolean;
  /** Canonical id of the type of its descriptors, or -1 (custom descriptors). */
  readonly descriptor: number;
  /** Canonical id of the type that it is the descriptor of, or -1. */
  readonly describes: number;
  readonly uncompiled: FeatureName | undefined;
}

export interface ArrayType {
  readonly kind: 'array';
  readonly field: FieldType;
  readonly superType: number;
  readonly final: boolean;
  readonly uncompiled: FeatureName | undefined;
}

export interface FieldType {
  /** A value type, or the storage type i8 or i16. */
  readonly storage: ValueType;
  readonly mutable: boolean;
}

/** `superType` is a canonical id, or -1. */
export type TypeDefinition = FunctionType | StructType | ArrayType;

export interface TableType {
  readonly element: ValueType;
  readonly min: bigint;
  readonly max: bigint | undefined;
  readonly is64: boolean;
}

export interface MemoryType {
  /** In pages. */
  readonly min: bigint;
  readonly max: bigint | undefined;
  readonly shared: boolean;
  readonly is64: boolean;
  readonly pageSizeLog2: number;
}

export interface GlobalType {
  readonly type: ValueType;
  readonly mutable: boolean;
}

/** A table of the index space; `init` is the value of every element, absent = null, imported = absent. */
export interface Table extends TableType {
  readonly init: ConstantExpression | undefined;
}

/** A global of the index space; `init` is absent where it is imported. */
export interface Global extends GlobalType {
  readonly init: ConstantExpression | undefined;
}

/** One step of a constant expression, in postfix order. */
export type ConstantStep =
  /** `bits` is the unsigned bit pattern. */
  | { readonly op: 'const'; readonly type: ValueType; readonly bits: bigint }
  | { readonly op: 'global.get'; readonly index: number }
  | { readonly op: 'ref.func'; readonly index: number }
  | { readonly op: 'ref.null'; readonly type: ValueType }
  | ArithmeticStep
  /** An operator of the GC proposal, which is validated only. */
  | { readonly op: 'aggregate'; readonly type: ValueType };

/** An operation on the two values before it. */
export interface ArithmeticStep {
  readonly op: 'add' | 'sub' | 'mul';
  readonly type: ValueType;
}

/**
 * A constant expression, evaluated as far as the module alone allows:
 * one step where it is known or a copy of an imported global, more where arithmetic on imported globals is left.
 */
export interface ConstantExpression {
  readonly type: ValueType;
  readonly steps: readonly ConstantStep[];
  readonly offset: number;
}

export type ExternalKind = 'function' | 'table' | 'memory' | 'global' | 'tag';

/** `index` is that of the import in the index space of its kind. */
export type Import = { readonly module: string; readonly name: string; readonly index: number; readonly offset: number } & (
  | { readonly kind: 'function' | 'tag'; readonly typeIndex: number }
  | { readonly kind: 'table'; readonly type: TableType }
  | { readonly kind: 'memory'; readonly type: MemoryType }
  | { readonly kind: 'global'; readonly type: GlobalType }
);

export interface Export {
  readonly name: string;
  readonly kind: ExternalKind;
  readonly index: number;
  readonly offset: number;
}

export interface FunctionSpace {
  readonly importCount: number;
  /** Imported and defined. */
  readonly count: number;
  /** By function index. */
  readonly typeIndex: Uint32Array;
  /** By function index: absolute offset of the body's local declarations; 0 for imports. */
  readonly bodyStart: Uint32Array;
  /** By function index: absolute offset behind the body's final `end`. */
  readonly bodyEnd: Uint32Array;
  /** By function index: 1 where its type is known exactly (custom descriptors): defined here, or imported as such. */
  readonly exact: Uint8Array;
  /** By function index: 1 where it occurs outside bodies, so that `ref.func` may name it (spec `C.refs`). */
  readonly declared: Uint8Array;
}

/** A segment's place, absent for passive and declarative segments. */
export interface ActivePlace {
  readonly index: number;
  readonly offset: ConstantExpression;
}

export interface ElementSegment {
  readonly mode: 'active' | 'passive' | 'declarative';
  readonly type: ValueType;
  /** Table and offset of an active segment. */
  readonly place: ActivePlace | undefined;
  /** Function indices, -1 = null; or expressions where some item is neither. */
  readonly items:
    | { readonly kind: 'functions'; readonly indices: Int32Array }
    | { readonly kind: 'expressions'; readonly expressions: readonly ConstantExpression[] };
  readonly offset: number;
}

export interface DataSegment {
  readonly mode: 'active' | 'passive';
  /** Memory and offset of an active segment. */
  readonly place: ActivePlace | undefined;
  /** Absolute range of the bytes in the module. */
  readonly start: number;
  readonly end: number;
}

/** A custom section: the absolute range of its contents behind the name. */
export interface CustomSection {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Where a feature is used that is validated but cannot be compiled. */
export interface UncompiledUse {
  readonly feature: FeatureName;
  readonly offset: number;
}

export interface WasmModule {
  readonly bytes: Uint8Array;
  readonly features: FeatureSet;
  readonly types: readonly TypeDefinition[];
  /** By type index: the canonical id, which is the index of the first type that equals it. */
  readonly typeIds: Uint32Array;
  /** By type index: the first type of its recursion group. */
  readonly typeGroups: Uint32Array;
  typeId(typeIndex: number): number;
  readonly imports: readonly Import[];
  readonly functions: FunctionSpace;
  readonly tables: readonly Table[];
  readonly memories: readonly MemoryType[];
  readonly globals: readonly Global[];
  /** Type index by tag index. */
  readonly tags: readonly number[];
  readonly exports: readonly Export[];
  readonly start: number | undefined;
  readonly elements: readonly ElementSegment[];
  readonly dataSegments: readonly DataSegment[];
  /** From the data count section, if there is one. */
  readonly dataCount: number | undefined;
  readonly customSections: readonly CustomSection[];
  /** The first such use outside the type section and bodies. */
  readonly uncompiled: UncompiledUse | undefined;
}

/** The function type of a function index. */
export function functionType(module: WasmModule, functionIndex: number): FunctionType {
  return functionTypeAt(module, module.functions.typeIndex[functionIndex]);
}

/** The function type at a type index that was validated to be one. */
export function functionTypeAt(module: WasmModule, typeIndex: number): FunctionType {
  const type = module.types[typeIndex];
  if (type?.kind !== 'func') throw new Error(`type ${typeIndex} is not a function type`);
  return type;
}
