// The linker script: where everything in the executable lies.
//
// Three segments for the image (read-only, code, data), each one page above the one before but at the same
// offset within its page, so that they follow each other in the file without padding; then one segment for
// each stretch of linear memory. The image is one block from `imageBase` up and ends below the memory base,
// where accesses to linear memory start.

import { capabilitiesSection } from '../runtime-c/tables/capabilities.js';
import type { Target, MemorySection } from '../codegen/target.js';
import { embeddedSection } from './embedded-files.js';

/** First address of the image. Below it stays free, so that small integers are no addresses. */
export const imageBase = 0x200000;

/**
 * Initial memory that the kernel maps with the last memory image. What lies beyond is left to the start-up
 * code, which can report a failure; the kernel could only kill the process.
 */
export const loaderMappedLimit = 256 * 1024 * 1024;

/**
 * Name of the section that says which program made the file. It is the first of the image and never empty:
 * without contents in the first segment lld would put the headers into the page of the code.
 */
export const producerSection = '.w2e.producer';

const pageStep = '. = ALIGN(CONSTANT(MAXPAGESIZE)) + (. & (CONSTANT(MAXPAGESIZE) - 1));';

interface ImageSection {
  readonly name: string;
  readonly inputs: readonly string[];
  /** Program headers beside the segment's own that cover this section. */
  readonly also?: string;
}

interface ImageSegment {
  readonly name: string;
  /** PF_R 4, PF_W 2, PF_X 1. */
  readonly flags: number;
  readonly sections: readonly ImageSection[];
}

const headerSegment = 'rodata';
/** Of programs with threads: what each thread gets a copy of. */
const threadSegment = 'threads';

const imageSegments: readonly ImageSegment[] = [
  {
    name: headerSegment,
    flags: 4,
    sections: [
      { name: '.note.gnu.build-id', inputs: ['*(.note.gnu.build-id)'] },
      { name: capabilitiesSection, inputs: [`KEEP(*(${capabilitiesSection}))`] },
      { name: '.rodata', inputs: ['*(.rodata .rodata.*)'] },
      { name: embeddedSection, inputs: [`*(${embeddedSection})`] },
      { name: '.eh_frame_hdr', inputs: ['*(.eh_frame_hdr)'], also: 'frames' },
      { name: '.eh_frame', inputs: ['KEEP(*(.eh_frame))'] },
      { name: '.gcc_except_table', inputs: ['*(.gcc_except_table .gcc_except_table.*)'] },
    ],
  },
  {
    name: 'text',
    flags: 5,
    sections: [{ name: '.text', inputs: ['*(.text.hot .text.hot.*)', '*(.text.unlikely .text.unlikely.*)', '*(.text .text.*)'] }],
  },
  {
    name: 'data',
    flags: 6,
    sections: [
      { name: '.data', inputs: ['*(.data.rel.ro .data.rel.ro.*)', '*(.data .data.*)'] },
      { name: '.tdata', inputs: ['*(.tdata .tdata.*)'], also: threadSegment },
      { name: '.tbss', inputs: ['*(.tbss .tbss.*)'], also: threadSegment },
      { name: 'w2e_exception_roots', inputs: ['KEEP(*(w2e_exception_roots))'] }, // the runtime finds it by its name
      { name: '.got', inputs: ['*(.got .got.plt)'] }, // weak references that stay open
      { name: '.bss', inputs: ['*(.bss .bss.* COMMON)'] },
    ],
  },
];

/** Debug information: in the file behind everything that is loaded, at no address. */
// biome-ignore format: a row is a line
const debugSections = [
  '.debug_abbrev', '.debug_addr', '.debug_aranges', '.debug_info', '.debug_line', '.debug_line_str', '.debug_loc', '.debug_loclists',
  '.debug_ranges', '.debug_rnglists', '.debug_str', '.debug_str_offsets',
];

/** Inputs that no executable of ours needs. */
const discarded = ['.comment', '.note.GNU-stack', '.note.gnu.property', '.llvm_addrsig'];

