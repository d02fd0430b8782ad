// What takes the place of imports that no module provides.

import { expect, test } from '@jest/globals';
import { decodeModule } from '../../frontend/decode-module.js';
import type { WasmModule } from '../../frontend/module.js';
import { assemble, name, section, vector } from '../../frontend/test/assemble.js';
import { withEnvironment } from '../plan/stand-ins.js';

/** `(import module name (memory 2))` for each. */
function importing(...imports: readonly (readonly [string, string])[]): WasmModule {
  return decodeModule(assemble(section(2, vector(...imports.map(([module, field]) => [...name(module), ...name(field), 2, 0, 2])))));
}

test('env.memory is a memory of the module, of the declared size', () => {
  const { imports, memories } = withEnvironment(importing(['env', 'memory']));
  expect(imports).toEqual([]);
  expect(memories.map(({ min }) => min)).toEqual([2n]);
});

test.each(['table', '__indirect_function_table'])('env.%s is a table of the module, of the declared size', (field) => {
  const bytes = assemble(section(2, vector([...name('env'), ...name(field), 1, 0x70, 0, 7])));
  const { imports, tables } = withEnvironment(decodeModule(bytes));
  expect(imports).toEqual([]);
  expect(tables.map(({ min }) => min)).toEqual([7n]);
});

test('a memory is no table', () => {
  expect(withEnvironment(importing(['env', 'table'])).imports).toHaveLength(1);
});

test('other memories, and one that several modules want to share, stay imports', () => {
  const left = (module: WasmModule): string[] => withEnvironment(module).imports.map((entry) => `${entry.module}.${entry.name}`);
  expect(left(importing(['env', 'mem']))).toEqual(['env.mem']);
  expect(left(importing(['js', 'memory']))).toEqual(['js.memory']);
  expect(left(importing(['env', 'memory'], ['env', 'memory']))).toEqual(['env.memory', 'env.memory']);
});

test('the shared memory that a command of wasi-threads imports under any name is its own if it exports it', () => {
  const module = (flags: number, field: string): WasmModule =>
    decodeModule(assemble(section(2, vector([...name('foo'), ...name('bar'), 2, flags, 1, 1])), section(7, vector([...name(field), 2, 0]))));
  expect(withEnvironment(module(3, 'memory')).imports).toEqual([]);
  expect(withEnvironment(module(3, 'mem')).imports).toHaveLength(1);
  expect(withEnvironment(module(1, 'memory')).imports).toHaveLength(1);
});
