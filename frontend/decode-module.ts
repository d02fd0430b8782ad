// Decodes and validates everything of a module except function bodies (spec 5.5, 3.5): one pass over the sections.
// Bodies stay ranges of bytes; `scanModule` or `buildFunction` validate them.

import { type ConstantContext, decodeConstant } from './decode-constant.js';
import { TypeDecoder } from './decode-types.js';
import { WasmError } from './errors.js';
import { ExportNames } from './export-names.js';
import { defaultFeatures, type FeatureName, type FeatureSet, hasFeature } from './features.js';
import { type LimitName, limits, memory32MaxPages } from './limits.js';
import type {
  ActivePlace,
  ConstantExpression,
  CustomSection,
  DataSegment,
  ElementSegment,
  Export,
  ExternalKind,
  FunctionType,
  Global,
  GlobalType,
  Import,
  MemoryType,
  Table,
  TableType,
  WasmModule,
} from './module.js';
import { Reader } from './reader.js';
import { scanModule } from './scan-module.js';
import { isSubtype } from './subtyping.js';
import { isDefaultable, Type, typeName, type ValueType } from './value-types.js';

const enum Section {
  Custom = 0,
  Type = 1,
  Import = 2,
  Function = 3,
  Table = 4,
  Memory = 5,
  Global = 6,
  Export = 7,
  Start = 8,
  Element = 9,
  Code = 10,
  Data = 11,
  DataCount = 12,
  Tag = 13,
}

/** Position of each section id in the prescribed order. */
const sectionRank = [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 11, 6];

/** Kind of an imported function of exactly its type. */
const exactFunction = 0x20;

const externalKinds: readonly ExternalKind[] = ['function', 'table', 'memory', 'global', 'tag'];

const enum LimitsFlag {
  Maximum = 1,
  Shared = 2,
  Is64 = 4,
  PageSize = 8,
}

/** Decodes a module; throws `WasmError` for whatever the specification or a limit forbids outside bodies. */
export function decodeModule(bytes: Uint8Array, options: { readonly features?: FeatureSet } = {}): WasmModule {
  return new ModuleDecoder(bytes, options.features ?? defaultFeatures).decode();
}

/** An export whose name becomes a string when it is asked for: modules have tens of thousands. */
class DecodedExport implements Export {
  constructor(
    private readonly reader: Reader,
    private readonly start: number,
    private readonly end: number,
    readonly kind: ExternalKind,
    readonly index: number,
    readonly offset: number,
  ) {}

  get name(): string {
    return this.reader.text(this.start, this.end);
  }
}

class ModuleDecoder {
  private readonly reader: Reader;
  private readonly typeDecoder: TypeDecoder;
  private readonly constants: ConstantContext;
  private readonly imports: Import[] = [];
  private readonly functionTypes: number[] = [];
  private importedFunctions = 0;
  private readonly exactImports = new Set<number>();
  private bodyStart = new Uint32Array(0);
  private bodyEnd = new Uint32Array(0);
  private bodyCount = 0;
  /** The code section is behind, and every function has a body. */
  private bodiesRead = false;
  /** By function index: 1 where something outside of bodies names it. */
  private declared = new Uint8Array(0);
  private readonly tables: Table[] = [];
  private readonly memories: MemoryType[] = [];
  private readonly globals: Global[] = [];
  private readonly tags: number[] = [];
  private readonly exports: Export[] = [];
  private start: number | undefined;
  private readonly elements: ElementSegment[] = [];
  private readonly dataSegments: DataSegment[] = [];
  private dataCount: number | undefined;
  private readonly customSections: CustomSection[] = [];

  constructor(
    private readonly bytes: Uint8Array,
    private readonly features: FeatureSet,
  ) {
    this.reader = new Reader(bytes);
    this.typeDecoder = new TypeDecoder(this.reader, features);
    this.constants = {
      reader: this.reader,
      typeDecoder: this.typeDecoder,
      features,
      globals: this.globals,
      functionCount: () => this.functionTypes.length,
      functionTypeIndex: (functionIndex) => this.functionTypes[functionIndex],
      isExact: (functionIndex) => this.isExact(functionIndex),
      declareFunction: (functionIndex) => this.declare(functionIndex),
    };
  }

