// Accesses of parts of a vector. What they become, simd.wat in fixtures/stages shows.

import { expect, test } from '@jest/globals';
import { operators } from '../operators.js';
import { vectorPart, VectorPart } from '../vector-access.js';

test('every access of a part of a vector is known', () => {
  const parts = operators.filter(({ mnemonic, feature }) => feature === 'simd' && /^v128\.(load|store)./.test(mnemonic));
  expect(parts.length).toBe(20);
  expect(parts.filter(({ number }) => vectorPart[number] === VectorPart.None)).toEqual([]);
});
