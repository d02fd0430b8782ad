// Dynamic linking, done once and for all: what Emscripten's JavaScript (or ld.so) does when a program starts and calls dlopen.
// Every module gets its place in memory and table, addresses become constants, and one more module, the loader, exports them.
// Of a library that is opened later only the constructors wait for that.

import { WasmError, type ErrorKind } from '../errors.js';
import { memory32MaxPages, mostInitialElements } from '../limits.js';
import { type LinkInput, linkModules, type Provided } from '../link-modules.js';
import { functionType, type FunctionType, functionTypeAt, type Import, type WasmModule } from '../module.js';
import type { Library, Program } from '../program.js';
import { scanModule } from '../scan-module.js';
import { Type } from '../value-types.js';
import type { DynamicInput } from './dylink-section.js';
import { CONSTRUCTORS, isPlain, type LoaderCall, type LoaderContents, type LoaderImport, loaderModule, MEMORY, TABLE } from './loader.js';
import { reachesImport } from './reach.js';
import { plainName, Scope } from './scope.js';

/** What dynamic linking asks of the host. */
export interface DynamicHost {
  /** Whether it has a function of this name. */
  readonly provides: (entry: Pick<Import, 'module' | 'name'>) => boolean;
  /** The type of its function of `env`, if there is one only. */
  readonly typeOf: (name: string) => LoaderImport['type'] | undefined;
  /** Imports that open libraries and look for symbols: a program that reaches none of them needs no names at run time. */
  readonly asksForNames: (name: string) => boolean;
  readonly mostModules: number;
  /** What nobody has is no error (`--allow-undefined=trap`). */
  readonly undefinedTraps: boolean;
}

/** Bytes of stack, as Emscripten up to 3.1.24 gives; less where the main module's memory starts too small for it. */
const STACK_BYTES = 5 << 20;
const STACK_ALIGN = 16;
const PAGE_BYTES = 1 << 16;
/** What C programs begin at, as compilers call it. */
const mainNames = ['main', '__main_argc_argv'];
/** Where Emscripten's data begins. */
const FIRST_DATA = 1024;
/** Element 0 of the table is null. */
const FIRST_ELEMENT = 1;

/** Links modules of dynamic linking, the main one first. Throws `WasmError` with `inputIndex`. */
export function linkDynamic(inputs: readonly DynamicInput[], host: DynamicHost): Program {
  return new DynamicLinker(inputs, host).link();
}

/** Where a module lies. */
interface Bases {
  readonly memory: number;
  readonly table: number;
}

class DynamicLinker {
  /** Inputs that start with the program, the main one first. */
  private readonly started: readonly number[];
  private readonly opens: boolean;
  private readonly scope: Scope;
  private readonly bases: readonly Bases[];
  private readonly linkerSymbols: ReadonlyMap<string, number>;
  private readonly memory: LoaderContents['memory'];
  /** Elements in modules' own segments. */
  private readonly elementsBefore: number;
  /** Functions that the loader imports, and the elements that it makes of some. */
  private readonly imported: LoaderImport[] = [];
  private readonly importedAt = new Map<string, number>();
  private readonly elements: number[] = [];
  private readonly elementAt = new Map<string, number>();
  private readonly globals = new Map<string, { readonly value: number; readonly mutable: boolean }>();
  private readonly tags = new Map<string, LoaderImport['type']>();
  /** Functions that nobody provides and whose address is taken. */
  private readonly nullAddresses = new Set<string>();

  constructor(
    private readonly inputs: readonly DynamicInput[],
    private readonly host: DynamicHost,
  ) {
    if (inputs.length > host.mostModules) this.fail('limit', 0, 0, `: ${inputs.length} modules, at most ${host.mostModules}`);
    inputs.forEach((input, i) => this.checkKind(input, i));
    this.opens = reachesImport(inputs, host.asksForNames);
    this.started = this.startedInputs();
    this.scope = new Scope(inputs, this.started);
    const declared = inputs[0].module.memories[0];
    const placed = this.place(Number(declared.min) * PAGE_BYTES);
    this.bases = placed.bases;
    this.linkerSymbols = placed.symbols;
    this.elementsBefore = placed.elements;
    const min = Math.max(Number(declared.min), Math.ceil(placed.end / PAGE_BYTES));
    if (min > memory32MaxPages) this.fail('limit', 0, 0, `: the modules' data takes ${placed.end} bytes`);
    if (placed.elements > mostInitialElements) this.fail('limit', 0, 0, `: the modules' tables have ${placed.elements} elements`);
    this.memory = { min, max: declared.max === undefined ? undefined : Math.max(Number(declared.max), min) };
    this.knowElements();
  }

