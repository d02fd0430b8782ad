// Debug information in the text of a partition: a location after every instruction, trap blocks by location, scopes
// for other files; without rows, byte offsets. LLVM's verifier reads every text.

import { describe, expect, test } from '@jest/globals';
import { x64 } from '../../backend-x64/target.js';
import type { SourceFunction } from '../../frontend/dwarf.js';
import { decodeModule } from '../../frontend/decode-module.js';
import { byModuleName, linkModules } from '../../frontend/link-modules.js';
import { scanModule } from '../../frontend/scan-module.js';
import { assemble, body, functionType, leb, name, section, vector } from '../../frontend/test/assemble.js';
import { parseFunction } from '../../ir/parser.js';
import { compileIr } from '../../llvm-bindings/compile.js';
import { type DebugPlan, planDebugInfo } from '../plan/debug-plan.js';
import { emitFunction } from '../emit/function.js';
import { PartitionText } from '../emit/partition-text.js';
import { functionSymbol } from '../symbols.js';
import { fixturePlan } from './fixture-plan.js';

const source = { unit: 0, name: 'divide', linkageName: undefined, file: 0, line: 3, firstRow: 0, endRow: 3 };

const plan: DebugPlan = {
  units: [{ name: 'a "quoted".c', directory: '/src', language: 0x1d }],
  files: [
    { name: 'a "quoted".c', directory: '/src' },
    { name: 'b.h', directory: '/src' },
  ],
  functions: new Map([[0, source]]),
  lines: {
    offset: Uint32Array.of(100, 110, 120),
    file: Uint32Array.of(0, 0, 1),
    line: Uint32Array.of(4, 5, 9),
    column: Uint16Array.of(0, 7, 2),
  },
  problems: [],
};

const divisions = `func @0 "" (i32) -> (i32) {
b0(v0: i32):
  v1 = div_u.i32 v0, v0 !0x6f
  v2 = div_u.i32 v1, v0 !0x70
  v3 = div_u.i32 v2, v0 !0x79
  v4 = call @1 (v3) -> i32
  br_if v4, b1(v4), b2(v3)
b1(v5: i32):
  unreachable !0x50
b2(v6: i32):
  return (v6) !0x78
}
`;

/** Emits the function for a debug plan; LLVM must accept the text. */
function emitted(debug: DebugPlan, input = divisions): { body: string; text: string } {
  const out = new PartitionText({ ...fixturePlan({}), debug }, x64, '"target-cpu"="x86-64-v2"');
  emitFunction(out, parseFunction(input), functionSymbol(0), { debug: out.debug?.describe(0, 'self') });
  const text = out.toString();
  const { outputs } = compileIr({
    ir: Buffer.from(text, 'latin1'),
    name: 'debug',
    verify: true,
    passes: 'default<O2>',
    outputs: ['obj'],
    machine: { llvmName: x64.llvmName, triple: x64.triple, cpu: x64.defaultCpu, features: '', codegenLevel: 2 },
  });
  expect(outputs.obj!.length).toBeGreaterThan(0);
  return { body: out.definitions, text };
}

/** The metadata node that an instruction's location is, for each line of the body that holds `fragment`. */
function locations({ body, text }: { body: string; text: string }, fragment: string): (string | undefined)[] {
  const node = (number: string): string => new RegExp(`^!${number} = (.*)$`, 'm').exec(text)?.[1] ?? '';
  return body
    .split('\n')
    .filter((line) => line.includes(fragment))
    .map((line) => {
      const found = /!DILocation\(line: (\d+), column: (\d+), scope: !(\d+)\)/.exec(node(/, !dbg !(\d+)$/.exec(line)?.[1] ?? 'none'));
      return found === null ? undefined : `${found[1]}:${found[2]}${node(found[3]).startsWith('!DILexicalBlockFile') ? ' in another file' : ''}`;
    });
}

