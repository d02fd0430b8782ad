// Each rule of the verifier, broken once.

import { describe, expect, test } from '@jest/globals';
import { Func } from '../function.js';
import { Op } from '../ops.js';
import { parseFunction } from '../parser.js';
import { Type } from '../types.js';
import { IrError, verifyFunction } from '../verifier.js';
import { contextFrom } from './fixture-file.js';

/** What the verifier says about a function: the rule, block and instruction, or undefined. */
function verdict(func: Func, context?: Parameters<typeof verifyFunction>[1]): IrError | undefined {
  try {
    verifyFunction(func, context);
    return undefined;
  } catch (error) {
    if (error instanceof IrError) return error;
    throw error;
  }
}

const body = (text: string): Func => parseFunction(`func @0 "" (i32, i64) -> (i32) {\nb0(v0: i32, v1: i64):\n${text}\n}`);

describe('in the text form', () => {
  test.each([
    ['terminator', 0, 'v2 = add.i32 v0, v0'],
    ['terminator', 0, 'return (v0)\nreturn (v0)'],
    ['terminator', 0, ''],
    ['type', 0, 'v2 = add.f32 v0, v0\nreturn (v0)'],
    ['type', 0, 'v2 = wrap.i32 from=i32 v0\nreturn (v0)'],
    ['type', 0, 'v2 = reinterpret.f64 from=i32 v0\nreturn (v0)'],
    ['operand-count', 0, 'v2 = add.i32 v0\nreturn (v0)'],
    ['operand-count', 0, 'call_ref @0 ()\nreturn (v0)'],
    ['operand-type', 0, 'call_ref @0 (v1, v0)\nreturn (v0)'],
    ['operand-type', 0, 'v2 = table.grow.i32 @0 v0, v0\nreturn (v0)'],
    ['edge-count', 0, 'return (v0, b1)\nb1:\nreturn (v0)'],
    ['operand-type', 0, 'v2 = add.i32 v0, v1\nreturn (v0)'],
    ['operand-type', 0, 'v2 = wrap.i32 from=i64 v0\nreturn (v0)'],
    ['operand-type', 0, 'br_if v1, b1, b1\nb1:\nreturn (v0)'],
    ['operand-type', 0, 'v2 = i8x16.splat v1\nreturn (v0)'],
    ['operand-count', 0, 'v2 = i8x16.splat v0, v0\nreturn (v0)'],
    ['lane', 0, 'v2 = i32x4.splat v0\nv3 = i32x4.extract_lane lane=4 v2\nreturn (v3)'],
    ['lane', 0, 'v2 = i32x4.splat v0\nv3 = i8x16.shuffle 0x00000000000000000000000000000020 v2, v2\nreturn (v0)'],
    ['access', 0, 'v2 = load.i32 mem0 +0 bytes=8 align=1 v0\nreturn (v0)'],
    ['access', 0, 'v2 = load.f64 mem0 +0 bytes=4 align=4 v0\nreturn (v0)'],
    ['access', 0, 'v2 = load.i32 mem0 +0 bytes=4 signed align=4 v0\nreturn (v0)'],
    ['access', 0, 'v2 = load.i32 mem0 +0 bytes=2 align=4 v0\nreturn (v0)'],
    ['dominance', 0, 'v2 = add.i32 v3, v0\nv3 = add.i32 v2, v0\nreturn (v0)'],
    ['dominance', 3, 'br_if v0, b1, b2\nb1:\nv2 = clz.i32 v0\nbr b3\nb2:\nbr b3\nb3:\nreturn (v2)'],
    ['dominance', 1, 'br b1\nb1:\nreturn (v9)\nb2(v9: i32):\nbr b1'],
    ['edge-count', 0, 'br_if v0, b1\nb1:\nreturn (v0)'],
    ['edge-target', 1, 'br b1\nb1:\nbr b0(v0, v1)'],
    ['edge-args', 0, 'br b1\nb1(v2: i32):\nreturn (v2)'],
    ['edge-args', 0, 'br b1(v1)\nb1(v2: i32):\nreturn (v2)'],
    ['signature', 0, 'return (v1)'],
    ['signature', 0, 'return (v0, v0)'],
  ])('%s in b%i: %j', (rule, block, text) => {
    expect(verdict(body(text))).toMatchObject({ rule, block });
  });

  test('entry parameters follow the signature', () => {
    expect(verdict(parseFunction('func @0 "" (i32) -> () {\nb0:\n  return ()\n}'))).toMatchObject({ rule: 'entry' });
  });

  test('calls and globals are checked against the module', () => {
    const context = contextFrom({ functions: { 3: [['i64'], ['i32']] }, types: { 0: [[], []] }, globals: { 1: 'i64' } });
    expect(verdict(body('v2 = call @3 (v1) -> i32\nv3 = global.get.i64 @1\nreturn (v2)'), context)).toBeUndefined();
    expect(verdict(body('v2 = call @3 (v0) -> i32\nreturn (v2)'), context)).toMatchObject({ rule: 'signature' });
    expect(verdict(body('v2 = call @3 (v1) -> i64\nreturn (v0)'), context)).toMatchObject({ rule: 'signature' });
    expect(verdict(body('call_indirect @0 @0 (v0, v0)\nreturn (v0)'), context)).toMatchObject({ rule: 'signature' });
    expect(verdict(body('return_call @3 (v1)'), context)).toBeUndefined();
    expect(verdict(body('return_call @3 (v0)'), context)).toMatchObject({ rule: 'signature' });
    expect(verdict(body('return_call_indirect @0 @0 (v0)'), context)).toMatchObject({ rule: 'signature' });
    expect(verdict(body('return_call_indirect @0 @0 ()'), context)).toMatchObject({ rule: 'operand-count' });
    expect(verdict(body('v2 = global.get.i32 @1\nreturn (v2)'), context)).toMatchObject({ rule: 'signature' });
  });

  test('a call with an unwind edge gives its results to one edge, and the other leads to a catch', () => {
    const call = (normal: string, landing: string): string => `v2 = call_unwind @3 (v0, ${normal}, b2) -> i32\nb1(v3: i32):\nreturn (v3)\nb2:\n${landing}`;
    const caught =
      'v4 = catch.exnref\nv5 = exn.is.exnref @0 v4\nbr_if v5, b3, b4\nb3:\nv6 = exn.value.i32 @0 @0 v4\nexn.free.exnref v4\nreturn (v6)\nb4:\nthrow.exnref v4';
    expect(verdict(body(call('b1(v2)', caught)))).toBeUndefined();
    expect(verdict(body(call('b1(v2)', 'return (v0)')))).toMatchObject({ rule: 'catch' });
    expect(verdict(body(call('b2', caught)))).toMatchObject({ rule: 'catch' });
    expect(verdict(body(call('b1(v2)', `v7 = const.i32 0\n${caught}`)))).toMatchObject({ rule: 'catch' });
    expect(verdict(body('v2 = call_unwind @3 (v0) -> i32'))).toMatchObject({ rule: 'edge-count' });
    expect(verdict(body(`br b2\nb2:\n${caught}`))).toMatchObject({ rule: 'catch' });
    expect(verdict(body('v2 = exn.new.exnref @0 (v0)\nv3 = exn.value.i32 @0 @0 v0\nthrow.exnref v2'))).toMatchObject({ rule: 'operand-type' });
  });

  test('valid functions pass, whatever unreachable blocks use', () => {
    expect(verdict(body('v2 = clz.i32 v0\nreturn (v2)\nb1:\nv3 = add.i32 v2, v0\nbr b1'))).toBeUndefined();
  });
});

