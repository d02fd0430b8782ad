// The progress line on a clock that the test moves.

import { expect, test } from '@jest/globals';
import { Progress } from '../progress.js';
import type { Terminal } from '../terminal.js';

function progressOn(enabled: boolean): { progress: Progress; at: (ms: number) => void; taken: () => string } {
  let clock = 0;
  let text = '';
  const terminal: Terminal = {
    output: () => undefined,
    message: (more) => void (text += more),
    messagesAreTty: true,
    columns: 80,
    environment: {},
  };
  const progress = new Progress(terminal, enabled, 6, () => clock);
  const taken = (): string => {
    const result = text;
    text = '';
    return result;
  };
  return { progress, at: (ms) => void (clock = ms), taken };
}

test('nothing in the first two seconds', () => {
  const { progress, at, taken } = progressOn(true);
  progress.enter('read');
  at(1999);
  progress.update('codegen', 1, 2);
  progress.clear();
  expect(taken()).toBe('');
});

test('then stage, part and share, at most ten times a second, and taken away at the end', () => {
  const { progress, at, taken } = progressOn(true);
  progress.enter('read');
  progress.enter('compile');
  at(2000);
  progress.update('codegen', 41, 100);
  expect(taken()).toBe('\r\x1b[K[2/6] compile codegen 41 %');
  at(2050);
  progress.update('codegen', 42, 100);
  expect(taken()).toBe('');
  at(2100);
  progress.update('codegen', 43, 100);
  expect(taken()).toContain('43 %');
  progress.clear();
  progress.clear();
  expect(taken()).toBe('\r\x1b[K');
});

test('never where it is turned off', () => {
  const { progress, at, taken } = progressOn(false);
  at(5000);
  progress.enter('compile');
  progress.update('codegen', 1, 2);
  expect(taken()).toBe('');
});
