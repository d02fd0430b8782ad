// For which types an immutable table has an array of code of its own: where the element has another type, or is null, the
// array holds the trap, so that an indirect call compares the index only and the trap is what it calls.

import type { Plan } from '../plan/plan.js';

/** Tables up to this length have an array for each type, longer ones for the type of most elements. */
const SHORT_TABLE = 32;

const typesOfTable = new WeakMap<Int32Array, ReadonlySet<number>>();

/** The canonical ids of the types that have an array, of a table that never changes. */
export function typedArrays(plan: Plan, elements: Int32Array): ReadonlySet<number> {
  let types = typesOfTable.get(elements);
  if (types === undefined) {
    const counts = new Map<number, number>();
    for (const f of elements) if (f >= 0) counts.set(plan.functions[f].typeId, (counts.get(plan.functions[f].typeId) ?? 0) + 1);
    types = new Set([...counts].flatMap(([type, count]) => (elements.length <= SHORT_TABLE || 2 * count > elements.length ? [type] : [])));
    typesOfTable.set(elements, types);
  }
  return types;
}
