// The unwind information of an object once more, for its own runtime, which has to find it in whatever way the object is
// linked: static executables may have no search table for .eh_frame. A copy of .eh_frame with its relocations, as ordinary
// read-only data, and behind it a table of the functions' offsets in .text and of their entries' in the copy, sorted.
// Made only where the runtime refers to it, which is where exceptions are thrown. LSB, "The .eh_frame section".

import type { ElfImage, ElfSection } from './elf-image.js';
import { sectionTypes } from './elf-image.js';

/** The section, without relocations. */
export interface FrameTable {
  readonly contents: Buffer;
  /** Where in it the search table is. */
  readonly indexOffset: number;
  /** The section of relocations that apply to the copy too. */
  readonly relocations: ElfSection;
}

/** Symbols by which the runtime finds the copy and the table. */
export const frameSymbols = { copy: 'w2e_frames', index: 'w2e_frame_index' } as const;

/** In a relocation: offset, symbol, addend. */
const RELOCATION = 24,
  SYMBOL = 12,
  ADDEND = 16;
/** In an entry: length, then what tells common from individual ones, then where the function begins. */
const LENGTH = 4,
  FUNCTION = 8;

/** Makes the copy and its table. */
export function frameTable(image: ElfImage): FrameTable {
  const frames = image.section('.eh_frame'),
    relocations = image.section('.rela.eh_frame'),
    text = image.section('.text');
  if (frames === undefined || relocations === undefined || text === undefined) throw new Error('an object without unwind information');
  if (relocations.type !== sectionTypes.rela) throw new Error('relocations without addends');
  const starts = functionStarts(image, relocations, text.index);
  const bytes = image.contents(frames);
  const rows: { code: number; entry: number }[] = [];
  for (let at = 0; at + LENGTH <= bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    if (length === 0 || length === 0xffff_ffff) break;
    const code = bytes.readUInt32LE(at + LENGTH) === 0 ? undefined : starts.get(at + FUNCTION);
    if (code !== undefined) rows.push({ code, entry: at });
    at += LENGTH + length;
  }
  rows.sort((a, b) => a.code - b.code);
  const index = Buffer.alloc(8 + 8 * rows.length);
  index.writeUInt32LE(rows.length, 0);
  rows.forEach(({ code, entry }, i) => {
    index.writeUInt32LE(code, 8 + 8 * i);
    index.writeUInt32LE(entry, 12 + 8 * i);
  });
  const indexOffset = Math.ceil(bytes.length / 8) * 8;
  const contents = Buffer.concat([bytes, Buffer.alloc(indexOffset - bytes.length), index]);
  return { contents, indexOffset, relocations };
}

/** Offsets in .text that relocations write, by the place that they write to. */
function functionStarts(image: ElfImage, relocations: ElfSection, text: number): Map<number, number> {
  const data = image.contents(relocations),
    symbols = image.symbols();
  const starts = new Map<number, number>();
  for (let at = 0; at + RELOCATION <= data.length; at += RELOCATION) {
    const symbol = symbols[data.readUInt32LE(at + SYMBOL) - 1];
    if (symbol?.sectionIndex !== text) continue;
    starts.set(Number(data.readBigUInt64LE(at)), symbol.value + Number(data.readBigInt64LE(at + ADDEND)));
  }
  return starts;
}
