// Links modules with each other (spec 4.5.4 "Instantiation", its static half): binds imports to exports, orders the
// modules so that exporters come before importers, and puts their index spaces together. An import of another module
// is only another index of the same thing. What is decided at run time is left as data: segments for imported tables
// and memories, sizes to check, start functions.

import { foldConstant } from './decode-constant.js';
import { WasmError } from './errors.js';
import { type ExternalType, matchImport } from './match-imports.js';
import { mergeFacts } from './merge-facts.js';
import { type MergedTypes, mergeTypes, relocateValueType } from './merge-types.js';
import type {
  ActivePlace,
  ConstantExpression,
  ConstantStep,
  DataSegment,
  ElementSegment,
  Export,
  ExternalKind,
  Global,
  Import,
  MemoryType,
  Table,
  WasmModule,
} from './module.js';
import type { IndexMaps, Instance, Program, SegmentRange, SizeCheck } from './program.js';
import type { ModuleFacts } from './scan-module.js';
import type { ValueType } from './value-types.js';

/** An export of an input. */
export interface Provided {
  readonly input: number;
  readonly name: string;
}

/** A module to link: decoded, and all bodies validated. */
export interface LinkInput {
  readonly name: string;
  readonly module: WasmModule;
  readonly facts: ModuleFacts;
  /** The export that an import is bound to, whether the input has it or not; undefined: it is left to the host. */
  readonly provide: (entry: Import) => Provided | undefined;
}

export interface LinkOptions {
  /** Whether the host provides an import that the module of that name does not export. */
  readonly hostProvides?: (entry: Import) => boolean;
  /** Exports may be called before all modules are instantiated, so that an import may find memories and tables grown. */
  readonly callsBetween?: boolean;
  /** Of modules that are linked dynamically, see `dynamic/`. */
  readonly dynamic?: {
    /** Inputs in the order of instantiation, whoever imports from whom. Segments for imported memories and tables are in place from the start. */
    readonly order: readonly number[];
    /** Exports of the program besides the main module's, or in their place. */
    readonly exports: ReadonlyMap<string, Provided>;
  };
}

/** Binds imports by their module's name to exports of the same name. */
export function byModuleName(providers: ReadonlyMap<string, number>): LinkInput['provide'] {
  return ({ module, name }) => {
    const input = providers.get(module);
    return input === undefined ? undefined : { input, name };
  };
}

/**
 * Links modules; the first one is the main module. Throws `WasmError` with `inputIndex`: an import that its module does not
 * export, or exports as something else; modules that need each other.
 */
export function linkModules(inputs: readonly LinkInput[], options: LinkOptions = {}): Program {
  return new Linker(inputs, options).link();
}

const kinds: readonly ExternalKind[] = ['function', 'table', 'memory', 'global', 'tag'];

/** A definition, or an import of the host, in its own module. */
interface Place {
  readonly input: number;
  readonly index: number;
}

class Linker {
  /** By input and kind: what its imports are bound to. */
  private readonly bound: Readonly<Record<ExternalKind, Place[]>>[];
  /** Imports whose place is being looked for. */
  private readonly binding = new Set<Import>();
  private readonly exports: ReadonlyMap<string, Export>[];
  private readonly maps: IndexMaps[] = [];
  private readonly types: MergedTypes;
  /** By kind: the number of imports of the host, and of all things. */
  private readonly importCounts = new Map<ExternalKind, number>();
  private readonly counts = new Map<ExternalKind, number>();
  private readonly globals: Global[] = [];
  /** Where a module's bytes begin in those of the program. */
  private readonly byteStarts: number[] = [];

  constructor(
    private readonly inputs: readonly LinkInput[],
    private readonly options: LinkOptions,
  ) {
    this.bound = inputs.map(() => ({ function: [], table: [], memory: [], global: [], tag: [] }));
    this.exports = inputs.map(({ module }) => new Map(module.exports.map((entry) => [entry.name, entry])));
    this.types = mergeTypes(inputs.map(({ module }) => module));
    let bytes = 0;
    for (const { module } of inputs) {
      this.byteStarts.push(bytes);
      bytes += module.bytes.length;
    }
  }

