// Value types of the IR: what a register holds. One instruction's `type` says which it computes with.
// Reference types are opaque pointers here; their static refinement (heap types) ends with validation.

export const enum Type {
  None = 0,
  I32 = 1,
  I64 = 2,
  F32 = 3,
  F64 = 4,
  V128 = 5,
  FuncRef = 6,
  ExternRef = 7,
  ExnRef = 8,
}

/** Sets of types, as bits `1 << Type`. */
export const enum TypeSet {
  None = 1 << Type.None,
  I32 = 1 << Type.I32,
  I64 = 1 << Type.I64,
  F32 = 1 << Type.F32,
  F64 = 1 << Type.F64,
  ExnRef = 1 << Type.ExnRef,
  Int = I32 | I64,
  Float = F32 | F64,
  Number = Int | Float,
  /** Numbers and vectors. */
  Numeric = Number | (1 << Type.V128),
  Ref = (1 << Type.FuncRef) | (1 << Type.ExternRef) | ExnRef,
  Any = Numeric | Ref,
}

/** Names in the text form, indexed by `Type`. */
export const TYPE_NAMES: readonly string[] = ['none', 'i32', 'i64', 'f32', 'f64', 'v128', 'funcref', 'externref', 'exnref'];

/** Bytes that a value of each type occupies in memory, indexed by `Type` (references: a native pointer). */
export const TYPE_BYTES: readonly number[] = [0, 4, 8, 4, 8, 16, 8, 8, 8];

/** The type with this name in the text form, or undefined. */
export function typeNamed(name: string): Type | undefined {
  const index = TYPE_NAMES.indexOf(name);
  return index < 0 ? undefined : index;
}
