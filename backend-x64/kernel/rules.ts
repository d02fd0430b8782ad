// Rules about an object for ring 0 that depend on the machine: relocations, instructions, where they lead. They list what is permitted.

import {
  ABSOLUTE,
  type CodeObject,
  type CodeRelocation,
  type CodeSection,
  type CodeSymbol,
  type CodeVerdict,
  type ThunkSites,
} from '../../codegen/kernel-target.js';
import { kernelExports, kernelLandings, kernelSymbols } from '../../runtime-c/tables/kernel.js';
import { type Decoded, decoded, mayFault } from './code.js';
import { type Destination, type FlowFindings, RETURN_THUNK, analyseFlow } from './flow.js';
import {
  addressOf,
  hasPermittedOperands,
  isCall,
  isJump,
  isListed,
  isNop,
  isPlainEncoding,
  maskBound,
  registerNumber,
  writtenOperands,
} from './instructions.js';

/** The object taken apart. */
interface ImageParts extends CodeObject {
  readonly code: readonly Decoded[];
  /** Starts of instructions. */
  readonly starts: ReadonlySet<number>;
  /** Those of the code, by the instruction (its place) that they are in. */
  readonly ofCode: ReadonlyMap<number, readonly CodeRelocation[]>;
  /** Places in the constants that hold an address of a function, with its place in the code or undefined for one outside. */
  readonly pointers: ReadonlyMap<number, number | undefined>;
}

interface Parts extends ImageParts {
  /** By the place of the jump. */
  readonly jumpTables: ReadonlyMap<number, JumpTable>;
  /** Places in the constants that are elements of jump tables, and so none of tables of functions. */
  readonly jumpElements: ReadonlySet<number>;
}

/** Jumps through a thunk to an element of a constant array, by an index in a register that is masked and loaded from just in front. */
interface JumpTable {
  /** The instruction that loads the element. */
  readonly load: Decoded;
  /** Of the array in the constants. */
  readonly from: number;
  /** Where it leads. */
  readonly places: readonly number[];
}

/** What the rules look at. */
interface Subject extends Parts {
  /** Where branches lead, by their places; those are absent that lead where they must not. */
  readonly destinations: ReadonlyMap<number, Destination>;
  readonly flow: FlowFindings;
}

interface Rule {
  readonly id: string;
  /** The rule, as a statement about every object. */
  readonly rule: string;
  /** What breaks the rule, one phrase each. */
  readonly violations: (subject: Subject) => readonly string[];
}

const R_X86_64_64 = 1,
  R_X86_64_PC32 = 2,
  R_X86_64_PLT32 = 4,
  R_X86_64_32 = 10,
  R_X86_64_32S = 11;
/** Bytes of a relocated field of the code, and of an address. */
const FIELD = 4,
  POINTER = 8;
/**
 * Variables end below this, so that code of every module reaches them: the kernel loads modules in its last 1.5 GiB, or in the last GiB
 * where it has address randomization.
 */
const VARIABLES_END = 2 ** 29;
/** Code is decoded with this in its relocated fields, so that nothing takes what is there for a number. */
const MARK = 0x2a2a2a2a;

/** Thunks of the kernel, by which returns and indirect jumps go. */
export const kernelThunk = /^__x86_(?:return_thunk|indirect_thunk_(r(?:[abcd]x|[sd]i|bp|8|9|1[0-5])))$/;

/** Of `kernelFunctions`: what an exception resumes. */
const RETURNS_TWICE = 'w2e_jump_begin';

const where = ({ at, text }: Decoded): string => `0x${at.toString(16)}: ${text}`;
const isBranch = (instruction: Decoded): boolean => isCall(instruction) || isJump(instruction);
const end = ({ at, length }: Decoded): number => at + length;

