// What instantiation leaves to run time, by module, in order; which segments are there from the start.

import { describe, expect, test } from '@jest/globals';
import { decodeModule } from '../../frontend/decode-module.js';
import { byModuleName, linkModules } from '../../frontend/link-modules.js';
import { programOf } from '../../frontend/program.js';
import type { Program } from '../../frontend/program.js';
import { scanModule } from '../../frontend/scan-module.js';
import { assemble, body, funcref, functionType, name, section, vector } from '../../frontend/test/assemble.js';
import { planInstantiation } from '../plan/instantiation.js';
import type { InstantiationStep } from '../plan/instantiation.js';

const empty = functionType([], []);
const code = (count: number): number[][] => [section(3, vector(...new Array<number[]>(count).fill([0])))];
const bodies = (count: number): number[] => section(10, vector(...new Array<number[]>(count).fill(body([]))));

/** `(data (i32.const at) "\01…")` of memory 0. */
const data = (at: number, length: number): number[] => [0, 0x41, at, 0x0b, ...vector(...new Array<number[]>(length).fill([1]))];
const element = (at: number, ...functions: readonly number[]): number[] => [0, 0x41, at, 0x0b, ...vector(...functions.map((f) => [f]))];

function alone(bytes: Uint8Array): Program {
  const module = decodeModule(bytes);
  return programOf(module, scanModule(module));
}

/** `main` and the module that it imports as `lib`. */
function linked(main: Uint8Array, lib: Uint8Array): Program {
  const inputs = [main, lib].map((bytes, i) => {
    const module = decodeModule(bytes);
    return { name: i === 0 ? 'main' : 'lib', module, facts: scanModule(module), provide: byModuleName(new Map(i === 0 ? [['lib', 1]] : [])) };
  });
  return linkModules(inputs);
}

const kinds = (steps: readonly InstantiationStep[]): unknown[] =>
  steps.map((step) =>
    step.kind === 'trap' ? step.trap : step.kind === 'call' ? step.functionIndex : [step.kind, 'segment' in step ? step.segment : step.min],
  );

describe('instantiation', () => {
  test('segments that fit are there from the start; what is left is the start function', () => {
    const plan = planInstantiation(
      alone(
        assemble(
          section(1, vector(empty)),
          ...code(2),
          section(4, vector([funcref, 0, 2])),
          section(5, vector([0, 1])),
          section(8, [1]),
          section(9, vector(element(0, 0), element(1, 1))),
          bodies(2),
          section(11, vector(data(0, 2), data(5, 1))),
        ),
      ),
      true,
    );
    expect([plan.elements, plan.dataSegments]).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(plan.instances.map(({ steps }) => kinds(steps))).toEqual([[1]]);
  });

  test('a segment that does not fit ends it: nothing behind is written or called', () => {
    const table = section(4, vector([funcref, 0, 2]));
    const elements = planInstantiation(
      alone(
        assemble(
          section(1, vector(empty)),
          ...code(1),
          table,
          section(5, vector([0, 1])),
          section(8, [0]),
          section(9, vector(element(0, 0), element(1, 0, 0), element(0, 0))),
          bodies(1),
          section(11, vector(data(0, 1))),
        ),
      ),
      true,
    );
    expect([elements.elements, elements.dataSegments, kinds(elements.instances[0].steps)]).toEqual([[0], [], ['out_of_bounds_table_access']]);
    const memory = planInstantiation(alone(assemble(section(5, vector([0, 0])), section(11, vector(data(0, 0), data(0, 1), data(0, 0))))), true);
    expect([memory.dataSegments, kinds(memory.instances[0].steps)]).toEqual([[0], ['out_of_bounds_memory_access']]);
  });

  const library = assemble(
    section(1, vector(empty)),
    ...code(2),
    section(4, vector([funcref, 0, 1])),
    section(5, vector([0, 1])),
    section(7, vector([...name('t'), 1, 0], [...name('m'), 2, 0], [...name('_initialize'), 0, 1])),
    section(8, [0]),
    bodies(2),
  );
  const user = assemble(
    section(1, vector(empty)),
    section(2, vector([...name('lib'), ...name('t'), 1, funcref, 0, 1], [...name('lib'), ...name('m'), 2, 0, 1])),
    ...code(1),
    section(8, [0]),
    section(9, vector(element(9, 0))),
    bodies(1),
    section(11, vector(data(1, 3))),
  );

  test('segments for what another module defines are filled in at run time, checked there', () => {
    const { instances, elements, dataSegments } = planInstantiation(linked(user, library), true);
    expect([elements, dataSegments]).toEqual([[], []]);
    expect(instances.map(({ instance, steps }) => [instance.name, kinds(steps)])).toEqual([
      // Function 0 is the main module's: its start function. The library's are 1 and 2.
      ['lib', [1, 2]],
      ['main', [['element', 0], ['data', 0], 0]],
    ]);
    expect(instances[1].steps.slice(0, 2)).toMatchObject([
      { into: 0, offset: 9n, length: 1 },
      { into: 0, offset: 1n, length: 3 },
    ]);
  });

  test('a function that only has the name of an initializer is not called', () => {
    const other = assemble(
      section(1, vector(functionType([0x7f], []), empty)),
      section(3, vector([0], [1])),
      section(7, vector([...name('_initialize'), 0, 0], [...name('__wasm_call_ctors'), 0, 1])),
      bodies(2),
    );
    expect(planInstantiation(linked(assemble(), other), true).instances.map(({ steps }) => kinds(steps))).toEqual([[1], []]);
  });

  test('initializers are for programs that start by themselves', () => {
    const { instances } = planInstantiation(linked(user, library), false);
    expect(kinds(instances[0].steps)).toEqual([1]);
  });
});
