// The SSA builder: functions made to be expensive. What it makes of small ones, fixtures/stages shows.

import { describe, expect, test } from '@jest/globals';
import { Op } from '../../ir/ops.js';
import { buildFunction } from '../build-ssa.js';
import { decodeModule } from '../decode-module.js';
import { assemble, functionType, i32, leb, longBody, section, vector } from './assemble.js';

// Sizes at which anything quadratic would run into jest's timeout.
describe('expensive functions', () => {
  test('50,000 locals and 20,000 blocks', () => {
    const ifs: number[] = [];
    for (let index = 0; index < 20_000; index++) ifs.push(0x20, 0, 0x04, 0x40, 0x41, 1, 0x21, ...leb(index), 0x0b);
    const bytes = assemble(section(1, vector(functionType([], []))), section(3, vector([0])), section(10, vector(longBody([[50_000, i32]], ifs))));
    const func = buildFunction(decodeModule(bytes), 0);
    expect(func.order.length).toBe(40_001);
    expect(func.valueCount).toBeLessThan(100_000);
  });

  test('500 locals that are all read behind 500 merges', () => {
    const code: number[] = [];
    for (let index = 0; index < 500; index++) code.push(0x20, 0, 0x04, 0x40, 0x41, 1, 0x21, ...leb(index), 0x0b);
    for (let index = 0; index < 500; index++) code.push(0x20, ...leb(index), 0x1a);
    const bytes = assemble(section(1, vector(functionType([], []))), section(3, vector([0])), section(10, vector(longBody([[500, i32]], code))));
    const func = buildFunction(decodeModule(bytes), 0);
    expect(func.blockParams.reduce((count, params) => count + params.length, 0)).toBe(500);
  });

  test('4,000 locals behind 4,000 merges are in memory', () => {
    const code: number[] = [];
    for (let local = 0; local < 4000; local++) code.push(0x20, 0, 0x04, 0x40, 0x41, local & 63, 0x21, ...leb(1 + local), 0x0b); // local.get 0, if, i32.const, local.set, end
    for (let local = 0; local < 4000; local++) code.push(0x20, ...leb(1 + local), 0x1a); // local.get, drop
    const bytes = assemble(section(1, vector(functionType([i32], []))), section(3, vector([0])), section(10, vector(longBody([[4000, i32]], code))));
    const func = buildFunction(decodeModule(bytes), 0);
    expect(func.blockParams.reduce((count, params) => count + params.length, 0)).toBe(1);
    const ops: number[] = Array.from(func.op.subarray(0, func.instCount));
    // Two for each local besides its zero, and the parameter's.
    expect(ops.filter((op) => op === Op.SlotSet).length).toBe(2 * 4000 + 1);
    expect(ops.filter((op) => op === Op.SlotGet).length).toBe(2 * 4000);
  });

  test('60,000 nested loops, blocks and ifs', () => {
    const depth = 20_000;
    const opened = Array.from({ length: depth }, () => [0x03, 0x40, 0x02, 0x40, 0x20, 0, 0x04, 0x40]).flat();
    const closed = Array<number>(depth * 3).fill(0x0b);
    const code = longBody([], [...opened, 0x41, 1, 0x21, 0, ...closed, 0x20, 0]);
    const bytes = assemble(section(1, vector(functionType([i32], [i32]))), section(3, vector([0])), section(10, vector(code)));
    expect(buildFunction(decodeModule(bytes), 0).order.length).toBeGreaterThan(depth);
  });

  test('a br_table of 60,000 entries', () => {
    const targets = Array.from({ length: 60_000 }, (_, index) => index & 1);
    const code = [0x02, 0x40, 0x02, 0x40, 0x20, 0, 0x0e, ...leb(60_000), ...targets, 0, 0x0b, 0x41, 1, 0x21, 0, 0x0b, 0x20, 0];
    const bytes = assemble(section(1, vector(functionType([i32], [i32]))), section(3, vector([0])), section(10, vector(longBody([], code))));
    const func = buildFunction(decodeModule(bytes), 0);
    expect(func.edgeCount[func.terminator(func.order[0])]).toBe(60_001);
  });
});
