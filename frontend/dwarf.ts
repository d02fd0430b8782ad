// A module's own debug information, by function: what its source calls it, where it is declared, and the source line
// of each instruction. Custom sections `.debug_*` hold DWARF whose code addresses are offsets from the start of the
// code section's contents ("DWARF for WebAssembly"). Malformed parts are left out.

import { readDebugEntries } from './dwarf-info.js';
import type { CompilationUnit, Subprogram } from './dwarf-info.js';
import { lineProgramAt, lineProgramSize } from './dwarf-line.js';
import type { LineProgram, LineSink, SourceFile } from './dwarf-line.js';
import { DwarfError, DwarfSections } from './dwarf-reader.js';
import type { WasmModule } from './module.js';
import { Reader } from './reader.js';

/** A compilation unit of the source. */
export interface SourceUnit extends SourceFile {
  /** `DW_LANG_*`, 0 if unknown. */
  readonly language: number;
}

/** A function of the source. */
export interface SourceFunction {
  /** Index in `SourceMap.units`. */
  readonly unit: number;
  readonly name: string | undefined;
  /** Mangled name, where it differs. */
  readonly linkageName: string | undefined;
  /** Where it is declared: index in `SourceMap.files`, line (0 = unknown). */
  readonly file: number;
  readonly line: number;
  /** Its rows in `SourceMap.lines`. */
  readonly firstRow: number;
  readonly endRow: number;
}

/** Where code comes from: row i holds from `offset[i]` up to the offset of the next row of the function. */
export interface SourceLines {
  /** Absolute byte offset in the module. */
  readonly offset: Uint32Array;
  /** Index in `SourceMap.files`. */
  readonly file: Uint32Array;
  /** 0 = no line of the source. */
  readonly line: Uint32Array;
  readonly column: Uint16Array;
}

/** What a module's debug information says. Plain data. */
export interface SourceMap {
  readonly units: readonly SourceUnit[];
  readonly files: readonly SourceFile[];
  /** By function index. */
  readonly functions: ReadonlyMap<number, SourceFunction>;
  readonly lines: SourceLines;
  /** What was not understood. */
  readonly problems: readonly string[];
}

/** Reads the debug information of a module; undefined where it has none. */
export function readSourceMap(module: WasmModule): SourceMap | undefined {
  const sections = new Map<string, Uint8Array>();
  for (const { name, start, end } of module.customSections) {
    if (name.startsWith('.debug_')) sections.set(name.slice(1), module.bytes.subarray(start, end));
  }
  if (!sections.has('debug_line') && !sections.has('debug_info')) return undefined;
  return new SourceMapBuilder(module, new DwarfSections(sections)).build();
}

const CODE_SECTION = 10;

/** Absolute offset of the code section's contents, which addresses count from. */
function codeStart(bytes: Uint8Array): number {
  const reader = new Reader(bytes, 8);
  while (reader.pos < bytes.length) {
    const id = reader.u8();
    const size = reader.u32();
    if (id === CODE_SECTION) return reader.pos;
    reader.skip(size);
  }
  return bytes.length;
}

/** Numbers per row of a sequence: offset, file, line, column. */
const ROW = 4;

/** A run of rows in ascending order, as one sequence of a line number program. */
interface Sequence {
  readonly unit: number;
  readonly start: number;
  readonly end: number;
  readonly rows: number[];
}

/**
 * Collects the sequences of a program. Those of functions that the linker dropped are left out: it sets their
 * address to 0, where the code section has its count, or to one near the end of the address space.
 */
class SequenceSink implements LineSink {
  readonly sequences: Sequence[] = [];
  private rows: number[] = [];
  private ascending = true;

  constructor(
    private readonly base: number,
    private readonly limit: number,
    private readonly unit: number,
  ) {}

  row(address: number, file: number, line: number, column: number): void {
    const { rows } = this;
    const offset = this.base + address;
    if (rows.length > 0 && offset < rows[rows.length - ROW]) this.ascending = false;
    rows.push(offset, file, line, column);
  }

  endSequence(address: number): void {
    const { rows, unit } = this;
    const end = this.base + address;
    if (rows.length > 0 && this.ascending && rows[0] > this.base && end <= this.limit && rows[rows.length - ROW] <= end) {
      this.sequences.push({ unit, start: rows[0], end, rows });
    }
    this.rows = [];
    this.ascending = true;
  }
}

class SourceMapBuilder {
  private readonly base: number;
  private readonly units: SourceUnit[] = [];
  private readonly unitNumbers = new Map<CompilationUnit, number>();
  private readonly files: SourceFile[] = [];
  private readonly directoryNumbers = new Map<string, number>();
  /** By number of the directory and name. */
  private readonly fileNumbers = new Map<string, number>();
  /** Numbers of a program's files by file register, by offset of the program. */
  private readonly programs = new Map<number, readonly number[]>();
  private readonly sequences: Sequence[] = [];
  private readonly problems: string[] = [];
  /** Bytes of line number programs that may still be read: no two of them share bytes. */
  private lineBytesLeft: number;

  constructor(
    private readonly module: WasmModule,
    private readonly sections: DwarfSections,
  ) {
    this.base = codeStart(module.bytes);
    this.lineBytesLeft = sections.get('debug_line').length;
  }