  link(): Program {
    const { inputs } = this;
    const order = this.options.dynamic?.order ?? this.order();
    inputs.forEach(({ module }, input) => {
      for (const entry of module.imports) this.bind(input, entry);
    });
    this.number();
    const { types } = this;
    const facts = mergeFacts(
      inputs.map(({ module, facts: own }, i) => ({ module, facts: own, maps: this.maps[i] })),
      {
        functions: this.count('function'),
        globals: this.count('global'),
        tables: this.count('table'),
        types: types.types.length,
      },
      types.typeIds,
    );
    const checks = this.match(order, facts);
    inputs.forEach((_input, input) => this.evaluateGlobals(input));
    const tables = this.collect('table', (input, index) => this.table(input, index));
    const memories = this.collect<MemoryType>('memory', (input, index) => inputs[input].module.memories[index]);
    const segments = inputs.map((_input, i) => this.segments(i));
    for (const { elements } of segments) for (const { index } of elements.range.deferred.values()) facts.tablesMutated[index] = 1;
    return {
      module: this.module(tables, memories, segments),
      facts,
      instances: order.map((input) => this.instance(input, checks[input], segments[input].elements.range, segments[input].data.range)),
    };
  }

  // ---- names: which module provides what, in which order

  /** Inputs so that each comes behind those that it imports from, the main module as late as possible. */
  private order(): number[] {
    const order: number[] = [];
    const state = new Uint8Array(this.inputs.length); // 1: being visited, 2: done
    const visit = (input: number, entry: Import | undefined, importer: number): void => {
      if (state[input] === 2) return;
      if (state[input] === 1) this.fail('importCycle', importer, entry?.offset ?? 0, `: ${this.inputs[importer].name} and ${this.inputs[input].name}`);
      state[input] = 1;
      for (const wanted of this.inputs[input].module.imports) {
        const provider = this.provider(input, wanted);
        if (provider !== undefined) visit(provider.input, wanted, input);
      }
      state[input] = 2;
      order.push(input);
    };
    for (let input = 1; input < this.inputs.length; input++) visit(input, undefined, input);
    visit(0, undefined, 0);
    return order;
  }

  /** The export that an import is bound to, undefined for the host. */
  private provider(input: number, entry: Import): Provided | undefined {
    const provided = this.inputs[input].provide(entry);
    if (provided === undefined || this.exports[provided.input].has(provided.name)) return provided;
    if (this.options.hostProvides?.(entry) === true) return undefined;
    return this.fail('unknownImport', input, entry.offset, ` ${entry.module}.${entry.name}: the module exports no such thing`);
  }

  /** Where what is imported is defined, or which import of the host it is. */
  private bind(input: number, entry: Import): Place {
    const known = this.bound[input][entry.kind][entry.index];
    if (known !== undefined) return known;
    if (this.binding.has(entry)) this.fail('importCycle', input, entry.offset, `: what exports ${entry.module}.${entry.name} imports it`);
    this.binding.add(entry);
    const place = this.placeOf(input, entry);
    this.bound[input][entry.kind][entry.index] = place;
    return place;
  }

  private placeOf(input: number, entry: Import): Place {
    const provider = this.provider(input, entry);
    const found = provider === undefined ? undefined : this.exports[provider.input].get(provider.name);
    if (provider === undefined || found === undefined) return { input, index: entry.index };
    if (found.kind !== entry.kind) {
      this.fail('incompatibleImport', input, entry.offset, ` of ${entry.module}.${entry.name}: it is a ${found.kind}, imported as a ${entry.kind}`);
    }
    const { module } = this.inputs[provider.input];
    const defined = found.kind === 'function' && found.index >= module.functions.importCount;
    const passedOn = defined ? undefined : module.imports.find(({ kind, index }) => kind === found.kind && index === found.index);
    return passedOn === undefined ? { input: provider.input, index: found.index } : this.bind(provider.input, passedOn);
  }