/** The rules, in the order in which they are reported. */
export const codeRules: readonly Rule[] = [
  {
    id: 'interface',
    rule: 'the module around the object finds the code from its start to its end, and its exports',
    violations: (subject) => [...kernelSymbols].filter((name) => !hasInterface(subject, name)),
  },
  {
    id: 'variables',
    rule: 'absolute symbols are addresses that code of every module reaches',
    violations: ({ image }) =>
      image
        .symbols()
        .filter(({ sectionIndex, value }) => sectionIndex === ABSOLUTE && value >= VARIABLES_END)
        .map(({ value }) => `0x${value.toString(16)}`),
  },
  {
    id: 'relocations',
    rule: 'relocations are of the kinds that reach, to the places that each kind may reach',
    violations: (subject) => [
      ...subject.relocations
        .filter((relocation) => !isPermittedRelocation(subject, relocation))
        .map((r) => `type ${r.type} at 0x${r.at.toString(16)} of ${subject.image.sections[r.section]?.name}`),
      ...subject.code.filter((instruction) => (subject.ofCode.get(instruction.at)?.length ?? 0) > 1).map(where),
    ],
  },
  {
    id: 'instructions',
    rule: 'instructions are those that are listed',
    violations: ({ code }) => code.filter((instruction) => !isListed(instruction)).map(where),
  },
  {
    id: 'encodings',
    rule: 'instructions have no prefix but those that they need',
    violations: ({ code, image, text }) => {
      const bytes = image.contents(text);
      return code.filter((instruction) => !isPlainEncoding(bytes.subarray(instruction.at, end(instruction)), instruction)).map(where);
    },
  },
  {
    id: 'operands',
    rule: 'operands are general and vector registers, constants, places in the frame, and addresses without a segment; the stack pointer is in no other register',
    violations: ({ code }) => code.filter((instruction) => !hasPermittedOperands(instruction)).map(where),
  },
  {
    id: 'own-addresses',
    rule: 'what is relative to the instruction has a relocation, or is the address of an instruction; constants are only read',
    violations: (subject) => subject.code.filter((instruction) => !isPermittedOwnAddress(subject, instruction)).map(where),
  },
  {
    id: 'branches',
    rule: 'branches go to the start of an instruction of the code, or to what the module around it provides',
    violations: (subject) => subject.code.filter((instruction) => isBranch(instruction) && !subject.destinations.has(instruction.at)).map(where),
  },
  {
    id: 'frames',
    rule: 'a function writes to its own frame only, which has one size at each place, and leaves as it was entered, with the stack aligned for those that it calls',
    violations: ({ flow }) => flow.frames,
  },
  {
    id: 'indirect-calls',
    rule: 'an indirect call goes to an element of a table of constants, all of which are functions, by an index that was masked; an indirect jump to one of a table of its own',
    violations: ({ flow }) => flow.calls,
  },
  {
    id: 'room',
    rule: 'a function tests the stack before it calls one that needs more than is kept free',
    violations: ({ flow }) => flow.room,
  },
  {
    id: 'landing-pads',
    rule: 'functions and other code that constants point to begin with endbr64',
    violations: ({ code, pointers }) => {
      const pointedAt = new Set(pointers.values());
      return code.filter(({ at, mnemonic }) => pointedAt.has(at) && mnemonic !== 'endbr64').map(where);
    },
  },
  {
    id: 'exception-table',
    rule: 'every instruction that may fault has its row in the exception table, and each row is that of an instruction',
    violations: exceptionTableViolations,
  },
];

function hasInterface(subject: Subject, wanted: string): boolean {
  const { image, text } = subject;
  const found = image.symbols().filter(({ name }) => name === wanted);
  const [{ sectionIndex, value } = { sectionIndex: 0, value: 0 }] = found;
  if (found.length !== 1) return false;
  if (wanted === 'w2e_kernel_text') return sectionIndex === text.index && value === 0;
  if (wanted === 'w2e_kernel_text_end') return sectionIndex === text.index && value === text.size;
  const constants = image.sections[sectionIndex];
  return constants?.name === '.rodata' && holdsFunctions(subject, value, kernelExports.length);
}

/** Whether so many words of the constants are addresses of functions, or null. */
function holdsFunctions({ image, pointers, jumpElements }: Pick<Parts, 'image' | 'pointers' | 'jumpElements'>, from: number, count: number): boolean {
  const section = image.section('.rodata');
  if (section === undefined || from < 0 || from + count * POINTER > section.size) return false;
  const contents = image.contents(section);
  for (let at = from; at < from + count * POINTER; at += POINTER) {
    if (jumpElements.has(at) || (!pointers.has(at) && contents.readBigUInt64LE(at) !== 0n)) return false;
  }
  return true;
}

function isProvided(name: string, provided: ReadonlySet<string>): boolean {
  return provided.has(name) || kernelThunk.test(name);
}

/** What the field of a relocation is to its instruction. */
type Form = 'branch' | 'own' | 'memory' | 'constant';

const isMarked = (operand: string): boolean => operand === `$${MARK}` || operand === String(MARK) || addressOf(operand)?.displacement === MARK;

