// hot
// What the emitters of one function may ask: the function, how its values are used, and what the plan says of the module.
// Comparisons stay i1 as long as only conditions use them (`%vN.c`), and an i32 that is used as an address is extended once
// (`%vN.z`).

import type { BlockId, Func, InstId, ValueId } from '../../ir/function.js';
import { Callee, Family, Op, ResultRule, accessMemory, isUnwind, opCallee, opFamily, opResult } from '../../ir/ops.js';
import { Type } from '../../ir/types.js';
import { isInternal, returnsInMemory } from './convention.js';
import { LLVM_TYPES, constantText, vectorText } from './llvm-text.js';
import type { PartitionText } from './partition-text.js';
import { pollingLoads } from './polling-loads.js';
import { asksForCaller, signatureOf, signatureOfType } from '../plan/plan.js';
import type { LlvmType, Operand, Writer } from './writer.js';

/** What a value is needed as. */
const enum Use {
  None = 0,
  Value = 1,
  Condition = 2,
  Address = 4,
}

/** Families whose operations may call a function. */
const CALLING: ReadonlySet<Family> = new Set([
  Family.Call,
  Family.UnwindingCall,
  Family.TailCall,
  Family.Memory,
  Family.Table,
  Family.Exception,
  Family.Atomic,
]);

export class Environment {
  /** Vectors that have a register in another type than <16 x i8> as well. */
  readonly vectorForms = new Map<ValueId, { readonly type: LlvmType; readonly register: Operand }>();
  /** Types of the locals that are in memory. */
  readonly slots = new Map<number, Type>();
  /** Whether this function gets an address for its results. */
  readonly returnsInMemory: boolean;
  /** Results that calls need memory for. */
  resultSlots = 0;
  /** The blocks that call functions, of the module or of the runtime. */
  readonly calling: BlockId[] = [];
  /** It calls others than functions of the module that are named. */
  callsOthers = false;
  throws = false;
  catches = false;
  /** It calls an import that asks who does. */
  isAskedFor = false;
  private readonly uses: Uint8Array;
  private readonly polling: ReadonlySet<InstId>;

  /** `outside`: a function that the runtime calls, not one of the module's convention. */
  constructor(
    readonly out: PartitionText,
    readonly func: Func,
    readonly outside: boolean,
  ) {
    this.returnsInMemory = !outside && returnsInMemory(out.plan, func.signature);
    this.uses = new Uint8Array(func.valueCount);
    for (const block of func.order) {
      for (let inst = func.first[block]; inst >= 0; inst = func.next[inst]) this.scan(inst, block);
    }
    this.polling = pollingLoads(func);
  }

  private scan(inst: InstId, block: BlockId): void {
    const { func } = this;
    const op: Op = func.op[inst];
    if (CALLING.has(opFamily[op])) {
      if (this.calling.at(-1) !== block) this.calling.push(block);
      if (opCallee[op] !== Callee.Direct || this.out.plan.functions[func.imm[inst]].binding.kind !== 'defined') this.callsOthers = true;
    }
    if (opCallee[op] === Callee.Direct && asksForCaller(this.out.plan, func.imm[inst])) this.isAskedFor = true;
    if (op === Op.Throw) this.throws = true;
    else if (op === Op.SlotSet) this.slots.set(func.imm[inst], func.type[inst]);
    else if (isUnwind(op)) this.catches = true;
    const count = func.operandCount[inst];
    for (let k = 0; k < count; k++) this.uses[func.operand(inst, k)] |= this.useOf(op, k, inst);
    if (func.resultCount[inst] > this.resultSlots && this.getsResultsInMemory(inst, op)) this.resultSlots = func.resultCount[inst];
    const edges = func.edgeCount[inst];
    for (let e = 0; e < edges; e++) {
      const edge = func.edge(inst, e);
      for (let k = func.edgeArgCount[edge] - 1; k >= 0; k--) this.uses[func.edgeArg(edge, k)] |= Use.Value;
    }
  }

  private getsResultsInMemory(inst: InstId, op: Op): boolean {
    if (opResult[op] !== ResultRule.Callee) return false;
    const { plan } = this.out;
    const index = this.func.imm[inst];
    if (opCallee[op] !== Callee.Direct) return returnsInMemory(plan, signatureOfType(plan, index));
    return isInternal(plan, index) && returnsInMemory(plan, signatureOf(plan, index));
  }

