// The LLVM IR text of one partition: definitions, and a declaration for every symbol of another partition or the runtime.

import type { TrapKind } from '../../runtime-c/tables/traps.js';
import { DESCRIPTOR_TYPE, MEMORY_TYPE, TABLE_TYPE } from '../contract.js';
import type { Plan } from '../plan/plan.js';
import { type RuntimeFunction, type RuntimeFunctionName, runtimeFunction } from '../runtime-functions.js';
import { signatureOf } from '../plan/plan.js';
import {
  MEMORY,
  MEMORY_SIZE,
  dataLengthSymbol,
  dataSymbol,
  descriptorSymbol,
  elementLengthSymbol,
  elementSymbol,
  furtherMemorySymbol,
  intrinsicSymbol,
  runtimeFunctionSymbol,
  runtimeSymbol,
  tableCodeSymbol,
  tableTypedCodeSymbol,
  tableTypesSymbol,
  trapName,
  elfName,
} from '../symbols.js';
import type { IntrinsicName, Literal, SymbolName } from '../symbols.js';
import type { KernelTarget } from '../kernel-target.js';
import type { Target } from '../target.js';
import { internalParams, internalResult, isInternal } from './convention.js';
import { DebugInfo } from './debug-info.js';
import { type ImportShape, importShape, shapeOfTypes } from './import-shape.js';
import { LLVM_TYPES, arrayText, escaped, resultType } from './llvm-text.js';
import { simdTable } from './simd.js';
import type { Cpu, SimdTable } from './simd.js';
import { Attributes, FIRST_FREE_METADATA, METADATA, Writer, attribute, attributeGroups, kernelAttributeGroups, moduleFlags } from './writer.js';
import type { LlvmType, Operand } from './writer.js';

/** How a definition of the module partition is seen: within it, in all objects of the program, by a program around an object. */
export type Linkage = 'internal' | 'hidden' | 'visible';

const LINKAGE: Readonly<Record<Linkage, string>> = { internal: 'internal ', hidden: 'hidden ', visible: '' };

export interface FunctionOptions {
  readonly linkage?: Linkage;
  /** In a section of its own, so that it is not linked where nobody uses it; from objects nothing is left out. */
  readonly apart?: boolean;
  readonly attributes?: Attributes;
  /** What else stands in front of the body. */
  readonly suffix?: string;
}

export interface VariableOptions {
  readonly linkage?: Linkage;
  /** In a section of its own, so that it is not linked where nobody uses it; from objects nothing is left out. */
  readonly apart?: boolean;
  /** Of an instance of the module: each thread has one where there are threads. */
  readonly perInstance?: boolean;
  readonly section?: string;
  /** Bytes. */
  readonly align?: number;
}

export class PartitionText {
  /** Definitions so far. */
  private body = '';
  /** What stands in front of the body of each function that is being written. */
  private readonly heads = new Map<Writer, string>();
  /** Present where debug information is wanted. */
  readonly debug: DebugInfo | undefined;
  private readonly declarations = new Map<SymbolName, string>();
  private readonly defined = new Set<SymbolName>();
  /** Functions of the runtime that the text names, but traps. */
  readonly runtimeFunctions = new Map<SymbolName, ImportShape>();

  /**
   * `takesPartsOut`: LLVM takes slow parts out of functions that throw or catch (`llvm-passes.ts`).
   * `kernel`: the text is for ring 0, where all variables are those of the executable.
   */
  constructor(
    readonly plan: Plan,
    readonly target: Target,
    private readonly attributes: string,
    private readonly cpu: Cpu = { name: target.defaultCpu, features: target.defaultFeatures },
    readonly takesPartsOut = false,
    readonly kernel?: KernelTarget,
  ) {
    this.debug = plan.debug === undefined || kernel !== undefined ? undefined : new DebugInfo(plan.debug, FIRST_FREE_METADATA);
  }

