// Types for the npm package elfy 1.0.0, which has none: only what elf-image.ts uses.

declare module 'elfy' {
  export interface ElfyHeader {
    class: string;
    endian: string;
    type: string | undefined;
    machine: string | undefined;
    entry: number;
    phoff: number;
    shoff: number;
    phentsize: number;
    phnum: number;
    shentsize: number;
    shnum: number;
    shstrndx: number;
  }

  export interface ElfyProgram {
    type: string | undefined;
    offset: number;
    vaddr: number;
    filesz: number;
    memsz: number;
    flags: { r?: boolean; w?: boolean; x?: boolean };
    align: number;
  }

  export interface ElfySection {
    name: number;
    type: string | number;
    flags: { write?: boolean; alloc?: boolean; execinstr?: boolean };
    addr: number;
    off: number;
    size: number;
    link: number;
    info: number;
    data: Buffer;
  }

  export class Parser {
    parseHeader(bytes: Buffer): ElfyHeader;
    parsePrograms(bytes: Buffer, header: ElfyHeader): ElfyProgram[];
    parseSections(bytes: Buffer, header: ElfyHeader): ElfySection[];
    resolveStr(table: Buffer, offset: number): string;
  }

  const elfy: { readonly Parser: typeof Parser };
  export default elfy;
}