function formOf(instruction: Decoded): Form | undefined {
  const marked = instruction.operands.filter(isMarked);
  const [operand] = marked;
  if (operand === undefined || marked.length > 1) return undefined;
  if (isBranch(instruction)) return 'branch';
  if (operand.startsWith('$')) return 'constant';
  return addressOf(operand)?.base === '%rip' ? 'own' : 'memory';
}

/** Kinds of relocations for each form, and what is added to the value: one that is relative to the field is counted from the end of the instruction. */
const FORM_TYPES: Readonly<Record<Form, readonly number[]>> = {
  branch: [R_X86_64_PLT32, R_X86_64_PC32],
  own: [R_X86_64_PC32],
  memory: [R_X86_64_32S],
  constant: [R_X86_64_32S, R_X86_64_32],
};

/** Where a relocation of the code leads: a place in a section, an address of a variable, or a symbol outside. */
interface Reached {
  readonly form: Form;
  readonly symbol: CodeSymbol;
  readonly section: CodeSection | undefined;
  readonly value: number;
}

function reached({ image }: ImageParts, instruction: Decoded, { type, symbol, addend, at }: CodeRelocation): Reached | undefined {
  const form = formOf(instruction);
  if (form === undefined || symbol === undefined || !FORM_TYPES[form].includes(type)) return undefined;
  const relative = form === 'branch' || form === 'own' ? end(instruction) - at : 0;
  return { form, symbol, section: image.sections[symbol.sectionIndex], value: symbol.value + addend + relative };
}

/** Sign and zero extension give the same below 2 GiB. */
const ADDRESS_END = 2 ** 31;

function isPermittedCodeRelocation(subject: Subject, instruction: Decoded, relocation: CodeRelocation): boolean {
  const to = reached(subject, instruction, relocation);
  if (to === undefined) return false;
  const { form, symbol, section, value } = to;
  if (form === 'branch') return subject.destinations.has(instruction.at);
  if (symbol.sectionIndex === ABSOLUTE) return value >= 0 && value < (form === 'own' ? VARIABLES_END : ADDRESS_END);
  if (form === 'constant' && relocation.type === R_X86_64_32) return false;
  if (section?.name === '.rodata') return value >= 0 && value < section.size;
  return form === 'own' && section?.name === '.text' && instruction.mnemonic === 'leaq' && subject.starts.has(value);
}

function isPermittedRelocation(subject: Subject, relocation: CodeRelocation): boolean {
  const { image, text, provided, starts, code } = subject;
  const { section, type, symbol, addend, at } = relocation;
  if (symbol === undefined) return false;
  const to: CodeSection | undefined = image.sections[symbol.sectionIndex];
  switch (image.sections[section]?.name) {
    case '.text': {
      const instruction = instructionAt(code, at);
      return instruction !== undefined && at + FIELD <= end(instruction) && isPermittedCodeRelocation(subject, instruction, relocation);
    }
    case '.rodata':
      if (type !== R_X86_64_64 || at + POINTER > image.sections[section].size) return false;
      if (symbol.sectionIndex === 0) return addend === 0 && provided.has(symbol.name);
      return to?.index === text.index && starts.has(symbol.value + addend);
    case '__ex_table':
      return true; // Held against the whole table.
    default:
      return false;
  }
}

/** Of each row: its 12 bytes are two distances, which relocations fill in, and what is done at the fault. */
const ROW = 12;
/** EX_TYPE_IMM_REG, register ax; the upper half is the number that goes there. */
const TO_AX = 17;
const LANDING_LOG2 = 16,
  LANDING_BYTES = 16;

/** Places of instructions that rows are for, or undefined for a row that is not as it has to be. */
function rowsOf({ image, text, starts, relocations }: ImageParts): (number | undefined)[] {
  const table = image.section('__ex_table');
  if (table === undefined) return [];
  const contents = image.contents(table);
  const placed = new Map(relocations.filter(({ section }) => section === table.index).map((relocation) => [relocation.at, relocation]));
  const count = relocations.filter(({ section }) => section === table.index).length;
  if (contents.length % ROW !== 0 || count !== (contents.length / ROW) * 2) return [undefined];
  return Array.from({ length: contents.length / ROW }, (_, i) => {
    const [from, to] = [placed.get(i * ROW), placed.get(i * ROW + FIELD)];
    if (from?.symbol?.sectionIndex !== text.index || to?.symbol?.name !== kernelLandings || to.symbol.sectionIndex !== 0) return undefined;
    const place = from.symbol.value + from.addend;
    const right =
      from.type === R_X86_64_PC32 &&
      to.type === R_X86_64_PC32 &&
      starts.has(place) &&
      to.addend === (place >>> LANDING_LOG2) * LANDING_BYTES &&
      contents.readUInt32LE(i * ROW + 2 * FIELD) === TO_AX + (place % 2 ** LANDING_LOG2) * 2 ** 16;
    return right ? place : undefined;
  });
}

