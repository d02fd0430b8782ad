// Names of temporary files and folders: nobody can foresee them, and what is there already under one is neither written nor removed.

import { afterAll, expect, test } from '@jest/globals';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { announceTemporaries, PendingOutputs } from '../temp-output.js';
import { processTerminal } from '../terminal.js';
import { scratchDirectory } from './harness.js';

const scratch = scratchDirectory();
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('names are random and short, and announced before anything is there', () => {
  const announced: string[] = [];
  announceTemporaries((path) => {
    expect(existsSync(path)).toBe(false);
    announced.push(path);
  });
  const pending = new PendingOutputs(processTerminal);
  const names = [pending.create(join(scratch, 'app'), true), pending.create(join(scratch, 'app'), true), pending.workDirectory(), pending.workDirectory()];
  expect(announced).toEqual(names);
  expect(new Set(names).size).toBe(4);
  expect(names.map(dirname)).toEqual([scratch, scratch, tmpdir(), tmpdir()]);
  for (const file of names.slice(0, 2)) expect(basename(file)).toMatch(/^\.w2e-[0-9a-f]{12}\.tmp$/);
  for (const folder of names.slice(2)) {
    expect(basename(folder)).toMatch(/^wasm2elf-[0-9a-f]{12}$/);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  }
  announceTemporaries(() => undefined);
  pending.close();
  expect(names.filter((path) => existsSync(path))).toEqual([]);
  expect(readdirSync(scratch)).toEqual([]);
});

test('a link that is there already stays, and so does what it leads to', () => {
  const victim = join(scratch, 'victim'),
    link = join(scratch, '.w2e-foreseen.tmp');
  writeFileSync(victim, 'kept');
  symlinkSync(victim, link);
  const pending = new PendingOutputs(processTerminal, () => 'foreseen');
  expect(() => pending.create(join(scratch, 'app'), true)).toThrow(expect.objectContaining({ code: 'W2E-O001' }));
  pending.close();
  expect([lstatSync(link).isSymbolicLink(), readFileSync(victim, 'utf8')]).toEqual([true, 'kept']);
});

test('a folder that is there already stays', () => {
  const name = `foreseen-${basename(scratch)}`,
    folder = join(tmpdir(), `wasm2elf-${name}`);
  mkdirSync(folder);
  try {
    writeFileSync(join(folder, 'theirs'), 'kept');
    const pending = new PendingOutputs(processTerminal, () => name);
    expect(() => pending.workDirectory()).toThrow(expect.objectContaining({ code: 'W2E-O001' }));
    pending.close();
    expect(readFileSync(join(folder, 'theirs'), 'utf8')).toBe('kept');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
