// Names of functions as symbols of the objects.

import { expect, test } from '@jest/globals';
import { x64 } from '../../backend-x64/target.js';
import { decodeModule } from '../../frontend/decode-module.js';
import { scanModule } from '../../frontend/scan-module.js';
import { compileModule } from '../compile.js';

/** A module that exports a function as `_start`, with the given name in its name section. */
function moduleNamed(name: string): Uint8Array {
  const text = [...Buffer.from(name)];
  const names = [4, 110, 97, 109, 101, 1, text.length + 3, 1, 0, text.length, ...text];
  return Uint8Array.from([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    1, 4, 1, 0x60, 0, 0,
    3, 2, 1, 0,
    7, 10, 1, 6, ...Buffer.from('_start'), 0, 0,
    10, 4, 1, 2, 0, 0x0b,
    0, names.length, ...names,
  ]);
}

test.each([
  ['plain', '@plain.w'],
  ['.L_bitcast', '@L_bitcast.w'], // an assembler would keep it to itself, and other objects could not call it
  ['a\nb', '@"a\\E2\\90\\8Ab.w"'],
])('%j', async (name, symbol) => {
  const module = decodeModule(moduleNamed(name));
  const { texts } = await compileModule(module, scanModule(module), {
    target: x64, optLevel: 0, jobs: 1, memoryMode: 'guard', emit: new Set(['llvm-ir'] as const), allowUndefined: 'error', stackSize: 0, verifyIr: true,
  });
  expect(Buffer.concat(texts.get('llvm-ir')!).toString()).toContain(`define hidden void ${symbol}()`);
});
