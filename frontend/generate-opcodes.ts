// The text of `opcodes.ts`, made of the operator table; `npm run generate` writes it.
// A const enum is what lets tsc inline the labels of the body decoder's switch.

import { operators } from './operators.js';

/** `i32.atomic.rmw8.add_u` becomes `I32AtomicRmw8AddU`. */
export function enumName(mnemonic: string): string {
  return mnemonic
    .split(/[._ ]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
}

/** The text of `opcodes.ts`. */
export function opcodesSource(): string {
  const lines = operators.map(({ mnemonic, number }) => `  ${enumName(mnemonic)} = 0x${number.toString(16).padStart(3, '0')},`);
  return [
    '// Generated from operators.ts by generate-opcodes.ts. Do not edit.',
    '',
    '/** Operator numbers: the opcode, or the number of the prefix group plus the code behind the prefix. */',
    'export const enum Op {',
    ...lines,
    '}',
    '',
  ].join('\n');
}
