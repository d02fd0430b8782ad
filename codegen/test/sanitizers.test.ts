// EM_ASM of Emscripten's sanitizers is told from that of the program by who calls it.

import { expect, test } from '@jest/globals';
import { decodeModule } from '../../frontend/decode-module.js';
import { programOf } from '../../frontend/program.js';
import { scanModule } from '../../frontend/scan-module.js';
import { assemble, body, functionType, i32, name, section, vector } from '../../frontend/test/assemble.js';
import { UndefinedImportsError } from '../plan/errors.js';
import { resolveImports } from '../plan/resolve-imports.js';
import { withSanitizerOptions } from '../plan/sanitizers.js';
import { signaturesOf } from '../plan/make-plan.js';
import type { Program } from '../../frontend/program.js';

/** (import "env" IMPORT (func (param i32 i32 i32) (result i32))), which each function calls, and the functions' names. */
function calling(imported: string, ...callers: readonly string[]): Program {
  const types = vector(functionType([i32, i32, i32], [i32]), functionType([], []));
  const call = body([], 0x41, 0, 0x41, 0, 0x41, 0, 0x10, 0, 0x1a);
  const names = vector(...callers.map((text, i) => [i + 1, ...name(text)]));
  const bytes = assemble(
    section(1, types),
    section(2, vector([...name('env'), ...name(imported), 0, 0])),
    section(3, vector(...callers.map(() => [1]))),
    section(10, vector(...callers.map(() => call))),
    section(0, name('name'), section(1, names)),
  );
  const module = decodeModule(bytes);
  return programOf(module, scanModule(module));
}

const nameOf = (program: Program): string | undefined => withSanitizerOptions(program).module.imports[0]?.name;

test('of functions of sanitizers alone it is theirs', () => {
  expect(nameOf(calling('emscripten_asm_const_int', '__asan::InitializeFlags()', '__sanitizer::ColorizeReports()', '__lsan_init'))).toBe(
    'sanitizer_asm_const_int',
  );
  expect(nameOf(calling('emscripten_asm_const_double', '__asan::InitializeFlags()'))).toBe('sanitizer_asm_const_double');
});

test("of another function it is the program's", () => {
  expect(nameOf(calling('emscripten_asm_const_int', '__asan::InitializeFlags()', 'main'))).toBe('emscripten_asm_const_int');
  expect(nameOf(calling('emscripten_asm_const_int', 'my__asan::InitializeFlags()'))).toBe('emscripten_asm_const_int');
  expect(nameOf(calling('emscripten_asm_const_int'))).toBe('emscripten_asm_const_int');
  expect(nameOf(calling('emscripten_asm_const_ptr', '__asan::InitializeFlags()'))).toBe('emscripten_asm_const_ptr');
});

test('an import that is JavaScript is refused with that reason', () => {
  const lines = (imported: string): string[] => {
    const { module } = calling(imported, 'main');
    return new UndefinedImportsError(resolveImports(module, signaturesOf(module)).missing).lines;
  };
  expect(lines('emscripten_asm_const_int')).toEqual(['env.emscripten_asm_const_int (i32 i32 i32) -> (i32): JavaScript of the program (EM_ASM)']);
  expect(lines('no_such_import')).toEqual(['env.no_such_import (i32 i32 i32) -> (i32)']);
  expect(lines('fork')).toEqual(['env.fork (i32 i32 i32) -> (i32); provided as () -> (i32)']);
});
