// Reads the text form that `printer.ts` writes. Line oriented: a header, blocks, instructions, a closing brace;
// `;` starts a comment. Values may be used above their definition (blocks are in any order).

import { Func } from './function.js';
import type { BlockId, InstId, ValueId } from './function.js';
import { ImmKind, type Op, OPS, ResultRule, packAccess } from './ops.js';
import type { Field, OpInfo } from './ops.js';
import { SIMD_OPS, simdOpNamed, simdOpcode } from './simd-ops.js';
import { Type, typeNamed } from './types.js';

/** The text is not in the form that the printer writes. */
export class IrSyntaxError extends Error {
  /** `line` counts from 1. */
  constructor(
    readonly line: number,
    detail: string,
  ) {
    super(`line ${line}: ${detail}`);
    this.name = 'IrSyntaxError';
  }
}

/** The function that `text` describes. Numbers of blocks and values are given anew, in order of appearance. */
export function parseFunction(text: string): Func {
  return new Parser(text).parse();
}

const OP_BY_NAME: ReadonlyMap<string, Op> = new Map(OPS.map((info, op) => [info.name, op]));
const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|(->|[@(),:={}+!])|(-?\w[\w.]*)|(;.*$))/y;

/** The tokens of one line and a position in them. */
class Line {
  private at = 0;
  constructor(
    readonly number: number,
    readonly tokens: readonly string[],
  ) {}

  fail(detail: string): never {
    throw new IrSyntaxError(this.number, detail);
  }
  get done(): boolean {
    return this.at >= this.tokens.length;
  }
  peek(ahead = 0): string {
    return this.tokens[this.at + ahead] ?? '';
  }
  take(): string {
    if (this.done) this.fail('unexpected end of line');
    return this.tokens[this.at++];
  }
  accept(token: string): boolean {
    if (this.peek() !== token) return false;
    this.at++;
    return true;
  }
  expect(token: string): void {
    if (!this.accept(token)) this.fail(`expected "${token}", found "${this.peek()}"`);
  }
  integer(): bigint {
    const token = this.take();
    if (!/^-?(0x[0-9a-f]+|\d+)$/.test(token)) this.fail(`expected a number, found "${token}"`);
    return BigInt(token);
  }
  int(): number {
    return Number(this.integer());
  }
  /** The number of a token like `v12`. */
  numbered(prefix: string): number {
    const token = this.take();
    if (!token.startsWith(prefix) || !/^\d+$/.test(token.slice(prefix.length))) this.fail(`expected "${prefix}N", found "${token}"`);
    return Number(token.slice(prefix.length));
  }
  type(): Type {
    const token = this.take();
    return typeNamed(token) ?? this.fail(`unknown type "${token}"`);
  }
  /** Items separated by commas up to a closing parenthesis; the opening one is taken. */
  list<T>(item: () => T): T[] {
    const items: T[] = [];
    if (this.accept(')')) return items;
    do items.push(item());
    while (this.accept(','));
    this.expect(')');
    return items;
  }
}

/** The non-empty lines of the text as tokens. */
function tokenize(text: string): Line[] {
  const lines: Line[] = [];
  text.split('\n').forEach((source, index) => {
    const tokens: string[] = [];
    TOKEN.lastIndex = 0;
    const trimmed = source.trimEnd();
    while (TOKEN.lastIndex < trimmed.length) {
      const at = TOKEN.lastIndex;
      const match = TOKEN.exec(trimmed);
      if (match === null) throw new IrSyntaxError(index + 1, `unexpected "${trimmed.slice(at).trim()}"`);
      if (match[4] === undefined) tokens.push(match[1] ?? match[2] ?? match[3]);
    }
    if (tokens.length > 0) lines.push(new Line(index + 1, tokens));
  });
  return lines;
}

class Parser {
  private readonly lines: Line[];
  private func = new Func(0, { params: [], results: [] });
  private block: BlockId = -1;
  private readonly blocks = new Map<number, BlockId>();
  private readonly values = new Map<number, ValueId>();
  /** Places in the operand pool and the numbers of the values to put there at the end. */
  private readonly uses: { readonly at: number; readonly value: number; readonly line: Line }[] = [];

