// Debug information: hand-made line number programs of version 4 and 5, all opcodes, entries with references and
// indexed forms, the fixture of fixtures/debug, and malformed input, which never throws more than a DwarfError.

import { readFileSync } from 'node:fs';
import { describe, expect, jest, test } from '@jest/globals';
import { decodeModule } from '../decode-module.js';
import { readSourceMap } from '../dwarf.js';
import { readDebugEntries } from '../dwarf-info.js';
import { lineProgramAt } from '../dwarf-line.js';
import { DwarfError, DwarfReader, DwarfSections } from '../dwarf-reader.js';
import { defaultFeatures } from '../features.js';
import type { WasmModule } from '../module.js';
import { assemble, body, functionType, leb, name, section, vector } from './assemble.js';

const u16 = (value: number): number[] => [value & 255, value >>> 8];
const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)];
const text = (value: string): number[] => [...Buffer.from(value), 0];
const unit = (bytes: readonly number[]): number[] => [...u32(bytes.length), ...bytes];

const format = { version: 4, addressSize: 4, offsetSize: 4, strOffsetsBase: 0, addrBase: 0 } as const;

function sectionsOf(contents: Readonly<Record<string, readonly number[]>>): DwarfSections {
  return new DwarfSections(new Map(Object.entries(contents).map(([key, bytes]) => [key, Uint8Array.from(bytes)])));
}

interface Ran {
  /** `address file line column`, and `address end`. */
  readonly rows: string[];
  readonly files: readonly (string | undefined)[];
}

function runProgram(sections: DwarfSections): Ran {
  const rows: string[] = [];
  const program = lineProgramAt(sections, 0, { ...format }, '/src');
  program.run({
    row: (address, file, line, column) => rows.push(`${address} ${file} ${line} ${column}`),
    endSequence: (address) => rows.push(`${address} end`),
  });
  return { rows, files: program.files.map((file) => (file === undefined ? undefined : `${file.directory}|${file.name}`)) };
}

/** Minimum instruction length 1, one operation, is_stmt, line base -5, line range 14, opcode base 13. */
const parameters = [1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];

function version4(program: readonly number[], header = parameters): number[] {
  const tables = [
    ...header,
    ...text('lib'),
    ...text('/abs'),
    0,
    ...text('main.c'),
    0,
    0,
    0,
    ...text('util.h'),
    1,
    0,
    0,
    ...text('sys.h'),
    2,
    0,
    0,
    ...text('/root.c'),
    1,
    0,
    0,
    0,
  ];
  return unit([...u16(4), ...u32(tables.length), ...tables, ...program]);
}

function version5(program: readonly number[]): number[] {
  const tables = [
    ...parameters,
    1,
    1,
    0x1f,
    2,
    ...u32(0),
    ...u32(5), // directories: path as line_strp
    3,
    1,
    0x08,
    2,
    0x0b,
    5,
    0x1e,
    2, // files: path as string, directory as data1, MD5 as data16
    ...text('main.c'),
    0,
    ...new Array<number>(16).fill(7),
    ...text('util.h'),
    1,
    ...new Array<number>(16).fill(8),
  ];
  return unit([...u16(5), 4, 0, ...u32(tables.length), ...tables, ...program]);
}

const setAddress = (address: number): number[] => [0, 5, 2, ...u32(address)];
const endSequence = [0, 1, 1];

