// Checks that a function is well-formed: block and list structure, operand types, edges, dominance. A pass that
// leaves invalid IR fails here and not in LLVM. Blocks that cannot be reached are checked except for dominance.

import { computeCfg } from './analysis/cfg.js';
import { computeDominators, dominates } from './analysis/dominators.js';
import { Func } from './function.js';
import type { BlockId, InstId, Signature, ValueId } from './function.js';
import type { ModuleContext } from './module-context.js';
import { Effect, ImmKind, NORMAL_EDGE, Op, OPS, ResultRule, UNWIND_EDGE, accessAlignLog2, accessBytesLog2, accessSigned, isUnwind } from './ops.js';
import { printInstruction } from './printer.js';
import { SIMD_OPS, simdOpcode } from './simd-ops.js';
import { OperandRule, TYPING, TypeSet } from './typing.js';
import { TYPE_BYTES, TYPE_NAMES, Type } from './types.js';

/** The rules that can be broken. */
export type IrRule =
  | 'entry' | 'list' | 'terminator' | 'type' | 'operand-count' | 'operand-type' | 'use' | 'dominance'
  | 'edge-count' | 'edge-target' | 'edge-args' | 'access' | 'lane' | 'result' | 'signature' | 'catch';

/** Invalid IR: a defect of whatever made it. */
export class IrError extends Error {
  constructor(readonly rule: IrRule, readonly func: Func, readonly block: BlockId, readonly inst: InstId, detail: string) {
    const at = inst >= 0 ? `, ${printInstruction(func, inst)}` : '';
    super(`invalid IR (${rule}): ${detail} in function ${func.index} "${func.name}", b${block}${at}`);
    this.name = 'IrError';
  }
}

/** Throws an `IrError` unless the function is well-formed. Calls are checked against `context` where it is given. */
export function verifyFunction(func: Func, context?: ModuleContext): void {
  new Verifier(func, context).run();
}

/** Calls whose last operand is an index in a table, or a reference. */
const INDIRECT: ReadonlySet<Op> = new Set([Op.CallIndirect, Op.CallIndirectUnwind, Op.ReturnCallIndirect]);
const REFERRED: ReadonlySet<Op> = new Set([Op.CallRef, Op.CallRefUnwind, Op.ReturnCallRef]);

class Verifier {
  private block: BlockId = -1;
  private inst: InstId = -1;
  private readonly liveBlock: Uint8Array;
  /** 1 for the values that stand somewhere: parameters of live blocks and results of placed instructions. */
  private readonly placed: Uint8Array;
  /** Each instruction's place in its block. */
  private readonly place: Int32Array;

  constructor(private readonly func: Func, private readonly context: ModuleContext | undefined) {
    this.liveBlock = new Uint8Array(func.blockCount);
    this.placed = new Uint8Array(func.valueCount);
    this.place = new Int32Array(func.instCount);
  }

  private fail(rule: IrRule, detail: string): never {
    throw new IrError(rule, this.func, this.block, this.inst, detail);
  }

  run(): void {
    const { func } = this;
    if (func.order.length === 0) this.fail('entry', 'no blocks');
    for (const block of func.order) this.checkList(block);
    this.checkEntry();
    for (const block of func.order) {
      this.block = block;
      for (let inst = func.first[block]; inst >= 0; inst = func.next[inst]) {
        this.inst = inst;
        this.checkInstruction(inst);
      }
    }
    this.checkDominance();
  }

  /** The block's list is consistent, ends in its only terminator, and marks what stands in it. */
  private checkList(block: BlockId): void {
    const { func } = this;
    this.block = block;
    this.inst = -1;
    if (this.liveBlock[block] === 1) this.fail('list', 'block listed twice');
    this.liveBlock[block] = 1;
    for (const param of func.blockParams[block]) {
      if (func.valueDef[param] !== ~block || this.placed[param] === 1) this.fail('list', `parameter v${param} belongs elsewhere`);
      this.placed[param] = 1;
    }
    let before = -1;
    let place = 0;
    for (let inst = func.first[block]; inst >= 0; inst = func.next[inst]) {
      this.inst = inst;
      if (func.instBlock[inst] !== block || func.prev[inst] !== before || place > func.instCount) this.fail('list', 'links disagree');
      const isLast = func.next[inst] < 0;
      if (((OPS[func.op[inst]].effect & Effect.Terminator) !== 0) !== isLast) this.fail('terminator', isLast ? 'no terminator' : 'terminator inside a block');
      for (let k = 0; k < func.resultCount[inst]; k++) {
        const value = func.firstResult[inst] + k;
        if (func.valueDef[value] !== inst) this.fail('result', `result v${value} is another's`);
        this.placed[value] = 1;
      }
      this.place[inst] = place++;
      before = inst;
    }
    if (before < 0) this.fail('terminator', 'empty block');
    if (func.last[block] !== before) this.fail('list', 'last instruction differs');
  }

  private checkEntry(): void {
    const { func } = this;
    this.block = func.order[0];
    this.inst = -1;
    this.checkTypes('entry', func.blockParams[func.order[0]], func.signature.params);
  }

