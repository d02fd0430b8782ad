// What instantiation does, module by module (spec 4.5.4): which active segments are there from the start, because they
// fill tables and memories of their own module, and what is left to do at run time, in order. A segment that
// cannot fit ends its module's instantiation there.

import { functionType } from '../../frontend/module.js';
import type { ActivePlace, WasmModule } from '../../frontend/module.js';
import type { Instance, Program, SegmentRange } from '../../frontend/program.js';
import type { TrapKind } from '../../runtime-c/tables/traps.js';
import { constantOffset, elementFunctions } from './constant-value.js';

/** One thing that instantiation does at run time. */
export type InstantiationStep =
  /** Traps unless a table has `min` elements or a memory `min` bytes. */
  | { readonly kind: 'table-size' | 'memory-size'; readonly index: number; readonly min: bigint }
  /** `table.init` or `memory.init` of a whole segment, which is dropped then. */
  | { readonly kind: 'element' | 'data'; readonly segment: number; readonly into: number; readonly offset: bigint; readonly length: number }
  | { readonly kind: 'trap'; readonly trap: TrapKind }
  | { readonly kind: 'call'; readonly functionIndex: number };

/** What an instance's instantiation does at run time. */
export interface InstanceSteps {
  readonly instance: Instance;
  readonly steps: readonly InstantiationStep[];
}

export interface Instantiation {
  /** In the order of instantiation. */
  readonly instances: readonly InstanceSteps[];
  /** Active segments whose contents are there from the start. */
  readonly elements: readonly number[];
  readonly dataSegments: readonly number[];
}

/** Exports of a module other than the main one that are called once it is instantiated: the first that it has, without parameters and results. */
const INITIALIZERS = ['_initialize', '__wasm_call_ctors'];

/** Plans the instantiation of a program. With `initializers`, modules besides the main one get theirs called; `constructors` are exports of the main one that are called. */
export function planInstantiation(program: Program, initializers: boolean, constructors: readonly string[] = []): Instantiation {
  const planner = new Planner(program.module);
  const instances = program.instances.map((instance) => {
    const steps = planner.steps(instance, initializers);
    const calls = instance.input === 0 ? constructors.flatMap((name) => procedure(program.module, instance, name) ?? []) : [];
    return { instance, steps: [...steps, ...calls.map((functionIndex) => ({ kind: 'call', functionIndex }) as const)] };
  });
  return { instances, elements: planner.elements, dataSegments: planner.dataSegments };
}

/** The function that makes a module ready after its instantiation, if it has one. */
function initializerOf(program: WasmModule, instance: Instance): number | undefined {
  if (!instance.initializes) return undefined;
  for (const name of INITIALIZERS) {
    const found = procedure(program, instance, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The exported function of this name, if it has neither parameters nor results. */
function procedure(program: WasmModule, instance: Instance, name: string): number | undefined {
  const found = instance.exports.find((entry) => entry.kind === 'function' && entry.name === name);
  const type = found === undefined ? undefined : functionType(program, found.index);
  return type?.params.length === 0 && type.results.length === 0 ? found?.index : undefined;
}

class Planner {
  readonly elements: number[] = [];
  readonly dataSegments: number[] = [];

  constructor(private readonly module: WasmModule) {}

  steps(instance: Instance, initializers: boolean): InstantiationStep[] {
    const steps: InstantiationStep[] = instance.sizeChecks.map(({ kind, index, min }) =>
      kind === 'table' ? { kind: 'table-size', index, min } : { kind: 'memory-size', index, min: min << BigInt(this.module.memories[index].pageSizeLog2) },
    );
    if (!this.addElements(steps, instance.elements)) return steps;
    if (!this.addData(steps, instance.dataSegments)) return steps;
    if (instance.start !== undefined) steps.push({ kind: 'call', functionIndex: instance.start });
    const initializer = initializers ? initializerOf(this.module, instance) : undefined;
    if (initializer !== undefined) steps.push({ kind: 'call', functionIndex: initializer });
    return steps;
  }

  /** False if a segment cannot fit. */
  private addElements(steps: InstantiationStep[], range: SegmentRange): boolean {
    for (let segment = range.first; segment < range.end; segment++) {
      const { place } = this.module.elements[segment];
      const length = (): number => elementFunctions(this.module, segment).length;
      const later = range.deferred.get(segment);
      if (later !== undefined) steps.push(fill('element', segment, later, length()));
      if (place === undefined) continue;
      if (!fits(place, length(), this.module.tables[place.index].min)) {
        steps.push({ kind: 'trap', trap: 'out_of_bounds_table_access' });
        return false;
      }
      this.elements.push(segment);
    }
    return true;
  }

  private addData(steps: InstantiationStep[], range: SegmentRange): boolean {
    for (let segment = range.first; segment < range.end; segment++) {
      const { place, start, end } = this.module.dataSegments[segment];
      const later = range.deferred.get(segment);
      if (later !== undefined) steps.push(fill('data', segment, later, end - start));
      if (place === undefined) continue;
      const { min, pageSizeLog2 } = this.module.memories[place.index];
      if (!fits(place, end - start, min << BigInt(pageSizeLog2))) {
        steps.push({ kind: 'trap', trap: 'out_of_bounds_memory_access' });
        return false;
      }
      this.dataSegments.push(segment);
    }
    return true;
  }
}

function fill(kind: 'element' | 'data', segment: number, place: ActivePlace, length: number): InstantiationStep {
  return { kind, segment, into: place.index, offset: constantOffset(place.offset), length };
}

function fits(place: ActivePlace, length: number, size: bigint): boolean {
  return constantOffset(place.offset) + BigInt(length) <= size;
}
