// Names of minified modules, from JavaScript as Emscripten's eras write it.

import { describe, expect, test } from '@jest/globals';
import { decodeModule } from '../decode-module.js';
import { GlueError } from '../glue/errors.js';
import { looksMinified } from '../glue/minified.js';
import { findNames } from '../glue/names.js';
import { withNames } from '../glue/rename.js';
import { parseSyntax } from '../glue/syntax.js';
import type { WasmModule } from '../module.js';
import { header, name, section, vector } from './assemble.js';

const FUNCTION = 0,
  MEMORY = 2;

/** Imports functions `a.a` and `a.b`, exports a memory `c` and functions `d`, `e`, `f`. */
function minified(imports = ['a', 'b'], exports = ['c', 'd', 'e', 'f']): WasmModule {
  const body = [2, 0, 0x0b];
  return decodeModule(
    Uint8Array.from([
      ...header,
      ...section(1, vector([0x60, 0, 0])),
      ...section(2, vector(...imports.map((each) => [...name('a'), ...name(each), FUNCTION, 0]))),
      ...section(3, vector([0], [0], [0])),
      ...section(5, vector([0, 1])),
      ...section(7, vector(...exports.map((each, i) => [...name(each), i === 0 ? MEMORY : FUNCTION, i === 0 ? 0 : imports.length + i - 1]))),
      ...section(10, vector(body, body, body)),
    ]),
  );
}

function namesFrom(text: string, module = minified()): { imports: string[]; exports: string[] } {
  const renamed = withNames(module, findNames(parseSyntax(text), module), () => 'env');
  return { imports: renamed.imports.map((entry) => `${entry.module}.${entry.name}`), exports: renamed.exports.map((entry) => entry.name) };
}

function kindOf(text: string, module = minified()): string {
  try {
    namesFrom(text, module);
  } catch (error) {
    if (error instanceof GlueError) return error.kind;
    throw error;
  }
  return 'none';
}

const expected = { imports: ['env.fd_write', 'env.invoke_vi'], exports: ['memory', '__wasm_call_ctors', 'main', 'stackSave'] };

const eras = {
  '1.38: asm is a property of Module, exports are called through it': `
    Module.asmLibraryArg = { "b": invoke_vi, "a": _fd_write };
    var asm = Module["asm"](Module.asmGlobalArg, Module.asmLibraryArg, buffer);
    function create() { var exports = instance.exports; wasmMemory = exports["c"]; }
    var ___wasm_call_ctors = Module["___wasm_call_ctors"] = function() { return Module["asm"]["d"].apply(null, arguments) };
    var _main = Module["_main"] = function() { return Module["asm"]["e"].apply(null, arguments) };
    var stackSave = Module["stackSave"] = function() { return Module["asm"]["f"].apply(null, arguments) };`,
  '3.1.6: functions replace themselves; constructors are only handed on': `
    function createWasm() { var info = {"a": asmLibraryArg}; function receiveInstance(instance, module) {
      var exports = instance.exports; Module["asm"] = exports; wasmMemory = Module["asm"]["c"]; addOnInit(Module["asm"]["d"]) } }
    var asmLibraryArg = {"a":_fd_write,"b":invoke_vi};
    var _main = Module["_main"] = function(){return(_main=Module["_main"]=Module["asm"]["e"]).apply(null,arguments)};
    var stackSave=function(){return(stackSave=Module["asm"]["f"]).apply(null,arguments)};`,
  '3.1.50: arrows, in a function': `
    var Module = (() => { return function(moduleArg = {}) {
      var wasmImports = {/** @export */ a: _fd_write, b: invoke_vi};
      function createWasm() { var info = {a: wasmImports}; function receiveInstance(instance) {
        wasmExports = instance.exports; wasmMemory = wasmExports["c"]; addOnInit(wasmExports["d"]); return wasmExports } }
      var _main = Module["_main"] = (a0, a1) => (_main = Module["_main"] = wasmExports["e"])(a0, a1);
      var stackSave = () => (stackSave = wasmExports["f"])();
    } })();
    export default Module;`,
  '4.0: exports are assigned in one function, constructors called without a name': `
    var wasmImports;
    function assignWasmImports() { wasmImports = {a: _fd_write, b: invoke_vi} }
    function getWasmImports() { assignWasmImports(); return {a: wasmImports} }
    function initRuntime() { runtimeInitialized = true; wasmExports["d"](); }
    function assignWasmExports(wasmExports) {
      _main = Module["_main"] = wasmExports["e"]; stackSave = wasmExports["f"]; memory = wasmMemory = wasmExports["c"] }
    const url = new URL("x.wasm", import.meta.url);`,
};

