// Relocation: every index of every op goes where the map of its space says.

import { describe, expect, test } from '@jest/globals';
import { Builder } from '../builder.js';
import { Func } from '../function.js';
import { type Field, ImmKind, OPS, Op, accessBytesLog2, accessMemory, opImmediates } from '../ops.js';
import { type Relocation, relocate } from '../relocate.js';
import { Type } from '../types.js';

/** Index spaces that cannot be mistaken for each other. */
// biome-ignore format: a row is a line
const maps: Relocation = {
  functions: Uint32Array.of(10, 11), types: Uint32Array.of(20, 21), tables: Uint32Array.of(30, 31), memories: Uint32Array.of(40, 41),
  globals: Uint32Array.of(50, 51), tags: Uint32Array.of(60, 61), elements: Uint32Array.of(70, 71), dataSegments: Uint32Array.of(80, 81),
};

describe('relocate', () => {
  test('every index moves in its space, other numbers stay', () => {
    const moved: Readonly<Record<Field, number>> = {
      function: 11,
      type: 21,
      table: 31,
      memory: 41,
      global: 51,
      tag: 61,
      element: 71,
      data: 81,
      local: 1,
      value: 1,
    };
    OPS.forEach(({ name, fields }, op) => {
      const func = new Func(0, { params: [], results: [] });
      const inst = func.newInst(op, Type.None);
      func.imm[inst] = 1;
      func.imm2[inst] = 1;
      func.append(func.newBlock(), inst);
      relocate(func, maps);
      const [first = 1, second = 1] = fields.map((field) => moved[field]);
      expect([name, func.imm[inst], func.imm2[inst]]).toEqual([name, first, second]);
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
      if (opImmediates[func.op[inst]] === ImmKind.Fields) immediates.push([func.imm[inst], func.imm2[inst]]);
    }
    expect(immediates).toEqual([
      [81, 40],
      [70, 31],
      [11, 0],
    ]);
  });
});
