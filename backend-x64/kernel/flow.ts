// Abstract interpretation of code for ring 0, one function at a time: how deep its frame is at each instruction, and where code
// addresses and the caller's registers are. What it proves: a function writes into its own frame only, leaves as it was entered,
// calls addresses that come from constants only, and stays above the end of the stack. x86-64.
//
// A position is a distance in bytes below the stack pointer at the entry; the return address begins at 0. Numbers that address
// memory are not followed: that they are addresses of user space is the compiler's word.

import { kernelStack } from '../../runtime-c/tables/kernel.js';
import { type Decoded, isFrame } from './code.js';
import {
  constantOf,
  frameGrowth,
  frameOffset,
  isCall,
  isJump,
  isNop,
  isStackTest,
  isStop,
  maskBound,
  registerNumber,
  storedBytes,
  writtenOperands,
  writtenRegisters,
} from './instructions.js';

/** Where a branch goes: to a place in the code, or to a symbol outside of it. */
export type Destination = { readonly place: number } | { readonly symbol: string };

/** What the analysis asks about single instructions. */
export interface FlowQuestions {
  readonly code: readonly Decoded[];
  /** Places of functions that others than branches lead to. */
  readonly entries: Iterable<number>;
  /** Undefined for what is not permitted; then the instruction is an end. */
  readonly destination: (branch: Decoded) => Destination | undefined;
  /** The register that an indirect call to this symbol goes through. */
  readonly thunkRegister: (symbol: string) => number | undefined;
  /** Whether the function may return a second time, from what was called in between. */
  readonly returnsTwice: (symbol: string) => boolean;
  /** Of a load from a constant table: whether each of its first `count` elements is the address of a function. */
  readonly loadsCode: (load: Decoded, count: number) => boolean;
  /** Of a jump that has the form of a jump table: the load of its element, and where all elements lead. */
  readonly jumpTable: (jump: Decoded) => { readonly load: Decoded; readonly places: readonly number[] } | undefined;
}

/** The rules that are kept here, and what breaks them. */
export interface FlowFindings {
  readonly frames: readonly string[];
  readonly calls: readonly string[];
  readonly room: readonly string[];
  /** Bytes from the stack pointer to the return address, by the place of each instruction that is reached. */
  readonly depths: ReadonlyMap<number, number>;
}

/** Half of the reserve is for the frames of functions until the next check, the other half for faults and interrupts. */
const ROOM = kernelStack.reserve / 2;
/** Bytes of a return address, and of every word. */
const POINTER = 8;
/** The registers that a function preserves: rbx, rbp, r12 to r15. */
const PRESERVED = [3, 5, 12, 13, 14, 15];
/** What returns go through. */
export const RETURN_THUNK = '__x86_return_thunk';

/** What is known of a value: the address of a function, an element of the jump table of a load, a mask or number below a bound, or a register of the caller. */
type Known = 'code' | `element ${number}` | `mask ${number}` | `below ${number}` | `caller ${number}`;

interface State {
  readonly depth: number;
  /** The stack was seen to have its reserve. */
  readonly checked: boolean;
  /** A call that returns twice was passed. */
  readonly resumed: boolean;
  /** The instruction in front tested the stack, or compared a register with a constant. */
  readonly before: 'test' | `compared ${number}` | '';
  /** By number of a register, and by position (from 16 on). */
  readonly known: ReadonlyMap<number, Known>;
}

/** Positions that are looked at begin at 16, so they and the numbers of registers are apart. */
const FIRST_POSITION = 16;
const slot = (position: number): number => position + FIRST_POSITION;

/** How a function is entered. */
const ENTERED: State = {
  depth: 0,
  checked: false,
  resumed: false,
  before: '',
  known: new Map(PRESERVED.map((register) => [register, `caller ${register}` as const])),
};

type Reach = (place: number, state: State) => void;

interface CallSite {
  readonly at: Decoded;
  /** Place of the function; undefined for one of those that constants point to. */
  readonly place: number | undefined;
  readonly depth: number;
  readonly checked: boolean;
}

interface FunctionFacts {
  /** Bytes of stack that are used without a check. */
  need: number;
  readonly calls: CallSite[];
}

const where = ({ at, text }: Decoded): string => `0x${at.toString(16)}: ${text}`;