  private checkTypes(rule: IrRule, values: ArrayLike<ValueId>, types: readonly Type[]): void {
    if (values.length !== types.length) this.fail(rule, `${values.length} values where ${types.length} are expected`);
    for (let k = 0; k < types.length; k++) this.checkType(rule, values[k], types[k]);
  }

  private checkType(rule: IrRule, value: ValueId, type: Type): void {
    const actual = this.func.valueType[value];
    if (actual !== type) this.fail(rule, `v${value} is ${TYPE_NAMES[actual]}, expected ${TYPE_NAMES[type]}`);
  }

  private checkInstruction(inst: InstId): void {
    const { func } = this;
    const op = func.op[inst];
    const info = OPS[op];
    const rule = TYPING[op];
    const type = func.type[inst];
    if ((rule.types & (1 << type)) === 0) this.fail('type', `${info.name} in ${TYPE_NAMES[type]}`);
    if (info.operands >= 0 && func.operandCount[inst] !== info.operands) this.fail('operand-count', `${func.operandCount[inst]} operands`);
    const operands: ValueId[] = [];
    for (let k = 0; k < func.operandCount[inst]; k++) {
      const value = func.operand(inst, k);
      if (this.placed[value] !== 1) this.fail('use', `v${value} stands nowhere`);
      operands.push(value);
    }
    if (info.imm === ImmKind.From && (rule.from & (1 << func.aux[inst])) === 0) this.fail('type', `from ${TYPE_NAMES[func.aux[inst]]}`);
    for (let k = 0; k < rule.operands.length; k++) this.checkOperand(rule.operands[k], operands[k], type, func.aux[inst]);
    if (info.imm === ImmKind.Access) this.checkAccess(inst, type);
    if (info.imm === ImmKind.Simd) this.checkSimd(inst, op, type, operands);
    this.checkResults(inst, info.result, type);
    this.checkSpecific(inst, op, type, operands);
    this.checkEdges(inst, op);
  }

  private checkOperand(rule: OperandRule, value: ValueId, type: Type, from: Type): void {
    switch (rule) {
      case OperandRule.Same: return this.checkType('operand-type', value, type);
      case OperandRule.From: return this.checkType('operand-type', value, from);
      case OperandRule.I32: return this.checkType('operand-type', value, Type.I32);
      case OperandRule.I64: return this.checkType('operand-type', value, Type.I64);
      case OperandRule.Address:
        if (this.func.valueType[value] !== Type.I64) this.checkType('operand-type', value, Type.I32);
        return;
      case OperandRule.Row: // looked at by `checkSimd`
    }
  }

  private checkAccess(inst: InstId, type: Type): void {
    const { func } = this;
    const aux = func.aux[inst];
    const bytes = 1 << accessBytesLog2(aux);
    if (type === Type.None) return; // atomic.notify has no width of its own
    const full = TYPE_BYTES[type];
    const mayBeNarrow = type === Type.I32 || type === Type.I64;
    if (bytes > full || (bytes < full && !mayBeNarrow)) this.fail('access', `${bytes} bytes of ${TYPE_NAMES[type]}`);
    if (accessSigned(aux) && (func.op[inst] !== Op.Load || bytes === full)) this.fail('access', 'signed');
    if (accessAlignLog2(aux) > accessBytesLog2(aux)) this.fail('access', 'alignment above the natural one');
  }

  private checkSimd(inst: InstId, op: Op, type: Type, operands: ValueId[]): void {
    const { func } = this;
    const row = SIMD_OPS[func.imm[inst]];
    if (row === undefined || simdOpcode(func.imm[inst]) !== op || row.result !== type) this.fail('type', 'row of the vector operation');
    this.checkTypes('operand-type', operands, row.operands);
    const immediate = func.imm2[inst];
    if (row.immediate === 'lane' && (immediate < 0 || immediate >= row.lanes)) this.fail('lane', `lane ${immediate}`);
    if (row.immediate === 'shuffle' && func.vectors[immediate]?.every((lane) => lane < 32) !== true) this.fail('lane', 'shuffle');
  }

  private checkResults(inst: InstId, rule: ResultRule, type: Type): void {
    const { func } = this;
    if (rule === ResultRule.Callee) return;
    const expected = rule === ResultRule.None ? 0 : rule === ResultRule.Pair ? 2 : 1;
    if (func.resultCount[inst] !== expected) this.fail('result', `${func.resultCount[inst]} results`);
    for (let k = 0; k < expected; k++) this.checkType('result', func.firstResult[inst] + k, rule === ResultRule.I32 ? Type.I32 : type);
  }