  /** How operand `k` of an op is read. */
  private useOf(op: Op, k: number, inst: InstId): Use {
    if (op === Op.BrIf || (op === Op.Eqz && this.isCondition(this.func.operand(inst, 0))) || (op === Op.Select && k === 2)) return Use.Condition;
    if (k === 0 && opFamily[op] === Family.Access) return Use.Address;
    return Use.Value;
  }

  // ---- values

  /** The register of an instruction's first result. */
  result(inst: InstId): Operand {
    return `%v${this.func.firstResult[inst]}`;
  }

  /** A value as an operand. */
  value(value: ValueId): Operand {
    const { func } = this;
    const inst = func.definition(value);
    if (inst < 0) return `%v${value}`;
    switch (func.op[inst]) {
      case Op.Const:
        return func.type[inst] === Type.V128 ? vectorText(func.vectors[func.imm[inst]], 'i8') : constantText(func.type[inst], func.imm[inst], func.imm2[inst]);
      case Op.RefNull:
        return 'null';
      case Op.RefFunc:
        return this.out.descriptor(func.imm[inst]);
      default:
        return `%v${value}`;
    }
  }

  /** Operand `k` of an instruction. */
  operand(inst: InstId, k: number): Operand {
    return this.value(this.func.operand(inst, k));
  }

  type(value: ValueId): LlvmType {
    return LLVM_TYPES[this.func.valueType[value]];
  }

  /** A value with its type in front, as an argument. */
  typed(value: ValueId): string {
    return `${this.type(value)} ${this.value(value)}`;
  }

  /** The bits of a constant i32 as an unsigned number, or undefined. */
  constantU32(value: ValueId): number | undefined {
    const inst = this.func.definition(value);
    if (inst < 0 || this.func.op[inst] !== Op.Const || this.func.type[inst] !== Type.I32) return undefined;
    return this.func.imm[inst] >>> 0;
  }

  /** An i32 value as i64, zero-extended; an i64 as it is. */
  zeroExtended(w: Writer, value: ValueId): Operand {
    const constant = this.constantU32(value);
    if (constant !== undefined) return String(constant);
    if (this.func.valueType[value] === Type.I64) return this.value(value);
    if ((this.uses[value] & Use.Address) !== 0) return `%v${value}.z`;
    return w.cast('zext', 'i32', this.value(value), 'i64');
  }

  /** Extends a new value where it is used as an address. */
  extendIfAddress(w: Writer, value: ValueId): void {
    if ((this.uses[value] & Use.Address) === 0 || this.func.valueType[value] !== Type.I32 || this.func.isConst(value)) return;
    w.cast('zext', 'i32', `%v${value}`, 'i64', `%v${value}.z`);
  }

  /** The same for all results of an instruction. */
  extendResults(w: Writer, inst: InstId): void {
    const results = this.func.resultCount[inst];
    for (let i = 0; i < results; i++) this.extendIfAddress(w, this.func.firstResult[inst] + i);
  }

  isUsed(value: ValueId): boolean {
    return value >= 0 && this.uses[value] !== Use.None;
  }

  // ---- conditions

  private isCondition(value: ValueId): boolean {
    const inst = this.func.definition(value);
    return inst >= 0 && opResult[this.func.op[inst]] === ResultRule.Bool;
  }

  /** The register of a value that is an i1 already, or undefined. */
  bit(value: ValueId): Operand | undefined {
    return this.isCondition(value) ? `%v${value}.c` : undefined;
  }

  /** A value as i1: not zero. */
  condition(w: Writer, value: ValueId): Operand {
    return this.bit(value) ?? w.icmp('ne', this.type(value), this.value(value), 0);
  }

  /** The register for the i1 that is an instruction's result. */
  bitResult(inst: InstId): Operand {
    return `${this.result(inst)}.c`;
  }

  /** Makes an i32 of an i1 result where it is needed as such. */
  widenBit(w: Writer, inst: InstId): void {
    if ((this.uses[this.func.firstResult[inst]] & ~Use.Condition) !== 0) w.cast('zext', 'i1', this.bitResult(inst), 'i32', this.result(inst));
  }

  // ---- loads

  /**
   * Whether a load has to happen as often as the module says: it waits for a change from outside, or its fault is the trap
   * and nothing else keeps it. LLVM drops a load with all that it makes of the result, also at -O0.
   */
  isVolatile(load: InstId): boolean {
    if (this.polling.has(load)) return true;
    const { plan } = this.out;
    if (plan.memories[accessMemory(this.func.aux[load])].checked) return false;
    return plan.exactTraps || !this.isUsed(this.func.result(load));
  }
}
