// The LLVM IR text of one partition: definitions, and a declaration for every symbol of another partition or the runtime.

import { LLVM_TYPES, resultType } from './llvm-text.js';
import type { TrapKind } from '../runtime-c/tables/traps.js';
import { internalParams, internalResult, isInternal } from './convention.js';
import { DebugInfo } from './debug-info.js';
import type { Plan } from './plan.js';
import { signatureOf } from './plan.js';
import {
  DESCRIPTOR_TYPE, MEMORY, MEMORY_SIZE, MEMORY_TYPE, TABLE_TYPE, dataLengthSymbol, dataSymbol, descriptorSymbol, elementLengthSymbol, elementSymbol,
  furtherMemorySymbol, intrinsicSymbol, runtimeSymbol, tableCodeSymbol, tableTypedCodeSymbol, tableTypesSymbol, trapName,
} from './symbols.js';
import type { IntrinsicName, Literal, SymbolName } from './symbols.js';
import { simdTable } from './simd.js';
import type { Cpu, SimdTable } from './simd.js';
import type { Target } from './target.js';

/** Metadata below this number is the same in every partition. */
const FIRST_FREE_METADATA = 6;

export class PartitionText {
  /** Definitions so far. */
  body = '';
  /** Present where debug information is wanted. */
  readonly debug: DebugInfo | undefined;
  private readonly declarations = new Map<SymbolName, string>();
  private readonly defined = new Set<SymbolName>();

