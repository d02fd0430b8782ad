// Components: which core module is taken, and what is said of others and of garbage.

import { describe, expect, test } from '@jest/globals';
import { commandOfComponent, isComponent } from '../component.js';
import { WasmError } from '../errors.js';
import { defaultFeatures } from '../features.js';
import { assemble, body, functionType, name, section, vector } from './assemble.js';

const types = section(1, vector(functionType([], [])));
const command = assemble(
  types,
  section(2, vector([...name('wasi_snapshot_preview1'), ...name('sched_yield'), 0, 0])),
  section(3, vector([0])),
  section(7, vector([...name('_start'), 0, 1])),
  section(10, vector(body([]))),
);
const other = assemble(types);

const component = (...parts: readonly (readonly number[])[]): Uint8Array => Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, ...parts.flat()]);
const core = (bytes: Uint8Array): number[] => [...section(1, [...bytes])];
const wasiImport = [...section(10, [1, 0, ...name('wasi:cli/stdout@0.2.0'), 5, 0])];

describe('a component', () => {
  test('has its command of preview 1 taken', () => {
    const bytes = component(wasiImport, core(other), core(command));
    expect(isComponent(bytes)).toBe(true);
    expect([...commandOfComponent(bytes, defaultFeatures)]).toEqual([...command]);
  });

  test.each([
    ['none', component(wasiImport, core(other))],
    ['two', component(wasiImport, core(command), core(command))],
  ])('with %s is refused by name of what it needs', (_how, bytes) => {
    expect(() => commandOfComponent(bytes, defaultFeatures)).toThrow(
      expect.objectContaining({ code: 'W2E-C001', message: expect.stringContaining('wasi:cli/stdout@0.2.0') }),
    );
  });

  test('that is cut off or damaged ends with an error of ours', () => {
    const whole = component(core(other), wasiImport, core(command));
    for (let i = 8; i < whole.length; i++) {
      for (const bytes of [whole.subarray(0, i), whole.with(i, whole[i] ^ 0xff), whole.with(i, 0x80)]) {
        try {
          commandOfComponent(bytes, defaultFeatures);
        } catch (error) {
          expect(error).toBeInstanceOf(WasmError);
        }
      }
    }
  });
});