  decode(): WasmModule {
    try {
      this.sections();
    } catch (error) {
      // The first error of a module is that with the lowest offset: bodies come before whatever is behind the code section.
      if (error instanceof WasmError && this.bodiesRead) scanModule(this.module());
      throw error;
    }
    return this.module();
  }

  private sections(): void {
    const { reader } = this;
    if (this.bytes.length > limits.moduleBytes) reader.fail('limit', `: a module of ${this.bytes.length} bytes`);
    this.preamble();
    let lastRank = 0;
    while (reader.pos < this.bytes.length) {
      const at = reader.pos;
      const id = reader.u8();
      if (id >= sectionRank.length) reader.fail('sectionId', ` ${id}`, at);
      const sizeAt = reader.pos;
      const size = reader.u32();
      const end = reader.pos + size;
      if (end > this.bytes.length) reader.fail('lengthOutOfBounds', `: a section of ${size} bytes`, sizeAt);
      if (id !== Section.Custom) {
        if (sectionRank[id] <= lastRank) reader.fail('sectionOrder', `: section ${id}`, at);
        lastRank = sectionRank[id];
      }
      reader.end = end;
      this.section(id, at);
      if (reader.pos !== end) reader.fail('sectionSize', `: ${end - reader.pos} bytes left in section ${id}`);
      reader.end = this.bytes.length;
    }
    if (this.functionTypes.length - this.importedFunctions !== this.bodyCount) reader.fail('sectionCounts');
    if (this.dataCount !== undefined && this.dataCount !== this.dataSegments.length) reader.fail('dataCounts');
  }

  private module(): WasmModule {
    const { types } = this.typeDecoder;
    const typeIds = this.typeDecoder.typeIds.slice(0, types.length);
    const count = this.functionTypes.length;
    this.reserveDeclared();
    const exact = new Uint8Array(count);
    if (hasFeature(this.features, 'custom-descriptors')) for (let index = 0; index < count; index++) exact[index] = this.isExact(index) ? 1 : 0;
    return {
      bytes: this.bytes,
      features: this.features,
      types,
      typeIds,
      typeGroups: Uint32Array.from(this.typeDecoder.groupStarts),
      typeId: (typeIndex) => typeIds[typeIndex],
      imports: this.imports,
      functions: {
        importCount: this.importedFunctions,
        count,
        typeIndex: Uint32Array.from(this.functionTypes),
        bodyStart: this.bodyStart.length === count ? this.bodyStart : new Uint32Array(count),
        bodyEnd: this.bodyEnd.length === count ? this.bodyEnd : new Uint32Array(count),
        exact,
        declared: this.declared,
      },
      tables: this.tables,
      memories: this.memories,
      globals: this.globals,
      tags: this.tags,
      exports: this.exports,
      start: this.start,
      elements: this.elements,
      dataSegments: this.dataSegments,
      dataCount: this.dataCount,
      customSections: this.customSections,
      uncompiled: this.typeDecoder.uncompiled,
    };
  }

  private declare(functionIndex: number): void {
    if (functionIndex >= this.declared.length) this.reserveDeclared();
    this.declared[functionIndex] = 1;
  }

  private reserveDeclared(): void {
    if (this.declared.length === this.functionTypes.length) return;
    const declared = new Uint8Array(this.functionTypes.length);
    declared.set(this.declared);
    this.declared = declared;
  }

  /** Is the type of a reference to a function exact? */
  private isExact(functionIndex: number): boolean {
    return hasFeature(this.features, 'custom-descriptors') && (functionIndex >= this.importedFunctions || this.exactImports.has(functionIndex));
  }

  private preamble(): void {
    const { reader } = this;
    const expected = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
    for (const [index, byte] of expected.entries()) {
      if (this.bytes.length < (index < 4 ? 4 : 8)) reader.fail('unexpectedEnd', '', this.bytes.length);
      if (this.bytes[index] !== byte) reader.fail(index < 4 ? 'magic' : 'version', '', index < 4 ? 0 : 4);
    }
    reader.pos = expected.length;
  }

