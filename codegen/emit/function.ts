// hot
// One SSA function → LLVM IR: blocks become basic blocks, block parameters phis, constants literals. What an operation means is in
// the file of its family; here is which, and what goes around them: the entry, locations in the source, branches.

import type { BlockId, Func, InstId } from '../../ir/function.js';
import { Effect, Family, Op, isUnwind, opEffect, opFamily } from '../../ir/ops.js';
import { Type } from '../../ir/types.js';
import { RESULTS, RESULT_BUFFER, emitCall, emitReturnOf, emitTailCall } from './call.js';
import { internalResult, joinVector, resultMemory, splitsVectors, storeResult } from './convention.js';
import type { DebugFunction } from './debug-info.js';
import { Edges } from './edges.js';
import { Environment } from './environment.js';
import { emitException, saveStack } from './exception.js';
import { emitConversion, emitFloatArithmetic, emitFloatCompare, emitFloatSign, emitRounding } from './float.js';
import { emitBinary, emitCompare, emitCount, emitDivision, emitRotation, emitShift, emitSignExtension } from './integer.js';
import { LLVM_TYPES, resultPart, resultType } from './llvm-text.js';
import { emitJumpTable } from './jump-table.js';
import { emitAccess, emitAtomicOperation, emitMemoryOperation } from './memory.js';
import { notEmitted } from './not-emitted.js';
import type { PartitionText } from './partition-text.js';
import { stackTestBlock } from './stack-test.js';
import { emitTableOperation } from './table.js';
import { emitGlobal, emitReference, emitSelect, emitSlot, slotRegister } from './variable.js';
import { emitVector } from './vector.js';
import { emitWide } from './wide.js';
import type { Block, Writer } from './writer.js';
import { PERSONALITY, PERSONALITY_RESTORING } from '../symbols.js';
import type { SymbolName } from '../symbols.js';

export interface EmitOptions {
  readonly debug?: DebugFunction | undefined;
  /** A function that the runtime calls, not one of the module's convention. */
  readonly outside?: boolean;
  /** In a section of its own. */
  readonly apart?: boolean;
}

/** Appends the definition of a function to the partition. */
export function emitFunction(out: PartitionText, func: Func, symbol: SymbolName, { debug, outside = false, apart = false }: EmitOptions = {}): void {
  const { plan } = out;
  const env = new Environment(out, func, outside);
  const { params, results } = func.signature;
  const split = !outside && splitsVectors(plan, func.signature);
  const entry = func.order[0];
  const entryParams = func.blockParams[entry];
  const typed = params.map((type, i) =>
    split && type === Type.V128 ? `i64 %v${entryParams[i]}.0, i64 %v${entryParams[i]}.1` : `${LLVM_TYPES[type]} %v${entryParams[i]}`,
  );
  if (env.returnsInMemory) typed.unshift(`ptr ${RESULTS}`);
  const result = outside ? resultType(results) : internalResult(plan, func.signature);
  const w = out.defineFunction(symbol, result, typed, {
    apart,
    suffix: `${keptWhole(env)}${directOnly(env, symbol)}${personality(env)}${debug?.attachment ?? ''}`,
  });
  new FunctionEmitter(w, env, symbol, debug).emit();
  out.end(w);
}

/** Keeps functions without exceptions whole where parts are taken out of others; and has a frame for those that are asked for. */
function keptWhole({ out, catches, throws, isAskedFor }: Environment): string {
  return isAskedFor || (out.takesPartsOut && !catches && !throws) ? ' noinline' : '';
}

/** In ring 0, a function that only direct calls lead to needs no `endbr64` (or what the target has for that). */
function directOnly(env: Environment, symbol: SymbolName): string {
  const { kernel, plan } = env.out;
  return kernel !== undefined && isPlanned(env, symbol) && !plan.functions[env.func.index].addressTaken ? ' nocf_check' : '';
}

/** Whether it is the function of the plan that has its number, not one that is made beside them. */
function isPlanned({ out, func }: Environment, symbol: SymbolName): boolean {
  return out.plan.functions[func.index]?.symbol === symbol;
}

