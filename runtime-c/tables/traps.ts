// Trap kinds: the runtime defines one `w2e_trap_KIND` per row, compiled code calls it. Inside the runtime a trap is its number
// (`enum w2e_trap`) until it is told; the message is what appears after "wasm trap: ". Messages are the specification's (spec test suite wording) where it has one.

/** One way for a module to trap. */
export interface TrapRow {
  /** Identifier: the C function is `w2e_trap_` + kind. */
  readonly kind: string;
  /** The status too that a C program gets (embedding.ts), so it stays. Below 16 are statuses that are no traps. */
  readonly number: number;
  /** Text after "wasm trap: ". */
  readonly message: string;
  /** What happened, for the documentation. */
  readonly doc: string;
}

/** All trap kinds. `undefined_import` takes the import's name; all others take no argument. */
// biome-ignore format: a row is a line
export const traps = [
  { kind: 'unreachable', number: 16, message: 'unreachable', doc: 'the unreachable instruction' },
  { kind: 'out_of_bounds_memory_access', number: 17, message: 'out of bounds memory access', doc: 'load, store, memory.init, memory.copy, memory.fill or an active data segment outside memory' },
  { kind: 'out_of_bounds_table_access', number: 18, message: 'out of bounds table access', doc: 'table.get, table.set, table.init, table.copy, table.fill or an active element segment outside a table' },
  { kind: 'undefined_element', number: 19, message: 'undefined element', doc: 'call_indirect with an index outside the table' },
  { kind: 'uninitialized_element', number: 20, message: 'uninitialized element', doc: 'call_indirect of a null element' },
  { kind: 'indirect_call_type_mismatch', number: 21, message: 'indirect call type mismatch', doc: 'call_indirect of a function of another type' },
  { kind: 'integer_divide_by_zero', number: 22, message: 'integer divide by zero', doc: 'integer division or remainder by zero' },
  { kind: 'integer_overflow', number: 23, message: 'integer overflow', doc: 'signed division of the least value by -1, or conversion out of range' },
  { kind: 'invalid_conversion_to_integer', number: 24, message: 'invalid conversion to integer', doc: 'truncation of a NaN' },
  { kind: 'call_stack_exhausted', number: 25, message: 'call stack exhausted', doc: 'the native stack is used up' },
  { kind: 'unaligned_atomic', number: 26, message: 'unaligned atomic', doc: 'atomic access at an address that is not a multiple of its size' },
  { kind: 'expected_shared_memory', number: 27, message: 'expected shared memory', doc: 'memory.atomic.wait on an unshared memory' },
  { kind: 'null_reference', number: 28, message: 'null reference', doc: 'a null reference where a value is needed' },
  { kind: 'null_function_reference', number: 29, message: 'null function reference', doc: 'call_ref of null' },
  { kind: 'uncaught_exception', number: 30, message: 'uncaught exception', doc: 'an exception that no handler of the program caught' },
  { kind: 'incompatible_import_type', number: 31, message: 'incompatible import type', doc: 'a table or memory that has not grown to what the module that imports it needs' },
  { kind: 'undefined_import', number: 32, message: 'undefined import', doc: 'a call of an import that nobody provides' },
] as const satisfies readonly TrapRow[];

/** The identifiers of all trap kinds. */
export type TrapKind = (typeof traps)[number]['kind'];

/** The runtime's function for a trap kind. */
export function trapSymbol(kind: TrapKind): string {
  return `w2e_trap_${kind}`;
}