  link(): Program {
    const { inputs } = this;
    const provided = inputs.map(({ module }, input) => module.imports.map((entry) => this.provide(input, entry)));
    const libraries = this.opens ? this.libraries() : [];
    const loader = this.loader();
    const all: LinkInput[] = inputs.map(({ name, module, facts }, i) => {
      const imports = module.imports.map((entry) => withSizesOf(loader, entry));
      const places = new Map(imports.map((entry, at) => [entry, provided[i][at]] as const));
      return { name, module: { ...module, imports }, facts, provide: (entry) => places.get(entry) };
    });
    const froms = new Map(loader.imports.map((entry, i) => [entry, this.imported[i].from] as const));
    all.push({
      name: '',
      module: loader,
      facts: scanModule(loader),
      provide: (entry) => {
        const from = froms.get(entry);
        return from !== undefined && 'input' in from ? from : undefined;
      },
    });
    // The loader comes last: its start function relocates the data of all.
    const exports = new Map(this.startsByItself() ? [] : [['__wasm_call_ctors', { input: inputs.length, name: CONSTRUCTORS }], ...this.mainOfLibrary()]);
    const program = linkModules(all, { dynamic: { order: [...all.keys()], exports } });
    return { ...program, libraries, lazyImports: this.lazyImports(), nullAddresses: this.globalsWithNull(program) };
  }

  // ---- which modules, and in which order

  private checkKind({ module, dylink }: DynamicInput, input: number): void {
    const [memory] = module.memories;
    if (dylink.hasThreadLocals || memory?.shared === true) this.fail('notLinkedDynamically', input, 0, ': it has threads');
    if (memory?.is64 === true) this.fail('notLinkedDynamically', input, 0, ': its memory has 64-bit addresses');
    if (module.memories.length !== 1 || module.imports.every(({ kind }) => kind !== 'memory')) {
      this.fail('notLinkedDynamically', input, 0, ': it does not import the one memory of the program');
    }
  }

  /** The input of a library, by the name that another module needs it by. */
  private libraryNamed(name: string, asker: number): number {
    const found = this.inputs.findIndex((input, i) => i > 0 && (input.name === name || baseName(input.name) === baseName(name)));
    if (found < 0) this.fail('libraryMissing', asker, 0, `: ${this.inputs[asker].name} needs ${name}`);
    return found;
  }

  /** The main module, then what it needs, each behind what it needs itself; all libraries where none can be opened later. */
  private startedInputs(): number[] {
    const order: number[] = [];
    const seen = new Set<number>([0]);
    const start = (input: number): void => {
      if (seen.has(input)) return;
      seen.add(input);
      for (const name of this.inputs[input].dylink.needed) start(this.libraryNamed(name, input));
      order.push(input);
    };
    for (const name of this.inputs[0].dylink.needed) start(this.libraryNamed(name, 0));
    for (let input = 1; input < this.inputs.length; input++) if (!this.opens || this.mainImportsFrom(input)) start(input);
    return [0, ...order];
  }

  /** Whether the main module imports a function that only a library has. */
  private mainImportsFrom(input: number): boolean {
    const [main] = this.inputs;
    const exported = new Set(this.inputs[input].module.exports.flatMap(({ name, kind }) => (kind === 'function' ? [name] : [])));
    const own = new Set(main.module.exports.map(({ name }) => name));
    return main.module.imports.some((entry) => entry.kind === 'function' && exported.has(entry.name) && !own.has(entry.name) && !this.host.provides(entry));
  }

  /** Whether the main module has a `_start`, which calls its own constructors. */
  private startsByItself(): boolean {
    return this.inputs[0].module.exports.some(({ name, kind }) => kind === 'function' && name === '_start');
  }

  /** The `main` of a library, where the main module has none. */
  private mainOfLibrary(): [string, Provided][] {
    const [main] = this.inputs;
    if (main.module.exports.some(({ name, kind }) => kind === 'function' && mainNames.includes(name))) return [];
    return mainNames.flatMap((name): [string, Provided][] => {
      const found = this.scope.functionAt(name, 0);
      return found === undefined ? [] : [[name, found]];
    });
  }