  /** How vector operations are written. */
  get simd(): SimdTable {
    return simdTable(this.target, this.cpu);
  }
  /** Notes that this partition defines `symbol`, so that no declaration is written. */
  define(symbol: SymbolName): void {
    this.defined.add(symbol);
  }
  isDefined(symbol: SymbolName): boolean {
    return this.defined.has(symbol);
  }
  /** Makes sure that `symbol` is declared; `line` is its declaration. */
  declare(symbol: SymbolName, line: string): SymbolName {
    if (!this.declarations.has(symbol)) this.declarations.set(symbol, line);
    return symbol;
  }

  intrinsic<const S extends `llvm.${string}`>(name: Literal<S>, result: string, params: string): SymbolName;
  intrinsic(name: IntrinsicName, result: string, params: string): SymbolName;
  intrinsic(name: string, result: string, params: string): SymbolName {
    const symbol = intrinsicSymbol(name as IntrinsicName);
    return this.declare(symbol, `declare ${result} ${symbol}(${params})`);
  }
  /** A function of the runtime that an import is bound to, with its LLVM parameter types. */
  imported<const S extends `w2e_${string}`>(name: Literal<S>, result: LlvmType, params: string): SymbolName {
    return this.fromRuntime(runtimeSymbol<S>(name), result, params, Attributes.Callee);
  }
  /** The same by the symbol that the plan has for it. */
  importedAs(symbol: SymbolName, result: LlvmType, params: string): SymbolName {
    return this.fromRuntime(symbol, result, params, Attributes.Callee);
  }
  /** Calls a function of the runtime; operands in the order of its parameters. A result goes to `into`. */
  callRuntime(w: Writer, name: RuntimeFunctionName, operands: readonly (Operand | number | bigint)[], into?: Operand): Operand {
    const { result, params, ends } = runtimeFunction(name);
    const attributes = attributesOf(ends);
    const callee = this.runtime(name);
    const args = params.map((type, i) => `${type} ${operands[i]}`).join(', ');
    return attributes === Attributes.Callee ? w.call(result, callee, args, into) : w.call(result, callee, args, into, 'call', attributes);
  }
  /** A function of the runtime that is only referred to. */
  runtime(name: RuntimeFunctionName): SymbolName {
    const { result, params, ends } = runtimeFunction(name);
    return this.fromRuntime(runtimeFunctionSymbol(name), result, params.join(', '), attributesOf(ends));
  }
  private fromRuntime(symbol: SymbolName, result: LlvmType, params: string, attributes: Attributes): SymbolName {
    this.runtimeFunctions.set(symbol, importShape(params === '' ? [] : params.split(', '), attributes !== Attributes.Throw));
    return this.external(symbol, result, params, attributes);
  }
  /** A function that is defined elsewhere, with its LLVM parameter types. */
  external(symbol: SymbolName, result: LlvmType, params: string, attributes = Attributes.Callee): SymbolName {
    return this.declare(symbol, `declare ${result} ${symbol}(${params}) ${attribute(attributes)}`);
  }
  /** A noreturn trap function of the runtime. */
  trap(kind: TrapKind): SymbolName {
    const symbol = trapName(kind);
    return this.declare(symbol, `declare void ${symbol}() ${attribute(Attributes.Trap)}`);
  }
  memory(): SymbolName {
    return this.declare(MEMORY, `${MEMORY} = external hidden global ${this.plan.memoryAt === 'variable' ? 'ptr' : '[0 x i8], align 65536'}`);
  }
  memorySize(): SymbolName {
    return this.declare(MEMORY_SIZE, `${MEMORY_SIZE} = external hidden global i64, align 8`);
  }
  furtherMemory(index: number): SymbolName {
    const symbol = furtherMemorySymbol(index);
    return this.declare(symbol, `${symbol} = external hidden global ${MEMORY_TYPE}`);
  }
  /** What stands in front of the kind of a variable that an instance of the module has. */
  private get perInstance(): string {
    return this.plan.threads ? 'thread_local(localexec) ' : '';
  }
  global(index: number): SymbolName {
    const global = this.plan.globals[index];
    return this.declare(global.symbol, `${global.symbol} = external hidden ${this.perInstance}global ${LLVM_TYPES[global.type]}`);
  }
  table(index: number): SymbolName {
    const { symbol } = this.plan.tables[index];
    return this.declare(symbol, `${symbol} = external hidden ${this.perInstance}global ${TABLE_TYPE}`);
  }
  private array(symbol: SymbolName, length: number, element: LlvmType): SymbolName {
    return this.declare(symbol, `${symbol} = external hidden constant [${length} x ${element}]`);
  }
  tableCode(index: number): SymbolName {
    const { symbol, elements } = this.plan.tables[index];
    return this.array(tableCodeSymbol(symbol), elements!.length, 'ptr');
  }
  /** The code of one type (`typed-table.ts`). */
  tableTypedCode(index: number, typeId: number): SymbolName {
    const { symbol, elements } = this.plan.tables[index];
    return this.array(tableTypedCodeSymbol(symbol, typeId), elements!.length, 'ptr');
  }
  tableTypes(index: number): SymbolName {
    const { symbol, elements } = this.plan.tables[index];
    return this.array(tableTypesSymbol(symbol), elements!.length, 'i32');
  }
  data(segment: number): SymbolName {
    return this.array(dataSymbol(segment), this.plan.dataLengths[segment], 'i8');
  }
  dataLength(segment: number): SymbolName {
    const symbol = dataLengthSymbol(segment);
    return this.declare(symbol, `${symbol} = external hidden ${this.perInstance}global i32`);
  }
  elements(segment: number): SymbolName {
    return this.array(elementSymbol(segment), this.plan.elementLengths[segment], 'ptr');
  }
  elementLength(segment: number): SymbolName {
    const symbol = elementLengthSymbol(segment);
    return this.declare(symbol, `${symbol} = external hidden ${this.perInstance}global i32`);
  }
  descriptor(functionIndex: number): SymbolName {
    const symbol = descriptorSymbol(functionIndex);
    return this.declare(symbol, `${symbol} = external hidden constant ${DESCRIPTOR_TYPE}`);
  }
  /** A function of the index space: ours, the runtime's, or a generated bridge. */
  function(index: number): SymbolName {
    const { symbol, binding } = this.plan.functions[index];
    const signature = signatureOf(this.plan, index);
    if (isInternal(this.plan, index)) {
      return this.declare(
        symbol,
        `declare hidden ${internalResult(this.plan, signature)} ${symbol}(${internalParams(this.plan, signature).join(', ')}) ${attribute(Attributes.Callee)}`,
      );
    }
    const { params, results } = signature;
    const types = params.map((type) => LLVM_TYPES[type]).join(', ');
    const noreturn = binding.kind === 'undefined' || (binding.kind === 'runtime' && binding.noreturn);
    const result = binding.kind === 'undefined' ? 'void' : resultType(results);
    if (binding.kind === 'runtime') this.runtimeFunctions.set(symbol, shapeOfTypes(params, !noreturn));
    return this.declare(symbol, `declare hidden ${result} ${symbol}(${types}) ${attribute(noreturn ? Attributes.Trap : Attributes.Callee)}`);
  }

