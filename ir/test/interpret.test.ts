// The interpreter's memories, tables and calls: kinds of memory and table, segments, tail calls.

import { describe, expect, test } from '@jest/globals';
import { OutOfFuel, Thrown, interpret } from '../interpret.js';
import type { Machine } from '../interpret.js';
import { Trap } from '../interpret-numeric.js';
import { Op } from '../ops.js';
import { parseFunction } from '../parser.js';
import { verifyFunction } from '../verifier.js';

function machine(parts: Partial<Machine>): Machine {
  return { memories: [], globals: [], tables: [], maxPages: [], call: () => [], ...parts };
}

/** Runs a body of `(i64, i64) -> (i64)` with v0 and v1. */
function run(around: Machine, body: string, a = 0n, b = 0n): bigint {
  const func = parseFunction(`func @0 "" (i64, i64) -> (i64) {\nb0(v0: i64, v1: i64):\n${body}\n}`);
  verifyFunction(func);
  return interpret(func, [a, b], around)[0];
}

describe('exceptions', () => {
  const thrower = 'v2 = exn.new.exnref @1 (v0, v1)\nthrow.exnref v2';
  /** Catches tag `tag` and returns its second value, else throws again. */
  const catcher = (tag: number, between = ''): string => `v2 = call_unwind @7 (v0, v1, b1, b2) -> i64
b1:
return (v2)
b2:
v3 = catch.exnref
v4 = exn.is.exnref @${tag} v3
br_if v4, b3, b4
b3:
${between}v5 = exn.value.i64 @${tag} @1 v3
exn.free.exnref v3
return (v5)
b4:
throw.exnref v3`;
  const around = machine({ exceptions: [], call: (_op, _index, _table, [a, b]) => [run(around, thrower, a, b)] });

  test('a call goes on at its unwind edge', () => {
    expect(run(around, catcher(1), 5n, 9n)).toBe(9n);
    expect(() => run(around, catcher(0), 5n, 9n)).toThrow(Thrown);
  });

  test('without an exception at its other edge', () => {
    expect(run(machine({ call: () => [3n] }), catcher(1))).toBe(3n);
  });

  test('what is freed cannot be read, unless it was kept', () => {
    expect(() => run(around, catcher(1, 'exn.free.exnref v3\n'), 5n, 9n)).toThrow('is freed');
    expect(run(around, catcher(1, 'exn.keep.exnref v3\nexn.free.exnref v3\n'), 5n, 9n)).toBe(9n);
  });
});

describe('waiting', () => {
  const wait = 'v2 = const.i32 1\nv3 = atomic.wait.i32 mem0 +0 bytes=4 align=4 v0, v2, v1\nv4 = extend_u.i64 from=i32 v3\nreturn (v4)';
  test('ends when the value differs or the time is over, and traps where memory is not shared', () => {
    const shared = machine({ memories: [new Uint8Array(8)], sharedMemories: [true] });
    expect(run(shared, wait, 0n, 5n)).toBe(1n);
    shared.memories[0][0] = 1;
    expect(run(shared, wait, 0n, 5n)).toBe(2n);
    expect(() => run(shared, wait, 0n, 2n ** 64n - 1n)).toThrow('never ends');
    expect(() => run(machine({ memories: [new Uint8Array(8)] }), wait, 0n, 5n)).toThrow(Trap);
  });
});

describe('memories', () => {
  test('64-bit addresses do not wrap', () => {
    const around = machine({ memories: [new Uint8Array(16).fill(7)] });
    const load = 'v2 = load.i64 mem0 +8 bytes=8 align=8 v0\nreturn (v2)';
    expect(run(around, load, 0n)).toBe(0x0707070707070707n);
    expect(() => run(around, load, 2n ** 64n - 8n)).toThrow(Trap);
  });

  test('a page has the size that the memory says', () => {
    const around = machine({ memories: [new Uint8Array(5)], maxPages: [7], pageBytes: [1] });
    expect(run(around, 'v2 = memory.grow.i64 @0 v0\nreturn (v2)', 3n)).toBe(2n ** 64n - 1n);
    expect(run(around, 'v2 = memory.grow.i64 @0 v0\nreturn (v2)', 2n)).toBe(5n);
    expect(run(around, 'v2 = memory.size.i64 @0\nreturn (v2)')).toBe(7n);
  });

  test('memory.init reads a segment until it is dropped', () => {
    const around = machine({ memories: [new Uint8Array(0), new Uint8Array(4)], dataSegments: [Uint8Array.of(1, 2, 3)] });
    const init = 'v2 = const.i32 1\nv3 = const.i32 2\nmemory.init @0 @1 v0, v2, v3\nreturn (v0)';
    run(around, init, 2n);
    expect(around.memories[1]).toEqual(Uint8Array.of(0, 0, 2, 3));
    expect(() => run(around, init, 3n)).toThrow(Trap);
    run(around, 'data.drop @0\nreturn (v0)');
    expect(() => run(around, init, 0n)).toThrow(Trap);
  });
});

describe('tables', () => {
  test('grow, fill, copy and init', () => {
    const around = machine({ tables: [[1n, 2n]], maxElements: [4], elementSegments: [[8n, 9n]] });
    const grow = 'v2 = ref.null.funcref\nv3 = table.grow.i64 @0 v2, v0\nreturn (v3)';
    expect(run(around, grow, 3n)).toBe(2n ** 64n - 1n);
    expect(run(around, grow, 2n)).toBe(2n);
    run(around, 'table.copy @0 @0 v0, v1, v0\nreturn (v0)', 2n, 0n);
    expect(around.tables[0]).toEqual([1n, 2n, 1n, 2n]);
    run(around, 'v2 = const.i32 1\ntable.init @0 @0 v0, v2, v2\nreturn (v0)', 3n);
    run(around, 'v2 = ref.func.funcref @5\ntable.fill @0 v0, v2, v1\nreturn (v0)', 0n, 2n);
    expect(around.tables[0]).toEqual([5n, 5n, 1n, 9n]);
    run(around, 'elem.drop @0\nreturn (v0)');
    expect(() => run(around, 'v2 = const.i32 1\ntable.init @0 @0 v0, v2, v2\nreturn (v0)', 3n)).toThrow(Trap);
  });
});

test('a tail call returns what its callee does', () => {
  const calls: unknown[] = [];
  const around = machine({
    call: (op, index, table, args) => {
      calls.push([op, index, table, args]);
      return [77n];
    },
  });
  expect(run(around, 'return_call @3 (v0)', 5n)).toBe(77n);
  expect(run(around, 'return_call_indirect @2 @1 (v0, v1)', 5n, 6n)).toBe(77n);
  expect(calls).toEqual([
    [Op.ReturnCall, 3, 0, [5n]],
    [Op.ReturnCallIndirect, 2, 1, [5n, 6n]],
  ]);
});

test('a loop without end runs out of fuel', () => {
  expect(() => run(machine({}), 'br b1\nb1:\nbr b1')).toThrow(OutOfFuel);
});
