// The op enum, the op table and the typing table agree.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Effect, ImmKind, Op, OPS, ResultRule, accessAlignLog2, accessBytesLog2, accessMemory, accessSigned, isUnwind, packAccess } from '../ops.js';
import { TYPING } from '../typing.js';

/** The members of the const enum, which exists in the source only. */
function enumMembers(): string[] {
  const source = readFileSync(new URL('../../../ir/ops.ts', import.meta.url), 'utf8');
  const body = /export const enum Op \{(.*?)\}/s.exec(source)?.[1] ?? '';
  return body.split(',').map((member) => member.trim()).filter((member) => member !== '');
}

describe('op table', () => {
  test('has one row per op, in order, of the same name', () => {
    const names = OPS.map((info) => info.name.replace(/[._]/g, ''));
    expect(names).toEqual(enumMembers().map((member) => member.toLowerCase()));
    expect(OPS[Op.Unreachable].name).toBe('unreachable');
  });

  test('names are unique', () => {
    expect(new Set(OPS.map((info) => info.name)).size).toBe(OPS.length);
  });

  test('every op has a typing rule that agrees with its operand count', () => {
    const isFree = (op: number): boolean => OPS[op].operands < 0 || op === Op.TableGrow || op === Op.TableFill || op === Op.ExnValue;
    for (let op = 0; op < OPS.length; op++) {
      expect(TYPING[op]).toBeDefined();
      if (!isFree(op)) expect([OPS[op].name, TYPING[op].operands.length]).toEqual([OPS[op].name, OPS[op].operands]);
      expect([OPS[op].name, TYPING[op].from !== 0]).toEqual([OPS[op].name, OPS[op].imm === ImmKind.From]);
    }
  });

  test('terminators but calls give no results, and the last ops are the terminators', () => {
    OPS.forEach((info, op) => {
      const isTerminator = (info.effect & Effect.Terminator) !== 0;
      expect([info.name, isTerminator]).toEqual([info.name, op >= Op.Br]);
      if (isTerminator && !isUnwind(op)) expect(info.result).toBe(ResultRule.None);
    });
  });
});

test('accesses pack and unpack', () => {
  const aux = packAccess(3, 2, 1, true);
  expect([accessMemory(aux), accessAlignLog2(aux), accessBytesLog2(aux), accessSigned(aux)]).toEqual([3, 2, 1, true]);
});
