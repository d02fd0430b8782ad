// An ELF file as plain data: the façade over the npm package elfy, which nothing else imports.
//
// elfy 1.0.0 reads the header, program headers and section headers. What it cannot do is done here:
// symbols (it has none), the alignment and entry size of 64-bit sections (it reads them two bytes too early),
// files without section headers (it dereferences the missing name table), more than 65,279 sections, and
// numbers for the program header and machine types that it has no name for.

import elfy from 'elfy';
import type { ElfyHeader, ElfyProgram, ElfySection } from 'elfy';
import { ElfFormatError } from './errors.js';

/** `e_type`. */
export const elfTypes = { relocatable: 1, executable: 2, shared: 3 } as const;

/** `p_type` of the program headers that matter here. */
export const segmentTypes = {
  load: 1,
  dynamic: 2,
  interp: 3,
  note: 4,
  tls: 7,
  gnuEhFrame: 0x6474e550,
  gnuStack: 0x6474e551,
} as const;

/** `sh_type` of the sections that matter here. */
export const sectionTypes = { progbits: 1, symtab: 2, strtab: 3, rela: 4, nobits: 8, rel: 9, relr: 19 } as const;

/** `st_info & 15`. */
export const symbolTypes = { none: 0, object: 1, func: 2, section: 3, file: 4 } as const;

/** `st_info >> 4`. */
export const symbolBindings = { local: 0, global: 1, weak: 2 } as const;

/** A program header. Addresses and sizes are exact below 2^53. */
export interface ElfSegment {
  readonly type: number;
  readonly read: boolean;
  readonly write: boolean;
  readonly execute: boolean;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly alignment: number;
}

/** A section header. */
export interface ElfSection {
  readonly index: number;
  readonly name: string;
  readonly type: number;
  readonly allocated: boolean;
  readonly write: boolean;
  readonly execute: boolean;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  /** Index of the linked section (`sh_link`). */
  readonly link: number;
  /** `sh_info`: of relocations the index of the section that they are of. */
  readonly info: number;
  readonly alignment: number;
  readonly entrySize: number;
}

/** An entry of `.symtab`. */
export interface ElfSymbol {
  readonly name: string;
  /** Where the name is, as an offset in the string table. */
  readonly nameOffset: number;
  readonly type: number;
  readonly binding: number;
  /** 0 is undefined, 0xfff1 absolute. */
  readonly sectionIndex: number;
  readonly value: number;
  readonly size: number;
}

/** An entry of the symbol table in ELF64: its size, and where its parts are. */
export const symbolEntry = { size: 24, name: 0, info: 4, other: 5, section: 6, value: 8, objectSize: 16 } as const;
/** In the file header of ELF64, and its size. */
export const elfHeader = { sectionHeaders: 40, sectionCount: 60, namesSection: 62, size: 64 } as const;
/** In a section header of ELF64, and its size. */
export const sectionHeader = { name: 0, type: 4, flags: 8, offset: 24, size: 32, link: 40, info: 44, alignment: 48, entrySize: 56, headerSize: 64 } as const;

const elf64 = { symbolSize: symbolEntry.size, sectionAlignment: 48, sectionEntrySize: 56, sectionType: 4, headerType: 16, headerMachine: 18 } as const;

/** A parsed ELF file of either class; symbols are read for ELF64 only. */
export class ElfImage {
  readonly is64Bit: boolean;
  readonly isLittleEndian: boolean;
  readonly type: number;
  readonly machine: number;
  readonly entry: number;
  readonly segments: readonly ElfSegment[];
  readonly sections: readonly ElfSection[];
  private cachedSymbols: readonly ElfSymbol[] | undefined;

  private constructor(
    readonly bytes: Buffer,
    header: ElfyHeader,
    programs: ElfyProgram[],
    sections: ElfSection[],
  ) {
    this.is64Bit = header.class === '64';
    this.isLittleEndian = header.endian === 'lsb';
    this.type = this.uint16(elf64.headerType);
    this.machine = this.uint16(elf64.headerMachine);
    this.entry = header.entry;
    this.segments = programs.map((program, i) => ({
      type: this.uint32(header.phoff + i * header.phentsize),
      read: program.flags.r === true,
      write: program.flags.w === true,
      execute: program.flags.x === true,
      offset: program.offset,
      address: program.vaddr,
      fileSize: program.filesz,
      memorySize: program.memsz,
      alignment: program.align,
    }));
    this.sections = sections;
  }

