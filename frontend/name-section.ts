// Reads the custom section `name` (spec appendix "Custom Sections"): names of the module, functions and locals.
// Debug information cannot make a module invalid: reading stops silently where the section is malformed.

import { WasmError } from './errors.js';
import type { WasmModule } from './module.js';
import { Reader } from './reader.js';

export interface Names {
  readonly module: string | undefined;
  /** By function index. */
  readonly functions: ReadonlyMap<number, string>;
  /** By function index, then by local index. */
  readonly locals: ReadonlyMap<number, ReadonlyMap<number, string>>;
}

const enum Subsection {
  Module = 0,
  Functions = 1,
  Locals = 2,
}

const cache = new WeakMap<WasmModule, Names>();

/** The names of a module; read on the first call. */
export function readNames(module: WasmModule): Names {
  let names = cache.get(module);
  if (names === undefined) cache.set(module, (names = decodeNames(module)));
  return names;
}

/** The name that the name section gives a function. */
export function functionName(module: WasmModule, functionIndex: number): string | undefined {
  return readNames(module).functions.get(functionIndex);
}

function decodeNames(module: WasmModule): Names {
  let moduleName: string | undefined;
  let functions = new Map<number, string>();
  const locals = new Map<number, Map<number, string>>();
  const section = module.customSections.find(({ name }) => name === 'name');
  if (section === undefined) return { module: moduleName, functions, locals };
  const reader = new Reader(module.bytes, section.start, section.end);
  tolerate(() => {
    while (reader.pos < section.end) {
      const id = reader.u8();
      const size = reader.u32();
      const end = reader.pos + size;
      if (end > section.end) return;
      reader.end = end;
      tolerate(() => {
        if (id === Subsection.Module) moduleName = reader.name();
        else if (id === Subsection.Functions) functions = nameMap(reader, functions);
        else if (id === Subsection.Locals) {
          for (let count = reader.u32(); count > 0; count--) {
            const map = new Map<number, string>();
            locals.set(reader.u32(), map);
            nameMap(reader, map);
          }
        }
      });
      reader.pos = end;
      reader.end = section.end;
    }
  });
  return { module: moduleName, functions, locals };
}

/** Adds the reader's name map to `names`; the first name of an index counts. */
function nameMap(reader: Reader, names: Map<number, string>): Map<number, string> {
  for (let count = reader.u32(); count > 0; count--) {
    const index = reader.u32();
    const name = reader.name();
    if (!names.has(index)) names.set(index, name);
  }
  return names;
}

function tolerate(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof WasmError)) throw error;
  }
}