  /** `takesPartsOut`: LLVM takes slow parts out of functions that throw or catch (`llvm-passes.ts`). */
  constructor(
    readonly plan: Plan, readonly target: Target, private readonly attributes: string,
    private readonly cpu: Cpu = { name: target.defaultCpu, features: target.defaultFeatures }, readonly takesPartsOut = false,
  ) {
    this.debug = plan.debug === undefined ? undefined : new DebugInfo(plan.debug, FIRST_FREE_METADATA);
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
  /** A function of the runtime, with its LLVM parameter types. */
  runtime<const S extends `w2e_${string}`>(name: Literal<S>, result: string, params: string): SymbolName {
    return this.external(runtimeSymbol<S>(name), result, params);
  }
  /** A function that is defined elsewhere, with its LLVM parameter types. */
  external(symbol: SymbolName, result: string, params: string): SymbolName {
    return this.declare(symbol, `declare ${result} ${symbol}(${params}) #1`);
  }
  /** A noreturn trap function of the runtime. */
  trap(kind: TrapKind): SymbolName {
    const symbol = trapName(kind);
    return this.declare(symbol, `declare void ${symbol}() #2`);
  }
  memory(): SymbolName {
    return this.declare(MEMORY, `${MEMORY} = external hidden global ${this.plan.embedded ? 'ptr' : '[0 x i8], align 65536'}`);
  }
  memorySize(): SymbolName {
    return this.declare(MEMORY_SIZE, `${MEMORY_SIZE} = external hidden global i64, align 8`);
  }
  furtherMemory(index: number): SymbolName {
    const symbol = furtherMemorySymbol(index);
    return this.declare(symbol, `${symbol} = external hidden global ${MEMORY_TYPE}`);
  }
  global(index: number): SymbolName {
    const global = this.plan.globals[index]!;
    return this.declare(global.symbol, `${global.symbol} = external hidden global ${LLVM_TYPES[global.type]!}`);
  }
  table(index: number): SymbolName {
    const { symbol } = this.plan.tables[index]!;
    return this.declare(symbol, `${symbol} = external hidden global ${TABLE_TYPE}`);
  }
  tableCode(index: number): SymbolName {
    const table = this.plan.tables[index]!;
    const symbol = tableCodeSymbol(table.symbol);
    return this.declare(symbol, `${symbol} = external hidden constant [${table.elements!.length} x ptr]`);
  }
  /** The code of one type (`typed-table.ts`). */
  tableTypedCode(index: number, typeId: number): SymbolName {
    const table = this.plan.tables[index]!;
    const symbol = tableTypedCodeSymbol(table.symbol, typeId);
    return this.declare(symbol, `${symbol} = external hidden constant [${table.elements!.length} x ptr]`);
  }
  tableTypes(index: number): SymbolName {
    const table = this.plan.tables[index]!;
    const symbol = tableTypesSymbol(table.symbol);
    return this.declare(symbol, `${symbol} = external hidden constant [${table.elements!.length} x i32]`);
  }
  data(segment: number): SymbolName {
    const symbol = dataSymbol(segment);
    return this.declare(symbol, `${symbol} = external hidden constant [${this.plan.dataLengths[segment]!} x i8]`);
  }
  dataLength(segment: number): SymbolName {
    const symbol = dataLengthSymbol(segment);
    return this.declare(symbol, `${symbol} = external hidden global i32`);
  }
  elements(segment: number): SymbolName {
    const symbol = elementSymbol(segment);
    return this.declare(symbol, `${symbol} = external hidden constant [${this.plan.elementLengths[segment]!} x ptr]`);
  }
  elementLength(segment: number): SymbolName {
    const symbol = elementLengthSymbol(segment);
    return this.declare(symbol, `${symbol} = external hidden global i32`);
  }
  descriptor(functionIndex: number): SymbolName {
    const symbol = descriptorSymbol(functionIndex);
    return this.declare(symbol, `${symbol} = external hidden constant ${DESCRIPTOR_TYPE}`);
  }
  /** A function of the index space: ours, the runtime's, or a generated bridge. */
  function(index: number): SymbolName {
    const { symbol, binding } = this.plan.functions[index]!;
    const signature = signatureOf(this.plan, index);
    if (isInternal(this.plan, index)) {
      return this.declare(symbol, `declare hidden ${internalResult(this.plan, signature)} ${symbol}(${internalParams(this.plan, signature).join(', ')}) #1`);
    }
    const { params, results } = signature;
    const types = params.map((type) => LLVM_TYPES[type]!).join(', ');
    const noreturn = binding.kind === 'undefined' || (binding.kind === 'runtime' && binding.noreturn);
    const result = binding.kind === 'undefined' ? 'void' : resultType(results);
    return this.declare(symbol, `declare hidden ${result} ${symbol}(${types}) #${noreturn ? 2 : 1}`);
  }

  /** The whole module. */
  toString(): string {
    let text = `target datalayout = "${this.target.dataLayout}"\ntarget triple = "${this.target.triple}"\n\n`;
    for (const [symbol, line] of this.declarations) {
      if (!this.defined.has(symbol)) text += `${line}\n`;
    }
    // Where there are exceptions, any function may end by one but those that trap.
    const unwinds = this.plan.exceptions;
    const frames = this.plan.movesFrames ? '"frame-pointer"="all" ' : '';
    return `${text}\n${this.body}
attributes #0 = { ${unwinds ? '' : 'nounwind '}uwtable ${frames}"probe-stack"="inline-asm" "no-builtin-strlen" "no-builtin-wcslen" "no-builtin-bcmp" ${this.attributes} }
attributes #1 = { ${unwinds ? 'uwtable' : 'nounwind'} }
attributes #2 = { nounwind noreturn cold }
attributes #3 = { nounwind returns_twice }
attributes #4 = { nounwind noreturn cold nomerge }
attributes #5 = { noreturn cold }
attributes #6 = { ${unwinds ? '' : 'nounwind '}noinline optnone uwtable ${frames}"probe-stack"="inline-asm" ${this.attributes.replaceAll(/\b(?:min|opt)size\b/g, '')} }
!0 = !{!"branch_weights", i32 1, i32 1048575}
!1 = !{!"branch_weights", i32 1048575, i32 1}
!2 = !{}
!3 = distinct !{!3}
!4 = distinct !{!4, !3}
!5 = !{!4}
${this.debug?.toString() ?? ''}`;
  }
}
