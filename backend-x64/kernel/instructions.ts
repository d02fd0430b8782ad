// What an instruction of code for ring 0 may look like by itself: its name, its operands, its bytes. It lists what is permitted.
// Where instructions lead and what they do to the stack is in flow.ts.

import { kernelStack } from '../../runtime-c/tables/kernel.js';
import { type Decoded, isFrame, isMemory } from './code.js';

const words = (text: string): string[] => text.trim().split(/\s+/);
const CONDITIONS = words('o no b ae e ne be a s ns p np l ge le g');
const sized = (stems: string, suffixes: string): string[] => words(stems).flatMap((stem) => [...suffixes].map((suffix) => stem + suffix));

/** Those on general registers whose last letter is the size of what they work on. */
const GENERAL_NAMES: ReadonlySet<string> = new Set([
  ...sized('mov add adc sub sbb inc dec neg not and or xor cmp test shl shr sar rol ror mul imul div idiv xchg cmpxchg xadd', 'bwlq'),
  ...sized('lea bt btr bts btc bsf bsr tzcnt popcnt shld shrd', 'wlq'),
]);
/** Instructions on registers, constants and memory that change nothing but these and the arithmetic flags. */
const PLAIN: ReadonlySet<string> = new Set([
  ...GENERAL_NAMES,
  ...words(
    'movabsq bswapl bswapq movzbw movzbl movzbq movzwl movzwq movsbw movsbl movsbq movswl movswq movslq cbtw cwtl cltq cwtd cltd cqto lahf sahf nop nopw nopl endbr64 mfence cmpxchg16b',
  ),
  ...CONDITIONS.flatMap((condition) => [`set${condition}`, ...sized(`cmov${condition}`, 'wlq')]),
  // Vectors: SSE up to 4.2.
  ...words(
    'movd movq movss movsd movaps movups movapd movupd movdqa movdqu movlps movhps movlpd movhpd movhlps movlhps movddup movshdup movsldup movmskps movmskpd pmovmskb',
  ),
  ...words(
    'addss subss mulss divss sqrtss minss maxss addsd subsd mulsd divsd sqrtsd minsd maxsd addps subps mulps divps sqrtps minps maxps addpd subpd mulpd divpd sqrtpd minpd maxpd',
  ),
  ...words(
    'andps andnps orps xorps andpd andnpd orpd xorpd ucomiss ucomisd comiss comisd roundss roundsd roundps roundpd haddps haddpd hsubps hsubpd dpps dppd',
  ),
  ...words('eq lt le unord neq nlt nle ord').flatMap((how) => words('ss sd ps pd').map((type) => `cmp${how}${type}`)),
  ...words(
    'cvtss2sd cvtsd2ss cvtps2pd cvtpd2ps cvtdq2ps cvtdq2pd cvtps2dq cvtpd2dq cvttps2dq cvttpd2dq cvttss2si cvttsd2si cvtss2si cvtsd2si cvtsi2ss cvtsi2sd cvtsi2ssl cvtsi2ssq cvtsi2sdl cvtsi2sdq cvttss2siq cvttsd2siq',
  ),
  ...words(
    'shufps shufpd unpcklps unpckhps unpcklpd unpckhpd blendps blendpd blendvps blendvpd insertps extractps pblendw pblendvb pshufd pshuflw pshufhw pshufb palignr',
  ),
  ...words(
    'punpcklbw punpcklwd punpckldq punpcklqdq punpckhbw punpckhwd punpckhdq punpckhqdq packsswb packssdw packuswb packusdw pinsrb pinsrw pinsrd pinsrq pextrb pextrw pextrd pextrq',
  ),
  ...words(
    'paddb paddw paddd paddq psubb psubw psubd psubq paddsb paddsw paddusb paddusw psubsb psubsw psubusb psubusw pmullw pmulld pmulhw pmulhuw pmulhrsw pmuludq pmuldq pmaddwd pmaddubsw phaddw phaddd phaddsw phsubw phsubd psadbw pavgb pavgw pabsb pabsw pabsd psignb psignw psignd',
  ),
  ...words(
    'pand pandn por pxor ptest pcmpeqb pcmpeqw pcmpeqd pcmpeqq pcmpgtb pcmpgtw pcmpgtd pcmpgtq pminub pminuw pminud pminsb pminsw pminsd pmaxub pmaxuw pmaxud pmaxsb pmaxsw pmaxsd',
  ),
  ...words(
    'psllw pslld psllq psrlw psrld psrlq psraw psrad pslldq psrldq pmovsxbw pmovsxbd pmovsxbq pmovsxwd pmovsxwq pmovsxdq pmovzxbw pmovzxbd pmovzxbq pmovzxwd pmovzxwq pmovzxdq',
  ),
]);
const STACK: ReadonlySet<string> = new Set(['pushq', 'popq']);
const STOPS: ReadonlySet<string> = new Set(['ud2', 'int3']);
const JUMPS: ReadonlySet<string> = new Set(['jmp', ...CONDITIONS.map((condition) => `j${condition}`)]);
/** Those that may be one operation with `lock`, where they change memory. */
const LOCKED: ReadonlySet<string> = new Set([
  ...sized('add adc sub sbb inc dec neg not and or xor xchg cmpxchg xadd', 'bwlq'),
  ...sized('btr bts btc', 'wlq'),
  'cmpxchg16b',
]);
/** Copies and fills, in their one form. */
const STRINGS: ReadonlyMap<string, readonly string[]> = new Map([
  ...sized('movs', 'bwlq').map((name) => [name, ['(%rsi)', '%es:(%rdi)']] as const),
  ...[...'bwlq'].map((suffix, i) => [`stos${suffix}`, [['%al', '%ax', '%eax', '%rax'][i], '%es:(%rdi)']] as const),
]);
const CALLS: ReadonlySet<string> = new Set(['call', 'callq']);