  // ---- definitions

  /** Begins a function, which `end` appends; `params` are types and registers. */
  defineFunction(symbol: SymbolName, result: LlvmType, params: readonly string[], options: FunctionOptions = {}): Writer {
    const { linkage = 'hidden', attributes = Attributes.Function, apart = false, suffix = '' } = options;
    const w = new Writer((kind) => this.trap(kind), this.kernel === undefined ? undefined : this.intrinsic('llvm.trap', 'void', ''));
    this.define(symbol);
    this.heads.set(
      w,
      `define ${LINKAGE[linkage]}${result} ${symbol}(${params.join(', ')}) ${attribute(attributes)}${apart && !this.plan.whole ? ` section "${ownSection('.text', symbol)}"` : ''}${suffix} {\n`,
    );
    return w;
  }
  /** Appends a function that is complete. */
  end(w: Writer): void {
    this.body += `${this.heads.get(w)!}${w.finish()}}\n\n`;
    this.heads.delete(w);
  }
  /** Defines a variable. */
  variable(symbol: SymbolName, type: LlvmType, value: Operand, options: VariableOptions = {}): void {
    const thread = options.perInstance === true && this.plan.threads ? '.t' : '.';
    this.defineData('global', symbol, type, value, options, `${thread}${value === '0' ? 'bss' : 'data'}`);
  }
  /** Defines a variable that is an array of bytes. */
  variableBytes(symbol: SymbolName, bytes: Uint8Array, options: VariableOptions = {}): void {
    this.variable(symbol, `[${bytes.length} x i8]`, bytesText(bytes), options);
  }
  /** Defines what never changes. */
  constant(symbol: SymbolName, type: LlvmType, value: Operand, options: VariableOptions = {}): void {
    this.defineData('constant', symbol, type, value, options, '.rodata');
  }
  /** An array of values with their types. */
  constantArray(symbol: SymbolName, element: LlvmType, items: readonly string[], options: VariableOptions = {}): void {
    this.constant(symbol, `[${items.length} x ${element}]`, arrayText(items), options);
  }
  /** An array of bytes. */
  constantBytes(symbol: SymbolName, bytes: Uint8Array, options: VariableOptions = {}): void {
    this.constant(symbol, `[${bytes.length} x i8]`, bytesText(bytes), options);
  }
  private defineData(kind: 'global' | 'constant', symbol: SymbolName, type: LlvmType, value: Operand, options: VariableOptions, sections: string): void {
    const { linkage = 'hidden', apart = false, section = apart && !this.plan.whole ? ownSection(sections, symbol) : undefined, align } = options;
    this.define(symbol);
    const instance = options.perInstance === true ? this.perInstance : '';
    this.body += `${symbol} = ${LINKAGE[linkage]}${instance}${kind} ${type} ${value}${section === undefined ? '' : `, section "${section}"`}${align === undefined ? '' : `, align ${align}`}\n`;
  }
  /** Another name of a function. */
  functionAlias(symbol: SymbolName, of: SymbolName): void {
    this.define(symbol);
    this.body += `${symbol} = alias ptr, ptr ${of}\n`;
  }
  /** Defines another name for a variable of an instance. */
  alias(symbol: SymbolName, type: LlvmType, of: SymbolName): void {
    this.define(symbol);
    this.body += `${symbol} = hidden ${this.perInstance}alias ${type}, ptr ${of}\n`;
  }
  /** The same for a part of one: `of` is a constant expression. */
  aliasOf(symbol: SymbolName, type: LlvmType, of: string): void {
    this.define(symbol);
    this.body += `${symbol} = hidden alias ${type}, ptr ${of}\n`;
  }
  /** Keeps a variable that nothing refers to. */
  keep(symbol: SymbolName): void {
    this.body += `@llvm.used = appending global [1 x ptr] [ ptr ${symbol} ], section "llvm.metadata"\n`;
  }

