// Modules that become one program: a `WasmModule` whose index spaces are those of the whole program, and for each
// module the maps from its own indices. Bodies stay in their module and its index spaces (ir/relocate.ts moves them).
// A program of one module is that module with itself.

import type { ActivePlace, Export, WasmModule } from './module.js';
import type { ModuleFacts } from './scan-module.js';

/** By index space: the program's index for each index of a module. */
export interface IndexMaps {
  readonly functions: Uint32Array;
  readonly types: Uint32Array;
  readonly tables: Uint32Array;
  readonly memories: Uint32Array;
  readonly globals: Uint32Array;
  readonly tags: Uint32Array;
  readonly elements: Uint32Array;
  readonly dataSegments: Uint32Array;
}

/** A size that an imported table or memory must have reached when its importer is instantiated. */
export interface SizeCheck {
  readonly kind: 'table' | 'memory';
  /** In the program's index space. */
  readonly index: number;
  /** Elements or pages. */
  readonly min: bigint;
}

/** What compiling the bodies of an instance needs. */
export interface InstanceBodies {
  readonly module: WasmModule;
  /** Absent where the program is this module alone. */
  readonly maps: IndexMaps | undefined;
  /** Its defined functions are `[firstFunction, endFunction)`. */
  readonly firstFunction: number;
  readonly endFunction: number;
}

/** A module of a program. Indices are the program's, but for those of `module`. */
export interface Instance extends InstanceBodies {
  /** What others import it as. */
  readonly name: string;
  /** Its place among the inputs; the main module is 0. */
  readonly input: number;
  /** Its `_initialize` or `__wasm_call_ctors` belongs to its instantiation. */
  readonly initializes: boolean;
  readonly start: number | undefined;
  readonly exports: readonly Export[];
  readonly sizeChecks: readonly SizeCheck[];
  /** Its active segments in order: those of the program's `elements` and `dataSegments` from there on, and where the passive ones among them go. */
  readonly elements: SegmentRange;
  readonly dataSegments: SegmentRange;
}

/** The segments `[first, end)`. Those for imported tables or memories are passive in the program, as their places can only be filled at run time. */
export interface SegmentRange {
  readonly first: number;
  readonly end: number;
  /** Place by segment. */
  readonly deferred: ReadonlyMap<number, ActivePlace>;
}

export interface Program {
  /** The index spaces of the program. Its exports are those of the main module; its bytes are those of all modules, one behind the other. */
  readonly module: WasmModule;
  readonly facts: ModuleFacts;
  /** In the order of instantiation. */
  readonly instances: readonly Instance[];
  /** Of a program that was linked dynamically: what `dlopen` and `dlsym` find, the main module first; empty where nothing can call them. */
  readonly libraries?: readonly Library[];
  /** Globals that have the address of a function that nobody provides, which is null: its name. */
  readonly nullAddresses?: ReadonlyMap<number, string>;
  /** Functions (`env.name`) that need nobody who provides them: they are missing when they are called. */
  readonly lazyImports?: ReadonlySet<string>;
}

/** A module that was linked dynamically, as the program sees it at run time. */
export interface Library {
  /** As it was given on the command line. */
  readonly name: string;
  /** Names with addresses: of data in memory 0, of functions in table 0. */
  readonly symbols: ReadonlyMap<string, number>;
  /** It is open from the start, and initialized by then. */
  readonly started: boolean;
  /** Element of table 0 that initializes it: it is called when it is opened first; 0 where nothing is to be called. */
  readonly constructors: number;
  /** Libraries that are opened before it, by their place in the list. */
  readonly needed: readonly number[];
}

/** A module by itself as a program. */
export function programOf(module: WasmModule, facts: ModuleFacts): Program {
  const { importCount, count } = module.functions;
  const none: ReadonlyMap<number, ActivePlace> = new Map();
  return {
    module,
    facts,
    instances: [
      {
        name: '',
        module,
        maps: undefined,
        input: 0,
        initializes: false,
        firstFunction: importCount,
        endFunction: count,
        start: module.start,
        exports: module.exports,
        sizeChecks: [],
        elements: { first: 0, end: module.elements.length, deferred: none },
        dataSegments: { first: 0, end: module.dataSegments.length, deferred: none },
      },
    ],
  };
}

/** The instance that defines a function of the program. */
export function definingInstance<T extends InstanceBodies>(instances: readonly T[], functionIndex: number): T | undefined {
  return instances.find(({ firstFunction, endFunction }) => functionIndex >= firstFunction && functionIndex < endFunction);
}

/** A function of the program, which the instance defines, in the index space of its module. */
export function localFunction(instance: InstanceBodies, functionIndex: number): number {
  return functionIndex - instance.firstFunction + instance.module.functions.importCount;
}
