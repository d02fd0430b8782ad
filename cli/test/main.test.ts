// Whole runs with stand-ins for compile and link: outputs, wrong input, exit statuses, nothing left behind.

import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CompiledModule } from '../../codegen/compile.js';
import { limits } from '../../frontend/limits.js';
import { LinkError, MissingToolError, VerificationError } from '../../linker/errors.js';
import type { Toolchain } from '../toolchain.js';
import { compiledModule, emptyModule, invalidModule, type Outcome, runCli, scratchDirectory, smallModule } from './harness.js';

const scratch = scratchDirectory();
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let directory = '';
let input = '';
let output = '';
let count = 0;

beforeEach(() => {
  directory = join(scratch, String(count++));
  mkdirSync(directory);
  input = file('app.wasm', smallModule);
  output = join(directory, 'app');
});

function file(name: string, bytes: Uint8Array | string): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

/** Code of the first message, and its offset. */
function reported(outcome: Outcome): { code: string | undefined; offset: string | undefined } {
  return { code: /\[(W2E-\w+)\]/.exec(outcome.stderr)?.[1], offset: /^\S*?:(0x[0-9a-f]+): /.exec(outcome.stderr)?.[1] };
}

describe('outputs', () => {
  test('an executable, and silence', async () => {
    const outcome = await runCli([input, '-o', output]);
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    expect(statSync(output).mode & 0o111).not.toBe(0);
    expect(readdirSync(directory).sort()).toEqual(['app', 'app.wasm']);
  });

  test('several kinds with -o as stem, further partitions numbered', async () => {
    const { status } = await runCli([input, '--emit=asm,ir,obj', '-o', output]);
    expect(status).toBe(0);
    expect(readdirSync(directory).sort()).toEqual(['app.1.s', 'app.ir', 'app.o', 'app.s', 'app.wasm']);
    expect(readFileSync(`${output}.ir`, 'utf8')).toBe('ir 0\nir 1\n');
    expect(statSync(`${output}.o`).mode & 0o111).toBe(0);
  });

  test('standard output', async () => {
    const outcome = await runCli([input, '-o', '-']);
    expect(outcome.stdout.toString()).toBe('program');
    expect((await runCli([input, '-S', '-o', '-'])).stdout.toString()).toBe('asm 0asm 1');
    expect((await runCli([input, '-S', '-o', '/dev/null'])).status).toBe(0);
    expect(existsSync('-.1') || existsSync('/dev/null.1')).toBe(false);
  });

  test('the target of a symbolic link is replaced, not the link', async () => {
    file('real', 'old');
    symlinkSync('real', output);
    await runCli([input, '-o', output]);
    expect(lstatSync(output).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(directory, 'real'), 'utf8')).toBe('program');
  });

  test('what a link leads to is made where it is not there yet, through links to links', async () => {
    mkdirSync(join(directory, 'sub'));
    symlinkSync('sub/next', output);
    symlinkSync('../real', join(directory, 'sub/next'));
    expect((await runCli([input, '-o', output])).status).toBe(0);
    expect([output, join(directory, 'sub/next')].every((path) => lstatSync(path).isSymbolicLink())).toBe(true);
    expect(lstatSync(join(directory, 'real')).isFile()).toBe(true);
    expect(readFileSync(output, 'utf8')).toBe('program');
  });

  test('links in a circle stay', async () => {
    symlinkSync('other', output);
    symlinkSync('app', join(directory, 'other'));
    expect(reported(await runCli([input, '-o', output])).code).toBe('W2E-O001');
    expect(readdirSync(directory).sort()).toEqual(['app', 'app.wasm', 'other']);
    expect(lstatSync(output).isSymbolicLink()).toBe(true);
  });

  test('a name of 255 bytes', async () => {
    const name = join(directory, 'n'.repeat(255));
    expect(await runCli([input, '-o', name])).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(name, 'utf8')).toBe('program');
  });

  test('a device is written and stays a device', async () => {
    expect((await runCli([input, '-o', '/dev/null'])).status).toBe(0);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('--save-temps keeps the intermediate forms', async () => {
    await runCli([input, '-o', output, '--save-temps']);
    expect(readdirSync(`${output}.temps`).sort()).toEqual(['part-0.ir', 'part-0.s', 'part-1.ir', 'part-1.s']);
  });

  test('options reach the compile stage', async () => {
    const { compiled } = await runCli([input, '-o', output, '-O3', '-j2', '--cpu=native', '--max-memory=1M', '--allow-undefined', '--verify-ir']);
    expect(compiled[0]).toMatchObject({ optLevel: 3, jobs: 2, cpu: 'native', maxMemoryBytes: 2 ** 20, allowUndefined: 'trap', verifyIr: true });
    expect(compiled[0]?.target.name).toBe('x86_64-linux');
  });

  test('-g names the module to the compile stage', async () => {
    expect((await runCli([input, '-g', '-o', output])).compiled[0]?.debugModuleName).toBe(basename(input));
    expect((await runCli([input, '-o', output])).compiled[0]?.debugModuleName).toBeUndefined();
  });

  test('-g warns of malformed debug information, unless -q', async () => {
    const compile = async (): Promise<CompiledModule> => ({ ...compiledModule, debugProblems: ['a unit of version 9', 'form 0x99'] });
    expect(reported(await runCli([input, '-g', '-o', output], { compile })).code).toBe('W2E-W002');
    expect((await runCli([input, '-g', '-q', '-o', output], { compile })).stderr).toBe('');
  });

  test('--validate-only writes nothing', async () => {
    expect(await runCli([input, '--validate-only'])).toMatchObject({ status: 0, compiled: [], stderr: '' });
  });

  test('--inspect describes the module, as text and as JSON', async () => {
    const text = await runCli([input, '--inspect']);
    expect(text.stdout.toString()).toContain('env.exit function [i32] -> []');
    const description: unknown = JSON.parse((await runCli([input, '--inspect=json'])).stdout.toString());
    expect(description).toMatchObject({ kind: 'module', functions: { imported: 1, defined: 1 }, memories: ['2 to any number of pages'] });
  });

  test('--time-report=json', async () => {
    const { stderr } = await runCli([input, '-o', output, '--time-report=json']);
    const report: unknown = JSON.parse(stderr);
    expect(report).toMatchObject({ stages: expect.arrayContaining([expect.objectContaining({ stage: 'LLVM passes', level: 1 })]) });
  });

  test('--version and the lists', async () => {
    expect((await runCli(['--version'])).stdout.toString()).toMatch(/^wasm2elf \d+\.\d+\.\d+\n/);
    expect((await runCli(['--target=help'])).stdout.toString()).toContain('x86_64-linux');
    expect((await runCli(['--enable=help'])).stdout.toString()).toContain('bulk-memory');
    expect((await runCli(['--cpu=help', '--target=x64'])).stdout.toString()).toContain('x86-64-v3\n');
    expect((await runCli(['--cpu-features=help'])).stdout.toString()).toContain('avx2\n');
    expect((await runCli(['--print-after=help'])).stdout.toString()).toMatch(/^fold /m);
    expect((await runCli(['--emit=help'])).stdout.toString()).toContain('llvm-bc\n');
  });
});

