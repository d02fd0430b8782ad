// The contents of a string table (ELF gABI, "String Table").

/** A string table in which equal names are one. */
export class NameTable {
  private readonly offsets = new Map([['', 0]]);
  private readonly parts: Buffer[] = [Buffer.alloc(1)];
  private size = 1;

  add(name: string): number {
    const known = this.offsets.get(name);
    if (known !== undefined) return known;
    const offset = this.size,
      bytes = Buffer.from(`${name}\0`, 'utf8');
    this.offsets.set(name, offset);
    this.parts.push(bytes);
    this.size += bytes.length;
    return offset;
  }

  bytes(): Buffer {
    return Buffer.concat(this.parts);
  }
}