  private section(id: Section, at: number): void {
    switch (id) {
      case Section.Custom:
        return this.customSection();
      case Section.Type:
        return this.typeDecoder.typeSection();
      case Section.Import:
        return this.vector('imports', 0, () => this.import());
      case Section.Function:
        return this.functionSection();
      case Section.Table:
        return this.vector('tables', this.tables.length, () => this.table());
      case Section.Memory:
        return this.vector('memories', this.memories.length, () => this.addMemory(this.memoryType()));
      case Section.Global:
        return this.vector('globals', this.globals.length, () => this.global());
      case Section.Export:
        return this.exportSection();
      case Section.Start:
        return this.startSection();
      case Section.Element:
        return this.vector('elementSegments', 0, () => this.elementSegment());
      case Section.Code:
        return this.codeSection();
      case Section.Data:
        return this.dataSection();
      case Section.DataCount:
        this.need('bulk-memory', at);
        this.dataCount = this.reader.u32();
        return;
      case Section.Tag:
        this.need('exceptions', at);
        return this.vector('tags', this.tags.length, () => this.addTag());
    }
  }

  private need(feature: FeatureName, at: number): void {
    this.typeDecoder.need(feature, at);
  }

  /** Reads a count and checks it against a limit. */
  private count(limit: LimitName, present: number): number {
    const at = this.reader.pos;
    const count = this.reader.u32();
    if (present + count > limits[limit]) this.reader.fail('limit', `: ${present + count} ${limit}, at most ${limits[limit]}`, at);
    return count;
  }

  /** Reads a count, and calls `item` as often. */
  private vector(limit: LimitName, present: number, item: () => void): void {
    const count = this.count(limit, present);
    for (let index = 0; index < count; index++) item();
  }

  private customSection(): void {
    if (this.reader.pos >= this.reader.end) this.reader.fail('unexpectedEnd');
    const name = this.reader.name();
    this.customSections.push({ name, start: this.reader.pos, end: this.reader.end });
    this.reader.pos = this.reader.end;
  }

  private import(): void {
    const { reader } = this;
    const offset = reader.pos;
    const head = { module: reader.name(), name: reader.name(), offset };
    const at = reader.pos;
    const byte = reader.u8();
    if (byte === exactFunction) {
      this.need('custom-descriptors', at);
      this.exactImports.add(this.importedFunctions);
    }
    const kind = byte === exactFunction ? 'function' : externalKinds[byte];
    switch (kind) {
      case 'function': {
        const typeIndex = this.typeDecoder.functionTypeIndex();
        this.imports.push({ ...head, kind, index: this.importedFunctions++, typeIndex });
        this.functionTypes.push(typeIndex);
        return;
      }
      case 'table': {
        const type = this.tableType();
        this.imports.push({ ...head, kind, index: this.tables.length, type });
        this.addTable(type, undefined, at);
        return;
      }
      case 'memory': {
        const type = this.memoryType();
        this.imports.push({ ...head, kind, index: this.memories.length, type });
        this.addMemory(type);
        return;
      }
      case 'global': {
        const type = this.globalType();
        if (type.mutable) this.need('mutable-globals', at);
        this.imports.push({ ...head, kind, index: this.globals.length, type });
        this.globals.push({ ...type, init: undefined });
        return;
      }
      case 'tag':
        this.need('exceptions', at);
        this.imports.push({ ...head, kind, index: this.tags.length, typeIndex: this.addTag() });
        return;
      default:
        reader.fail('importKind', ` ${this.bytes[at]}`, at);
    }
  }

  private table(): void {
    const { reader } = this;
    const at = reader.pos;
    if (reader.peek() !== 0x40) {
      const type = this.tableType();
      if (!isDefaultable(type.element)) reader.fail('typeMismatch', `: ${typeName(type.element)} has no default value`, at);
      this.addTable(type, undefined, at);
      return;
    }
    reader.pos++;
    if (reader.u8() !== 0) reader.fail('zeroByte', '', reader.pos - 1);
    this.need('function-references', at);
    const type = this.tableType();
    this.addTable(type, decodeConstant(this.constants, type.element), at);
  }

