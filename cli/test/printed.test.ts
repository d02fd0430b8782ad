// Foreign text as it is shown: what is escaped is what Unicode says that nobody can see or that directs a terminal.

import { describe, expect, test } from '@jest/globals';
import { printable, printableJson } from '../../runtime-c/tables/printable.js';
import { Printed, printed, withPrintableTexts } from '../printed.js';
import type { Terminal } from '../terminal.js';

const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

describe('printable', () => {
  test('every invisible character of Unicode is escaped, nothing else', () => {
    const wrong: string[] = [];
    for (let point = 0; point <= 0x10ffff; point++) {
      const character = String.fromCodePoint(point);
      const shown = printable(character);
      // A newer Unicode may call more characters invisible than the table has.
      if (shown === character && /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(character)) wrong.push(point.toString(16));
      if (shown !== character && !invisible.test(character)) wrong.push(point.toString(16));
      if (shown !== character && shown !== `\\u{${point.toString(16)}}`) wrong.push(point.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  test('twice is the same as once', () => {
    expect(printable('\x1b[31m\u202e\ud800é漢\\')).toBe('\\u{1b}[31m\\u{202e}\\u{d800}é漢\\');
    expect(printable(printable('\x1b\n'))).toBe(printable('\x1b\n'));
  });

  test('JSON has escapes of its own', () => {
    const value = { 'a\x9b': ['\x7f\u2028\u{e0001}é'] };
    const text = printableJson(value);
    expect(text).toBe('{"a\\u009b":["\\u007f\\u2028\\udb40\\udc01é"]}');
    expect(JSON.parse(text)).toEqual(value);
  });
});

describe('Printed', () => {
  test("our own text stays, another's is escaped and stays on its line", () => {
    expect(String(printed`\x1b[1m${'a\nb\x1b'}\x1b[0m${printed`\n`}${7}`)).toBe('\x1b[1ma\\u{a}b\\u{1b}\x1b[0m\n7');
    expect(String(Printed.joined([printed`${'\r'}`, Printed.lines('x\ny\x07')]))).toBe('\\u{d}x\ny\\u{7}');
  });

  test('a terminal takes nothing else: the compiler of this project says so', () => {
    const seen: string[] = [];
    const terminal: Pick<Terminal, 'message' | 'output'> = { message: (text) => void seen.push(String(text)), output: (text) => void seen.push(String(text)) };
    // @ts-expect-error a string
    terminal.message('a');
    // @ts-expect-error a string
    terminal.output(`b${seen.length}`);
    terminal.message(printed`c`);
    expect(seen).toEqual(['a', 'b1', 'c']);
  });

  test('all texts of a description', () => {
    expect(withPrintableTexts({ names: [{ name: 'a\nb', size: 3 }], none: undefined })).toEqual({ names: [{ name: 'a\\u{a}b', size: 3 }], none: undefined });
  });
});
