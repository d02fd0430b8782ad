// Relocation: every op that has an index has its row, and every immediate goes where its map says.

import { describe, expect, test } from '@jest/globals';
import { Builder } from '../builder.js';
import { Func } from '../function.js';
import { ImmKind, OPS, Op, accessBytesLog2, accessMemory } from '../ops.js';
import { INDEX_SPACES, type Relocation, relocate } from '../relocate.js';
import { Type } from '../types.js';

/** Index spaces that cannot be mistaken for each other. */
const maps: Relocation = {
  functions: Uint32Array.of(10, 11), types: Uint32Array.of(20, 21), tables: Uint32Array.of(30, 31), memories: Uint32Array.of(40, 41),
  globals: Uint32Array.of(50, 51), tags: Uint32Array.of(60, 61), elements: Uint32Array.of(70, 71), dataSegments: Uint32Array.of(80, 81),
};

describe('relocate', () => {
  test('the table has a row for exactly the ops with indices', () => {
    OPS.forEach(({ name, imm }, op) => {
      const count = imm === ImmKind.Index ? 1 : imm === ImmKind.Index2 ? 2 : 0;
      const spaces = INDEX_SPACES.get(op);
      expect([name, spaces !== undefined]).toEqual([name, count > 0]);
      // The second index of exn.value counts the values of an exception.
      if (spaces !== undefined && op !== Op.ExnValue) expect([name, spaces.length]).toEqual([name, count]);
    });
  });

  test('indices and accesses move, offsets and widths stay', () => {
    const func = new Func(1, { params: [], results: [] });
    const builder = new Builder(func);
    builder.block = func.newBlock();
    const address = builder.i32(7);
    const load = func.definition(builder.access(Op.Load, Type.I32, 1, 16, 0, 2, 1, true, address));
    const init = func.definition(address);
    builder.ternary(Op.MemoryInit, Type.None, address, address, address, 1, 0);
    builder.ternary(Op.TableInit, Type.None, address, address, address, 0, 1);
    builder.nullary(Op.RefFunc, Type.FuncRef, 1);
    builder.return([], 0, 0);
    relocate(func, maps);
    expect(func.index).toBe(11);
    expect([accessMemory(func.aux[load]), accessBytesLog2(func.aux[load]), func.imm[load]]).toEqual([41, 1, 16]);
    expect(func.imm[init]).toBe(7);
    const immediates: number[][] = [];
    for (let inst = func.first[func.order[0]]; inst >= 0; inst = func.next[inst]) {
      if (INDEX_SPACES.has(func.op[inst])) immediates.push([func.imm[inst], func.imm2[inst]]);
    }
    expect(immediates).toEqual([[81, 40], [70, 31], [11, 0]]);
  });
});