describe('in the data structure', () => {
  const straight = (): Func => body('v2 = add.i32 v0, v0\nv3 = add.i32 v2, v2\nreturn (v3)');

  test('use of a removed instruction', () => {
    const func = straight();
    func.remove(func.first[0]);
    expect(verdict(func)).toMatchObject({ rule: 'use', block: 0, inst: func.first[0] });
  });
  test('links that disagree', () => {
    const func = straight();
    func.prev[func.last[0]] = func.first[0];
    expect(verdict(func)).toMatchObject({ rule: 'list', inst: func.last[0] });
  });
  test('an instruction that names another block', () => {
    const func = straight();
    func.instBlock[func.first[0]] = 5;
    expect(verdict(func)).toMatchObject({ rule: 'list', inst: func.first[0] });
  });
  test('a parameter of another block', () => {
    const func = body('br b1\nb1:\nreturn (v0)');
    func.blockParams[1].push(func.blockParams[0][0]);
    expect(verdict(func)).toMatchObject({ rule: 'list', block: 1 });
  });
  test('a result of another type', () => {
    const func = straight();
    func.valueType[func.result(func.first[0])] = Type.I64;
    expect(verdict(func)).toMatchObject({ rule: 'result', inst: func.first[0] });
  });
  test('an edge to a removed block', () => {
    const func = body('br b1\nb1:\nreturn (v0)');
    func.order.pop();
    expect(verdict(func)).toMatchObject({ rule: 'edge-target' });
  });
  test('no blocks', () => {
    expect(verdict(new Func(0, { params: [], results: [] }))).toMatchObject({ rule: 'entry' });
  });
  test('a call_indirect without its index', () => {
    const func = body('call_indirect @0 @0 (v0)\nreturn (v0)');
    func.operandCount[func.first[0]] = 0;
    expect(func.op[func.first[0]]).toBe(Op.CallIndirect);
    expect(verdict(func)).toMatchObject({ rule: 'operand-count' });
  });
});
