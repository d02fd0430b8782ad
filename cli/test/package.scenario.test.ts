// The package for npm, installed as a user would, without this checkout: it compiles and the program runs.

import { expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, scratchDirectory } from './harness.js';

test('npm install -g, then a program', () => {
  const folder = scratchDirectory();
  execFileSync(join(projectRoot, 'scripts/package.sh'), ['npm'], { env: { ...process.env, W2E_BUILT: 'yes' } });
  const [packed] = readdirSync(join(projectRoot, 'build/package')).filter((name) => name.endsWith('.tgz'));
  const installed = spawnSync('npm', ['install', '--global', '--silent', '--no-audit', '--prefix', folder, join(projectRoot, 'build/package', packed)], {
    encoding: 'utf8',
  });
  expect([installed.stderr, installed.status]).toEqual(['', 0]);
  copyFileSync(join(projectRoot, 'fixtures/programs/hello.stock.wasm'), join(folder, 'hello.wasm'));
  const compiled = spawnSync(join(folder, 'bin/wasm2elf'), ['hello.wasm', '-o', 'hello'], { cwd: folder, encoding: 'utf8' });
  expect([compiled.stderr, compiled.status]).toEqual(['', 0]);
  expect(execFileSync(join(folder, 'hello'), { encoding: 'utf8' })).toContain('Hello');
  expect(readdirSync(join(folder, 'lib/node_modules/wasm2elf/dist')).sort()).not.toContain('fixtures');
}, 300_000);
