// hot
// Attribute values (DWARF 5 section 7.5.6, DWARF 4 section 7.5.4 and the GNU extensions that old LLVM wrote): one
// table says how each form is encoded; a value is read as one number, and becomes a string only where one is needed.

import { DwarfError, DwarfReader } from './dwarf-reader.js';
import type { DwarfSections } from './dwarf-reader.js';

/** Forms that are named outside the table. */
// biome-ignore format: a row is a line
export const enum Form {
  String = 0x08, Data16 = 0x1e, Strp = 0x0e, Strx = 0x1a, Strx1 = 0x25, Strx2 = 0x26, Strx3 = 0x27, Strx4 = 0x28, LineStrp = 0x1f,
  Addr = 0x01, Addrx = 0x1b, Addrx1 = 0x29, Addrx2 = 0x2a, Addrx3 = 0x2b, Addrx4 = 0x2c, GnuAddrIndex = 0x1f01, GnuStrIndex = 0x1f02,
  Ref1 = 0x11, Ref2 = 0x12, Ref4 = 0x13, Ref8 = 0x14, RefUdata = 0x15, RefAddr = 0x10,
  Indirect = 0x16, ImplicitConst = 0x21,
}

/** Encodings of values. Those below 16 are integers of so many bytes. */
const enum Encoding {
  Fixed16 = 16,
  Uleb,
  Sleb,
  Offset,
  Address,
  Block1,
  Block2,
  Block4,
  BlockUleb,
  Text,
  Indirect,
  /** In the abbreviation. */
  Implicit,
}

/** By form. */
// biome-ignore format: a row is a line
const ENCODINGS: Readonly<Record<number, Encoding | number>> = {
  [Form.Addr]: Encoding.Address,
  3: Encoding.Block2, 4: Encoding.Block4, 9: Encoding.BlockUleb, 10: Encoding.Block1, // block
  11: 1, 5: 2, 6: 4, 7: 8, [Form.Data16]: Encoding.Fixed16, 13: Encoding.Sleb, 15: Encoding.Uleb, // data
  [Form.ImplicitConst]: Encoding.Implicit,
  12: 1, 25: 0, // flag, flag_present
  [Form.String]: Encoding.Text, [Form.Strp]: Encoding.Offset, [Form.LineStrp]: Encoding.Offset, 29: Encoding.Offset, // strp_sup
  [Form.Strx]: Encoding.Uleb, [Form.Strx1]: 1, [Form.Strx2]: 2, [Form.Strx3]: 3, [Form.Strx4]: 4, [Form.GnuStrIndex]: Encoding.Uleb,
  [Form.Addrx]: Encoding.Uleb, [Form.Addrx1]: 1, [Form.Addrx2]: 2, [Form.Addrx3]: 3, [Form.Addrx4]: 4, [Form.GnuAddrIndex]: Encoding.Uleb,
  [Form.Ref1]: 1, [Form.Ref2]: 2, [Form.Ref4]: 4, [Form.Ref8]: 8, [Form.RefUdata]: Encoding.Uleb, [Form.RefAddr]: Encoding.Offset,
  28: 4, 36: 8, 32: 8, // ref_sup4, ref_sup8, ref_sig8
  7968: Encoding.Offset, 7969: Encoding.Offset, // GNU_ref_alt, GNU_strp_alt
  23: Encoding.Offset, 34: Encoding.Uleb, 35: Encoding.Uleb, 24: Encoding.BlockUleb, // sec_offset, loclistx, rnglistx, exprloc
  [Form.Indirect]: Encoding.Indirect,
};

/** What the values of a unit depend on. */
export interface UnitFormat {
  readonly version: number;
  readonly addressSize: number;
  readonly offsetSize: 4 | 8;
  /** Where the unit's part of `.debug_str_offsets` and `.debug_addr` begins. */
  strOffsetsBase: number;
  addrBase: number;
}

/**
 * Moves over a value and returns it as a number: integers, offsets, addresses and indices as they are, an inline
 * string as its position, a block as 0. `implicit` is the constant that the abbreviation holds.
 */
export function readForm(reader: DwarfReader, form: number, unit: UnitFormat, implicit = 0): number {
  const encoding = ENCODINGS[form];
  if (encoding === undefined) throw new DwarfError(`form 0x${form.toString(16)}`);
  switch (encoding) {
    case 0:
      return 1;
    case Encoding.Fixed16:
      return block(reader, 16);
    case Encoding.Uleb:
      return reader.uleb();
    case Encoding.Sleb:
      return reader.sleb();
    case Encoding.Offset:
      return reader.unsigned(form === Form.RefAddr && unit.version === 2 ? unit.addressSize : unit.offsetSize);
    case Encoding.Address:
      return reader.unsigned(unit.addressSize);
    case Encoding.Block1:
      return block(reader, reader.u8());
    case Encoding.Block2:
      return block(reader, reader.u16());
    case Encoding.Block4:
      return block(reader, reader.u32());
    case Encoding.BlockUleb:
      return block(reader, reader.uleb());
    case Encoding.Text: {
      const at = reader.pos;
      reader.skipString();
      return at;
    }
    case Encoding.Implicit:
      return implicit;
    case Encoding.Indirect: {
      const actual = reader.uleb();
      if (actual === Form.Indirect || actual === Form.ImplicitConst) throw new DwarfError('an indirect form of an indirect form');
      return readForm(reader, actual, unit);
    }
    default:
      return reader.unsigned(encoding);
  }
}

function block(reader: DwarfReader, size: number): number {
  reader.skip(size);
  return 0;
}

/** The text of a value of a string form; undefined for other forms. `reader` is what the value was read from. */
export function formText(sections: DwarfSections, reader: DwarfReader, form: number, value: number, unit: UnitFormat): string | undefined {
  switch (form) {
    case Form.String:
      return new DwarfReader(reader.bytes, value).string();
    case Form.Strp:
      return sections.stringAt('debug_str', value);
    case Form.LineStrp:
      return sections.stringAt('debug_line_str', value);
    case Form.Strx:
    case Form.Strx1:
    case Form.Strx2:
    case Form.Strx3:
    case Form.Strx4:
    case Form.GnuStrIndex:
      return sections.stringAt('debug_str', entry(sections, 'debug_str_offsets', unit.strOffsetsBase, value, unit.offsetSize));
    default:
      return undefined;
  }
}

/** The address of a value of an address form; undefined for other forms. */
export function formAddress(sections: DwarfSections, form: number, value: number, unit: UnitFormat): number | undefined {
  switch (form) {
    case Form.Addr:
      return value;
    case Form.Addrx:
    case Form.Addrx1:
    case Form.Addrx2:
    case Form.Addrx3:
    case Form.Addrx4:
    case Form.GnuAddrIndex:
      return entry(sections, 'debug_addr', unit.addrBase, value, unit.addressSize);
    default:
      return undefined;
  }
}

/** The offset in `.debug_info` that a reference means; undefined for other forms. `unitStart` is the offset of its unit. */
export function formReference(form: number, value: number, unitStart: number): number | undefined {
  switch (form) {
    case Form.Ref1:
    case Form.Ref2:
    case Form.Ref4:
    case Form.Ref8:
    case Form.RefUdata:
      return unitStart + value;
    case Form.RefAddr:
      return value;
    default:
      return undefined;
  }
}

function entry(sections: DwarfSections, section: string, base: number, index: number, size: number): number {
  const bytes = sections.get(section);
  const at = base + index * size;
  if (at + size > bytes.length) throw new DwarfError(`entry ${index} is outside .${section}`);
  return new DwarfReader(bytes, at).unsigned(size);
}
