// An architecture is known to its back end, to its folder of the runtime and to the table of targets, and to nothing
// else; and the two back ends can be read side by side.

import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { targetTable } from '../targets.js';
import { projectRoot } from './harness.js';

/** Where names of architectures belong. */
// biome-ignore format: a row is a line
const owners: readonly RegExp[] = [
  /^backend-/, /^runtime-c\/arch\//, /^cli\/targets\.ts$/, /^fixtures\//, /^bench\//, /(^|\/)test\//, /^build\//, /^dist\//, /^node_modules\//, /^\./,
];

/** Tables that must name them, and why. */
const exceptions: Readonly<Record<string, string>> = {
  'linker/describe.ts': 'describes executables of any machine',
  'cli/option-table.ts': 'help says what the defaults are',
  'scripts/compare-output.sh': 'the suite for both targets',
  'scripts/setup.sh': "the tests' emulators",
  'scripts/test-observed.sh': 'the observer knows one machine',
};

const architecture = /x86[-_]?64|\bx(86|64)\b|amd64|aarch64|\barm64\b/i;

/** Files that only the machine has on which programs run in the kernel. */
const ofKernelVariant: readonly string[] = ['kernel.ts', 'ring0-flags.txt'];

/** How comments, which may give examples, begin by file suffix; files without one are scripts. */
const comments: Readonly<Record<string, RegExp>> = {
  ...Object.fromEntries(['ts', 'js', 'mjs', 'c', 'h', 'S'].map((suffix) => [suffix, /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm])),
  ...Object.fromEntries(['', 'sh', 'txt'].map((suffix) => [suffix, /(?<=^|\s)(#|\/\/).*$/gm])),
  json: /(?!)/g,
};

/** Folders and files of the project itself. */
function isOurs(name: string): boolean {
  return !owners.some((owner) => owner.test(`${name}/`)) && !name.includes('lock');
}

function sourceFiles(): string[] {
  const files = readdirSync(projectRoot, { withFileTypes: true })
    .filter(({ name }) => isOurs(name))
    .flatMap((entry) =>
      entry.isDirectory()
        ? readdirSync(join(projectRoot, entry.name), { recursive: true, withFileTypes: true })
            .filter((inner) => inner.isFile())
            .map(({ parentPath, name }) => relative(projectRoot, join(parentPath, name)))
        : [entry.name],
    );
  return files.filter((file) => suffixOf(file) in comments && !owners.some((owner) => owner.test(file)));
}

function suffixOf(file: string): string {
  return extname(file).slice(1);
}

function namesArchitecture(file: string, text: string): boolean {
  return architecture.test(text.replace(comments[suffixOf(file)], ''));
}

function folder(name: string): string[] {
  return readdirSync(join(projectRoot, name))
    .filter((file) => file.endsWith('.ts') && !ofKernelVariant.includes(file))
    .sort();
}

function exportsOf(file: string): string[] {
  return [...readFileSync(join(projectRoot, file), 'utf8').matchAll(/^export (?:const|function|interface|type) (\w+)/gm)].map(([, name = '']) => name);
}

describe('architectures', () => {
  test('are named where they belong only', () => {
    const files = sourceFiles();
    expect(files.length).toBeGreaterThan(100);
    const naming = files.filter((file) => namesArchitecture(file, readFileSync(join(projectRoot, file), 'utf8')));
    expect(naming.sort()).toEqual(Object.keys(exceptions).sort());
  });

  test.each([
    ['a.c', '#ifdef __x86_64__', true],
    ['a.h', '#include "arch/aarch64/arch.h"', true],
    ['a.c', 'int pages = 1; // as on x86-64', false],
    ['a.c', '/* arm64 has\n * others */', false],
    ['a.ts', "if (process.arch === 'arm64') return;", true],
    ['a.ts', "const url = 'https://host/x64';", true],
    ['a.sh', 'case $(uname -m) in aarch64) ;; esac', true],
    ['launcher', 'exec qemu-x86_64 "$@" # for x64', true],
    ['launcher', '# for amd64', false],
    ['a.json', '{ "cpu": ["x64"] }', true],
  ])('a name in %s is found, unless in a comment: %s', (file, text, found) => {
    expect(namesArchitecture(file, text)).toBe(found);
  });

  test('back ends have the same files with the same exports, and one target each', () => {
    const [first = '', ...others] = targetTable.map((row) => row.folder);
    expect(others.length).toBeGreaterThan(0);
    for (const other of others) {
      expect(folder(other)).toEqual(folder(first));
      for (const file of folder(first).filter((name) => name !== 'target.ts')) expect(exportsOf(`${other}/${file}`)).toEqual(exportsOf(`${first}/${file}`));
    }
    for (const { folder: name } of targetTable) expect(exportsOf(`${name}/target.ts`)).toHaveLength(1);
  });

  test('the runtime has the same files and the same system calls for each', () => {
    const [first = '', ...others] = readdirSync(join(projectRoot, 'runtime-c/arch'));
    const calls = (arch: string): string[] =>
      [...readFileSync(join(projectRoot, 'runtime-c/arch', arch, 'syscalls.h'), 'utf8').matchAll(/\bSYS_\w+/g)].map(([name]) => name).sort();
    const common = (arch: string): string[] =>
      readdirSync(join(projectRoot, 'runtime-c/arch', arch))
        .filter((file) => file !== 'page.c' && !ofKernelVariant.includes(file))
        .sort(); // one page size needs no variable
    expect(others.length).toBeGreaterThan(0);
    for (const arch of others) {
      expect(common(arch)).toEqual(common(first));
      expect(calls(arch)).toEqual(calls(first));
    }
  });
});