function personality({ out, catches }: Environment): string {
  const name = out.plan.movesFrames ? PERSONALITY_RESTORING : PERSONALITY;
  return catches ? ` personality ptr ${out.declare(name, `declare i32 ${name}(...)`)}` : '';
}

/** Whether a function tests the stack in front of its calls. */
function testsStack(env: Environment, symbol: SymbolName): boolean {
  const { out, func, calling, callsOthers } = env;
  if (out.kernel === undefined || calling.length === 0) return false;
  return callsOthers || !isPlanned(env, symbol) || out.plan.withoutStackTest?.[func.index] !== 1;
}

class FunctionEmitter {
  private readonly edges: Edges;
  /** Where the stack is tested, -1 for nowhere. */
  private readonly testedBlock: BlockId;

  constructor(
    private readonly w: Writer,
    private readonly env: Environment,
    private readonly symbol: SymbolName,
    private readonly debug: DebugFunction | undefined,
  ) {
    this.edges = new Edges(env.func, env.out.kernel !== undefined);
    this.testedBlock = testsStack(env, symbol) ? stackTestBlock(env.func, env.calling) : -1;
  }

  emit(): void {
    const { w, env, edges } = this;
    const { func } = env;
    const blocks = func.order.map((block, i) => this.emitBlock(block, i === 0));
    w.location = '';
    blocks.forEach((block, i) => {
      if (i > 0) edges.writePhis(w, env, func.order[i], block);
    });
  }

  /** What is emitted from here on comes from `inst`, or where that was made by a pass, from the instruction before. */
  private locate(inst: InstId): void {
    const { debug, w } = this;
    if (debug === undefined) return;
    const origin = this.env.func.origin[inst];
    if (origin !== 0 || w.location === '') w.location = `, !dbg !${debug.location(origin)}`;
  }

  private emitBlock(block: BlockId, isEntry: boolean): Block {
    const { w, env } = this;
    const { func } = env;
    const { kernel } = env.out;
    this.locate(firstWithCode(func, block));
    const written = w.block(`b${block}`);
    const params = func.blockParams[block];
    if (isEntry) this.emitEntry();
    // A landing pad comes before everything but phis.
    const landing = func.op[func.first[block]] === Op.Catch ? func.first[block] : -1;
    if (landing >= 0) this.emitInst(landing, Op.Catch);
    for (const param of params) env.extendIfAddress(w, param);
    if (block === this.testedBlock && kernel !== undefined) w.trapIf(w.icmp('ne', 'i32', w.assembly('i32', kernel.stackIsLow, ''), 0), 'call_stack_exhausted');
    for (let inst = landing >= 0 ? func.next[landing] : func.first[block]; inst >= 0; inst = func.next[inst]) {
      this.locate(inst);
      const op: Op = func.op[inst];
      if ((opEffect[op] & Effect.Terminator) !== 0) this.edges.end(block, w.at);
      this.emitInst(inst, op);
      if (!isUnwind(op)) env.extendResults(w, inst);
    }
    return written;
  }

  /** What the function's parameters and variables need. */
  private emitEntry(): void {
    const { w, env } = this;
    const { func, out } = env;
    const params = func.blockParams[func.order[0]];
    if (!env.outside && splitsVectors(out.plan, func.signature)) {
      for (const param of params) if (func.valueType[param] === Type.V128) joinVector(w, `%v${param}.0`, `%v${param}.1`, `%v${param}`);
    }
    for (const [slot, type] of env.slots) w.alloca(LLVM_TYPES[type], 0, slotRegister(slot));
    if (env.resultSlots > 0) resultMemory(w, env.resultSlots, RESULT_BUFFER);
    if (env.catches && out.plan.movesFrames) saveStack(w, out);
  }

