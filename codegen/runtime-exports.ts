// Exports that the runtime calls, from runtime-c/tables/contract.ts, and strings of letters for signatures.

import type { Signature } from '../ir/function.js';
import { Type, typeNamed } from '../ir/types.js';
import { guestExports } from '../runtime-c/tables/contract.js';
import type { GuestExportRow } from '../runtime-c/tables/contract.js';
import { signatureTypes } from '../runtime-c/tables/signature.js';

export interface WellKnownExport extends Omit<GuestExportRow, 'signature' | 'params'>, Signature {}

/** The types of a signature text. Throws where one is none of ours. */
export function typesNamed(names: readonly string[]): Type[] {
  return names.map((name) => {
    const type = typeNamed(name);
    if (type === undefined) throw new Error(`${name} is no type`);
    return type;
  });
}

export const WELL_KNOWN_EXPORTS: readonly WellKnownExport[] = guestExports.map(({ symbol, names, signature, lenient, environment, threads }) => {
  const { params, results } = signatureTypes(signature);
  return { symbol, names, lenient, environment, threads, params: typesNamed(params), results: typesNamed(results) };
});

/** A key that equal signatures share. */
export function signatureKey(signature: Signature): string {
  return `${signature.params.join(',')}:${signature.results.join(',')}`;
}

const LETTERS: Readonly<Record<string, Type>> = { i: Type.I32, j: Type.I64, f: Type.F32, d: Type.F64, p: Type.I32 };

/** The types of a signature string of Emscripten ("vii"), or undefined if it is none. */
export function signatureLetters(letters: string): { params: Type[]; results: Type[] } | undefined {
  const results = letters[0] === 'v' ? [] : LETTERS[letters[0] ?? ''];
  if (results === undefined) return undefined;
  const params: Type[] = [];
  for (const letter of letters.slice(1)) {
    const type = LETTERS[letter];
    if (type === undefined) return undefined;
    params.push(type);
  }
  return { params, results: Array.isArray(results) ? results : [results] };
}