/** Analyses all code. */
export function analyseFlow(questions: FlowQuestions): FlowFindings {
  const flow = new Flow(questions);
  flow.run();
  return { frames: flow.frames, calls: flow.calls, room: flow.room, depths: flow.depths };
}

class Flow {
  readonly frames: string[] = [];
  readonly calls: string[] = [];
  readonly room: string[] = [];
  readonly depths = new Map<number, number>();
  private readonly indexOf: ReadonlyMap<number, number>;
  private readonly entries: Set<number>;
  /** How many elements the jump table has that an instruction loads from, by its place. */
  private readonly elements = new Map<number, number>();
  /** Of the functions that constants point to. */
  private readonly pointedAt: readonly number[];
  private readonly visited: Uint8Array;
  private readonly functions = new Map<number, FunctionFacts>();
  /** Functions that never return, so nothing has to follow a call. */
  private readonly endless = new Set<number>();
  /** What follows calls of these all the same: the function that it belongs to, and the state there. */
  private readonly unreached = new Map<number, readonly [entry: number, state: State]>();

  constructor(private readonly questions: FlowQuestions) {
    const { code, entries, destination } = questions;
    this.indexOf = new Map(code.map(({ at }, i) => [at, i]));
    this.pointedAt = [...entries];
    this.entries = new Set(this.pointedAt);
    this.visited = new Uint8Array(code.length);
    for (const instruction of code) {
      const to = isCall(instruction) ? destination(instruction) : undefined;
      if (to !== undefined && 'place' in to) this.entries.add(to.place);
      const table = isJump(instruction) ? this.questions.jumpTable(instruction) : undefined;
      if (table !== undefined) this.elements.set(table.load.at, table.places.length);
    }
  }

  run(): void {
    const { code } = this.questions;
    this.findEndless();
    for (const entry of [...this.entries].sort((a, b) => a - b)) this.analyse(entry, entry, ENTERED);
    // What is left follows a call that does not return, or is a function that nothing calls, or padding.
    code.forEach((instruction, i) => {
      if (this.visited[i] !== 0 || isNop(instruction) || isStop(instruction)) return;
      const { at } = instruction;
      const [entry, state] = this.unreached.get(at) ?? [at, ENTERED];
      if (entry === at) this.entries.add(at);
      this.analyse(entry, at, state);
    });
    this.measure();
  }

  private findEndless(): void {
    for (let before = -1; before < this.endless.size; ) {
      before = this.endless.size;
      for (const entry of this.entries) if (!this.endless.has(entry) && !this.reachesEnd(entry)) this.endless.add(entry);
    }
  }