  private addTable(type: TableType, init: ConstantExpression | undefined, at: number): void {
    if (this.tables.length > 0) this.need('reference-types', at);
    if (this.tables.length >= limits.tables) this.reader.fail('limit', `: more than ${limits.tables} tables`, at);
    this.tables.push({ ...type, init });
  }

  private tableType(): TableType {
    const element = this.typeDecoder.referenceType();
    const at = this.reader.pos;
    const { flags, min, max } = this.limits(LimitsFlag.Maximum | LimitsFlag.Is64);
    const is64 = (flags & LimitsFlag.Is64) !== 0;
    const highest = is64 ? (1n << 64n) - 1n : (1n << 32n) - 1n;
    if (min > highest || (max ?? 0n) > highest) this.reader.fail('tableSize', ` ${highest}`, at);
    this.checkOrder(min, max, at);
    return { element, min, max, is64 };
  }

  private memoryType(): MemoryType {
    const { reader } = this;
    const at = reader.pos;
    const { flags, min, max } = this.limits(LimitsFlag.Maximum | LimitsFlag.Shared | LimitsFlag.Is64 | LimitsFlag.PageSize);
    const shared = (flags & LimitsFlag.Shared) !== 0;
    const is64 = (flags & LimitsFlag.Is64) !== 0;
    if (shared) this.need('threads', at);
    let pageSizeLog2 = 16;
    if ((flags & LimitsFlag.PageSize) !== 0) {
      const pageAt = reader.pos;
      pageSizeLog2 = reader.u32();
      if (pageSizeLog2 >= 64) reader.fail('pageSizeEncoding', '', pageAt);
      if (pageSizeLog2 !== 0 && pageSizeLog2 !== 16) reader.fail('pageSize', '', pageAt);
    }
    const highest = is64 ? (1n << 64n) >> BigInt(pageSizeLog2) : BigInt(memory32MaxPages) << BigInt(16 - pageSizeLog2);
    const inclusive = pageSizeLog2 === 0 ? highest - 1n : highest;
    if (min > inclusive || (max ?? 0n) > inclusive) {
      const pages = is64 || pageSizeLog2 === 0 ? ` ${inclusive} pages` : ' 65536 pages (4GiB)';
      reader.fail('memorySize', pages, at);
    }
    this.checkOrder(min, max, at);
    if (shared && max === undefined) reader.fail('sharedMaximum', '', at);
    return { min, max, shared, is64, pageSizeLog2 };
  }

  private addMemory(type: MemoryType): void {
    if (this.memories.length > 0) this.need('multi-memory', this.reader.pos);
    if (this.memories.length >= limits.memories) this.reader.fail('limit', `: more than ${limits.memories} memories`);
    this.memories.push(type);
  }

  private limits(allowed: number): { flags: number; min: bigint; max: bigint | undefined } {
    const { reader } = this;
    const at = reader.pos;
    const flags = reader.u8();
    if ((flags & ~allowed) !== 0) reader.fail('limitsFlags', ` ${flags}`, at);
    if ((flags & LimitsFlag.Is64) !== 0) this.need('memory64', at);
    if ((flags & LimitsFlag.PageSize) !== 0) this.need('custom-page-sizes', at);
    const min = this.bigU64();
    const max = (flags & LimitsFlag.Maximum) !== 0 ? this.bigU64() : undefined;
    return { flags, min, max };
  }

  private checkOrder(min: bigint, max: bigint | undefined, at: number): void {
    if (max !== undefined && min > max) this.reader.fail('limitsOrder', '', at);
  }

  private bigU64(): bigint {
    const low = this.reader.u64();
    return (BigInt(this.reader.high >>> 0) << 32n) | BigInt(low >>> 0);
  }

  private globalType(): GlobalType {
    const type = this.typeDecoder.valueType();
    const mutability = this.reader.u8();
    if (mutability > 1) this.reader.fail('mutability', '', this.reader.pos - 1);
    return { type, mutable: mutability === 1 };
  }

