// A small module plan for emission tests: seven functions, five types, two globals, three memories of a page, one table.

import type { Plan, PlannedFunction } from '../plan/plan.js';
import { Type } from '../../ir/types.js';
import { printable } from '../../runtime-c/tables/printable.js';
import { functionSymbol, globalSymbol, runtimeSymbol, tableSymbol } from '../symbols.js';

const I = Type.I32;

/** Function types: 0 = () -> (), 1 = (i32) -> (i32), 2 = (i32 i32) -> (i32 i64), 3 = (i32) -> (i32 i64 f64), 4 = (eight f32, v128) -> (). */
const SIGNATURES = [
  { params: [], results: [] },
  { params: [I], results: [I] },
  { params: [I, I], results: [I, Type.I64] },
  { params: [I], results: [I, Type.I64, Type.F64] },
  { params: [...new Array<Type>(8).fill(Type.F32), Type.V128], results: [] },
];

function defined(index: number, name: string, typeId: number): PlannedFunction {
  return { binding: { kind: 'defined' }, symbol: functionSymbol(index), name: printable(name), typeId, component: index, addressTaken: false };
}

export interface PlanVariant {
  readonly memoryMode?: 'guard' | 'check';
  /** The table may change. */
  readonly mutableTable?: boolean;
  readonly asynchronous?: boolean;
  /** What an instance has is thread-local. */
  readonly threads?: boolean;
  /** memory.copy and memory.fill of no bytes do nothing. */
  readonly emptyAnywhere?: boolean;
  readonly shared?: boolean;
  readonly tailCalls?: boolean;
  /** Memory 0 has 64-bit addresses; memory 2 always has. */
  readonly memory64?: boolean;
  readonly pageLog2?: number;
  readonly table64?: boolean;
  readonly exceptions?: boolean;
  readonly movesFrames?: boolean;
  readonly embedded?: boolean;
  readonly exactTraps?: boolean;
  /** Text for ring 0. */
  readonly kernel?: boolean;
  /** Function 0 needs no test of the stack there. */
  readonly withoutStackTest?: boolean;
  /** LLVM's name of the CPU. */
  readonly cpu?: string;
  /** Name of the target, x86-64 when absent. */
  readonly target?: string;
}

/** The plan; function 0 is the one under test. */
export function fixturePlan(variant: PlanVariant): Plan {
  const memory = {
    initialBytes: 65536,
    maxBytes: 2 ** 32,
    shared: variant.shared === true,
    pageLog2: variant.pageLog2 ?? 16,
    emptyAnywhere: variant.emptyAnywhere === true,
  };
  return {
    memoryAt: variant.embedded === true ? 'variable' : 'symbol',
    aliasScopes: variant.embedded === true,
    whole: variant.embedded === true,
    exactTraps: variant.exactTraps === true,
    functions: [
      defined(0, 'self', 1),
      defined(1, 'other', 1),
      defined(2, 'pair', 2),
      {
        binding: { kind: 'runtime', noreturn: true, caller: false },
        symbol: runtimeSymbol('w2e_env_exit'),
        name: printable('env.exit'),
        typeId: 0,
        component: 3,
        addressTaken: false,
      },
      defined(4, 'triple', 3),
      defined(5, 'vectors', 4),
      {
        binding: { kind: 'runtime', noreturn: false, caller: true },
        symbol: runtimeSymbol('w2e_env_emscripten_return_address'),
        name: printable('env.emscripten_return_address'),
        typeId: 1,
        component: 6,
        addressTaken: false,
      },
    ],
    importCount: 0,
    signatures: SIGNATURES,
    typeIds: Int32Array.of(0, 1, 2, 3, 4),
    globals: [
      { type: I, symbol: globalSymbol(0), low: 65536, high: 0, bytes: new Uint8Array(0), constant: false },
      { type: Type.I64, symbol: globalSymbol(1), low: 1, high: 0, bytes: new Uint8Array(0), constant: false },
    ],
    tables: [
      {
        holdsFunctions: true,
        holdsExceptions: false,
        is64: variant.table64 === true,
        min: 3,
        max: 3,
        grows: false,
        elements: variant.mutableTable === true ? undefined : Int32Array.of(-1, 0, 2),
        symbol: tableSymbol(0),
      },
    ],
    memories: [
      { ...memory, is64: variant.memory64 === true, checked: variant.memoryMode === 'check' || variant.memory64 === true || variant.pageLog2 !== undefined },
      { ...memory, is64: false, checked: true },
      { ...memory, is64: true, checked: true },
    ],
    stackPointer: 0,
    asynchronous: variant.asynchronous === true,
    threads: variant.threads === true,
    tailCalls: variant.tailCalls === true,
    exceptions: variant.exceptions === true,
    movesFrames: variant.movesFrames === true,
    dataLengths: [8],
    elementLengths: [2],
    partitions: [[0]],
    ...(variant.kernel === true ? { references: 3, withoutStackTest: Uint8Array.of(variant.withoutStackTest === true ? 1 : 0, 0, 0, 0, 0, 0) } : {}),
  };
}
