// hot
// One SSA function → LLVM IR text. Blocks become basic blocks, block parameters phis, constants literals.
// What Wasm leaves to the instruction and LLVM calls undefined (division by zero, conversions out of range,
// shift amounts) is made explicit here. Comparisons stay i1 as long as only conditions use them.
// An operation that needs a check in front ends its basic block and goes on in another one; phis are written last, when it is
// known which basic block each block ended in.

import type { BlockId, EdgeId, Func, InstId, ValueId } from '../ir/function.js';
import { NORMAL_EDGE, OPS, Effect, Op, accessMemory, isUnwind } from '../ir/ops.js';
import { Type } from '../ir/types.js';
import {
  BINARY, BINARY_INTRINSIC, CAST, COUNT_INTRINSIC, DIVISION, FLOAT_COMPARE, INTEGER_COMPARE, INTRINSIC_SUFFIX, ROTATE,
  SHIFT, SIGN_EXTEND, TRUNCATE, TRUNCATE_SATURATING, UNARY_INTRINSIC, floatIdentity, truncationRange,
} from './arithmetic.js';
import { convention, isInternal, joinVector, resultMemory, returnsInMemory, splitsVectors } from './convention.js';
import { RESULTS, RESULT_BUFFER, emitCall, emitCallIndirect, emitCallRef, emitReturnOf, emitTailCall, storeResult } from './emit-call.js';
import { emitException, saveStack } from './emit-exception.js';
import { emitMemoryOperation } from './emit-memory.js';
import { ownScope } from './memory-place.js';
import { emitSimd } from './emit-simd.js';
import { emitTableOperation } from './emit-table.js';
import { emitWide } from './emit-wide.js';
import { pollingLoads } from './polling-loads.js';
import { LLVM_TYPES, constantText, resultPart, resultType, vectorText } from './llvm-text.js';
import type { IntrinsicStem } from './arithmetic.js';
import type { TrapKind } from '../runtime-c/tables/traps.js';
import type { DebugFunction } from './debug-info.js';
import type { PartitionText } from './partition-text.js';
import { signatureOf, signatureOfType } from './plan.js';
import { PERSONALITY, PERSONALITY_RESTORING } from './symbols.js';
import type { SymbolName } from './symbols.js';

/** What a value is needed as. */
const enum Use { None = 0, Value = 1, Condition = 2, Address = 4 }

const floatScratch = new DataView(new ArrayBuffer(8));

export class FunctionEmitter {
  text = '';
  /** Per value: how it is used. */
  private uses = new Uint8Array(0);
  /** The label of the basic block that is written now. */
  private part = '';
  /** Per block: the label of the basic block that it ended in. */
  private ends: string[] = [];
  /** Texts of blocks with the phis that go in front of each. */
  private readonly written: { readonly label: string; readonly block: BlockId; readonly location: string; text: string }[] = [];
  /** Edges to each block: edge ids, and the block each comes from. */
  private incoming: EdgeId[][] = [];
  private incomingFrom: BlockId[][] = [];
  /** Edges that have a basic block of their own, labelled eN. */
  private edgeSplit = new Set<EdgeId>();
  private catches = false;
  private throws = false;
  private polling: ReadonlySet<InstId> = new Set();
  /** By label: blocks that trap, and the location of what led there, or "". */
  private traps = new Map<string, { readonly kind: TrapKind; readonly location: string }>();
  /** Text whose lines have their locations; `text` is what follows. */
  private located = '';
  /** The location in the source of what is emitted now, as it follows an instruction, or "". */
  private location = '';
  /** Vectors that have a register in another type than <16 x i8> as well. */
  readonly vectorForms = new Map<ValueId, { readonly type: string; readonly register: string }>();
  /** Types of the locals that are in memory. */
  private slots = new Map<number, Type>();
  /** Results that calls need memory for. */
  private resultSlots = 0;
  /** Whether this function gets an address for its results. */
  readonly returnsInMemory: boolean;
  private temporaries = 0;
  private labels = 0;

  /** `outside`: a function that the runtime calls, not one of the module's convention. `section`: where it goes, as LLVM has it. */
  constructor(
    readonly out: PartitionText, readonly func: Func, private readonly symbol: SymbolName, private readonly debug?: DebugFunction,
    private readonly outside = false, private readonly section = '',
  ) {
    this.returnsInMemory = !outside && returnsInMemory(out.plan, func.signature);
  }