describe('wrong input', () => {
  const wat = ';; a comment\n(module (func))';
  const rows: readonly (readonly [string, () => readonly string[], number, string])[] = [
    ['no such file', () => [join(directory, 'none.wasm')], 1, 'W2E-I001'],
    ['a directory', () => [directory], 1, 'W2E-I002'],
    ['text of a module', () => [file('a.wat', wat)], 1, 'W2E-I003'],
    ['an ELF file', () => [process.execPath], 1, 'W2E-I004'],
    ['a script', () => [file('a.js', 'var Module = {};')], 1, 'W2E-I004'],
    ['gzip', () => [file('a.gz', Uint8Array.of(0x1f, 0x8b, 8, 0))], 1, 'W2E-I004'],
    ['an empty file', () => [file('empty.wasm', '')], 1, 'W2E-I005'],
    ['other bytes', () => [file('x.wasm', Uint8Array.of(1, 2, 3, 0, 0))], 1, 'W2E-B001'],
    ['a device without end', () => ['/dev/zero'], 1, 'W2E-B001'],
    [
      'more bytes than a module may have',
      () => {
        const path = file('large.wasm', emptyModule);
        truncateSync(path, limits.moduleBytes + 1);
        return [path];
      },
      1,
      'W2E-I006',
    ],
    ['an unknown option', () => [input, '--frobnicate'], 2, 'W2E-U001'],
    ['an unknown target', () => [input, '--target=vax-bsd'], 2, 'W2E-U001'],
    ['an unknown feature', () => [input, '--enable=telepathy'], 2, 'W2E-U001'],
    ['an unknown CPU', () => [input, '--cpu=abacus'], 2, 'W2E-U001'],
    ['a CPU without 64-bit mode', () => [input, '--cpu=i486'], 2, 'W2E-U001'],
    ['an unknown CPU feature', () => [input, '--cpu-features=+avx2,-64bit'], 2, 'W2E-U001'],
    ['an unknown pass', () => [input, '--print-after=nothing'], 2, 'W2E-U001'],
  ];
  test.each(rows)('%s', async (_name, args, status, code) => {
    const outcome = await runCli([...args(), '-o', output]);
    expect({ status: outcome.status, code: reported(outcome).code }).toEqual({ status, code });
    expect(readdirSync(directory)).not.toContain('app');
  });

  test('truncated at every length: an error with an offset in the file, and no output', async () => {
    for (let length = 1; length < smallModule.length; length++) {
      if (length === emptyModule.length) continue;
      const outcome = await runCli([file('cut.wasm', smallModule.subarray(0, length)), '-o', output, '--validate-only']);
      // A module that ends between two sections can be whole.
      if (outcome.status === 0) continue;
      expect(outcome.status).toBe(1);
      expect(Number(reported(outcome).offset)).toBeLessThanOrEqual(length);
    }
  });

  test('an invalid body: code, offset, section and function', async () => {
    const outcome = await runCli([file('bad.wasm', invalidModule), '-o', output]);
    expect(outcome.status).toBe(1);
    expect(reported(outcome)).toEqual({ code: expect.stringMatching(/^W2E-V/), offset: expect.stringMatching(/^0x/) });
    expect(outcome.stderr).toContain('code section, function 1 (named)');
  });

  test('the same as JSON', async () => {
    const outcome = await runCli([file('bad.wasm', invalidModule), '--diagnostics=json']);
    expect(JSON.parse(outcome.stderr)).toMatchObject({ severity: 'error', code: expect.stringMatching(/^W2E-V/), function: 1 });
    expect(JSON.parse((await runCli(['--diagnostics=json', '--frobnicate', 'a'])).stderr)).toMatchObject({ code: 'W2E-U001' });
  });

  test('colour only where it is wanted', async () => {
    const terminal = { messagesAreTty: true };
    const introducer = '\x1b[';
    expect((await runCli([directory], {}, terminal)).stderr).toContain(introducer);
    expect((await runCli([directory], {}, { ...terminal, environment: { NO_COLOR: '1' } })).stderr).not.toContain(introducer);
    expect((await runCli([directory])).stderr).not.toContain(introducer);
    expect((await runCli([directory, '--color=always'])).stderr).toContain(introducer);
    expect((await runCli([directory, '--color=never'], {}, terminal)).stderr).not.toContain(introducer);
  });
});

