// Which folder may import which: the pipeline's direction, in one table. Tests may import anything.

import { describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { projectRoot } from './harness.js';

/** By folder: what it may import, as folders or as single files (without suffix). */
const rules: Readonly<Record<string, readonly string[]>> = {
  ir: [],
  frontend: ['ir'],
  'llvm-bindings': [],
  codegen: ['ir', 'frontend', 'llvm-bindings', 'runtime-c/tables'],
  'backend-x64': ['codegen/target'],
  'backend-arm64': ['codegen/target'],
  'runtime-c': ['codegen/target'],
  linker: ['codegen/target'],
  cli: ['ir', 'frontend', 'llvm-bindings', 'codegen', 'backend-x64', 'backend-arm64', 'runtime-c', 'linker'],
};

/** Packages from npm, and the one folder that may import each. */
const packageOwners: Readonly<Record<string, string>> = { koffi: 'llvm-bindings', elfy: 'linker', yargs: 'cli' };

const importPattern = /^(?:import|export)\s(?:[^;']*?\sfrom\s)?\s*'([^'\n]+)'|\bimport\('([^'\n]+)'\)/gm;

function sourceFiles(folder: string): string[] {
  const path = join(projectRoot, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)))
    .filter((file) => !file.split('/').includes('test'));
}

function violations(folder: string, allowed: readonly string[]): string[] {
  const permitted = (target: string): boolean => [folder, ...allowed].some((rule) => target === rule || target.startsWith(`${rule}/`));
  return sourceFiles(folder).flatMap((file) =>
    [...readFileSync(join(projectRoot, file), 'utf8').matchAll(importPattern)].flatMap(([, statement, expression]) => {
      const specifier = statement ?? expression ?? '';
      if (specifier.startsWith('node:')) return [];
      if (!specifier.startsWith('.')) return packageOwners[specifier] === folder ? [] : [`${file} imports ${specifier}`];
      const target = posix.normalize(posix.join(posix.dirname(file), specifier)).replace(/\.js$/, '');
      return permitted(target) ? [] : [`${file} imports ${target}`];
    }),
  );
}

describe('import rules', () => {
  test.each(Object.entries(rules))('%s', (folder, allowed) => {
    expect(violations(folder, allowed)).toEqual([]);
  });
});