describe('line number programs', () => {
  test('version 4: files and special opcodes', () => {
    // Special opcode 13 + (line + 5) + 14 * address.
    const { rows, files } = runProgram(sectionsOf({ debug_line: version4([...setAddress(16), 13 + 6, 13 + 5 + 14 * 3, 13 + 3, 2, 4, ...endSequence]) }));
    expect(files).toEqual([undefined, '/src|main.c', '/src/lib|util.h', '/abs|sys.h', '|/root.c']);
    expect(rows).toEqual(['16 1 2 0', '19 1 2 0', '19 1 0 0', '23 end']);
  });

  test('every standard opcode', () => {
    const program = [
      ...setAddress(100),
      3,
      0x09,
      1, // advance_line 9, copy
      2,
      0x83,
      0x01,
      3,
      0x7e,
      4,
      2,
      5,
      33,
      6,
      7,
      10,
      11,
      12,
      4,
      1, // advance_pc 131, advance_line -2, set_file, set_column, flags, set_isa
      8,
      1,
      9,
      0x34,
      0x12,
      1, // const_add_pc 17, fixed_advance_pc 0x1234
      ...endSequence,
    ];
    expect(runProgram(sectionsOf({ debug_line: version4(program) })).rows).toEqual(['100 1 10 0', '231 2 8 33', '248 2 8 33', '4908 2 8 33', '4908 end']);
  });

  test('extended opcodes: a file defined by the program, discriminators, opcodes of vendors', () => {
    const defined = [...text('made.c'), 1, 0, 0];
    const program = [
      0,
      1 + defined.length,
      3,
      ...defined,
      0,
      2,
      4,
      9,
      0,
      4,
      0x80,
      1,
      2,
      3,
      4,
      5,
      1,
      ...endSequence,
      1,
      ...endSequence, // the registers start again
    ];
    const { rows, files } = runProgram(sectionsOf({ debug_line: version4(program) }));
    expect(files[5]).toBe('/src/lib|made.c');
    expect(rows).toEqual(['0 5 1 0', '0 end', '0 1 1 0', '0 end']);
  });

  test('an opcode base of its own: fewer standard opcodes, or unknown ones with operands', () => {
    const few = [1, 1, 1, 0xfb, 14, 4, 0, 1, 1];
    expect(runProgram(sectionsOf({ debug_line: version4([4 + 6 + 14, ...endSequence], few) })).rows).toEqual(['1 1 2 0', '1 end']);
    const many = [1, 1, 1, 0xfb, 14, 14, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 2];
    expect(runProgram(sectionsOf({ debug_line: version4([13, 0x85, 1, 7, 14 + 6, ...endSequence], many) })).rows).toEqual(['0 1 2 0', '0 end']);
  });

  test('several operations per instruction', () => {
    const wide = [4, 3, ...parameters.slice(2)];
    // Operations 2, then 2 more: one instruction of 4 bytes and operation 1.
    expect(runProgram(sectionsOf({ debug_line: version4([2, 2, 1, 2, 2, 1, ...endSequence], wide) })).rows).toEqual(['0 1 1 0', '4 1 1 0', '4 end']);
  });

  test('version 5: described tables, strings in .debug_line_str, files from 0', () => {
    const sections = sectionsOf({
      debug_line: version5([...setAddress(8), 4, 0, 13 + 6, 4, 1, 13 + 6, ...endSequence]),
      debug_line_str: [...text('/dir'), ...text('sub')],
    });
    const { rows, files } = runProgram(sections);
    expect(files).toEqual(['/dir|main.c', '/dir/sub|util.h']);
    expect(rows).toEqual(['8 0 2 0', '8 1 3 0', '8 end']);
  });

  test.each([
    ['an unknown version', unit([...u16(9), 0, 0, 0, 0])],
    ['a program longer than its section', u32(500)],
    ['a reserved length', u32(0xffff_fff5)],
    ['a line range of 0', version4([], [1, 1, 1, 0xfb, 0, 13, ...parameters.slice(6)])],
    ['an operand beyond the end', version4([2, 0x80])],
    ['an integer without end', version4([2, ...new Array<number>(40).fill(0x80), 0])],
    ['an address of three hundred bytes', version4([0, 0xac, 2, 2])],
    ['a list of more entries than bytes', unit([...u16(5), 4, 0, ...u32(40), ...parameters, 0, ...leb(1_000_000)])],
    ['strings outside their section', version5([])],
  ])('%s is a DwarfError', (_title, bytes) => {
    expect(() => runProgram(sectionsOf({ debug_line: bytes }))).toThrow(DwarfError);
  });
});

test('numbers', () => {
  const reader = (...bytes: number[]): DwarfReader => new DwarfReader(Uint8Array.from(bytes));
  expect(reader(0xe5, 0x8e, 0x26).uleb()).toBe(624485);
  expect(reader(0x7f).sleb()).toBe(-1);
  expect(reader(0x80, 0x7f).sleb()).toBe(-128);
  expect(reader(0xff, 0xff, 0xff, 0xff, 0x0f).uleb()).toBe(0xffff_ffff);
  expect(reader(1, 0, 0, 0, 1, 0, 0, 0).u64()).toBe(2 ** 32 + 1);
});

