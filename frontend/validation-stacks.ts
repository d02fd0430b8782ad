// hot
// The two stacks of the specification's validation algorithm (appendix "Validation Algorithm"): operand types and open
// blocks, with operands of any type below unreachable code. Also which locals without default value are set.

import { type ErrorKind, WasmError } from './errors.js';
import { limits } from './limits.js';
import type { TypeDefinition } from './module.js';
import { Op } from './opcodes.js';
import { addressOperand, operatorParams, operatorResults } from './operators.js';
import { isSubtype } from './subtyping.js';
import { isReference, Type, typeList, type ValueType } from './value-types.js';

export class ValidationStacks {
  /** Operand types: `[0, height)`. */
  stack = new Int32Array(16);
  height = 0;
  /** Number of open blocks; the body is the first. */
  depth = 0;
  /** Height below the operands of the innermost block. */
  base = 0;
  /** Is what follows reached by any path that was not given up? */
  live = true;
  /** Absolute offset of the current operator, for errors. */
  offset = 0;
  /** Locals: 1 once set, or where the type has a default value. */
  initialized = new Uint8Array(0);
  frameOp = new Uint16Array(64);
  frameLive = new Uint8Array(64);
  readonly frameParams: Int32Array[] = [];
  readonly frameResults: Int32Array[] = [];
  private frameBase = new Int32Array(64);
  private frameUnreachable = new Uint8Array(64);
  private frameInitialized = new Int32Array(64);
  private polymorphic = false;
  /** Locals in the order of their setting, to undo at the end of a block. */
  private readonly initializationOrder: number[] = [];

  constructor(private readonly types: readonly TypeDefinition[]) {}

  /** Begins a function body. */
  reset(): void {
    this.height = 0;
    this.depth = 0;
    this.live = true;
    this.initializationOrder.length = 0;
  }

  fail(kind: ErrorKind, detail = ''): never {
    throw new WasmError(kind, this.offset, detail);
  }

  private mismatch(required: ArrayLike<ValueType>): never {
    const from = Math.max(this.base, this.height - Math.max(required.length, 1));
    const found = typeList(this.stack.subarray(from, this.height));
    return this.fail('typeMismatch', `: instruction requires ${typeList(required)} but stack has ${found}`);
  }

  push(type: ValueType): void {
    if (this.height === this.stack.length) this.grow();
    this.stack[this.height++] = type;
  }

  /** Makes room on the operand stack, and returns it. */
  grow(): Int32Array<ArrayBuffer> {
    const grown = new Int32Array(this.stack.length * 2);
    grown.set(this.stack);
    this.stack = grown;
    return grown;
  }

  pop(expected: ValueType): void {
    if (this.height === this.base) {
      if (!this.polymorphic) this.mismatch([expected]);
      return;
    }
    const actual = this.stack[this.height - 1];
    if (actual !== expected && !isSubtype(this.types, actual, expected)) this.mismatch([expected]);
    this.height--;
  }

  /** Pops with the height given and returned, for callers that have it in a variable. */
  popAt(height: number, expected: ValueType): number {
    this.height = height;
    this.pop(expected);
    return this.height;
  }

  popAny(): ValueType {
    if (this.height === this.base) {
      if (!this.polymorphic) this.fail('typeMismatch', ': instruction requires an operand but stack has []');
      return Type.Bottom;
    }
    return this.stack[--this.height];
  }

  popReference(): ValueType {
    const type = this.popAny();
    if (type !== Type.Bottom && !isReference(type)) {
      this.height++;
      this.fail('typeMismatch', `: instruction requires a reference but stack has ${typeList([type])}`);
    }
    return type;
  }

  popAll(types: Int32Array): void {
    const { stack, base } = this;
    let { height } = this;
    for (let index = types.length - 1; index >= 0; index--) {
      height = height > base && stack[height - 1] === types[index] ? height - 1 : this.popAt(height, types[index]);
    }
    this.height = height;
  }

  pushAll(types: Int32Array): void {
    while (this.height + types.length > this.stack.length) this.grow();
    const { stack } = this;
    let { height } = this;
    for (let index = 0; index < types.length; index++) stack[height++] = types[index];
    this.height = height;
  }

  /** Checks the topmost operands without popping them. */
  peekAll(types: Int32Array): void {
    const below = this.height - types.length;
    for (let index = types.length - 1; index >= 0; index--) {
      const at = below + index;
      if (at < this.base) {
        if (!this.polymorphic) this.mismatch(types);
        return;
      }
      if (this.stack[at] !== types[index] && !isSubtype(this.types, this.stack[at], types[index])) this.mismatch(types);
    }
  }

