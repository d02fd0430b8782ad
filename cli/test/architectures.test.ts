// An architecture is known to its back end, to its folder of the runtime and to the table of targets, and to nothing
// else; and the two back ends can be read side by side.

import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './harness.js';

/** Where names of architectures belong. */
const owners: readonly RegExp[] = [
  /^backend-/, /^runtime-c\/arch\//, /^cli\/targets\.ts$/, /^fixtures\//, /^bench\//, /(^|\/)test\//, /^build\//, /^dist\//, /^node_modules\//, /^\./,
];

/** Tables that must name them, and why. */
const exceptions: Readonly<Record<string, string>> = {
  'linker/describe.ts': 'describes executables of any machine',
  'llvm-bindings/api.ts': "Debian's library folders",
  'cli/option-table.ts': 'help says what the defaults are',
  'scripts/setup.sh': "the tests' emulator",
};

const architecture = /x86[-_]?64|\bx(86|64)\b|amd64|aarch64|\barm64\b/i;
const sourceFile = /\.(ts|c|h|S|sh|mjs)$/;

function sourceFiles(): string[] {
  const files = readdirSync(projectRoot, { withFileTypes: true })
    .filter((entry) => !owners.some((owner) => owner.test(`${entry.name}/`)))
    .flatMap((entry) => (entry.isDirectory()
      ? readdirSync(join(projectRoot, entry.name), { recursive: true, encoding: 'utf8' }).map((name) => `${entry.name}/${name}`)
      : [entry.name]));
  return files.filter((file) => sourceFile.test(file) && !owners.some((owner) => owner.test(file)));
}

/** Comments may give examples. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\//g, '').replace(/(^|\s)(\/\/|#(?!include)).*$/gm, '');
}

function folder(name: string): string[] {
  return readdirSync(join(projectRoot, name)).filter((file) => file.endsWith('.ts')).sort();
}

function exportsOf(file: string): string[] {
  return [...readFileSync(join(projectRoot, file), 'utf8').matchAll(/^export (?:const|function|interface|type) (\w+)/gm)].map(([, name = '']) => name);
}

describe('architectures', () => {
  test('are named where they belong only', () => {
    const files = sourceFiles();
    expect(files.length).toBeGreaterThan(100);
    const naming = files.filter((file) => architecture.test(withoutComments(readFileSync(join(projectRoot, file), 'utf8'))));
    expect(naming.sort()).toEqual(Object.keys(exceptions).sort());
  });

  test('back ends have the same files with the same exports', () => {
    expect(folder('backend-arm64')).toEqual(folder('backend-x64'));
    for (const file of folder('backend-x64').filter((name) => name !== 'target.ts')) {
      expect(exportsOf(`backend-arm64/${file}`)).toEqual(exportsOf(`backend-x64/${file}`));
    }
    expect([exportsOf('backend-x64/target.ts'), exportsOf('backend-arm64/target.ts')]).toEqual([['x64'], ['arm64']]);
  });

  test('the runtime has the same files and the same system calls for each', () => {
    const [first = '', ...others] = readdirSync(join(projectRoot, 'runtime-c/arch'));
    const calls = (arch: string): string[] =>
      [...readFileSync(join(projectRoot, 'runtime-c/arch', arch, 'syscalls.h'), 'utf8').matchAll(/\bSYS_\w+/g)].map(([name]) => name).sort();
    const common = (arch: string): string[] =>
      readdirSync(join(projectRoot, 'runtime-c/arch', arch)).filter((file) => file !== 'page.c').sort(); // one page size needs no variable
    expect(others.length).toBeGreaterThan(0);
    for (const arch of others) {
      expect(common(arch)).toEqual(common(first));
      expect(calls(arch)).toEqual(calls(first));
    }
  });
});