/** What the script depends on. */
export interface LayoutInput {
  readonly target: Target;
  readonly memoryImages: readonly MemorySection[];
  readonly memoryInitialBytes: number;
  /** The program has thread-local variables. */
  readonly threads?: boolean;
  /** One line for the producer section, for example `wasm2elf 0.1.0 x86_64-linux`. */
  readonly producer: string;
}

/** A memory image and how far its segment reaches. */
export interface PlacedImage extends MemorySection {
  /** `p_memsz`: whole pages; of the last image the rest of the initial memory too. */
  readonly mappedSize: number;
}

/** Decide how much memory each image's segment covers. Throws on images that break the object contract. */
export function placeMemoryImages(input: LayoutInput): PlacedImage[] {
  const { memoryBase, maxPageSize } = input.target;
  const sorted = [...input.memoryImages].sort((a, b) => a.address - b.address);
  const memoryEnd = memoryBase + input.memoryInitialBytes;
  let free = memoryBase;
  return sorted.map((image, index) => {
    const end = alignUp(image.address + image.size, maxPageSize);
    if (image.address % maxPageSize !== 0) throw new Error(`memory image ${image.section} is not page-aligned`);
    if (image.address < free) throw new Error(`memory image ${image.section} overlaps what lies below it`);
    if (image.address + image.size > memoryEnd) throw new Error(`memory image ${image.section} reaches beyond the initial memory`);
    free = end;
    const isLast = index === sorted.length - 1;
    const reach = isLast && memoryEnd - end <= loaderMappedLimit ? Math.max(end, memoryEnd) : end;
    return { ...image, mappedSize: reach - image.address };
  });
}

/** The linker script for an executable. */
export function linkerScript(input: LayoutInput): string {
  const images = placeMemoryImages(input);
  const memoryBase = hex(input.target.memoryBase);
  const lines = [
    'ENTRY(_start)',
    `w2e_memory = ${memoryBase};`,
    'PHDRS',
    '{',
    ...imageSegments.map((segment) => `  ${segment.name} PT_LOAD${segment.name === headerSegment ? ' FILEHDR PHDRS' : ''} FLAGS(${segment.flags});`),
    ...images.map((_, i) => `  memory${i} PT_LOAD FLAGS(6);`),
    '  frames PT_GNU_EH_FRAME FLAGS(4);',
    ...(input.threads === true ? [`  ${threadSegment} PT_TLS FLAGS(4);`] : []),
    '  stack PT_GNU_STACK FLAGS(6);',
    '}',
    'SECTIONS',
    '{',
    `  . = ${hex(imageBase)} + SIZEOF_HEADERS;`,
    `  ${producerSection} : { ${byteCommands(input.producer)} } :${headerSegment}`,
  ];
  imageSegments.forEach((segment, i) => {
    if (i > 0) lines.push(`  ${pageStep}`);
    for (const section of segment.sections) {
      if (section.also === threadSegment && input.threads !== true) continue;
      const also = section.also === undefined ? '' : ` :${section.also}`;
      lines.push(`  ${section.name} : { ${section.inputs.join(' ')} } :${segment.name}${also}`);
    }
  });
  lines.push('  w2e_image_end = .;');
  images.forEach((image, i) => {
    lines.push(`  ${image.section} ${hex(image.address)} : { KEEP(*(${image.section})) } :memory${i}`);
    if (image.mappedSize > image.size) {
      lines.push(`  ${image.section}.zero (NOLOAD) : { . += ${hex(image.address + image.mappedSize)} - .; } :memory${i}`);
    }
  });
  lines.push(
    ...debugSections.map((name) => `  ${name} 0 : { *(${name}) }`),
    `  /DISCARD/ : { ${discarded.map((name) => `*(${name})`).join(' ')} }`,
    '}',
    `ASSERT(w2e_image_end <= ${memoryBase}, "the program's code and data do not fit below linear memory")`,
    '',
  );
  return lines.join('\n');
}

function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

function byteCommands(text: string): string {
  return [...Buffer.from(`${text}\0`)].map((byte) => `BYTE(${byte})`).join(' ');
}
