// Several modules on one command line: what is refused, with which code and place, and what is said about whom.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assemble, body, functionType, name, section, vector } from '../../frontend/test/assemble.js';
import { compileProgram } from '../../codegen/compile.js';
import { projectRoot, runCli, scratchDirectory } from './harness.js';

const fixtures = join(projectRoot, 'fixtures/linking');
const memory = section(5, vector([0, 1]));
const start = [section(3, vector([0])), section(7, vector([...name('_start'), 0, 1])), section(10, vector(body([], 0x10, 0)))];
const types = section(1, vector(functionType([], []), functionType([0x7f], [])));

const modules: Readonly<Record<string, Uint8Array>> = {
  // Imports lib.f, at offset 21; its own function, which calls it, is exported as _start.
  main: assemble(types, section(2, vector([...name('lib'), ...name('f'), 0, 0])), start[0], memory, start[1], start[2]),
  // The same without the call.
  idle: assemble(types, section(2, vector([...name('lib'), ...name('f'), 0, 0])), start[0], memory, start[1], section(10, vector(body([])))),
  library: assemble(types, section(3, vector([0])), section(7, vector([...name('f'), 0, 0])), section(10, vector(body([])))),
  // Exports nothing.
  empty: assemble(),
  // lib.f is a function of another type.
  other: assemble(types, section(3, vector([1])), section(7, vector([...name('f'), 0, 0])), section(10, vector(body([])))),
  // Imports main._start and exports f.
  cyclic: assemble(types, section(2, vector([...name('main'), ...name('_start'), 0, 0])), section(7, vector([...name('f'), 0, 0]))),
  // Has a memory of its own and calls the system: the import is at offset 21.
  system: assemble(
    types,
    section(2, vector([...name('wasi_snapshot_preview1'), ...name('proc_exit'), 0, 1])),
    section(3, vector([0])),
    memory,
    section(7, vector([...name('f'), 0, 1])),
    section(10, vector(body([], 0x41, 0, 0x10, 0))),
  ),
  invalid: assemble(types, section(3, vector([0])), section(10, vector(body([], 0x6a)))),
};

let folder = '';
beforeAll(() => {
  folder = scratchDirectory();
  for (const [file, bytes] of Object.entries(modules)) writeFileSync(join(folder, `${file}.wasm`), bytes);
});

const path = (file: string): string => join(folder, `${file}.wasm`);
/** Runs with the real compiler up to objects. */
const link = (...words: readonly string[]): ReturnType<typeof runCli> =>
  runCli([...words.map((word) => (word.startsWith('-') ? word : word.replace(/[a-z]+$/, path))), '-o', join(folder, 'out'), '--diagnostics=json'], {
    compile: compileProgram,
  });

describe('several modules', () => {
  test('are linked', async () => {
    expect(await link('main', 'lib=library')).toMatchObject({ status: 0, stderr: '' });
  });

  test.each([
    ['an import that its module does not export', ['main', 'lib=empty'], 'W2E-M001', 21, 'main'],
    ['an import of another type', ['main', 'lib=other'], 'W2E-M002', 21, 'main'],
    ['modules that import each other', ['main', 'lib=cyclic'], 'W2E-M003', 21, 'main'],
    ['a library that is not there', ['main', 'lib=none'], 'W2E-I001', undefined, 'none'],
    ['a library that is invalid', ['main', 'lib=invalid'], 'W2E-V001', 27, 'invalid'],
    ['system calls from a module with another memory', ['main', 'lib=system'], 'W2E-N003', 21, 'system'],
    ['an import that nobody provides', ['main', 'other=library'], 'W2E-N001', undefined, 'main'],
  ])('refused: %s', async (_title, words, code, offset, file) => {
    const { status, stderr } = await link(...words);
    const message: unknown = JSON.parse(stderr.trim().split('\n').at(-1)!);
    expect(status).toBe(1);
    expect(message).toMatchObject({ severity: 'error', code, file: path(file) });
    expect((message as { offset?: number }).offset).toBe(offset);
  });

  test('an import that nobody provides and nothing calls is not missing', async () => {
    expect((await link('idle', 'other=library', '--quiet')).status).toBe(0);
  });

  test('a second module without a name is a usage error, unless the main one is linked dynamically', async () => {
    const { status, stderr } = await link('main', 'library');
    expect([status, stderr]).toEqual([2, expect.stringContaining(`name=${path('library')}`)]);
  });

  test('two modules with one name are a usage error', async () => {
    expect((await link('main', 'lib=library', 'lib=other')).status).toBe(2);
  });

  test('a module that nobody imports from is worth a warning', async () => {
    const { status, stderr } = await link('main', 'lib=library', 'more=empty');
    expect([status, (JSON.parse(stderr) as { code: string }).code]).toEqual([0, 'W2E-W003']);
  });

  test('the memory of the library is that of a main module without one', async () => {
    const bare = assemble(types, section(2, vector([...name('lib'), ...name('f'), 0, 0])), section(7, vector([...name('_start'), 0, 0])));
    writeFileSync(path('bare'), bare);
    expect(await link('bare', 'lib=system')).toMatchObject({ status: 0 });
  });

  test('what neither the named module nor the host has may trap', async () => {
    const { status } = await runCli([path('main'), `lib=${path('empty')}`, '--allow-undefined', '-o', join(folder, 'out')], { compile: compileProgram });
    expect(status).toBe(0);
  });

  test('system calls from a module with another memory may trap', async () => {
    expect(await link('main', 'lib=system', '--allow-undefined')).toMatchObject({ status: 0, stderr: '' });
  });

  test('--inspect describes each', async () => {
    const { stdout } = await runCli([path('main'), `lib=${path('library')}`, '--inspect=json']);
    expect(JSON.parse(stdout.toString())).toMatchObject({ kind: 'modules', modules: [{ name: 'main' }, { name: 'lib' }] });
  });

  test('--validate-only links them too', async () => {
    const { status } = await runCli([path('main'), `lib=${path('empty')}`, '--validate-only']);
    expect(status).toBe(1);
  });

  test('-g: each module has its own source files, or byte offsets in its file', async () => {
    const output = join(folder, 'sum.ll');
    const words = [join(fixtures, 'sha256sum.wasm'), `sha256=${join(fixtures, 'sha256.wasm')}`, '-O0', '-g', '--emit=llvm-ir', '-o', output, '-j1'];
    expect(await runCli(words, { compile: compileProgram })).toMatchObject({ status: 0, stderr: '' });
    const texts = readdirSync(folder)
      .filter((file) => /^sum(\.\d+)?\.ll$/.test(file))
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('');
    expect(texts).toContain('!DIFile(filename: "sha256.c", directory: ".")');
    expect(texts).toContain('!DIFile(filename: "sha256sum.wasm"');
    expect(texts).toMatch(/!DISubprogram\(name: "finish",[^)]* line: 37,/);
  });

  test('the output does not depend on -j', async () => {
    const module = (file: string): string => join(fixtures, `${file}.wasm`);
    const [one, three] = await Promise.all(
      ['-j1', '-j3'].map(async (jobs) => {
        const output = join(folder, `sum${jobs}.o`);
        const words = [module('sha256sum'), `sha256=${module('sha256')}`, '-O1', '-g', '--emit=llvm-ir', '-o', output, jobs];
        expect(await runCli(words, { compile: compileProgram })).toMatchObject({ status: 0 });
        return readFileSync(output);
      }),
    );
    expect(one!.equals(three!)).toBe(true);
  });
});
