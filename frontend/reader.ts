// hot
// Reads the primitive encodings of the binary format (spec 5.2) from a range of bytes.
// LEB128 is exact: too many bytes and unused bits that are not a sign extension are errors.
// A reader can be re-aimed at another range, so that one serves all function bodies.
// Integers may run over the end of the range, so that their own defects are reported first;
// whoever set the range finds `pos` behind `end` afterwards.

import { type ErrorKind, WasmError } from './errors.js';
import { limits } from './limits.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class Reader {
  readonly bytes: Uint8Array;
  /** Absolute offset of the next byte. */
  pos: number;
  /** Absolute offset behind the range. */
  end: number;
  /** Upper half of the last 64-bit integer that was read. */
  high = 0;
  private readonly view: DataView;
  private readonly buffer: Buffer;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.pos = start;
    this.end = end;
  }

  fail(kind: ErrorKind, detail = '', offset = this.pos): never {
    throw new WasmError(kind, offset, detail);
  }

  u8(): number {
    if (this.pos >= this.end) this.fail('unexpectedEnd');
    return this.bytes[this.pos++];
  }

  /** The next byte without consuming it, or -1 at the end. */
  peek(): number {
    return this.pos < this.end ? this.bytes[this.pos] : -1;
  }

  private integerByte(): number {
    if (this.pos >= this.bytes.length) this.fail('unexpectedEnd');
    return this.bytes[this.pos++];
  }

  u32(): number {
    const byte = this.bytes[this.pos];
    if (byte < 0x80) {
      this.pos++;
      return byte;
    }
    return this.longU32();
  }

  private longU32(): number {
    let result = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.integerByte();
      result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return result >>> 0;
    }
    const last = this.integerByte();
    if (last >= 0x80) this.fail('integerTooLong', '', this.pos - 1);
    if (last > 0x0f) this.fail('integerTooLarge', '', this.pos - 1);
    return (result | (last << 28)) >>> 0;
  }

  s32(): number {
    let result = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.integerByte();
      result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (result << (25 - shift)) >> (25 - shift);
    }
    const last = this.integerByte();
    this.checkLast(last, 0x78);
    return result | (last << 28);
  }

  /** Block types and heap types: a 33-bit signed integer. */
  s33(): number {
    let result = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.integerByte();
      result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (result << (25 - shift)) >> (25 - shift);
    }
    const last = this.integerByte();
    this.checkLast(last, 0x70);
    const low = (result | (last << 28)) >>> 0;
    return (last & 0x10) !== 0 ? low - 0x1_0000_0000 : low;
  }

  /** Returns the lower half; the upper half is in `high`. Both are signed 32-bit integers. */
  s64(): number {
    const byte = this.bytes[this.pos];
    if (byte < 0x80) {
      this.pos++;
      const value = (byte << 25) >> 25;
      this.high = value >> 31;
      return value;
    }
    return this.long64(true);
  }

  /** Like `s64`, unsigned. */
  u64(): number {
    const byte = this.bytes[this.pos];
    if (byte < 0x80) {
      this.pos++;
      this.high = 0;
      return byte;
    }
    return this.long64(false);
  }

  private long64(signed: boolean): number {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 63; shift += 7) {
      const byte = this.integerByte();
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        if (signed && (byte & 0x40) !== 0) {
          const next = shift + 7;
          if (next < 32) {
            low |= -1 << next;
            high = -1;
          } else if (next < 64) high |= -1 << (next - 32);
        }
        this.high = high | 0;
        return low | 0;
      }
    }
    const last = this.integerByte();
    if (signed) this.checkLast(last, 0x7f);
    else {
      if (last >= 0x80) this.fail('integerTooLong', '', this.pos - 1);
      if (last > 0x01) this.fail('integerTooLarge', '', this.pos - 1);
    }
    this.high = high | (last << 31);
    return low | 0;
  }

  /** The last possible byte of a signed integer: `mask` are the sign bit and the unused bits. */
  private checkLast(last: number, mask: number): void {
    if (last >= 0x80) this.fail('integerTooLong', '', this.pos - 1);
    const unused = last & mask;
    if (unused !== 0 && unused !== mask) this.fail('integerTooLarge', '', this.pos - 1);
  }

  /** Four bytes, little endian, as a signed integer. */
  bits32(): number {
    if (this.end - this.pos < 4) this.fail('unexpectedEnd', '', this.end);
    const value = this.view.getInt32(this.pos, true);
    this.pos += 4;
    return value;
  }

  /** Eight bytes: returns the lower half; the upper half is in `high`. */
  bits64(): number {
    const low = this.bits32();
    this.high = this.bits32();
    return low;
  }

  skip(count: number, kind: ErrorKind = 'unexpectedEnd'): void {
    if (count > this.end - this.pos) this.fail(kind);
    this.pos += count;
  }

  name(): string {
    const start = this.skipName();
    return this.text(start, this.pos);
  }

  /** Passes a name over, checking it; returns where its bytes begin, which end at `pos`. */
  skipName(): number {
    const at = this.pos;
    const length = this.u32();
    if (length > this.end - this.pos) this.fail('lengthOutOfBounds', '', at);
    if (length > limits.nameBytes) this.fail('limit', `: a name of ${length} bytes, at most ${limits.nameBytes}`, at);
    const start = this.pos;
    this.pos += length;
    if (this.isAscii(start, this.pos)) return start;
    try {
      utf8.decode(this.bytes.subarray(start, this.pos));
    } catch {
      this.fail('utf8', '', start);
    }
    return start;
  }

  /** The text of a range of bytes that is a name. */
  text(start: number, end: number): string {
    return this.isAscii(start, end) ? this.buffer.toString('latin1', start, end) : utf8.decode(this.bytes.subarray(start, end));
  }

  private isAscii(start: number, end: number): boolean {
    const { bytes, view } = this;
    let at = start;
    while (at + 4 <= end && (view.getInt32(at, true) & 0x80808080) === 0) at += 4;
    while (at < end && bytes[at] < 0x80) at++;
    return at === end;
  }
}