  /** Appends the function's definition to the partition. */
  emit(): void {
    const { func, out } = this;
    this.scanUses();
    this.scanEdges();
    this.polling = pollingLoads(func);
    const { params, results } = func.signature;
    const entry = func.order[0]!;
    const entryParams = func.blockParams[entry]!;
    const split = !this.outside && splitsVectors(out.plan, func.signature);
    const typed = params.map((type, i) => (split && type === Type.V128 ? `i64 %v${entryParams[i]!}.0, i64 %v${entryParams[i]!}.1` : `${LLVM_TYPES[type]!} %v${entryParams[i]!}`));
    if (this.returnsInMemory) typed.unshift(`ptr ${RESULTS}`);
    const result = `${this.outside ? '' : convention(out.plan)}${this.returnsInMemory ? 'void' : resultType(results)}`;
    const head = `define hidden ${result} ${this.symbol}(${typed.join(', ')}) #0${this.section}${this.whole()}${this.personality()}${this.debug?.attachment ?? ''} {\n`;
    for (const block of func.order) this.emitBlock(block, block === entry);
    this.endBlock();
    const blocks = this.written.map(({ label, block, location, text }) => `${label}:\n${block === entry ? '' : this.phis(block, location)}${text}`).join('');
    for (const [label, { kind, location }] of this.traps) {
      // With a location the block must stay apart from those of other lines, for which LLVM has `nomerge` (#4).
      this.text += `${label}:\n  call void ${out.trap(kind)}() #${location === '' ? 2 : 4}${location}\n  unreachable${location}\n`;
    }
    out.define(this.symbol);
    out.body += `${head}${blocks}${this.text}}\n\n`;
  }

  /** Keeps functions without exceptions whole where parts are taken out of others. */
  private whole(): string {
    return this.out.takesPartsOut && !this.catches && !this.throws ? ' noinline' : '';
  }

  private personality(): string {
    const name = this.out.plan.movesFrames ? PERSONALITY_RESTORING : PERSONALITY;
    return this.catches ? ` personality ptr ${this.out.declare(name, `declare i32 ${name}(...)`)}` : '';
  }

  // ---- preparation

  private scanUses(): void {
    const { func } = this;
    this.uses = new Uint8Array(func.valueCount);
    for (const block of func.order) {
      for (let inst = func.first[block]!; inst >= 0; inst = func.next[inst]!) {
        const op: Op = func.op[inst]!;
        if (op === Op.Throw) this.throws = true;
        else if (op === Op.SlotSet) this.slots.set(func.imm[inst]!, func.type[inst]!);
        const count = func.operandCount[inst]!;
        for (let k = 0; k < count; k++) this.uses[func.operand(inst, k)]! |= this.useOf(op, k, inst);
        if (func.resultCount[inst]! > this.resultSlots && this.getsResultsInMemory(inst, op)) this.resultSlots = func.resultCount[inst]!;
        const edges = func.edgeCount[inst]!;
        for (let e = 0; e < edges; e++) {
          const edge = func.edge(inst, e);
          for (let k = func.edgeArgCount[edge]! - 1; k >= 0; k--) this.uses[func.edgeArg(edge, k)]! |= Use.Value;
        }
      }
    }
  }

  private getsResultsInMemory(inst: InstId, op: Op): boolean {
    const { plan } = this.out;
    if (op === Op.Call || op === Op.CallUnwind) return isInternal(plan, this.func.imm[inst]!) && returnsInMemory(plan, signatureOf(plan, this.func.imm[inst]!));
    return (op === Op.CallIndirect || op === Op.CallRef || op === Op.CallIndirectUnwind || op === Op.CallRefUnwind) && returnsInMemory(plan, signatureOfType(plan, this.func.imm[inst]!));
  }

  /** How operand `k` of an op is read. */
  private useOf(op: Op, k: number, inst: InstId): Use {
    if (op === Op.BrIf || op === Op.Eqz && this.isCondition(this.func.operand(inst, 0)) || op === Op.Select && k === 2) return Use.Condition;
    if ((op === Op.Load || op === Op.Store) && k === 0) return Use.Address;
    return Use.Value;
  }

  private scanEdges(): void {
    const { func } = this;
    this.incoming = Array.from({ length: func.blockCount }, () => []);
    this.incomingFrom = Array.from({ length: func.blockCount }, () => []);
    for (const block of func.order) {
      const inst = func.terminator(block);
      const count = func.edgeCount[inst]!;
      for (let e = 0; e < count; e++) {
        const edge = func.edge(inst, e);
        const target = func.edgeBlock[edge]!;
        this.incoming[target]!.push(edge);
        this.incomingFrom[target]!.push(block);
        // The results of a call are taken apart on the edge behind it.
        if (isUnwind(func.op[inst]!) ? e === NORMAL_EDGE : this.differsFromEarlier(inst, e)) this.edgeSplit.add(edge);
        if (isUnwind(func.op[inst]!)) this.catches = true;
      }
    }
  }

