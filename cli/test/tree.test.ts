// Rules about the tree as a whole: nothing of a particular machine in it, files of a readable size.

import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './harness.js';

const listed = spawnSync('git', ['ls-files', '-z'], { cwd: projectRoot, encoding: 'utf8' });
const files = listed.status === 0 ? listed.stdout.split('\0').filter((file) => file !== '') : [];
if (files.length === 0) console.warn('tests of the tree are skipped: this is no git checkout');
const inCheckout = files.length === 0 ? test.skip : test;

/** Home directories, working directories of build machines, hosts of package registries. */
const machinePattern = new RegExp(
  String.raw`(?:^|[^\w.])/(?:${['work', 'farm', 'root', 'home/[a-z]+'].join('|')})/|${['registry\\.npmjs', 'deb\\.debian\\.org', 'pypi\\.org'].join('|')}`,
);

/** The lock file names the registry that the packages come from. */
const exempt = new Set(['package-lock.json']);

/** A path that begins with a folder of this project. */
const projectFolder =
  /^(?:frontend|ir|codegen|llvm-bindings|backend-\w+|runtime-c|linker|cli|sdk|fixtures|bench|core|serving|posix|libc|emscripten|wasi|embed|host|tables)\//;

const textFile = /\.(?:ts|js|mjs|c|h|S|sh|md|json|py|txt|conf)$|^wasm2elf$|^\.ci\//;

function text(file: string): string {
  try {
    return readFileSync(join(projectRoot, file), 'utf8');
  } catch {
    // Deleted in the working tree, and not yet in the index.
    return '';
  }
}

describe('the tree', () => {
  inCheckout('names no machine and no registry', () => {
    const found = files
      .filter((file) => textFile.test(file) && !exempt.has(file))
      .flatMap((file) =>
        text(file)
          .split('\n')
          .flatMap((line, i) => (machinePattern.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : [])),
      );
    expect(found).toEqual([]);
  });

  inCheckout('has every source that a comment or document names by its folder or as one of TypeScript', () => {
    const named = /(?<![\w./$-])(?:[\w-]+\/)*[\w-]+\.(?:ts|mjs|c|h|sh|S)(?!\w)/g;
    // `dist/…` and `build/…` are made; words with a dollar or in capitals stand for something.
    const exists = (name: string): boolean => files.some((file) => file === name || file.endsWith(`/${name}`));
    const judged = (name: string): boolean => !/^(?:dist|build|w2e-)|[A-Z]{3}\//.test(name) && (/\.(?:ts|mjs)$/.test(name) || projectFolder.test(name));
    const found = files
      .filter((file) => /\.(?:ts|c|h|S|sh|md|mjs)$/.test(file) && file !== 'CHANGELOG.md' && !file.includes('/src/'))
      .flatMap((file) =>
        text(file)
          .split('\n')
          .flatMap((line, i) => {
            const comment = file.endsWith('.md') ? line : ((file.endsWith('.sh') ? /^\s*#(.*)/ : /(?:^\s*\*|\/\/|\/\*)(.*)/).exec(line)?.[1] ?? '');
            return (comment.match(named) ?? []).filter((name) => judged(name) && !exists(name)).map((name) => `${file}:${i + 1}: ${name}`);
          }),
      );
    expect(found).toEqual([]);
  });

  inCheckout('has a README in each folder of the pipeline that has code', () => {
    const folders = new Set(files.filter((file) => /^[a-z0-9-]+\/.*\.(?:ts|c)$/.test(file)).map((file) => file.split('/')[0] ?? ''));
    expect([...folders].filter((folder) => !files.includes(`${folder}/README.md`))).toEqual([]);
  });
});
