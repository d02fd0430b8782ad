// The table of exports that a program made with --invoke-main hands to the runtime.

import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { x64 } from '../../backend-x64/target.js';
import { decodeModule } from '../../frontend/decode-module.js';
import { scanModule } from '../../frontend/scan-module.js';
import { compileModule } from '../compile.js';

async function moduleText(bytes: Uint8Array, invokeMain: boolean): Promise<string> {
  const module = decodeModule(bytes);
  const { texts } = await compileModule(module, scanModule(module), {
    target: x64,
    optLevel: 0,
    jobs: 1,
    memoryMode: 'guard',
    emit: new Set(['llvm-ir'] as const),
    allowUndefined: 'error',
    stackSize: 0,
    verifyIr: true,
    product: { kind: invokeMain ? 'invoked' : 'program' },
  });
  return Buffer.from(texts.get('llvm-ir')![0]).toString();
}

/** `(func (export "a") (param (ref func)))` and `(func (export "b") (param (ref null func) i64))`. */
const references = Uint8Array.from([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 11, 2, 0x60, 1, 0x64, 0x70, 0, 0x60, 2, 0x70, 0x7e, 0, 3, 3, 2, 0, 1, 7, 9, 2, 1, 0x61, 0, 0, 1, 0x62, 0, 1, 10, 7, 2, 2,
  0, 0x0b, 2, 0, 0x0b,
]);

describe('--invoke-main', () => {
  const bytes = new Uint8Array(readFileSync(new URL('../../../fixtures/invoke/exports.wasm', import.meta.url)));

  test('each function has its name, parameters and results', async () => {
    const text = await moduleText(bytes, true);
    const index = decodeModule(bytes)
      .exports.filter(({ kind }) => kind === 'function')
      .findIndex(({ name }) => name === 'mixed');
    expect(text).toMatch(new RegExp(`@w2e\\.export\\.${index}\\.name = .*c"mixed\\\\00"`));
    expect(text).toMatch(new RegExp(`@w2e\\.export\\.${index}\\.params = .*c"idjf\\\\00"`));
    expect(text).toMatch(new RegExp(`@w2e\\.export\\.${index}\\.results = .*c"fjdi\\\\00"`));
  });

  test('the command line is read before instantiation, the call comes after it', async () => {
    const text = await moduleText(bytes, true);
    expect(text).toMatch(/@w2e_init\(\)[^}]*@w2e_invoke_prepare\([^}]*call void @w2e\.f\.\d+\(/);
    expect(text).toMatch(/@w2e_export__start\(\)[^}]*call void @w2e_invoke\(\)/);
  });

  test('a function that takes a reference other than null is not callable', async () => {
    const text = await moduleText(references, true);
    expect(text).toContain('c"b\\00"');
    expect(text).not.toContain('c"a\\00"');
  });

  test('an ordinary program has no table', async () => {
    expect(await moduleText(bytes, false)).not.toContain('w2e_invoke');
  });
});
