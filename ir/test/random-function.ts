// Random well-formed functions with structured control flow, for comparing runs before and after a pass. Addresses
// stay in a small window so that accesses overlap often; now and then one is out of bounds, so that it traps.

import { Builder } from '../builder.js';
import { Func } from '../function.js';
import type { EdgeId, Signature, ValueId } from '../function.js';
import type { ConstantBits } from '../module-context.js';
import { Effect, ImmKind, Op, OPS, OperandRule, ResultRule } from '../ops.js';
import { SIMD_OPS } from '../simd-ops.js';
import { TYPE_BYTES, Type, TypeSet } from '../types.js';

/** A small generator of pseudo-random numbers (mulberry32). */
export class Random {
  constructor(private state: number) {}
  /** An integer from 0 to `below` - 1. */
  int(below: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  }
  pick<T>(items: readonly T[]): T {
    return items[this.int(items.length)];
  }
}

type NumericType = Type.I32 | Type.I64 | Type.F32 | Type.F64;
const NUMERIC: readonly NumericType[] = [Type.I32, Type.I64, Type.F32, Type.F64];
/** What can be loaded, stored, selected and passed along edges. */
const VALUES: readonly (NumericType | Type.V128)[] = [...NUMERIC, Type.V128];
/** The globals of the machine: their types. */
export const GLOBAL_TYPES: readonly Type[] = [Type.I32, Type.I32, Type.I64, Type.F64];
/** A constant global. */
export const CONSTANT_GLOBAL = 1;
/** What a random function can end with a call of: it has the same results. */
const TAIL_CALLEE = 3;
/** What can be called, by function index. */
export const CALLEES: readonly Signature[] = [
  { params: [], results: [] },
  { params: [Type.I32], results: [Type.I32] },
  { params: [Type.I64, Type.F64], results: [Type.I64, Type.F32] },
  { params: [Type.I64], results: [Type.I32, Type.I64] },
];

/** Numbers at the edges of the types, as bits. */
// biome-ignore format: a row is a line
export const INTERESTING: Readonly<Record<number, readonly ConstantBits[]>> = {
  [Type.I32]: [0, 1, 2, 4, 7, 8, 16, 24, 31, 32, 255, 256, 65535, 0x7fffffff, -0x80000000, -1, -8, 1000].map((low) => ({ low, high: 0 })),
  [Type.I64]: [
    [0, 0], [1, 0], [2, 0], [8, 0], [32, 0], [56, 0], [63, 0], [64, 0], [255, 0], [-1, 0], [-0x80000000, 0], [0x7fffffff, 0], [0, 1],
    [-1, -1], [0, -0x80000000], [-1, 0x7fffffff], [-0x80000000, -1], [123456789, 987654],
  ].map(([low, high]) => ({ low, high })),
  [Type.F32]: [
    0, -0x80000000, 0x3f800000, 0x3f000000, -0x41000000, 0x40200000, 0x4f000000, -0x31000000, 0x5f000000, 0x4b7fffff, 0x3dcccccd, 1, 0x7f7fffff,
    0x7f800000, -0x800000, 0x7fc00000, 0x7f800001, -1,
  ].map((low) => ({ low, high: 0 })),
  [Type.F64]: [
    [0, 0], [0, -0x80000000], [0, 0x3ff00000], [0, 0x3fe00000], [0, -0x40200000], [0, 0x40040000], [0, 0x41e00000], [0, -0x3e200000],
    [0x200000, -0x3e200000], [0, 0x43e00000], [0, 0x43f00000], [-1, 0x432fffff], [-0x66666666, 0x3fb99999], [1, 0], [0, 0x7ff00000], [0, -0x100000],
    [0, 0x7ff80000], [1, 0x7ff00000],
  ].map(([low, high]) => ({ low, high })),
};

