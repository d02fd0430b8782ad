// What imports of older versions of Emscripten are bound to.

import { describe, expect, test } from '@jest/globals';
import { decodeModule } from '../../frontend/decode-module.js';
import { assemble, body, f32, f64, functionType, i32, name, section, vector } from '../../frontend/test/assemble.js';
import { abiBits } from '../../runtime-c/tables/contract.js';
import { abiFlags, type ModuleEra } from '../plan/abi-era.js';
import { signaturesOf } from '../plan/make-plan.js';
import type { FunctionBinding } from '../plan/plan.js';
import { resolveImports, type ResolvedImports } from '../plan/resolve-imports.js';
import type { WasmModule } from '../../frontend/module.js';

const types = {
  packed: functionType([i32, i32], [i32]),
  none: functionType([], [i32]),
  three: functionType([i32, i32, i32], [i32]),
  float: functionType([i32, f64], [f64]),
  real: functionType([i32, f32], [f32]),
};
type Kind = keyof typeof types;

/** A module that imports functions of `env`, and exports one function. */
function importing(imports: Readonly<Record<string, Kind>>, exported?: readonly [name: string, kind: Kind]): WasmModule {
  const kinds = Object.keys(types) as Kind[];
  const count = Object.keys(imports).length;
  const exports = exported === undefined ? [] : [[...name(exported[0]), 0, count]];
  return decodeModule(
    assemble(
      section(1, vector(...Object.values(types))),
      section(2, vector(...Object.entries(imports).map(([field, kind]) => [...name('env'), ...name(field), 0, kinds.indexOf(kind)]))),
      ...(exported === undefined ? [] : [section(3, vector([kinds.indexOf(exported[1])])), section(7, vector(...exports)), section(10, vector(body([], 0)))]),
    ),
  );
}

const era: ModuleEra = { constructors: [], heapEnd: 4096, linuxErrors: undefined, shortOffsets: undefined };

function resolved(module: WasmModule, of?: ModuleEra): ResolvedImports {
  return resolveImports(module, signaturesOf(module), false, of);
}

function bindings(module: WasmModule, of?: ModuleEra): FunctionBinding[] {
  return resolved(module, of).bindings.map(({ binding }) => binding);
}

describe('a call of the system', () => {
  test('with arguments in memory', () => {
    expect(bindings(importing({ __syscall5: 'packed' }))).toMatchObject([
      {
        bridge: 'adapted',
        adapted: {
          target: { symbol: '@w2e_env___syscall_open' },
          arguments: [
            { kind: 'word', address: 1, index: 0 },
            { kind: 'word', address: 1, index: 1 },
            { kind: 'address', parameter: 1, offset: 8 },
          ],
        },
      },
    ]);
  });

  test('with parameters', () => {
    expect(bindings(importing({ __syscall5: 'three' }))).toMatchObject([{ adapted: { arguments: [0, 1, 2].map((index) => ({ kind: 'parameter', index })) } }]);
  });

  test('of a number that has no row is missing', () => {
    expect(resolved(importing({ __syscall299: 'packed', __syscall5: 'packed' })).missing.map((entry) => entry.name)).toEqual(['__syscall299']);
  });
});

describe('the heap', () => {
  const module = importing({ emscripten_get_sbrk_ptr: 'none', enlargeMemory: 'none' });

  test('ends where the glue says', () => {
    expect(bindings(module, era)).toMatchObject([
      { adapted: { target: { constant: 4096 } } },
      { adapted: { arguments: [{ kind: 'known word', address: 4096 }] } },
    ]);
  });

  test('and nowhere without it', () => {
    expect(resolved(module).missing).toHaveLength(2);
  });
});

describe('a call through the table', () => {
  test('is made by the function that the module exports for it', () => {
    const module = importing({ invoke_ii: 'packed' }, ['dynCall_ii', 'packed']);
    expect(bindings(module, era)).toMatchObject([{ bridge: 'invoke', through: 1 }]);
    expect(bindings(module)[0]).not.toHaveProperty('through');
  });

  test('but not by one of another type', () => {
    expect(bindings(importing({ invoke_ii: 'packed' }, ['dynCall_ii', 'three']), era)[0]).not.toHaveProperty('through');
  });

  test('may have f32 as f64', () => {
    expect(bindings(importing({ invoke_ff: 'float' }))).toMatchObject([{ split: false, widened: true }]);
    expect(bindings(importing({ invoke_ff: 'real' }))).toMatchObject([{ split: false, widened: false }]);
    expect(bindings(importing({ invoke_fd: 'real' }))).toEqual([{ kind: 'undefined' }]);
  });
});

describe('abiFlags', () => {
  const { LINUX_ERRNO, SHORT_OFFSETS, LOW_SIG_IGN, STACK_UP } = abiBits;
  const llvm = ['__wasm_call_ctors'];
  test.each([
    [{}, undefined, 0],
    [{ __sys_open: 'three' }, undefined, LOW_SIG_IGN.value],
    [{}, era, LOW_SIG_IGN.value + STACK_UP.value],
    [{}, { ...era, constructors: llvm }, LOW_SIG_IGN.value],
    [{ __syscall6: 'packed' }, { ...era, constructors: llvm }, LOW_SIG_IGN.value + LINUX_ERRNO.value + SHORT_OFFSETS.value],
    [{ __syscall6: 'packed' }, { ...era, constructors: llvm, shortOffsets: false }, LOW_SIG_IGN.value + LINUX_ERRNO.value],
    [{ __syscall6: 'packed' }, { ...era, constructors: llvm, linuxErrors: false, shortOffsets: true }, LOW_SIG_IGN.value],
  ] as [Record<string, Kind>, ModuleEra | undefined, number][])('of %j with %j', (imports, of, flags) => {
    expect(abiFlags(importing(imports), of)).toBe(flags);
  });
});
