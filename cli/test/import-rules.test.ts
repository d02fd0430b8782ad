// Which folder may import which: the pipeline's direction, in one table; within codegen/ which room. No files import each other in a
// circle, not even for types. Tests may import anything.

import { describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { targetTable } from '../targets.js';
import { projectRoot } from './harness.js';

const backEnds = targetTable.map(({ folder }) => folder);

/** By folder: what it may import, as folders or as single files (without suffix). */
const rules: Readonly<Record<string, readonly string[]>> = {
  ir: [],
  frontend: ['ir'],
  'llvm-bindings': [],
  codegen: ['ir', 'frontend', 'llvm-bindings', 'runtime-c/tables'],
  ...Object.fromEntries(backEnds.map((folder) => [folder, ['codegen/target', 'codegen/kernel-target', 'runtime-c/tables']])),
  'runtime-c': ['codegen/target', 'runtime-c/tables'],
  linker: ['codegen/target', 'codegen/kernel-target', 'llvm-bindings', 'runtime-c/tables'],
  cli: ['ir', 'frontend', 'llvm-bindings', 'codegen', ...backEnds, 'runtime-c', 'linker'],
};

/** The rooms of codegen/, from the bottom up: each imports from itself and from those in front. The last one is what drives. */
const rooms: readonly (readonly [name: string, holds: (file: string) => boolean])[] = [
  [
    'what all know',
    (file) =>
      ['contract', 'kernel-target', 'levels', 'runtime-exports', 'runtime-functions', 'symbols', 'target'].some((name) => file === `codegen/${name}.ts`),
  ],
  ['plan', (file) => file.startsWith('codegen/plan/')],
  ['emit', (file) => file.startsWith('codegen/emit/')],
  ['drivers', (file) => file.startsWith('codegen/')],
];

/** Packages from npm, and the one folder that may import each. */
const packageOwners: Readonly<Record<string, string>> = { acorn: 'frontend', koffi: 'llvm-bindings', elfy: 'linker', yargs: 'cli' };

const importPattern = /^(?:import|export)\s(?:[^;']*?\sfrom\s)?\s*'([^'\n]+)'|\bimport\('([^'\n]+)'\)/gm;

function sourceFiles(folder: string): string[] {
  const path = join(projectRoot, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)))
    .filter((file) => !file.split('/').includes('test'));
}

/** What a file imports: files of the project by their path, packages and Node's modules by their name. */
function importsOf(file: string): string[] {
  return [...readFileSync(join(projectRoot, file), 'utf8').matchAll(importPattern)].map(([, statement, expression]) => {
    const specifier = statement ?? expression ?? '';
    return specifier.startsWith('.') ? posix.normalize(posix.join(posix.dirname(file), specifier)).replace(/\.js$/, '.ts') : specifier;
  });
}

function violations(folder: string, allowed: readonly string[]): string[] {
  const permitted = (target: string): boolean => [folder, ...allowed].some((rule) => target === `${rule}.ts` || target.startsWith(`${rule}/`));
  return sourceFiles(folder).flatMap((file) =>
    importsOf(file).flatMap((target) => {
      if (target.startsWith('node:')) return [];
      if (!target.endsWith('.ts')) return packageOwners[target] === folder ? [] : [`${file} imports ${target}`];
      return permitted(target) ? [] : [`${file} imports ${target}`];
    }),
  );
}

/** A circle of imports among files, or undefined. */
function circle(files: readonly string[]): string[] | undefined {
  const ended = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (ended.has(file) || !files.includes(file)) return undefined;
    for (const target of importsOf(file)) {
      const found = visit(target, [...path, file]);
      if (found !== undefined) return found;
    }
    ended.add(file);
    return undefined;
  };
  for (const file of files) {
    const found = visit(file, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

describe('import rules', () => {
  test.each(Object.entries(rules))('%s', (folder, allowed) => {
    expect(violations(folder, allowed)).toEqual([]);
  });

  test('the rooms of codegen', () => {
    const room = (file: string): number => rooms.findIndex(([, holds]) => holds(file));
    const upward = sourceFiles('codegen').flatMap((file) =>
      importsOf(file)
        .filter((target) => target.startsWith('codegen/') && room(target) > room(file))
        .map((target) => `${file} imports ${target}`),
    );
    expect(upward).toEqual([]);
  });

  test('no circle of files', () => {
    expect(circle(Object.keys(rules).flatMap(sourceFiles))).toBeUndefined();
  });
});