/** The operations that make one number of one or two. */
export const NUMERIC_OPS: readonly Op[] = OPS.map((_, op) => op).filter((op) => {
  const { types, effect, operands, result } = OPS[op];
  return (types & ~TypeSet.Number) === 0 && (effect & ~Effect.Traps) === 0 && operands.length > 0 && result !== ResultRule.Pair;
});
const PURE_OPS = NUMERIC_OPS.filter((op) => OPS[op].effect === Effect.None);
const INTEGER_OPS: readonly Op[] = [Op.Add, Op.Sub, Op.Mul, Op.And, Op.Or, Op.Xor, Op.Shl, Op.ShrS, Op.ShrU, Op.Rotl];
const COMPARES: readonly Op[] = [Op.Eq, Op.Ne, Op.LtS, Op.LtU, Op.GtS, Op.GtU, Op.LeS, Op.LeU, Op.GeS, Op.GeU];
const MAX_DEPTH = 3;
/** Where in memory the newest values are put before a return. */
const SEEN_AT = 512;

/** A random function of `(i32, i32, i64, f32, f64) -> (i32, i64)`. */
export function randomFunction(seed: number): Func {
  return new Generator(new Random(seed)).run();
}

class Generator {
  private readonly func = new Func(0, { params: [Type.I32, Type.I32, Type.I64, Type.F32, Type.F64], results: [Type.I32, Type.I64] });
  private readonly builder = new Builder(this.func);
  /** Values that dominate the current place, by type. */
  private scope: ValueId[][] = TYPE_BYTES.map(() => []);
  /** Addresses and conditions in scope. */
  private addresses: ValueId[] = [];
  private conditions: ValueId[] = [];

  constructor(private readonly random: Random) {}

  run(): Func {
    this.enter(this.func.newBlock());
    for (const type of this.func.signature.params) this.scope[type].push(this.func.addParam(this.builder.block, type));
    this.statements(0);
    this.returnValues();
    return this.func;
  }

  private enter(block: number): void {
    this.builder.block = block;
  }

  /** Returns; before that, the newest values go to memory, where they can be seen. */
  private returnValues(): void {
    const { builder } = this;
    let at = SEEN_AT;
    for (const type of VALUES) {
      for (const value of this.scope[type].slice(-12)) {
        const bytesLog2 = Math.log2(TYPE_BYTES[type]);
        builder.access(Op.Store, type, 0, at, 0, 0, bytesLog2, false, builder.i32(0), value);
        at += TYPE_BYTES[type];
      }
    }
    const values = [this.value(Type.I32), this.value(Type.I64)];
    const kind = this.random.int(8);
    if (kind === 0) this.builder.returnCall(Op.ReturnCall, TAIL_CALLEE, 0, values, 1, 2);
    else if (kind === 1) this.builder.returnCall(Op.ReturnCallIndirect, TAIL_CALLEE, 0, [values[1], builder.i32(this.random.int(6))], 0, 2);
    else builder.return(values, 0, 2);
  }

  /** A value of a type: an older one, or a constant. */
  private value(type: Type): ValueId {
    const { random } = this;
    const known = this.scope[type];
    if (known.length > 0 && random.int(4) > 0) return known[Math.max(random.int(known.length), random.int(known.length))];
    return this.constant(type);
  }

  private constant(type: Type): ValueId {
    if (type === Type.V128) return this.vectorConstant();
    const { low, high } = this.random.pick(INTERESTING[type]);
    return this.builder.bits(type, low, high);
  }

  /** Lanes that are zero, all ones or any, each as likely. */
  private vectorConstant(): ValueId {
    const { random, builder } = this;
    const kind = random.int(4);
    return builder.vector(Uint8Array.from({ length: 16 }, () => (kind === 0 ? 0 : kind === 1 ? 255 : random.int(256))));
  }

  private keep(value: ValueId): void {
    this.scope[this.func.valueType[value]].push(value);
  }

  /** Runs `body` with its own scope. */
  private scoped(body: () => void): void {
    const outer = this.scope;
    const { addresses, conditions } = this;
    this.scope = outer.map((values) => [...values]);
    this.addresses = [...addresses];
    this.conditions = [...conditions];
    body();
    this.scope = outer;
    this.addresses = addresses;
    this.conditions = conditions;
  }

