// hot
// Line number programs of DWARF 2 to 5 (DWARF 5 section 6.2, DWARF 4 section 6.2): which source line each
// instruction comes from. What the state machine produces goes to a sink row by row; flags other than the end of a
// sequence are not kept.

import { formText, readForm } from './dwarf-forms.js';
import type { UnitFormat } from './dwarf-forms.js';
import { DwarfError, DwarfReader } from './dwarf-reader.js';
import type { DwarfSections } from './dwarf-reader.js';

/** A source file. `directory` is "" where the name says it all. */
export interface SourceFile {
  readonly name: string;
  readonly directory: string;
}

/** Takes the rows of a program in order; addresses ascend within a sequence. */
export interface LineSink {
  row(address: number, file: number, line: number, column: number): void;
  /** `address` is the first one behind the sequence. */
  endSequence(address: number): void;
}

// biome-ignore format: a row is a line
const enum Standard {
  Copy = 1, AdvancePc, AdvanceLine, SetFile, SetColumn, NegateStatement, SetBasicBlock, ConstAddPc, FixedAdvancePc,
  SetPrologueEnd, SetEpilogueBegin, SetIsa,
}

const enum Extended {
  EndSequence = 1,
  SetAddress,
  DefineFile,
  SetDiscriminator,
}

const enum Content {
  Path = 1,
  DirectoryIndex = 2,
}

const MAX_VALUE = 0x7fff_ffff;

interface Header {
  readonly end: number;
  readonly minimumInstructionLength: number;
  readonly maximumOperations: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** Operand counts by standard opcode. */
  readonly operands: Uint8Array;
  readonly addressSize: number;
  readonly directories: readonly string[];
  /** By file register; in versions before 5 the first is 1. */
  readonly files: (SourceFile | undefined)[];
}

/** Bytes of the program at `offset` of `.debug_line`, as it says itself. Throws `DwarfError`. */
export function lineProgramSize(sections: DwarfSections, offset: number): number {
  const reader = new DwarfReader(sections.get('debug_line'), offset);
  return reader.unitLength().length + reader.pos - offset;
}

/**
 * The program at `offset` of `.debug_line`. `unit` and `compilationDirectory` are those of the compilation unit that
 * refers to it. Throws `DwarfError` for a defect in the header.
 */
export function lineProgramAt(sections: DwarfSections, offset: number, unit: UnitFormat, compilationDirectory: string): LineProgram {
  const reader = new DwarfReader(sections.get('debug_line'), offset);
  return new LineProgram(reader, readHeader(sections, reader, unit, compilationDirectory));
}

function readHeader(sections: DwarfSections, reader: DwarfReader, unit: UnitFormat, compilationDirectory: string): Header {
  const { length, offsetSize } = reader.unitLength();
  const end = reader.pos + length;
  if (end > reader.end) throw new DwarfError('a line number program reaches beyond its section');
  reader.end = end;
  const version = reader.u16();
  if (version < 2 || version > 5) throw new DwarfError(`line number program of version ${version}`);
  let addressSize = unit.addressSize;
  if (version >= 5) {
    addressSize = reader.u8();
    reader.u8(); // segment selector size
  }
  const headerLength = reader.unsigned(offsetSize);
  const program = reader.pos + headerLength;
  if (program > end) throw new DwarfError('the header of a line number program reaches beyond it');
  const minimumInstructionLength = reader.u8();
  const maximumOperations = version >= 4 ? reader.u8() : 1;
  reader.u8(); // default_is_stmt
  const lineBase = reader.i8();
  const lineRange = reader.u8();
  const opcodeBase = reader.u8();
  if (lineRange === 0 || maximumOperations === 0 || opcodeBase === 0) throw new DwarfError('a line number program divides by zero');
  const at = reader.skip(opcodeBase - 1);
  const operands = new Uint8Array(opcodeBase);
  operands.set(reader.bytes.subarray(at, at + opcodeBase - 1), 1);
  const format: UnitFormat = { ...unit, version, offsetSize, addressSize };
  const { directories, files } = version >= 5 ? readTables(sections, reader, format, compilationDirectory) : readOldTables(reader, compilationDirectory);
  reader.pos = program;
  return { end, minimumInstructionLength, maximumOperations, lineBase, lineRange, opcodeBase, operands, addressSize, directories, files };
}

/** Directories and files before version 5: strings up to an empty one. Directory 0 and file 0 are not in the lists. */
function readOldTables(reader: DwarfReader, compilationDirectory: string): Pick<Header, 'directories' | 'files'> {
  const directories = [compilationDirectory];
  for (let text = reader.string(); text !== ''; text = reader.string()) directories.push(joined(compilationDirectory, text));
  const files: (SourceFile | undefined)[] = [undefined];
  for (let name = reader.string(); name !== ''; name = reader.string()) files.push(oldFile(reader, name, directories));
  return { directories, files };
}

function oldFile(reader: DwarfReader, name: string, directories: readonly string[]): SourceFile {
  const directory = reader.uleb();
  reader.uleb(); // time of modification
  reader.uleb(); // length
  return sourceFile(name, directories[directory]);
}

