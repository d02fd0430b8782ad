// The text of `opcodes.ts`, made of the op table; `npm run generate` writes it.
// A const enum is what lets tsc inline the labels of switches over ops.

import { OPS, type OpInfo } from './ops.js';
import { TypeSet } from './types.js';

/** `ref.as_non_null` becomes `RefAsNonNull`; the f in front of a float operation counts as a word: `FAdd`. */
export function enumName({ name, types }: Pick<OpInfo, 'name' | 'types'>): string {
  const words = types === TypeSet.Float ? name.replace(/^f(?=[a-z])/, 'f_') : name;
  return words
    .split(/[._]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** The text of `opcodes.ts`. */
export function opcodesSource(): string {
  return [
    '// Generated from ops.ts by generate-opcodes.ts. Do not edit.',
    '',
    '/** Operations: the place of the row in the table. */',
    'export const enum Op {',
    ...OPS.map((info, op) => `  ${enumName(info)} = ${op},`),
    '}',
    '',
  ].join('\n');
}