  private statements(depth: number): void {
    for (let count = 2 + this.random.int(8); count > 0; count--) this.statement(depth);
  }

  private statement(depth: number): void {
    const kind = this.random.int(22);
    if (kind < 5) this.numeric();
    else if (kind < 7) this.chain();
    else if (kind < 9) this.load();
    else if (kind < 11) this.store();
    else if (kind < 13) this.overlaps();
    else if (kind === 13) this.global();
    else if (kind === 14) this.call();
    else if (kind === 15) this.select();
    else if (kind >= 20) this.vector();
    else if (depth >= MAX_DEPTH) this.numeric();
    else if (kind === 16 || kind === 17) this.conditional(depth);
    else if (kind === 18) this.loop(depth);
    else this.table(depth);
  }

  private numeric(): void {
    const { random, builder } = this;
    const op: Op = random.pick(random.int(8) === 0 ? NUMERIC_OPS : PURE_OPS);
    const rule = OPS[op];
    const types = NUMERIC.filter((candidate) => (rule.types & (1 << candidate)) !== 0);
    const type = random.pick(types);
    let from = Type.None;
    if (rule.imm === ImmKind.From) {
      const sources = NUMERIC.filter((candidate) => (rule.from & (1 << candidate)) !== 0);
      from = random.pick(op === Op.Reinterpret ? sources.filter((candidate) => TYPE_BYTES[candidate] === TYPE_BYTES[type]) : sources);
    }
    const operands = rule.operands.map((operand) => this.value(operand === OperandRule.From ? from : type));
    const result = operands.length === 1 ? builder.unary(op, type, operands[0], 0, from) : builder.binary(op, type, operands[0], operands[1]);
    if (random.int(6) > 0) this.keep(result); // else it is dead
  }

  /** An address: mostly one of a few bases in a small window, plus a constant now and then. */
  private address(): ValueId {
    const { addresses, random } = this;
    if (addresses.length > 0 && random.int(3) > 0) return random.pick(addresses);
    const address = this.newAddress();
    addresses.push(address);
    return address;
  }

  private newAddress(): ValueId {
    const { builder, random } = this;
    if (random.int(30) === 0) return this.value(Type.I32);
    if (random.int(12) === 0) return builder.binary(Op.Add, Type.I32, this.value(Type.I32), builder.i32(random.pick([1, 8, 40])));
    if (random.int(4) === 0) return builder.i32(random.int(64));
    const masked = builder.binary(Op.And, Type.I32, this.value(Type.I32), builder.i32(random.pick([0, 8, 31])));
    if (random.int(2) === 0) return masked;
    return builder.binary(Op.Add, Type.I32, masked, builder.i32(random.int(16)));
  }

  /** Offset, alignment and width of an access of a type. */
  private access(op: Op, address: ValueId, type: Type, value: ValueId): ValueId {
    const { random } = this;
    const full = Math.log2(TYPE_BYTES[type]);
    const isInt = type === Type.I32 || type === Type.I64;
    const bytesLog2 = isInt ? random.int(full + 1) : full;
    const signed = op === Op.Load && bytesLog2 < full && random.int(2) === 0;
    return this.builder.access(op, type, 0, random.int(8), 0, random.int(bytesLog2 + 1), bytesLog2, signed, address, value);
  }

  /** Integer operations with constants, one on the other, and a comparison of what comes out. */
  private chain(): void {
    const { random, builder } = this;
    const type = random.int(3) > 0 ? Type.I32 : Type.I64;
    let value = this.value(type);
    let op = random.pick(INTEGER_OPS);
    for (let count = 2 + random.int(4); count > 0; count--) {
      if (random.int(2) === 0) op = random.pick(INTEGER_OPS);
      value = builder.binary(op, type, value, this.constant(type));
      this.keep(value);
    }
    this.keep(builder.binary(random.pick(COMPARES), type, value, random.int(4) === 0 ? this.value(type) : this.constant(type)));
  }