/** The general registers in the order of their numbers, without the stack pointer's names. */
const GENERAL: readonly (readonly string[])[] = [
  ...['ax', 'cx', 'dx', 'bx'].map((name) => [`r${name}`, `e${name}`, name, `${name[0]}l`, `${name[0]}h`]),
  [],
  ...['bp', 'si', 'di'].map((name) => [`r${name}`, `e${name}`, name, `${name}l`]),
  ...[8, 9, 10, 11, 12, 13, 14, 15].map((number) => [`r${number}`, `r${number}d`, `r${number}w`, `r${number}b`]),
];
const NUMBERS: ReadonlyMap<string, number> = new Map(GENERAL.flatMap((names, number) => names.map((name) => [`%${name}`, number] as const)));
const WIDE: ReadonlySet<string> = new Set(GENERAL.flatMap(([wide]) => (wide === undefined ? [] : [`%${wide}`])));
const VECTOR = /^%xmm(?:[0-9]|1[0-5])$/;
const CONSTANT = /^\$-?\d+$/;

/** The number of a general register, whatever part of it is named; none for the stack pointer. */
export const registerNumber = (operand: string): number | undefined => NUMBERS.get(operand);

/** The value of a constant operand. */
export const constantOf = (operand: string): number | undefined => (CONSTANT.test(operand) ? Number(operand.slice(1)) : undefined);

export const isCall = ({ mnemonic }: Decoded): boolean => CALLS.has(mnemonic);
export const isJump = ({ mnemonic }: Decoded): boolean => JUMPS.has(mnemonic);
export const isStop = ({ mnemonic }: Decoded): boolean => STOPS.has(mnemonic);
export const isNop = ({ mnemonic }: Decoded): boolean => /^nop[wl]?$/.test(mnemonic);
const isBranch = (instruction: Decoded): boolean => isCall(instruction) || isJump(instruction);

/** An address: base and index are registers of 64 bits, or the base is the instruction pointer. */
export interface Address {
  readonly displacement: number;
  readonly base: string | undefined;
  readonly index: string | undefined;
  readonly scale: number;
}

const ADDRESS = /^(-?\d+)?(?:\((%\w+)?(?:,(%\w+)(?:,([1248]))?)?\))?$/;

/** Takes an address apart that is in no segment of its own and not relative to the stack pointer; undefined for everything else. */
export function addressOf(operand: string): Address | undefined {
  const match = ADDRESS.exec(operand);
  if (match === null || operand === '') return undefined;
  const [, displacement = '0', base, index, scale = '1'] = match as (string | undefined)[];
  if (base !== undefined && !WIDE.has(base) && !(base === '%rip' && index === undefined)) return undefined;
  if (index !== undefined && !WIDE.has(index)) return undefined;
  return { displacement: Number(displacement), base, index, scale: Number(scale) };
}

/** The place in the frame of an operand that is there, in bytes above the stack pointer. */
export const frameOffset = (operand: string): number => Number(operand.slice(0, operand.indexOf('(')));

