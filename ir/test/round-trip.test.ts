// print → parse → print gives the same text, for a function with one of everything.

import { describe, expect, test } from '@jest/globals';
import { Func } from '../function.js';
import { IrSyntaxError, parseFunction } from '../parser.js';
import { printFunction } from '../printer.js';
import { Builder } from '../builder.js';
import { Type } from '../types.js';
import { verifyFunction } from '../verifier.js';

const EVERYTHING = `func @12 "na\\"me;" (i32, i64, f32, f64) -> (i32, f64) {
b0(v0: i32, v1: i64, v2: f32, v3: f64):
  v4 = const.i32 -5
  v5 = const.i64 -9223372036854775808
  v6 = const.f32 0x7fa00001 ; NaN
  v7 = const.f64 0x3ff8000000000000 ; 1.5
  v8 = const.v128 0x000102030405060708090a0b0c0d0e0f
  v9 = ref.null.externref
  v10 = ref.func.funcref @3
  v11 = add.i32 v0, v4 !0x1a2b
  v12 = eqz.i64 v1
  v13 = wrap.i32 from=i64 v1
  v14 = trunc_sat_u.i64 from=f32 v2
  v15 = select.f64 v3, v7, v12
  v16 = load.i32 mem0 +16 bytes=1 signed align=1 v0
  v17 = load.i64 mem2 +4294967295 bytes=8 align=8 v11
  store.i64 mem0 +0 bytes=4 align=2 v16, v17
  store.v128 mem0 +8589934592 bytes=16 align=16 v1, v8
  memory.copy @0 @1 v0, v4, v11
  v18 = atomic.cmpxchg.i32 mem0 +4 bytes=4 align=4 v0, v4, v11
  atomic.fence
  v19, v20 = call @7 (v2, v3) -> i32, f64 !0x2
  call @8 ()
  v21 = call_indirect @2 @0 (v16, v11) -> i32
  global.set.f64 @1 v20
  v22 = ref.is_null.externref v9
  v23 = i16x8.splat v0
  v24 = i8x16.shuffle 0x0f0e0d0c0b0a09080706050403020100 v8, v23
  v25 = f64x2.replace_lane lane=1 v24, v3
  v26 = i32x4.relaxed_dot_i8x16_i7x16_add_s v8, v24, v25
  v27 = v128.any_true v26
  br_table v27, b1(v22), b3, b2
b1(v28: i32):
  br_if v28, b1(v29), b3
b2:
  v29 = const.i32 1
  br b1(v29)
b3:
  return (v0, v3)
}
`;

describe('text form', () => {
  test('round-trips', () => {
    expect(printFunction(parseFunction(EVERYTHING))).toBe(EVERYTHING);
  });

  test('numbers may be any; comments and blank lines are skipped', () => {
    const text = 'func @0 "" (i32) -> (i32) { ; header\n\n b7(v9: i32):\n  v3 = add.i32 v9, v9 ; twice\n  return (v3)\n}\n';
    expect(printFunction(parseFunction(text))).toBe('func @0 "" (i32) -> (i32) {\nb0(v0: i32):\n  v1 = add.i32 v0, v0\n  return (v1)\n}\n');
  });

  test('aliases are resolved and removed instructions are not printed', () => {
    const func = new Func(1, { params: [Type.I32], results: [Type.I32] });
    const builder = new Builder(func);
    builder.block = func.newBlock();
    const param = func.addParam(builder.block, Type.I32);
    const sum = builder.i32(7);
    builder.return([sum], 0, 1);
    func.replaceUses(sum, param);
    func.remove(func.definition(sum));
    verifyFunction(func);
    expect(printFunction(func)).toBe('func @1 "" (i32) -> (i32) {\nb0(v0: i32):\n  return (v0)\n}\n');
  });

  test.each([
    ['func @0 "" () -> () {\nb0:\n  frob\n}', 3],
    ['func @0 "" () -> () {\nb0:\n  v1 = add.i32 v0, v0\n  return ()\n}', 3],
    ['func @0 "" () -> () {\nb0:\n  br b4\n}', 3],
    ['func @0 "" () -> () {\nb0:\nb0:\n  return ()\n}', 3],
    ['func @0 "" () -> () {\nb0:\n  v1 = const.i32 1\n  v1 = const.i32 2\n}', 4],
    ['func @0 "" () -> () {\nb0:\n  return () v1\n}', 3],
    ['', 1],
  ])('a syntax error names the line: %j', (text, line) => {
    let found: unknown;
    try {
      parseFunction(text);
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(IrSyntaxError);
    expect(found).toHaveProperty('line', line);
  });
});