  // ---- places, as Emscripten has them: data, stack, heap

  private place(initialBytes: number): { bases: Bases[]; symbols: Map<string, number>; elements: number; end: number } {
    let memory = FIRST_DATA,
      table = FIRST_ELEMENT;
    const bases = this.inputs.map(({ dylink }) => {
      const base = { memory: alignTo(memory, Math.max(dylink.memoryAlign, STACK_ALIGN)), table: alignTo(table, dylink.tableAlign) };
      memory = base.memory + dylink.memorySize;
      table = base.table + dylink.tableSize;
      return base;
    });
    const stack = alignTo(memory, STACK_ALIGN);
    const heap = stack + alignTo(Math.min(STACK_BYTES, Math.max(initialBytes - stack, PAGE_BYTES) / 2), STACK_ALIGN);
    const symbols = new Map([
      ['__global_base', FIRST_DATA],
      ['__data_end', stack],
      ['__stack_low', stack],
      ['__stack_high', heap],
      ['__heap_base', heap],
    ]);
    return { bases, symbols, elements: table, end: heap };
  }

  // ---- functions and their elements

  /** Elements of modules' own segments are the addresses of their functions. */
  private knowElements(): void {
    this.inputs.forEach(({ module }, input) => {
      for (const { place, items } of module.elements) {
        const [first, second, ...more] = place?.offset.steps ?? [];
        const based = first?.op === 'global.get' && isImportOf(module, first.index, '__table_base');
        const offset = second === undefined ? 0 : second.op === 'const' && more[0]?.op === 'add' && more.length === 1 ? Number(second.bits) : undefined;
        if (!based || offset === undefined || items.kind !== 'functions' || place?.index !== 0) continue;
        items.indices.forEach((index, i) => {
          const key = index < 0 ? undefined : this.keyOf(this.definition(input, index));
          if (key !== undefined && !this.elementAt.has(key)) this.elementAt.set(key, this.bases[input].table + offset + i);
        });
      }
    });
  }

  /** Where a function of a module's index space comes from. */
  private definition(input: number, index: number): LoaderImport['from'] | { readonly input: number; readonly index: number } {
    const { module } = this.inputs[input];
    if (index >= module.functions.importCount) return { input, index };
    const entry = module.imports.find((candidate) => candidate.kind === 'function' && candidate.index === index)!;
    return this.function(input, entry) ?? entry;
  }

  /** A function, whatever names lead to it. */
  private keyOf(from: ReturnType<DynamicLinker['definition']>): string {
    if ('index' in from && 'input' in from) return `${from.input} ${from.index}`;
    if (!('input' in from)) return `${from.module}.${from.name}`;
    const { index } = this.scope.exported(from);
    return this.keyOf(this.definition(from.input, index));
  }

  /** The place of a function among those that the loader imports. */
  private importOf(from: LoaderImport['from'], type: LoaderImport['type'], key: string): number {
    const known = this.importedAt.get(key) ?? this.imported.length;
    if (known === this.imported.length) {
      this.importedAt.set(key, known);
      this.imported.push({ from, type });
    }
    return known;
  }

  private typeOf({ input, name }: Provided): FunctionType {
    const { index, offset } = this.scope.exported({ input, name });
    const type = functionType(this.inputs[input].module, index);
    if (!isPlain(type)) this.fail('notLinkedDynamically', input, offset, `: the type of ${name} has typed references`);
    return type;
  }

  /** The element of a function, which is its address. */
  private element(from: LoaderImport['from'], type: LoaderImport['type']): number {
    const key = this.keyOf(from);
    const known = this.elementAt.get(key);
    if (known !== undefined) return known;
    const at = this.elementsBefore + this.elements.length;
    this.elements.push(this.importOf(from, type, key));
    this.elementAt.set(key, at);
    return at;
  }

  // ---- what imports are bound to

