// Files for executables: what --embed and a glue's package ask for, and what is refused.

import { describe, expect, test } from '@jest/globals';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { embeddedContents, mostEmbeddedBytes, readEmbedded } from '../../linker/embedded-files.js';
import { collectEmbedded, readEmbedRequest } from '../embed.js';
import { FileError, UsageError } from '../errors.js';
import { filesOfGlue } from '../glue-files.js';
import { parseArguments } from '../options.js';
import { scratchDirectory } from './harness.js';

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof FileError) return `${error.code}: ${error.message}`;
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('--embed', () => {
  test.each([
    ['data', '/data'],
    ['./a/../b/', '/b'],
    ['/abs/x', '/abs/x'],
    ['../x::/usr//share/./y', '/usr/share/y'],
    ['x::rel/y', '/rel/y'],
    ['.', '/'],
  ])('%s is seen as %s', (text, guest) => {
    expect(readEmbedRequest(text).guest).toBe(guest);
  });

  test.each(['../x', 'x::../y', '::/y', 'x::', ''])('%s is refused', (text) => {
    expect(() => readEmbedRequest(text)).toThrow(UsageError);
  });

  test('is given several times, joined or not, for executables only', async () => {
    const request = await parseArguments(['a.wasm', '--embed', 'x', '--embed=y::/z']);
    expect(request).toMatchObject({
      options: {
        embed: [
          { host: 'x', guest: '/x' },
          { host: 'y', guest: '/z' },
        ],
      },
    });
    for (const words of [['-c'], ['--emit=asm'], ['--emit=kernel']])
      await expect(parseArguments(['a.wasm', '--embed=x', ...words])).rejects.toThrow(UsageError);
    await expect(parseArguments(['a.wasm', '--embed'])).rejects.toThrow(UsageError);
  });

  test('a directory with all that is in it, in the order of the index, and back from the section', () => {
    const folder = scratchDirectory();
    mkdirSync(join(folder, 'd/empty'), { recursive: true });
    mkdirSync(join(folder, 'd/a'));
    for (const [name, text] of [
      ['d/a-b', '1'],
      ['d/a/x', '22'],
      ['d/zero', ''],
    ])
      writeFileSync(join(folder, name), text);
    symlinkSync('a/x', join(folder, 'd/link'));
    const files = collectEmbedded(
      [{ host: join(folder, 'd'), guest: '/g' }],
      [
        { path: '/g/zero', contents: Buffer.from('of a package') },
        { path: '/g/more', contents: Buffer.from('package') },
      ],
    );
    const described = files.map(({ path, contents }) => [path, contents === undefined ? undefined : Buffer.from(contents).toString()]);
    expect(described).toEqual([
      ['/g', undefined],
      ['/g/a', undefined],
      ['/g/a/x', '22'],
      ['/g/a-b', '1'],
      ['/g/empty', undefined],
      ['/g/link', '22'],
      ['/g/more', 'package'],
      ['/g/zero', ''],
    ]);
    expect(readEmbedded(embeddedContents(files))).toEqual(files.map(({ path, contents }) => ({ path, size: contents?.length })));
    expect(() => readEmbedded(Buffer.alloc(16, 0xff))).toThrow(RangeError);
  });

  test('what cannot be embedded', () => {
    const folder = scratchDirectory();
    writeFileSync(join(folder, 'f'), 'x');
    mkdirSync(join(folder, 'round'));
    symlinkSync('.', join(folder, 'round/again'));
    const collect = (...requests: readonly (readonly [string, string])[]): string =>
      refusal(() =>
        collectEmbedded(
          requests.map(([host, guest]) => ({ host: host.startsWith('/') ? host : join(folder, host), guest })),
          [],
        ),
      );
    expect(collect(['none', '/x'])).toBe('W2E-I007: cannot be embedded: no such file or directory');
    expect(collect(['/dev/null', '/x'])).toBe('W2E-I007: is neither a file nor a directory');
    expect(collect(['round', '/x'])).toBe('W2E-I007: is a link to a directory that it is in');
    expect(collect(['f', '/x'], ['f', '/x'])).toContain('W2E-I007: is to be embedded as /x, as ');
    expect(collect(['f', '/x'], ['f', '/x/y'])).toBe('W2E-I007: is to be embedded as /x/y, but /x is a file');
    expect(collect(['f', '/'])).toBe('W2E-I007: is a file, and the root a directory');
    expect(collect(['f', `/${'x'.repeat(5000)}`])).toContain('W2E-I007: would have a path of more than 4095 bytes');
    expect(refusal(() => collectEmbedded([], [{ path: '/x', contents: new Uint8Array(mostEmbeddedBytes + 1) }]))).toContain('W2E-I008: ');
  });
});

