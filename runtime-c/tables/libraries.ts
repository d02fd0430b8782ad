// The modules of a program that were linked dynamically, as `dlopen` and `dlsym` find them: the bytes of `w2e_libraries`, which
// emscripten/libraries.c reads.

import { type FieldName, fieldOffset, layoutOf, type StructRow, structs } from './contract.js';

/** A module: `symbols` are addresses in memory 0 and elements of table 0, `constructors` an element or 0, `needed` places in the list. */
export interface LibraryRow {
  readonly name: string;
  readonly symbols: ReadonlyMap<string, number>;
  readonly constructors: number;
  readonly needed: readonly number[];
  readonly started: boolean;
}

/** The bytes. No name has a NUL. */
export function encodeLibraries(libraries: readonly LibraryRow[]): Uint8Array {
  const parts: Buffer[] = [];
  let size = 0;
  const reserve = <S extends StructRow>(struct: S, count: number): { readonly at: number; set(row: number, field: FieldName<S>, value: number): void } => {
    const { size: rowBytes } = layoutOf(struct),
      bytes = Buffer.alloc(rowBytes * count);
    const at = append(bytes);
    return { at, set: (row, field, value) => void bytes.writeUInt32LE(value, row * rowBytes + fieldOffset(struct, field)) };
  };
  const append = (bytes: Buffer): number => {
    const at = size;
    parts.push(bytes);
    size += bytes.length;
    return at;
  };
  reserve(structs.libraries, 1).set(0, 'count', libraries.length);
  const rows = reserve(structs.library, libraries.length);
  const sorted = libraries.map(({ symbols }) =>
    [...symbols].map(([name, value]) => ({ text: text(name), value })).sort((a, b) => Buffer.compare(a.text, b.text)),
  );
  const tables = sorted.map((symbols) => reserve(structs.librarySymbol, symbols.length));
  libraries.forEach(({ constructors, needed, started }, i) => {
    rows.set(i, 'symbols', tables[i]!.at);
    rows.set(i, 'symbol_count', sorted[i]!.length);
    rows.set(i, 'needed', append(Buffer.from(Uint32Array.from(needed).buffer)));
    rows.set(i, 'needed_count', needed.length);
    rows.set(i, 'constructors', constructors);
    rows.set(i, 'started', started ? 1 : 0);
  });
  // Texts come last: what is before them is a multiple of four bytes.
  libraries.forEach(({ name }, i) => {
    rows.set(i, 'name', append(text(name)));
    sorted[i]!.forEach((symbol, k) => {
      tables[i]!.set(k, 'name', append(symbol.text));
      tables[i]!.set(k, 'value', symbol.value);
    });
  });
  return Buffer.concat(parts);
}

function text(name: string): Buffer {
  return Buffer.from(`${name}\0`);
}
