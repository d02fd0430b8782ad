// Which JavaScript file beside a module has its names.

import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeModule } from '../../frontend/decode-module.js';
import { header, name, section, vector } from '../../frontend/test/assemble.js';
import { FileError } from '../errors.js';
import { nameByGlue, nameSanitizers } from '../glue.js';

const module = decodeModule(Uint8Array.from([...header, ...section(1, vector([0x60, 1, 0x7f, 0])), ...section(2, vector([...name('a'), ...name('b'), 0, 0]))]));
const right = 'fetch("app.wasm"); var wasmImports = {b: _proc_exit}';
const folders: string[] = [];
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wasm2elf-glue-'));
  folders.push(folder);
});

afterAll(() => {
  for (const each of folders) rmSync(each, { recursive: true });
});

function put(file: string, text: string): string {
  writeFileSync(join(folder, file), text);
  return join(folder, file);
}

/** What the import is called then, or why it has no name. */
function found(given?: string): string | undefined {
  const named = nameByGlue(join(folder, 'app.wasm'), module, given);
  const [entry] = named.module.imports;
  return named.problem ?? `${entry.module}.${entry.name}`;
}

const none = 'no JavaScript of Emscripten beside it has them';

describe('the JavaScript of a module', () => {
  test.each(['app.js', 'app.mjs', 'app.cjs', 'other.js'])('%s', (file) => {
    put(file, right);
    expect(found()).toBe('wasi_snapshot_preview1.proc_exit');
  });

  test('none', () => {
    expect(found()).toBe(none);
  });

  test('files that do not name the module do not count', () => {
    put('other.js', 'var wasmImports = {b: _proc_exit}');
    put('notes.txt', right);
    mkdirSync(join(folder, 'app.wasm.js'));
    expect(found()).toBe(none);
  });

  test('the file of the same name is the only one then', () => {
    put('other.js', right);
    put('app.js', 'var wasmImports = {b: _abort}');
    expect(found()).toBe('env.abort');
  });

  test('two forms of one link, with the same names', () => {
    put('one.js', right);
    put('two.mjs', `export default () => { ${right} }`);
    expect(found()).toBe('wasi_snapshot_preview1.proc_exit');
  });

  test('two that have names', () => {
    put('one.js', right);
    put('two.js', right.replace('_proc_exit', '_abort'));
    expect(found()).toBe('one.js and two.js both have names for them');
  });

  test('of two that name the module, one has the names', () => {
    put('one.js', 'fetch("app.wasm")');
    put('two.js', right);
    expect(found()).toBe('wasi_snapshot_preview1.proc_exit');
  });

  test('one that is broken', () => {
    put('app.js', 'var = 1');
    expect(found()).toBe('app.js is no JavaScript: Unexpected token (1:4)');
  });

  test('a module from standard input has none', () => {
    expect(nameByGlue('-', module, undefined).problem).toBe(none);
  });
});

describe('a file that is given', () => {
  test('counts whatever is beside the module', () => {
    put('app.js', right);
    expect(found(put('given.js', 'x = {b: _abort}'))).toBe('env.abort');
  });

  test.each([
    ['W2E-J001', 'broken.js', 'var = 1'],
    ['W2E-J002', 'foreign.js', 'var a = {c: _abort}'],
    ['W2E-J002', 'renamed.js', 'var a = {b: c}'],
  ])('%s %s', (code, file, text) => {
    const path = put(file, text);
    expect(() => found(path)).toThrow(expect.objectContaining({ code, file: path }));
  });

  test.each([
    ['W2E-I001', 'missing.js'],
    ['W2E-I002', '.'],
  ])('%s %s', (code, file) => {
    expect(() => found(join(folder, file))).toThrow(FileError);
    expect(() => found(join(folder, file))).toThrow(expect.objectContaining({ code }));
  });
});

describe('EM_ASM', () => {
  const emAsm = decodeModule(
    Uint8Array.from([
      ...header,
      ...section(1, vector([0x60, 3, 0x7f, 0x7f, 0x7f, 1, 0x7f])),
      ...section(2, vector([...name('env'), ...name('emscripten_asm_const_int'), 0, 0])),
    ]),
  );
  const importOf = (path = join(folder, 'app.wasm')): string => nameSanitizers(path, emAsm, undefined).imports[0].name;

  test("is the sanitizers' where the glue says so", () => {
    put('app.js', 'var ASM_CONSTS = {1024: function() {return Module["ASAN_OPTIONS"] || 0}}');
    expect(importOf()).toBe('sanitizer_asm_const_int');
  });

  test.each(['var ASM_CONSTS = {1024: function() {alert()}}', 'no JavaScript'])("is the program's with the glue: %s", (text) => {
    put('app.js', text);
    expect(importOf()).toBe('emscripten_asm_const_int');
  });

  test("is the program's without a glue", () => {
    expect(importOf()).toBe('emscripten_asm_const_int');
    expect(importOf('-')).toBe('emscripten_asm_const_int');
  });
});