  /** What the table of typing rules cannot say. */
  private checkSpecific(inst: InstId, op: Op, type: Type, operands: ValueId[]): void {
    const { func, context } = this;
    if (op === Op.Return) this.checkTypes('signature', operands, func.signature.results);
    else if (op === Op.Reinterpret && TYPE_BYTES[type] !== TYPE_BYTES[func.aux[inst]]) this.fail('type', 'reinterpret changes the width');
    else if (op === Op.TableGrow) {
      this.checkReference(operands[0]);
      this.checkType('operand-type', operands[1], type);
    } else if (op === Op.TableFill) {
      this.checkOperand(OperandRule.Address, operands[0], type, Type.None);
      this.checkReference(operands[1]);
      this.checkOperand(OperandRule.Address, operands[2], type, Type.None);
    }
    else if (op === Op.ExnValue) this.checkType('operand-type', operands[0], Type.ExnRef);
    else if (op === Op.Catch && func.first[this.block] !== inst) this.fail('catch', 'not the first of its block');
    else if (INDIRECT.has(op) || REFERRED.has(op)) {
      if (operands.length === 0) this.fail('operand-count', 'no callee');
      if (INDIRECT.has(op)) this.checkOperand(OperandRule.Address, operands[operands.length - 1], type, Type.None);
    }
    if (context === undefined) return;
    if (op === Op.Call || op === Op.CallUnwind) this.checkCall(inst, operands, context.functionSignature(func.imm[inst]));
    else if (op === Op.CallIndirect || op === Op.CallRef || op === Op.CallIndirectUnwind || op === Op.CallRefUnwind) this.checkCall(inst, operands.slice(0, -1), context.typeSignature(func.imm[inst]));
    else if (op === Op.ReturnCall) this.checkTailCall(operands, context.functionSignature(func.imm[inst]));
    else if (op === Op.ReturnCallIndirect || op === Op.ReturnCallRef) this.checkTailCall(operands.slice(0, -1), context.typeSignature(func.imm[inst]));
    else if (op === Op.GlobalGet || op === Op.GlobalSet) {
      if (context.globalType(func.imm[inst]) !== type) this.fail('signature', `the global is ${TYPE_NAMES[context.globalType(func.imm[inst])]}`);
    }
  }

  private checkReference(value: ValueId): void {
    if (((1 << this.func.valueType[value]) & TypeSet.Ref) === 0) this.fail('operand-type', `v${value} is no reference`);
  }

  private checkCall(inst: InstId, args: ValueId[], signature: Signature): void {
    const { func } = this;
    this.checkTypes('signature', args, signature.params);
    const results = Array.from({ length: func.resultCount[inst] }, (_, k) => func.firstResult[inst] + k);
    this.checkTypes('signature', results, signature.results);
  }

  private checkTailCall(args: ValueId[], signature: Signature): void {
    this.checkTypes('signature', args, signature.params);
    const { results } = this.func.signature;
    const same = results.length === signature.results.length && results.every((type, k) => type === signature.results[k]);
    if (!same) this.fail('signature', 'the callee has other results than the function');
  }

  private checkEdges(inst: InstId, op: Op): void {
    const { func } = this;
    const count = func.edgeCount[inst];
    const least = op === Op.Br || op === Op.BrTable ? 1 : op === Op.BrIf || isUnwind(op) ? 2 : 0;
    if (count < least || (count > least && op !== Op.BrTable)) this.fail('edge-count', `${count} edges`);
    for (let k = 0; k < count; k++) {
      const edge = func.edge(inst, k);
      const target = func.edgeBlock[edge];
      if (this.liveBlock[target] !== 1) this.fail('edge-target', `b${target} is removed`);
      if (target === func.order[0]) this.fail('edge-target', 'the entry block');
      const catches = func.op[func.first[target]] === Op.Catch;
      if (catches !== (isUnwind(op) && k === UNWIND_EDGE)) this.fail('catch', `edge ${k} to b${target}`);
      const args = Array.from({ length: func.edgeArgCount[edge] }, (_, n) => func.edgeArg(edge, n));
      for (const value of args) if (this.placed[value] !== 1) this.fail('use', `v${value} stands nowhere`);
      this.checkTypes('edge-args', args, func.blockParams[target].map((value) => func.valueType[value]));
    }
  }

  private checkDominance(): void {
    const { func } = this;
    const cfg = computeCfg(func);
    const tree = computeDominators(func, cfg);
    const checkUse = (value: ValueId): void => {
      const definition = func.definition(value);
      const home = definition < 0 ? func.paramBlock(value) : func.instBlock[definition];
      if (definition >= 0 && home === this.block) {
        if (this.place[definition] >= this.place[this.inst]) this.fail('dominance', `v${value} is used before its definition`);
      } else if (cfg.position[home] < 0 || !dominates(tree, home, this.block)) {
        this.fail('dominance', `v${value} of b${home} does not reach`);
      }
    };
    for (const block of cfg.order) {
      this.block = block;
      for (let inst = func.first[block]; inst >= 0; inst = func.next[inst]) {
        this.inst = inst;
        for (let k = 0; k < func.operandCount[inst]; k++) checkUse(func.operand(inst, k));
        for (let k = 0; k < func.edgeCount[inst]; k++) {
          const edge = func.edge(inst, k);
          const withResults = k === NORMAL_EDGE && isUnwind(func.op[inst]);
          for (let n = 0; n < func.edgeArgCount[edge]; n++) {
            if (!withResults || func.definition(func.edgeArg(edge, n)) !== inst) checkUse(func.edgeArg(edge, n));
          }
        }
      }
    }
  }
}