  /** Whether a way through the function leaves it, other than by a stop or a call that does not return. */
  private reachesEnd(entry: number): boolean {
    const { code, destination } = this.questions;
    const seen = new Set<number>();
    const waiting = [entry];
    for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
      if (seen.has(place)) continue;
      seen.add(place);
      const index = this.indexOf.get(place);
      if (index === undefined || (place !== entry && this.entries.has(place))) return true;
      const instruction = code[index];
      if (isStop(instruction) || this.isEndlessCall(instruction)) continue;
      if (isJump(instruction)) {
        const table = this.questions.jumpTable(instruction);
        if (table !== undefined) {
          for (const to of table.places) if (!this.endless.has(to)) waiting.push(to);
          continue;
        }
        const to = destination(instruction);
        if (to === undefined || 'symbol' in to) return true;
        if (!this.endless.has(to.place)) waiting.push(to.place);
        if (instruction.mnemonic === 'jmp') continue;
      }
      waiting.push(place + instruction.length);
    }
    return false;
  }

  private isEndlessCall(instruction: Decoded): boolean {
    const to = isCall(instruction) ? this.questions.destination(instruction) : undefined;
    return to !== undefined && 'place' in to && this.endless.has(to.place);
  }

  /** Follows the function that begins at `entry`, from a place in it to all ends. */
  private analyse(entry: number, from: number, state: State): void {
    const { code } = this.questions;
    const facts = this.functions.get(entry) ?? { need: 0, calls: [] };
    this.functions.set(entry, facts);
    const states = new Map<number, State>();
    const waiting: number[] = [];
    const reach = (place: number, arriving: State): void => {
      const index = this.indexOf.get(place);
      if (index === undefined) return void this.frames.push(`no instruction at 0x${place.toString(16)}`);
      const old = states.get(index);
      const joined = old === undefined ? arriving : join(old, arriving);
      if (joined === undefined) return void this.frames.push(`${where(code[index])}: frames of ${old!.depth} and ${arriving.depth} bytes`);
      if (joined === old) return;
      states.set(index, joined);
      waiting.push(index);
    };
    reach(from, state);
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      this.visited[index] = 1;
      this.step(entry, index, states.get(index)!, reach);
    }
    for (const [index, final] of states) this.record(code[index], final, facts);
    this.checkResumed(states);
  }

  /** One instruction: where it leads, and with what. */
  private step(entry: number, index: number, state: State, reach: Reach): void {
    const instruction = this.questions.code[index];
    const next = instruction.at + instruction.length;
    if (isStop(instruction)) return;
    if (this.isEndlessCall(instruction)) return void this.unreached.set(next, [entry, this.after(instruction, state)]);
    if (isJump(instruction)) {
      const places = this.tablePlaces(instruction, state);
      if (places !== undefined) {
        for (const place of new Set(places)) if (place === entry || !this.entries.has(place)) reach(place, { ...state, before: '' });
        // What stands behind is never reached, but where it is code it belongs to this function.
        const behind = this.questions.code[index + 1];
        if (behind?.at === next && !isStop(behind) && !this.entries.has(next)) reach(next, { ...state, before: '' });
        return;
      }
      const to = this.questions.destination(instruction);
      const inside = to !== undefined && 'place' in to && (to.place === entry || !this.entries.has(to.place)) ? to.place : undefined;
      const taken = { ...state, before: '' as const };
      if (inside !== undefined) reach(inside, { ...taken, checked: state.checked || (state.before === 'test' && instruction.mnemonic === 'jne') });
      if (instruction.mnemonic === 'jmp') return;
      return this.goOn(next, { ...taken, checked: state.checked || (state.before === 'test' && instruction.mnemonic === 'je') }, instruction, reach);
    }
    this.goOn(next, this.after(instruction, state), instruction, reach);
  }

  /** Where a jump leads that takes an element of its table; undefined for others. */
  private tablePlaces(jump: Decoded, { known }: State): readonly number[] | undefined {
    const table = this.questions.jumpTable(jump);
    const to = this.questions.destination(jump);
    const register = to !== undefined && 'symbol' in to ? this.questions.thunkRegister(to.symbol) : undefined;
    return table !== undefined && register !== undefined && known.get(register) === `element ${table.load.at}` ? table.places : undefined;
  }

  private goOn(next: number, state: State, instruction: Decoded, reach: Reach): void {
    if (this.entries.has(next) || !this.indexOf.has(next)) this.frames.push(`${where(instruction)}: runs on into another function`);
    else reach(next, state);
  }

  /** The state behind an instruction that is no jump. */
  private after(instruction: Decoded, state: State): State {
    const { mnemonic, operands } = instruction;
    if (isCall(instruction)) {
      const resumed = state.resumed || this.isResumedCall(instruction);
      return { ...state, resumed, before: '', known: without(state.known, (key) => key < FIRST_POSITION && !PRESERVED.includes(key)) };
    }
    const depth = state.depth + (frameGrowth(instruction) ?? 0);
    const result = this.result(instruction, state);
    const registers = writtenRegisters(instruction);
    const word = writtenWord(instruction, state.depth);
    let known = without(state.known, (key) => registers.includes(key) || key > slot(depth) || (word !== undefined && overlaps(key, word)));
    const target = mnemonic === 'pushq' ? slot(depth) : keyOf(operands.at(-1) ?? '', state.depth);
    if (result !== undefined && target !== undefined) known = new Map(known).set(target, result);
    const compared = mnemonic === 'cmpq' && registerNumber(operands[1]) !== undefined ? constantOf(operands[0]) : undefined;
    return { ...state, depth, before: isStackTest(instruction) ? 'test' : compared === undefined ? '' : `compared ${compared}`, known };
  }

  /** What is known of the value that the instruction makes. */
  private result(instruction: Decoded, { depth, known, before }: State): Known | undefined {
    const { mnemonic, operands } = instruction;
    const [source = '', target = ''] = operands;
    const of = (operand: string): Known | undefined => known.get(keyOf(operand, depth) ?? -1);
    if (mnemonic === 'pushq') return of(source);
    if (mnemonic === 'popq') return known.get(slot(depth));
    if (mnemonic === 'sbbq' && source === target && before.startsWith('compared')) return `mask ${Number(before.slice('compared '.length))}`;
    if ((mnemonic === 'andq' || mnemonic === 'andl') && registerNumber(target) !== undefined) {
      const mask = [of(source), of(target)].find((each) => each?.startsWith('mask'));
      const bound = mask === undefined ? maskBound(instruction) : Number(mask.slice('mask '.length));
      return bound === undefined ? undefined : `below ${bound}`;
    }
    if (mnemonic === 'movl') return of(source)?.startsWith('below') === true && registerNumber(target) !== undefined ? of(source) : undefined;
    if (mnemonic !== 'movq') return undefined;
    const index = /\((?:%\w+)?,(%\w+)/.exec(source)?.[1];
    const bound = index === undefined ? undefined : of(index);
    const count = index === undefined ? 1 : bound?.startsWith('below') === true ? Number(bound.slice('below '.length)) : 0;
    if (count > 0 && count <= (this.elements.get(instruction.at) ?? 0)) return `element ${instruction.at}`;
    return count > 0 && this.questions.loadsCode(instruction, count) ? 'code' : of(source);
  }

  /** Holds an instruction against the rules, once its state is final. */
  private record(instruction: Decoded, state: State, facts: FunctionFacts): void {
    const { depth, checked } = state;
    this.depths.set(instruction.at, depth);
    const deepest = depth + Math.max(0, frameGrowth(instruction) ?? 0);
    if (deepest > ROOM) this.room.push(`${where(instruction)}: a frame of ${deepest} bytes`);
    if (!checked) facts.need = Math.max(facts.need, deepest);
    if (depth + (frameGrowth(instruction) ?? 0) < 0) this.frames.push(`${where(instruction)}: leaves its frame`);
    const word = writtenWord(instruction, depth);
    if (word !== undefined && word.position < word.bytes) this.frames.push(`${where(instruction)}: outside of its frame of ${depth} bytes`);
    if (isStop(instruction) && instruction.mnemonic === 'int3') this.frames.push(`${where(instruction)}: is reached`);
    if (isCall(instruction)) this.recordCall(instruction, state, facts);
    if (isJump(instruction)) this.recordJump(instruction, state, facts);
  }

  private isResumedCall(instruction: Decoded): boolean {
    const to = isCall(instruction) ? this.questions.destination(instruction) : undefined;
    return to !== undefined && 'symbol' in to && this.questions.returnsTwice(to.symbol);
  }

  /** What is known of the frame at a call that returns twice has to hold at its second return. */
  private checkResumed(states: ReadonlyMap<number, State>): void {
    const { code } = this.questions;
    const kept = [...states].filter(([index]) => this.isResumedCall(code[index])).flatMap(([, { known }]) => [...known.keys()]);
    if (kept.length === 0) return;
    for (const [index, { depth, resumed }] of states) {
      const word = resumed ? writtenWord(code[index], depth) : undefined;
      if (word !== undefined && kept.some((key) => overlaps(key, word))) this.frames.push(`${where(code[index])}: changes what a second return needs`);
    }
  }

  private recordCall(instruction: Decoded, { depth, checked, known }: State, facts: FunctionFacts): void {
    if ((depth + POINTER) % 16 !== 0) this.frames.push(`${where(instruction)}: the stack is not aligned`);
    const to = this.questions.destination(instruction);
    if (to === undefined) return;
    if ('place' in to) return void facts.calls.push({ at: instruction, place: to.place, depth: depth + POINTER, checked });
    if (!checked) facts.need = Math.max(facts.need, depth + POINTER);
    const register = this.questions.thunkRegister(to.symbol);
    if (register === undefined) return;
    if (known.get(register) !== 'code') this.calls.push(where(instruction));
    facts.calls.push({ at: instruction, place: undefined, depth: depth + POINTER, checked });
  }

  private recordJump(instruction: Decoded, state: State, facts: FunctionFacts): void {
    const { checked, known } = state;
    const places = this.tablePlaces(instruction, state);
    if (places !== undefined) {
      for (const place of new Set(places)) if (this.entries.has(place)) this.recordLeaving(instruction, state, place, facts);
      return;
    }
    const to = this.questions.destination(instruction);
    if (to === undefined || ('place' in to && !this.entries.has(to.place))) return;
    this.recordLeaving(instruction, state, 'place' in to ? to.place : undefined, facts);
    if ('place' in to) return;
    const register = to.symbol === RETURN_THUNK ? undefined : this.questions.thunkRegister(to.symbol);
    if (register === undefined) return;
    if (known.get(register) !== 'code') this.calls.push(where(instruction));
    facts.calls.push({ at: instruction, place: undefined, depth: 0, checked });
  }

  /** A jump to a function is a call in the place of its caller. */
  private recordLeaving(instruction: Decoded, { depth, checked, known }: State, place: number | undefined, facts: FunctionFacts): void {
    if (depth !== 0) this.frames.push(`${where(instruction)}: leaves with a frame of ${depth} bytes`);
    const lost = PRESERVED.filter((register) => known.get(register) !== `caller ${register}`);
    if (lost.length > 0) this.frames.push(`${where(instruction)}: leaves with registers of its caller changed`);
    if (place !== undefined) facts.calls.push({ at: instruction, place, depth: 0, checked });
  }

  /** Adds up the stack that functions without a check use, through all that they call. It grows without end for those that call themselves. */
  private measure(): void {
    const needOf = (place: number | undefined): number =>
      place === undefined ? this.pointedAt.reduce((most, each) => Math.max(most, needOf(each)), 0) : (this.functions.get(place)?.need ?? 0);
    for (let changed = true; changed; ) {
      changed = false;
      const indirect = needOf(undefined);
      for (const facts of this.functions.values()) {
        for (const { place, depth, checked } of facts.calls) {
          const need = Math.min(depth + (place === undefined ? indirect : needOf(place)), ROOM + 1);
          if (checked || need <= facts.need) continue;
          facts.need = need;
          changed = true;
        }
      }
    }
    const indirect = needOf(undefined);
    for (const { calls } of this.functions.values())
      for (const { at, place, depth } of calls) if (depth + (place === undefined ? indirect : needOf(place)) > ROOM) this.room.push(where(at));
  }
}

