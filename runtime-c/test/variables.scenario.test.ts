// Every variable of the runtime that programs with threads get has a row in tables/variables.ts, and those that each thread has are
// thread-local.

import { describe, expect, test } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { scratchFolder } from '../../fixtures/harness.js';
import { ElfImage } from '../../linker/elf-image.js';
import { variables } from '../tables/variables.js';
import { canBuildModule, findTool, projectPath, run } from './tools.js';

const THREAD_LOCAL = 6; // STT_TLS
const OBJECT = 1; // STT_OBJECT
const WRITABLE = /^\.(?:data|bss|tdata|tbss)(?:\.|$)/;

/** The variables of all objects of an architecture's libw2e-threads.a, with the names of static ones: whether each is thread-local. */
function variablesOf(arch: string): Map<string, boolean> {
  const folder = scratchFolder();
  const built = run(projectPath('runtime-c/build.sh'), [arch], { NAMED: folder });
  if (built.status !== 0) throw new Error(built.stderr);
  const extracted = run(findTool('llvm-ar-22', 'llvm-ar-19', 'llvm-ar', 'ar')!, ['x', join(folder, 'libw2e-threads.a')], {}, { cwd: folder });
  if (extracted.status !== 0) throw new Error(extracted.stderr);
  const found = new Map<string, boolean>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.o'))) {
    const image = ElfImage.parse(readFileSync(join(folder, file)));
    for (const symbol of image.symbols()) {
      const section = image.sections[symbol.sectionIndex]?.name ?? '';
      if ((symbol.type === OBJECT || symbol.type === THREAD_LOCAL) && WRITABLE.test(section)) found.set(symbol.name, symbol.type === THREAD_LOCAL);
    }
  }
  return found;
}

describe.each(readdirSync(projectPath('runtime-c/arch')))('variables of the runtime for threads, %s', (arch) => {
  if (!canBuildModule) return test.skip('skipped: no clang or lld', () => undefined);

  test('each has a row, which says whether it is thread-local', () => {
    const found = variablesOf(arch);
    expect(found.size).toBeGreaterThan(50);
    expect([...found.keys()].filter((name) => !variables.has(name))).toEqual([]);
    const differing = [...found].filter(([name, threadLocal]) => threadLocal !== (variables.get(name) === 'thread'));
    expect(differing.map(([name]) => name)).toEqual([]);
    if (arch === 'aarch64') expect([...variables.keys()].filter((name) => !found.has(name))).toEqual([]);
  }, 120_000);
});