  private provide(input: number, entry: Import): Provided | undefined {
    const loader = this.inputs.length;
    switch (entry.kind) {
      case 'memory':
        return { input: loader, name: MEMORY };
      case 'table':
        return { input: loader, name: TABLE };
      case 'tag':
        if (!this.tags.has(tagName(entry))) this.tags.set(tagName(entry), functionTypeAt(this.inputs[input].module, entry.typeIndex));
        return { input: loader, name: tagName(entry) };
      case 'function':
        return this.function(input, entry);
      case 'global': {
        const name = this.global(input, entry);
        return name === undefined ? undefined : { input: loader, name };
      }
    }
  }

  private function(input: number, entry: Import): Provided | undefined {
    const wanted = entry.kind === 'function' ? functionTypeAt(this.inputs[input].module, entry.typeIndex) : undefined;
    return this.scope.functionFor(entry.name, input, (provided, index) => {
      const type = functionType(this.inputs[provided.input].module, index);
      return wanted === undefined || (sameTypes(type.params, wanted.params) && sameTypes(type.results, wanted.results));
    });
  }

  /** The loader's global for an imported one, undefined where there is none. */
  private global(input: number, entry: Import): string | undefined {
    if (entry.kind !== 'global' || entry.type.type !== Type.I32) return undefined;
    const { mutable } = entry.type;
    const named = (name: string, value: number | undefined): string | undefined => {
      if (value === undefined) return undefined;
      const full = `${name} ${mutable ? 'mutable' : 'constant'}`;
      this.globals.set(full, { value, mutable });
      return full;
    };
    if (entry.module === 'GOT.mem') return named(`${input} ${entry.module}.${entry.name}`, this.dataAddress(input, entry));
    if (entry.module === 'GOT.func') return named(`${input} ${entry.module}.${entry.name}`, this.functionAddress(input, entry.name));
    if (entry.module !== 'env') return undefined;
    switch (entry.name) {
      case '__stack_pointer':
        return named(entry.name, this.linkerSymbols.get('__stack_high'));
      case '__memory_base':
        return named(`${input} ${entry.name}`, this.bases[input].memory);
      case '__table_base':
        return named(`${input} ${entry.name}`, this.bases[input].table);
      default:
        return named(entry.name, this.linkerSymbols.get(entry.name));
    }
  }

  private dataAddress(input: number, { name, offset }: Import): number | undefined {
    const known = this.linkerSymbols.get(name);
    if (known !== undefined) return known;
    const found = this.scope.dataAt(name, input);
    if (found !== undefined) return this.addressOfData(found);
    if (this.inputs[input].dylink.weakImports.has(name)) return 0;
    return this.host.undefinedTraps ? undefined : this.fail('symbolMissing', input, offset, ` ${name}, which ${this.inputs[input].name} uses`);
  }

  private addressOfData(found: Provided): number {
    return (this.bases[found.input].memory + this.scope.dataOffset(found)) >>> 0;
  }

  private functionAddress(input: number, name: string): number {
    const found = this.scope.functionAt(name, input);
    if (found !== undefined) return this.element(found, this.typeOf(found));
    const entry = { module: 'env', name };
    const type = this.host.provides(entry) ? (this.importedType(name) ?? this.host.typeOf(name)) : undefined;
    if (type !== undefined) return this.element(entry, type);
    if (!this.inputs[input].dylink.weakImports.has(name)) this.nullAddresses.add(name);
    return 0;
  }

  /** The type that some module imports a function of `env` with. */
  private importedType(name: string): LoaderImport['type'] | undefined {
    for (const { module } of this.inputs) {
      const entry = module.imports.find((candidate) => candidate.kind === 'function' && candidate.module === 'env' && candidate.name === name);
      if (entry?.kind === 'function') return functionTypeAt(module, entry.typeIndex);
    }
    return undefined;
  }

  // ---- the result

  /** What can be asked for at run time. */
  private libraries(): Library[] {
    return this.inputs.map(({ name, dylink }, input): Library => {
      // No program can ask for a name with a NUL.
      const named = this.scope.symbolsOf(input).filter((symbol) => !symbol.name.includes('\0'));
      const symbols = named.map((symbol): [string, number] => {
        const { kind } = this.scope.exported(symbol);
        return [plainName(symbol.name), kind === 'function' ? this.element(symbol, this.typeOf(symbol)) : this.addressOfData(symbol)];
      });
      const started = this.started.includes(input);
      const constructors = started ? undefined : this.initializer(input);
      return {
        name,
        started,
        symbols: new Map(symbols),
        constructors: constructors === undefined ? 0 : this.element({ input, name: constructors }, { params: new Int32Array(0), results: new Int32Array(0) }),
        needed: input === 0 ? [] : dylink.needed.map((needed) => this.libraryNamed(needed, input)),
      };
    });
  }