  /** Whether an import is left to the host. */
  private isHosts(input: number, kind: ExternalKind, index: number): boolean {
    const place = this.bound[input][kind][index];
    return place !== undefined && place.input === input && place.index === index;
  }

  /** Whether an index is of something that the input defines, or that the host gives it. */
  private hasOwn(input: number, kind: ExternalKind, index: number): boolean {
    return this.bound[input][kind][index] === undefined || this.isHosts(input, kind, index);
  }

  // ---- index spaces

  /** Gives everything its index: imports of the host, what has to be index 0, then the definitions of each input. */
  private number(): void {
    const spaces = new Map<ExternalKind, Uint32Array[]>();
    for (const kind of kinds) {
      const space = this.inputs.map(({ module }) => new Uint32Array(sizeOf(module, kind)).fill(UNNUMBERED));
      let next = 0;
      const take = ({ input, index }: Place): void => {
        if (space[input][index] === UNNUMBERED) space[input][index] = next++;
      };
      this.bound.forEach((own, input) =>
        own[kind].forEach((place, index) => {
          if (this.isHosts(input, kind, index)) take(place);
        }),
      );
      this.importCounts.set(kind, next);
      const first = this.firstOf(kind);
      if (first !== undefined) take(first);
      this.bound.forEach((own, input) => {
        for (let index = own[kind].length; index < space[input].length; index++) take({ input, index });
      });
      this.counts.set(kind, next);
      this.bound.forEach((own, input) =>
        own[kind].forEach((place, index) => {
          space[input][index] = space[place.input][place.index];
        }),
      );
      spaces.set(kind, space);
    }
    let elements = 0,
      dataSegments = 0;
    this.inputs.forEach(({ module }, input) => {
      const of = (kind: ExternalKind): Uint32Array => spaces.get(kind)?.[input] ?? new Uint32Array(0);
      this.maps.push({
        functions: of('function'),
        tables: of('table'),
        memories: of('memory'),
        globals: of('global'),
        tags: of('tag'),
        types: consecutive(this.types.first[input], module.types.length),
        elements: consecutive(elements, module.elements.length),
        dataSegments: consecutive(dataSegments, module.dataSegments.length),
      });
      elements += module.elements.length;
      dataSegments += module.dataSegments.length;
    });
  }

  /** The memory or table that the runtime takes for the program's: that of the main module, or of the first one that has one. */
  private firstOf(kind: ExternalKind): Place | undefined {
    if (kind !== 'memory' && kind !== 'table') return undefined;
    const has = (input: number): boolean => sizeOf(this.inputs[input].module, kind) > 0;
    const inputs = this.inputs.map((_input, index) => index).filter(has);
    const input = inputs.find((index) => index === 0 || this.bound[index].function.some((_place, f) => this.isHosts(index, 'function', f))) ?? inputs[0];
    return input === undefined ? undefined : (this.bound[input][kind][0] ?? { input, index: 0 });
  }

  private count(kind: ExternalKind): number {
    return this.counts.get(kind) ?? 0;
  }

  /** The items of an index space, imports of the host included. */
  private collect<T>(kind: ExternalKind, itemOf: (input: number, index: number) => T): T[] {
    const items = new Array<T>(this.count(kind));
    this.maps.forEach((maps, input) => {
      const map = mapOf(maps, kind);
      map.forEach((merged, index) => {
        if (this.hasOwn(input, kind, index)) items[merged] = itemOf(input, index);
      });
    });
    return items;
  }

  private valueType(input: number, type: ValueType): ValueType {
    const first = this.types.first[input];
    return relocateValueType(type, (id) => this.types.typeIds[first + id]);
  }

  private typeId(input: number, typeIndex: number): number {
    return this.types.typeIds[this.types.first[input] + typeIndex];
  }

  // ---- matching

