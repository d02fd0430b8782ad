// Every pass against its golden fixtures; every output is verified.

import { describe, expect, test } from '@jest/globals';
import { PASSES } from '../pipeline.js';
import { printFunction } from '../printer.js';
import { verifyFunction } from '../verifier.js';
import { inputOf, readFixtures, updateFixture } from './fixture-file.js';
import type { Fixture, FixtureCase } from './fixture-file.js';

function outputOf(fixture: Fixture, test: FixtureCase): string {
  const func = inputOf(test);
  verifyFunction(func, fixture.context);
  for (const name of fixture.passes) {
    const pass = PASSES.find((candidate) => candidate.name === name);
    if (pass === undefined) throw new Error(`${fixture.path}: no pass "${name}"`);
    pass.run(func, fixture.context);
    verifyFunction(func, fixture.context);
  }
  return printFunction(func).trim();
}

const fixtures = readFixtures();

describe.each(fixtures.map((fixture) => [fixture.path, fixture] as const))('%s', (_, fixture) => {
  const outputs = fixture.cases.map((testCase) => outputOf(fixture, testCase));
  if (process.env.UPDATE_GOLDENS === '1') updateFixture(fixture, outputs);
  else
    test.each(fixture.cases.map(({ name, expected }, k) => [name, expected, outputs[k]] as const))('%s', (_name, expected, output) => {
      expect(output).toBe(expected);
    });
  test('has cases', () => {
    expect(fixture.cases.length).toBeGreaterThan(0);
  });
});

test('every pass has fixtures', () => {
  const covered = new Set(fixtures.flatMap((fixture) => fixture.passes));
  expect(PASSES.map((pass) => pass.name).filter((name) => !covered.has(name))).toEqual([]);
});