  private emitInst(inst: InstId, op: Op): void {
    const { w, env } = this;
    const family: Family = opFamily[op];
    switch (family) {
      case Family.Constant:
        return;
      case Family.Integer:
        return emitBinary(w, env, inst, op);
      case Family.Division:
        return emitDivision(w, env, inst, op);
      case Family.Shift:
        return emitShift(w, env, inst, op);
      case Family.Rotation:
        return emitRotation(w, env, inst, op);
      case Family.Comparison:
        return emitCompare(w, env, inst, op);
      case Family.BitCount:
        return emitCount(w, env, inst, op);
      case Family.SignExtension:
        return emitSignExtension(w, env, inst, op);
      case Family.FloatArithmetic:
        return emitFloatArithmetic(w, env, inst, op);
      case Family.FloatSign:
        return emitFloatSign(w, env, inst, op);
      case Family.FloatRounding:
        return emitRounding(w, env, inst, op);
      case Family.FloatComparison:
        return emitFloatCompare(w, env, inst, op);
      case Family.Conversion:
        return emitConversion(w, env, inst, op);
      case Family.Choice:
        return emitSelect(w, env, inst);
      case Family.Reference:
        return emitReference(w, env, inst, op);
      case Family.Vector:
        return emitVector(w, env, inst);
      case Family.Wide:
        return emitWide(w, env, inst, op);
      case Family.Access:
        return emitAccess(w, env, inst, op);
      case Family.Memory:
        return emitMemoryOperation(w, env, inst, op);
      case Family.Atomic:
        return emitAtomicOperation(w, env, inst, op);
      case Family.Global:
        return emitGlobal(w, env, inst, op);
      case Family.Slot:
        return emitSlot(w, env, inst, op);
      case Family.Table:
        return emitTableOperation(w, env, inst, op);
      case Family.Call:
      case Family.UnwindingCall:
        return emitCall(w, env, this.edges, inst);
      case Family.TailCall:
        return emitTailCall(w, env, inst);
      case Family.Exception:
        return emitException(w, env, inst, op);
      case Family.Branch:
        return this.emitBranch(inst, op);
      case Family.Exit:
        return emitExit(w, env, inst, op);
      default:
        family satisfies never;
        return notEmitted(op);
    }
  }

  private emitBranch(inst: InstId, op: Op): void {
    const { w, env, edges } = this;
    const { func } = env;
    const label = (k: number): string => edges.label(func.edge(inst, k));
    switch (op) {
      case Op.Br:
        w.br(label(0));
        break;
      case Op.BrIf:
        w.condBr(env.condition(w, func.operand(inst, 0)), label(0), label(1));
        break;
      case Op.BrTable: {
        const { kernel } = env.out;
        if (kernel !== undefined && edges.hasJumpTable(inst)) {
          emitJumpTable(w, env, edges, inst, this.symbol, kernel);
          break;
        }
        const last = func.edgeCount[inst] - 1;
        w.switch(
          env.operand(inst, 0),
          label(last),
          Array.from({ length: last }, (_, k) => label(k)),
        );
        break;
      }
      default:
        notEmitted(op);
    }
    edges.writeApart(w, inst);
  }
}

function emitExit(w: Writer, env: Environment, inst: InstId, op: Op): void {
  switch (op) {
    case Op.Return:
      return emitReturn(w, env, inst);
    case Op.Unreachable:
      return w.br(w.trapBlock('unreachable'));
    default:
      return notEmitted(op);
  }
}

function emitReturn(w: Writer, env: Environment, inst: InstId): void {
  const { func } = env;
  const { results } = func.signature;
  if (results.length === 0) return w.ret();
  if (results.length === 1) return emitReturnOf(w, env, env.type(func.operand(inst, 0)), env.operand(inst, 0));
  if (env.returnsInMemory) {
    results.forEach((type, i) => storeResult(w, RESULTS, i, LLVM_TYPES[type], env.operand(inst, i)));
    return w.ret();
  }
  const whole = resultType(results);
  let all = 'poison';
  results.forEach((type, i) => {
    const part = resultPart(results, i),
      llvm = LLVM_TYPES[type];
    const value = part === llvm ? env.operand(inst, i) : w.cast('bitcast', llvm, env.operand(inst, i), part);
    all = w.insertValue(whole, all, part, value, i);
  });
  w.ret(whole, all);
}

/** The first instruction of a block that is not a constant, which is emitted where it is used. */
function firstWithCode(func: Func, block: BlockId): InstId {
  let inst = func.first[block];
  while (func.op[inst] === Op.Const) inst = func.next[inst];
  return inst;
}
