// Verification of an object for other programs: the rules that each keeps, one row each. A violation is a bug of ours.

import { type ElfImage, elfTypes, sectionTypes, symbolBindings } from './elf-image.js';
import { outsideSymbols } from './localize-symbols.js';
import type { Target } from '../codegen/target.js';

/** What the object is held against. */
export interface ObjectExpectation {
  readonly target: Target;
  /** Names of the symbols that others may see. */
  readonly visible: ReadonlySet<string>;
}

interface ObjectCheck {
  readonly id: string;
  /** The rule, as a statement about every object. */
  readonly rule: string;
  /** What breaks the rule, one phrase each; empty when it is kept. */
  readonly violations: (image: ElfImage, expected: ObjectExpectation) => string[];
}

const when = (condition: boolean, phrase: string): string[] => (condition ? [phrase] : []);

/** The rules, in the order in which they are reported. */
export const objectChecks: readonly ObjectCheck[] = [
  {
    id: 'relocatable',
    rule: "the file is a relocatable object for the target's machine",
    violations: (image, { target }) =>
      when(image.type !== elfTypes.relocatable || image.machine !== target.elfMachine, `type ${image.type}, machine ${image.machine}`),
  },
  {
    id: 'only-interface-visible',
    rule: 'every symbol that is defined and not local belongs to the interface',
    violations: (image, { visible }) =>
      image
        .symbols()
        .filter((s) => s.sectionIndex !== 0 && s.binding !== symbolBindings.local && !visible.has(s.name))
        .map((s) => s.name),
  },
  {
    id: 'nothing-missing',
    rule: 'every symbol is defined, but for functions of the program and weak references',
    violations: (image, { visible }) =>
      image
        .symbols()
        .filter((s) => s.sectionIndex === 0 && s.binding !== symbolBindings.weak && !visible.has(s.name) && !outsideSymbols.has(s.name))
        .map((s) => s.name),
  },
  {
    id: 'read-only-stays-read-only',
    rule: 'no code and no read-only data is relocated to an absolute address, which would have to be written at load time',
    violations: (image, { target }) =>
      image.sections
        .filter((s) => s.type === sectionTypes.rela && /^\.rela\.(text|rodata|gcc_except_table)/.test(s.name))
        .flatMap((s) =>
          relocationTypes(image.contents(s))
            .filter((type) => target.absoluteRelocations.includes(type))
            .map((type) => `relocation ${type} in ${s.name}`),
        ),
  },
  {
    id: 'stack-not-executable',
    rule: 'the object asks for a stack that is not executable',
    violations: (image) => {
      const note = image.section('.note.GNU-stack');
      return note === undefined ? ['no .note.GNU-stack'] : when(note.execute, 'executable');
    },
  },
];

/** The types that occur among relocations. */
function relocationTypes(relocations: Buffer): number[] {
  const types = new Set<number>();
  for (let at = 0; at + 24 <= relocations.length; at += 24) types.add(relocations.readUInt32LE(at + 8));
  return [...types];
}

/** Every violation, as `rule-id: rule (phrase)`; empty for a good object. */
export function verifyObject(image: ElfImage, expected: ObjectExpectation): string[] {
  return objectChecks.flatMap((check) => check.violations(image, expected).map((phrase) => `${check.id}: ${check.rule} (${phrase})`));
}
