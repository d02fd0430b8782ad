// The command line as C programmers type it.

import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.js';
import { helpMarkdown, helpText } from '../help.js';
import { normalizeArgv } from '../normalize-argv.js';
import { emitKinds, optionRows } from '../option-table.js';
import { type Options, parseArguments } from '../options.js';
import { projectRoot } from './harness.js';

async function parse(...args: string[]): Promise<Options> {
  const request = await parseArguments(args);
  if (request.kind !== 'run') throw new Error(request.kind);
  return request.options;
}

describe('normalizeArgv', () => {
  test.each([
    ['-Os', ['--opt=s']],
    ['-O', ['--opt=1']],
    ['-oout', ['--output=out']],
    ['-o out', ['--output=out']],
    ['-o -', ['--output=-']],
    ['-j4', ['--jobs=4']],
    ['-j 4', ['--jobs=4']],
    ['-j in.wasm', ['--jobs=all', 'in.wasm']],
    ['-march=native', ['--cpu=native']],
    ['-g0', ['--no-debug']],
    ['--inspect in.wasm', ['--inspect=text', 'in.wasm']],
    ['--allow-undefined', ['--allow-undefined=trap']],
    ['-- -o', ['--', '-o']],
    ['-', ['-']],
  ])('%s', (line, expected) => {
    expect(normalizeArgv(line.split(' ')).argv).toEqual(expected);
  });

  test('-Wl, is split and taken out', () => {
    expect(normalizeArgv(['-Wl,-Map=m,--trace', 'a', '-Wl,x'])).toEqual({
      argv: ['a'],
      linkerArguments: ['-Map=m', '--trace', 'x'],
      repeated: new Map([
        ['embed', []],
        ['dir', []],
        ['env', []],
        ['inherit-env', []],
      ]),
    });
  });
});

