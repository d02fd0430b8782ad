// hot
// Compilation units and subprograms in `.debug_info` of DWARF 2 to 5 (DWARF 5 sections 3.1, 3.3, 7.5). All other
// entries are read over. The tree is walked in the order of the file, without recursion.

import { Form, formAddress, formReference, formText, readForm } from './dwarf-forms.js';
import type { UnitFormat } from './dwarf-forms.js';
import { DwarfError, DwarfReader } from './dwarf-reader.js';
import type { DwarfSections } from './dwarf-reader.js';

/** A compilation unit. */
export interface CompilationUnit {
  readonly format: UnitFormat;
  readonly name: string;
  /** The directory that relative names are relative to. */
  readonly directory: string;
  /** `DW_LANG_*`, 0 if unknown. */
  readonly language: number;
  /** Offset of its line number program in `.debug_line`, or -1. */
  readonly lineProgram: number;
}

/** A function as its source declares it. */
export interface Subprogram {
  readonly unit: CompilationUnit;
  /** Address of its code, or -1. */
  readonly address: number;
  readonly name: string | undefined;
  readonly linkageName: string | undefined;
  /** The unit that `file` refers to, the file register that the declaration names, and the line; 0 if unknown. */
  readonly fileUnit: CompilationUnit;
  readonly file: number;
  readonly line: number;
}

/** What was found, and what was not understood. */
export interface DebugEntries {
  readonly units: readonly CompilationUnit[];
  /** Those that have code. */
  readonly subprograms: readonly Subprogram[];
  readonly problems: readonly DwarfError[];
}

const enum Tag {
  CompileUnit = 0x11,
  PartialUnit = 0x3c,
  SkeletonUnit = 0x4a,
  Subprogram = 0x2e,
}

const enum Attribute {
  Name = 0x03,
  StatementList = 0x10,
  LowPc = 0x11,
  Language = 0x13,
  CompilationDirectory = 0x1b,
  AbstractOrigin = 0x31,
  DeclarationFile = 0x3a,
  DeclarationLine = 0x3b,
  Specification = 0x47,
  LinkageName = 0x6e,
  MipsLinkageName = 0x2007,
  StrOffsetsBase = 0x72,
  AddrBase = 0x73,
  GnuAddrBase = 0x2133,
}

/** Kinds of units (DWARF 5 section 7.5.1). */
const enum UnitType {
  Compile = 1,
  Type,
  Partial,
  Skeleton,
  SplitCompile,
  SplitType,
}

const MAX_LINE = 0x7fff_ffff;

interface Abbreviation {
  readonly tag: number;
  /** Attribute, form, implicit constant; and so on. */
  readonly attributes: readonly number[];
}

/** Far more than compilers write: an entry of a byte or two has ten at most. */
const ATTRIBUTES_PER_BYTE = 64;

/** A subprogram entry as it stands, before references are followed. */
interface Entry extends Omit<Subprogram, 'fileUnit'> {
  /** Offset of the entry that completes this one, or -1. */
  readonly origin: number;
}

/** Reads all units; what is malformed is left out and told in `problems`. */
export function readDebugEntries(sections: DwarfSections): DebugEntries {
  return new InfoReader(sections).read();
}

class InfoReader {
  private readonly reader: DwarfReader;
  private readonly abbreviations = new Map<number, Map<number, Abbreviation>>();
  private readonly units: CompilationUnit[] = [];
  /** By offset in the section. */
  private readonly entries = new Map<number, Entry>();
  private readonly problems: DwarfError[] = [];
  /** How many entries and attributes may still be read: some have no bytes of their own. */
  private attributesLeft: number;
  /** Bytes of tables of abbreviations that may still be read: no two of them share bytes. */
  private abbreviationBytesLeft: number;

  constructor(private readonly sections: DwarfSections) {
    this.reader = new DwarfReader(sections.get('debug_info'));
    this.attributesLeft = ATTRIBUTES_PER_BYTE * (sections.get('debug_info').length + sections.get('debug_abbrev').length);
    this.abbreviationBytesLeft = sections.get('debug_abbrev').length;
  }