  constructor(text: string) {
    this.lines = tokenize(text);
  }

  parse(): Func {
    const [header, ...body] = this.lines;
    if (header === undefined) throw new IrSyntaxError(1, 'no function');
    this.header(header);
    const end = body.pop();
    if (end === undefined) throw new IrSyntaxError(header.number, 'no body');
    end.expect('}');
    for (const line of body) {
      if (!isBlockHeader(line)) continue;
      const number = line.numbered('b');
      if (this.blocks.has(number)) line.fail(`b${number} is defined twice`);
      this.blocks.set(number, this.func.newBlock());
    }
    let next = 0;
    for (const line of body) {
      if (isBlockHeader(line) || line.peek() === '(' || line.peek() === ':') this.blockHeader(line, next++);
      else this.instruction(line);
      if (!line.done) line.fail(`unexpected "${line.peek()}"`);
    }
    for (const { at, value, line } of this.uses) {
      this.func.pool[at] = this.values.get(value) ?? line.fail(`v${value} is not defined`);
    }
    return this.func;
  }

  private header(line: Line): void {
    line.expect('func');
    line.expect('@');
    const index = line.int();
    const name: unknown = JSON.parse(line.take());
    line.expect('(');
    const params = line.list(() => line.type());
    line.expect('->');
    line.expect('(');
    const results = line.list(() => line.type());
    line.expect('{');
    this.func = new Func(index, { params, results });
    this.func.name = String(name);
  }

  /** The rest of a block header; its number has been read. */
  private blockHeader(line: Line, position: number): void {
    this.block = this.func.order[position];
    if (line.accept('(')) {
      line.list(() => {
        const number = line.numbered('v');
        line.expect(':');
        this.define(line, number, this.func.addParam(this.block, line.type()));
      });
    }
    line.expect(':');
  }

  private define(line: Line, number: number, value: ValueId): void {
    if (this.values.has(number)) line.fail(`v${number} is defined twice`);
    this.values.set(number, value);
  }

  private instruction(line: Line): void {
    if (this.block < 0) line.fail('no block yet');
    const results: number[] = [];
    if (line.tokens.includes('=') && /^v\d+$/.test(line.peek())) {
      do results.push(line.numbered('v'));
      while (line.accept(','));
      line.expect('=');
    }
    const row = simdOpNamed(line.peek());
    const [op, type] = this.operation(line, row);
    const info = OPS[op];
    const inst = this.func.newInst(op, type, info.result === ResultRule.Callee ? this.calleeResults(line) : undefined);
    if (this.func.resultCount[inst] !== results.length) line.fail(`${this.func.resultCount[inst]} results, ${results.length} named`);
    results.forEach((number, k) => this.define(line, number, this.func.firstResult[inst] + k));
    if (row >= 0) this.simd(line, inst, row);
    else this.immediate(line, inst, info);
    this.operands(line, inst, info.isVariadic);
    if (line.accept('->'))
      do line.type();
      while (line.accept(','));
    if (line.accept('!')) this.func.origin[inst] = line.int();
    this.func.append(this.block, inst);
  }

  /** `name` or `name.type`, or the mnemonic of a vector operation. */
  private operation(line: Line, row: number): [Op, Type] {
    const token = line.take();
    if (row >= 0) return [simdOpcode(row), SIMD_OPS[row].result];
    const plain = OP_BY_NAME.get(token);
    if (plain !== undefined) return [plain, Type.None];
    const dot = token.lastIndexOf('.');
    const op = OP_BY_NAME.get(token.slice(0, dot));
    const type = typeNamed(token.slice(dot + 1));
    if (op === undefined || type === undefined) line.fail(`unknown operation "${token}"`);
    return [op, type];
  }

  /** The types after `->`, which stands further on in the line. */
  private calleeResults(line: Line): Type[] {
    const arrow = line.tokens.indexOf('->');
    const types: Type[] = [];
    if (arrow < 0) return types;
    for (let at = arrow; at === arrow || line.tokens[at] === ','; at += 2) {
      types.push(typeNamed(line.tokens[at + 1]) ?? line.fail(`unknown type "${line.tokens[at + 1]}"`));
    }
    return types;
  }