  /** Whether an earlier edge of the same terminator goes to the same block with other arguments: LLVM's phis cannot tell the two apart. */
  private differsFromEarlier(inst: InstId, e: number): boolean {
    const { func } = this;
    const edge = func.edge(inst, e);
    if (func.edgeArgCount[edge] === 0) return false;
    for (let i = 0; i < e; i++) {
      const earlier = func.edge(inst, i);
      if (func.edgeBlock[earlier] !== func.edgeBlock[edge] || this.edgeSplit.has(earlier)) continue;
      for (let k = func.edgeArgCount[edge]! - 1; k >= 0; k--) {
        if (func.edgeArg(earlier, k) !== func.edgeArg(edge, k)) return true;
      }
      return false;
    }
    return false;
  }

  // ---- spelling, used by the other emit-* files too

  line(text: string): void {
    this.text += `  ${text}\n`;
  }
  /** A new temporary register. */
  temp(): string {
    return `%t${this.temporaries++}`;
  }
  /** Ends the current part of the block with a conditional branch to a trap and goes on in a new part. */
  trapIf(condition: string, kind: TrapKind): void {
    this.branchTo(condition, this.trapBlock(kind));
  }
  /** As `trapIf`, to any label. */
  branchTo(condition: string, label: string): void {
    const next = this.label();
    this.line(`br i1 ${condition}, label %${label}, label %${next}, !prof !0`);
    this.startPart(next);
  }
  /** A fresh label. */
  label(): string {
    return `c${this.labels++}`;
  }
  startPart(label: string): void {
    this.part = label;
    this.text += `${label}:\n`;
  }
  /** The label of the block that traps with `kind`: one in the function, with debug information one for each location. */
  trapBlock(kind: TrapKind): string {
    const { location } = this;
    const label = location === '' ? `trap.${kind}` : `trap.${kind}.${location.slice(location.lastIndexOf('!') + 1)}`;
    if (!this.traps.has(label)) this.traps.set(label, { kind, location });
    return label;
  }

  /** A value as LLVM operand without its type. */
  value(value: ValueId): string {
    const { func } = this;
    const inst = func.definition(value);
    if (inst < 0) return `%v${value}`;
    switch (func.op[inst]) {
      case Op.Const:
        return func.type[inst] === Type.V128 ? vectorText(func.vectors[func.imm[inst]!]!, 'i8') : constantText(func.type[inst]!, func.imm[inst]!, func.imm2[inst]!);
      case Op.RefNull:
        return 'null';
      case Op.RefFunc:
        return this.out.descriptor(func.imm[inst]!);
      default:
        return `%v${value}`;
    }
  }
  /** The bits of a constant integer as a number (u32 range for i32), or undefined. */
  constantU32(value: ValueId): number | undefined {
    const inst = this.func.definition(value);
    if (inst < 0 || this.func.op[inst] !== Op.Const || this.func.type[inst] !== Type.I32) return undefined;
    return this.func.imm[inst]! >>> 0;
  }
  type(value: ValueId): string {
    return LLVM_TYPES[this.func.valueType[value]!]!;
  }
  typed(value: ValueId): string {
    return `${this.type(value)} ${this.value(value)}`;
  }
  operand(inst: InstId, k: number): string {
    return this.value(this.func.operand(inst, k));
  }
  /** An i32 value as i64, zero-extended; made where the value is defined if it is used as an address. */
  zeroExtended(value: ValueId): string {
    const constant = this.constantU32(value);
    if (constant !== undefined) return String(constant);
    if (this.func.valueType[value] === Type.I64) return this.value(value);
    if ((this.uses[value]! & Use.Address) !== 0) return `%v${value}.z`;
    const wide = this.temp();
    this.line(`${wide} = zext i32 ${this.value(value)} to i64`);
    return wide;
  }
  private isUsed(value: ValueId): boolean {
    return value >= 0 && this.uses[value] !== Use.None;
  }

  /**
   * Whether a load has to happen as often as the module says: it waits for a change from outside, or its fault is the trap
   * and nothing else keeps it. LLVM drops a load with all that it makes of the result, also at -O0.
   */
  isVolatile(load: InstId): boolean {
    if (this.polling.has(load)) return true;
    const { plan } = this.out;
    if (plan.memories[accessMemory(this.func.aux[load]!)]!.checked) return false;
    return plan.exactTraps || !this.isUsed(this.func.result(load));
  }

  /** Notes that a block ends in the basic block that is written now. */
  endPart(block: BlockId): void {
    this.ends[block] = this.part;
  }

