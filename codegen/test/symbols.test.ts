// Names of functions: numbers in LLVM IR and objects, with the module's name in a comment and for the finished file.

import { expect, test } from '@jest/globals';
import { x64 } from '../../backend-x64/target.js';
import { decodeModule } from '../../frontend/decode-module.js';
import { scanModule } from '../../frontend/scan-module.js';
import { compileModule } from '../compile.js';
import { intrinsic, runtimeSymbol, templateIntrinsic } from '../symbols.js';
import type { SymbolName } from '../symbols.js';

/** A module that exports a function as `_start`, with the given name in its name section. */
function moduleNamed(name: string): Uint8Array {
  const text = [...Buffer.from(name)];
  const names = [4, 110, 97, 109, 101, 1, text.length + 3, 1, 0, text.length, ...text];
  return Uint8Array.from([
    0,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    1,
    4,
    1,
    0x60,
    0,
    0,
    3,
    2,
    1,
    0,
    7,
    10,
    1,
    6,
    ...Buffer.from('_start'),
    0,
    0,
    10,
    4,
    1,
    2,
    0,
    0x0b,
    0,
    names.length,
    ...names,
  ]);
}

test.each([
  ['plain', 'plain'],
  ['llvm.memmove', 'llvm.memmove'],
  ['a\nb\x1b[31m', 'a\\u{a}b\\u{1b}[31m'],
  ['1 "file" 3', '1 "file" 3'], // after one # a line of the preprocessor
  ['"; define void @f() {', '"; define void @f() {'],
])('%j', async (name, shown) => {
  const module = decodeModule(moduleNamed(name));
  const { texts, functionNames } = await compileModule(module, scanModule(module), {
    target: x64,
    optLevel: 0,
    jobs: 1,
    memoryMode: 'guard',
    emit: new Set(['llvm-ir', 'asm'] as const),
    allowUndefined: 'error',
    product: { kind: 'program' },
    stackSize: 0,
    verifyIr: true,
  });
  expect(functionNames).toEqual({ stem: 'w2e.f.', names: [shown] });
  expect(Buffer.concat(texts.get('llvm-ir')!).toString()).toContain(`\n; ${shown}\ndefine hidden void @w2e.f.0()`);
  expect(Buffer.concat(texts.get('asm')!).toString()).toContain(`\n## ${shown}\nw2e.f.0:`);
});

test('text that a program computes is no symbol: the compiler of this project says so', () => {
  const text: string = ['w2e', 'x'].join('_');
  // @ts-expect-error any string
  const symbol: SymbolName = text;
  // @ts-expect-error any string
  expect(runtimeSymbol(text)).toBe(`@${symbol}`);
  // @ts-expect-error a literal with any string inside
  expect(runtimeSymbol(`w2e_${text}`)).toBe('@w2e_w2e_x');
  // @ts-expect-error a literal with any string inside
  expect(intrinsic(`llvm.${text}`)).toBe('llvm.w2e_x');
  expect(runtimeSymbol(text === '' ? 'w2e_a' : 'w2e_b')).toBe('@w2e_b');
  expect(templateIntrinsic('llvm.x86.sse2.pavg.w')).toBe('llvm.x86.sse2.pavg.w');
  expect(() => templateIntrinsic('memcpy')).toThrow();
});
