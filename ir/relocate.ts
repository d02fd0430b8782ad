// hot
// Moves a function from the index spaces of its module to those of a program of several modules: which immediates of
// an instruction are indices, and of what, the op table says.

import type { Func } from './function.js';
import { ImmKind, OPS, accessMemory, opImmediates, withMemory } from './ops.js';
import type { Field } from './ops.js';

/** The index spaces that instructions refer to. */
export type IndexSpace = 'functions' | 'types' | 'tables' | 'memories' | 'globals' | 'tags' | 'elements' | 'dataSegments';

/** By index space: the new index for each old one. */
export type Relocation = Readonly<Record<IndexSpace, Uint32Array>>;

/** The index space of a number in `imm` or `imm2`, if it is an index of the module. */
// biome-ignore format: a row is a line
const spaceOf: Readonly<Record<Field, IndexSpace | undefined>> = {
  function: 'functions', type: 'types', table: 'tables', memory: 'memories', global: 'globals', tag: 'tags', element: 'elements', data: 'dataSegments',
  local: undefined, value: undefined,
};

/** By op: the index spaces of `imm` and `imm2`. */
const indexSpaces = OPS.map(({ fields }) => fields.map((field) => spaceOf[field]));

/** Relocates every instruction of a function, and the function itself. */
export function relocate(func: Func, maps: Relocation): void {
  func.index = maps.functions[func.index];
  for (const block of func.order) {
    for (let inst = func.first[block]; inst >= 0; inst = func.next[inst]) {
      const op = func.op[inst];
      if (opImmediates[op] === ImmKind.Access) func.aux[inst] = withMemory(func.aux[inst], maps.memories[accessMemory(func.aux[inst])]);
      if (opImmediates[op] !== ImmKind.Fields) continue;
      const [first, second] = indexSpaces[op];
      if (first !== undefined) func.imm[inst] = maps[first][func.imm[inst]];
      if (second !== undefined) func.imm2[inst] = maps[second][func.imm2[inst]];
    }
  }
}
