// A program for WASI preview 1, built with Debian's wasi-libc and compiled by the project's command, against the same
// source built natively: the same output, exit status and files.

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanUpAfterAll, compile, describeTargets } from '../../fixtures/harness.js';
import { findTool, projectPath, run, type Finished } from './tools.js';

cleanUpAfterAll();

const clang = findTool('clang-22', 'clang-19', 'clang');
const cc = findTool('cc');
const folder = mkdtempSync(join(tmpdir(), 'w2e-wasi-'));
const source = projectPath('runtime-c/test/wasi-tool.c');
const module = join(folder, 'tool.wasm');

function compileModule(): boolean {
  if (clang === undefined || cc === undefined || !existsSync('/usr/include/wasm32-wasi')) return false;
  return run(clang, ['--target=wasm32-wasi', '--sysroot=/usr', '-Os', source, '-o', module]).status === 0;
}

afterAll(() => rmSync(folder, { recursive: true }));

if (!compileModule()) {
  test.skip('skipped: the WASI tests need the packages wasi-libc, clang-19, libclang-rt-19-dev-wasm32, lld-19, gcc', () => undefined);
} else
  describeTargets('WASI preview 1', (target) => {
    const home = join(folder, target.arch);
    const builds = ['native', 'compiled'];
    const place = (build: string): string => join(home, `in-${build}`);

    /** Runs a command with both builds, each in a folder of its own with the same contents, and expects the same. */
    function both(args: readonly string[], input = ''): Finished {
      const [native, compiled] = builds.map((build) => run(join(home, build), args, { GREETING: 'hi' }, { cwd: place(build), input }));
      expect(compiled).toEqual(native);
      return compiled as Finished;
    }

    beforeAll(async () => {
      mkdirSync(home);
      expect(run(cc ?? '', ['-o', join(home, 'native'), source]).stderr).toBe('');
      symlinkSync(await compile(module, [], target), join(home, 'compiled'));
      for (const build of builds) {
        mkdirSync(join(place(build), 'lib/many'), { recursive: true });
        writeFileSync(join(place(build), 'text'), 'some text\n'.repeat(3000));
        writeFileSync(join(place(build), 'lib/inner'), 'in a folder that / has, too\n');
        for (let i = 0; i < 1500; i++) writeFileSync(join(place(build), 'lib/many', `file with a long name ${i}`), '');
      }
    }, 120_000);

    test('arguments, environment, exit status', () => {
      expect(both(['hello', 'one', 'two words'])).toEqual({ stdout: 'hello from 2 arguments, GREETING=hi\none\ntwo words\n', stderr: '', status: 3 });
    });

    test('reads files and standard input', () => {
      expect(both(['cat', 'text', './text', 'lib/../text']).stdout).toHaveLength(90_000);
      expect(both(['cat'], 'from a pipe').stdout).toBe('from a pipe');
      expect(both(['cat', 'missing'])).toMatchObject({ stdout: 'missing: No such file or directory\n', status: 1 });
    });

    test('paths are relative to the working directory, or absolute', () => {
      expect(both(['cat', 'lib/inner']).stdout).toBe('in a folder that / has, too\n');
      expect(both(['cat', '/etc/passwd']).stdout).toBe(readFileSync('/etc/passwd', 'utf8'));
      expect(both(['cat', '../in-native/lib/inner']).stdout).toContain('folder');
      expect(both(['cat', join(place('native'), 'text')]).stdout).toHaveLength(30_000);
      expect(both(['copy', 'text', join(home, 'absolute')]).status).toBe(0);
      expect(readFileSync(join(home, 'absolute'), 'utf8')).toHaveLength(30_000);
    });

    test('descriptors that were inherited are not taken for directories', () => {
      for (const build of builds) {
        const finished = run('sh', ['-c', 'exec "$0" cat lib/inner 3</etc/passwd 4</etc/group', join(home, build)], {}, { cwd: place(build) });
        expect(finished).toEqual({ stdout: 'in a folder that / has, too\n', stderr: '', status: 0 });
      }
    });

    test('copies a file', () => {
      both(['copy', 'text', 'lib/copy']);
      for (const build of builds) expect(readFileSync(join(place(build), 'lib/copy'), 'utf8')).toBe('some text\n'.repeat(3000));
      for (const build of builds) rmSync(join(place(build), 'lib/copy'));
    });

    test('lists folders, also large ones', () => {
      expect(both(['list', 'lib']).stdout).toBe('. d\n.. d\ninner -\nmany d\n');
      expect(both(['list', 'lib/many']).stdout.split('\n')).toHaveLength(1503);
      expect(both(['list', '.']).stdout).toContain('lib d\n');
      expect(both(['list', 'text']).status).toBe(1);
    });

    test('status of files', () => {
      expect(both(['status', '/etc/passwd', 'lib']).status).toBe(0);
    });

    test('makes, links, renames, truncates, dates and removes', () => {
      const { stdout, status } = both(['names', '.']);
      expect(status).toBe(0);
      expect(stdout).toContain('mtime=1234567890');
      expect(stdout).toContain('mtime=987654321');
    });

    test('what WASI refuses and POSIX does not', async () => {
      const source = projectPath('runtime-c/test/wasi-errors.c'),
        wasm = join(home, 'errors.wasm');
      expect(run(clang ?? '', ['--target=wasm32-wasi', '--sysroot=/usr', '-Os', '-w', source, '-o', wasm]).stderr).toBe('');
      const program = await compile(wasm, [], target);
      const absolute = join(home, 'same'),
        shadow = join(place('compiled'), absolute);
      mkdirSync(join(shadow, '..'), { recursive: true });
      writeFileSync(shadow, 'shadow\n');
      const ends = (): string => run(program, [absolute], {}, { cwd: place('compiled') }).stdout;
      const [badf, isdir, notcapable, notsup] = [8, 31, 76, 58];
      const refused = [
        `${badf} ${badf}`,
        '0',
        `${badf} ${badf} ${badf}`,
        '0 0',
        `${isdir}`,
        `${isdir}`,
        `${isdir}`,
        '0',
        `0 ${notcapable} ${notsup} ${badf}`,
        `${notcapable} 0`,
      ];
      expect(ends().split('\n')).toEqual([...refused, 'shadow', '']);
      writeFileSync(absolute, 'absolute\n');
      expect(ends().split('\n')).toEqual([...refused, 'absolute', '']);
    }, 60_000);

    // Snapshot 0 has other numbers and records behind the same names.
    test('wasi_unstable', async () => {
      const wasm = join(home, 'snapshot0.wasm');
      const flags = ['--target=wasm32', '-nostdlib', '-Os', '-mbulk-memory', '-Wl,--no-entry', '-Wl,--export=_start'];
      expect(run(clang ?? '', [...flags, projectPath('runtime-c/test/snapshot0.c'), '-o', wasm]).stderr).toBe('');
      for (const dir of [[], ['--dir=.']]) {
        const program = await compile(wasm, dir, target);
        writeFileSync(join(place('compiled'), 'ten'), '0123456789');
        expect(run(program, [], {}, { cwd: place('compiled') })).toEqual({ stdout: '', stderr: '', status: 0 });
      }
    }, 60_000);

    test('sleeps and polls', () => {
      expect(both(['waits'], 'input\n').stdout).toBe('slept: 1\nready: 1 1\ninput\nyear: 1\n');
    });
  });
