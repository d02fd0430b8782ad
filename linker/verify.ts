// Post-link verification: the rules that every executable of ours keeps, one row each. A violation is a bug
// of ours, so the linked file is not handed out.

import { type ElfImage, type ElfSegment, elfTypes, sectionTypes, segmentTypes, symbolBindings } from './elf-image.js';
import type { PlacedImage } from './layout.js';
import type { Target } from '../codegen/target.js';

/** What the file is held against. */
export interface Expectation {
  readonly target: Target;
  readonly memoryImages: readonly PlacedImage[];
  /** The program has thread-local variables. */
  readonly threads?: boolean;
}

interface Check {
  readonly id: string;
  /** The rule, as a statement about every output. */
  readonly rule: string;
  /** What breaks the rule, one phrase each; empty when it is kept. */
  readonly violations: (image: ElfImage, expected: Expectation) => string[];
}

const loads = (image: ElfImage): ElfSegment[] => image.segments.filter((segment) => segment.type === segmentTypes.load);
const end = (segment: ElfSegment): number => segment.address + segment.memorySize;
const at = (segment: ElfSegment): string => `segment at 0x${segment.address.toString(16)}`;
const when = (condition: boolean, phrase: string): string[] => (condition ? [phrase] : []);

/** The rules, in the order in which they are reported. */
export const checks: readonly Check[] = [
  {
    id: 'elf64',
    rule: 'the file is a little-endian ELF64 file',
    violations: (image) => when(!image.is64Bit || !image.isLittleEndian, 'other class or byte order'),
  },
  {
    id: 'machine',
    rule: "the file is for the target's machine",
    violations: (image, { target }) => when(image.machine !== target.elfMachine, `machine ${image.machine}, not ${target.elfMachine}`),
  },
  {
    id: 'executable',
    rule: 'the file is a fixed-address executable (ET_EXEC)',
    violations: (image) => when(image.type !== elfTypes.executable, `type ${image.type}`),
  },
  {
    id: 'entry',
    rule: 'the entry point is in an executable segment',
    violations: (image) =>
      when(!loads(image).some((s) => s.execute && s.address <= image.entry && image.entry < end(s)), `entry 0x${image.entry.toString(16)}`),
  },
  {
    id: 'no-interpreter',
    rule: 'there is no program interpreter',
    violations: (image) =>
      when(
        image.segments.some((s) => s.type === segmentTypes.interp),
        'PT_INTERP',
      ),
  },
  {
    id: 'not-dynamic',
    rule: 'nothing is left to a dynamic linker: no dynamic segment, no relocations',
    violations: (image) => [
      ...when(
        image.segments.some((s) => s.type === segmentTypes.dynamic),
        'PT_DYNAMIC',
      ),
      ...image.sections
        .filter((s) => s.size > 0 && (s.type === sectionTypes.rel || s.type === sectionTypes.rela || s.type === sectionTypes.relr))
        .map((s) => `relocations in ${s.name}`),
    ],
  },
  {
    id: 'write-xor-execute',
    rule: 'no segment is both writable and executable',
    violations: (image) =>
      loads(image)
        .filter((s) => s.write && s.execute)
        .map(at),
  },
  {
    id: 'stack-not-executable',
    rule: 'PT_GNU_STACK is there and not executable',
    violations: (image) => {
      const stack = image.segments.find((s) => s.type === segmentTypes.gnuStack);
      return stack === undefined ? ['no PT_GNU_STACK'] : when(stack.execute, 'executable');
    },
  },
  {
    id: 'thread-local',
    rule: 'there is one PT_TLS, within the data, in programs with threads, and none in others',
    violations: (image, { threads }) => {
      const all = image.segments.filter((s) => s.type === segmentTypes.tls);
      const data = loads(image).find((s) => s.write);
      const outside = all.filter((s) => data === undefined || s.address < data.address || s.address + s.fileSize > end(data));
      return [...when(all.length !== (threads === true ? 1 : 0), `${all.length} of them`), ...outside.map(at)];
    },
  },
  {
    id: 'no-undefined-symbols',
    rule: 'every symbol is defined, weak references aside',
    violations: (image) =>
      image
        .symbols()
        .filter((s) => s.sectionIndex === 0 && s.name !== '' && s.binding !== symbolBindings.weak)
        .map((s) => s.name),
  },
  {
    id: 'headers-loaded',
    rule: 'the first segment holds the file and program headers, which start-up reads',
    violations: (image) => {
      const first = loads(image)[0];
      return when(first === undefined || first.offset !== 0 || first.fileSize < 64 + 56 * image.segments.length, 'headers outside');
    },
  },
  {
    id: 'debug-not-loaded',
    rule: 'debug information is not part of the loaded program',
    violations: (image) => image.sections.filter((s) => s.name.startsWith('.debug_') && (s.allocated || s.address !== 0)).map((s) => s.name),
  },
  {
    id: 'segments-ascend',
    rule: 'loaded segments ascend and share no page',
    violations: (image, { target }) => {
      const all = loads(image);
      const page = (address: number): number => Math.floor(address / target.maxPageSize);
      return all.filter((s, i) => i > 0 && page(s.address) <= page(end(all[i - 1] ?? s) - 1)).map(at);
    },
  },
  {
    id: 'file-within-memory',
    rule: 'no segment has more in the file than in memory',
    violations: (image) =>
      loads(image)
        .filter((s) => s.fileSize > s.memorySize)
        .map(at),
  },
  {
    id: 'image-below-memory',
    rule: 'code and data lie below linear memory',
    violations: (image, { target, memoryImages }) => {
      const memory = new Set(memoryImages.map((m) => m.address));
      return loads(image)
        .filter((s) => !memory.has(s.address) && end(s) > target.memoryBase)
        .map(at);
    },
  },
  {
    id: 'memory-images',
    rule: 'each memory image is a read-write segment of its own, at its address, of its size',
    violations: (image, { memoryImages }) =>
      memoryImages.flatMap((memory) => {
        const segment = loads(image).find((s) => s.address === memory.address);
        if (segment === undefined) return [`${memory.section}: no segment`];
        return [
          ...when(!segment.write || segment.execute, `${memory.section}: wrong permissions`),
          ...when(segment.fileSize !== memory.size, `${memory.section}: ${segment.fileSize} bytes in the file, not ${memory.size}`),
          ...when(segment.memorySize !== memory.mappedSize, `${memory.section}: maps ${segment.memorySize} bytes, not ${memory.mappedSize}`),
        ];
      }),
  },
];

/** Every violation, as `rule-id: rule (phrase)`; empty for a good file. */
export function verifyImage(image: ElfImage, expected: Expectation): string[] {
  return checks.flatMap((check) => check.violations(image, expected).map((phrase) => `${check.id}: ${check.rule} (${phrase})`));
}
