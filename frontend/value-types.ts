// Value types as small integers, so that operand stacks are typed arrays.
// A reference type is `Reference | nullability | heap type << heapShift`; a heap type is an abstract one
// (below `firstConcreteHeap`) or `firstConcreteHeap` + twice the canonical type id, plus one where it is exact.
// Equal types are equal numbers.

/** A value type; see the enum. Storage types of GC fields use the same numbers. */
export type ValueType = number;

/** `Bottom` is the type of operands of unreachable code. */
export const enum Type {
  Bottom = 0,
  I32 = 1,
  I64 = 2,
  F32 = 3,
  F64 = 4,
  V128 = 5,
  /** Storage types only. */
  I8 = 6,
  I16 = 7,
  Reference = 8,
  Nullable = 16,
  /** (ref null func) */
  FuncRef = 24,
  /** (ref null extern) */
  ExternRef = 56,
  /** (ref null exn) */
  ExnRef = 344,
  /** (ref exn) */
  NonNullExnRef = 328,
}

export const enum Heap {
  Func = 0,
  Extern = 1,
  Any = 2,
  Eq = 3,
  I31 = 4,
  Struct = 5,
  Array = 6,
  None = 7,
  NoFunc = 8,
  NoExtern = 9,
  Exn = 10,
  NoExn = 11,
}

const heapShift = 5;
const firstConcreteHeap = 16;

const heapNames = ['func', 'extern', 'any', 'eq', 'i31', 'struct', 'array', 'none', 'nofunc', 'noextern', 'exn', 'noexn'];
const plainNames = ['bot', 'i32', 'i64', 'f32', 'f64', 'v128', 'i8', 'i16'];

export function referenceType(nullable: boolean, heap: number): ValueType {
  return Type.Reference | (nullable ? Type.Nullable : 0) | (heap << heapShift);
}

/** Heap type of the type with canonical id `id`; an exact one leaves out its subtypes (custom descriptors). */
export function concreteHeap(id: number, exact = false): number {
  return firstConcreteHeap + id * 2 + (exact ? 1 : 0);
}

export function isReference(type: ValueType): boolean {
  return type >= Type.Reference;
}

export function isNullable(type: ValueType): boolean {
  return (type & Type.Nullable) !== 0;
}

export function asNonNull(type: ValueType): ValueType {
  return type & ~Type.Nullable;
}

export function asNullable(type: ValueType): ValueType {
  return type | Type.Nullable;
}

export function heapOf(type: ValueType): number {
  return type >>> heapShift;
}

/** Canonical id of a concrete heap type, or -1 for an abstract one. */
export function concreteId(heap: number): number {
  return heap < firstConcreteHeap ? -1 : (heap - firstConcreteHeap) >>> 1;
}

export function isExact(heap: number): boolean {
  return heap >= firstConcreteHeap && ((heap - firstConcreteHeap) & 1) !== 0;
}

/** Text format of a heap type; a concrete one prints as its canonical id. */
export function heapName(heap: number): string {
  if (heap < firstConcreteHeap) return heapNames[heap] ?? 'bot';
  return isExact(heap) ? `(exact ${concreteId(heap)})` : String(concreteId(heap));
}

/** Has the type a default value: zero, or null. */
export function isDefaultable(type: ValueType): boolean {
  return type < Type.Reference || (type & Type.Nullable) !== 0;
}

/** Text format of a value type; concrete heap types print as their canonical id. */
export function typeName(type: ValueType): string {
  if (type < Type.Reference) return plainNames[type] ?? 'bot';
  if (type === Type.FuncRef) return 'funcref';
  if (type === Type.ExternRef) return 'externref';
  if (type === Type.ExnRef) return 'exnref';
  const name = heapName(heapOf(type));
  return isNullable(type) ? `(ref null ${name})` : `(ref ${name})`;
}

export function typeList(types: ArrayLike<ValueType>): string {
  return `[${Array.from(types, typeName).join(' ')}]`;
}
