// Checks that a function is well-formed: block and list structure, operand types, edges, dominance. A pass that
// leaves invalid IR fails here and not in LLVM. Blocks that cannot be reached are checked except for dominance.

import { computeCfg } from './analysis/cfg.js';
import { computeDominators, dominates } from './analysis/dominators.js';
import type { Func } from './function.js';
import type { BlockId, InstId, Signature, ValueId } from './function.js';
import type { ModuleContext } from './module-context.js';
import {
  Callee,
  Effect,
  Family,
  ImmKind,
  NORMAL_EDGE,
  Op,
  OPS,
  OperandRule,
  ResultRule,
  UNWIND_EDGE,
  accessAlignLog2,
  accessBytesLog2,
  accessSigned,
  isUnwind,
  opCallee,
  opEffect,
} from './ops.js';
import { printInstruction } from './printer.js';
import { SIMD_OPS, simdOpcode } from './simd-ops.js';
import { TYPE_BYTES, TYPE_NAMES, Type, TypeSet } from './types.js';

/** The rules that can be broken. */
export type IrRule =
  | 'entry'
  | 'list'
  | 'terminator'
  | 'type'
  | 'operand-count'
  | 'operand-type'
  | 'use'
  | 'dominance'
  | 'edge-count'
  | 'edge-target'
  | 'edge-args'
  | 'access'
  | 'lane'
  | 'result'
  | 'signature'
  | 'catch';

/** Invalid IR: a defect of whatever made it. */
export class IrError extends Error {
  constructor(
    readonly rule: IrRule,
    readonly func: Func,
    readonly block: BlockId,
    readonly inst: InstId,
    detail: string,
  ) {
    const at = inst >= 0 ? `, ${printInstruction(func, inst)}` : '';
    super(`invalid IR (${rule}): ${detail} in function ${func.index} "${func.name}", b${block}${at}`);
    this.name = 'IrError';
  }
}

/** Throws an `IrError` unless the function is well-formed. Calls are checked against `context` where it is given. */
export function verifyFunction(func: Func, context?: ModuleContext): void {
  new Verifier(func, context).run();
}

class Verifier {
  private block: BlockId = -1;
  private inst: InstId = -1;
  private readonly liveBlock: Uint8Array;
  /** 1 for the values that stand somewhere: parameters of live blocks and results of placed instructions. */
  private readonly placed: Uint8Array;
  /** Each instruction's place in its block. */
  private readonly place: Int32Array;

  constructor(
    private readonly func: Func,
    private readonly context: ModuleContext | undefined,
  ) {
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
      if (((opEffect[func.op[inst]] & Effect.Terminator) !== 0) !== isLast) this.fail('terminator', isLast ? 'no terminator' : 'terminator inside a block');
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
    const type = func.type[inst];
    if ((info.types & (1 << type)) === 0) this.fail('type', `${info.name} in ${TYPE_NAMES[type]}`);
    // How many operands are arguments, or returned: what the row says of single ones comes behind them.
    const args = func.operandCount[inst] - info.operands.length;
    if (info.isVariadic ? args < 0 : args !== 0) this.fail('operand-count', `${func.operandCount[inst]} operands`);
    const operands: ValueId[] = [];
    for (let k = 0; k < func.operandCount[inst]; k++) {
      const value = func.operand(inst, k);
      if (this.placed[value] !== 1) this.fail('use', `v${value} stands nowhere`);
      operands.push(value);
    }
    if (info.imm === ImmKind.From && (info.from & (1 << func.aux[inst])) === 0) this.fail('type', `from ${TYPE_NAMES[func.aux[inst]]}`);
    for (let k = 0; k < info.operands.length; k++) this.checkOperand(info.operands[k], operands[args + k], type, func.aux[inst]);
    if (info.imm === ImmKind.Access) this.checkAccess(inst, type);
    if (info.imm === ImmKind.Simd) this.checkSimd(inst, op, type, operands);
    this.checkResults(inst, info.result, type);
    this.checkSpecific(inst, op, type, operands.slice(0, args));
    this.checkEdges(inst, op);
  }

  private checkOperand(rule: OperandRule, value: ValueId, type: Type, from: Type): void {
    switch (rule) {
      case OperandRule.Same:
        return this.checkType('operand-type', value, type);
      case OperandRule.From:
        return this.checkType('operand-type', value, from);
      case OperandRule.I32:
        return this.checkType('operand-type', value, Type.I32);
      case OperandRule.I64:
        return this.checkType('operand-type', value, Type.I64);
      case OperandRule.Address:
        if (this.func.valueType[value] !== Type.I64) this.checkType('operand-type', value, Type.I32);
        return;
      case OperandRule.Reference:
        if (((1 << this.func.valueType[value]) & TypeSet.Ref) === 0) this.fail('operand-type', `v${value} is no reference`);
        return;
      case OperandRule.ExnRef:
        return this.checkType('operand-type', value, Type.ExnRef);
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
    for (let k = 0; k < expected; k++)
      this.checkType('result', func.firstResult[inst] + k, rule === ResultRule.I32 || rule === ResultRule.Bool ? Type.I32 : type);
  }

  /** What the op table cannot say; `args` are the operands in front of those that it types. */
  private checkSpecific(inst: InstId, op: Op, type: Type, args: ValueId[]): void {
    const { func, context } = this;
    if (op === Op.Return) this.checkTypes('signature', args, func.signature.results);
    else if (op === Op.Reinterpret && TYPE_BYTES[type] !== TYPE_BYTES[func.aux[inst]]) this.fail('type', 'reinterpret changes the width');
    else if (op === Op.Catch && func.first[this.block] !== inst) this.fail('catch', 'not the first of its block');
    if (context === undefined) return;
    const index = func.imm[inst];
    if (opCallee[op] !== Callee.None) {
      const signature = opCallee[op] === Callee.Direct ? context.functionSignature(index) : context.typeSignature(index);
      if (OPS[op].family === Family.TailCall) this.checkTailCall(args, signature);
      else this.checkCall(inst, args, signature);
    } else if (OPS[op].family === Family.Global && context.globalType(index) !== type) {
      this.fail('signature', `the global is ${TYPE_NAMES[context.globalType(index)]}`);
    }
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
    const { edges = 0 } = OPS[op].traits;
    if (edges === 'many' ? count === 0 : count !== edges) this.fail('edge-count', `${count} edges`);
    for (let k = 0; k < count; k++) {
      const edge = func.edge(inst, k);
      const target = func.edgeBlock[edge];
      if (this.liveBlock[target] !== 1) this.fail('edge-target', `b${target} is removed`);
      if (target === func.order[0]) this.fail('edge-target', 'the entry block');
      const catches = func.op[func.first[target]] === Op.Catch;
      if (catches !== (isUnwind(op) && k === UNWIND_EDGE)) this.fail('catch', `edge ${k} to b${target}`);
      const args = Array.from({ length: func.edgeArgCount[edge] }, (_, n) => func.edgeArg(edge, n));
      for (const value of args) if (this.placed[value] !== 1) this.fail('use', `v${value} stands nowhere`);
      this.checkTypes(
        'edge-args',
        args,
        func.blockParams[target].map((value) => func.valueType[value]),
      );
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
