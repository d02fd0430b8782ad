// hot
// How LLVM IR is spelled: the instructions of a function, its basic blocks, and what ends them. What an instruction is wanted for
// is none of its business. Operands and types are texts of LLVM; a method that makes a value returns its register, which is a
// new one unless the caller names it. Source: the LLVM language reference.
// Blocks are kept until the function is finished, so that a phi can be written once it is known where each block ended.

import type { TrapKind } from '../../runtime-c/tables/traps.js';
import type { SymbolName } from '../symbols.js';
import type { InlineAssembly, JumpTableText } from '../kernel-target.js';
import { escaped } from './llvm-text.js';

/** A register, a constant or a global, without its type. */
export type Operand = string;
/** A type of LLVM. */
export type LlvmType = string;
/** A basic block, without `%`. */
export type Label = string;

export type Binary =
  | 'add'
  | 'add nuw'
  | 'sub'
  | 'mul'
  | 'sdiv'
  | 'udiv'
  | 'srem'
  | 'urem'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'lshr'
  | 'ashr'
  | 'fadd'
  | 'fsub'
  | 'fmul'
  | 'fdiv';
export type IntegerPredicate = 'eq' | 'ne' | 'slt' | 'ult' | 'sgt' | 'ugt' | 'sle' | 'ule' | 'sge' | 'uge';
export type FloatPredicate = 'oeq' | 'une' | 'olt' | 'ogt' | 'ole' | 'oge' | 'uno';
export type Cast = 'trunc' | 'zext' | 'sext' | 'fptrunc' | 'fpext' | 'fptosi' | 'fptoui' | 'sitofp' | 'uitofp' | 'bitcast' | 'ptrtoint' | 'inttoptr';
export type AtomicOperation = 'add' | 'sub' | 'and' | 'or' | 'xor' | 'xchg';

/** How a call is made: LLVM decides whether it becomes a jump, it does not, it must. */
export type CallKind = 'call' | 'notail call' | 'musttail call';

/** What a load or store may assume of others; the metadata stands in every partition (`METADATA`). */
export const enum Scope {
  /** Nothing. */
  Any,
  /** Variables of the module or the runtime, which no access of linear memory touches. */
  Own,
  /** Linear memory, which holds no such variable. */
  Memory,
  /** What never changes once it is read. */
  Invariant,
}

const SCOPES = ['', ', !alias.scope !5', ', !noalias !5', ', !invariant.load !2'] as const;

/** How likely a branch is. */
export const enum Likely {
  Unknown,
  Not,
  Yes,
}

const WEIGHTS = ['', ', !prof !0', ', !prof !1'] as const;

/** The metadata that instructions name. */
export const METADATA = `!0 = !{!"branch_weights", i32 1, i32 1048575}
!1 = !{!"branch_weights", i32 1048575, i32 1}
!2 = !{}
!3 = distinct !{!3}
!4 = distinct !{!4, !3}
!5 = !{!4}
`;
/** Flags of a module, from the first free number on. */
export function moduleFlags(flags: readonly (readonly [behaviour: number, name: string, value: number])[]): string {
  const rows = flags.map(([behaviour, name, value], i) => `!${FIRST_FREE_METADATA + i} = !{i32 ${behaviour}, !"${name}", i32 ${value}}\n`);
  return `!llvm.module.flags = !{${rows.map((_row, i) => `!${FIRST_FREE_METADATA + i}`).join(', ')}}\n${rows.join('')}`;
}

/** Metadata from this number on is free. */
export const FIRST_FREE_METADATA = 6;

/** The groups of attributes that a partition defines (`attributeGroups`). */
export const enum Attributes {
  /** Functions of the module. */
  Function = 0,
  /** Functions that are called. */
  Callee = 1,
  /** Traps. */
  Trap = 2,
  ReturnsTwice = 3,
  /** A trap whose place matters, so that LLVM does not merge it with others. */
  PlacedTrap = 4,
  Throw = 5,
  /** Functions that run once and may be long: compiled without optimization. */
  Once = 6,
}