describe('entries', () => {
  const attributes = (...pairs: number[]): number[] => [...pairs, 0, 0];

  test('version 4: a definition completed by its declaration and its abstract function', () => {
    const abbreviations = [
      1,
      0x11,
      1,
      ...attributes(0x03, 0x08, 0x10, 0x17, 0x1b, 0x0e), // unit: name, line program, directory
      2,
      0x2e,
      0,
      ...attributes(0x03, 0x08, 0x6e, 0x08, 0x3a, 0x0b, 0x3b, 0x0b), // declaration: name, linkage name, file, line
      3,
      0x2e,
      0,
      ...attributes(0x47, 0x13), // abstract function of a declaration
      4,
      0x2e,
      0,
      ...attributes(0x31, 0x13, 0x11, 0x01), // copy of an abstract function, with an address
      0x85,
      0x01,
      0x34,
      0,
      ...attributes(0x02, 0x18), // variable with a location expression
      0,
    ];
    const header = 11;
    const root = [1, ...text('a.cc'), ...u32(0x40), ...u32(2)];
    const declaration = [2, ...text('f'), ...text('_ZN1C1fEv'), 1, 12];
    const abstract = [3, ...u32(header + root.length)];
    const copy = [4, ...u32(header + root.length + declaration.length), ...u32(0x99)];
    const info = unit([...u16(4), ...u32(0), 4, ...root, ...declaration, ...abstract, 0x85, 0x01, 2, 0x91, 0, ...copy, 0]);
    const { units, subprograms, problems } = readDebugEntries(sectionsOf({ debug_abbrev: abbreviations, debug_info: info, debug_str: text('x/dir') }));
    expect(problems).toEqual([]);
    expect(units).toMatchObject([{ name: 'a.cc', directory: 'dir', lineProgram: 0x40 }]);
    expect(subprograms).toMatchObject([{ address: 0x99, name: 'f', linkageName: '_ZN1C1fEv', file: 1, line: 12 }]);
  });

  test('version 5: strings and addresses by index, implicit constants; a unit that is not understood is left out', () => {
    const abbreviations = [
      1,
      0x11,
      1,
      ...attributes(0x03, 0x25, 0x72, 0x17, 0x73, 0x17, 0x13, 0x05), // name strx1, bases, language
      2,
      0x2e,
      0,
      0x03,
      0x26,
      0x11,
      0x1b,
      0x3b,
      0x21,
      0xcd,
      0x00,
      0,
      0, // name strx2, address addrx, line implicit 77
      0,
    ];
    const good = unit([...u16(5), 1, 4, ...u32(0), 1, 0, ...u32(8), ...u32(8), ...u16(0x1d), 2, ...u16(1), 0, 0]);
    const types = unit([...u16(5), 2, 4, ...u32(0), ...new Array<number>(12).fill(0)]);
    const bad = unit([...u16(5), 1, 4, ...u32(0), 9, 9, 9]);
    const unknown = unit([...u16(8), 1, 4]);
    const sections = sectionsOf({
      debug_abbrev: abbreviations,
      debug_info: [...unknown, ...types, ...bad, ...good],
      debug_str_offsets: [...u32(8), ...u16(5), ...u16(0), ...u32(2), ...u32(0)],
      debug_str: [...text('f'), ...text('b.c')],
      debug_addr: [...u32(8), ...u16(5), 4, 0, ...u32(0x123)],
    });
    const { units, subprograms, problems } = readDebugEntries(sections);
    expect(units).toMatchObject([{ name: 'b.c', language: 0x1d, lineProgram: -1 }]);
    expect(subprograms).toMatchObject([{ address: 0x123, name: 'f', line: 77 }]);
    expect(problems.length).toBe(2);
  });
});

