// Makes the symbols of a relocatable object local, but for those that it is to show, which get their final names. ELF wants
// local symbols in front of all others, so the symbol table is written anew, and with it every index into it, in
// relocations (lld has dissolved section groups). Undefined weak symbols of the runtime (exports that this module does not have) become
// hidden, so that nothing else in the program can define them; undefined ones that nothing refers to go. ELF gABI, "Symbol Table".

import { ElfImage, sectionTypes, symbolBindings, symbolEntry, symbolTypes } from './elf-image.js';
import { type FrameTable, frameSymbols, frameTable } from './frame-table.js';
import { NameTable } from './name-table.js';
import { type FunctionNames, shownName } from './symbol-names.js';
import { type NewSection, writeObject } from './write-object.js';

/** What is to become of the symbols. */
export interface Localization {
  /** Symbols that stay visible, defined or not, and their new names. */
  readonly visible: ReadonlyMap<string, string>;
  /** Names of the module's functions, which stay local. */
  readonly functionNames: FunctionNames;
  /** Local symbols lose their names, or go where nothing refers to them. */
  readonly strip: boolean;
}

/** Symbols that the runtime looks for in the program around it. */
export const outsideSymbols: ReadonlySet<string> = new Set(['environ']);

const HIDDEN = 2;
/** Bytes of a relocation with addend, and where its symbol is. */
const RELOCATION = 24,
  RELOCATION_SYMBOL = 12;

/** The object with its symbols made local. */
export function localizeSymbols(object: Uint8Array, { visible, functionNames, strip }: Localization): Buffer {
  const image = ElfImage.parse(object);
  const table = image.sections.find(({ type }) => type === sectionTypes.symtab);
  if (table === undefined) throw new Error('an object without symbols');
  const relocations = image.sections.filter(({ type }) => type === sectionTypes.rela);
  const referred = new Set(relocations.flatMap((section) => symbolsOf(image.contents(section))));
  const old = image.contents(table);
  const frames = image.symbols().some(({ name }) => name === frameSymbols.copy) ? frameTable(image) : undefined;
  const framePlaces = new Map(
    frames === undefined
      ? []
      : ([
          [frameSymbols.copy, 0],
          [frameSymbols.index, frames.indexOffset],
        ] as [string, number][]),
  );
  const kept: { readonly index: number; readonly name: string; readonly local: boolean; readonly hidden: boolean; readonly place: number | undefined }[] = [];
  image.symbols().forEach(({ name, type, binding, sectionIndex }, i) => {
    const index = i + 1;
    const shown = visible.get(name);
    const undefinedHere = sectionIndex === 0 && !framePlaces.has(name);
    const local = shown === undefined && !undefinedHere;
    if (!referred.has(index) && (undefinedHere || (strip && local && type !== symbolTypes.section))) return;
    const hidden = undefinedHere && shown === undefined && !outsideSymbols.has(name);
    kept.push({
      index,
      name: shown ?? (local && strip ? '' : shownName(name, functionNames)),
      local: local || binding === symbolBindings.local,
      hidden,
      place: framePlaces.get(name),
    });
  });
  const ordered = [...kept.filter(({ local }) => local), ...kept.filter(({ local }) => !local)];

  const names = new NameTable();
  const symbols = Buffer.alloc((ordered.length + 1) * symbolEntry.size);
  const newIndex = new Map([[0, 0]]);
  ordered.forEach(({ index, name, local, hidden, place }, i) => {
    const at = (i + 1) * symbolEntry.size;
    old.copy(symbols, at, index * symbolEntry.size, (index + 1) * symbolEntry.size);
    symbols.writeUInt32LE(names.add(name), at + symbolEntry.name);
    if (local) symbols.writeUInt8((symbols.readUInt8(at + symbolEntry.info) & 15) | (symbolBindings.local << 4), at + symbolEntry.info);
    if (hidden) symbols.writeUInt8(HIDDEN, at + symbolEntry.other);
    if (place !== undefined) {
      symbols.writeUInt16LE(image.sections.length, at + symbolEntry.section);
      symbols.writeBigUInt64LE(BigInt(place), at + symbolEntry.value);
    }
    newIndex.set(index, i + 1);
  });
  const firstGlobal = ordered.filter(({ local }) => local).length + 1;
  const contents = new Map<number, Buffer>([
    [table.index, symbols],
    [table.link, names.bytes()],
  ]);
  for (const section of relocations) contents.set(section.index, renumbered(image.contents(section), newIndex));
  const added = frames === undefined ? [] : frameSections(frames, image.sections.length, table.index, contents.get(frames.relocations.index)!);
  return writeObject(image, { contents, info: new Map([[table.index, firstGlobal]]), added });
}

/** The copy of the unwind information at this section index, and behind it the section of its relocations. */
function frameSections({ contents }: FrameTable, index: number, symbols: number, relocations: Buffer): NewSection[] {
  const ALLOCATED = 2,
    INFO_IS_SECTION = 0x40;
  return [
    { name: '.w2e_frames', type: sectionTypes.progbits, flags: ALLOCATED, contents, link: 0, info: 0, alignment: 8, entrySize: 0 },
    {
      name: '.rela.w2e_frames',
      type: sectionTypes.rela,
      flags: INFO_IS_SECTION,
      contents: relocations,
      link: symbols,
      info: index,
      alignment: 8,
      entrySize: RELOCATION,
    },
  ];
}

/** The symbols that relocations name. */
function symbolsOf(relocations: Buffer): number[] {
  const found: number[] = [];
  for (let at = RELOCATION_SYMBOL; at < relocations.length; at += RELOCATION) found.push(relocations.readUInt32LE(at));
  return found;
}

function renumbered(relocations: Buffer, newIndex: ReadonlyMap<number, number>): Buffer {
  const result = Buffer.from(relocations);
  for (let at = RELOCATION_SYMBOL; at < result.length; at += RELOCATION) result.writeUInt32LE(newIndex.get(result.readUInt32LE(at))!, at);
  return result;
}