  /** The definitions so far, for tests. */
  get definitions(): string {
    return this.body;
  }

  /** The whole module. */
  toString(): string {
    let text = `target datalayout = "${this.target.dataLayout}"\ntarget triple = "${this.target.triple}"\n\n`;
    for (const [symbol, line] of this.declarations) {
      if (!this.defined.has(symbol)) text += `${line}\n`;
    }
    // Where there are exceptions, any function may end by one but those that trap.
    const groups =
      this.kernel === undefined
        ? attributeGroups(this.plan.exceptions, this.plan.movesFrames, this.attributes)
        : kernelAttributeGroups(this.kernel.attributes, this.attributes);
    const flags = this.kernel === undefined ? '' : moduleFlags(this.kernel.moduleFlags);
    return `${text}\n${this.body}\n${groups}${METADATA}${flags}${this.debug?.toString() ?? ''}`;
  }
}

const ownSection = (kind: string, symbol: SymbolName): string => `${kind}.${elfName(symbol)}`;

/** Bytes as a constant. */
const bytesText = (bytes: Uint8Array): Operand => `c"${escaped(bytes)}"`;

function attributesOf(ends: RuntimeFunction['ends']): Attributes {
  return ends === 'twice' ? Attributes.ReturnsTwice : ends === 'throws' ? Attributes.Throw : Attributes.Callee;
}
