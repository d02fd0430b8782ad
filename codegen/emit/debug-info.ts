// hot
// Debug information as LLVM metadata (LLVM's "Source Level Debugging"): a subprogram for each function, a location for
// each instruction. Variables, types and inlined functions are not described.

import type { SourceFunction, SourceLines } from '../../frontend/dwarf.js';
import type { SourceFile } from '../../frontend/dwarf-line.js';
import { printable } from '../../runtime-c/tables/printable.js';
import { NO_ROWS } from '../plan/debug-plan.js';
import type { DebugPlan } from '../plan/debug-plan.js';
import { escaped } from './llvm-text.js';

/** `DW_LANG_C99`, for code of an unknown language. */
const DEFAULT_LANGUAGE = 0x0c;

/** The debug information of one partition. */
export class DebugInfo {
  private text = '';
  private readonly units = new Map<number, number>();
  private readonly files = new Map<SourceFile, number>();
  private signature = -1;

  /** Metadata is numbered from `next` on. */
  constructor(
    private readonly plan: DebugPlan,
    private next: number,
  ) {}

  /** Describes a function that this partition defines; undefined where nothing is known about it. */
  describe(functionIndex: number, name: string): DebugFunction | undefined {
    const source = this.plan.functions.get(functionIndex);
    if (source === undefined) return undefined;
    const { lines, files } = this.plan;
    const file = this.file(files[source.file]);
    const firstLine =
      lines !== undefined && source.firstRow < source.endRow && lines.file[source.firstRow] === source.file ? lines.line[source.firstRow] : source.line;
    if (this.signature < 0) this.signature = this.node('!DISubroutineType(types: !{null})');
    const linkageName = source.linkageName === undefined ? '' : `, linkageName: ${quoted(source.linkageName)}`;
    const scope = this.node(
      `distinct !DISubprogram(name: ${quoted(source.name ?? name)}${linkageName}, scope: !${file}, file: !${file}, ` +
        `line: ${source.line}, type: !${this.signature}, scopeLine: ${firstLine}, spFlags: DISPFlagDefinition, unit: !${this.unit(source.unit)})`,
    );
    return new DebugFunction(this, source, lines, scope, firstLine);
  }

  /** Adds a metadata node and returns its number. */
  node(text: string): number {
    this.text += `!${this.next} = ${text}\n`;
    return this.next++;
  }

  /** The scope of instructions of a function that come from another file than the function itself. */
  fileScope(scope: number, file: number): number {
    return this.node(`!DILexicalBlockFile(scope: !${scope}, file: !${this.file(this.plan.files[file])}, discriminator: 0)`);
  }

  private file(file: SourceFile): number {
    let node = this.files.get(file);
    if (node === undefined) {
      // LLVM drops all debug information where a unit's file has no name.
      node = this.node(`!DIFile(filename: ${quoted(file.name === '' ? 'unknown' : file.name)}, directory: ${quoted(file.directory)})`);
      this.files.set(file, node);
    }
    return node;
  }

  private unit(index: number): number {
    let node = this.units.get(index);
    if (node === undefined) {
      const unit = this.plan.units[index];
      const language = unit.language > 0 && unit.language <= 0xffff ? unit.language : DEFAULT_LANGUAGE;
      node = this.node(
        `distinct !DICompileUnit(language: ${language}, file: !${this.file(unit)}, producer: "wasm2elf", isOptimized: false, ` +
          'runtimeVersion: 0, emissionKind: FullDebug, nameTableKind: None)',
      );
      this.units.set(index, node);
    }
    return node;
  }

  /** All metadata, "" where no function was described. DWARF 4 is what every debugger in use reads. */
  toString(): string {
    if (this.units.size === 0) return '';
    const units = [...this.units.values()].map((node) => `!${node}`).join(', ');
    const version = this.node('!{i32 7, !"Dwarf Version", i32 4}');
    const format = this.node('!{i32 2, !"Debug Info Version", i32 3}');
    return `!llvm.dbg.cu = !{${units}}\n!llvm.module.flags = !{!${version}, !${format}}\n${this.text}`;
  }
}

/** Names the locations of one function's instructions. */
export class DebugFunction {
  /** What the definition's line ends with, before the brace. */
  readonly attachment: string;
  /** Number of the location by line, column and file. */
  private readonly locations = new Map<string, number>();
  /** Scope by file. */
  private readonly scopes = new Map<number, number>();

  constructor(
    private readonly info: DebugInfo,
    private readonly source: SourceFunction,
    private readonly lines: SourceLines | undefined,
    private readonly scope: number,
    private readonly firstLine: number,
  ) {
    this.attachment = ` !dbg !${scope}`;
    this.scopes.set(source.file, scope);
  }

  /** The number of the location of an instruction; `offset` is its byte offset in the module, 0 if it has none. */
  location(offset: number): number {
    const { source, lines } = this;
    if (lines === undefined || source.firstRow === NO_ROWS) return this.node(offset === 0 ? source.line : offset, 0, source.file);
    const row = offset === 0 ? -1 : this.row(lines, offset);
    return row < 0 ? this.node(this.firstLine, 0, source.file) : this.node(lines.line[row], lines.column[row], lines.file[row]);
  }

  /** The last row at or before an offset, -1 if there is none. */
  private row(lines: SourceLines, offset: number): number {
    let low = this.source.firstRow;
    let high = this.source.endRow;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (lines.offset[middle] <= offset) low = middle + 1;
      else high = middle;
    }
    return low > this.source.firstRow ? low - 1 : -1;
  }

  private node(line: number, column: number, file: number): number {
    const key = `${line}:${column}:${file}`;
    let node = this.locations.get(key);
    if (node === undefined) {
      node = this.info.node(`!DILocation(line: ${line}, column: ${column}, scope: !${this.scopeOf(file)})`);
      this.locations.set(key, node);
    }
    return node;
  }

  private scopeOf(file: number): number {
    let scope = this.scopes.get(file);
    if (scope === undefined) this.scopes.set(file, (scope = this.info.fileScope(this.scope, file)));
    return scope;
  }
}

/** Text of the module as a string of metadata: printable, since debuggers print it. */
function quoted(text: string): string {
  return `"${escaped(Buffer.from(printable(text), 'utf8'))}"`;
}
