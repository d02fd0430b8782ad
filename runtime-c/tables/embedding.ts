// What an object for embedding offers a C program besides the module's own exports: the statuses that calls return, and
// functions. The C header (codegen/emit/c-header.ts), the names of the object's symbols and `include/embedding.gen.h` derive from it.

import { traps } from './traps.js';

/** What a call can return. */
export interface StatusRow {
  /** In C, with `W2E_` in front. */
  readonly name: string;
  readonly value: number;
  readonly message: string;
}

/** All statuses. Values are part of the interface: they stay. A trap's is its number. */
export const statuses: readonly StatusRow[] = [
  { name: 'OK', value: 0, message: 'no error' },
  { name: 'EXIT', value: 1, message: 'the module has called exit' },
  { name: 'NOT_INSTANTIATED', value: 2, message: 'the module has not been instantiated' },
  { name: 'NO_MEMORY', value: 3, message: 'no address space for the module' },
  { name: 'ABORTED', value: 4, message: 'the module has called abort' },
  { name: 'PROGRAM_TRAP', value: 5, message: 'ended by the program' },
  ...traps.map(({ kind, number, message }) => ({ name: `TRAP_${kind.toUpperCase()}`, value: number, message })),
];

/** A function of the object; the runtime defines it as `w2e_api_` + name, the object shows it as prefix + `_` + name. */
export interface ApiRow {
  readonly name: string;
  /** Result type in C. */
  readonly result: string;
  /** Parameters in C. */
  readonly params: string;
  readonly noreturn?: true;
  /** For the header. */
  readonly doc: string;
}

/** The functions, in the order of the header. */
// biome-ignore format: a row is a line
export const embeddingApi: readonly ApiRow[] = [
  { name: 'instantiate', result: 'w2e_status', params: 'void', doc: 'Reserves memory, installs the handlers of faults, writes data segments, runs the start function and then _initialize or constructors. To be called first; later calls return what the first one did.' },
  { name: 'prepare_thread', result: 'w2e_status', params: 'void', doc: 'Gives the calling thread an alternate signal stack if it has none, so that an exhausted stack is a trap there too. The thread that instantiates is prepared.' },
  { name: 'message', result: 'const char *', params: 'w2e_status status', doc: 'What a status means.' },
  { name: 'detail', result: 'const char *', params: 'void', doc: 'What else is known about the last call that failed, for example the name of an undefined import; else empty.' },
  { name: 'exit_status', result: 'uint32_t', params: 'void', doc: 'After W2E_EXIT, the argument of exit.' },
  { name: 'trap', result: 'void', params: 'const char *detail', noreturn: true, doc: 'For functions that the module imports: ends the call of the module with W2E_PROGRAM_TRAP. Does not return; the calling functions of the program are not resumed.' },
  { name: 'memory', result: 'uint8_t *', params: 'void', doc: 'The first byte of linear memory 0. It never moves; NULL if the module has no memory.' },
  { name: 'memory_size', result: 'uint64_t', params: 'void', doc: 'Current size in bytes.' },
  { name: 'memory_grow', result: 'uint64_t', params: 'uint64_t pages', doc: 'Grows the memory by pages of 64 KiB: the old size in pages, or UINT64_MAX.' },
  { name: 'on_memory_growth', result: 'void', params: 'void (*function)(void *data, uint64_t size), void *data', doc: 'Calls the function with the new size in bytes whenever the memory has grown. NULL: no longer.' },
  { name: 'memory_at', result: 'void *', params: 'uint64_t address, uint64_t length', doc: "A pointer to that part of the memory, NULL if it is not inside. Nothing is aligned but what the module aligns." },
  { name: 'memory_read', result: 'w2e_status', params: 'uint64_t address, void *to, uint64_t length', doc: 'Copies out of the memory, all or nothing.' },
  { name: 'memory_write', result: 'w2e_status', params: 'uint64_t address, const void *from, uint64_t length', doc: 'Copies into the memory, all or nothing.' },
];

/** The runtime's name of such a function. */
export function apiSymbol(name: string): string {
  return `w2e_api_${name}`;
}
