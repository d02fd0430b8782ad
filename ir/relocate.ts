// hot
// Moves a function from the index spaces of its module to those of a program of several modules: which immediates of
// an instruction are indices, and of what, is a table.

import type { Func } from './function.js';
import { ImmKind, OPS, Op, accessMemory, withMemory } from './ops.js';

/** The index spaces that instructions refer to. */
export type IndexSpace = 'functions' | 'types' | 'tables' | 'memories' | 'globals' | 'tags' | 'elements' | 'dataSegments';

/** By index space: the new index for each old one. */
export type Relocation = Readonly<Record<IndexSpace, Uint32Array>>;

/** What `imm` and `imm2` of an op with indices are; undefined where `imm2` is none. */
export const INDEX_SPACES: ReadonlyMap<Op, readonly [IndexSpace, IndexSpace?]> = new Map<Op, readonly [IndexSpace, IndexSpace?]>([
  [Op.RefFunc, ['functions']],
  [Op.MemorySize, ['memories']],
  [Op.MemoryGrow, ['memories']],
  [Op.MemoryCopy, ['memories', 'memories']],
  [Op.MemoryFill, ['memories']],
  [Op.MemoryInit, ['dataSegments', 'memories']],
  [Op.DataDrop, ['dataSegments']],
  [Op.GlobalGet, ['globals']],
  [Op.GlobalSet, ['globals']],
  [Op.TableGet, ['tables']],
  [Op.TableSet, ['tables']],
  [Op.TableSize, ['tables']],
  [Op.TableGrow, ['tables']],
  [Op.TableFill, ['tables']],
  [Op.TableCopy, ['tables', 'tables']],
  [Op.TableInit, ['elements', 'tables']],
  [Op.ElemDrop, ['elements']],
  [Op.Call, ['functions']],
  [Op.CallIndirect, ['types', 'tables']],
  [Op.CallRef, ['types']],
  [Op.ReturnCall, ['functions']],
  [Op.ReturnCallIndirect, ['types', 'tables']],
  [Op.ReturnCallRef, ['types']],
  [Op.CallUnwind, ['functions']],
  [Op.CallIndirectUnwind, ['types', 'tables']],
  [Op.CallRefUnwind, ['types']],
  [Op.ExnNew, ['tags']],
  [Op.ExnIs, ['tags']],
  [Op.ExnValue, ['tags']],
]);

/** Relocates every instruction of a function, and the function itself. */
export function relocate(func: Func, maps: Relocation): void {
  func.index = maps.functions[func.index]!;
  for (const block of func.order) {
    for (let inst = func.first[block]!; inst >= 0; inst = func.next[inst]!) {
      const op: Op = func.op[inst]!;
      if (OPS[op]!.imm === ImmKind.Access) {
        func.aux[inst] = withMemory(func.aux[inst]!, maps.memories[accessMemory(func.aux[inst]!)]!);
        continue;
      }
      const spaces = INDEX_SPACES.get(op);
      if (spaces === undefined) continue;
      func.imm[inst] = maps[spaces[0]][func.imm[inst]!]!;
      if (spaces[1] !== undefined) func.imm2[inst] = maps[spaces[1]][func.imm2[inst]!]!;
    }
  }
}