test('paths that are long and deep take no longer than others of as many bytes', () => {
  const deep = '/a'.repeat(1900);
  const started = performance.now();
  const files = collectEmbedded(
    [],
    Array.from({ length: 2000 }, (_, i) => ({ path: `${deep}/${i}`, contents: new Uint8Array() })),
  );
  expect(files.length).toBe(2000);
  expect(performance.now() - started).toBeLessThan(5000);
});

describe('a package beside a module', () => {
  const withGlue = (glue: string, data: string): (() => ReturnType<typeof filesOfGlue>) => {
    const folder = scratchDirectory();
    writeFileSync(join(folder, 'app.js'), glue);
    writeFileSync(join(folder, 'app.data'), data);
    return () => filesOfGlue(join(folder, 'app.wasm'), undefined);
  };
  const load = (files: string, size: number): string => `loadPackage({"files": [${files}], "remote_package_size": ${size}})`;

  test('is taken apart', () => {
    const { files, table } = withGlue(
      `${load('{filename:"/a/b",start:0,end:2},{"filename":"c",start:2,end:2}', 2)};var ___emscripten_embedded_file_data=M["x"]=1244`,
      'hi',
    )();
    expect(files.map(({ path, contents }) => [path, Buffer.from(contents ?? []).toString()])).toEqual([
      ['/a/b', 'hi'],
      ['/c', ''],
    ]);
    expect(table).toBe(1244);
  });

  test('that no glue describes is none', () => {
    expect(withGlue('let x = {files: [1]};', 'hi')().files).toEqual([]);
    expect(withGlue('no JavaScript at all', 'hi')().files).toEqual([]);
  });

  test.each([
    ['of another size', load('{filename:"/a",start:0,end:2}', 3), 'W2E-J003: has 2 bytes, and app.js says 3'],
    ['with a file beyond its end', load('{filename:"/a",start:0,end:3}', 2), 'W2E-J003: app.js describes a file that is not in it'],
    ['with a file that ends before it begins', load('{filename:"/a",start:2,end:1}', 2), 'W2E-J003: app.js describes a file that is not in it'],
    ['with a path above the root', load('{filename:"../a",start:0,end:1}', 2), 'W2E-J003: app.js describes a file that is not in it'],
    ['with a path of no text', load('{filename:"/a\\0b",start:0,end:1}', 2), 'W2E-J003: app.js describes a file that is not in it'],
    ['with what is no number', load('{filename:"/a",start:-1,end:1}', 2), 'W2E-J003: app.js describes a file that is not in it'],
    ['that is compressed', `${load('{filename:"/a",start:0,end:1}', 2)};x={compressedData:1}`, 'W2E-J003: app.js says that it is compressed'],
    ['of several', `${load('{filename:"/a",start:0,end:1}', 2)};${load('', 2)}`, 'W2E-J003: app.js loads 2 packages, and only one can be taken'],
  ])('%s is refused', (_what, glue, message) => {
    expect(refusal(withGlue(glue, 'hi'))).toBe(message);
  });
});
