// Exceptions in SSA form, for both proposals. The body of a try block gets one landing block, where the calls in it
// unwind to, and one dispatch block behind it, which tests the exception's tag clause by clause and hands what no
// clause takes to the try block around, or to the caller. A throw within a body is a branch to the dispatch block.
// An exception that a clause takes apart is freed there; one that becomes a reference of the program is kept.

import type { Builder } from '../ir/builder.js';
import type { BlockId, Func, InstId, ValueId } from '../ir/function.js';
import { Op as IrOp } from '../ir/ops.js';
import { Type as IrType } from '../ir/types.js';
import type { LocalValues } from './ssa-locals.js';

/** What the builder of the function offers. */
export interface BlockBuilder {
  readonly func: Func;
  readonly builder: Builder;
  readonly locals: LocalValues;
  /** Goes on in a block. */
  enter(block: BlockId): void;
  /** Branches to a label with operands. */
  jump(label: number, operands: Int32Array): void;
  /** The IR types of a tag's values. */
  tagTypes(tag: number): readonly IrType[];
}

/** A clause of a `try_table`; tag -1 takes every exception. */
export interface CatchClause {
  readonly tag: number;
  readonly label: number;
  /** Passes the exception itself too. */
  readonly withReference: boolean;
}

/** A try block that is open, of either proposal. */
interface Try {
  readonly label: number;
  readonly clauses: readonly CatchClause[];
  /** Exceptions thrown now are for it: its body is being built, not one of its catch arms. */
  inBody: boolean;
  /** Where calls in the body unwind to, and where its exceptions are tested; -1 until needed. */
  landing: BlockId;
  dispatch: BlockId;
  /** The block where the test for the next clause goes, -1 if no exception gets there. */
  rest: BlockId;
  /** The label from which to look for who takes the exceptions that no clause does. */
  outer: number;
  /** Of the catch arm being built: its tag (-1 for catch_all) and the values of the exception, or the exception. */
  tag: number;
  caught: Int32Array;
}

export class Handlers {
  private tries: Try[] = [];
  private clauses: CatchClause[] = [];

  constructor(private readonly code: BlockBuilder) {}

  /** Begins a function. */
  clear(): void {
    this.tries = [];
    this.clauses = [];
  }

  /** Notes a clause of the `try_table` that opens next. */
  clause(clause: CatchClause): void {
    this.clauses.push(clause);
  }

  /** Opens the body of the try block with this label. */
  open(label: number): void {
    this.tries.push({ label, clauses: this.clauses, inBody: true, landing: -1, dispatch: -1, rest: -1, outer: label, tag: -1, caught: new Int32Array(0) });
    this.clauses = [];
  }

  /** The try block that takes what is thrown here or, seen from a label, at that label. */
  private handler(label = Infinity): Try | undefined {
    return this.tries.findLast((entry) => entry.inBody && entry.label <= label);
  }

  /** Whether calls need an unwind edge here. */
  get active(): boolean {
    return this.handler() !== undefined;
  }

  /** Adds both edges to a call that ends the current block, and goes on behind it. */
  endCall(inst: InstId): void {
    const { func, builder, locals } = this.code;
    const entry = this.handler();
    if (entry === undefined) return;
    if (entry.landing < 0) entry.landing = locals.newBlock();
    const next = locals.newBlock();
    const none = new Int32Array(0);
    locals.addIncoming(next, func.addEdge(inst, next), builder.block, none, 0, 0);
    locals.addIncoming(entry.landing, func.addEdge(inst, entry.landing), builder.block, none, 0, 0);
    locals.seal(next);
    this.code.enter(next);
  }

  /** Ends the current block: the exception goes to the try block that takes it, seen from a label. */
  raise(exception: ValueId, label = Infinity): void {
    const { func, builder, locals } = this.code;
    const entry = this.handler(label);
    if (entry === undefined) return builder.throw(exception);
    const dispatch = this.dispatchOf(entry);
    const edge = func.addEdge(builder.branch(IrOp.Br), dispatch);
    locals.addIncoming(dispatch, edge, builder.block, Int32Array.of(exception), 0, 1);
  }

  /** Ends the current block by `rethrow` of what the catch arm of a label has caught. */
  rethrow(label: number): void {
    const { builder } = this.code;
    const entry = this.tries.find((candidate) => candidate.label === label);
    if (entry === undefined) throw new Error(`label ${label} is not a catch arm`);
    if (entry.tag >= 0) return this.raise(builder.exception(entry.tag, entry.caught, 0, entry.caught.length));
    // Caught again within the arm, the arm may rethrow it once more.
    if ((this.handler()?.label ?? -1) > label) builder.unary(IrOp.ExnKeep, IrType.ExnRef, entry.caught[0]);
    this.raise(entry.caught[0]);
  }