describe('debug information', () => {
  test('every instruction of the body has a location; labels and braces have none', () => {
    const { body } = emitted(plan);
    const lines = body.trimEnd().split('\n');
    for (const line of lines.filter((each) => each.startsWith('  '))) expect(line).toMatch(/, !dbg !\d+$/);
    for (const line of lines.filter((each) => !each.startsWith('  '))) expect(line).toMatch(/^(define .* #0 !dbg !\d+ \{|[\w.]+:|\}|)$/);
  });

  test('the row at or before an instruction; the first line before all rows; what passes made belongs to what is before', () => {
    const result = emitted(plan);
    expect(locations(result, 'udiv')).toEqual(['5:7', '5:7', '9:2 in another file']);
    expect(locations(result, 'call i32 @w2e.f.1')).toEqual(['9:2 in another file']);
    expect(locations(result, 'br label %trap.unreachable')).toEqual(['4:0']);
    expect(locations(result, 'ret i32')).toEqual(['9:2 in another file']);
  });

  test('trap blocks of different lines stay apart', () => {
    const result = emitted(plan);
    expect(locations(result, '@w2e_trap_integer_divide_by_zero() #4')).toEqual(['5:7', '9:2 in another file']);
  });

  test('the subprogram: names, files, lines; strings are escaped', () => {
    const { text } = emitted({ ...plan, functions: new Map<number, SourceFunction>([[0, { ...source, linkageName: '_Z6dividei' }]]) });
    expect(text).toMatch(/distinct !DISubprogram\(name: "divide", linkageName: "_Z6dividei", .* line: 3, .* scopeLine: 4,/);
    expect(text).toContain('!DIFile(filename: "a \\22quoted\\22.c", directory: "/src")');
    expect(text).toContain('!DICompileUnit(language: 29,');
  });

  test('without rows of the source, the byte offset is the line', () => {
    const result = emitted({ ...plan, files: [{ name: 'app.wasm', directory: '' }], lines: undefined });
    expect(locations(result, 'udiv')).toEqual(['111:0', '112:0', '121:0']);
  });

  test('a function that the plan does not know has no metadata', () => {
    const { body, text } = emitted({ ...plan, functions: new Map() });
    expect(body).not.toContain('!dbg');
    expect(text).not.toContain('llvm.dbg.cu');
  });
});

/** A module of one function, whose debug information has so many files and units. */
function moduleWithFiles(count: number): Uint8Array {
  const u32 = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer);
  const files = Buffer.concat(Array.from({ length: count }, (_file, i) => Buffer.from(`f${i}\0\0\0\0`)));
  const tables = Buffer.concat([Buffer.from([1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0]), files, Buffer.from([0])]);
  const program = Buffer.from([0, 5, 2, 2, 0, 0, 0, 13 + 6, 2, 3, 0, 1, 1]); // a row for address 2, up to 5
  const rest = Buffer.concat([Buffer.from([4, 0]), u32(tables.length), tables, program]);
  const units = Buffer.alloc(count * 18, Buffer.from([14, 0, 0, 0, 4, 0, 0, 0, 0, 0, 4, 1, 0x61, 0, 0, 0, 0, 0]));
  const custom = (title: string, bytes: Uint8Array): Buffer => {
    const contents = Buffer.concat([Buffer.from(name(title)), bytes]);
    return Buffer.concat([Buffer.from([0, ...leb(contents.length)]), contents]);
  };
  const plain = assemble(
    section(1, vector(functionType([], []))),
    section(3, vector([0])),
    section(7, vector([...name('f'), 0, 0])),
    section(10, vector(body([], 1, 1))),
  );
  return Uint8Array.from(
    Buffer.concat([
      plain,
      custom('.debug_line', Buffer.concat([u32(rest.length), rest])),
      custom('.debug_info', units),
      custom('.debug_abbrev', Buffer.from([1, 0x11, 0, 0x03, 0x08, 0x10, 0x17, 0, 0, 0])),
    ]),
  );
}

test('the plan of several modules has all files and units, however many', () => {
  const count = 150_000;
  const inputs = ['main', 'lib'].map((title, i) => {
    const module = decodeModule(moduleWithFiles(count));
    return { name: title, module, facts: scanModule(module), provide: byModuleName(new Map(i === 0 ? [['lib', 1]] : [])) };
  });
  const joined = planDebugInfo(linkModules(inputs), [0, 1], 'main.wasm');
  expect([joined.files.length, joined.units.length, joined.functions.size, joined.problems]).toEqual([2 * count, 2 * count, 2, []]);
});