  private isCondition(value: ValueId): boolean {
    const inst = this.func.definition(value);
    if (inst < 0) return false;
    const op: Op = this.func.op[inst]!;
    return op === Op.Eqz || op === Op.RefIsNull || op === Op.ExnIs || INTEGER_COMPARE[op] !== undefined || FLOAT_COMPARE[op] !== undefined;
  }
  /** A value as i1: not zero. */
  private condition(value: ValueId): string {
    if (this.isCondition(value)) return `%v${value}.c`;
    const bit = this.temp();
    this.line(`${bit} = icmp ne ${this.typed(value)}, 0`);
    return bit;
  }

  // ---- locations in the source

  /** What is emitted from here on comes from `inst`, or where that was made by a pass, from the instruction before. */
  private beginLocation(inst: InstId): void {
    const { debug } = this;
    const origin = this.func.origin[inst]!;
    if (debug === undefined || (origin === 0 && this.location !== '')) return;
    const location = `, !dbg !${debug.location(origin)}`;
    if (location === this.location) return;
    this.endLocation();
    this.location = location;
  }

  /** Adds the location to every instruction since it began. */
  private endLocation(): void {
    const { text, location } = this;
    // Each line is a label or a whole instruction.
    this.located += location === '' ? text : text.replaceAll('\n', `${location}\n`).replaceAll(`:${location}\n`, ':\n');
    this.text = '';
    this.location = '';
  }

  // ---- blocks

  private emitBlock(block: BlockId, isEntry: boolean): void {
    const { func } = this;
    this.endBlock();
    this.beginLocation(firstWithCode(func, block));
    const params = func.blockParams[block]!;
    this.part = `b${block}`;
    this.written.push({ label: this.part, block, location: this.location, text: '' });
    if (isEntry && !this.outside && splitsVectors(this.out.plan, func.signature)) this.joinVectors(params);
    if (isEntry) for (const [slot, type] of this.slots) this.line(`%local.${slot} = alloca ${LLVM_TYPES[type]!}`);
    if (isEntry && this.resultSlots > 0) this.line(`${RESULT_BUFFER} = ${resultMemory(this.resultSlots)}`);
    if (isEntry && this.catches && this.out.plan.movesFrames) saveStack(this);
    // A landing pad comes before everything but phis.
    const landing = func.op[func.first[block]!] === Op.Catch ? func.first[block]! : -1;
    if (landing >= 0) this.emitInst(landing, Op.Catch);
    for (const param of params) this.extendIfAddress(param);
    for (let inst = landing >= 0 ? func.next[landing]! : func.first[block]!; inst >= 0; inst = func.next[inst]!) {
      this.beginLocation(inst);
      const op: Op = func.op[inst]!;
      if ((OPS[op]!.effect & Effect.Terminator) !== 0 && !isUnwind(op)) this.endPart(block);
      this.emitInst(inst, op);
      if (!isUnwind(op)) this.extendResults(inst);
    }
  }

  /** Parameters that came as halves. */
  private joinVectors(params: readonly ValueId[]): void {
    for (const param of params) {
      if (this.func.valueType[param] === Type.V128) for (const line of joinVector(`%v${param}`)) this.line(line);
    }
  }

  /** Ends the text of the block that was written last. */
  private endBlock(): void {
    const { location } = this;
    this.endLocation();
    const last = this.written.at(-1);
    if (last !== undefined) last.text = this.located;
    this.located = '';
    this.location = location;
  }

  private phis(block: BlockId, location: string): string {
    const edges = this.incoming[block]!;
    const from = this.incomingFrom[block]!;
    let text = '';
    this.func.blockParams[block]!.forEach((param, k) => {
      text += `  %v${param} = phi ${this.type(param)} `;
      for (let i = 0; i < edges.length; i++) {
        const edge = edges[i]!;
        const label = this.edgeSplit.has(edge) ? `e${edge}` : this.ends[from[i]!]!;
        text += `${i > 0 ? ', ' : ''}[ ${this.value(this.func.edgeArg(edge, k))}, %${label} ]`;
      }
      text += `${location}\n`;
    });
    return text;
  }

  /** Makes the results of an instruction addresses where they are used as such. */
  extendResults(inst: InstId): void {
    const results = this.func.resultCount[inst]!;
    for (let i = 0; i < results; i++) this.extendIfAddress(this.func.firstResult[inst]! + i);
  }

  private extendIfAddress(value: ValueId): void {
    if ((this.uses[value]! & Use.Address) === 0 || this.func.valueType[value] !== Type.I32 || this.func.isConst(value)) return;
    this.line(`%v${value}.z = zext i32 %v${value} to i64`);
  }

  // ---- instructions

