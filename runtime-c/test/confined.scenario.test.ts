// Programs with --dir, --env and --inherit-env: a module that tries to leave its directories, by both ways of resolving a path
// (openat2, and the walk of kernels without it), while another process renames them, and what --inspect tells of it all.

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanUpAfterAll, compile, compileElf, compilerCommand, describeTargets } from '../../fixtures/harness.js';
import { findTool, projectPath, run, type Finished } from './tools.js';

cleanUpAfterAll();

const clang = findTool('clang-22', 'clang-19', 'clang');
const cc = findTool('cc');
const folder = mkdtempSync(join(tmpdir(), 'w2e-confined-'));
const module = join(folder, 'confined.wasm');
const tool = join(folder, 'tool.wasm');
const withoutOpenat2 = join(folder, 'without-openat2');

function build(source: string, output: string): boolean {
  return run(clang ?? '', ['--target=wasm32-wasi', '--sysroot=/usr', '-Os', '-w', projectPath(`runtime-c/test/${source}`), '-o', output]).status === 0;
}

function compileModules(): boolean {
  if (clang === undefined || cc === undefined || !existsSync('/usr/include/wasm32-wasi')) return false;
  const helper = run(cc, ['-o', withoutOpenat2, projectPath('runtime-c/test/without-openat2.c')]);
  return helper.status === 0 && build('confined.c', module) && build('wasi-tool.c', tool);
}

afterAll(() => rmSync(folder, { recursive: true }));

if (!compileModules()) {
  test.skip('skipped: these tests need the packages wasi-libc, clang-19, libclang-rt-19-dev-wasm32, lld-19, gcc', () => undefined);
} else
  describeTargets('--dir', (target) => {
    const home = join(folder, target.arch),
      inside = join(home, 'in'),
      other = join(home, 'other');
    const flags = [`--dir=${inside}::/in`, `--dir=${other}::/other`];
    let program = '';

    beforeAll(async () => {
      mkdirSync(join(inside, 'sub/deep'), { recursive: true });
      mkdirSync(other);
      for (const [name, text] of [
        ['in/file', 'file'],
        ['in/movable', 'm'],
        ['other/secret', 'secret'],
        ['in/sub/deep/file', 'inside'],
      ] as const) {
        writeFileSync(join(home, name), text);
      }
      // biome-ignore format: a row is a line
      const links = [
        ['file', 'link-in'], ['../link-in', 'sub/link-up-in'], ['loop', 'loop'], ['nowhere', 'dangling'], ['../other/secret', 'link-out'],
        ['/etc/passwd', 'link-absolute'], ['../../other/secret', 'sub/link-up-out'], ['../other', 'link-dir-out'], ['/etc', 'link-dir-absolute'],
      ] as const;
      for (const [target, name] of links) symlinkSync(target, join(inside, name));
      program = await compile(module, flags, target);
    }, 120_000);

    /** The program behind a command, with /etc as its standard input and a file as descriptor 9. */
    const tried = (...command: string[]): Finished => run('sh', ['-c', 'exec "$@" </etc 9</etc/passwd', 'sh', ...command, program]);
    const expected = readFileSync(projectPath('runtime-c/test/confined.txt'), 'utf8');

    test('nothing leads out', () => {
      expect(tried()).toEqual({ stdout: expected, stderr: '', status: 0 });
    });

    test('nor on a kernel without openat2', () => {
      expect(tried(withoutOpenat2)).toEqual({ stdout: expected, stderr: '', status: 0 });
    });

    test.each([
      ['openat2', [] as string[]],
      ['the walk', [withoutOpenat2]],
    ])(
      'directories that become links meanwhile are no way out for %s',
      (_how, command) => {
        // sub/turning is in turn a directory inside, a link out, and nothing.
        const turning = join(inside, 'sub/turning');
        const script = `while :; do mkdir '${turning}' && echo inside >'${turning}/secret'; rm -rf '${turning}'; ln -s ../../other '${turning}'; rm -f '${turning}'; done`;
        const turner: ChildProcess = spawn('sh', ['-c', script], { stdio: 'ignore' });
        try {
          const [first = '', ...rest] = [...command, program, 'sub/turning/../turning/secret'];
          // On a busy machine a run may find no file at all.
          let opened = 0;
          for (let i = 0; i < 20 && opened < 3; i++) {
            const { stdout } = run(first, rest);
            expect(['stayed inside: yes\n', 'stayed inside: never opened\n']).toContain(stdout);
            if (stdout.includes('yes')) opened++;
          }
          expect(opened).toBe(3);
        } finally {
          turner.kill('SIGKILL');
        }
      },
      120_000,
    );

    test('what is preopened is all that a libc finds', async () => {
      const confined = await compile(tool, [`--dir=${inside}`, `--dir=.::/inside`], target);
      const cat = (path: string): Finished => run(confined, ['cat', path], {}, { cwd: other });
      expect(cat(join(inside, 'file')).stdout).toBe('file');
      expect(cat('/inside/secret').stdout).toBe('secret');
      expect(cat('/etc/passwd')).toMatchObject({ stdout: expect.stringContaining('/etc/passwd: '), status: 1 });
      expect(cat('secret').status).toBe(1);
    }, 60_000);

    test('a directory that is not there ends the program', async () => {
      const { status, stderr } = run(await compile(tool, ['--dir=/no/such/\u001b[31m'], target), ['hello']);
      expect([status, stderr]).toEqual([1, 'wasm2elf: --dir: /no/such/\\u{1b}[31m: there is no such directory\n']);
    }, 60_000);

    test.each([
      [['--env=GREETING=fixed'], 'fixed'],
      [['--env=OTHER=1'], '(null)'],
      [['--env=OTHER=1', '--inherit-env=GREETING'], 'own'],
      [['--inherit-env'], 'own'],
      [['--inherit-env', '--env=GREETING=a', '--env=GREETING=b'], 'b'],
      [[], 'own'],
    ])('the environment with %j', async (flags, value) => {
      const { stdout } = run(await compile(tool, flags, target), ['hello'], { GREETING: 'own' });
      expect(stdout).toBe(`hello from 0 arguments, GREETING=${value}\n`);
    });

    test('--inspect shows what was given', async () => {
      const elf = await compileElf(tool, ['--dir=/a::/b', '--env=X=\u001b[31m', '--inherit-env=Y'], target);
      const { stdout } = run(compilerCommand(), [elf, '--inspect']);
      expect(stdout).toContain('given:\n  --dir=/a::/b\n  --env=X=\\u{1b}[31m\n  --inherit-env=Y\n');
      expect(JSON.parse(run(compilerCommand(), [elf, '--inspect=json']).stdout)).toMatchObject({
        capabilities: { directories: [{ host: '/a', guest: '/b' }], variables: ['X=\u001b[31m'], inherited: ['Y'] },
      });
    }, 60_000);

    test('a module with other ways to files is refused', () => {
      const { status, stderr } = run(compilerCommand(), [projectPath('fixtures/httpd/httpd.wasm'), '--dir=.', '--diagnostics=json', '-o', join(home, 'httpd')]);
      const { code, notes } = JSON.parse(stderr) as { code: string; notes: string[] };
      expect({ status, code }).toEqual({ status: 1, code: 'W2E-N008' });
      expect(notes).toContain('env.__syscall_openat');
    });
  });
