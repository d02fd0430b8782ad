// Verification of an object for ring 0: the second line of defence, which does not believe the compiler. It lists what is permitted;
// everything else is a violation, which is a bug of ours. x86-64 only.

import type { Target } from '../codegen/target.js';
import { kernelStack } from '../runtime-c/tables/kernel.js';
import { type ElfImage, type ElfSection, type ElfSymbol, elfTypes, sectionTypes, symbolBindings } from './elf-image.js';
import { LANDINGS, landingCount, placesOf } from './exception-table.js';
import { type Decoded, decodeCode, isFrame, isMemory, mayFault } from './kernel-code.js';

/** What the object is held against. */
export interface KernelExpectation {
  readonly target: Target;
  /** Functions that the module around the object defines, and thunks of the kernel. */
  readonly provided: ReadonlySet<string>;
}

/** What the rules look at. */
interface Subject extends KernelExpectation {
  readonly image: ElfImage;
  readonly text: ElfSection;
  readonly code: readonly Decoded[];
  /** Starts of instructions. */
  readonly starts: ReadonlySet<number>;
  readonly relocations: readonly Relocation[];
  /** Those of the code, by the place that they are at. */
  readonly ofCode: ReadonlyMap<number, Relocation>;
}

interface Relocation {
  /** Index of the section that is relocated, and the place in it. */
  readonly section: number;
  readonly at: number;
  readonly type: number;
  readonly symbol: ElfSymbol;
  readonly addend: number;
}

interface KernelRule {
  readonly id: string;
  /** The rule, as a statement about every object. */
  readonly rule: string;
  /** What breaks the rule, one phrase each. */
  readonly violations: (subject: Subject) => string[];
}

const R_X86_64_64 = 1,
  R_X86_64_PC32 = 2,
  R_X86_64_PLT32 = 4,
  R_X86_64_32 = 10,
  R_X86_64_32S = 11;
const ABSOLUTE = 0xfff1;
/** Variables end below this, so that code of every module, which the kernel loads in the last 2 GiB, reaches them. */
const VARIABLES_END = 2 ** 30;

/** Thunks of the kernel, by which returns and indirect jumps go. */
export const kernelThunk = /^__x86_(?:return_thunk|indirect_thunk_r(?:[abcd]x|[sd]i|bp|8|9|1[0-5]))$/;

const words = (text: string): string[] => text.trim().split(/\s+/);
const CONDITIONS = words('o no b ae e ne be a s ns p np l ge le g');
const sized = (stems: string, suffixes: string): string[] => words(stems).flatMap((stem) => [...suffixes].map((suffix) => stem + suffix));