/** Directories and files of version 5: each list says which attributes its entries have, in which forms. */
function readTables(sections: DwarfSections, reader: DwarfReader, format: UnitFormat, compilationDirectory: string): Pick<Header, 'directories' | 'files'> {
  const directories: string[] = [];
  readEntries(sections, reader, format, (path) => directories.push(joined(directories[0] ?? compilationDirectory, path)));
  const files: SourceFile[] = [];
  readEntries(sections, reader, format, (path, directory) => files.push(sourceFile(path, directories[directory])));
  return { directories, files };
}

function readEntries(sections: DwarfSections, reader: DwarfReader, format: UnitFormat, take: (path: string, directory: number) => void): void {
  const attributes = Array.from({ length: reader.u8() }, () => ({ content: reader.uleb(), form: reader.uleb() }));
  const count = reader.uleb();
  // Every entry that names something takes space, so a larger count is a defect.
  if (count > reader.end - reader.pos) throw new DwarfError(`a list of ${count} entries`);
  for (let i = 0; i < count; i++) {
    let path = '';
    let directory = 0;
    for (const { content, form } of attributes) {
      const value = readForm(reader, form, format);
      if (content === Content.Path) path = formText(sections, reader, form, value, format) ?? '';
      else if (content === Content.DirectoryIndex) directory = value;
    }
    take(path, directory);
  }
}

const ABSOLUTE = /^(\/|[A-Za-z]:[\\/])/;

function joined(base: string, path: string): string {
  if (path === '' || path === '.') return base;
  return base === '' || ABSOLUTE.test(path) ? path : `${base}/${path}`;
}

function sourceFile(name: string, directory = ''): SourceFile {
  return { name, directory: ABSOLUTE.test(name) ? '' : directory };
}

/** A line number program whose header has been read. */
export class LineProgram {
  private address = 0;
  private operation = 0;
  private file = 1;
  private line = 1;
  private column = 0;

  constructor(
    private readonly reader: DwarfReader,
    private readonly header: Header,
  ) {}

  /** By file register, undefined where a number is not in use; the program itself may add some. */
  get files(): readonly (SourceFile | undefined)[] {
    return this.header.files;
  }

  /** Runs the program, once. Throws `DwarfError`; rows before the defect have then been told. */
  run(sink: LineSink): void {
    const { reader, header } = this;
    while (reader.pos < header.end) {
      const opcode = reader.u8();
      if (opcode >= header.opcodeBase) this.special(opcode, sink);
      else if (opcode === 0) this.extended(sink);
      else this.standard(opcode, sink);
    }
  }

  private special(opcode: number, sink: LineSink): void {
    const { lineBase, lineRange, opcodeBase } = this.header;
    const adjusted = opcode - opcodeBase;
    this.advance(Math.floor(adjusted / lineRange));
    this.line += lineBase + (adjusted % lineRange);
    this.emit(sink);
  }

  private standard(opcode: Standard, sink: LineSink): void {
    const { reader, header } = this;
    switch (opcode) {
      case Standard.Copy:
        return this.emit(sink);
      case Standard.AdvancePc:
        return this.advance(reader.uleb());
      case Standard.AdvanceLine:
        this.line += reader.sleb();
        return;
      case Standard.SetFile:
        this.file = reader.uleb();
        return;
      case Standard.SetColumn:
        this.column = reader.uleb();
        return;
      case Standard.ConstAddPc:
        return this.advance(Math.floor((255 - header.opcodeBase) / header.lineRange));
      case Standard.FixedAdvancePc:
        this.address += reader.u16();
        this.operation = 0;
        return;
      case Standard.NegateStatement:
      case Standard.SetBasicBlock:
      case Standard.SetPrologueEnd:
      case Standard.SetEpilogueBegin:
        return;
      default:
        for (let i = header.operands[opcode]; i > 0; i--) reader.uleb();
    }
  }

  private extended(sink: LineSink): void {
    const { reader, header } = this;
    const length = reader.uleb();
    const next = reader.skip(length) + length;
    reader.pos = next - length;
    const opcode: Extended = length === 0 ? 0 : reader.u8();
    if (opcode === Extended.EndSequence) {
      sink.endSequence(this.address);
      this.address = this.operation = this.column = 0;
      this.file = this.line = 1;
    } else if (opcode === Extended.SetAddress) {
      // The operand's own size counts: it is what the linker relocated.
      this.address = reader.unsigned(length - 1);
      this.operation = 0;
    } else if (opcode === Extended.DefineFile) {
      header.files.push(oldFile(reader, reader.string(), header.directories));
    }
    reader.pos = next;
  }

  private advance(operations: number): void {
    const { minimumInstructionLength, maximumOperations } = this.header;
    const total = this.operation + operations;
    this.address += minimumInstructionLength * Math.floor(total / maximumOperations);
    this.operation = total % maximumOperations;
  }

  private emit(sink: LineSink): void {
    const { line, column } = this;
    sink.row(this.address, this.file, line >= 0 && line <= MAX_VALUE ? line : 0, column <= 0xffff ? column : 0);
  }
}