  /** Pops and pushes what the table says; returns the height below the operands. */
  applySignature(op: number, address: ValueType): number {
    for (let params = operatorParams[op]; params !== 0; params >>= 3) this.pop((params & 7) === addressOperand ? address : params & 7);
    const at = this.height;
    for (let results = operatorResults[op]; results !== 0; results >>= 3) this.push(results & 7);
    return at;
  }

  setUnreachable(): void {
    this.height = this.base;
    this.polymorphic = true;
    this.live = false;
  }

  /** Pushes a frame whose parameters are on the operand stack already. */
  pushFrame(op: number, params: Int32Array, results: Int32Array): void {
    const { depth } = this;
    if (depth === this.frameOp.length) this.growFrames();
    if (depth > 0) this.frameUnreachable[depth - 1] = this.polymorphic ? 1 : 0;
    this.frameOp[depth] = op;
    this.frameBase[depth] = this.height - params.length;
    this.frameLive[depth] = this.live ? 1 : 0;
    this.frameInitialized[depth] = this.initializationOrder.length;
    this.frameParams[depth] = params;
    this.frameResults[depth] = results;
    this.base = this.height - params.length;
    this.polymorphic = false;
    this.depth = depth + 1;
  }

  private growFrames(): void {
    const size = Math.min(this.depth * 2, limits.nestingDepth);
    if (this.depth >= limits.nestingDepth) this.fail('limit', `: blocks nested more than ${limits.nestingDepth} deep`);
    this.frameOp = growTo(new Uint16Array(size), this.frameOp);
    this.frameBase = growTo(new Int32Array(size), this.frameBase);
    this.frameUnreachable = growTo(new Uint8Array(size), this.frameUnreachable);
    this.frameLive = growTo(new Uint8Array(size), this.frameLive);
    this.frameInitialized = growTo(new Int32Array(size), this.frameInitialized);
  }

  /** The innermost block's results are on the stack, and nothing else. */
  finishArm(): void {
    const results = this.frameResults[this.depth - 1];
    const { height } = this;
    if (results.length === 0 && height === this.base) return;
    for (let index = results.length - 1; index >= 0; index--) {
      if (this.height === this.base) {
        if (this.polymorphic) break;
        this.height = height;
        this.mismatch(results);
      }
      const actual = this.stack[this.height - 1];
      if (actual !== results[index] && !isSubtype(this.types, actual, results[index])) {
        this.height = height;
        this.mismatch(results);
      }
      this.height--;
    }
    if (this.height === this.base) return;
    const found = typeList(this.stack.subarray(this.base, height));
    this.fail('typeMismatch', `: block requires ${typeList(results)} but stack has ${found}`);
  }

  popFrame(): void {
    const depth = --this.depth;
    const results = this.frameResults[depth];
    this.forgetInitialized(depth);
    if (depth > 0) {
      this.base = this.frameBase[depth - 1];
      this.polymorphic = this.frameUnreachable[depth - 1] !== 0;
    }
    this.pushAll(results);
  }

  private forgetInitialized(depth: number): void {
    const keep = this.frameInitialized[depth];
    while (this.initializationOrder.length > keep) this.initialized[this.initializationOrder.pop() ?? 0] = 0;
  }

  /** Begins another arm of the innermost block, with `params` on the stack. */
  nextArm(op: number, params: Int32Array): void {
    const depth = this.depth - 1;
    this.forgetInitialized(depth);
    this.frameOp[depth] = op;
    this.polymorphic = false;
    this.live = this.frameLive[depth] !== 0;
    this.height = this.base;
    this.pushAll(params);
  }

  /** The number from the outside of a label that is `relative` blocks out. */
  label(relative: number): number {
    if (relative >= this.depth) this.fail('unknownLabel', ` ${relative}`);
    return this.depth - 1 - relative;
  }

  labelTypes(label: number): Int32Array {
    return this.frameOp[label] === Op.Loop ? this.frameParams[label] : this.frameResults[label];
  }

  markInitialized(index: number): void {
    if (this.initialized[index] !== 0) return;
    this.initialized[index] = 1;
    this.initializationOrder.push(index);
  }
}

function growTo<T extends Uint8Array | Uint16Array | Int32Array>(larger: T, from: T): T {
  larger.set(from);
  return larger;
}