  /** Accesses of a few bytes in different widths, by one address and a sum of it. */
  private overlaps(): void {
    const { random, builder } = this;
    const addresses = [this.address(), this.address()];
    addresses.push(builder.binary(Op.Add, Type.I32, addresses[0], builder.i32(random.int(4))));
    const type = random.pick([Type.I32, Type.I64] as const);
    const bytesLog2 = random.int(type === Type.I32 ? 3 : 4);
    const isSigned = bytesLog2 < Math.log2(TYPE_BYTES[type]) && random.int(2) === 0;
    for (let count = 2 + random.int(4); count > 0; count--) {
      this.keep(builder.access(Op.Load, type, 0, 4, 0, 0, bytesLog2, isSigned, addresses[0]));
      const written = random.pick(NUMERIC);
      this.access(Op.Store, random.pick(addresses), written, this.value(written));
    }
    this.keep(builder.access(Op.Load, type, 0, 4, 0, 0, bytesLog2, isSigned, addresses[0]));
  }

  private load(): void {
    const address = this.address();
    const type = this.random.pick(VALUES);
    this.keep(this.access(Op.Load, address, type, -1));
    if (this.random.int(3) === 0) this.keep(this.access(Op.Load, address, this.random.pick(VALUES), -1));
  }

  private store(): void {
    const address = this.address();
    const type = this.random.pick(VALUES);
    this.access(Op.Store, address, type, this.value(type));
    if (this.random.int(3) === 0) this.keep(this.access(Op.Load, address, this.random.pick(VALUES), -1));
  }

  private global(): void {
    const { random, builder } = this;
    const index = random.int(GLOBAL_TYPES.length);
    const type = GLOBAL_TYPES[index];
    if (index === CONSTANT_GLOBAL || random.int(2) === 0) {
      this.keep(builder.nullary(Op.GlobalGet, type, index));
    } else {
      const value = this.value(type);
      builder.unary(Op.GlobalSet, type, value, index);
    }
  }

  /** A direct call, or an indirect one by an index that may or may not be in the table. */
  private call(): void {
    const { random, builder, func } = this;
    const index = random.int(CALLEES.length);
    const { params, results } = CALLEES[index];
    const args = params.map((type) => this.value(type));
    const indirect = random.int(3) === 0;
    if (indirect) args.push(random.int(2) === 0 ? builder.i32(random.int(4)) : this.value(Type.I32));
    const inst = builder.call(indirect ? Op.CallIndirect : Op.Call, results, index, 0, args, 0, args.length);
    for (let k = 0; k < results.length; k++) this.keep(func.firstResult[inst] + k);
  }

  /** A few vector operations, one of them twice now and then. */
  private vector(): void {
    const { random, builder, func } = this;
    for (let count = 1 + random.int(4); count > 0; count--) {
      const row = random.int(SIMD_OPS.length);
      const { operands, immediate, lanes } = SIMD_OPS[row];
      const [a, b, c] = operands.map((type) => this.value(type));
      const value =
        immediate === 'lane' ? random.int(lanes) : immediate === 'shuffle' ? func.vectorIndex(Uint8Array.from({ length: 16 }, () => random.int(32))) : 0;
      this.keep(builder.simd(row, value, a, b, c));
      if (random.int(3) === 0) this.keep(builder.simd(row, value, a, b, c));
    }
  }

  private select(): void {
    const type = this.random.pick(VALUES);
    const operands = [this.value(type), this.value(type), this.value(Type.I32)];
    this.keep(this.builder.ternary(Op.Select, type, operands[0], operands[1], operands[2]));
  }

  /** A condition: one that was tested before, now and then. */
  private condition(): ValueId {
    const { builder, random, conditions } = this;
    if (conditions.length > 0 && random.int(3) === 0) return random.pick(conditions);
    const value = this.value(Type.I32);
    conditions.push(value);
    return random.int(3) === 0 ? builder.unary(Op.Eqz, Type.I32, value) : value;
  }