  private emitInst(inst: InstId, op: Op): void {
    const { func } = this;
    const type: Type = func.type[inst]!;
    const result = func.result(inst);
    switch (op) {
      case Op.Const: case Op.RefNull: case Op.RefFunc:
        return;
      case Op.Eq: case Op.Ne: case Op.LtS: case Op.LtU: case Op.GtS: case Op.GtU:
      case Op.LeS: case Op.LeU: case Op.GeS: case Op.GeU:
        return this.assignCondition(result, `icmp ${INTEGER_COMPARE[op]!} ${this.operands2(inst, type)}`);
      case Op.FEq: case Op.FNe: case Op.FLt: case Op.FGt: case Op.FLe: case Op.FGe:
        return this.assignCondition(result, `fcmp ${FLOAT_COMPARE[op]!} ${this.operands2(inst, type)}`);
      case Op.Eqz: {
        const operand = func.operand(inst, 0);
        if (this.isCondition(operand)) return this.assignCondition(result, `xor i1 %v${operand}.c, true`);
        return this.assignCondition(result, `icmp eq ${this.typed(operand)}, 0`);
      }
      case Op.RefIsNull:
        return this.assignCondition(result, `icmp eq ptr ${this.operand(inst, 0)}, null`);
      case Op.Add: case Op.Sub: case Op.Mul: case Op.And: case Op.Or: case Op.Xor:
        return this.assign(result, `${BINARY[op]!} ${this.operands2(inst, type)}`);
      case Op.FAdd: case Op.FSub: case Op.FMul: case Op.FDiv:
        return this.emitFloatBinary(inst, op, type, result);
      case Op.Shl: case Op.ShrS: case Op.ShrU:
        return this.assign(result, `${SHIFT[op]!} ${LLVM_TYPES[type]!} ${this.operand(inst, 0)}, ${this.shiftAmount(inst, type)}`);
      case Op.Rotl: case Op.Rotr: {
        const value = this.operand(inst, 0);
        return this.intrinsic(result, ROTATE[op]!, type, [value, value, this.operand(inst, 1)]);
      }
      case Op.DivS: case Op.DivU: case Op.RemS: case Op.RemU:
        return this.emitDivision(inst, op, type, result);
      case Op.Clz: case Op.Ctz:
        return this.assign(result, `call ${LLVM_TYPES[type]!} ${this.out.intrinsic(`${COUNT_INTRINSIC[op]!}.${INTRINSIC_SUFFIX[type]!}`, LLVM_TYPES[type]!, `${LLVM_TYPES[type]!}, i1`)}(${LLVM_TYPES[type]!} ${this.operand(inst, 0)}, i1 false)`);
      case Op.Extend8S: case Op.Extend16S: case Op.Extend32S: {
        const narrow = this.temp();
        this.line(`${narrow} = trunc ${this.typed(func.operand(inst, 0))} to i${SIGN_EXTEND[op]!}`);
        return this.assign(result, `sext i${SIGN_EXTEND[op]!} ${narrow} to ${LLVM_TYPES[type]!}`);
      }
      case Op.Popcnt: case Op.FAbs: case Op.FCeil: case Op.FFloor: case Op.FTrunc: case Op.FNearest: case Op.FSqrt:
        return this.intrinsic(result, UNARY_INTRINSIC[op]!, type, [this.operand(inst, 0)]);
      case Op.FMin: case Op.FMax:
        return this.emitMinMax(inst, op, type, result);
      case Op.FCopysign:
        return this.intrinsic(result, BINARY_INTRINSIC[op]!, type, [this.operand(inst, 0), this.operand(inst, 1)]);
      case Op.FNeg:
        return this.assign(result, `fneg ${this.typed(func.operand(inst, 0))}`);
      case Op.Demote: case Op.Promote:
        return this.emitFloatCast(inst, op, type, result);
      case Op.Wrap: case Op.ExtendS: case Op.ExtendU: case Op.ConvertS: case Op.ConvertU: case Op.Reinterpret:
        return this.assign(result, `${CAST[op]!} ${this.typed(func.operand(inst, 0))} to ${LLVM_TYPES[type]!}`);
      case Op.TruncS: case Op.TruncU:
        return this.emitTruncation(inst, op, type, result);
      case Op.TruncSatS: case Op.TruncSatU: {
        const from: Type = func.aux[inst]!;
        const callee = this.out.intrinsic(`${TRUNCATE_SATURATING[op]!}.${INTRINSIC_SUFFIX[type]!}.${INTRINSIC_SUFFIX[from]!}`, LLVM_TYPES[type]!, LLVM_TYPES[from]!);
        return this.assign(result, `call ${LLVM_TYPES[type]!} ${callee}(${this.typed(func.operand(inst, 0))})`);
      }
      case Op.Select:
        return this.assign(result, `select i1 ${this.condition(func.operand(inst, 2))}, ${this.typed(func.operand(inst, 0))}, ${this.typed(func.operand(inst, 1))}`);
      case Op.RefAsNonNull: {
        const isNull = this.temp();
        this.line(`${isNull} = icmp eq ptr ${this.operand(inst, 0)}, null`);
        this.trapIf(isNull, 'null_reference');
        return this.assign(result, `bitcast ptr ${this.operand(inst, 0)} to ptr`);
      }
      case Op.Simd1: case Op.Simd2: case Op.Simd3:
        return emitSimd(this, inst);
      case Op.Add128: case Op.Sub128: case Op.MulWideS: case Op.MulWideU:
        return emitWide(this, inst, op);
      case Op.GlobalGet:
        return this.assign(result, `load ${LLVM_TYPES[type]!}, ptr ${this.out.global(func.imm[inst]!)}${ownScope(this)}`);
      case Op.GlobalSet: {
        // A signal handler must find the stack pointer below everything that the interrupted code still uses.
        const ordered = this.out.plan.asynchronous && func.imm[inst] === this.out.plan.stackPointer;
        return this.line(`store ${ordered ? 'volatile ' : ''}${this.typed(func.operand(inst, 0))}, ptr ${this.out.global(func.imm[inst]!)}${ownScope(this)}`);
      }
      case Op.SlotGet:
        return this.assign(result, `load ${LLVM_TYPES[type]!}, ptr %local.${func.imm[inst]!}`);
      case Op.SlotSet:
        return this.line(`store ${this.typed(func.operand(inst, 0))}, ptr %local.${func.imm[inst]!}`);
      case Op.Call: case Op.CallUnwind:
        return emitCall(this, inst);
      case Op.CallIndirect: case Op.CallIndirectUnwind:
        return emitCallIndirect(this, inst);
      case Op.CallRef: case Op.CallRefUnwind:
        return emitCallRef(this, inst);
      case Op.ExnNew: case Op.ExnIs: case Op.ExnValue: case Op.ExnKeep: case Op.ExnFree: case Op.Catch: case Op.Throw:
        return emitException(this, inst, op);
      case Op.TableGet: case Op.TableSet: case Op.TableSize: case Op.TableGrow: case Op.TableFill: case Op.TableCopy:
      case Op.TableInit: case Op.ElemDrop:
        return emitTableOperation(this, inst, op);
      case Op.Load: case Op.Store: case Op.MemorySize: case Op.MemoryGrow: case Op.MemoryCopy: case Op.MemoryFill:
      case Op.MemoryInit: case Op.DataDrop: case Op.AtomicLoad: case Op.AtomicStore: case Op.AtomicAdd: case Op.AtomicSub:
      case Op.AtomicAnd: case Op.AtomicOr: case Op.AtomicXor: case Op.AtomicXchg: case Op.AtomicCmpxchg:
      case Op.AtomicWait: case Op.AtomicNotify: case Op.AtomicFence:
        return emitMemoryOperation(this, inst, op);
      case Op.Br: case Op.BrIf: case Op.BrTable:
        return this.emitBranch(inst, op);
      case Op.Return:
        return this.emitReturn(inst);
      case Op.ReturnCall: case Op.ReturnCallIndirect: case Op.ReturnCallRef:
        return emitTailCall(this, inst, op);
      case Op.Unreachable:
        return this.line(`br label %${this.trapBlock('unreachable')}`);
    }
  }

