// Matching of value types (spec 3.3 "Matching"). Canonical ids make equality of concrete types a comparison of numbers.

import type { FieldType, TypeDefinition } from './module.js';
import { concreteId, Heap, heapOf, isExact, isNullable, isReference, Type, type ValueType } from './value-types.js';

/** Does `sub` match `sup`? `types` is indexed by canonical id. */
export function isSubtype(types: readonly TypeDefinition[], sub: ValueType, sup: ValueType): boolean {
  if (sub === sup || sub === Type.Bottom) return true;
  if (!isReference(sub) || !isReference(sup)) return false;
  if (isNullable(sub) && !isNullable(sup)) return false;
  return isHeapSubtype(types, heapOf(sub), heapOf(sup));
}

/** Is the type with canonical id `sub` that with id `sup`, or declared as its subtype? */
export function isDeclaredSubtype(types: readonly TypeDefinition[], sub: number, sup: number): boolean {
  for (let at = sub; at >= 0; at = types[at].superType) if (at === sup) return true;
  return false;
}

/** The greatest heap type above one: any, func, extern or exn. */
export function topHeap(types: readonly TypeDefinition[], heap: number): Heap {
  const id = concreteId(heap);
  switch (id < 0 ? heap : abstractOf(types[id])) {
    case Heap.Func:
    case Heap.NoFunc:
      return Heap.Func;
    case Heap.Extern:
    case Heap.NoExtern:
      return Heap.Extern;
    case Heap.Exn:
    case Heap.NoExn:
      return Heap.Exn;
    default:
      return Heap.Any;
  }
}

export function isHeapSubtype(types: readonly TypeDefinition[], sub: number, sup: number): boolean {
  if (sub === sup) return true;
  const id = concreteId(sub);
  if (id >= 0) {
    if (concreteId(sup) < 0) return isHeapSubtype(types, abstractOf(types[id]), sup);
    return !isExact(sup) && isDeclaredSubtype(types, id, concreteId(sup));
  }
  const top = concreteId(sup) < 0 ? sup : abstractOf(types[concreteId(sup)]);
  switch (sub) {
    case Heap.I31:
    case Heap.Struct:
    case Heap.Array:
      return sup === Heap.Eq || sup === Heap.Any;
    case Heap.Eq:
      return sup === Heap.Any;
    case Heap.None:
      return top >= Heap.Any && top <= Heap.Array;
    case Heap.NoFunc:
      return top === Heap.Func;
    case Heap.NoExtern:
      return top === Heap.Extern;
    case Heap.NoExn:
      return top === Heap.Exn;
    default:
      return false;
  }
}

function abstractOf(type: TypeDefinition): number {
  switch (type.kind) {
    case 'func':
      return Heap.Func;
    case 'struct':
      return Heap.Struct;
    case 'array':
      return Heap.Array;
  }
}

/** Lists match when they are equally long and match element by element. */
export function areSubtypes(types: readonly TypeDefinition[], sub: Int32Array, sup: Int32Array): boolean {
  if (sub.length !== sup.length) return false;
  for (let index = 0; index < sub.length; index++) if (!isSubtype(types, sub[index], sup[index])) return false;
  return true;
}

/** May `sub` declare `sup` as its super type, by structure? */
export function extendsType(types: readonly TypeDefinition[], sub: TypeDefinition, sup: TypeDefinition): boolean {
  if (sub.kind === 'func' && sup.kind === 'func') {
    return areSubtypes(types, sup.params, sub.params) && areSubtypes(types, sub.results, sup.results);
  }
  if (sub.kind === 'array' && sup.kind === 'array') return isFieldSubtype(types, sub.field, sup.field);
  if (sub.kind === 'struct' && sup.kind === 'struct') {
    const { fields } = sub;
    return sup.fields.length <= fields.length && sup.fields.every((field, index) => isFieldSubtype(types, fields[index], field));
  }
  return false;
}

function isFieldSubtype(types: readonly TypeDefinition[], sub: FieldType, sup: FieldType): boolean {
  if (sub.mutable !== sup.mutable) return false;
  return sub.mutable ? sub.storage === sup.storage : isSubtype(types, sub.storage, sup.storage);
}