/** Instructions on registers, constants and memory that change nothing but these and the arithmetic flags. */
const PLAIN: ReadonlySet<string> = new Set([
  ...sized('mov add adc sub sbb inc dec neg not and or xor cmp test shl shr sar rol ror mul imul div idiv xchg cmpxchg xadd', 'bwlq'),
  ...sized('lea bt btr bts btc bsf bsr popcnt shld shrd', 'wlq'),
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
/** Instructions that use the stack, branch, or stop. */
const STACK: ReadonlySet<string> = new Set(['pushq', 'popq']);
const BRANCHES: ReadonlySet<string> = new Set(['jmp', 'callq', 'call', ...CONDITIONS.map((condition) => `j${condition}`)]);
const STOPS: ReadonlySet<string> = new Set(['ud2', 'int3']);
/** Copies and fills, whose faults are those of any access. */
const STRINGS: ReadonlySet<string> = new Set(sized('movs stos', 'bwlq'));

const GENERAL = '(?:[re]?[abcd]x|[re]?[sd]i|[re]?bp|[abcd][lh]|[sd]il|bpl|r(?:8|9|1[0-5])[bwd]?)';
const REGISTER = new RegExp(`^%(?:${GENERAL}|xmm(?:[0-9]|1[0-5]))$`);
const CONSTANT = /^\$-?(?:0x[0-9a-f]+|\d+)$/;
const DISPLACEMENT = '-?(?:0x[0-9a-f]+|\\d+)?';
const WIDE = '%r(?:[abcd]x|[sd]i|bp|8|9|1[0-5])';
/** A displacement, a base and an index; the base may be the instruction pointer. No segment, and the stack pointer only in `isFrame`. */
const ADDRESS = new RegExp(`^${DISPLACEMENT}(?:\\((?:${WIDE})?(?:,${WIDE}(?:,[1248])?)?\\)|\\(%rip\\))?$`);

const where = ({ at, text }: Decoded): string => `0x${at.toString(16)}: ${text}`;
const isBranch = ({ mnemonic }: Decoded): boolean => BRANCHES.has(mnemonic);

/** What touches the stack pointer in a permitted way: its entry check, a frame made or left. */
function isStackArithmetic({ mnemonic, operands }: Decoded): boolean {
  const [first = '', second = ''] = operands;
  if (mnemonic === 'testl') return second === '%esp' && Number(first.slice(1)) === kernelStack.size - kernelStack.reserve;
  return (
    (mnemonic === 'addq' || mnemonic === 'subq') && second === '%rsp' && CONSTANT.test(first) && Math.abs(Number(first.slice(1))) <= kernelStack.reserve / 2
  );
}

/** The place in a frame, in bytes above the stack pointer. */
const frameOffset = (operand: string): number => Number(operand.slice(0, operand.indexOf('(')) || 0);

function isPermittedOperand(instruction: Decoded, operand: string): boolean {
  if (REGISTER.test(operand) || CONSTANT.test(operand)) return true;
  if (isFrame(operand)) return instruction.mnemonic.startsWith('lea') ? false : frameOffset(operand) >= 0 && frameOffset(operand) < kernelStack.reserve;
  return isMemory(operand) && ADDRESS.test(operand);
}

/** The rules, in the order in which they are reported. */
export const kernelRules: readonly KernelRule[] = [
  {
    id: 'relocatable',
    rule: "the file is a relocatable object for the target's machine",
    violations: ({ image, target }) =>
      image.type === elfTypes.relocatable && image.machine === target.elfMachine ? [] : [`type ${image.type}, machine ${image.machine}`],
  },
  {
    id: 'sections',
    rule: 'code, constants and the exception table are all that is loaded, and nothing of it can be written',
    violations: ({ image }) =>
      image.sections
        .filter(
          ({ name, allocated, write, execute }) => allocated && (write || execute !== (name === '.text') || !['.text', '.rodata', '__ex_table'].includes(name)),
        )
        .map(({ name }) => name),
  },
  {
    id: 'symbols',
    rule: 'what is not defined is what the module around the object provides',
    violations: ({ image, provided }) =>
      image
        .symbols()
        .filter(({ sectionIndex, name, binding }) => sectionIndex === 0 && (binding !== symbolBindings.global || !isProvided(name, provided)))
        .map(({ name }) => name),
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
    violations: (subject) =>
      subject.relocations
        .filter((relocation) => !isPermittedRelocation(subject, relocation))
        .map((r) => `type ${r.type} at 0x${r.at.toString(16)} of ${subject.image.sections[r.section].name}`),
  },
  {
    id: 'instructions',
    rule: 'instructions are those that are listed',
    violations: ({ code }) =>
      code
        .filter(({ mnemonic, prefixes }) => {
          if (STRINGS.has(mnemonic)) return prefixes.some((prefix) => prefix !== 'rep') || (!prefixes.includes('rep') && !PLAIN.has(mnemonic));
          const lone = BRANCHES.has(mnemonic) || STOPS.has(mnemonic) || STACK.has(mnemonic);
          if (mnemonic.startsWith('nop')) return prefixes.some((prefix) => prefix !== 'data16' && prefix !== 'cs');
          return !(PLAIN.has(mnemonic) || lone) || prefixes.some((prefix) => prefix !== 'lock' || lone);
        })
        .map(where),
  },
  {
    id: 'operands',
    rule: 'operands are general and vector registers, constants, places in the frame, and addresses without a segment; the stack pointer is in no other register',
    violations: ({ code }) =>
      code
        .filter((instruction) => {
          if (isBranch(instruction) || isStackArithmetic(instruction) || instruction.mnemonic.startsWith('nop')) return false;
          if (STRINGS.has(instruction.mnemonic) && instruction.prefixes.includes('rep')) return false;
          return !instruction.operands.every((operand) => isPermittedOperand(instruction, operand));
        })
        .map(where),
  },
  {
    id: 'stack',
    rule: 'what is pushed is a register, a constant or in the frame; what is popped goes to a register',
    violations: ({ code }) =>
      code
        .filter(
          ({ mnemonic, operands: [operand = ''] }) =>
            STACK.has(mnemonic) && !REGISTER.test(operand) && !(mnemonic === 'pushq' && (CONSTANT.test(operand) || isFrame(operand))),
        )
        .map(where),
  },
  {
    id: 'branches',
    rule: 'branches go to the start of an instruction of the code, or to what the module around it provides',
    violations: (subject) => subject.code.filter((instruction) => isBranch(instruction) && !isPermittedBranch(subject, instruction)).map(where),
  },
  {
    id: 'ends',
    rule: 'the code does not run on behind its end',
    violations: ({ code }) => {
      const last = code.at(-1);
      return last === undefined || last.mnemonic === 'jmp' || STOPS.has(last.mnemonic) || last.mnemonic.startsWith('nop') ? [] : [where(last)];
    },
  },
  {
    id: 'exception-table',
    rule: 'every instruction that may fault has its row in the exception table, and rows are for instructions',
    violations: (subject) => {
      const table = subject.image.section('.rela__ex_table');
      const places = table === undefined ? new Set<number>() : placesOf({ relocations: subject.image.contents(table) });
      const missing = subject.code.filter((instruction) => mayFault(instruction) && !places.has(instruction.at)).map(where);
      return [...missing, ...[...places].filter((place) => !subject.starts.has(place)).map((place) => `a row for 0x${place.toString(16)}`)];
    },
  },
];

function isProvided(name: string, provided: ReadonlySet<string>): boolean {
  return provided.has(name) || kernelThunk.test(name) || name === LANDINGS;
}

/** Where a relocation of the code leads, if that is in the code. */
function placeInCode({ text }: Subject, { symbol, addend, type }: Relocation, behind: number): number | undefined {
  if (symbol.sectionIndex !== text.index) return undefined;
  return symbol.value + addend + (type === R_X86_64_PC32 || type === R_X86_64_PLT32 ? behind : 0);
}

/** The bytes of a relocated field, and of what a relative one is counted from. */
const FIELD = 4;

function isPermittedRelocation(subject: Subject, relocation: Relocation): boolean {
  const { image, text, provided, starts, code } = subject;
  const { section, type, symbol, addend } = relocation;
  const to = image.sections[symbol.sectionIndex];
  const external = symbol.sectionIndex === 0 && isProvided(symbol.name, provided);
  switch (image.sections[section].name) {
    case '.text': {
      if (type === R_X86_64_PLT32 || (type === R_X86_64_PC32 && external)) return external || to?.index === text.index;
      if (symbol.sectionIndex === ABSOLUTE) {
        const target = symbol.value + addend;
        if (type === R_X86_64_32) return target >= 0 && target < 2 ** 32;
        if (type === R_X86_64_32S) return target >= 0 && target < 2 ** 31;
        return type === R_X86_64_PC32 && target + 2 * FIELD >= 0 && target < VARIABLES_END;
      }
      if (type !== R_X86_64_PC32 && type !== R_X86_64_32S) return false;
      return to !== undefined && (to.name === '.rodata' || (to.index === text.index && type === R_X86_64_PC32));
    }
    case '.rodata':
      return type === R_X86_64_64 && (external || (to?.index === text.index && starts.has(symbol.value + addend)));
    case '__ex_table': {
      if (type !== R_X86_64_PC32) return false;
      if (symbol.name === LANDINGS && symbol.sectionIndex === 0) return addend >= 0 && addend % 16 === 0 && addend / 16 < landingCount(text.size);
      return to?.index === text.index && symbol.value === 0 && code.length > 0;
    }
    default:
      return false;
  }
}

function isPermittedBranch(subject: Subject, instruction: Decoded): boolean {
  const { at, length, operands } = instruction;
  const [operand = ''] = operands;
  if (operands.length !== 1 || operand.startsWith('*')) return false;
  const end = at + length;
  const relocation = subject.ofCode.get(end - FIELD);
  if (relocation !== undefined && length > FIELD) {
    if (relocation.symbol.sectionIndex === 0) return relocation.addend === -FIELD && isProvided(relocation.symbol.name, subject.provided);
    const place = placeInCode(subject, relocation, FIELD);
    return place !== undefined && subject.starts.has(place);
  }
  // A branch within a function: a distance from its end, which is printed.
  return CONSTANT.test(`$${operand}`) && subject.starts.has(end + Number(operand));
}

function relocationsOf(image: ElfImage): Relocation[] {
  const symbols = image.symbols();
  return image.sections
    .filter(({ type }) => type === sectionTypes.rela)
    .flatMap((section) => {
      const contents = image.contents(section);
      return Array.from({ length: contents.length / 24 }, (_, i) => ({
        section: section.info,
        at: Number(contents.readBigUInt64LE(i * 24)),
        type: contents.readUInt32LE(i * 24 + 8),
        symbol: symbols[contents.readUInt32LE(i * 24 + 12) - 1],
        addend: Number(contents.readBigInt64LE(i * 24 + 16)),
      }));
    });
}

/** Every violation, as `rule-id: rule (phrase)`; empty for a good object. At most a few for each rule. */
export function verifyKernel(image: ElfImage, expected: KernelExpectation): string[] {
  const text = image.section('.text');
  if (text === undefined) return ['sections: an object without code'];
  const code = decodeCode(image.contents(text), expected.target);
  const relocations = relocationsOf(image);
  const subject: Subject = {
    ...expected,
    image,
    text,
    code,
    starts: new Set(code.map(({ at }) => at)),
    relocations,
    ofCode: new Map(relocations.filter(({ section }) => section === text.index).map((relocation) => [relocation.at, relocation])),
  };
  const MOST = 5;
  return kernelRules.flatMap(({ id, rule, violations }) => {
    const found = violations(subject);
    return [...found.slice(0, MOST), ...(found.length > MOST ? [`and ${found.length - MOST} more`] : [])].map((phrase) => `${id}: ${rule} (${phrase})`);
  });
}