  private globalsWithNull({ instances }: Program): Map<number, string> {
    return new Map(
      instances.flatMap(({ module, maps }) =>
        module.imports.flatMap(({ module: from, name, index }): [number, string][] =>
          from === 'GOT.func' && this.nullAddresses.has(name) ? [[maps!.globals[index], name]] : [],
        ),
      ),
    );
  }

  /** Functions that libraries import, or that are weak: what is not there is missing when it is called. */
  private lazyImports(): Set<string> {
    return new Set(
      this.inputs.flatMap(({ module, dylink }, input) =>
        module.imports.flatMap(({ kind, module: from, name }) =>
          kind === 'function' && (input > 0 || dylink.weakImports.has(name)) ? [`${from}.${name}`] : [],
        ),
      ),
    );
  }

  /** The export of a module that calls its constructors. */
  private initializer(input: number): string | undefined {
    return this.ownFunction(input, '__wasm_call_ctors') ?? this.ownFunction(input, '__post_instantiate');
  }

  /** An export with so many parameters of i32 and without results, if the module has it. */
  private ownFunction(input: number, name: string, count = 0): string | undefined {
    const { module } = this.inputs[input];
    const entry = module.exports.find((candidate) => candidate.kind === 'function' && candidate.name === name);
    if (entry === undefined) return undefined;
    const { params, results } = functionType(module, entry.index);
    return params.length === count && params.every((type) => type === Type.I32) && results.length === 0 ? name : undefined;
  }

  private loader(): WasmModule {
    const called = (inputs: readonly number[], name: (input: number) => string | undefined, args: readonly number[] = []): LoaderCall[] => {
      const type = { params: new Int32Array(args.length).fill(Type.I32), results: new Int32Array(0) };
      return inputs.flatMap((input) => {
        const found = name(input);
        return found === undefined ? [] : [{ function: this.importOf({ input, name: found }, type, `${input} ${found}`), args }];
      });
    };
    const [main, ...libraries] = this.started;
    const all = [...this.inputs.keys()];
    const stack = ['__stack_high', '__stack_low'].map((name) => this.linkerSymbols.get(name)!);
    const beginning = [
      ...['emscripten_stack_set_limits', '__set_stack_limits'].flatMap((name) => called(all, (input) => this.ownFunction(input, name, stack.length), stack)),
      ...called(all, (input) => this.ownFunction(input, '__wasm_apply_data_relocs')),
    ];
    const constructors = called(this.startsByItself() ? libraries : [main, ...libraries], (input) => this.initializer(input));
    const declared = this.inputs.map(({ module }) => Number(module.tables[0]?.min ?? 0n));
    const size = Math.max(this.elementsBefore + this.elements.length, ...declared);
    const contents: LoaderContents = {
      features: this.inputs[0].module.features,
      memory: this.memory,
      table: { size },
      functions: this.imported,
      elements: { at: this.elementsBefore, functions: this.elements },
      globals: this.globals,
      tags: this.tags,
      start: this.startsByItself() ? [...beginning, ...constructors] : beginning,
      constructors: this.startsByItself() ? [] : constructors,
    };
    return loaderModule(contents);
  }

  private fail(kind: ErrorKind, input: number, offset: number, detail: string): never {
    const error = new WasmError(kind, offset, detail);
    error.inputIndex = input;
    throw error;
  }
}

/** An import of the memory or table with the sizes that the loader's have. */
function withSizesOf({ memories: [memory], tables: [table] }: WasmModule, entry: Import): Import {
  if (entry.kind === 'memory') return { ...entry, type: memory };
  return entry.kind === 'table' ? { ...entry, type: { ...entry.type, min: table.min, max: table.max } } : entry;
}

/** The name of a file without its folders. */
function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function alignTo(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}

function tagName({ name }: Import): string {
  return `tag ${name}`;
}

function sameTypes(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((type, i) => type === b[i]);
}

function isImportOf(module: WasmModule, global: number, name: string): boolean {
  return module.imports.some((entry) => entry.kind === 'global' && entry.index === global && entry.name === name);
}