function exceptionTableViolations(subject: Subject): string[] {
  const rows = rowsOf(subject);
  const places = new Set(rows);
  return [
    ...subject.code.filter((instruction) => mayFault(instruction) && !places.has(instruction.at)).map(where),
    ...rows.flatMap((place, i) => (place === undefined ? [`row ${i}`] : [])),
  ];
}

/** Where a branch leads; undefined if that is not permitted. */
function destinationOf(subject: ImageParts, branch: Decoded): Destination | undefined {
  const [operand = ''] = branch.operands;
  if (branch.operands.length !== 1 || !/^-?\d+$/.test(operand)) return undefined;
  const relocation = subject.ofCode.get(branch.at)?.[0];
  if (relocation === undefined) return placeOf(subject, end(branch) + Number(operand));
  const to = reached(subject, branch, relocation);
  if (to?.form !== 'branch') return undefined;
  if (to.section?.index === subject.text.index) return placeOf(subject, to.value);
  return to.symbol.sectionIndex === 0 && to.value === 0 && isProvided(to.symbol.name, subject.provided) ? { symbol: to.symbol.name } : undefined;
}

const placeOf = ({ starts }: ImageParts, place: number): Destination | undefined => (starts.has(place) ? { place } : undefined);

/** The place in the code whose address the instruction makes, without or with a relocation. */
function codeAddress(subject: ImageParts, instruction: Decoded): number | undefined {
  const address = addressOf(instruction.operands[0] ?? '');
  if (instruction.mnemonic !== 'leaq' || address?.base !== '%rip') return undefined;
  const relocation = subject.ofCode.get(instruction.at)?.[0];
  if (relocation === undefined) return end(instruction) + address.displacement;
  const to = reached(subject, instruction, relocation);
  return to?.section?.index === subject.text.index ? to.value : undefined;
}

function isPermittedOwnAddress(subject: Subject, instruction: Decoded): boolean {
  if (isBranch(instruction)) return true;
  const relocation = subject.ofCode.get(instruction.at)?.[0];
  if (relocation === undefined) {
    const own = instruction.operands.some((operand) => addressOf(operand)?.base === '%rip');
    return !own || isNop(instruction) || subject.starts.has(codeAddress(subject, instruction) ?? -1);
  }
  const constants = reached(subject, instruction, relocation)?.section?.name === '.rodata';
  return !constants || !writtenOperands(instruction).some(isMarked);
}

/** Where in the constants the array begins that a load takes an element of; undefined if it takes none. */
function loadedFrom(subject: ImageParts, load: Decoded): number | undefined {
  const [relocation] = subject.ofCode.get(load.at) ?? [];
  const address = addressOf(load.operands[0] ?? '');
  if (relocation === undefined || address === undefined) return undefined;
  const to = reached(subject, load, relocation);
  const plain = address.index === undefined ? address.base === undefined || address.base === '%rip' : address.base === undefined && address.scale === POINTER;
  return plain && to?.section?.name === '.rodata' ? to.value : undefined;
}

/** Whether a load takes one of the first `count` elements of a table, all of which are functions. */
function loadsCode(subject: Parts, load: Decoded, count: number): boolean {
  const from = loadedFrom(subject, load);
  return from !== undefined && holdsFunctions(subject, from, count);
}

/** The register that a branch to a thunk goes through. */
function thunkRegister(symbol: string): number | undefined {
  const name = kernelThunk.exec(symbol)?.[1];
  return name === undefined ? undefined : registerNumber(`%${name}`);
}

/**
 * Jump tables by their form: a mask, a load, a jump, one behind the other and with one register. That nothing comes in between is for
 * the analysis to find.
 */