  /** An edge to a block, with a random value for each of its parameters. */
  private edge(inst: number, target: number, args: readonly ValueId[]): EdgeId {
    const edge = this.func.addEdge(inst, target);
    for (const arg of args) this.func.addEdgeArg(edge, arg);
    return edge;
  }

  private jump(target: number, args: readonly ValueId[]): void {
    this.edge(this.builder.branch(Op.Br), target, args);
  }

  /** Ends the current block with a return, a trap, or a jump to the join. */
  private finish(join: number, types: readonly Type[]): void {
    const kind = this.random.int(12);
    if (kind === 0) this.returnValues();
    else if (kind === 1 && this.random.int(4) === 0) this.builder.unreachable();
    else
      this.jump(
        join,
        types.map((type) => this.value(type)),
      );
  }

  private joinTypes(): Type[] {
    return Array.from({ length: this.random.int(3) }, () => this.random.pick(VALUES));
  }

  private conditional(depth: number): void {
    const { func, builder } = this;
    const types = this.joinTypes();
    const condition = this.condition();
    const passed = types.map((type) => this.value(type));
    const test = builder.branch(Op.BrIf, condition);
    const then = func.newBlock();
    const hasElse = this.random.int(2) === 0;
    const otherwise = hasElse ? func.newBlock() : -1;
    const join = func.newBlock();
    const params = types.map((type) => func.addParam(join, type));
    this.edge(test, then, []);
    this.edge(test, hasElse ? otherwise : join, hasElse ? [] : passed);
    for (const block of hasElse ? [then, otherwise] : [then]) {
      this.scoped(() => {
        this.enter(block);
        if (this.random.int(4) > 0) this.statements(depth + 1);
        this.finish(join, types);
      });
    }
    this.enter(join);
    params.forEach((param) => this.keep(param));
  }

  /** A loop of a few rounds that carries values. */
  private loop(depth: number): void {
    const { func, builder, random } = this;
    const types = this.joinTypes();
    const first = [builder.i32(random.int(4)), ...types.map((type) => this.value(type))];
    const head = func.newBlock();
    this.jump(head, first);
    const exit = func.newBlock();
    this.enter(head);
    const counter = func.addParam(head, Type.I32);
    const carried = types.map((type) => func.addParam(head, type));
    this.scoped(() => {
      [counter, ...carried].forEach((param) => this.keep(param));
      this.statements(depth + 1);
      const left = builder.binary(Op.Sub, Type.I32, counter, builder.i32(1));
      const next = types.map((type, k) => (random.int(3) === 0 ? carried[k] : this.value(type)));
      const done = builder.binary(Op.LtS, Type.I32, left, builder.i32(0));
      const test = builder.branch(Op.BrIf, done);
      this.edge(test, exit, []);
      this.edge(test, head, [left, ...next]);
    });
    this.enter(exit);
    this.keep(counter);
    carried.forEach((param) => this.keep(param));
  }

  private table(depth: number): void {
    const { func, builder, random } = this;
    const types = this.joinTypes();
    const index = random.int(2) === 0 ? this.value(Type.I32) : builder.binary(Op.And, Type.I32, this.value(Type.I32), builder.i32(3));
    const test = builder.branch(Op.BrTable, index);
    const cases = Array.from({ length: 1 + random.int(3) }, () => func.newBlock());
    const join = func.newBlock();
    const params = types.map((type) => func.addParam(join, type));
    const edges = 1 + random.int(4);
    for (let k = 0; k < edges; k++) this.edge(test, random.pick(cases), []);
    for (const block of cases) {
      this.scoped(() => {
        this.enter(block);
        if (random.int(3) > 0) this.statements(depth + 1);
        this.finish(join, types);
      });
    }
    this.enter(join);
    params.forEach((param) => this.keep(param));
  }
}