describe('bytes that are read more than once', () => {
  const repeat = (count: number, bytes: readonly number[]): number[] => Array.from({ length: count }, () => bytes).flat();
  const root = [1, 0x11, 1, 0x03, 0x08, 0, 0]; // a unit with a name
  const unitOf = (abbreviations: number, entries: readonly number[] = []): number[] =>
    unit([...u16(4), ...u32(abbreviations), 4, 1, ...text('a'), ...entries, 0]);
  const messages = (contents: Readonly<Record<string, readonly number[]>>): string[] =>
    readDebugEntries(sectionsOf(contents)).problems.map(({ message }) => message);
  const tooMany = 'there are more attributes than so many bytes should have';

  test('attributes without bytes, of many entries', () => {
    const debug_abbrev = [...root, 2, 0x34, 0, ...repeat(3000, [0x3f, 0x19]), 0, 0, 0]; // flag_present
    expect(messages({ debug_abbrev, debug_info: unitOf(0, repeat(3000, [2])) })).toEqual([tooMany]);
    expect(messages({ debug_abbrev, debug_info: unitOf(0, repeat(30, [2])) })).toEqual([]);
  });

  test('abbreviations of many units', () => {
    const abbreviation = [1, 0x34, 0, 0x3f, 0x19, 0, 0];
    const debug_abbrev = [...repeat(3000, abbreviation), 0];
    const debug_info = Array.from({ length: 3000 }, (_unit, i) => unitOf(i * abbreviation.length)).flat();
    expect(new Set(messages({ debug_abbrev, debug_info }))).toEqual(new Set(['tables of abbreviations overlap']));
  });

  describe('strings', () => {
    const debug_abbrev = [...root, 2, 0x2e, 0, 0x03, 0x0e, 0x11, 0x01, 0, 0, 0]; // a function: name of .debug_str, address
    const named = (count: number, stringLength: number) =>
      readDebugEntries(
        sectionsOf({
          debug_abbrev,
          debug_info: unitOf(0, repeat(count, [2, ...u32(0), ...u32(9)])),
          debug_str: text('a'.repeat(stringLength)),
        }),
      ).subprograms;

    test('that many functions are called are read once', () => {
      const decode = jest.spyOn(TextDecoder.prototype, 'decode');
      try {
        expect(named(1000, 100).map(({ name: found }) => found)).toEqual(new Array(1000).fill('a'.repeat(100)));
        expect(decode.mock.calls.length).toBeLessThan(10);
      } finally {
        decode.mockRestore();
      }
    });

    test('are cut', () => {
      expect(named(1, 4096)[0].name!.length).toBe(4096);
      expect(named(1, 100_000)[0].name!.length).toBe(4096);
      expect(new DwarfReader(Uint8Array.from(text('a'.repeat(100_000)))).string().length).toBe(4096);
    });
  });
});

/** Two functions of two nops each, with the given line number program. */
function moduleWith(program: readonly number[]): WasmModule {
  const custom = (title: string, bytes: readonly number[]): number[] => section(0, name(title), bytes);
  return decodeModule(
    assemble(
      section(1, vector(functionType([], []))),
      section(3, vector([0], [0])),
      section(10, vector(body([], 1, 1), body([], 1, 1))),
      custom('.debug_line', version4(program)),
      custom('.debug_info', unit([...u16(4), ...u32(0), 4, 1, ...text('main.c'), ...u32(0)])),
      custom('.debug_abbrev', [1, 0x11, 0, 0x03, 0x08, 0x10, 0x17, 0, 0, 0]),
    ),
    { features: defaultFeatures },
  );
}

