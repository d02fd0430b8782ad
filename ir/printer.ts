// The text form of a function: everything that is in the IR and nothing else, so that the parser reads it back
// without the module. Aliases are resolved. Blocks and values are renumbered in the order they appear, so that the
// same function always prints the same; `ids: 'raw'` keeps the numbers of the data structure instead.

import type { Func } from './function.js';
import type { BlockId, EdgeId, InstId, ValueId } from './function.js';
import { ImmKind, Op, OPS, ResultRule, accessAlignLog2, accessBytesLog2, accessMemory, accessSigned } from './ops.js';
import type { Field, OpInfo } from './ops.js';
import { SIMD_OPS } from './simd-ops.js';
import { TYPE_NAMES, Type } from './types.js';

export interface PrintOptions {
  /** Numbers of blocks and values: in order of appearance (the default), or those of the data structure. */
  readonly ids?: 'canonical' | 'raw';
  /** Print ` !0x…`, the offset of the Wasm instruction, where there is one (default true). */
  readonly origins?: boolean;
}

/** The function in text form, ending in a newline. */
export function printFunction(func: Func, options: PrintOptions = {}): string {
  const printer = new Printer(func, options);
  const lines = [`func @${func.index} ${JSON.stringify(func.name)} ${typeList(func.signature.params)} -> ${typeList(func.signature.results)} {`];
  for (const block of func.order) {
    lines.push(printer.blockHeader(block));
    for (let inst = func.first[block]; inst >= 0; inst = func.next[inst]) lines.push(`  ${printer.instruction(inst)}`);
  }
  lines.push('}', '');
  return lines.join('\n');
}

/** One instruction in text form with raw numbers, for messages. */
export function printInstruction(func: Func, inst: InstId): string {
  return new Printer(func, { ids: 'raw' }).instruction(inst);
}

const typeList = (types: readonly Type[]): string => `(${types.map((type) => TYPE_NAMES[type]).join(', ')})`;

/** Hexadecimal digits of a 32-bit half. */
const hex32 = (half: number): string => (half >>> 0).toString(16).padStart(8, '0');

/** The bytes of a vector, in the order of memory. */
const vectorText = (func: Func, index: number): string => `0x${Buffer.from(func.vectors[index]).toString('hex')}`;

/** The immediate of a vector operation: `lane=2`, or the lane numbers of a shuffle. */
function simdText(func: Func, inst: InstId): string {
  switch (SIMD_OPS[func.imm[inst]].immediate) {
    case 'lane':
      return `lane=${func.imm2[inst]}`;
    case 'shuffle':
      return vectorText(func, func.imm2[inst]);
    case 'none':
      return '';
  }
}

/** The text of a constant: decimal for integers, bits for floats, bytes for vectors. */
function constantText(func: Func, inst: InstId): string {
  const low = func.imm[inst];
  const high = func.imm2[inst];
  switch (func.type[inst]) {
    case Type.I64:
      return ((BigInt(high) << 32n) | BigInt(low >>> 0)).toString();
    case Type.F32:
      return `0x${hex32(low)}`;
    case Type.F64:
      return `0x${hex32(high)}${hex32(low)}`;
    case Type.V128:
      return vectorText(func, low);
    default:
      return String(low);
  }
}

/** A float constant's value as a comment, else nothing. */
function constantComment(func: Func, inst: InstId): string {
  if (func.op[inst] !== Op.Const) return '';
  const view = new DataView(new ArrayBuffer(8));
  view.setInt32(0, func.imm[inst], true);
  view.setInt32(4, func.imm2[inst], true);
  const type = func.type[inst];
  if (type !== Type.F32 && type !== Type.F64) return '';
  const value = type === Type.F32 ? view.getFloat32(0, true) : view.getFloat64(0, true);
  return `; ${Object.is(value, -0) ? '-0' : value}`;
}

/** The text of a number in `imm` or `imm2`: `@3`, of a local variable `local=3`. */
const fieldText = (field: Field, value: number): string => (field === 'local' ? `local=${value}` : `@${value}`);

/** The text of a memory access: `mem0 +16 bytes=1 signed align=1`. */
function accessText(func: Func, inst: InstId): string {
  const aux = func.aux[inst];
  const offset = BigInt(func.imm[inst] >>> 0) | (BigInt(func.imm2[inst] >>> 0) << 32n);
  const signed = accessSigned(aux) ? ' signed' : '';
  return `mem${accessMemory(aux)} +${offset} bytes=${1 << accessBytesLog2(aux)}${signed} align=${2 ** accessAlignLog2(aux)}`;
}