  build(): SourceMap {
    const entries = readDebugEntries(this.sections);
    for (const { message } of entries.problems) this.problems.push(message);
    for (const unit of entries.units) {
      this.unitNumbers.set(unit, this.units.length);
      this.units.push({ name: unit.name, directory: unit.directory, language: unit.language });
      if (unit.lineProgram >= 0 && !this.programs.has(unit.lineProgram)) this.readProgram(unit);
    }
    const { lines, units } = this.joinSequences();
    return {
      units: this.units,
      files: this.files,
      functions: this.assignFunctions(entries.subprograms, lines, units),
      lines,
      problems: this.problems,
    };
  }

  private readProgram(unit: CompilationUnit): void {
    const sink = new SequenceSink(this.base, this.module.bytes.length, this.units.length - 1);
    let program: LineProgram | undefined;
    try {
      this.lineBytesLeft -= lineProgramSize(this.sections, unit.lineProgram);
      if (this.lineBytesLeft < 0) throw new DwarfError('line number programs overlap');
      program = lineProgramAt(this.sections, unit.lineProgram, unit.format, unit.directory);
      program.run(sink);
    } catch (error) {
      if (!(error instanceof DwarfError)) throw error;
      this.problems.push(error.message);
    }
    const numbers = program?.files.map((file) => (file === undefined ? -1 : this.fileNumber(file))) ?? [];
    this.programs.set(unit.lineProgram, numbers);
    for (const sequence of sink.sequences) {
      for (let i = 1; i < sequence.rows.length; i += ROW) sequence.rows[i] = numbers[sequence.rows[i]] ?? -1;
      this.sequences.push(sequence);
    }
  }

  private fileNumber(file: SourceFile): number {
    let directory = this.directoryNumbers.get(file.directory);
    if (directory === undefined) this.directoryNumbers.set(file.directory, (directory = this.directoryNumbers.size));
    const key = `${directory} ${file.name}`;
    let number = this.fileNumbers.get(key);
    if (number === undefined) {
      number = this.files.push({ name: file.name, directory: file.directory }) - 1;
      this.fileNumbers.set(key, number);
    }
    return number;
  }

  /** All rows in ascending order, and the unit of each. A sequence that overlaps an earlier one is left out. */
  private joinSequences(): { readonly lines: SourceLines; readonly units: Uint32Array } {
    const sequences = this.sequences.sort((a, b) => a.start - b.start);
    const count = sequences.reduce((sum, { rows }) => sum + rows.length / ROW, 0);
    const offset = new Uint32Array(count),
      file = new Uint32Array(count),
      line = new Uint32Array(count),
      column = new Uint16Array(count);
    const units = new Uint32Array(count);
    let length = 0;
    let end = 0;
    for (const sequence of sequences) {
      if (sequence.start < end) continue;
      end = sequence.end;
      const { rows } = sequence;
      for (let i = 0; i < rows.length; i += ROW) {
        if (rows[i + 1] < 0) continue;
        offset[length] = rows[i];
        file[length] = rows[i + 1];
        line[length] = rows[i + 2];
        column[length] = rows[i + 3];
        units[length++] = sequence.unit;
      }
    }
    return {
      lines: { offset: offset.slice(0, length), file: file.slice(0, length), line: line.slice(0, length), column: column.slice(0, length) },
      units,
    };
  }

  /** Each function's rows and subprogram: those whose addresses are in its body. */
  private assignFunctions(subprograms: readonly Subprogram[], lines: SourceLines, rowUnits: Uint32Array): Map<number, SourceFunction> {
    const functions = new Map<number, SourceFunction>();
    const sorted = subprograms.filter(({ address }) => address > 0).sort((a, b) => a.address - b.address);
    const { importCount, count, bodyEnd } = this.module.functions;
    let row = 0;
    let next = 0;
    let start = this.base;
    for (let index = importCount; index < count; index++) {
      // Some tools let a function begin at the size in front of its body.
      const end = bodyEnd[index];
      while (row < lines.offset.length && lines.offset[row] < start) row++;
      const firstRow = row;
      while (row < lines.offset.length && lines.offset[row] < end) row++;
      while (next < sorted.length && sorted[next].address + this.base < start) next++;
      const found = next < sorted.length && sorted[next].address + this.base < end ? sorted[next] : undefined;
      start = end;
      if (found === undefined && firstRow === row) continue;
      functions.set(index, this.sourceFunction(found, lines, rowUnits, firstRow, row));
    }
    return functions;
  }

  private sourceFunction(found: Subprogram | undefined, lines: SourceLines, rowUnits: Uint32Array, firstRow: number, endRow: number): SourceFunction {
    const unit = found === undefined ? rowUnits[firstRow] : (this.unitNumbers.get(found.unit) ?? 0);
    const declared = found === undefined ? undefined : (this.programs.get(found.fileUnit.lineProgram)?.[found.file] ?? -1);
    const fallback = firstRow < endRow ? lines.file[firstRow] : this.fileNumber(this.units[unit]);
    const known = declared !== undefined && declared >= 0;
    return {
      unit,
      name: found?.name,
      linkageName: found?.linkageName,
      file: known ? declared : fallback,
      line: known ? (found?.line ?? 0) : firstRow < endRow ? lines.line[firstRow] : 0,
      firstRow,
      endRow,
    };
  }
}