  private match(order: readonly number[], facts: ModuleFacts): SizeCheck[][] {
    const checks: SizeCheck[][] = this.inputs.map(() => []);
    let callsBefore = this.options.callsBetween === true;
    for (const input of order) {
      for (const entry of this.inputs[input].module.imports) {
        const place = this.bound[input][entry.kind][entry.index];
        if (this.isHosts(input, entry.kind, entry.index)) continue;
        const wanted = this.importType(input, entry);
        const result = matchImport(this.types.types, this.placeType(place, entry.kind), wanted);
        if (result.kind === 'matches') continue;
        const index = mapOf(this.maps[input], entry.kind)[entry.index];
        const grows = callsBefore && (entry.kind === 'memory' ? facts.growsMemory : facts.tablesGrown[index] === 1);
        if (result.kind === 'tooSmall' && grows && (wanted.kind === 'table' || wanted.kind === 'memory')) {
          checks[input].push({ kind: wanted.kind, index, min: wanted.type.min });
          continue;
        }
        this.fail('incompatibleImport', input, entry.offset, ` of ${entry.module}.${entry.name}: ${result.why}`);
      }
      callsBefore ||= this.inputs[input].module.start !== undefined || this.exports[input].has('_initialize');
    }
    return checks;
  }

  private importType(input: number, entry: Import): ExternalType {
    switch (entry.kind) {
      case 'function':
      case 'tag':
        return { kind: entry.kind, typeId: this.typeId(input, entry.typeIndex) };
      case 'table':
        return { kind: entry.kind, type: { ...entry.type, element: this.valueType(input, entry.type.element) } };
      case 'global':
        return { kind: entry.kind, type: { ...entry.type, type: this.valueType(input, entry.type.type) } };
      case 'memory':
        return { kind: entry.kind, type: entry.type };
    }
  }

  private placeType({ input, index }: Place, kind: ExternalKind): ExternalType {
    const { module } = this.inputs[input];
    switch (kind) {
      case 'function':
        return { kind, typeId: this.typeId(input, module.functions.typeIndex[index]) };
      case 'tag':
        return { kind, typeId: this.typeId(input, module.tags[index]) };
      case 'table':
        return { kind, type: { ...module.tables[index], element: this.valueType(input, module.tables[index].element) } };
      case 'global':
        return { kind, type: { ...module.globals[index], type: this.valueType(input, module.globals[index].type) } };
      case 'memory':
        return { kind, type: module.memories[index] };
    }
  }

  // ---- constants: every global that they may read has its value by then

  private evaluateGlobals(input: number): void {
    const { module } = this.inputs[input];
    const map = this.maps[input].globals;
    module.globals.forEach((global, index) => {
      if (this.globals[map[index]] !== undefined) return;
      if (!this.hasOwn(input, 'global', index)) return this.evaluateGlobals(this.bound[input].global[index].input);
      const init = global.init === undefined ? undefined : this.constant(input, global.init);
      this.globals[map[index]] = { type: this.valueType(input, global.type), mutable: global.mutable, init };
    });
  }

  private constant(input: number, expression: ConstantExpression): ConstantExpression {
    const steps = foldConstant(expression.steps, (step): readonly ConstantStep[] => {
      switch (step.op) {
        case 'const':
          return [step];
        case 'ref.func':
          return [{ op: step.op, index: this.maps[input].functions[step.index] }];
        case 'ref.null':
        case 'aggregate':
          return [{ op: step.op, type: this.valueType(input, step.type) }];
        case 'global.get': {
          const index = this.maps[input].globals[step.index];
          return this.globals[index].init?.steps ?? [{ op: step.op, index }];
        }
      }
    });
    return { type: this.valueType(input, expression.type), steps, offset: expression.offset };
  }

  private table(input: number, index: number): Table {
    const { element, init, ...limits } = this.inputs[input].module.tables[index];
    return { ...limits, element: this.valueType(input, element), init: init === undefined ? undefined : this.constant(input, init) };
  }

  // ---- segments