class Printer {
  private readonly valueNumber: Int32Array;
  private readonly blockNumber: Int32Array;
  private readonly origins: boolean;

  constructor(
    private readonly func: Func,
    options: PrintOptions,
  ) {
    this.origins = options.origins ?? true;
    this.valueNumber = new Int32Array(func.valueCount).map((_, value) => value);
    this.blockNumber = new Int32Array(func.blockCount).map((_, block) => block);
    if (options.ids !== 'raw') this.renumber();
  }

  private renumber(): void {
    const { func, valueNumber, blockNumber } = this;
    let count = 0;
    for (let i = 0; i < func.order.length; i++) {
      const block = func.order[i];
      blockNumber[block] = i;
      for (const param of func.blockParams[block]) valueNumber[param] = count++;
      for (let inst = func.first[block]; inst >= 0; inst = func.next[inst]) {
        for (let k = 0; k < func.resultCount[inst]; k++) valueNumber[func.firstResult[inst] + k] = count++;
      }
    }
  }

  blockHeader(block: BlockId): string {
    const params = this.func.blockParams[block].map((value) => `${this.value(value)}: ${TYPE_NAMES[this.func.valueType[value]]}`);
    return `${this.block(block)}${params.length > 0 ? `(${params.join(', ')})` : ''}:`;
  }

  instruction(inst: InstId): string {
    const { func } = this;
    const info = OPS[func.op[inst]];
    const parts: string[] = [];
    const results: string[] = [];
    const resultTypes: string[] = [];
    for (let k = 0; k < func.resultCount[inst]; k++) {
      results.push(this.value(func.firstResult[inst] + k));
      resultTypes.push(TYPE_NAMES[func.valueType[func.firstResult[inst] + k]]);
    }
    if (results.length > 0) parts.push(`${results.join(', ')} =`);
    if (info.imm === ImmKind.Simd) parts.push(SIMD_OPS[func.imm[inst]].name);
    else parts.push(func.type[inst] === Type.None ? info.name : `${info.name}.${TYPE_NAMES[func.type[inst]]}`);
    const immediate = this.immediate(inst, info);
    if (immediate !== '') parts.push(immediate);
    const operands: string[] = [];
    for (let k = 0; k < func.operandCount[inst]; k++) operands.push(this.value(func.operand(inst, k)));
    for (let k = 0; k < func.edgeCount[inst]; k++) operands.push(this.edge(func.edge(inst, k)));
    if (info.isVariadic) parts.push(`(${operands.join(', ')})`);
    else if (operands.length > 0) parts.push(operands.join(', '));
    if (info.result === ResultRule.Callee && results.length > 0) parts.push(`-> ${resultTypes.join(', ')}`);
    if (this.origins && func.origin[inst] !== 0) parts.push(`!0x${func.origin[inst].toString(16)}`);
    const comment = constantComment(func, inst);
    if (comment !== '') parts.push(comment);
    return parts.join(' ');
  }

  private immediate(inst: InstId, { imm, fields }: OpInfo): string {
    const { func } = this;
    switch (imm) {
      case ImmKind.Bits:
        return constantText(func, inst);
      case ImmKind.Access:
        return accessText(func, inst);
      case ImmKind.Fields:
        return fields.map((field, k) => fieldText(field, k === 0 ? func.imm[inst] : func.imm2[inst])).join(' ');
      case ImmKind.Simd:
        return simdText(func, inst);
      case ImmKind.From:
        return `from=${TYPE_NAMES[func.aux[inst]]}`;
      default:
        return '';
    }
  }

  private edge(edge: EdgeId): string {
    const args: string[] = [];
    for (let k = 0; k < this.func.edgeArgCount[edge]; k++) args.push(this.value(this.func.edgeArg(edge, k)));
    return `${this.block(this.func.edgeBlock[edge])}${args.length > 0 ? `(${args.join(', ')})` : ''}`;
  }

  private value(value: ValueId): string {
    return `v${this.valueNumber[value]}`;
  }
  private block(block: BlockId): string {
    return `b${this.blockNumber[block]}`;
  }
}
