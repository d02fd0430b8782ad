// The same module gives the same bytes, whatever the number of threads.

import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { x64 } from '../../backend-x64/target.js';
import { decodeModule } from '../../frontend/decode-module.js';
import { scanModule } from '../../frontend/scan-module.js';
import { compileModule } from '../compile.js';

test.each([
  ['', {}],
  [' with debug information', { debugModuleName: 'httpd.wasm' }],
])('one thread and two threads give identical objects%s', async (_title, debug) => {
  const bytes = new Uint8Array(readFileSync(new URL('../../../fixtures/httpd/httpd.wasm', import.meta.url)));
  const compile = async (jobs: number) => {
    const module = decodeModule(bytes);
    return compileModule(module, scanModule(module), {
      target: x64,
      optLevel: 2,
      jobs,
      memoryMode: 'guard',
      emit: new Set(['obj'] as const),
      allowUndefined: 'error',
      product: { kind: 'program' },
      stackSize: 0,
      verifyIr: true,
      ...debug,
    });
  };
  const [one, two] = [await compile(1), await compile(2)];
  expect(one.objects.length).toBeGreaterThan(2); // so that two threads had something to share
  expect(two.objects.length).toBe(one.objects.length);
  one.objects.forEach((object, i) => expect(Buffer.compare(object, two.objects[i])).toBe(0));
  expect(two.memoryImages).toEqual(one.memoryImages);
});

test('on one thread too the event loop turns between partitions, so that interrupts are heard', async () => {
  const bytes = new Uint8Array(readFileSync(new URL('../../../fixtures/httpd/httpd.wasm', import.meta.url)));
  const module = decodeModule(bytes);
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await compileModule(module, scanModule(module), {
    target: x64,
    optLevel: 0,
    jobs: 1,
    memoryMode: 'guard',
    emit: new Set(['obj'] as const),
    allowUndefined: 'error',
    product: { kind: 'program' },
    stackSize: 0,
    verifyIr: false,
  });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(1);
});
