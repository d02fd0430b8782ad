// What tables start with. A table that the module's bytes fill about to its size is an array in the image; one that is only
// declared large is made at the start, so that neither the compiler nor the file holds what the module does not contain.

import type { WasmModule } from '../../frontend/module.js';
import { constantOffset, constantValue, elementFunctions } from './constant-value.js';
import type { Instantiation } from './instantiation.js';

/** Function indices, -1 for null. */
export interface InitialTable {
  readonly size: number;
  /** Every element, unless the table is made at the start. */
  readonly elements: Int32Array | undefined;
  /** What elements are that no segment writes. */
  readonly fill: number;
  /** The segments that are there from the start, in order. */
  readonly segments: readonly { readonly offset: number; readonly functions: Int32Array }[];
}

/** Elements beyond twice those of its segments that all tables of a module together may have in the image. */
const SPARE_ELEMENTS = 1 << 16;

/** The initial tables of a module, with the active segments that are there from the start. */
export function initialTables(module: WasmModule, { elements: active }: Instantiation): InitialTable[] {
  const segments: { offset: number; functions: Int32Array }[][] = module.tables.map(() => []);
  for (const segment of active) {
    const { index, offset } = module.elements[segment].place!;
    segments[index].push({ offset: Number(constantOffset(offset)), functions: elementFunctions(module, segment) });
  }
  let spare = SPARE_ELEMENTS;
  return module.tables.map((table, i): InitialTable => {
    const size = Number(table.min);
    const fill = table.init === undefined ? -1 : constantValue(table.init).low;
    const own = segments[i];
    const beyond = size - 2 * own.reduce((sum, { functions }) => sum + functions.length, 0);
    if (beyond > spare) return { size, elements: undefined, fill, segments: own };
    spare -= Math.max(beyond, 0);
    const elements = new Int32Array(size).fill(fill);
    for (const { offset, functions } of own) elements.set(functions, offset);
    return { size, elements, fill, segments: own };
  });
}

/** Calls `visit` with every function that is in the table. */
export function eachFunction({ elements, fill, segments }: InitialTable, visit: (functionIndex: number) => void): void {
  const take = (f: number): void => {
    if (f >= 0) visit(f);
  };
  if (elements !== undefined) return elements.forEach(take);
  take(fill);
  for (const { functions } of segments) functions.forEach(take);
}