/** Nothing is mapped in the last 2 MiB, so addresses of 32 bits may be a little negative with their displacement. */
const LOWEST_DISPLACEMENT = -(2 ** 21);
/** Addresses that are a constant of 32 bits, which is extended by its sign. */
const ABSOLUTE_END = 2 ** 31;

function isPermittedAddress({ displacement, base, index }: Address, computed: boolean): boolean {
  if (computed || base === '%rip') return true;
  return base === undefined && index === undefined ? displacement >= 0 && displacement < ABSOLUTE_END : displacement >= LOWEST_DISPLACEMENT;
}

function isPermittedOperand({ mnemonic }: Decoded, operand: string): boolean {
  const computed = mnemonic.startsWith('lea');
  if (NUMBERS.has(operand) || VECTOR.test(operand) || CONSTANT.test(operand)) return true;
  if (isFrame(operand)) return !computed && frameOffset(operand) >= 0 && frameOffset(operand) < kernelStack.reserve;
  const address = addressOf(operand);
  return address !== undefined && isPermittedAddress(address, computed);
}

/** The test of the stack pointer whose `e` says that the stack is used up to its reserve. */
export function isStackTest({ mnemonic, operands: [mask, tested] }: Decoded): boolean {
  return mnemonic === 'testl' && tested === '%esp' && constantOf(mask) === kernelStack.size - kernelStack.reserve;
}

/** Below what the instruction bounds the register that it masks with a constant; undefined if it does not do that. */
export function maskBound({ mnemonic, operands: [mask, register] }: Decoded): number | undefined {
  const constant = mnemonic === 'andl' ? constantOf(mask) : undefined;
  return constant !== undefined && constant >= 0 && registerNumber(register) !== undefined ? constant + 1 : undefined;
}

/** By how much a frame grows (or shrinks, below zero) with this instruction; undefined if it is not one that does that. */
export function frameGrowth({ mnemonic, operands }: Decoded): number | undefined {
  if (mnemonic === 'pushq') return 8;
  if (mnemonic === 'popq') return -8;
  if ((mnemonic !== 'subq' && mnemonic !== 'addq') || operands[1] !== '%rsp') return undefined;
  const bytes = constantOf(operands[0]);
  return mnemonic === 'subq' || bytes === undefined ? bytes : -bytes;
}

/** Whether the instruction is one that is listed, with the prefixes that it may have. */
export function isListed({ mnemonic, prefixes, operands }: Decoded): boolean {
  if (/^nop[wl]?$/.test(mnemonic)) return prefixes.every((prefix) => prefix === 'data16' || prefix === 'cs');
  if (STRINGS.has(mnemonic)) return prefixes.join() === 'rep';
  if (prefixes.length > 0) return prefixes.join() === 'lock' && LOCKED.has(mnemonic) && isMemory(operands.at(-1) ?? '');
  return PLAIN.has(mnemonic) || STACK.has(mnemonic) || STOPS.has(mnemonic) || JUMPS.has(mnemonic) || CALLS.has(mnemonic);
}

/** Whether all operands are permitted; where branches lead is not looked at. */
export function hasPermittedOperands(instruction: Decoded): boolean {
  const { mnemonic, operands } = instruction;
  const string = STRINGS.get(mnemonic);
  if (string !== undefined) return operands.join() === string.join();
  if (isBranch(instruction) || isNop(instruction) || isStackTest(instruction)) return true;
  if (mnemonic === 'popq') return NUMBERS.has(operands[0]);
  if (mnemonic === 'pushq')
    return NUMBERS.has(operands[0]) || CONSTANT.test(operands[0]) || (isFrame(operands[0]) && isPermittedOperand(instruction, operands[0]));
  if (frameGrowth(instruction) !== undefined) return true;
  // The number of a bit in memory reaches beyond the operand if it is not a constant.
  if (/^bt[rsc]?[wlq]$/.test(mnemonic) && isMemory(operands[1]) && !CONSTANT.test(operands[0])) return false;
  return operands.every((operand) => isPermittedOperand(instruction, operand));
}

const OPERAND_SIZE = 0x66,
  LOCK = 0xf0,
  REPEAT = 0xf3,
  REPEAT_NOT = 0xf2;
const PREFIX_BYTES: ReadonlySet<number> = new Set([OPERAND_SIZE, LOCK, REPEAT, REPEAT_NOT, 0x67, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65]);
/** First bytes of encodings that came after SSE: VEX, EVEX, REX2. */
const LATER_ENCODINGS: ReadonlySet<number> = new Set([0xc4, 0xc5, 0x62, 0xd5]);

