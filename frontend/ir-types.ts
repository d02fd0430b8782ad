// Value types of the module → IR types. Function types of every shape are one kind of pointer here.

import { Heap, concreteId, heapOf, isReference } from './value-types.js';
import type { ValueType } from './value-types.js';
import { Type } from '../ir/types.js';

/** The IR type of a value type; references of the GC proposal have none of their own and count as opaque. */
export function irType(type: ValueType): Type {
  if (!isReference(type)) return type; // the numbers of both enums agree up to v128
  const heap = heapOf(type);
  if (concreteId(heap) >= 0 || heap === Heap.Func || heap === Heap.NoFunc) return Type.FuncRef;
  return heap === Heap.Exn || heap === Heap.NoExn ? Type.ExnRef : Type.ExternRef;
}