  private segments(input: number): ModuleSegments {
    const { module } = this.inputs[input];
    const maps = this.maps[input];
    const foreign = (kind: 'table' | 'memory', index: number): boolean => this.options.dynamic === undefined && !this.hasOwn(input, kind, index);
    const place = ({ index, offset }: ActivePlace, map: Uint32Array): ActivePlace => ({ index: map[index], offset: this.constant(input, offset) });
    const deferredElements = new Map<number, ActivePlace>();
    const elements = module.elements.map((segment, i): ElementSegment => {
      const merged = { ...segment, type: this.valueType(input, segment.type), items: this.items(input, segment.items) };
      if (segment.place === undefined) return merged;
      if (!foreign('table', segment.place.index)) return { ...merged, place: place(segment.place, maps.tables) };
      deferredElements.set(maps.elements[i], place(segment.place, maps.tables));
      return { ...merged, mode: 'passive', place: undefined };
    });
    const deferredData = new Map<number, ActivePlace>();
    const data = module.dataSegments.map((segment, i): DataSegment => {
      const moved = { ...segment, start: segment.start + this.byteStarts[input], end: segment.end + this.byteStarts[input] };
      if (segment.place === undefined) return moved;
      if (!foreign('memory', segment.place.index)) return { ...moved, place: place(segment.place, maps.memories) };
      deferredData.set(maps.dataSegments[i], place(segment.place, maps.memories));
      return { ...moved, mode: 'passive', place: undefined };
    });
    return {
      elements: { merged: elements, range: rangeOf(maps.elements, deferredElements) },
      data: { merged: data, range: rangeOf(maps.dataSegments, deferredData) },
    };
  }

  private items(input: number, items: ElementSegment['items']): ElementSegment['items'] {
    const map = this.maps[input].functions;
    if (items.kind === 'functions') return { kind: 'functions', indices: items.indices.map((index) => (index < 0 ? -1 : map[index])) };
    return { kind: 'expressions', expressions: items.expressions.map((expression) => this.constant(input, expression)) };
  }

  // ---- the result

  private instance(input: number, sizeChecks: readonly SizeCheck[], elements: SegmentRange, dataSegments: SegmentRange): Instance {
    const { name, module } = this.inputs[input];
    const maps = this.maps[input];
    const { importCount, count } = module.functions;
    // Definitions of a module are one behind the other; a module without any has an empty range.
    const firstFunction = count > importCount ? maps.functions[importCount] : 0;
    return {
      name,
      module,
      maps,
      input,
      initializes: input > 0 && this.options.dynamic === undefined,
      firstFunction,
      endFunction: firstFunction + count - importCount,
      start: module.start === undefined ? undefined : maps.functions[module.start],
      exports: module.exports.map((entry) => exportAs(entry, mapOf(maps, entry.kind)[entry.index])),
      sizeChecks,
      elements,
      dataSegments,
    };
  }

  private module(tables: readonly Table[], memories: readonly MemoryType[], segments: readonly ModuleSegments[]): WasmModule {
    const { inputs, maps } = this;
    const { types, typeIds, typeGroups } = this.types;
    const count = this.count('function');
    const functions = {
      importCount: this.importCounts.get('function') ?? 0,
      count,
      typeIndex: new Uint32Array(count),
      bodyStart: new Uint32Array(count),
      bodyEnd: new Uint32Array(count),
      exact: new Uint8Array(count),
      declared: new Uint8Array(count),
    };
    const bytes = new Uint8Array(inputs.reduce((sum, { module }) => sum + module.bytes.length, 0));
    const imports: Import[] = [];
    inputs.forEach(({ module }, input) => {
      bytes.set(module.bytes, this.byteStarts[input]);
      for (let index = 0; index < module.functions.count; index++) {
        const merged = maps[input].functions[index];
        functions.declared[merged] |= module.functions.declared[index];
        if (!this.hasOwn(input, 'function', index)) continue;
        functions.exact[merged] = module.functions.exact[index];
        functions.typeIndex[merged] = this.types.first[input] + module.functions.typeIndex[index];
        if (index < module.functions.importCount) continue;
        functions.bodyStart[merged] = module.functions.bodyStart[index] + this.byteStarts[input];
        functions.bodyEnd[merged] = module.functions.bodyEnd[index] + this.byteStarts[input];
      }
      for (const entry of module.imports) if (this.isHosts(input, entry.kind, entry.index)) imports.push(this.hostImport(input, entry));
    });
    return {
      bytes,
      features: inputs.reduce((set, { module }) => set | module.features, 0),
      types,
      typeIds,
      typeGroups,
      typeId: (typeIndex) => typeIds[typeIndex],
      imports,
      functions,
      tables,
      memories,
      globals: this.globals,
      tags: this.collect('tag', (input, index) => this.types.first[input] + inputs[input].module.tags[index]),
      exports: this.programExports(),
      start: undefined,
      elements: segments.flatMap(({ elements }) => elements.merged),
      dataSegments: segments.flatMap(({ data }) => data.merged),
      dataCount: undefined,
      customSections: [],
      uncompiled: undefined,
    };
  }

