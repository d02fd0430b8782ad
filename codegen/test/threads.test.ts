// What an instance of the module has of its own is thread-local in programs with threads, and in no others.

import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { x64 } from '../../backend-x64/target.js';
import { decodeModule } from '../../frontend/decode-module.js';
import { scanModule } from '../../frontend/scan-module.js';
import { compileModule } from '../compile.js';
import { ThreadsError } from '../plan/threads.js';
import type { Product } from '../plan/product.js';

async function texts(path: string, product: Product): Promise<string> {
  const module = decodeModule(new Uint8Array(readFileSync(new URL(`../../../fixtures/${path}`, import.meta.url))));
  const compiled = await compileModule(module, scanModule(module), {
    target: x64,
    optLevel: 0,
    jobs: 1,
    memoryMode: 'guard',
    emit: new Set(['llvm-ir'] as const),
    allowUndefined: 'error',
    stackSize: 0,
    verifyIr: true,
    product,
  });
  expect(compiled.threads).toBe(path.startsWith('threads/'));
  return Buffer.concat([...compiled.texts.get('llvm-ir')!]).toString();
}

describe('threads', () => {
  test('globals, tables and lengths of segments are thread-local, constants and contents are not', async () => {
    const text = await texts('threads/instances.wasm', { kind: 'program' });
    const variables = [...text.matchAll(/^@(w2e[\w.]+) = (.*)$/gm)];
    const threadLocal = new Set(variables.filter(([, , rest]) => rest.includes('thread_local(localexec)')).map(([, name]) => name));
    for (const name of ['w2e.global.0', 'w2e.global.1', 'w2e.global.2', 'w2e.table.0', 'w2e.data.0.length', 'w2e_stack_pointer'])
      expect(threadLocal).toContain(name);
    for (const name of ['w2e.data.0', 'w2e.table.0.initial', 'w2e_module', 'w2e_memory_size']) expect(threadLocal).not.toContain(name);
    // Definitions and declarations agree.
    for (const [, name, rest] of variables) expect([name, rest.includes('thread_local')]).toEqual([name, threadLocal.has(name)]);
  });

  test('a new thread makes its tables and runs the start function', async () => {
    const text = await texts('threads/instances.wasm', { kind: 'program' });
    const body = /define [^\n]*@w2e_thread_init\(\)[^}]*\}/.exec(text)![0];
    expect(body).toMatch(/@w2e_table_create\([^}]*call [^\n]*@w2e\.f\.\d+\(/);
  });

  test('programs without them have neither', async () => {
    const text = await texts('growth/handler.wasm', { kind: 'program' });
    expect(text).not.toContain('thread_local');
    expect(text).not.toContain('w2e_thread_init');
  });

  test('objects are refused', async () => {
    await expect(texts('threads/instances.wasm', { kind: 'object', prefix: 'p', moduleName: 'm' })).rejects.toMatchObject({
      name: ThreadsError.name,
      code: 'W2E-N005',
    });
  });
});
