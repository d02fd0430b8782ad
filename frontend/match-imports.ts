// Import matching (spec 3.3 "External Types"): whether what a module exports is what another one imports. Limits are
// matched by what a table or memory starts with; whether it has grown enough by then is another question (`tooSmall`).

import type { ExternalKind, GlobalType, MemoryType, TableType, TypeDefinition } from './module.js';
import { isSubtype } from './subtyping.js';
import { concreteHeap, referenceType, typeName } from './value-types.js';

/** The type of an import or of what it is bound to; type ids are canonical ids of one index space. */
export type ExternalType =
  | { readonly kind: 'function' | 'tag'; readonly typeId: number }
  | { readonly kind: 'table'; readonly type: TableType }
  | { readonly kind: 'memory'; readonly type: MemoryType }
  | { readonly kind: 'global'; readonly type: GlobalType };

export type ImportMatch =
  | { readonly kind: 'matches' }
  /** It would match if it had grown to the minimum. */
  | { readonly kind: 'tooSmall'; readonly why: string }
  | { readonly kind: 'differs'; readonly why: string };

const matches: ImportMatch = { kind: 'matches' };

/** Does `actual` match what is wanted? */
export function matchImport(types: readonly TypeDefinition[], actual: ExternalType, wanted: ExternalType): ImportMatch {
  if (actual.kind === 'function' && wanted.kind === 'function') {
    const [sub, sup] = [actual, wanted].map(({ typeId }) => referenceType(false, concreteHeap(typeId)));
    return isSubtype(types, sub, sup) ? matches : differs('the functions have different types');
  }
  if (actual.kind === 'tag' && wanted.kind === 'tag') {
    return actual.typeId === wanted.typeId ? matches : differs('the tags have different types');
  }
  if (actual.kind === 'global' && wanted.kind === 'global') return matchGlobal(types, actual.type, wanted.type);
  if (actual.kind === 'table' && wanted.kind === 'table') return matchTable(types, actual.type, wanted.type);
  if (actual.kind === 'memory' && wanted.kind === 'memory') return matchMemory(actual.type, wanted.type);
  return differs(`it is ${article(actual.kind)}, imported as ${article(wanted.kind)}`);
}

function article(kind: ExternalKind): string {
  return `a ${kind}`;
}

function differs(why: string): ImportMatch {
  return { kind: 'differs', why };
}

/** Mutable globals are written as well as read, so their types are equal. */
function matchGlobal(types: readonly TypeDefinition[], actual: GlobalType, wanted: GlobalType): ImportMatch {
  const good = actual.mutable === wanted.mutable && (actual.mutable ? actual.type === wanted.type : isSubtype(types, actual.type, wanted.type));
  const text = ({ type, mutable }: GlobalType): string => `${mutable ? 'mut ' : ''}${typeName(type)}`;
  return good ? matches : differs(`the global is ${text(actual)}, imported as ${text(wanted)}`);
}

function matchTable(types: readonly TypeDefinition[], actual: TableType, wanted: TableType): ImportMatch {
  const same = isSubtype(types, actual.element, wanted.element) && isSubtype(types, wanted.element, actual.element);
  if (!same) return differs(`the table holds ${typeName(actual.element)}, imported as one of ${typeName(wanted.element)}`);
  if (actual.is64 !== wanted.is64) return differs(`the table has ${bits(actual)}-bit indices, imported with ${bits(wanted)}-bit ones`);
  return matchLimits(actual, wanted, 'elements');
}

function matchMemory(actual: MemoryType, wanted: MemoryType): ImportMatch {
  if (actual.is64 !== wanted.is64) return differs(`the memory has ${bits(actual)}-bit addresses, imported with ${bits(wanted)}-bit ones`);
  if (actual.shared !== wanted.shared)
    return differs(`the memory is ${actual.shared ? '' : 'not '}shared, imported as one that is${wanted.shared ? '' : ' not'}`);
  if (actual.pageSizeLog2 !== wanted.pageSizeLog2) {
    return differs(`the memory has pages of ${2 ** actual.pageSizeLog2} bytes, imported with pages of ${2 ** wanted.pageSizeLog2}`);
  }
  return matchLimits(actual, wanted, 'pages');
}

function bits({ is64 }: { readonly is64: boolean }): number {
  return is64 ? 64 : 32;
}

interface Limits {
  readonly min: bigint;
  readonly max: bigint | undefined;
}

function matchLimits(actual: Limits, wanted: Limits, unit: string): ImportMatch {
  if (wanted.max !== undefined && (actual.max === undefined || actual.max > wanted.max)) {
    return differs(`it may have ${actual.max ?? 'any number of'} ${unit}, imported with at most ${wanted.max}`);
  }
  if (actual.min >= wanted.min) return matches;
  const why = `it has ${actual.min} ${unit}, imported with at least ${wanted.min}`;
  return actual.max === undefined || actual.max >= wanted.min ? { kind: 'tooSmall', why } : differs(why);
}