/** `#N`. */
export const attribute = (group: Attributes): string => `#${group}`;

/** The attribute groups of a partition. `unwinds`: functions may end by an exception; `frames`: they need frame pointers; `machine`: CPU and level. */
export function attributeGroups(unwinds: boolean, frames: boolean, machine: string): string {
  const ends = unwinds ? '' : 'nounwind ',
    frame = frames ? '"frame-pointer"="all" ' : '';
  return `attributes #0 = { ${ends}uwtable ${frame}"probe-stack"="inline-asm" "no-builtin-strlen" "no-builtin-wcslen" "no-builtin-bcmp" ${machine} }
attributes #1 = { ${unwinds ? 'uwtable' : 'nounwind'} }
attributes #2 = { nounwind noreturn cold }
attributes #3 = { nounwind returns_twice }
attributes #4 = { nounwind noreturn cold nomerge }
attributes #5 = { noreturn cold }
attributes #6 = { ${ends}noinline optnone uwtable ${frame}"probe-stack"="inline-asm" ${machine.replaceAll(/\b(?:min|opt)size\b/g, '')} }
`;
}

/** The same for code in ring 0, where nothing unwinds and what does not return is followed by an instruction that stops. */
export function kernelAttributeGroups(functions: string, machine: string): string {
  return `attributes #0 = { ${functions} "no-builtin-strlen" "no-builtin-wcslen" "no-builtin-bcmp" ${machine} }
attributes #1 = { nounwind }
attributes #2 = { nounwind cold }
attributes #3 = { nounwind returns_twice }
attributes #4 = { nounwind cold nomerge }
attributes #5 = { cold }
attributes #6 = { ${functions} noinline optnone ${machine.replaceAll(/\b(?:min|opt)size\b/g, '')} }
`;
}

/** A pointer that is a constant: `symbol + offset`. */
export function displaced(symbol: Operand, offset: bigint | number): Operand {
  return Number(offset) === 0 ? symbol : `getelementptr (i8, ptr ${symbol}, i64 ${offset})`;
}

/** The address of a member of a structure that a symbol is, as a constant. */
export function member(type: LlvmType, symbol: SymbolName, index: number): Operand {
  return `getelementptr (${type}, ptr ${symbol}, i64 0, i32 ${index})`;
}

/** A constant of another type with the same bits. */
export const castConstant = (from: LlvmType, value: Operand, to: LlvmType): Operand => `bitcast (${from} ${value} to ${to})`;

/** Where a block's phis go, and where the block ended. */
export interface Block {
  readonly label: Label;
  /** The location of its first instruction. */
  readonly location: string;
  phis: string;
  text: string;
}

/** Writes the body of one function. `trap` gives the function that a kind of trap calls. */
export class Writer {
  private readonly blocks: Block[] = [];
  private text = '';
  private registers = 0;
  private labels = 0;
  /** By label: blocks that trap. */
  private readonly traps = new Map<Label, { readonly kind: TrapKind; readonly location: string }>();
  /** What every instruction ends with: its place in the source, as metadata, or nothing. */
  location = '';
  /** The basic block that is written. */
  at: Label = '';

  /** `stop`: an instruction in front of `unreachable`, where what calls a function that does not return must not run on into the next. */
  constructor(
    private readonly trap: (kind: TrapKind) => SymbolName,
    private readonly stop?: SymbolName,
  ) {}

  // ---- registers and blocks

  /** A new register. */
  register(): Operand {
    return `%t${this.registers++}`;
  }

  /** A new label. */
  label(): Label {
    return `c${this.labels++}`;
  }

  /** Begins a block that may have phis. */
  block(label: Label): Block {
    this.endBlock();
    const block: Block = { label, location: this.location, phis: '', text: '' };
    this.blocks.push(block);
    this.at = label;
    return block;
  }

  /** Begins a block without phis. */
  begin(label: Label): void {
    this.text += `${label}:\n`;
    this.at = label;
  }