  /** Gives a result its register. */
  assign(result: ValueId, expression: string): void {
    this.text += `  %v${result} = ${expression}\n`;
  }

  /** Gives a result its register, as i1 and where needed as i32. */
  assignCondition(result: ValueId, expression: string): void {
    this.text += `  %v${result}.c = ${expression}\n`;
    if ((this.uses[result]! & ~Use.Condition) !== 0) this.assign(result, `zext i1 %v${result}.c to i32`);
  }

  private operands2(inst: InstId, type: Type): string {
    return `${LLVM_TYPES[type]!} ${this.operand(inst, 0)}, ${this.operand(inst, 1)}`;
  }

  /** A call of an intrinsic overloaded on `type`, whose arguments all have it. */
  private intrinsic(result: ValueId, name: IntrinsicStem, type: Type, args: readonly string[]): void {
    const llvm = LLVM_TYPES[type]!;
    const callee = this.out.intrinsic(`${name}.${INTRINSIC_SUFFIX[type]!}`, llvm, args.map(() => llvm).join(', '));
    this.assign(result, `call ${llvm} ${callee}(${args.map((arg) => `${llvm} ${arg}`).join(', ')})`);
  }

  private shiftAmount(inst: InstId, type: Type): string {
    const { func } = this;
    const mask = type === Type.I32 ? 31 : 63;
    const amount = func.operand(inst, 1);
    const definition = func.definition(amount);
    if (definition >= 0 && func.op[definition] === Op.Const) return String(func.imm[definition]! & mask);
    const masked = this.temp();
    this.line(`${masked} = and ${this.typed(amount)}, ${mask}`);
    return masked;
  }