  private countAttributes(triples: readonly number[]): void {
    this.attributesLeft -= 1 + triples.length / 3;
    if (this.attributesLeft < 0) throw new DwarfError('there are more attributes than so many bytes should have');
  }

  read(): DebugEntries {
    const { reader } = this;
    const sectionEnd = reader.end;
    this.tolerate(() => {
      while (!reader.atEnd) {
        const start = reader.pos;
        const { length, offsetSize } = reader.unitLength();
        const end = reader.pos + length;
        if (end > sectionEnd) throw new DwarfError('a unit reaches beyond its section');
        reader.end = end;
        this.tolerate(() => this.readUnit(start, offsetSize));
        reader.pos = end;
        reader.end = sectionEnd;
      }
    });
    const subprograms = [...this.entries.values()].filter(({ address }) => address >= 0).map((entry) => this.completed(entry));
    return { units: this.units, subprograms, problems: this.problems };
  }

  private tolerate(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof DwarfError)) throw error;
      this.problems.push(error);
    }
  }

  private readUnit(start: number, offsetSize: 4 | 8): void {
    const { reader } = this;
    const version = reader.u16();
    if (version < 2 || version > 5) throw new DwarfError(`a unit of version ${version}`);
    const type: UnitType = version >= 5 ? reader.u8() : UnitType.Compile;
    const addressSizeFirst = version >= 5 ? reader.u8() : 0;
    const abbreviationsAt = reader.unsigned(offsetSize);
    const addressSize = version >= 5 ? addressSizeFirst : reader.u8();
    if (addressSize !== 4 && addressSize !== 8) throw new DwarfError(`addresses of ${addressSize} bytes`);
    if (type === UnitType.Type || type === UnitType.SplitType) return;
    if (type === UnitType.Skeleton || type === UnitType.SplitCompile) reader.u64(); // unit id
    // The first entry of the unit's part follows the part's header.
    const format: UnitFormat = {
      version,
      addressSize,
      offsetSize,
      strOffsetsBase: version >= 5 ? 2 * offsetSize : 0,
      addrBase: version >= 5 ? 2 * offsetSize : 0,
    };
    const abbreviations = this.abbreviationsAt(abbreviationsAt);
    const code = reader.uleb();
    const root = abbreviations.get(code);
    if (root === undefined) throw new DwarfError(`abbreviation ${code} is not declared`);
    if (root.tag !== Tag.CompileUnit && root.tag !== Tag.PartialUnit && root.tag !== Tag.SkeletonUnit) return;
    const unit = this.readRoot(root, format);
    this.units.push(unit);
    this.readEntries(start, unit, abbreviations);
  }

  private readRoot({ attributes }: Abbreviation, format: UnitFormat): CompilationUnit {
    const { reader, sections } = this;
    let name = -1,
      nameForm = 0,
      directory = -1,
      directoryForm = 0,
      language = 0,
      lineProgram = -1;
    for (let i = 0; i < attributes.length; i += 3) {
      const form = attributes[i + 1];
      const value = readForm(reader, form, format, attributes[i + 2]);
      switch (attributes[i] as Attribute) {
        case Attribute.Name:
          name = value;
          nameForm = form;
          break;
        case Attribute.CompilationDirectory:
          directory = value;
          directoryForm = form;
          break;
        case Attribute.Language:
          language = value;
          break;
        case Attribute.StatementList:
          lineProgram = value;
          break;
        case Attribute.StrOffsetsBase:
          format.strOffsetsBase = value;
          break;
        case Attribute.AddrBase:
        case Attribute.GnuAddrBase:
          format.addrBase = value;
          break;
        default:
          break;
      }
    }
    const text = (form: number, value: number): string => (value < 0 ? undefined : formText(sections, reader, form, value, format)) ?? '';
    return { format, name: text(nameForm, name), directory: text(directoryForm, directory), language, lineProgram };
  }

  private readEntries(start: number, unit: CompilationUnit, abbreviations: ReadonlyMap<number, Abbreviation>): void {
    const { reader } = this;
    const { format } = unit;
    while (!reader.atEnd) {
      const offset = reader.pos;
      const code = reader.uleb();
      if (code === 0) continue;
      const abbreviation = abbreviations.get(code);
      if (abbreviation === undefined) throw new DwarfError(`abbreviation ${code} is not declared`);
      const { attributes } = abbreviation;
      this.countAttributes(attributes);
      if (abbreviation.tag === Tag.Subprogram) this.entries.set(offset, this.readSubprogram(start, unit, attributes));
      else for (let i = 1; i < attributes.length; i += 3) readForm(reader, attributes[i], format);
    }
  }

  private readSubprogram(start: number, unit: CompilationUnit, attributes: readonly number[]): Entry {
    const { reader, sections } = this;
    let address = -1,
      file = 0,
      line = 0,
      origin = -1;
    let name: string | undefined, linkageName: string | undefined;
    for (let i = 0; i < attributes.length; i += 3) {
      const form = attributes[i + 1];
      const value = readForm(reader, form, unit.format, attributes[i + 2]);
      switch (attributes[i] as Attribute) {
        case Attribute.Name:
          name = formText(sections, reader, form, value, unit.format);
          break;
        case Attribute.LinkageName:
        case Attribute.MipsLinkageName:
          linkageName = formText(sections, reader, form, value, unit.format);
          break;
        case Attribute.LowPc:
          address = formAddress(sections, form, value, unit.format) ?? -1;
          break;
        case Attribute.DeclarationFile:
          file = value;
          break;
        case Attribute.DeclarationLine:
          line = value >= 0 && value <= MAX_LINE ? value : 0;
          break;
        case Attribute.Specification:
        case Attribute.AbstractOrigin:
          origin = formReference(form, value, start) ?? -1;
          break;
        default:
          break;
      }
    }
    return { unit, address, name, linkageName, file, line, origin };
  }

  /** Adds what the entries have that this one refers to: an out-of-line copy to its abstract function, that to its declaration. */
  private completed(entry: Entry): Subprogram {
    let { name, linkageName } = entry;
    let place = entry;
    let next = this.entries.get(entry.origin);
    for (let steps = 0; next !== undefined && steps < 3; steps++, next = this.entries.get(next.origin)) {
      name ??= next.name;
      linkageName ??= next.linkageName;
      if (place.line === 0) place = next;
    }
    return { unit: entry.unit, address: entry.address, name, linkageName, fileUnit: place.unit, file: place.file, line: place.line };
  }

  private abbreviationsAt(offset: number): Map<number, Abbreviation> {
    let table = this.abbreviations.get(offset);
    if (table !== undefined) return table;
    if (this.abbreviationBytesLeft <= 0) throw new DwarfError('tables of abbreviations overlap');
    const reader = new DwarfReader(this.sections.get('debug_abbrev'), offset);
    try {
      table = readAbbreviations(reader);
    } finally {
      this.abbreviationBytesLeft -= reader.pos - offset;
    }
    this.abbreviations.set(offset, table);
    return table;
  }
}

function readAbbreviations(reader: DwarfReader): Map<number, Abbreviation> {
  const table = new Map<number, Abbreviation>();
  for (let code = reader.uleb(); code !== 0; code = reader.uleb()) {
    const tag = reader.uleb();
    reader.u8(); // whether it has children
    const attributes: number[] = [];
    for (;;) {
      const attribute = reader.uleb();
      const form = reader.uleb();
      const implicit = form === Form.ImplicitConst ? reader.sleb() : 0;
      if (attribute === 0 && form === 0) break;
      attributes.push(attribute, form, implicit);
    }
    table.set(code, { tag, attributes });
  }
  return table;
}
