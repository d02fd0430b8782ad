// Verification of an object for ring 0: the second line of defence, which does not believe the compiler. It lists what is permitted;
// everything else is a violation, which is a bug of ours. What depends on the machine is in the back end.

import { ABSOLUTE, type CodeRelocation, type CodeRule, type Frames, type KernelObjectTarget, type ThunkSites } from '../codegen/kernel-target.js';
import type { Target } from '../codegen/target.js';
import { disassemble } from '../llvm-bindings/disassemble.js';
import { kernelLandings, kernelSymbols } from '../runtime-c/tables/kernel.js';
import { type ElfImage, type ElfSection, type ElfSymbol, elfTypes, sectionTypes, symbolBindings } from './elf-image.js';

/** What the object is held against. */
export interface KernelExpectation {
  readonly target: Target;
  readonly kernel: KernelObjectTarget;
  /** Functions that the module around the object defines. */
  readonly provided: ReadonlySet<string>;
}

interface Subject extends KernelExpectation {
  readonly image: ElfImage;
  readonly text: ElfSection;
}

interface FileRule extends CodeRule {
  /** What breaks the rule, one phrase each. */
  readonly violations: (subject: Subject) => readonly string[];
}

/** Bytes of a relocation. */
const RELOCATION = 24;

/** Every section that the object may have. */
const SECTIONS: ReadonlyMap<string, { readonly type: number; readonly allocated: boolean; readonly execute: boolean }> = new Map([
  ['', { type: 0, allocated: false, execute: false }],
  ['.text', { type: sectionTypes.progbits, allocated: true, execute: true }],
  ['.rodata', { type: sectionTypes.progbits, allocated: true, execute: false }],
  ['__ex_table', { type: sectionTypes.progbits, allocated: true, execute: false }],
  ...['.text', '.rodata', '__ex_table'].map((name) => [`.rela${name}`, { type: sectionTypes.rela, allocated: false, execute: false }] as const),
  ['.symtab', { type: sectionTypes.symtab, allocated: false, execute: false }],
  ['.strtab', { type: sectionTypes.strtab, allocated: false, execute: false }],
  ['.shstrtab', { type: sectionTypes.strtab, allocated: false, execute: false }],
]);

/** The rules that hold for every machine. */
const fileRules: readonly FileRule[] = [
  {
    id: 'relocatable',
    rule: "the file is a relocatable object for the target's machine",
    violations: ({ image, target }) =>
      image.type === elfTypes.relocatable && image.machine === target.elfMachine ? [] : [`type ${image.type}, machine ${image.machine}`],
  },
  {
    id: 'sections',
    rule: 'code, constants, the exception table and what describes them are all that there is, each once, and nothing of it can be written',
    violations: ({ image: { sections } }) =>
      sections
        .filter((section, i) => sections.findIndex(({ name }) => name === section.name) !== i || !isPermittedSection(sections, section))
        .map(({ name }) => name),
  },
  {
    id: 'symbols',
    rule: 'what is not defined is what the module around the object provides; what is defined has a name only where the module asks for it',
    violations: (subject) =>
      subject.image
        .symbols()
        .filter((symbol) => !isPermittedSymbol(subject, symbol))
        .map(({ name, sectionIndex }) => `${name} in ${sectionIndex}`),
  },
];

/** All rules, in the order in which they are reported. */
export const kernelRules = ({ codeRules }: KernelObjectTarget): readonly CodeRule[] => [...fileRules, ...codeRules];

function isPermittedSection(sections: readonly ElfSection[], { name, type, allocated, write, execute, info, link }: ElfSection): boolean {
  const permitted = SECTIONS.get(name);
  if (permitted === undefined || write || type !== permitted.type || allocated !== permitted.allocated || execute !== permitted.execute) return false;
  return type !== sectionTypes.rela || (name === `.rela${sections[info]?.name}` && sections[link]?.type === sectionTypes.symtab);
}

function isPermittedSymbol({ image, text, provided, kernel }: Subject, { name, type, binding, sectionIndex }: ElfSymbol): boolean {
  const FUNCTION = 2,
    SECTION = 3;
  if (type > SECTION) return false;
  if (sectionIndex === 0) return binding === symbolBindings.global && (provided.has(name) || kernel.isThunk(name) || name === kernelLandings);
  if (kernelSymbols.has(name) ? binding !== symbolBindings.global : name !== '' || binding !== symbolBindings.local) return false;
  if (sectionIndex === ABSOLUTE) return name === '' && type < FUNCTION;
  return sectionIndex === text.index || image.sections[sectionIndex]?.name === '.rodata';
}

function relocationsOf(image: ElfImage): CodeRelocation[] {
  const symbols = image.symbols();
  return image.sections
    .filter(({ type }) => type === sectionTypes.rela)
    .flatMap((section) => {
      const contents = image.contents(section);
      return Array.from({ length: Math.floor(contents.length / RELOCATION) }, (_, i) => ({
        section: section.info,
        at: Number(contents.readBigUInt64LE(i * RELOCATION)),
        type: contents.readUInt32LE(i * RELOCATION + 8),
        symbol: symbols[contents.readUInt32LE(i * RELOCATION + 12) - 1],
        addend: Number(contents.readBigInt64LE(i * RELOCATION + 16)),
      }));
    });
}

/** What was found. */
export interface KernelVerdict {
  /** As `rule-id: rule (phrase)`; empty for a good object. At most a few for each rule. */
  readonly violations: readonly string[];
  readonly frames: Frames;
  readonly sites: ThunkSites;
}

/** Holds an object against all rules. */
export function verifyKernel(image: ElfImage, expected: KernelExpectation): KernelVerdict {
  const { target, kernel, provided } = expected;
  const text = image.section('.text');
  if (text === undefined) return { violations: ['sections: an object without code'], frames: [], sites: { returns: [], indirect: [] } };
  const subject: Subject = { ...expected, image, text };
  const {
    violations: ofCode,
    frames,
    sites,
  } = kernel.verifyCode({
    image,
    text,
    relocations: relocationsOf(image),
    provided,
    disassemble: (code) => disassemble(code, { llvmName: target.llvmName, triple: target.triple, cpu: kernel.disassembledFor }),
  });
  const all = new Map([...fileRules.map(({ id, violations }) => [id, violations(subject)] as const), ...ofCode]);
  const MOST = 5;
  const violations = kernelRules(kernel).flatMap(({ id, rule }) => {
    const found = all.get(id) ?? [];
    return [...found.slice(0, MOST), ...(found.length > MOST ? [`and ${found.length - MOST} more`] : [])].map((phrase) => `${id}: ${rule} (${phrase})`);
  });
  return { violations, frames, sites };
}