/** Instructions whose opcode begins with F2 or F3. */
const REPEATED = /^(?:\w+s[sd]|cvt\w+|mov(?:ddup|s[hl]dup|dqu|q)|pshuf[hl]w|popcnt[lq]|tzcnt[lq]|endbr64)$/;

/** Whether the bytes have no prefix but those that the instruction needs: processors and disassemblers differ on the others. */
export function isPlainEncoding(bytes: Uint8Array, instruction: Decoded): boolean {
  const { mnemonic, prefixes } = instruction;
  let at = 0;
  while (PREFIX_BYTES.has(bytes[at])) at++;
  if (isNop(instruction)) return bytes.subarray(0, at).every((byte) => byte === OPERAND_SIZE || byte === 0x2e);
  const given = [...bytes.subarray(0, at)].filter((byte) => byte !== LOCK || !prefixes.includes('lock'));
  const opcode = bytes[at] >= 0x40 && bytes[at] <= 0x4f ? at + 1 : at;
  if (LATER_ENCODINGS.has(bytes[opcode])) return false;
  if (isBranch(instruction) || STACK.has(mnemonic) || STOPS.has(mnemonic)) return given.length === 0;
  if (STRINGS.has(mnemonic) || mnemonic === 'popcntw') return given.every((byte) => byte === REPEAT || byte === OPERAND_SIZE);
  return (
    given.length === 0 || (given.length === 1 && (given[0] === OPERAND_SIZE || (REPEATED.test(mnemonic) && (given[0] === REPEAT || given[0] === REPEAT_NOT))))
  );
}

const READ_ONLY = /^(?:(?:cmp|test|bt|mul|div|idiv)[bwlq]|push[q]|u?comis[sd]|ptest|nop[wl]?)$/;

/** `imul` with one operand, whose product is in rdx and rax. */
const isWideProduct = ({ mnemonic, operands }: Decoded): boolean => /^imul[bwlq]$/.test(mnemonic) && operands.length === 1;

/** Operands that the instruction may change. */
export function writtenOperands(instruction: Decoded): readonly string[] {
  const { mnemonic, operands } = instruction;
  if (READ_ONLY.test(mnemonic) || isWideProduct(instruction) || CALLS.has(mnemonic) || JUMPS.has(mnemonic)) return [];
  return /^(?:xchg|xadd)[bwlq]$/.test(mnemonic) ? operands : operands.slice(-1);
}

/** Numbers of registers that instructions change without naming them, by name. */
const HIDDEN: readonly (readonly [names: RegExp, registers: readonly number[]])[] = [
  [/^(?:mul|i?div)[bwlq]$|^(?:cwtd|cltd|cqto|cmpxchg16b)$/, [0, 2]],
  [/^cmpxchg[bwlq]$|^(?:cbtw|cwtl|cltq|lahf)$/, [0]],
  [/^(?:movs|stos)[bwlq]$/, [1, 6, 7]],
];

/** Numbers of general registers that the instruction may change; those of calls are the called function's. */
export function writtenRegisters(instruction: Decoded): number[] {
  const named = writtenOperands(instruction).flatMap((operand) => registerNumber(operand) ?? []);
  if (isWideProduct(instruction)) return [0, 2];
  const hidden = HIDDEN.filter(([names]) => names.test(instruction.mnemonic)).flatMap(([, registers]) => registers);
  return [...named, ...hidden];
}

/** Bytes that vector instructions write to memory, where it is not all 16. */
const STORED: ReadonlyMap<string, number> = new Map([
  ...words('movss movd extractps pextrd').map((name) => [name, 4] as const),
  ...words('movsd movlps movhps movlpd movhpd pextrq').map((name) => [name, 8] as const),
  ['pextrw', 2],
  ['pextrb', 1],
]);
const SUFFIXES: ReadonlyMap<string, number> = new Map([...'bwlq'].map((suffix, i) => [suffix, 2 ** i]));
const WIDEST = 16;

/** Bytes that the instruction writes where its operand is in memory, or more. */
export function storedBytes({ mnemonic }: Decoded): number {
  if (mnemonic.startsWith('set')) return 1;
  return STORED.get(mnemonic) ?? (GENERAL_NAMES.has(mnemonic) ? SUFFIXES.get(mnemonic.slice(-1)) : undefined) ?? WIDEST;
}