  /** Those of the main module, but for names that are to be others'. */
  private programExports(): Export[] {
    const others = this.options.dynamic?.exports ?? new Map<string, Provided>();
    const own = this.inputs[0].module.exports.filter(({ name }) => !others.has(name)).map((entry) => this.placedExport(0, entry));
    return [...own, ...Array.from(others, ([name, { input, name: from }]) => ({ ...this.placedExport(input, this.exports[input].get(from)!), name }))];
  }

  private placedExport(input: number, entry: Export): Export {
    return exportAs(entry, mapOf(this.maps[input], entry.kind)[entry.index]);
  }

  private hostImport(input: number, entry: Import): Import {
    const index = mapOf(this.maps[input], entry.kind)[entry.index];
    switch (entry.kind) {
      case 'function':
      case 'tag':
        return { ...entry, index, typeIndex: this.types.first[input] + entry.typeIndex };
      case 'table':
        return { ...entry, index, type: { ...entry.type, element: this.valueType(input, entry.type.element) } };
      case 'global':
        return { ...entry, index, type: { ...entry.type, type: this.valueType(input, entry.type.type) } };
      case 'memory':
        return { ...entry, index };
    }
  }

  private fail(kind: 'unknownImport' | 'incompatibleImport' | 'importCycle', input: number, offset: number, detail: string): never {
    const error = new WasmError(kind, offset, detail);
    error.inputIndex = input;
    throw error;
  }
}

interface ModuleSegments {
  readonly elements: { readonly merged: readonly ElementSegment[]; readonly range: SegmentRange };
  readonly data: { readonly merged: readonly DataSegment[]; readonly range: SegmentRange };
}

const UNNUMBERED = 0xffff_ffff;

/** How many things of a kind a module has, imports included. */
function sizeOf(module: WasmModule, kind: ExternalKind): number {
  switch (kind) {
    case 'function':
      return module.functions.count;
    case 'table':
      return module.tables.length;
    case 'memory':
      return module.memories.length;
    case 'global':
      return module.globals.length;
    case 'tag':
      return module.tags.length;
  }
}

function mapOf(maps: IndexMaps, kind: ExternalKind): Uint32Array {
  switch (kind) {
    case 'function':
      return maps.functions;
    case 'table':
      return maps.tables;
    case 'memory':
      return maps.memories;
    case 'global':
      return maps.globals;
    case 'tag':
      return maps.tags;
  }
}

function consecutive(first: number, length: number): Uint32Array {
  return Uint32Array.from({ length }, (_item, index) => first + index);
}

function rangeOf(map: Uint32Array, deferred: ReadonlyMap<number, ActivePlace>): SegmentRange {
  return map.length === 0 ? { first: 0, end: 0, deferred } : { first: map[0], end: map[map.length - 1] + 1, deferred };
}

function exportAs({ name, kind, offset }: Export, index: number): Export {
  return { name, kind, index, offset };
}