function jumpTablesOf(subject: ImageParts, destinations: Subject['destinations']): Map<number, JumpTable> {
  const { code, pointers } = subject;
  const tables = new Map<number, JumpTable>();
  code.forEach((jump, i) => {
    const to = jump.mnemonic === 'jmp' ? destinations.get(jump.at) : undefined;
    const register = to !== undefined && 'symbol' in to ? thunkRegister(to.symbol) : undefined;
    if (register === undefined || i < 2) return;
    const [mask, load] = [code[i - 2], code[i - 1]];
    const bound = maskBound(mask);
    const from = loadedFrom(subject, load);
    if (bound === undefined || from === undefined || load.mnemonic !== 'movq') return;
    if ([mask.operands[1], load.operands[1], addressOf(load.operands[0])?.index].some((operand) => registerNumber(operand ?? '') !== register)) return;
    const places: number[] = [];
    for (let at = from; at < from + bound * POINTER; at += POINTER) {
      const place = pointers.get(at);
      if (place === undefined) return;
      places.push(place);
    }
    tables.set(jump.at, { load, from, places });
  });
  return tables;
}

function flowOf(subject: Parts, destinations: Subject['destinations']): FlowFindings {
  const functions = [...subject.pointers].flatMap(([at, place]) => (subject.jumpElements.has(at) ? [] : [place]));
  const entries = [...functions, ...subject.code.map((instruction) => codeAddress(subject, instruction))];
  return analyseFlow({
    code: subject.code,
    entries: new Set(entries.filter((place) => place !== undefined)),
    destination: (branch) => destinations.get(branch.at),
    thunkRegister,
    jumpTable: (jump) => subject.jumpTables.get(jump.at),
    returnsTwice: (symbol) => symbol === RETURNS_TWICE,
    loadsCode: (load, count) => loadsCode(subject, load, count),
  });
}

/** The instruction that a place is in. */
function instructionAt(code: readonly Decoded[], place: number): Decoded | undefined {
  let low = 0;
  for (let high = code.length; low < high; ) {
    const middle = (low + high) >>> 1;
    if (end(code[middle]) <= place) low = middle + 1;
    else high = middle;
  }
  return code[low];
}

/** The code with a mark in every relocated field. */
function markedCode({ image, text }: CodeObject, relocations: readonly CodeRelocation[]): Buffer {
  const bytes = Buffer.from(image.contents(text));
  for (const { at } of relocations) if (at + FIELD <= bytes.length) bytes.writeUInt32LE(MARK, at);
  return bytes;
}

function thunkSites(destinations: Subject['destinations']): ThunkSites {
  const to = (isSite: (symbol: string) => boolean): number[] =>
    [...destinations].filter(([, destination]) => 'symbol' in destination && isSite(destination.symbol)).map(([place]) => place);
  return { returns: to((symbol) => symbol === RETURN_THUNK), indirect: to((symbol) => thunkRegister(symbol) !== undefined) };
}

/** Holds the code of an object against all rules. */
export function verifyCode(object: CodeObject): CodeVerdict {
  const { image, text, relocations, disassemble } = object;
  const inText = relocations.filter(({ section }) => section === text.index);
  const code = disassemble(markedCode(object, inText)).map(decoded);
  const ofCode = new Map<number, CodeRelocation[]>();
  for (const relocation of inText) {
    const place = instructionAt(code, relocation.at)?.at;
    if (place !== undefined) ofCode.set(place, [...(ofCode.get(place) ?? []), relocation]);
  }
  const constants = image.section('.rodata');
  const pointers = relocations
    .filter(({ section, type }) => section === constants?.index && type === R_X86_64_64)
    .map(({ at, symbol, addend }) => [at, symbol?.sectionIndex === text.index ? symbol.value + addend : undefined] as const);
  const parts: ImageParts = { ...object, code, starts: new Set(code.map(({ at }) => at)), ofCode, pointers: new Map(pointers) };
  const destinations = new Map<number, Destination>();
  for (const instruction of code) {
    const to = isBranch(instruction) ? destinationOf(parts, instruction) : undefined;
    if (to !== undefined) destinations.set(instruction.at, to);
  }
  const jumpTables = jumpTablesOf(parts, destinations);
  const jumpElements = new Set([...jumpTables.values()].flatMap(({ from, places }) => places.map((_place, i) => from + i * POINTER)));
  const whole: Parts = { ...parts, jumpTables, jumpElements };
  const subject: Subject = { ...whole, destinations, flow: flowOf(whole, destinations) };
  const { depths } = subject.flow;
  return {
    violations: new Map(codeRules.map(({ id, violations }) => [id, violations(subject)])),
    sites: thunkSites(destinations),
    frames: code.filter((each) => isCall(each) || mayFault(each)).flatMap(({ at }) => (depths.has(at) ? [[at, depths.get(at)!] as const] : [])),
  };
}
