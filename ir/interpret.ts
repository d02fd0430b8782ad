// Runs a function as it stands: the meaning of the IR, for tests of passes. Plain and slow. Calls go through a
// callback; memories, globals, tables and exceptions are the machine's, so that their state after a trap can be looked at.
// There is one thread: a wait that would not end by itself is an error.

import type { Func } from './function.js';
import type { EdgeId, InstId, ValueId } from './function.js';
import { Trap, evaluate, evaluateWide } from './interpret-numeric.js';
import { evaluateSimd } from './interpret-simd.js';
import { Family, ImmKind, NORMAL_EDGE, Op, OPS, UNWIND_EDGE, accessBytesLog2, accessMemory, accessSigned, isUnwind, opFamily, opImmediates } from './ops.js';
import { SIMD_OPS } from './simd-ops.js';
import { TYPE_BYTES, TYPE_NAMES, Type } from './types.js';

/** An exception. A freed one that was not kept may not be touched. */
export interface ExceptionValue {
  readonly tag: number;
  readonly values: readonly bigint[];
  kept: boolean;
  freed: boolean;
}

/** The state around the function. References are BigInts, null is -1n; those to exceptions are indices of `exceptions`. */
export interface Machine {
  readonly memories: Uint8Array[];
  readonly globals: bigint[];
  readonly tables: bigint[][];
  /** Pages that each memory can grow to. */
  readonly maxPages: readonly number[];
  /** Bytes of a page of each memory, where it is not 64 KiB. */
  readonly pageBytes?: readonly number[];
  /** Elements that each table can grow to; absent: any number. */
  readonly maxElements?: readonly number[];
  /** Passive data and element segments; dropping one empties it. */
  readonly dataSegments?: Uint8Array[];
  readonly elementSegments?: bigint[][];
  /** Every exception so far; absent where there are none. */
  readonly exceptions?: ExceptionValue[];
  /** Memories that are shared, where waiting is allowed. */
  readonly sharedMemories?: readonly boolean[];
  /**
   * A call by one of the call ops. `index` is the function or type index, `table` that of a call_indirect; the last
   * argument is the callee where it is indirect. An exception leaves it as `Thrown`.
   */
  readonly call: (op: Op, index: number, table: number, args: readonly bigint[]) => readonly bigint[];
}

/** The function ran longer than it was allowed to. */
export class OutOfFuel extends Error {}

/** The function ended by an exception. */
export class Thrown extends Error {
  constructor(readonly exception: bigint) {
    super(`exception ${exception}`);
    this.name = 'Thrown';
  }
}

/** A call that takes the place of its caller, as `Machine.call` gets it. */
export class TailCall {
  constructor(
    readonly op: Op,
    readonly index: number,
    readonly table: number,
    readonly args: readonly bigint[],
  ) {}
}

/** Runs `func`; throws `Trap`, `Thrown`, or `OutOfFuel` after `fuel` instructions. Values are bit patterns as unsigned BigInts. */
export function interpret(func: Func, args: readonly bigint[], machine: Machine, fuel = 100_000): bigint[] {
  const ended = interpretUntilTailCall(func, args, machine, { left: fuel });
  return ended instanceof TailCall ? [...machine.call(ended.op, ended.index, ended.table, ended.args)] : ended;
}

/** As `interpret`, but leaves a tail call to the caller, and counts instructions down from `fuel.left`. */
export function interpretUntilTailCall(func: Func, args: readonly bigint[], machine: Machine, fuel: { left: number }): bigint[] | TailCall {
  return new Interpreter(func, machine, fuel).run(args);
}

const PAGE_BYTES = 65536;

/** What a growth that fails returns. */
const failure = (type: Type): bigint => BigInt.asUintN(TYPE_BYTES[type] * 8, -1n);

class Interpreter {
  private readonly values: bigint[] = [];
  private readonly slots: bigint[] = [];
  /** The exception that the current block's `catch` gets. */
  private caught = -1n;

  constructor(
    private readonly func: Func,
    private readonly machine: Machine,
    private readonly fuel: { left: number },
  ) {}