/** What holds on both ways; undefined where frames differ. */
function join(old: State, state: State): State | undefined {
  if (old.depth !== state.depth) return undefined;
  const checked = old.checked && state.checked;
  const resumed = old.resumed || state.resumed;
  const before = old.before === state.before ? old.before : '';
  const lost = [...old.known].filter(([key, value]) => state.known.get(key) !== value).map(([key]) => key);
  if (checked === old.checked && resumed === old.resumed && before === old.before && lost.length === 0) return old;
  return { depth: old.depth, checked, resumed, before, known: without(old.known, (key) => lost.includes(key)) };
}

/** The key of what an operand names: a register, or a word in the frame. */
function keyOf(operand: string, depth: number): number | undefined {
  if (!isFrame(operand)) return registerNumber(operand);
  const position = depth - frameOffset(operand);
  return position > 0 ? slot(position) : undefined;
}

/** A place in the frame that is written: its position, and how many bytes. */
interface Word {
  readonly position: number;
  readonly bytes: number;
}

function writtenWord(instruction: Decoded, depth: number): Word | undefined {
  if (instruction.mnemonic === 'pushq') return { position: depth + POINTER, bytes: POINTER };
  const operand = writtenOperands(instruction).find(isFrame);
  return operand === undefined ? undefined : { position: depth - frameOffset(operand), bytes: storedBytes(instruction) };
}

/** Whether a write changes what is known by this key. */
function overlaps(key: number, { position, bytes }: Word): boolean {
  return key > FIRST_POSITION && key - FIRST_POSITION > position - bytes && key - FIRST_POSITION < position + POINTER;
}

/** The map itself where nothing in it is lost. */
function without(known: State['known'], lost: (key: number) => boolean): State['known'] {
  const keys = [...known.keys()].filter(lost);
  if (keys.length === 0) return known;
  const rest = new Map(known);
  for (const key of keys) rest.delete(key);
  return rest;
}
