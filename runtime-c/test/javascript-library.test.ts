// No hole in the imports: each function of Emscripten's JavaScript libraries is provided with its types, or there is a reason.

import { describe, expect, test } from '@jest/globals';
import { findImport, generatedImport, imports } from '../tables/imports.js';
import { absent, provided, reasonAgainst, reasons, splitSignature } from '../tables/javascript-library.js';

/** Module names under which a library function may be imported. */
const modules = ['env', 'wasi_snapshot_preview1'];

function isProvided(name: string, signature: string): boolean {
  return modules.some((module) => generatedImport(module, name) || findImport(module, name, signature)?.kind === 'found');
}

describe("functions of Emscripten's JavaScript libraries", () => {
  test('are many, and each is there once', () => {
    expect(provided.length).toBeGreaterThan(250);
    expect(absent.length).toBeGreaterThan(140);
    const names = [...provided, ...absent].map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    expect([...provided, ...absent].filter(({ versions }) => !/^a?b?c?$/.test(versions) || versions === '')).toEqual([]);
  });

  test('are provided with each of their types', () => {
    const holes = provided.flatMap(({ name, signatures }) =>
      signatures.length === 0 || signatures.some((signature) => !isProvided(name, signature) && !isProvided(name, splitSignature(signature)))
        ? [`${name} ${signatures.join(' or ')}`]
        : [],
    );
    expect(holes).toEqual([]);
  });

  test('or have a reason, which stands for nothing that is provided', () => {
    expect(imports.filter(({ module, name }) => reasonAgainst(module, name) !== undefined).map(({ name }) => name)).toEqual([]);
    expect(absent.filter(({ name, reason }) => reasonAgainst('env', name) !== reason).map(({ name }) => name)).toEqual([]);
  });

  test('of a family have its reason', () => {
    const names = [
      'emscripten_asm_const_int',
      'glDrawArrays',
      'emscripten_glClear',
      'alGenBuffers',
      '_embind_register_class',
      '_emval_decref',
      'SDL_Init',
      'emscripten_fiber_swap',
      'emscripten_math_sin',
      'clearenv',
    ];
    expect(names.map((name) => reasonAgainst('env', name))).toEqual([
      'program',
      'webgl',
      'webgl',
      'audio',
      'values',
      'values',
      'browser',
      'asyncify',
      'math',
      'environment',
    ]);
    expect(['emscripten_math_random', 'fork', 'no_such_import', 'global', 'alarm', 'glob'].map((name) => reasonAgainst('env', name))).toEqual(
      Array.from({ length: 6 }),
    );
    expect(reasonAgainst('other', 'glDrawArrays')).toBeUndefined();
    expect(new Set(Object.values(reasons)).size).toBe(Object.keys(reasons).length);
  });
});