  run(args: readonly bigint[]): bigint[] | TailCall {
    const { func } = this;
    let block = func.order[0];
    func.blockParams[block].forEach((param, k) => {
      this.values[param] = args[k];
    });
    for (;;) {
      for (let inst = func.first[block]; ; inst = func.next[inst]) {
        if (--this.fuel.left < 0) throw new OutOfFuel();
        const op: Op = func.op[inst];
        if (op === Op.Return) return this.operands(inst);
        if (opFamily[op] === Family.TailCall) {
          return new TailCall(op, func.imm[inst], func.imm2[inst], this.operands(inst));
        }
        if (op === Op.Unreachable) throw new Trap('unreachable');
        if (op === Op.Throw) throw new Thrown(this.value(func.operand(inst, 0)));
        if (isUnwind(op)) {
          block = this.follow(func.edge(inst, this.callWithEdges(inst, op)));
          break;
        }
        if (opFamily[op] === Family.Branch) {
          block = this.follow(this.branch(inst, op));
          break;
        }
        this.execute(inst, op);
      }
    }
  }

  private value(value: ValueId): bigint {
    const bits = this.values[value];
    if (bits === undefined) throw new Error(`v${value} has no value`);
    return bits;
  }

  private operands(inst: InstId): bigint[] {
    const operands: bigint[] = [];
    const count = this.func.operandCount[inst];
    for (let k = 0; k < count; k++) operands.push(this.value(this.func.operand(inst, k)));
    return operands;
  }

  private branch(inst: InstId, op: Op): EdgeId {
    const { func } = this;
    if (op === Op.Br) return func.edge(inst, 0);
    const index = this.value(func.operand(inst, 0));
    if (op === Op.BrIf) return func.edge(inst, index !== 0n ? 0 : 1);
    return func.edge(inst, Math.min(Number(index), func.edgeCount[inst] - 1));
  }

  /** Passes the arguments of an edge, all at once. */
  private follow(edge: EdgeId): number {
    const { func } = this;
    const target = func.edgeBlock[edge];
    const args: bigint[] = [];
    const count = func.edgeArgCount[edge];
    for (let n = 0; n < count; n++) args.push(this.value(func.edgeArg(edge, n)));
    for (let k = 0; k < count; k++) this.values[func.blockParams[target][k]] = args[k];
    return target;
  }

  private call(inst: InstId, op: Op): void {
    const { func } = this;
    const results = this.machine.call(op, func.imm[inst], func.imm2[inst], this.operands(inst));
    for (let k = 0; k < func.resultCount[inst]; k++) this.values[func.firstResult[inst] + k] = results[k];
  }

  /** A call that ends its block; returns which edge to go. */
  private callWithEdges(inst: InstId, op: Op): number {
    try {
      this.call(inst, op);
      return NORMAL_EDGE;
    } catch (error) {
      if (!(error instanceof Thrown)) throw error;
      this.caught = error.exception;
      return UNWIND_EDGE;
    }
  }

  /** An exception that may be looked at. */
  private exception(reference: bigint): ExceptionValue {
    const exception = this.machine.exceptions?.[Number(reference)];
    if (exception === undefined || exception.freed) throw new Error(`exception ${reference} ${exception === undefined ? 'does not exist' : 'is freed'}`);
    return exception;
  }

  private execute(inst: InstId, op: Op): void {
    const { func } = this;
    if (opFamily[op] === Family.Call) return this.call(inst, op);
    const args = this.operands(inst);
    if (opFamily[op] === Family.Wide) {
      const first = func.result(inst);
      [this.values[first], this.values[first + 1]] = evaluateWide(op, args);
      return;
    }
    const result = evaluate(op, func.type[inst], func.aux[inst], args) ?? this.evaluateOther(inst, op, args);
    if (func.resultCount[inst] === 1) this.values[func.result(inst)] = result;
  }