describe('names of a minified module', () => {
  test.each(Object.entries(eras))('%s', (_era, text) => {
    expect(namesFrom(text)).toEqual(expected);
  });

  test('a module without imports has names of exports', () => {
    expect(namesFrom('var _main = () => (_main = wasmExports["d"])(); wasmMemory = wasmExports["c"]', minified([]))).toEqual({
      imports: [],
      exports: ['memory', 'main', 'e', 'f'],
    });
  });

  test('what the JavaScript has no name for keeps its own', () => {
    expect(namesFrom('var wasmImports = {a: _fd_write, b: (x) => x + 1}').imports).toEqual(['env.fd_write', 'a.b']);
    expect(namesFrom('var wasmImports = {a: _fd_write, b: invoke_vi}').exports).toEqual(['c', 'd', 'e', 'f']);
  });

  test('a memory that is imported has the name of its variable', () => {
    expect(namesFrom('var wasmImports = {a: wasmMemory || Module["wasmMemory"], b: _abort}').imports).toEqual(['env.memory', 'env.abort']);
  });

  test('of several objects the one without other properties is meant', () => {
    const text = 'var flags = {a: one_flag, b: two_flag, c: three}; var wasmImports = {a: _fd_write, b: _abort}';
    expect(namesFrom(text).imports).toEqual(['env.fd_write', 'env.abort']);
  });

  test('names that are properties of every object are names', () => {
    const module = minified(['a', 'constructor'], ['c', '__proto__', 'toString', 'f']);
    const text = 'var wasmImports = {a: _fd_write, constructor: _abort}; var _main = wasmExports["__proto__"], _free = wasmExports["toString"]';
    expect(namesFrom(text, module)).toEqual({ imports: ['env.fd_write', 'env.abort'], exports: ['c', 'main', 'free', 'f'] });
  });

  test('two exports do not get one name', () => {
    expect(namesFrom('var wasmImports = {a: _fd_write, b: _abort}; _main = wasmExports["d"]; _main = wasmExports["e"]').exports).toEqual([
      'c',
      'main',
      'e',
      'f',
    ]);
  });
});

test('what looks minified', () => {
  expect(looksMinified(minified())).toBe(true);
  expect(looksMinified(minified(['a', 'fd_write']))).toBe(false);
  expect(looksMinified(minified([], ['memory', 'a', 'b', 'c']))).toBe(false);
});

describe('JavaScript without the names', () => {
  test.each([
    ['not JavaScript', 'syntax', '# Title'],
    ['nested too deeply', 'syntax', `x = ${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['templates in templates', 'syntax', '`${'.repeat(50_000)],
    ['a sum without end', 'syntax', `x = a${' + a'.repeat(100_000)}`],
    ['more tokens than are read', 'syntax', '0;'.repeat(2 ** 21 + 1)],
    ['a pattern of many groups', 'foreign', `x = /${'('.repeat(100_000)}${')'.repeat(100_000)}/`],
    ['of another module', 'foreign', 'var wasmImports = {a: _fd_write, z: _abort}'],
    ['a list of modules only', 'foreign', 'var info = {a: {a: 1}, b: {a: 2}}'],
    ['ambiguous', 'foreign', 'var x = {a: _fd_write, b: _abort}, y = {b: _fd_write, a: _abort}'],
    ['renamed by Closure', 'renamed', 'var q = {a: r, b: s}; t.e = u["d"]'],
  ])('%s', (_what, kind, text) => {
    expect(kindOf(text)).toBe(kind);
  });

  test('a syntax error has its place', () => {
    expect(() => parseSyntax('var a =\n  ;')).toThrow('is no JavaScript: Unexpected token (2:2)');
  });
});