describe('outputs that cannot be written', () => {
  const rows: readonly (readonly [string, () => string, string])[] = [
    ['a directory', () => directory, 'W2E-O001'],
    ['in no directory', () => join(directory, 'none', 'app'), 'W2E-O001'],
    ['below a file', () => join(input, 'app'), 'W2E-O001'],
    ['a full device', () => '/dev/full', 'W2E-O002'],
  ];
  test.each(rows)('%s', async (_name, path, code) => {
    const outcome = await runCli([input, '-o', path()]);
    expect({ status: outcome.status, code: reported(outcome).code }).toEqual({ status: 1, code });
    expect(readdirSync(directory)).toEqual(['app.wasm']);
  });

  test('a directory for --save-temps that cannot be made', async () => {
    expect(reported(await runCli([input, '-o', output, `--save-temps=${join(input, 'temps')}`])).code).toBe('W2E-O001');
    expect(readdirSync(directory)).toEqual(['app.wasm']);
  });

  (process.getuid?.() === 0 ? test.skip : test)('an unreadable input and a directory without permission', async () => {
    chmodSync(input, 0);
    expect(reported(await runCli([input, '-o', output])).code).toBe('W2E-I001');
    chmodSync(input, 0o600);
    chmodSync(directory, 0o500);
    expect(reported(await runCli([input, '-o', output])).code).toBe('W2E-O001');
    chmodSync(directory, 0o700);
  });
});

describe('failures of the stages', () => {
  const throwing = (error: Error): Partial<Toolchain> => ({
    compile: () => Promise.reject(error),
  });
  const rows: readonly (readonly [string, Partial<Toolchain>, number, string])[] = [
    [
      'no lld',
      {
        requireLinker: () => {
          throw new MissingToolError('ld.lld', ['lld-19']);
        },
      },
      2,
      'W2E-U002',
    ],
    ['no libLLVM', throwing(Object.assign(new Error('libLLVM was not found'), { name: 'LlvmUnavailable' })), 2, 'W2E-U002'],
    ['imports that nobody provides', throwing(Object.assign(new Error('1 import'), { code: 'W2E-N001', lines: ['env.f'] })), 1, 'W2E-N001'],
    ['lld refuses', { link: () => Promise.reject(new LinkError('undefined symbol: f', [])) }, 1, 'W2E-K001'],
    ['lld finds the disk full', { link: () => Promise.reject(new LinkError('x: No space left on device', [])) }, 1, 'W2E-O002'],
    ['verification', { link: () => Promise.reject(new VerificationError(['elf64: broken'])) }, 70, 'W2E-X001'],
    ['anything else', throwing(new TypeError('x is undefined')), 70, 'W2E-X001'],
  ];
  test.each(rows)('%s', async (_name, changes, status, code) => {
    const outcome = await runCli([input, '-o', output], changes);
    expect({ status: outcome.status, code: reported(outcome).code }).toEqual({ status, code });
    expect(readdirSync(directory)).toEqual(['app.wasm']);
  });

  test('an error of ours asks for a report, with versions and the function', async () => {
    const outcome = await runCli([input, '-o', output], throwing(Object.assign(new Error('no lowering'), { functionIndex: 1 })));
    expect(outcome.stderr).toMatch(/please report/);
    expect(outcome.stderr).toContain('function 1 (named)');
    expect(outcome.stderr).toContain(process.versions.node);
  });
});