  private emitDivision(inst: InstId, op: Op, type: Type, result: ValueId): void {
    const { func } = this;
    const llvm = LLVM_TYPES[type]!;
    const dividend = this.operand(inst, 0);
    let divisor = this.operand(inst, 1);
    const constant = func.definition(func.operand(inst, 1));
    const known = constant >= 0 && func.op[constant] === Op.Const;
    const low = known ? func.imm[constant]! : 0;
    const high = known ? (type === Type.I64 ? func.imm2[constant]! : low >> 31) : 0;
    if (!known || (low === 0 && high === 0)) {
      const isZero = this.temp();
      this.line(`${isZero} = icmp eq ${llvm} ${divisor}, 0`);
      this.trapIf(isZero, 'integer_divide_by_zero');
    }
    const mayBeMinusOne = !known || (low === -1 && high === -1);
    if (op === Op.DivS && mayBeMinusOne) {
      const smallest = type === Type.I32 ? '-2147483648' : '-9223372036854775808';
      const a = this.temp(), b = this.temp(), both = this.temp();
      this.line(`${a} = icmp eq ${llvm} ${dividend}, ${smallest}`);
      this.line(`${b} = icmp eq ${llvm} ${divisor}, -1`);
      this.line(`${both} = and i1 ${a}, ${b}`);
      this.trapIf(both, 'integer_overflow');
    } else if (op === Op.RemS && mayBeMinusOne) {
      // The remainder of a division by -1 is 0, as that by 1 is; LLVM's srem overflows instead.
      const minusOne = this.temp(), safe = this.temp();
      this.line(`${minusOne} = icmp eq ${llvm} ${divisor}, -1`);
      this.line(`${safe} = select i1 ${minusOne}, ${llvm} 1, ${llvm} ${divisor}`);
      divisor = safe;
    }
    this.assign(result, `${DIVISION[op]!} ${llvm} ${dividend}, ${divisor}`);
  }

  private emitTruncation(inst: InstId, op: Op, type: Type, result: ValueId): void {
    const { func } = this;
    const from: Type = func.aux[inst]!;
    const llvm = LLVM_TYPES[from]!;
    const value = this.operand(inst, 0);
    const range = truncationRange(from, type, op === Op.TruncS);
    const above = this.temp(), below = this.temp(), inside = this.temp(), nan = this.temp();
    const good = this.label(), bad = this.label();
    this.line(`${above} = fcmp ${range.lowerPredicate} ${llvm} ${value}, ${range.lower}`);
    this.line(`${below} = fcmp olt ${llvm} ${value}, ${range.upper}`);
    this.line(`${inside} = and i1 ${above}, ${below}`);
    this.line(`br i1 ${inside}, label %${good}, label %${bad}, !prof !1`);
    this.startPart(bad);
    this.line(`${nan} = fcmp uno ${llvm} ${value}, ${value}`);
    this.line(`br i1 ${nan}, label %${this.trapBlock('invalid_conversion_to_integer')}, label %${this.trapBlock('integer_overflow')}`);
    this.startPart(good);
    this.assign(result, `${TRUNCATE[op]!} ${llvm} ${value} to ${LLVM_TYPES[type]!}`);
  }

  private emitFloatBinary(inst: InstId, op: Op, type: Type, result: ValueId): void {
    const { func } = this;
    const identity = floatIdentity(op, this.constantFloat(func.operand(inst, 0)), this.constantFloat(func.operand(inst, 1)));
    if (identity === undefined) return this.assign(result, `${BINARY[op]!} ${this.operands2(inst, type)}`);
    const quiet = this.quieted(this.operand(inst, identity.operand), type);
    this.assign(result, identity.negated ? `fneg ${LLVM_TYPES[type]!} ${quiet}` : `select i1 true, ${LLVM_TYPES[type]!} ${quiet}, ${LLVM_TYPES[type]!} ${quiet}`);
  }

  /** LLVM's minimum and maximum return a NaN operand as it is; Wasm's are arithmetic. */
  private emitMinMax(inst: InstId, op: Op, type: Type, result: ValueId): void {
    const llvm = LLVM_TYPES[type]!;
    const callee = this.out.intrinsic(`${BINARY_INTRINSIC[op]!}.${INTRINSIC_SUFFIX[type]!}`, llvm, `${llvm}, ${llvm}`);
    const least = this.temp();
    this.line(`${least} = call ${llvm} ${callee}(${llvm} ${this.operand(inst, 0)}, ${llvm} ${this.operand(inst, 1)})`);
    const quiet = this.quieted(least, type);
    this.assign(result, `select i1 true, ${llvm} ${quiet}, ${llvm} ${quiet}`);
  }

