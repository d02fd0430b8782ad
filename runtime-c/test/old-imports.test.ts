// Imports of older versions of Emscripten are present ones: each row leads to one, and every form of a call is found.

import { describe, expect, test } from '@jest/globals';
import { findImport } from '../tables/imports.js';
import { findOldImport, isOldName, isPacked, oldFunctions, oldSystemCalls } from '../tables/old-imports.js';

const direct = { packed: false, flushes: true };
const packed = { packed: true, flushes: true };
const PACKED = 'i32 i32 -> i32';

/** `i32 … -> i32` with so many parameters. */
const words = (count: number): string => [...Array.from({ length: count }, () => 'i32'), '->', 'i32'].join(' ');

describe('calls of the system', () => {
  test('have numbers and names of their own, in order', () => {
    const numbers = oldSystemCalls.map(({ number }) => number);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(new Set(oldSystemCalls.map(({ name }) => name)).size).toBe(numbers.length);
  });

  test('lead to imports of the runtime, in all three forms', () => {
    for (const { number, name, signature } of oldSystemCalls) {
      const found = findOldImport(`__syscall${number}`, PACKED, packed);
      expect(found?.row?.signature).toBe(signature);
      expect(found?.arguments.length).toBe(signature.split('->')[0]?.split(' ').filter(Boolean).length);
      const forms = Array.from({ length: 8 }, (_, count) =>
        [`__syscall${number}`, `__sys_${name}`].filter((each) => findOldImport(each, words(count), direct)),
      );
      expect(forms.filter((form) => form.length > 0)).toEqual([[`__syscall${number}`, `__sys_${name}`]]);
    }
  });

  test.each([
    [
      '__syscall5',
      PACKED,
      packed,
      [
        ['argument', 0],
        ['argument', 1],
        ['rest', 2],
      ],
      'same',
    ],
    [
      '__syscall194',
      words(4),
      direct,
      [
        ['argument', 0],
        ['argument', 2],
        ['argument', 3],
      ],
      'same',
    ],
    [
      '__sys_ftruncate64',
      words(4),
      direct,
      [
        ['argument', 0],
        ['argument', 2],
        ['argument', 3],
      ],
      'same',
    ],
    ['__syscall6', PACKED, packed, [['argument', 0]], 'negated'],
    ['__syscall213', PACKED, packed, [['argument', 0]], 'errno'],
  ] as const)('%s gets its arguments', (name, signature, module, args, result) => {
    const found = findOldImport(name, signature, module);
    expect(found?.arguments.map((each) => [each.kind, 'index' in each ? each.index : 0])).toEqual(args);
    expect(found?.result).toBe(result);
  });

  test('of unknown numbers, names and types are not there', () => {
    for (const name of ['__syscall0', '__syscall2', '__syscall299', '__syscall999', '__syscall05', '__sys_reboot', '__sys_', '__syscall'])
      expect([findOldImport(name, PACKED, packed), findOldImport(name, PACKED, direct), isOldName(name)]).toEqual([undefined, undefined, false]);
    expect(findOldImport('__syscall5', 'i32 i64 -> i32', packed)).toBeUndefined();
    expect(findOldImport('__sys_open', PACKED, packed)).toBeUndefined();
    expect(findOldImport('__sys_open', 'i32 i32 i32 ->', direct)).toBeUndefined();
  });

  test('where nothing is flushed, standard output has the size of a terminal', () => {
    expect(findOldImport('__syscall54', PACKED, packed)?.row?.name).toBe('__syscall_ioctl');
    expect(findOldImport('__sys_ioctl', words(3), { packed: false, flushes: false })?.row?.name).toBe('__syscall_ioctl_unflushed');
  });
});

describe('arguments are in memory', () => {
  const calls = (...pairs: [string, string][]): boolean => isPacked(pairs.map(([name, signature]) => ({ name, signature })));
  test.each([
    [
      true,
      [
        ['__syscall5', PACKED],
        ['__syscall15', PACKED],
      ],
    ],
    [
      true,
      [
        ['__syscall20', PACKED],
        ['fork', '-> i32'],
      ],
    ],
    [
      false,
      [
        ['__syscall5', words(3)],
        ['__syscall15', PACKED],
      ],
    ],
    [false, [['__syscall20', '-> i32']]],
    [false, [['__sys_open', words(3)]]],
    [false, []],
  ] as [boolean, [string, string][]][])('%s: %j', (expected, pairs) => {
    expect(calls(...pairs)).toBe(expected);
  });
});

describe('other functions', () => {
  test('lead to imports of the runtime, and are none themselves', () => {
    for (const { name, signature } of oldFunctions) {
      const concrete = [name.replace('*', 'init'), signature === '*' ? words(3) : signature] as const;
      expect(findOldImport(...concrete, direct)).toBeDefined();
      expect(findImport('env', ...concrete)?.kind).not.toBe('found');
    }
  });
});
