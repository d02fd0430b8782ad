// What a consumer of function bodies is told. The body decoder validates, then calls one method per operator.
//
// `at` is the height of the operand stack below the operator's operands: operands are at `at`, `at + 1`, …,
// and results replace them from `at` on. A sink that keeps one value per height needs no stack of its own.
// Operators in dead code are validated but not reported; neither are blocks that begin in dead code.
// Labels are numbered from the outside: 0 is the body itself, a block is as deep as the live blocks around it.

import type { ValueType } from './value-types.js';

/** Types of parameters and locals: `[0, localCount)`. */
export interface FunctionLocals {
  readonly localTypes: Int32Array;
  readonly localCount: number;
}

export interface FunctionSink {
  /** Is the sink told of one-byte operators without control flow: numeric ones, constants, loads, stores, local variables? */
  readonly wantsValues: boolean;

  /** The local types are known, nothing of the code is read. */
  begin(functionIndex: number, locals: FunctionLocals): void;

  /** i32.const, i64.const, f32.const, f64.const: bits in two halves. */
  constant(op: number, low: number, high: number, at: number): void;
  /** v128.const and i8x16.shuffle: 16 bytes at an absolute offset. */
  vectorImmediate(op: number, offset: number, at: number): void;
  /** Every operator without immediates that has a fixed signature. */
  simple(op: number, at: number): void;
  lane(op: number, lane: number, at: number): void;
  /** Loads, stores and atomics; `lane` is 0 where there is none. */
  access(op: number, memory: number, offsetLow: number, offsetHigh: number, lane: number, at: number): void;
  /** memory.*, table.*, data.drop, elem.drop, ref.func, ref.is_null: up to two indices, in binary order. */
  indexed(op: number, first: number, second: number, at: number): void;
  refNull(type: ValueType, at: number): void;
  /** Operators of the GC and custom-descriptors proposals; the branches among them too. */
  aggregate(op: number): void;

  localGet(index: number, at: number): void;
  localSet(index: number, at: number): void;
  localTee(index: number, at: number): void;
  globalGet(index: number, at: number): void;
  globalSet(index: number, at: number): void;
  select(type: ValueType, at: number): void;

  /** block, loop, if, try, try_table. The condition of `if` lies above the parameters. */
  block(op: number, params: Int32Array, results: Int32Array, at: number): void;
  /** `fallsThrough` tells whether the end of the first arm is live. */
  elseArm(fallsThrough: boolean): void;
  /** Returns whether what follows is live. Label 0 ends the function. */
  end(fallsThrough: boolean): boolean;
  br(label: number, at: number): void;
  /** The condition lies above the label's operands. */
  brIf(label: number, at: number): void;
  /** `labels[0..count]`, the last one is the default; the selector lies above the label's operands. */
  brTable(labels: Int32Array, count: number, at: number): void;
  /** br_on_null, br_on_non_null: `at` is the height of the reference. */
  brOnNull(op: number, label: number, at: number): void;
  unreachable(): void;
  /** call, return_call. */
  call(op: number, functionIndex: number, at: number): void;
  /** call_indirect, return_call_indirect: the table index lies above the arguments. */
  callIndirect(op: number, typeIndex: number, table: number, at: number): void;
  /** call_ref, return_call_ref: the reference lies above the arguments. */
  callRef(op: number, typeIndex: number, at: number): void;

  /** throw, throw_ref, rethrow, delegate: tag or label. `end` follows a delegate. */
  exception(op: number, index: number, at: number): void;
  /** A clause of the try_table whose `block` comes next; tag -1 takes every exception. */
  catchClause(tag: number, label: number, withReference: boolean): void;
  /** catch, or catch_all with tag -1; `fallsThrough` is about the arm before. Returns whether the arm is live. */
  catchArm(tag: number, fallsThrough: boolean): boolean;
}