  /** Constants, references, and everything that touches the machine; -1n where there is no result. */
  private evaluateOther(inst: InstId, op: Op, args: bigint[]): bigint {
    const { func, machine } = this;
    const index = func.imm[inst];
    if (opImmediates[op] === ImmKind.Access) return this.access(inst, op, args);
    switch (op) {
      case Op.Const:
        return this.constant(inst);
      case Op.Simd1:
      case Op.Simd2:
      case Op.Simd3:
        return evaluateSimd(index, SIMD_OPS[index].immediate === 'shuffle' ? func.vectors[func.imm2[inst]] : func.imm2[inst], args);
      case Op.RefNull:
        return -1n;
      case Op.RefFunc:
        return BigInt(index);
      case Op.RefIsNull:
        return args[0] === -1n ? 1n : 0n;
      case Op.RefAsNonNull:
        if (args[0] === -1n) throw new Trap('null');
        return args[0];
      case Op.GlobalGet:
        return machine.globals[index];
      case Op.GlobalSet:
        machine.globals[index] = args[0];
        return -1n;
      case Op.SlotGet:
        return this.slots[index];
      case Op.SlotSet:
        this.slots[index] = args[0];
        return -1n;
      case Op.MemorySize:
        return BigInt(machine.memories[index].length / this.pageBytes(index));
      case Op.MemoryGrow:
        return this.growMemory(index, args[0], func.type[inst]);
      case Op.MemoryFill:
        this.range(machine.memories[index].length, args[0], args[2], 'memory');
        machine.memories[index].fill(Number(args[1] & 0xffn), Number(args[0]), Number(args[0] + args[2]));
        return -1n;
      case Op.MemoryCopy:
        return this.copyMemory(index, func.imm2[inst], args);
      case Op.TableGet:
        this.range(machine.tables[index].length, args[0], 1n, 'table');
        return machine.tables[index][Number(args[0])];
      case Op.TableSet:
        this.range(machine.tables[index].length, args[0], 1n, 'table');
        machine.tables[index][Number(args[0])] = args[1];
        return -1n;
      case Op.TableSize:
        return BigInt(machine.tables[index].length);
      case Op.MemoryInit:
        return this.initMemory(index, func.imm2[inst], args);
      case Op.DataDrop:
        machine.dataSegments![index] = new Uint8Array(0);
        return -1n;
      case Op.TableGrow:
        return this.growTable(index, args[0], args[1], func.type[inst]);
      case Op.TableFill:
        this.range(machine.tables[index].length, args[0], args[2], 'table');
        machine.tables[index].fill(args[1], Number(args[0]), Number(args[0] + args[2]));
        return -1n;
      case Op.TableCopy:
        return this.copyElements(index, machine.tables[func.imm2[inst]], args);
      case Op.TableInit:
        return this.copyElements(func.imm2[inst], machine.elementSegments![index], args);
      case Op.ElemDrop:
        machine.elementSegments![index] = [];
        return -1n;
      case Op.AtomicFence:
        return -1n;
      case Op.ExnNew:
        machine.exceptions!.push({ tag: index, values: args, kept: false, freed: false });
        return BigInt(machine.exceptions!.length - 1);
      case Op.ExnIs:
        return this.exception(args[0]).tag === index ? 1n : 0n;
      case Op.ExnValue:
        return this.exception(args[0]).values[func.imm2[inst]];
      case Op.ExnKeep:
        this.exception(args[0]).kept = true;
        return -1n;
      case Op.ExnFree: {
        const exception = this.exception(args[0]);
        exception.freed = !exception.kept;
        return -1n;
      }
      case Op.Catch:
        return this.caught;
      default:
        throw new Error(`the interpreter does not run ${OPS[op].name}`);
    }
  }

  private constant(inst: InstId): bigint {
    const { func } = this;
    const low = BigInt(func.imm[inst] >>> 0);
    if (func.type[inst] === Type.V128) return read(func.vectors[func.imm[inst]], 0, 16);
    return TYPE_BYTES[func.type[inst]] === 4 ? low : low | (BigInt(func.imm2[inst] >>> 0) << 32n);
  }

  private range(length: number, start: bigint, count: bigint, kind: 'memory' | 'table'): void {
    if (start + count > BigInt(length)) throw new Trap(kind);
  }

  private growMemory(index: number, pages: bigint, type: Type): bigint {
    const { memories, maxPages } = this.machine;
    const old = memories[index];
    const pageBytes = this.pageBytes(index);
    if (BigInt(old.length / pageBytes) + pages > BigInt(maxPages[index])) return failure(type);
    memories[index] = new Uint8Array(old.length + Number(pages) * pageBytes);
    memories[index].set(old);
    return BigInt(old.length / pageBytes);
  }

  private pageBytes(index: number): number {
    return this.machine.pageBytes?.[index] ?? PAGE_BYTES;
  }

