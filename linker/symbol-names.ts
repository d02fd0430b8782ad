// Names of the compiled module's functions in the finished executable.
//
// In objects they end in `.w`, so that a module's `memcpy` or `main` never meets the runtime's or a library
// call of LLVM's. After the link nothing binds by name any more, and the suffix is cut in place in the string
// table, so perf, gdb and backtraces show the module's own names. Clones that LLVM makes (`f.w.cold`) keep
// what LLVM appended; what it takes out of a function at block N (`f.w.1.bN`) becomes `f.part`.

import { type ElfImage, symbolTypes } from './elf-image.js';

const partName = /\.w\.\d+\.[a-z]\d+x?$/;
const compiledName = /\.w(?=$|\.(?:cold|llvm|specialized|argprom|retelim|part|\d)[.\d]*$)/;

/** A piece of the file to be overwritten. */
export interface FilePatch {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** The name in the executable of a symbol of an object, never longer. */
export function shownName(name: string): string {
  return partName.test(name) ? name.replace(partName, '.part') : name.replace(compiledName, '');
}

/** The new contents of the string table, or nothing when no name has the suffix. */
export function stripNameSuffixes(image: ElfImage): FilePatch | undefined {
  const symbolTable = image.section('.symtab');
  const strings = symbolTable === undefined ? undefined : image.sections[symbolTable.link];
  if (strings === undefined) return undefined;
  const bytes = Buffer.from(image.contents(strings));
  const done = new Set<number>();
  for (const symbol of image.symbols()) {
    if (symbol.type !== symbolTypes.func || done.has(symbol.nameOffset)) continue;
    const shown = shownName(symbol.name);
    if (shown === symbol.name) continue;
    done.add(symbol.nameOffset);
    const length = Buffer.byteLength(symbol.name);
    bytes.fill(0, symbol.nameOffset, symbol.nameOffset + length);
    bytes.write(shown, symbol.nameOffset);
  }
  return done.size === 0 ? undefined : { offset: strings.offset, bytes };
}
