// EM_ASM of sanitizers is told from that of the program by its text.

import { expect, test } from '@jest/globals';
import { readsSanitizerOptionsOnly } from '../glue/em-asm.js';
import { parseSyntax } from '../glue/syntax.js';

const option = (name: string): string => `function() {return withBuiltinMalloc(function() {return allocateUTF8(Module["${name}"] || 0)})}`;
const colors =
  'function() {var setting = Module["printWithColors"]; if (setting != null) {return setting} else {return ENVIRONMENT_IS_NODE && process.stderr.isTTY}}';
const verdict = (...functions: readonly string[]): boolean =>
  readsSanitizerOptionsOnly(parseSyntax(`var a = 1; var ASM_CONSTS = {${functions.map((text, i) => `${1024 + i}: ${text}`).join(',')}}; out(a)`));

test.each([
  ['options of one', [option('ASAN_OPTIONS')], true],
  ['options of all', [option('ASAN_OPTIONS'), option('LSAN_OPTIONS'), option('UBSAN_OPTIONS'), colors], true],
  ['none', [], false],
  ['one of the program among them', [option('ASAN_OPTIONS'), 'function() {out("ASAN_OPTIONS")}'], false],
  ['an option of the program', [option('MY_OPTIONS')], false],
  ['one that does nothing', [option('ASAN_OPTIONS'), 'function() {}'], false],
  ['a template', ['function() {return Module["ASAN_OPTIONS"] || `x`}'], false],
  ['another number', ['function() {return Module["ASAN_OPTIONS"] || 1}'], false],
  ['a function of another name', ['function() {return stop(Module["ASAN_OPTIONS"])}'], false],
] as const)('%s: %j is %p', (_, functions, expected) => {
  expect(verdict(...functions)).toBe(expected);
});

test.each(['', 'var ASM_CONSTS', 'var ASM_CONSTS = other', 'var ASM_CONSTS = {...other}'])('there is no table in: %s', (text) => {
  expect(readsSanitizerOptionsOnly(parseSyntax(text))).toBe(false);
});