  private endBlock(): void {
    const last = this.blocks.at(-1);
    if (last === undefined) return;
    last.text = this.text;
    this.text = '';
  }

  /** Adds a phi to a block: a value for each block from which it is reached. */
  phi(block: Block, into: Operand, type: LlvmType, incoming: readonly (readonly [value: Operand, from: Label])[]): void {
    block.phis += `  ${into} = phi ${type} ${incoming.map(([value, from]) => `[ ${value}, %${from} ]`).join(', ')}${block.location}\n`;
  }

  /** The whole text of the body. */
  finish(): string {
    this.endBlock();
    let { text } = this; // of a function that has not begun a block: its entry needs no label
    for (const block of this.blocks) text += `${block.label}:\n${block.phis}${block.text}`;
    for (const [label, { kind, location }] of this.traps) {
      // With a location the block must stay apart from those of other lines.
      text += `${label}:\n  call void ${this.trap(kind)}() ${attribute(location === '' ? Attributes.Trap : Attributes.PlacedTrap)}${location}\n${this.end(location)}`;
    }
    return text;
  }

  private end(location: string): string {
    return `${this.stop === undefined ? '' : `  call void ${this.stop}()${location}\n`}  unreachable${location}\n`;
  }

  private line(text: string): void {
    this.text += `  ${text}${this.location}\n`;
  }

  /** An instruction that is spelled elsewhere: in a template. */
  expression(text: string, into = this.register()): Operand {
    this.text += `  ${into} = ${text}${this.location}\n`;
    return into;
  }

  // ---- values

  binary(operation: Binary, type: LlvmType, a: Operand, b: Operand | number, into?: Operand): Operand {
    return this.expression(`${operation} ${type} ${a}, ${b}`, into);
  }
  icmp(predicate: IntegerPredicate, type: LlvmType, a: Operand, b: Operand | number, into?: Operand): Operand {
    return this.expression(`icmp ${predicate} ${type} ${a}, ${b}`, into);
  }
  fcmp(predicate: FloatPredicate, type: LlvmType, a: Operand, b: Operand, into?: Operand): Operand {
    return this.expression(`fcmp ${predicate} ${type} ${a}, ${b}`, into);
  }
  fneg(type: LlvmType, a: Operand, into?: Operand): Operand {
    return this.expression(`fneg ${type} ${a}`, into);
  }
  cast(operation: Cast, from: LlvmType, value: Operand, to: LlvmType, into?: Operand): Operand {
    return this.expression(`${operation} ${from} ${value} to ${to}`, into);
  }
  select(condition: Operand, type: LlvmType, a: Operand, b: Operand, into?: Operand): Operand {
    return this.expression(`select i1 ${condition}, ${type} ${a}, ${type} ${b}`, into);
  }
  /** A value under another name. */
  copy(type: LlvmType, value: Operand, into: Operand): Operand {
    return this.select('true', type, value, value, into);
  }
  /** Some value, always the same one. */
  arbitrary(type: LlvmType, into?: Operand): Operand {
    return this.expression(`freeze ${type} poison`, into);
  }
  extractValue(type: LlvmType, whole: Operand, index: number, into?: Operand): Operand {
    return this.expression(`extractvalue ${type} ${whole}, ${index}`, into);
  }
  insertValue(type: LlvmType, whole: Operand, partType: LlvmType, part: Operand, index: number): Operand {
    return this.expression(`insertvalue ${type} ${whole}, ${partType} ${part}, ${index}`);
  }
  extractElement(type: LlvmType, vector: Operand, index: number, into?: Operand): Operand {
    return this.expression(`extractelement ${type} ${vector}, i32 ${index}`, into);
  }
  insertElement(type: LlvmType, vector: Operand, partType: LlvmType, part: Operand, index: number, into?: Operand): Operand {
    return this.expression(`insertelement ${type} ${vector}, ${partType} ${part}, i32 ${index}`, into);
  }

  // ---- memory