  /** Parse; throws `ElfFormatError` on anything that is not a well-formed ELF file. */
  static parse(bytes: Uint8Array): ElfImage {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    try {
      const parser = new elfy.Parser();
      const header = parser.parseHeader(buffer);
      const programs = parser.parsePrograms(buffer, header);
      const sections = parseSections(parser, buffer, header);
      return new ElfImage(buffer, header, programs, sections);
    } catch (error) {
      throw new ElfFormatError(`not a readable ELF file: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** The first section of that name. */
  section(name: string): ElfSection | undefined {
    return this.sections.find((section) => section.name === name);
  }

  /** File contents of a section; empty for one that occupies no file space. */
  contents(section: ElfSection): Buffer {
    if (section.type === sectionTypes.nobits) return this.bytes.subarray(0, 0);
    return this.bytes.subarray(section.offset, section.offset + section.size);
  }

  /** All symbols, without the empty first entry; none in a stripped file. */
  symbols(): readonly ElfSymbol[] {
    this.cachedSymbols ??= this.readSymbols();
    return this.cachedSymbols;
  }

  private readSymbols(): ElfSymbol[] {
    const table = this.sections.find((section) => section.type === sectionTypes.symtab);
    const strings = table === undefined ? undefined : this.sections[table.link];
    if (table === undefined || strings === undefined || !this.is64Bit || !this.isLittleEndian) return [];
    const data = this.contents(table);
    const names = this.contents(strings);
    const symbols: ElfSymbol[] = [];
    for (let at = elf64.symbolSize; at + elf64.symbolSize <= data.length; at += elf64.symbolSize) {
      const nameOffset = data.readUInt32LE(at);
      const info = data.readUInt8(at + 4);
      symbols.push({
        // Made when it is asked for: names may overlap, so that all of them are longer than the file.
        get name() {
          const end = names.indexOf(0, nameOffset);
          return names.toString('utf8', nameOffset, end < 0 ? names.length : end);
        },
        nameOffset,
        type: info & 15,
        binding: info >> 4,
        sectionIndex: data.readUInt16LE(at + 6),
        value: Number(data.readBigUInt64LE(at + 8)),
        size: Number(data.readBigUInt64LE(at + 16)),
      });
    }
    return symbols;
  }

  private uint16(offset: number): number {
    return this.isLittleEndian ? this.bytes.readUInt16LE(offset) : this.bytes.readUInt16BE(offset);
  }

  private uint32(offset: number): number {
    return this.isLittleEndian ? this.bytes.readUInt32LE(offset) : this.bytes.readUInt32BE(offset);
  }
}

/** Bytes of a section's name that are read: names may overlap, so that all of them are longer than the file. */
const LONGEST_SECTION_NAME = 256;

function sectionName(names: Uint8Array, offset: number): string {
  const head = Buffer.from(names.subarray(offset, offset + LONGEST_SECTION_NAME));
  const end = head.indexOf(0);
  return head.toString('utf8', 0, end < 0 ? head.length : end);
}

/** Section headers with their names; empty for a file that has none. */
function parseSections(parser: InstanceType<typeof elfy.Parser>, bytes: Buffer, header: ElfyHeader): ElfSection[] {
  if (header.shoff === 0) return [];
  const is64 = header.class === '64';
  const first = parser.parseSections(bytes, { ...header, shnum: 1 })[0];
  if (first === undefined) return [];
  // Extended numbering (gABI): a count of 0 is in the first header's size, a name index of 0xffff in its link.
  const count = header.shnum === 0 ? first.size : header.shnum;
  const nameIndex = header.shstrndx === 0xffff ? first.link : header.shstrndx;
  const raw = parser.parseSections(bytes, { ...header, shnum: count });
  const names = raw[nameIndex];
  return raw.map((section, index) => {
    const at = header.shoff + index * header.shentsize;
    return {
      index,
      name: names === undefined ? '' : sectionName(names.data, section.name),
      type: typeof section.type === 'number' ? section.type : bytes.readUInt32LE(at + elf64.sectionType),
      ...sectionPlace(section),
      alignment: is64 ? Number(bytes.readBigUInt64LE(at + elf64.sectionAlignment)) : 0,
      entrySize: is64 ? Number(bytes.readBigUInt64LE(at + elf64.sectionEntrySize)) : 0,
    };
  });
}

function sectionPlace(section: ElfySection): Pick<ElfSection, 'allocated' | 'write' | 'execute' | 'address' | 'offset' | 'size' | 'link' | 'info'> {
  return {
    allocated: section.flags.alloc === true,
    write: section.flags.write === true,
    execute: section.flags.execinstr === true,
    address: section.addr,
    offset: section.off,
    size: section.size,
    link: section.link,
    info: section.info,
  };
}
