// Completions: bash runs its script; zsh and fish read theirs where they are there. The manual page is read by groff without a warning.

import { expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCommand, skip } from '../../fixtures/harness.js';
import { completionScript } from '../completion.js';
import { manualPage } from '../man-page.js';
import { optionRows } from '../option-table.js';
import { runCli, scratchDirectory } from './harness.js';

/** What bash completes the last word with; `wasm2elf` lists two names of CPUs. */
function completed(...words: readonly string[]): string[] {
  const script = `${completionScript('bash')}
wasm2elf() { printf '%s\\n' 'znver4   AMD' 'znver5   AMD'; }
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_wasm2elf
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script, 'bash', 'wasm2elf', ...words], { encoding: 'utf8', cwd: folder })
    .trim()
    .split('\n')
    .sort();
}

const folder = scratchDirectory();
mkdirSync(join(folder, 'inside'));
for (const name of ['a.wasm', 'b.wasm', 'b.txt']) writeFileSync(join(folder, name), '');

test.each([
  ['options', ['--me'], ['--memory']],
  ['an option behind a module', ['a.wasm', '--inherit'], ['--inherit-env', '--inherit-env=']],
  ['modules and folders', [''], ['a.wasm', 'b.wasm', 'inside']],
  ['any file where an option takes one', ['-o', 'b'], ['b.txt', 'b.wasm']],
  ['a choice behind =', ['--memory', '=', 'g'], ['guard']],
  ['a choice as a word', ['-O', ''], ['0', '1', '2', '3', 's', 'z']],
  ['what an option lists', ['--cpu', '=', 'znver'], ['znver4', 'znver5']],
  ['nothing for a number', ['-j', ''], ['']],
])('bash completes %s', (_title, words, expected) => {
  expect(completed(...words)).toEqual(expected);
});

test('bash knows every option', () => {
  const names = optionRows.flatMap(({ name, kind }) => (kind === 'passthrough' || name.length === 1 ? [] : [`--${name}`]));
  expect(completed('--')).toEqual(expect.arrayContaining(names));
});

for (const shell of ['zsh', 'fish'] as const) {
  if (findCommand(shell) === undefined) skip(`completions of ${shell} are not read: it is not there`);
  else
    test(`${shell} reads its script`, () => {
      const file = join(folder, `script.${shell}`);
      writeFileSync(file, completionScript(shell));
      expect(spawnSync(shell, ['-n', file], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    });
}

test('completion is asked for by a word, and another shell is a usage error', async () => {
  const { status, stdout } = await runCli(['completion', 'bash']);
  expect([status, stdout.toString()]).toEqual([0, completionScript('bash')]);
  for (const words of [['completion'], ['completion', 'csh']]) expect((await runCli(words)).status).toBe(2);
  expect((await runCli(['./completion'])).stderr).toContain('W2E-I001');
});

if (findCommand('groff') === undefined) skip('the manual page is not read: install the Debian package groff');
else
  test('the manual page', () => {
    const { stdout, stderr, status } = spawnSync('groff', ['-man', '-Tutf8', '-ww'], { input: manualPage(), encoding: 'utf8' });
    expect([stderr, status]).toEqual(['', 0]);
    expect(stdout).toMatch(/Bounds\s+of\s+linear\s+memory:\s+guard\s+pages/);
  });