  private growTable(index: number, value: bigint, delta: bigint, type: Type): bigint {
    const table = this.machine.tables[index];
    const old = BigInt(table.length);
    const max = this.machine.maxElements?.[index];
    if (max !== undefined && old + delta > BigInt(max)) return failure(type);
    for (let k = 0n; k < delta; k++) table.push(value);
    return old;
  }

  private initMemory(segment: number, to: number, [target, source, count]: bigint[]): bigint {
    const { memories, dataSegments } = this.machine;
    this.range(memories[to].length, target, count, 'memory');
    this.range(dataSegments![segment].length, source, count, 'memory');
    memories[to].set(dataSegments![segment].subarray(Number(source), Number(source + count)), Number(target));
    return -1n;
  }

  /** table.copy and table.init. */
  private copyElements(to: number, from: readonly bigint[], [target, source, count]: bigint[]): bigint {
    const table = this.machine.tables[to];
    this.range(table.length, target, count, 'table');
    this.range(from.length, source, count, 'table');
    const moved = from.slice(Number(source), Number(source + count));
    moved.forEach((element, k) => {
      table[Number(target) + k] = element;
    });
    return -1n;
  }

  private copyMemory(to: number, from: number, [target, source, count]: bigint[]): bigint {
    const { memories } = this.machine;
    this.range(memories[to].length, target, count, 'memory');
    this.range(memories[from].length, source, count, 'memory');
    memories[to].set(memories[from].slice(Number(source), Number(source + count)), Number(target));
    return -1n;
  }

  /** Loads, stores and atomic operations; the effective address does not wrap. */
  private access(inst: InstId, op: Op, args: bigint[]): bigint {
    const { func, machine } = this;
    const aux = func.aux[inst];
    const type: Type = func.type[inst];
    const bytes = 1 << accessBytesLog2(aux);
    const memory = machine.memories[accessMemory(aux)];
    const at = args[0] + BigInt(func.imm[inst] >>> 0) + (BigInt(func.imm2[inst] >>> 0) << 32n);
    if (opFamily[op] === Family.Atomic && at % BigInt(bytes) !== 0n) throw new Trap('alignment');
    this.range(memory.length, at, BigInt(bytes), 'memory');
    const old = read(memory, Number(at), bytes);
    if (op === Op.AtomicNotify) return 0n;
    if (op === Op.AtomicWait) return this.wait(accessMemory(aux), old, args);
    if (op === Op.Load) return accessSigned(aux) ? BigInt.asUintN(TYPE_BYTES[type] * 8, BigInt.asIntN(bytes * 8, old)) : old;
    if (op === Op.AtomicLoad) return old;
    write(memory, Number(at), bytes, BigInt.asUintN(bytes * 8, this.written(op, type, bytes * 8, old, args)));
    return old;
  }

  /** A wait for a change that nobody makes. */
  private wait(memory: number, old: bigint, [, expected, timeout]: bigint[]): bigint {
    if (this.machine.sharedMemories?.[memory] !== true) throw new Trap('unshared');
    if (old !== expected) return 1n;
    if (BigInt.asIntN(64, timeout) < 0n) throw new Error('a wait that never ends');
    return 2n;
  }

  /** What an access of `bits` writes, from the operands and the old contents. */
  private written(op: Op, type: Type, bits: number, old: bigint, args: bigint[]): bigint {
    switch (op) {
      case Op.Store:
      case Op.AtomicStore:
      case Op.AtomicXchg:
        return args[1];
      case Op.AtomicAdd:
        return old + args[1];
      case Op.AtomicSub:
        return old - args[1];
      case Op.AtomicAnd:
        return old & args[1];
      case Op.AtomicOr:
        return old | args[1];
      case Op.AtomicXor:
        return old ^ args[1];
      case Op.AtomicCmpxchg:
        return old === BigInt.asUintN(bits, args[1]) ? args[2] : old;
      default:
        throw new Error(`the interpreter does not run ${OPS[op].name}.${TYPE_NAMES[type]}`);
    }
  }
}

/** A little-endian number. */
function read(memory: Uint8Array, at: number, bytes: number): bigint {
  let value = 0n;
  for (let k = bytes - 1; k >= 0; k--) value = (value << 8n) | BigInt(memory[at + k]);
  return value;
}

function write(memory: Uint8Array, at: number, bytes: number, value: bigint): void {
  for (let k = 0; k < bytes; k++) memory[at + k] = Number((value >> BigInt(8 * k)) & 0xffn);
}
