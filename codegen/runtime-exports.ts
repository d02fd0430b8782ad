// Exports that the runtime calls: its symbol for each, under which names a module may export it, and its C signature.

import type { Signature } from '../ir/function.js';
import { Type } from '../ir/types.js';

export interface WellKnownExport {
  /** `w2e_export_` + this. */
  readonly symbol: string;
  /** Names in the module, first match wins. */
  readonly names: readonly string[];
  readonly params: readonly Type[];
  readonly results: readonly Type[];
  /** The module's function may leave out parameters and the result (C's `int main(void)`). */
  readonly lenient?: true;
}

const I = Type.I32;

export const WELL_KNOWN_EXPORTS: readonly WellKnownExport[] = [
  { symbol: '_start', names: ['_start'], params: [], results: [] },
  { symbol: '_initialize', names: ['_initialize'], params: [], results: [] },
  { symbol: '__wasm_call_ctors', names: ['__wasm_call_ctors', '__post_instantiate'], params: [], results: [] },
  { symbol: 'main', names: ['main', '__main_argc_argv', '_main'], params: [I, I], results: [I], lenient: true },
  { symbol: 'stackSave', names: ['stackSave', 'emscripten_stack_get_current', '_emscripten_stack_get_current'], params: [], results: [I] },
  { symbol: 'stackRestore', names: ['stackRestore', '_emscripten_stack_restore'], params: [I], results: [] },
  { symbol: 'stackAlloc', names: ['stackAlloc', '_emscripten_stack_alloc'], params: [I], results: [I] },
  { symbol: 'emscripten_stack_get_end', names: ['emscripten_stack_get_end'], params: [], results: [I] },
  { symbol: 'setThrew', names: ['setThrew'], params: [I, I], results: [] },
  { symbol: 'malloc', names: ['malloc'], params: [I], results: [I] },
  { symbol: 'free', names: ['free'], params: [I], results: [] },
  { symbol: 'memalign', names: ['emscripten_builtin_memalign', 'memalign'], params: [I, I], results: [I] },
  { symbol: '__errno_location', names: ['__errno_location'], params: [], results: [I] },
  { symbol: 'getenv', names: ['getenv'], params: [I], results: [I] },
  { symbol: '__funcs_on_exit', names: ['__funcs_on_exit'], params: [], results: [] },
  { symbol: '__stdio_exit', names: ['__stdio_exit'], params: [], results: [] },
  { symbol: 'fflush', names: ['fflush'], params: [I], results: [I] },
  { symbol: '__cxa_can_catch', names: ['__cxa_can_catch'], params: [I, I, I], results: [I] },
  { symbol: '__cxa_is_pointer_type', names: ['__cxa_is_pointer_type'], params: [I], results: [I] },
  { symbol: 'saveSetjmp', names: ['saveSetjmp'], params: [I, I, I, I], results: [I] },
  { symbol: '__dl_seterr', names: ['__dl_seterr'], params: [I, I], results: [] },
];

/** Signatures through which the runtime calls elements of table 0: result letter, then parameter letters. */
export const CALL_SIGNATURES = ['v', 'vi', 'vii', 'viii', 'viiii', 'i', 'ii', 'iii', 'iiii'] as const;

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