describe('source map', () => {
  // Contents of the code section: count, size, locals, nop, nop, end, size, locals, nop, nop, end.
  const first = 2;
  const second = 7;

  test('rows go to the function that has the address', () => {
    const module = moduleWith([...setAddress(first), 13 + 6, 13 + 6 + 28, 2, 2, ...endSequence, ...setAddress(second), 13 + 9, 2, 4, ...endSequence]);
    const map = readSourceMap(module)!;
    const at = (index: number, row: number): number => map.lines.offset[row] - module.functions.bodyStart[index];
    expect(map.functions.get(0)).toMatchObject({ firstRow: 0, endRow: 2, line: 2, unit: 0 });
    expect(map.functions.get(1)).toMatchObject({ firstRow: 2, endRow: 3, line: 5 });
    expect([at(0, 0), at(0, 1), at(1, 2)]).toEqual([0, 2, 0]);
    expect([...map.lines.line]).toEqual([2, 3, 5]);
    expect(map.files[map.functions.get(0)!.file]).toEqual({ name: 'main.c', directory: '' });
  });

  test.each([
    ['address 0', setAddress(0)],
    ['the last address', setAddress(0xffff_ffff)],
    ['an address behind the module', setAddress(100_000)],
  ])('a sequence of a dropped function is left out: %s', (_title, address) => {
    const map = readSourceMap(moduleWith([...address, 13 + 6, 2, 4, ...endSequence, ...setAddress(second), 13 + 9, 2, 4, ...endSequence]))!;
    expect([...map.functions.keys()]).toEqual([1]);
    expect(map.problems).toEqual([]);
  });

  test('what comes before a defect is kept', () => {
    const map = readSourceMap(moduleWith([...setAddress(first), 13 + 6, 2, 4, ...endSequence, ...setAddress(second), 13 + 9, 2, 0x80]))!;
    expect([...map.functions.keys()]).toEqual([0]);
    expect(map.problems.length).toBe(1);
  });

  test('line number programs that overlap are left out', () => {
    const program = version4([...setAddress(first), 13 + 6, 2, 4, ...endSequence]);
    const unitWith = (at: number): number[] => unit([...u16(4), ...u32(0), 4, 1, ...text('main.c'), ...u32(at)]);
    const custom = (title: string, bytes: readonly number[]): number[] => section(0, name(title), bytes);
    const map = readSourceMap(
      decodeModule(
        assemble(
          section(1, vector(functionType([], []))),
          section(3, vector([0])),
          section(10, vector(body([], 1, 1))),
          custom('.debug_line', [...program, ...program]),
          // Two units may have one program; the last one would begin inside of it.
          custom('.debug_info', [...unitWith(0), ...unitWith(0), ...unitWith(program.length), ...unitWith(4)]),
          custom('.debug_abbrev', [1, 0x11, 0, 0x03, 0x08, 0x10, 0x17, 0, 0, 0]),
        ),
        { features: defaultFeatures },
      ),
    )!;
    expect(map.problems).toEqual(['line number programs overlap']);
  });

  test('as many problems as there are', () => {
    const count = 200_000;
    const plain = assemble(section(1, vector(functionType([], []))), section(3, vector([0])), section(10, vector(body([], 1, 1))));
    const debugInfo = Buffer.concat([Buffer.from(name('.debug_info')), Buffer.alloc(count * 6, Uint8Array.of(2, 0, 0, 0, 9, 0))]);
    const bytes = Uint8Array.from(Buffer.concat([plain, Buffer.from([0, ...leb(debugInfo.length)]), debugInfo]));
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0; // jest's hundred frames for each problem would take most of the time
    try {
      expect(readSourceMap(decodeModule(bytes, { features: defaultFeatures }))!.problems.length).toBe(count);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  });

  test('a module without debug information has none', () => {
    expect(readSourceMap(decodeModule(assemble(), { features: defaultFeatures }))).toBeUndefined();
  });
});

describe.each(['debug', 'debug.dwarf5'])('%s.wasm', (title) => {
  const bytes = readFileSync(new URL(`../../../fixtures/debug/${title}.wasm`, import.meta.url));
  const module = decodeModule(bytes, { features: defaultFeatures });

  test('functions, files and lines of the source', () => {
    const map = readSourceMap(module)!;
    const named = (wanted: string): { line: number; lines: number[]; file: string | undefined } => {
      const found = [...map.functions.values()].find((each) => each.name === wanted)!;
      const lines = [...new Set(map.lines.line.subarray(found.firstRow, found.endRow))].filter((line) => line > 0);
      return { line: found.line, lines: lines.sort((a, b) => a - b), file: map.files[found.file]?.name };
    };
    expect(map.problems).toEqual([]);
    expect(named('divide')).toEqual({ line: 14, lines: [15, 16, 17], file: 'debug.c' });
    expect(named('sum')).toMatchObject({ line: 20, lines: expect.arrayContaining([21, 23, 24, 25, 26]) });
    expect(named('_start')).toMatchObject({ line: 30, lines: expect.arrayContaining([31, 33, 34, 35, 36]) });
    expect(map.units[map.functions.get(module.functions.importCount)!.unit]).toEqual({ name: 'debug.c', directory: '.', language: 12 });
  });

  test('changed bytes in debug information never throw', () => {
    const ranges = module.customSections.filter((each) => each.name.startsWith('.debug_'));
    let seed = 12345;
    const random = (below: number): number => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) % below;
    for (let round = 0; round < 1500; round++) {
      const changed = Uint8Array.from(bytes);
      for (let k = random(4); k >= 0; k--) {
        const { start, end } = ranges[random(ranges.length)];
        changed[start + random(end - start)] = random(3) === 0 ? 0xff : random(256);
      }
      const map = readSourceMap({ ...module, bytes: changed })!;
      for (const { unit, file } of map.functions.values()) {
        if (map.units[unit] === undefined || map.files[file] === undefined) throw new Error(`unit ${unit}, file ${file}`);
      }
      for (const file of map.lines.file) if (file >= map.files.length) throw new Error(`file ${file}`);
    }
  });
});