  private dispatchOf(entry: Try): BlockId {
    const { locals } = this.code;
    if (entry.dispatch < 0) {
      entry.dispatch = locals.newBlock();
      locals.addLabelParam(entry.dispatch, IrType.ExnRef);
    }
    return entry.dispatch;
  }

  private get innermost(): Try {
    return this.tries[this.tries.length - 1];
  }

  /** Ends the body of the innermost try block, whose last block is complete: builds the landing block. */
  private closeBody(entry: Try): void {
    const { func, builder, locals } = this.code;
    entry.inBody = false;
    if (entry.landing >= 0) {
      locals.seal(entry.landing);
      this.code.enter(entry.landing);
      const exception = builder.nullary(IrOp.Catch, IrType.ExnRef);
      const dispatch = this.dispatchOf(entry);
      const edge = func.addEdge(builder.branch(IrOp.Br), dispatch);
      locals.addIncoming(dispatch, edge, builder.block, Int32Array.of(exception), 0, 1);
    }
    if (entry.dispatch >= 0) locals.seal(entry.dispatch);
    entry.rest = entry.dispatch;
  }

  /** The exception that the dispatch block of a try block gets. */
  private exceptionOf(entry: Try): ValueId {
    return this.code.func.blockParams[entry.dispatch][0];
  }

  /**
   * Begins a catch arm of the innermost try block (tag -1: catch_all), after the last block is complete. Returns the
   * values that it gets, or undefined where no exception reaches it.
   */
  arm(tag: number): Int32Array | undefined {
    const entry = this.innermost;
    if (entry.inBody) this.closeBody(entry);
    if (entry.rest < 0) return undefined;
    this.code.enter(entry.rest);
    const exception = this.exceptionOf(entry);
    entry.tag = tag;
    if (tag < 0) {
      entry.rest = -1;
      entry.caught = Int32Array.of(exception);
      return new Int32Array(0);
    }
    entry.rest = this.test(exception, tag);
    entry.caught = this.valuesOf(exception, tag);
    this.code.builder.unary(IrOp.ExnFree, IrType.ExnRef, exception);
    return entry.caught;
  }

  /** The end of a catch_all arm, where it has one: nothing can refer to its exception any more. */
  leaveArm(): void {
    const { inBody, tag, caught } = this.innermost;
    if (!inBody && tag < 0) this.code.builder.unary(IrOp.ExnFree, IrType.ExnRef, caught[0]);
  }

  /** `delegate`: what the body of the innermost try block throws goes where it would go from a label. */
  delegateTo(label: number): void {
    this.innermost.outer = label;
  }

  /** The end of the innermost try block, after the last block is complete: the rest of its clauses, and what none takes. */
  finish(): void {
    const { builder } = this.code;
    const entry = this.innermost;
    if (entry.inBody) this.closeBody(entry);
    this.tries.pop();
    if (entry.rest < 0) return;
    this.code.enter(entry.rest);
    const exception = this.exceptionOf(entry);
    for (const { tag, label: target, withReference } of entry.clauses) {
      const rest = tag < 0 ? -1 : this.test(exception, tag);
      const values = tag < 0 ? [] : [...this.valuesOf(exception, tag)];
      if (withReference) values.push(exception);
      builder.unary(withReference ? IrOp.ExnKeep : IrOp.ExnFree, IrType.ExnRef, exception);
      this.code.jump(target, Int32Array.from(values));
      if (rest < 0) return;
      this.code.enter(rest);
    }
    this.raise(exception, entry.outer);
  }

  /** Goes on where the exception has the tag; returns the block where it has not. */
  private test(exception: ValueId, tag: number): BlockId {
    const { func, builder, locals } = this.code;
    const inst = builder.branch(IrOp.BrIf, builder.unary(IrOp.ExnIs, IrType.ExnRef, exception, tag));
    const none = new Int32Array(0);
    const [match, rest] = [locals.newBlock(), locals.newBlock()];
    for (const block of [match, rest]) {
      locals.addIncoming(block, func.addEdge(inst, block), builder.block, none, 0, 0);
      locals.seal(block);
    }
    this.code.enter(match);
    return rest;
  }

  private valuesOf(exception: ValueId, tag: number): Int32Array {
    const { builder } = this.code;
    return Int32Array.from(this.code.tagTypes(tag), (type, index) => builder.exceptionValue(type, exception, tag, index));
  }
}
