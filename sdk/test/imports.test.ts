// The table of imports against the runtime's: w2e-cc may promise configure scripts only what the runtime has.

import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { imports } from '../../runtime-c/tables/imports.js';

interface DeclaredImport {
  readonly name: string;
  readonly signature: string;
  readonly device: string;
}

const table = fileURLToPath(new URL('../../../sdk/imports.txt', import.meta.url));
const wasmTypes: Readonly<Record<string, string>> = { i: 'i32', p: 'i32', o: 'i32', j: 'i64' };

/** `ipj` as the runtime's table writes it: `i32 i64 -> i32`. */
function spell(letters: string): string {
  const [result = '', ...parameters] = letters;
  return [...parameters.map((letter) => wasmTypes[letter]), '->', ...(result === 'v' ? [] : [wasmTypes[result]])].join(' ');
}

function declared(): DeclaredImport[] {
  const lines = readFileSync(table, 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
  return lines.map((line) => line.split(/\s+/)).map(([name = '', letters = '', device = '']) => ({ name, signature: spell(letters), device }));
}

describe('imports.txt', () => {
  const rows = declared();

  test('names are unique and devices known', () => {
    expect(rows.length).toBeGreaterThan(150);
    expect(new Set(rows.map((row) => row.name)).size).toBe(rows.length);
    for (const row of rows) expect(['declare', 'override', 'wrap']).toContain(row.device);
  });

  test.each(rows)('$name: the runtime provides it with this type', ({ name, signature }) => {
    const provided = imports.filter((row) => row.module === 'env' && row.name === name).map((row) => row.signature);
    expect(provided).toContain(signature);
  });
});
