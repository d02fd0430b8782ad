// The driver: which passes run at which level, what the hooks see, and what the lists achieve together.

import { describe, expect, test } from '@jest/globals';
import { parseFunction } from '../parser.js';
import type { OptLevel } from '../pipeline.js';
import { PASSES, PIPELINES, runPipeline } from '../pipeline.js';
import { printFunction } from '../printer.js';
import { IrError } from '../verifier.js';
import { contextFrom } from './fixture-file.js';

const LEVELS: readonly OptLevel[] = ['O0', 'O1', 'O2', 'O3', 'Os'];

const FRAME = `func @0 "frame" (i32) -> (i32) {
b0(v0: i32):
  v1 = global.get.i32 @0
  v2 = const.i32 16
  v3 = sub.i32 v1, v2
  global.set.i32 @0 v3
  store.i32 mem0 +12 bytes=4 align=4 v3, v0
  v4 = load.i32 mem0 +12 bytes=4 align=4 v3
  v5 = eqz.i32 v4
  v6 = eqz.i32 v5
  br_if v6, b1, b2
b1:
  br_if v0, b2, b3
b2:
  v7 = load.i32 mem0 +12 bytes=4 align=4 v3
  br b4(v7)
b3:
  unreachable
b4(v8: i32):
  v9 = global.get.i32 @0
  v10 = const.i32 16
  v11 = add.i32 v9, v10
  global.set.i32 @0 v11
  return (v8)
}
`;

describe('the pipeline', () => {
  test.each(LEVELS)('%s runs its list, in order', (level) => {
    const ran: string[] = [];
    runPipeline(parseFunction(FRAME), level, contextFrom({}), { afterPass: (name) => ran.push(name), verify: true });
    expect(ran).toEqual(PIPELINES[level].map((pass) => pass.name));
  });

  test('every pass is in PASSES once and runs at some level', () => {
    const names = PASSES.map((pass) => pass.name);
    expect(new Set(names).size).toBe(names.length);
    const used = new Set(LEVELS.flatMap((level) => PIPELINES[level].map((pass) => pass.name)));
    expect([...used].sort()).toEqual([...names].sort());
  });

  test('O3 leaves of a stack frame what can be seen', () => {
    const func = parseFunction(FRAME);
    runPipeline(func, 'O3', contextFrom({}), { verify: true });
    expect(printFunction(func)).toBe(`func @0 "frame" (i32) -> (i32) {
b0(v0: i32):
  v1 = global.get.i32 @0
  v2 = const.i32 -16
  v3 = add.i32 v1, v2
  global.set.i32 @0 v3
  store.i32 mem0 +12 bytes=4 align=4 v3, v0
  global.set.i32 @0 v1
  return (v0)
}
`);
  });

  test('verify reports invalid input before any pass runs', () => {
    const func = parseFunction('func @0 "" (i64) -> (i32) {\nb0(v0: i64):\n  return (v0)\n}');
    expect(() => runPipeline(func, 'O0', contextFrom({}), { verify: true })).toThrow(IrError);
  });
});
