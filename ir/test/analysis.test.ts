// Control-flow graph and dominators of random functions against their definitions.

import { describe, expect, test } from '@jest/globals';
import { computeCfg } from '../analysis/cfg.js';
import type { Cfg } from '../analysis/cfg.js';
import { computeDominators, dominates } from '../analysis/dominators.js';
import { bitLength, upperBound } from '../analysis/upper-bound.js';
import type { Func } from '../function.js';
import { parseFunction } from '../parser.js';
import { randomFunction } from './random-function.js';

/** The blocks that can be reached from the entry without passing `without`. */
function reachable(func: Func, without: number): Set<number> {
  const found = new Set<number>();
  const work = func.order[0] === without ? [] : [func.order[0]];
  for (let block = work.pop(); block !== undefined; block = work.pop()) {
    if (found.has(block)) continue;
    found.add(block);
    const end = func.last[block];
    for (let k = 0; k < func.edgeCount[end]; k++) {
      const target = func.edgeBlock[func.edge(end, k)];
      if (target !== without) work.push(target);
    }
  }
  return found;
}

function sources(cfg: Cfg, block: number): number[] {
  return [...cfg.incoming.subarray(cfg.incomingStart[block], cfg.incomingStart[block + 1])].map((edge) => cfg.edgeSource[edge]);
}

describe.each(Array.from({ length: 20 }, (_, seed) => seed * 31))('random function %i', (seed) => {
  const func = randomFunction(seed);
  const cfg = computeCfg(func);

  test('the order is a reverse postorder of the reachable blocks', () => {
    expect(new Set(cfg.order)).toEqual(reachable(func, -1));
    expect(cfg.order[0]).toBe(func.order[0]);
    const tree = computeDominators(func, cfg);
    for (const block of cfg.order) {
      // Only edges back to a dominator (the functions are reducible) go against the order.
      for (const source of sources(cfg, block)) expect(cfg.position[source] < cfg.position[block] || dominates(tree, block, source)).toBe(true);
    }
  });

  test('a block dominates those that cannot be reached without it', () => {
    const tree = computeDominators(func, cfg);
    for (const a of cfg.order) {
      const rest = reachable(func, a);
      for (const b of cfg.order) expect(dominates(tree, a, b)).toBe(!rest.has(b));
    }
  });
});

test('upper bounds', () => {
  const func = parseFunction(`func @0 "" (i32, i64) -> () {
b0(v0: i32, v1: i64):
  v2 = const.i32 4
  v3 = and.i32 v0, v2
  v4 = const.i32 3
  v5 = or.i32 v3, v4
  v6 = shl.i32 v5, v2
  v7 = load.i32 mem0 +0 bytes=2 align=1 v0
  v8 = mul.i32 v7, v7
  v9 = mul.i32 v8, v8
  v10 = const.i64 24
  v11 = shr_u.i64 v1, v10
  v12 = wrap.i32 from=i64 v11
  v13 = load.i32 mem0 +0 bytes=2 signed align=1 v0
  return ()
}`);
  expect([2, 3, 5, 6, 7, 8, 9, 11, 12, 13].map((value) => upperBound(func, value))).toEqual([
    4,
    4,
    7,
    112,
    65535,
    65535 * 65535,
    0xffffffff,
    2 ** 40 - 1,
    0xffffffff,
    0xffffffff,
  ]);
  expect([0, 1, 255, 256, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1].map(bitLength)).toEqual([0, 1, 8, 9, 32, 33, 53]);
});
