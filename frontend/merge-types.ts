// The types of several modules in one index space, one module's behind the other's, with canonical ids made anew: equal
// types of different modules get one id. Works on recursion groups, whose structure `structureKey` compares.

import { structureKey } from './decode-types.js';
import type { FieldType, TypeDefinition, WasmModule } from './module.js';
import { concreteHeap, concreteId, heapOf, isExact, isNullable, isReference, referenceType, type ValueType } from './value-types.js';

export interface MergedTypes {
  readonly types: readonly TypeDefinition[];
  readonly typeIds: Uint32Array;
  readonly typeGroups: Uint32Array;
  /** By module: where its types begin. */
  readonly first: readonly number[];
}

/** Merges the types of modules in order. */
export function mergeTypes(modules: readonly WasmModule[]): MergedTypes {
  const total = modules.reduce((sum, module) => sum + module.types.length, 0);
  const merged: { types: TypeDefinition[]; typeIds: Uint32Array; typeGroups: Uint32Array; first: number[] } = {
    types: [],
    typeIds: new Uint32Array(total),
    typeGroups: new Uint32Array(total),
    first: [],
  };
  const groups = new Map<string, number>();
  for (const module of modules) {
    const base = merged.types.length;
    merged.first.push(base);
    for (let start = 0; start < module.types.length; ) {
      let end = start;
      while (end < module.types.length && module.typeGroups[end] === start) end++;
      addGroup(merged, groups, module, base, start, end);
      start = end;
    }
  }
  return merged;
}

function addGroup(
  merged: { types: TypeDefinition[]; typeIds: Uint32Array; typeGroups: Uint32Array },
  groups: Map<string, number>,
  module: WasmModule,
  base: number,
  start: number,
  end: number,
): void {
  const at = base + start;
  const idOf = (id: number): number => (id >= start ? base + id : merged.typeIds[base + id]);
  // A group that equals an earlier one of its module is that one.
  const known = module.typeIds[start] === start ? undefined : merged.typeIds[base + module.typeIds[start]];
  for (let index = start; index < end; index++) {
    merged.types.push(known === undefined ? relocateDefinition(module.types[index], idOf) : merged.types[known + index - start]);
    merged.typeGroups[base + index] = at;
  }
  const key =
    known === undefined
      ? merged.types
          .slice(at)
          .map((type) => structureKey(type, at))
          .join(';')
      : '';
  const first = known ?? groups.get(key) ?? at;
  if (known === undefined) groups.set(key, first);
  for (let index = 0; index < end - start; index++) {
    merged.typeIds[at + index] = first + index;
    merged.types[at + index] = merged.types[first + index];
  }
}

/** A value type with another canonical id in the place of its own, if it has one. */
export function relocateValueType(type: ValueType, idOf: (id: number) => number): ValueType {
  if (!isReference(type)) return type;
  const heap = heapOf(type);
  const id = concreteId(heap);
  return id < 0 ? type : referenceType(isNullable(type), concreteHeap(idOf(id), isExact(heap)));
}

function relocateDefinition(type: TypeDefinition, idOf: (id: number) => number): TypeDefinition {
  const one = (valueType: ValueType): ValueType => relocateValueType(valueType, idOf);
  const field = ({ storage, mutable }: FieldType): FieldType => ({ storage: one(storage), mutable });
  const named = (id: number): number => (id < 0 ? -1 : idOf(id));
  const superType = named(type.superType);
  switch (type.kind) {
    case 'func':
      return { ...type, superType, params: type.params.map(one), results: type.results.map(one) };
    case 'struct':
      return { ...type, superType, descriptor: named(type.descriptor), describes: named(type.describes), fields: type.fields.map(field) };
    case 'array':
      return { ...type, superType, field: field(type.field) };
  }
}