  /** `volatile`: it happens as often as it is written. */
  load(type: LlvmType, at: Operand, into?: Operand, scope = Scope.Any, align = 0, volatile = false): Operand {
    return this.expression(`load ${volatile ? 'volatile ' : ''}${type}, ptr ${at}${align === 0 ? '' : `, align ${align}`}${SCOPES[scope]}`, into);
  }
  store(type: LlvmType, value: Operand | number, at: Operand, scope = Scope.Any, align = 0, volatile = false): void {
    this.line(`store ${volatile ? 'volatile ' : ''}${type} ${value}, ptr ${at}${align === 0 ? '' : `, align ${align}`}${SCOPES[scope]}`);
  }
  /** The address `index` elements behind `base`. */
  index(type: LlvmType, base: Operand, index: Operand | number | bigint, into?: Operand): Operand {
    return this.expression(`getelementptr ${type}, ptr ${base}, i64 ${index}`, into);
  }
  /** The address of an element of an array. */
  element(type: LlvmType, base: Operand, index: Operand): Operand {
    return this.expression(`getelementptr ${type}, ptr ${base}, i64 0, i64 ${index}`);
  }
  /** The address of a member of a structure. */
  member(type: LlvmType, base: Operand, index: number): Operand {
    return this.expression(`getelementptr ${type}, ptr ${base}, i64 0, i32 ${index}`);
  }
  alloca(type: LlvmType, align = 0, into?: Operand): Operand {
    return this.expression(`alloca ${type}${align === 0 ? '' : `, align ${align}`}`, into);
  }

  // ---- atomics, sequentially consistent

  atomicLoad(type: LlvmType, at: Operand, align: number, volatile: boolean, into?: Operand): Operand {
    return this.expression(`load atomic${volatile ? ' volatile' : ''} ${type}, ptr ${at} seq_cst, align ${align}`, into);
  }
  atomicStore(type: LlvmType, value: Operand, at: Operand, align: number, volatile: boolean): void {
    this.line(`store atomic${volatile ? ' volatile' : ''} ${type} ${value}, ptr ${at} seq_cst, align ${align}`);
  }
  atomicUpdate(operation: AtomicOperation, type: LlvmType, at: Operand, value: Operand, align: number, volatile: boolean, into?: Operand): Operand {
    return this.expression(`atomicrmw${volatile ? ' volatile' : ''} ${operation} ptr ${at}, ${type} ${value} seq_cst, align ${align}`, into);
  }
  /** What was there and whether it was as expected: `{ type, i1 }`. */
  compareExchange(type: LlvmType, at: Operand, expected: Operand, replacement: Operand, align: number, volatile: boolean): Operand {
    return this.expression(`cmpxchg${volatile ? ' volatile' : ''} ptr ${at}, ${type} ${expected}, ${type} ${replacement} seq_cst seq_cst, align ${align}`);
  }
  fence(): void {
    this.line('fence seq_cst');
  }

  // ---- calls

  /** Calls a function; `result` is its type, with its calling convention in front. A result goes to `into`. */
  call(result: LlvmType, callee: Operand, args: string, into?: Operand, kind: CallKind = 'call', attributes?: Attributes): Operand {
    const text = `${kind} ${result} ${callee}(${args})${attributes === undefined ? '' : ` ${attribute(attributes)}`}`;
    if (!returnsNothing(result)) return this.expression(text, into);
    this.line(text);
    return '';
  }
  /** Calls a function that may end by an exception; ends the block. */
  invoke(result: LlvmType, callee: Operand, args: string, normal: Label, unwind: Label, into?: Operand): Operand {
    const text = `invoke ${result} ${callee}(${args}) to label %${normal} unwind label %${unwind}`;
    if (!returnsNothing(result)) return this.expression(text, into);
    this.line(text);
    return '';
  }
  /** Begins a block that exceptions lead to. */
  landingPad(type: LlvmType): Operand {
    return this.expression(`landingpad ${type} cleanup`);
  }
  /** Makes LLVM believe that something reads and writes what a pointer points to. */
  clobber(pointer: Operand): void {
    this.line(`call void asm sideeffect "", "r"(ptr ${pointer})`);
  }

