// hot
// Reads the primitive encodings of DWARF (DWARF 5 section 7) from one section of debug information. Everything is
// little endian. A section that ends too early or holds nonsense ends in a `DwarfError`, which stays inside the
// reader of debug information: it cannot make a module invalid.

/** Debug information that does not follow the DWARF standard. */
export class DwarfError extends Error {
  override readonly name = 'DwarfError';
}

const utf8 = new TextDecoder('utf-8');
/** Producers pad integers, but not beyond this. */
const MAX_FACTOR = 2 ** 112;
const EMPTY = new Uint8Array(0);

/** Bytes of a name or path that are kept; Linux's longest path. */
const LONGEST_TEXT = 4096;

export class DwarfReader {
  private readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    public pos = 0,
    public end = bytes.length,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (!(pos >= 0 && pos <= end && end <= bytes.length)) throw new DwarfError(`offset ${pos} is outside the section`);
  }

  get atEnd(): boolean {
    return this.pos >= this.end;
  }

  /** Moves over `count` bytes and returns where they begin. */
  skip(count: number): number {
    if (count > this.end - this.pos) throw new DwarfError('the section ends too early');
    const at = this.pos;
    this.pos += count;
    return at;
  }

  u8(): number {
    return this.bytes[this.skip(1)];
  }
  i8(): number {
    return (this.u8() << 24) >> 24;
  }
  u16(): number {
    return this.view.getUint16(this.skip(2), true);
  }
  u32(): number {
    return this.view.getUint32(this.skip(4), true);
  }
  /** As a number: exact below 2^53, which every offset in a file is. */
  u64(): number {
    const low = this.u32();
    return low + this.u32() * 2 ** 32;
  }

  /** An unsigned integer of 1 to 8 bytes. */
  unsigned(size: number): number {
    switch (size) {
      case 1:
        return this.u8();
      case 2:
        return this.u16();
      case 3:
        return this.u16() + this.u8() * 2 ** 16;
      case 4:
        return this.u32();
      case 8:
        return this.u64();
      default:
        throw new DwarfError(`an integer of ${size} bytes`);
    }
  }

  /** Exact below 2^53. */
  uleb(): number {
    let result = 0;
    let factor = 1;
    for (;;) {
      const byte = this.u8();
      result += (byte & 0x7f) * factor;
      if (byte < 0x80) return result;
      factor = this.nextFactor(factor);
    }
  }
  sleb(): number {
    let result = 0;
    let factor = 1;
    for (;;) {
      const byte = this.u8();
      result += (byte & 0x7f) * factor;
      factor = this.nextFactor(factor);
      if (byte < 0x80) return (byte & 0x40) !== 0 ? result - factor : result;
    }
  }
  private nextFactor(factor: number): number {
    if (factor > MAX_FACTOR) throw new DwarfError('an integer of more than 16 bytes');
    return factor * 128;
  }

  /** A string that ends in a zero byte, cut at `LONGEST_TEXT` bytes. */
  string(): string {
    const end = this.bytes.indexOf(0, this.pos);
    if (end < 0 || end >= this.end) throw new DwarfError('a string without end');
    const text = utf8.decode(this.bytes.subarray(this.pos, Math.min(end, this.pos + LONGEST_TEXT)));
    this.pos = end + 1;
    return text;
  }

  /** Moves over a string. */
  skipString(): void {
    const end = this.bytes.indexOf(0, this.pos);
    if (end < 0 || end >= this.end) throw new DwarfError('a string without end');
    this.pos = end + 1;
  }

  /** The length in front of a unit, and whether its offsets have 64 bits (DWARF 5 section 7.4). */
  unitLength(): { readonly length: number; readonly offsetSize: 4 | 8 } {
    const first = this.u32();
    if (first < 0xffff_fff0) return { length: first, offsetSize: 4 };
    if (first !== 0xffff_ffff) throw new DwarfError(`unit length 0x${first.toString(16)}`);
    return { length: this.u64(), offsetSize: 8 };
  }
}

/** The sections that hold a module's debug information, without the dot; an absent one is empty. */
export class DwarfSections {
  private readonly strings = new Map<string, Map<number, string>>();

  constructor(private readonly sections: ReadonlyMap<string, Uint8Array>) {}

  get(name: string): Uint8Array {
    return this.sections.get(name) ?? EMPTY;
  }

  /** The string at an offset of a string section, cut at `LONGEST_TEXT` bytes. Strings may overlap, and many entries may have the same. */
  stringAt(section: string, offset: number): string {
    const bytes = this.get(section);
    if (offset >= bytes.length) throw new DwarfError(`offset ${offset} is outside .${section}`);
    let known = this.strings.get(section);
    if (known === undefined) this.strings.set(section, (known = new Map()));
    let text = known.get(offset);
    if (text === undefined) {
      const head = bytes.subarray(offset, offset + LONGEST_TEXT);
      const end = head.indexOf(0);
      if (end < 0 && head.length < LONGEST_TEXT) throw new DwarfError('a string without end');
      text = utf8.decode(end < 0 ? head : head.subarray(0, end));
      known.set(offset, text);
    }
    return text;
  }
}
