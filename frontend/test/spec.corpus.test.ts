// The spec test suite: valid modules validate (and build, where everything they use can be compiled), others are rejected
// with the suite's wording. One line per area is printed, with the reason of every difference.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { verifyFunction } from '../../ir/verifier.js';
import { buildFunction, irSignature } from '../build-ssa.js';
import { irType } from '../ir-types.js';
import { decodeModule } from '../decode-module.js';
import { WasmError } from '../errors.js';
import { defaultFeatures, type FeatureName, withFeatures } from '../features.js';
import type { WasmModule } from '../module.js';
import { scanModule } from '../scan-module.js';
import { type SuiteCase, suiteAreas, suiteCases, suiteIsPresent } from './spec-suite.js';

/** Areas whose proposal is off by default and switched on for them. */
const extraFeatures: Readonly<Record<string, FeatureName>> = {
  'proposals/custom-page-sizes': 'custom-page-sizes',
  'proposals/wide-arithmetic': 'wide-arithmetic',
  'proposals/custom-descriptors': 'custom-descriptors',
};

type Outcome = 'passed' | 'failed' | { readonly skipped: string };

function outcome({ expected, text }: SuiteCase, error: WasmError | undefined): Outcome {
  if (error?.kind === 'featureNeeded') return { skipped: error.message };
  if (expected === 'valid') return error === undefined ? 'passed' : 'failed';
  if (error === undefined) return text.startsWith('multiple ') ? { skipped: 'holds only without later features' } : 'failed';
  if (error.message.startsWith(text)) return 'passed';
  // The index of an exact type, which the suite reads as signed.
  if (text === 'malformed storage type' && error.message === 'unknown type 98') return 'passed';
  return 'failed';
}

/** Decodes and validates; returns the error. */
function check(file: string, features: number): { module?: WasmModule; error?: WasmError } {
  try {
    const module = decodeModule(readFileSync(file), { features });
    scanModule(module);
    return { module };
  } catch (error) {
    if (error instanceof WasmError) return { error };
    throw error;
  }
}

/** Builds and verifies every body; returns how many were built and how many need a feature that is not compiled yet. */
function build(module: WasmModule): { built: number; refused: number } {
  const counts = { built: 0, refused: 0 };
  if (scanModule(module).uncompiled !== undefined) return { built: 0, refused: module.functions.count };
  const context = {
    functionSignature: (index: number) => irSignature(module, module.functions.typeIndex[index]),
    typeSignature: (index: number) => irSignature(module, index),
    globalType: (index: number) => irType(module.globals[index].type),
    constantGlobal: () => undefined,
    indirectTargets: () => undefined,
    minimumMemoryBytes: () => 0,
    maximumMemoryBytes: () => 2 ** 32,
  };
  for (let index = module.functions.importCount; index < module.functions.count; index++) {
    try {
      verifyFunction(buildFunction(module, index), context);
      counts.built++;
    } catch (error) {
      if (!(error instanceof WasmError) || error.kind !== 'featureNotCompiled') throw error;
      counts.refused++;
    }
  }
  return counts;
}

describe('spec test suite', () => {
  if (!suiteIsPresent) {
    test.skip('../shared/spec-tests is absent', () => {});
    return;
  }
  test.each(suiteAreas())('%s', (area) => {
    const features = withFeatures(defaultFeatures, area in extraFeatures ? [extraFeatures[area]] : []);
    const counts = { passed: 0, failed: 0, built: 0, refused: 0 };
    const skipped = new Map<string, number>();
    const failures: string[] = [];
    for (const item of suiteCases(area)) {
      const { module, error } = check(item.file, features);
      const result = outcome(item, error);
      if (typeof result !== 'string') skipped.set(result.skipped, (skipped.get(result.skipped) ?? 0) + 1);
      else {
        counts[result]++;
        if (result === 'failed') failures.push(`${item.file}:${item.line}: ${item.expected} ${item.text}, got ${error?.message ?? 'valid'}`);
      }
      if (module === undefined || item.expected !== 'valid') continue;
      const { built, refused } = build(module);
      counts.built += built;
      counts.refused += refused;
    }
    const reasons = [...skipped].map(([reason, count]) => `, ${count} skipped: ${reason}`).join('');
    const line = `${area}: ${counts.passed} passed, ${counts.failed} failed${reasons}; functions: ${counts.built} built, ${counts.refused} of features to come`;
    process.stdout.write(`${line}\n`);
    expect(failures).toEqual([]);
  });
});