  /** Runs assembly that has one result. */
  assembly(type: LlvmType, { text, constraints }: InlineAssembly, args: string, into?: Operand): Operand {
    return this.expression(`call ${type} asm sideeffect "${escaped(Buffer.from(text))}", "${constraints}"(${args})`, into);
  }

  // ---- the end of a block

  br(label: Label): void {
    this.line(`br label %${label}`);
  }
  condBr(condition: Operand, yes: Label, no: Label, likely = Likely.Unknown): void {
    this.line(`br i1 ${condition}, label %${yes}, label %${no}${WEIGHTS[likely]}`);
  }
  /** `cases` are the labels for 0, 1 and so on. */
  switch(value: Operand, otherwise: Label, cases: readonly Label[]): void {
    let text = `switch i32 ${value}, label %${otherwise} [`;
    cases.forEach((label, i) => {
      text += ` i32 ${i}, label %${label}`;
    });
    this.line(`${text} ]`);
  }
  /**
   * Jumps to a label of this function `symbol` by an index, an i32: `elements` has numbers of labels, a power of two of them. The labels are blocks
   * that only what follows (`next`) leads to besides and that begin with `keep`; their addresses are operands so that LLVM lets indirect jumps land there.
   */
  jumpBy(table: JumpTableText, index: Operand, symbol: SymbolName, elements: readonly number[], labels: readonly Label[], next: Label): void {
    const { jump, element, end, constraints } = table;
    const operands = 3 + labels.length;
    const text = `${jump}${elements.map((label) => `${element}\${${operands + label}:l}`).join('')}${end}`;
    const all = ['=r', '0', 'i', ...labels.map(() => 'i'), ...labels.map(() => '!i'), constraints].join(',');
    const args = [`i32 ${index}`, `i32 ${elements.length - 1}`, ...labels.map((label) => `ptr blockaddress(${symbol}, %${label})`)].join(', ');
    const call = `${this.register()} = callbr i32 asm sideeffect "${escaped(Buffer.from(text))}", "${all}"(${args}) noduplicate`;
    this.line(`${call} to label %${next} [${labels.map((label) => `label %${label}`).join(', ')}]`);
  }
  /** Assembly of no instructions, which keeps LLVM from joining the block with one that it only leads to. */
  keep(): void {
    this.line('call void asm sideeffect "", ""()');
  }
  ret(type: LlvmType = 'void', value: Operand | number = ''): void {
    this.line(type === 'void' ? 'ret void' : `ret ${type} ${value}`);
  }
  unreachable(): void {
    this.text += this.end(this.location);
  }

  // ---- traps

  /** The block that traps: one in the function, with debug information one for each location. */
  trapBlock(kind: TrapKind): Label {
    const { location } = this;
    const label = location === '' ? `trap.${kind}` : `trap.${kind}.${location.slice(location.lastIndexOf('!') + 1)}`;
    if (!this.traps.has(label)) this.traps.set(label, { kind, location });
    return label;
  }
  /** Ends the function in a trap. */
  endInTrap(kind: TrapKind): void {
    this.call('void', this.trap(kind), '', undefined, 'call', Attributes.Trap);
    this.unreachable();
  }
  /** Goes to a trap where the condition holds, else on in a new block. */
  trapIf(condition: Operand, kind: TrapKind): void {
    const next = this.label();
    this.condBr(condition, this.trapBlock(kind), next, Likely.Not);
    this.begin(next);
  }
  /** Goes to a trap unless the condition holds. */
  trapUnless(condition: Operand, kind: TrapKind): void {
    const next = this.label();
    this.condBr(condition, next, this.trapBlock(kind), Likely.Yes);
    this.begin(next);
  }
}

/** `void`, perhaps behind a convention. */
function returnsNothing(result: LlvmType): boolean {
  return result.endsWith('void');
}