  /** The same number; a NaN made quiet, as arithmetic does. */
  private quieted(value: string, type: Type): string {
    const llvm = LLVM_TYPES[type]!;
    const [integer, bit] = type === Type.F32 ? ['i32', '4194304'] : ['i64', '2251799813685248'];
    const isNan = this.temp(), bits = this.temp(), set = this.temp(), nan = this.temp(), quiet = this.temp();
    this.line(`${isNan} = fcmp uno ${llvm} ${value}, ${value}`);
    this.line(`${bits} = bitcast ${llvm} ${value} to ${integer}`);
    this.line(`${set} = or ${integer} ${bits}, ${bit}`);
    this.line(`${nan} = bitcast ${integer} ${set} to ${llvm}`);
    this.line(`${quiet} = select i1 ${isNan}, ${llvm} ${nan}, ${llvm} ${value}`);
    return quiet;
  }

  private constantFloat(value: ValueId): number | undefined {
    const { func } = this;
    const inst = func.definition(value);
    if (inst < 0 || func.op[inst] !== Op.Const) return undefined;
    if (func.type[inst] === Type.F32) {
      floatScratch.setInt32(0, func.imm[inst]!);
      return floatScratch.getFloat32(0);
    }
    floatScratch.setInt32(0, func.imm2[inst]!);
    floatScratch.setInt32(4, func.imm[inst]!);
    return floatScratch.getFloat64(0);
  }

  private emitFloatCast(inst: InstId, op: Op, type: Type, result: ValueId): void {
    const { func } = this;
    const operand = func.operand(inst, 0);
    const definition = func.definition(operand);
    if (op === Op.Demote && definition >= 0 && func.op[definition] === Op.Promote) {
      // LLVM drops the pair, and with it the quieting of a signaling NaN.
      const quiet = this.quieted(this.value(func.operand(definition, 0)), type);
      return this.assign(result, `select i1 true, float ${quiet}, float ${quiet}`);
    }
    this.assign(result, `${CAST[op]!} ${this.typed(operand)} to ${LLVM_TYPES[type]!}`);
  }

  // ---- terminators

  /** The label that an edge leads to. */
  edgeLabel(edge: EdgeId): string {
    return this.edgeSplit.has(edge) ? `e${edge}` : `b${this.func.edgeBlock[edge]!}`;
  }

  private emitBranch(inst: InstId, op: Op): void {
    const { func } = this;
    const count = func.edgeCount[inst]!;
    if (op === Op.Br) {
      this.line(`br label %${this.edgeLabel(func.edge(inst, 0))}`);
    } else if (op === Op.BrIf) {
      const condition = this.condition(func.operand(inst, 0));
      this.line(`br i1 ${condition}, label %${this.edgeLabel(func.edge(inst, 0))}, label %${this.edgeLabel(func.edge(inst, 1))}`);
    } else {
      let text = `switch i32 ${this.operand(inst, 0)}, label %${this.edgeLabel(func.edge(inst, count - 1))} [`;
      for (let i = 0; i < count - 1; i++) text += ` i32 ${i}, label %${this.edgeLabel(func.edge(inst, i))}`;
      this.line(`${text} ]`);
    }
    for (let i = 0; i < count; i++) {
      const edge = func.edge(inst, i);
      if (this.edgeSplit.has(edge)) this.text += `e${edge}:\n  br label %b${func.edgeBlock[edge]!}\n`;
    }
  }

  private emitReturn(inst: InstId): void {
    const { func } = this;
    const count = func.operandCount[inst]!;
    if (count === 0) return this.line('ret void');
    if (count === 1) return emitReturnOf(this, this.type(func.operand(inst, 0)), this.value(func.operand(inst, 0)));
    if (this.returnsInMemory) {
      for (let i = 0; i < count; i++) storeResult(this, i, this.typed(func.operand(inst, i)));
      return this.line('ret void');
    }
    const { results } = func.signature;
    const type = resultType(results);
    let aggregate = 'poison';
    for (let i = 0; i < count; i++) {
      const part = resultPart(results, i);
      let value = this.typed(func.operand(inst, i));
      if (part !== LLVM_TYPES[results[i]!]!) {
        const bits = this.temp();
        this.line(`${bits} = bitcast ${value} to ${part}`);
        value = `${part} ${bits}`;
      }
      const next = this.temp();
      this.line(`${next} = insertvalue ${type} ${aggregate}, ${value}, ${i}`);
      aggregate = next;
    }
    emitReturnOf(this, type, aggregate);
  }
}

/** The first instruction of a block that is not a constant, which is emitted where it is used. */
function firstWithCode(func: Func, block: BlockId): InstId {
  let inst = func.first[block]!;
  while (func.op[inst] === Op.Const) inst = func.next[inst]!;
  return inst;
}