  private global(): void {
    const type = this.globalType();
    this.globals.push({ ...type, init: decodeConstant(this.constants, type.type) });
  }

  private addTag(): number {
    const at = this.reader.pos;
    const attribute = this.reader.u8();
    if (attribute !== 0) this.reader.fail('tagAttribute', '', at);
    const typeIndex = this.typeDecoder.functionTypeIndex();
    if (this.functionTypeAt(typeIndex).results.length > 0) this.reader.fail('tagResults', '', at);
    this.tags.push(typeIndex);
    return typeIndex;
  }

  private functionTypeAt(typeIndex: number): FunctionType {
    const type = this.typeDecoder.types[typeIndex];
    return type.kind === 'func' ? type : this.reader.fail('notFunctionType');
  }

  private functionSection(): void {
    const count = this.count('functions', this.functionTypes.length);
    for (let index = 0; index < count; index++) this.functionTypes.push(this.typeDecoder.functionTypeIndex());
  }

  private exportSection(): void {
    const count = this.count('exports', 0);
    const names = new ExportNames(this.bytes, count);
    for (let index = 0; index < count; index++) this.export(names);
  }

  private export(names: ExportNames): void {
    const { reader } = this;
    const offset = reader.pos;
    const start = reader.skipName();
    const at = reader.pos;
    const kind = externalKinds[reader.u8()];
    const index = reader.u32();
    switch (kind) {
      case 'function':
        if (index >= this.functionTypes.length) reader.fail('unknownFunction', ` ${index}`, at);
        this.declare(index);
        break;
      case 'table':
        if (index >= this.tables.length) reader.fail('unknownTable', ` ${index}`, at);
        break;
      case 'memory':
        if (index >= this.memories.length) reader.fail('unknownMemory', ` ${index}`, at);
        break;
      case 'global':
        if (index >= this.globals.length) reader.fail('unknownGlobal', ` ${index}`, at);
        if (this.globals[index].mutable) this.need('mutable-globals', at);
        break;
      case 'tag':
        if (index >= this.tags.length) reader.fail('unknownTag', ` ${index}`, at);
        break;
      default:
        reader.fail('exportKind', ` ${this.bytes[at]}`, at);
    }
    if (!names.add(start, at)) reader.fail('duplicateExport', ` "${reader.text(start, at)}"`, offset);
    this.exports.push(new DecodedExport(reader, start, at, kind, index, offset));
  }

  private startSection(): void {
    const at = this.reader.pos;
    const index = this.reader.u32();
    if (index >= this.functionTypes.length) this.reader.fail('unknownFunction', ` ${index}`, at);
    const { params, results } = this.functionTypeAt(this.functionTypes[index]);
    if (params.length > 0 || results.length > 0) this.reader.fail('startFunction', ' must have no parameters and no results', at);
    this.start = index;
  }

  /** Spec 5.5.12: bit 0 passive or declarative, bit 1 explicit table or declarative, bit 2 expressions. */
  private elementSegment(): void {
    const { reader } = this;
    const offset = reader.pos;
    const flags = reader.u32();
    if (flags > 7) reader.fail('elementSegment', ` flags ${flags}`, offset);
    if (flags !== 0) this.need('bulk-memory', offset);
    const expressions = (flags & 4) !== 0;
    const mode = (flags & 1) === 0 ? 'active' : (flags & 2) === 0 ? 'passive' : 'declarative';
    const place = mode === 'active' ? this.tablePlace((flags & 2) === 0 ? 0 : reader.u32(), offset) : undefined;
    let type: ValueType = expressions ? Type.FuncRef : Type.FuncRef & ~Type.Nullable;
    if ((flags & 3) !== 0) {
      if (expressions) type = this.typeDecoder.referenceType();
      else if (reader.u8() !== 0) reader.fail('elementSegment', ' kind', reader.pos - 1);
    }
    if (place !== undefined && !isSubtype(this.typeDecoder.types, type, this.tables[place.index].element)) {
      reader.fail('typeMismatch', `: segment of ${typeName(type)} for a table of ${typeName(this.tables[place.index].element)}`, offset);
    }
    const items = expressions ? this.elementExpressions(type) : this.elementFunctions();
    this.elements.push({ mode, type, place, items, offset });
  }