describe('parseArguments', () => {
  test('defaults', async () => {
    expect(await parse('a.wasm')).toMatchObject({
      input: 'a.wasm',
      output: undefined,
      optLevel: 2,
      allowUndefined: 'error',
      memoryMode: 'guard',
      exactTraps: false,
      invokeMain: false,
      stackSize: 0,
      verbosity: 0,
      timeReport: undefined,
    });
  });

  test('a full line', async () => {
    const line =
      '-vv -Sg -Oz in.wasm -oout -j2 --time-report=json --enable=a,b --exact-traps --max-memory=64M --stack-size 1MiB --invoke-main -Wl,--build-id=md5,-O2';
    expect(await parse(...line.split(' '))).toMatchObject({
      verbosity: 2,
      emit: new Set(['asm']),
      debugInfo: true,
      optLevel: 'z',
      input: 'in.wasm',
      output: 'out',
      jobs: 2,
      timeReport: 'json',
      enable: ['a', 'b'],
      exactTraps: true,
      maxMemoryBytes: 64 * 2 ** 20,
      invokeMain: true,
      stackSize: 2 ** 20,
      linkerOptions: ['--build-id=md5', '-O2'],
    });
  });

  test.each(optionRows.filter((row) => row.kind === 'choice'))('--$name takes its choices', async ({ name, field, choices }) => {
    for (const choice of choices) expect(await parse('a', `--${name}=${choice}`)).toHaveProperty(field, choice);
    await expect(parse('a', `--${name}=another`)).rejects.toThrow(`--${name} cannot be another`);
  });

  test('no two options have a name, a letter or a field in common', () => {
    for (const words of [optionRows.flatMap(({ name, short }) => [name, short ?? []].flat()), optionRows.map(({ field }) => field)]) {
      expect(words).toEqual([...new Set(words)]);
    }
  });

  test('every kind of output can be asked for', async () => {
    for (const other of ['exe', 'obj']) {
      const kinds = emitKinds
        .map(({ kind }) => kind)
        .filter((kind) => kind !== other && (kind !== 'header' || other === 'exe') && (kind !== 'kernel' || other === 'obj'));
      expect((await parse(`--emit=${kinds.join(',')}`, 'a')).emit).toEqual(new Set(kinds));
    }
  });

  test.each([
    ['-c lib.wasm', 'lib'],
    ['-cg --emit=header some/my-lib.2.wasm', 'my_lib_2'],
    ['-c lib.wasm -o out/other.o', 'other'],
    ['-c 7zip.wasm', 'm7zip'],
    ['-c lib.wasm --prefix=Given_1', 'Given_1'],
    ['--emit=header - -o -', 'a_out'],
    ['-S lib.wasm', undefined],
  ])('%s has the prefix %s', async (line, prefix) => {
    expect((await parse(...line.split(' '))).embeddingPrefix).toBe(prefix);
  });

  test.each([
    ['a.wasm', [['main', 'a.wasm']]],
    [
      'a.wasm lib=b.wasm env=-',
      [
        ['main', 'a.wasm'],
        ['lib', 'b.wasm'],
        ['env', '-'],
      ],
    ],
    [
      'app=a.wasm lib=b.wasm',
      [
        ['app', 'a.wasm'],
        ['lib', 'b.wasm'],
      ],
    ],
    [
      './x=a.wasm lib=y=b.wasm',
      [
        ['main', './x=a.wasm'],
        ['lib', 'y=b.wasm'],
      ],
    ],
    [
      'a.wasm main=b.wasm',
      [
        ['main', 'a.wasm'],
        ['main', 'b.wasm'],
      ],
    ],
  ])('modules: %s', async (line, expected) => {
    const { input, modules } = await parse(...line.split(' '));
    expect(modules.map(({ name, path }) => [name, path])).toEqual(expected);
    expect(input).toBe(expected[0][1]);
  });

  test.each([
    '',
    'a =b',
    'a b=',
    'a x=b x=c',
    'x=a x=b',
    '- x=-',
    'a x=b -o b',
    '--no-such-option a',
    '-x a',
    '-O9 a',
    '-o',
    '--emit=pdf a',
    '--memory=maybe a',
    '--jobs=0 a',
    '--jobs=many a',
    '--stack-size=big a',
    '--max-memory=5G a',
    '--stack-size=1T a',
    '--emit=asm,ir -o - a',
    'a -o ./a',
    'a --output=',
    '--inspect=xml a',
    '-c --emit=exe a',
    '--emit=exe,header a',
    '-c --invoke-main a',
    '-c --stack-size=1M a',
    '-c -Wl,-O1 a',
    '-Wl,--version a',
    '-Wl,-o,X a',
    '-Wl,@file a',
    '-Wl,--script=x a',
    '-Wl,--threads=0 a',
    '-Wl,--build-id=0x1 a',
    '-Wl,--build-id=uuid a',
    '-Wl,-O a',
    '-Wl,x.o a',
    '-c --prefix=a-b a',
    '-c --prefix=w2e a',
    '-c --prefix=w2e_memory a',
    '-c --prefix=_GLOBAL a',
    '-c --prefix=__start a',
    '-c w2e.wasm',
    '--prefix=a a',
  ])('refused: %s', async (line) => {
    await expect(parse(...line.split(' ').filter((word) => word !== ''))).rejects.toThrow(UsageError);
  });

  test.each([
    ['--help', 'help'],
    ['-h a.wasm', 'help'],
    ['--version', 'version'],
    ['--target=help', 'list'],
    ['--enable=help', 'list'],
    ['--print-after=help a.wasm', 'list'],
    ['-Wl,help', 'list'],
    ['-- --version', 'run'],
  ])('%s', async (line, kind) => {
    expect((await parseArguments(line.split(' '))).kind).toBe(kind);
  });
});

describe('help', () => {
  test('names every option and has examples', () => {
    const text = helpText(80);
    for (const row of optionRows) expect(text).toContain(row.name.length > 1 && row.kind !== 'passthrough' ? `--${row.name}` : `-${row.name}`);
    expect(text.match(/^ {2}wasm2elf .*\.wasm/gm)).toHaveLength(4);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('docs/cli.md is what the table says (npm run generate)', () => {
    expect(readFileSync(join(projectRoot, 'docs/cli.md'), 'utf8')).toBe(helpMarkdown());
  });
});