  private immediate(line: Line, inst: InstId, { imm, fields }: OpInfo): void {
    const { func } = this;
    switch (imm) {
      case ImmKind.Bits:
        return this.constant(line, inst);
      case ImmKind.Access:
        return this.access(line, inst);
      case ImmKind.From:
        line.expect('from');
        line.expect('=');
        func.aux[inst] = line.type();
        return;
      case ImmKind.Fields:
        fields.forEach((field, k) => {
          (k === 0 ? func.imm : func.imm2)[inst] = this.field(line, field);
        });
    }
  }

  /** `@3`, of a local variable `local=3`. */
  private field(line: Line, field: Field): number {
    if (field === 'local') {
      line.expect('local');
      line.expect('=');
    } else line.expect('@');
    return line.int();
  }

  private constant(line: Line, inst: InstId): void {
    const { func } = this;
    if (func.type[inst] === Type.V128) {
      func.imm[inst] = this.vector(line);
      return;
    }
    const bits = line.integer();
    func.imm[inst] = Number(BigInt.asIntN(32, bits));
    if (func.type[inst] === Type.I64 || func.type[inst] === Type.F64) func.imm2[inst] = Number(BigInt.asIntN(32, bits >> 32n));
  }

  /** 16 bytes as hexadecimal digits; their place in `func.vectors`. */
  private vector(line: Line): number {
    const bytes = Buffer.from(line.take().slice(2), 'hex');
    if (bytes.length !== 16) line.fail('expected 16 bytes');
    return this.func.vectorIndex(Uint8Array.from(bytes));
  }

  /** `lane=2`, or the lane numbers of a shuffle. */
  private simd(line: Line, inst: InstId, row: number): void {
    const { immediate } = SIMD_OPS[row];
    this.func.imm[inst] = row;
    if (immediate === 'shuffle') this.func.imm2[inst] = this.vector(line);
    if (immediate !== 'lane') return;
    line.expect('lane');
    line.expect('=');
    this.func.imm2[inst] = line.int();
  }

  /** `mem0 +16 bytes=1 signed align=1`. */
  private access(line: Line, inst: InstId): void {
    const { func } = this;
    const memory = line.numbered('mem');
    line.expect('+');
    const offset = line.integer();
    line.expect('bytes');
    line.expect('=');
    const bytes = line.int();
    const signed = line.accept('signed');
    line.expect('align');
    line.expect('=');
    const align = line.int();
    func.imm[inst] = Number(BigInt.asIntN(32, offset));
    func.imm2[inst] = Number(BigInt.asIntN(32, offset >> 32n));
    func.aux[inst] = packAccess(memory, Math.log2(align), Math.log2(bytes), signed);
  }

  /** Operands and edges, in parentheses where the op takes any number. */
  private operands(line: Line, inst: InstId, variadic: boolean): void {
    if (variadic) {
      line.expect('(');
      line.list(() => (line.peek().startsWith('b') ? this.edge(line, inst) : this.operand(line, inst)));
    } else if (/^[vb]\d+$/.test(line.peek())) {
      do {
        if (line.peek().startsWith('b')) this.edge(line, inst);
        else this.operand(line, inst);
      } while (line.accept(','));
    }
  }

  private operand(line: Line, inst: InstId): void {
    const value = line.numbered('v');
    this.func.addOperand(inst, -1);
    this.uses.push({ at: this.func.poolLength - 1, value, line });
  }

  private edge(line: Line, inst: InstId): void {
    const number = line.numbered('b');
    const edge = this.func.addEdge(inst, this.blocks.get(number) ?? line.fail(`b${number} is not defined`));
    if (!line.accept('(')) return;
    line.list(() => {
      const value = line.numbered('v');
      this.func.addEdgeArg(edge, -1);
      this.uses.push({ at: this.func.poolLength - 1, value, line });
    });
  }
}

/** Whether the line begins with `bN(` or `bN:`. */
function isBlockHeader(line: Line): boolean {
  return /^b\d+$/.test(line.peek()) && (line.peek(1) === '(' || line.peek(1) === ':');
}