  private tablePlace(index: number, at: number): ActivePlace {
    if (index >= this.tables.length) this.reader.fail('unknownTable', ` ${index}`, at);
    return { index, offset: decodeConstant(this.constants, this.tables[index].is64 ? Type.I64 : Type.I32) };
  }

  /** A vector's count, which cannot exceed the bytes that are left. */
  private elementCount(): number {
    const at = this.reader.pos;
    const count = this.reader.u32();
    if (count > limits.segmentElements) this.reader.fail('limit', `: ${count} elements, at most ${limits.segmentElements}`, at);
    if (count > this.reader.end - this.reader.pos) this.reader.fail('unexpectedEnd', '', this.reader.end);
    return count;
  }

  private elementFunctions(): ElementSegment['items'] {
    const indices = new Int32Array(this.elementCount());
    for (let item = 0; item < indices.length; item++) {
      const at = this.reader.pos;
      const index = this.reader.u32();
      if (index >= this.functionTypes.length) this.reader.fail('unknownFunction', ` ${index}`, at);
      this.declare(index);
      indices[item] = index;
    }
    return { kind: 'functions', indices };
  }

  private elementExpressions(type: ValueType): ElementSegment['items'] {
    const expressions: ConstantExpression[] = [];
    const count = this.elementCount();
    const indices = new Int32Array(count);
    let plain = true;
    for (let item = 0; item < count; item++) {
      const expression = decodeConstant(this.constants, type);
      expressions.push(expression);
      const [first] = expression.steps;
      if (expression.steps.length > 1) plain = false;
      else if (first.op === 'ref.func') indices[item] = first.index;
      else if (first.op === 'ref.null') indices[item] = -1;
      else plain = false;
    }
    return plain ? { kind: 'functions', indices } : { kind: 'expressions', expressions };
  }

  private codeSection(): void {
    const { reader } = this;
    const at = reader.pos;
    const count = reader.u32();
    if (count > this.functionTypes.length - this.importedFunctions) reader.fail('sectionCounts', '', at);
    this.bodyCount = count;
    this.bodyStart = new Uint32Array(this.functionTypes.length);
    this.bodyEnd = new Uint32Array(this.functionTypes.length);
    for (let index = this.importedFunctions; index < this.importedFunctions + count; index++) {
      const sizeAt = reader.pos;
      const size = reader.u32();
      if (size > limits.functionBodyBytes) {
        reader.fail('limit', `: a function body of ${size} bytes, at most ${limits.functionBodyBytes}`, sizeAt);
      }
      this.bodyStart[index] = reader.pos;
      reader.skip(size);
      this.bodyEnd[index] = reader.pos;
    }
    this.bodiesRead = reader.pos === reader.end && this.importedFunctions + count === this.functionTypes.length;
  }

  private dataSection(): void {
    const at = this.reader.pos;
    this.vector('dataSegments', 0, () => this.dataSegment());
    if (this.dataCount !== undefined && this.dataCount !== this.dataSegments.length) this.reader.fail('dataCounts', '', at);
  }

  private dataSegment(): void {
    const { reader } = this;
    const at = reader.pos;
    const flags = reader.u32();
    if (flags > 2) reader.fail('dataSegment', ` flags ${flags}`, at);
    if (flags !== 0) this.need('bulk-memory', at);
    let place: ActivePlace | undefined;
    if (flags !== 1) {
      const index = flags === 2 ? reader.u32() : 0;
      if (index >= this.memories.length) reader.fail('unknownMemory', ` ${index}`, at);
      place = { index, offset: decodeConstant(this.constants, this.memories[index].is64 ? Type.I64 : Type.I32) };
    }
    const length = reader.u32();
    const start = reader.pos;
    reader.skip(length);
    this.dataSegments.push({ mode: place === undefined ? 'passive' : 'active', place, start, end: reader.pos });
  }
}
