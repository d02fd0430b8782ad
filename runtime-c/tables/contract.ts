// What compiled code and the runtime agree on: structures in memory, constants, the module's exports that the runtime calls, and the
// types through which it calls elements of table 0. `include/contract.gen.h`, the LLVM types in codegen and the tables in
// docs/object-contract.md derive from these rows.

/** C's type of a field; `slots` is the rest of the structure, `W2E_SLOT` bytes for each value. */
export type FieldType = 'u8' | 'u16' | 'u32' | 'u64' | `${string} *` | `${string} **` | 'slots';

export interface FieldRow {
  readonly name: string;
  readonly type: FieldType;
  /** What its name does not say. */
  readonly doc?: string;
}

export interface StructRow {
  /** The structure's tag in C. */
  readonly name: string;
  readonly doc: string;
  readonly fields: readonly FieldRow[];
}

/** The names of a structure's fields. */
export type FieldName<S extends StructRow> = S['fields'][number]['name'];

/** Structures that one side makes and the other reads. */
export const structs = {
  module: {
    name: 'w2e_module',
    doc: 'What the runtime has to know of the module: the constant `w2e_module`.',
    fields: [
      { name: 'has_memory', type: 'u32' },
      { name: 'memory_shared', type: 'u32' },
      { name: 'memory_initial_bytes', type: 'u64' },
      { name: 'memory_max_bytes', type: 'u64' },
      { name: 'stack_size', type: 'u64', doc: "bytes; 0: the process's own stack" },
      { name: 'abi_flags', type: 'u32', doc: '`ABI_*`' },
      { name: 'reserved', type: 'u32', doc: '0' },
    ],
  },
  memory: {
    name: 'w2e_memory',
    doc: 'A memory after the first.',
    fields: [
      { name: 'base', type: 'u8 *', doc: 'NULL where `size` has always been 0' },
      { name: 'size', type: 'u64', doc: 'bytes' },
      { name: 'max', type: 'u64', doc: 'bytes' },
      { name: 'page_log2', type: 'u32' },
      { name: 'reserved', type: 'u32', doc: '0' },
    ],
  },
  table: {
    name: 'w2e_table',
    doc: 'A table that may change.',
    fields: [
      { name: 'elements', type: 'void **' },
      { name: 'size', type: 'u32' },
      { name: 'max', type: 'u32' },
    ],
  },
  descriptor: {
    name: 'w2e_function',
    doc: 'What a funcref points to. The runtime moves such pointers and does not look behind them.',
    fields: [
      { name: 'code', type: 'const void *' },
      { name: 'type_id', type: 'u32', doc: 'equal types have the same' },
    ],
  },
  run: {
    name: 'w2e_run',
    doc: "Where a run of a memory's initial data goes, and its bytes.",
    fields: [
      { name: 'start', type: 'u64' },
      { name: 'length', type: 'u64' },
    ],
  },
  exception: {
    name: 'w2e_exception',
    doc: "An exception of the module. Compiled code reads the tag and the values, and says that it keeps it; the rest is the runtime's.",
    fields: [
      { name: 'tag', type: 'u32' },
      { name: 'kept', type: 'u16', doc: 'the module may refer to it: only a collection frees it' },
      { name: 'size_class', type: 'u8' },
      { name: 'state', type: 'u8' },
      { name: 'next', type: 'struct w2e_exception *', doc: 'that is free or to be scanned' },
      { name: 'values', type: 'slots' },
    ],
  },
  exceptionRoot: {
    name: 'w2e_exception_root',
    doc: 'What a module has of exnref, where a collection looks for references: entries of the section `w2e_exception_roots`.',
    fields: [
      { name: 'at', type: 'void *', doc: "a global's value, or a `struct w2e_table`" },
      { name: 'is_table', type: 'u64' },
    ],
  },
  callable: {
    name: 'w2e_callable',
    doc: 'An export that can be called from the command line (`--invoke-main`). Types are strings of letters: i32 i, i64 j, f32 f, f64 d, v128 v, funcref F, externref E, exnref X.',
    fields: [
      { name: 'call', type: 'w2e_served *' },
      { name: 'name', type: 'const char *', doc: 'printable: a word of the command line means it if it is the same once escaped' },
      { name: 'params', type: 'const char *' },
      { name: 'results', type: 'const char *' },
    ],
  },
  javascriptValue: {
    name: 'w2e_javascript_value',
    doc: 'An argument or result of a call as JavaScript makes it (`codegen/emit/element-calls.ts`).',
    fields: [
      { name: 'bits', type: 'u64', doc: 'of a double, or of a 64-bit integer' },
      { name: 'kind', type: 'u64', doc: '`JAVASCRIPT_*`' },
    ],
  },
  embeddedFiles: {
    name: 'w2e_embedded_files',
    doc: 'What is before the rows of files inside the executable: `w2e_embedded`, which the linker makes (`linker/embedded-files.ts`). Rows follow, then paths and contents.',
    fields: [{ name: 'count', type: 'u64', doc: 'of rows' }],
  },
  embeddedFile: {
    name: 'w2e_embedded_file',
    doc: 'One of them. Places are counted from `w2e_embedded`.',
    fields: [
      { name: 'path', type: 'u64', doc: 'place of the absolute, normal path, with a NUL at its end' },
      { name: 'data', type: 'u64', doc: 'place of the contents' },
      { name: 'size', type: 'u64', doc: 'bytes' },
      { name: 'is_directory', type: 'u64', doc: '1: a directory, whose contents have rows of their own' },
    ],
  },
  libraries: {
    name: 'w2e_libraries',
    doc: 'What is before the rows of modules that were linked dynamically, the main one first: `w2e_libraries` (`tables/libraries.ts`). Rows follow, then lists, symbols and names.',
    fields: [{ name: 'count', type: 'u32', doc: 'of rows' }],
  },
  library: {
    name: 'w2e_library',
    doc: 'One of them. Places are counted from `w2e_libraries`.',
    fields: [
      { name: 'name', type: 'u32', doc: 'place of what it is called, with a NUL at its end' },
      { name: 'symbols', type: 'u32', doc: 'place of its symbols, sorted by name' },
      { name: 'symbol_count', type: 'u32' },
      { name: 'needed', type: 'u32', doc: 'place of the numbers (u32) of libraries that are opened before it' },
      { name: 'needed_count', type: 'u32' },
      { name: 'constructors', type: 'u32', doc: 'element of table 0 that is called when it is opened, 0: none' },
      { name: 'started', type: 'u32', doc: '1: it is open from the start' },
    ],
  },
  librarySymbol: {
    name: 'w2e_library_symbol',
    doc: 'A name in a library.',
    fields: [
      { name: 'name', type: 'u32', doc: 'place of the name, with a NUL at its end' },
      { name: 'value', type: 'u32', doc: 'address of data, or element of table 0' },
    ],
  },
} as const satisfies Readonly<Record<string, StructRow>>;

const POINTER_BYTES = 8;
const BYTES: Readonly<Record<string, number>> = { u8: 1, u16: 2, u32: 4, u64: 8, slots: 0 };

/** Bytes of a field; the slots at the end have none. */
function fieldBytes(type: FieldType): number {
  return BYTES[type] ?? POINTER_BYTES;
}

/** Bytes of a structure, and where each field is, as C and LLVM lay them out on all targets. */
export function layoutOf({ fields }: StructRow): { readonly size: number; readonly offsets: readonly number[] } {
  let size = 0,
    alignment = 1;
  const offsets = fields.map(({ type }) => {
    const bytes = fieldBytes(type),
      aligned = Math.max(bytes, 1);
    alignment = Math.max(alignment, aligned);
    const offset = Math.ceil(size / aligned) * aligned;
    size = offset + bytes;
    return offset;
  });
  return { size: Math.ceil(size / alignment) * alignment, offsets };
}

/** The place of a field among a structure's. */
export function fieldIndex<S extends StructRow>(struct: S, name: FieldName<S>): number {
  return struct.fields.findIndex((field) => field.name === name);
}

/** The offset of a field in bytes. */
export function fieldOffset<S extends StructRow>(struct: S, name: FieldName<S>): number {
  return layoutOf(struct).offsets[fieldIndex(struct, name)];
}

/** Bits of `w2e_module.abi_flags`, in C with `ABI_` in front. */
export const abiBits = {
  TIME64: { value: 1, doc: '64-bit `time_t`' },
  COMPACT_STAT: { value: 2, doc: 'compact `struct stat`' },
  LINUX_ERRNO: { value: 8, doc: 'error numbers are those of Linux (Emscripten up to 1.38.46)' },
  SHORT_OFFSETS: { value: 16, doc: '32-bit `off_t` and `ino_t` (Emscripten up to 1.38.30)' },
  LOW_SIG_IGN: { value: 32, doc: '`SIG_IGN` is 1 (Emscripten up to 2.0.27)' },
  STACK_UP: { value: 64, doc: "the module's stack grows towards higher addresses (fastcomp)" },
  CHECKED_MEMORY: { value: 4, doc: 'bounds are checked explicitly (`--memory=check`): nothing is reserved behind memory 0' },
} as const;

/** Kinds of values, in C with `JAVASCRIPT_` in front. */
export const javascriptKinds = {
  UNDEFINED: { value: 0, doc: 'no argument, or a function without a result' },
  NUMBER: { value: 1, doc: 'i32, signed, f32 and f64' },
  BIGINT: { value: 2, doc: 'i64' },
} as const;

/** Bytes, in C with `W2E_` in front. */
export const sizes = {
  JUMP_BUFFER: { value: 192, doc: 'a jump buffer, aligned to 16: room for the callee-saved registers of every architecture' },
  ENTRY_SIZE: {
    value: 256,
    doc: 'what compiled code reserves on the native stack for a call from a C program: a `struct w2e_entry`, which begins with a jump buffer',
  },
  RESERVATION: {
    value: 2 ** 33 + 2 ** 16,
    doc: "the address range reserved for memory 0, unless bounds are checked explicitly: faults inside are the module's",
  },
  LIBRARIES: { value: 1024, doc: 'the most modules of a program that are linked dynamically' },
  SLOT: { value: 16, doc: 'a value of an exception, an argument or result of `w2e_served`: room for any type' },
} as const;

/** A function of the runtime that compiled code calls: the symbol is `w2e_` + the row's key. */
export interface RuntimeFunctionRow {
  /** Types of C; parameters with their names. */
  readonly result: string;
  readonly params: readonly string[];
  /** What its name does not say. */
  readonly doc: string;
  /** It ends by a throw, or returns twice. */
  readonly ends?: 'throws' | 'twice';
}

function runtimeFunction(result: string, params: string, doc: string, ends?: RuntimeFunctionRow['ends']): RuntimeFunctionRow {
  return { result, params: params === '' ? [] : params.split(', '), doc, ...(ends === undefined ? {} : { ends }) };
}

/** All such functions, but those that imports are bound to and traps. */
// biome-ignore format: a row is a line
export const runtimeFunctions = {
  memory_grow: runtimeFunction('u32', 'u32 pages', '`memory.grow` of memory 0: the old size, or -1. Memory 0 never moves'),
  memory_grow_by: runtimeFunction('u64', 'u64 pages, u32 page_log2', 'the same with 64-bit addresses or pages of another size'),
  memory_create: runtimeFunction('void', 'struct w2e_memory *memory', '`w2e_init` creates memories after the first, at an address that never changes'),
  memory_extend: runtimeFunction('u64', 'struct w2e_memory *memory, u64 pages', '`memory.grow` of it'),
  memory_fill_runs: runtimeFunction('void', 'u8 *memory, const struct w2e_run *runs, u64 count, const u8 *bytes', '`w2e_init` copies data that is not a segment of the file; the bytes of the runs follow each other'),
  table_create: runtimeFunction('void', 'struct w2e_table *table', '`w2e_init` creates tables that some body grows, which then never move'),
  table_make: runtimeFunction('void', 'struct w2e_table *table, u64 size, void *init', 'makes a table that is empty in the image, with `size` elements: one whose size the module declares without filling it'),
  table_grow: runtimeFunction('u64', 'struct w2e_table *table, u64 delta, void *init', '`table.grow`: the old size, or -1'),
  table_fill: runtimeFunction('void', 'struct w2e_table *table, u64 at, void *value, u64 count', '`table.fill`: bounds are checked here, as in the next two'),
  table_copy: runtimeFunction('void', 'struct w2e_table *to, const struct w2e_table *from, u64 at, u64 source, u64 count', '`table.copy`'),
  table_init: runtimeFunction('void', 'struct w2e_table *table, void *const *segment, u64 length, u64 at, u64 source, u64 count', '`table.init` of a segment of `length` elements'),
  atomic_wait32: runtimeFunction('u32', 'u64 address, u32 expected, i64 timeout', 'addresses are checked already, offsets in memory 0; nanoseconds, negative: without end'),
  atomic_wait64: runtimeFunction('u32', 'u64 address, u64 expected, i64 timeout', ''),
  atomic_notify: runtimeFunction('u32', 'u64 address, u32 count', ''),
  exception_new: runtimeFunction('struct w2e_exception *', 'u32 tag, u32 values', 'with room for so many values; one that is `kept` is only freed by a collection'),
  exception_free: runtimeFunction('void', 'struct w2e_exception *exception', 'that nothing keeps'),
  exception_throw: runtimeFunction('void', 'struct w2e_exception *exception', 'resumes the nearest landing pad (`w2e_personality` is only a name), with the exception where the psABI has it; without one a trap', 'throws'),
  javascript_i32: runtimeFunction('u32', 'const struct w2e_javascript_value *values, u32 count, u32 i', 'the value at `i` as JavaScript makes it a parameter or result of type i32; undefined where there are fewer. Of floats the bits'),
  javascript_i64: runtimeFunction('u64', 'const struct w2e_javascript_value *values, u32 count, u32 i', 'a number or undefined is a TypeError there, and a trap'),
  javascript_f32: runtimeFunction('u32', 'const struct w2e_javascript_value *values, u32 count, u32 i', ''),
  javascript_f64: runtimeFunction('u64', 'const struct w2e_javascript_value *values, u32 count, u32 i', ''),
  find_matching_catch: runtimeFunction('u32', 'const u32 *types, u32 count', 'Emscripten\'s `__cxa_find_matching_catch_N` with the types of N - 2 clauses: the exception, and as the second result the type of the clause that takes it'),
  files_load: runtimeFunction('void', 'u32 table', '`w2e_init` enters the files of the table that Emscripten up to 3.1.6 exports as `__emscripten_embedded_file_data`'),
  set_second_result: runtimeFunction('void', 'u32 value', 'what getTempRet0 returns next, whether it is of the host or of the module (Emscripten from 3.1.37 on)'),
  packed_argument: runtimeFunction('u32', 'u32 address, u32 index', 'an argument of an old system call, whose arguments are in memory (`runtime-c/tables/old-imports.ts`)'),
  negative_errno: runtimeFunction('u32', 'u32 result', "-1 with an error in the module's `errno` as a negative error number"),
  setjmp: runtimeFunction('int', 'void *buffer', '0, and 1 when a throw resumes the buffer, which is on the native stack: `invoke_*` is push, setjmp, call, pop', 'twice'),
  jump_push: runtimeFunction('void', 'void *buffer', 'makes it the newest that a throw resumes'),
  jump_pop: runtimeFunction('void', 'void *buffer', ''),
  serve: runtimeFunction('void', 'w2e_served *const *exports, u32 count', 'calls exports as requests on standard input say, until it ends (`runtime-c/serving/serve.c`)'),
  invoke_prepare: runtimeFunction('void', 'const struct w2e_callable *exports, u32 count', 'before instantiation: finds the export that the command line names and reads its arguments, or ends with status 2'),
  invoke: runtimeFunction('void', '', 'after it: calls the export and prints its results'),
  main_environment: runtimeFunction('u32', '', "the third argument of a `main` that has one: the environment's pointers, behind argv's"),
  set_stack_limits: runtimeFunction('void', '', 'of `w2e_init`, before the module runs: tells it the limits of its stack (`emscripten_stack_init`, `__set_stack_limits`)'),
  confine: runtimeFunction('void', '', 'of `w2e_preparations`: opens the directories of `w2e_capabilities` and gives up all other descriptors, or ends the program'),
  limit_environment: runtimeFunction('void', '', 'of `w2e_preparations`: makes the environment that `w2e_capabilities` says'),
  enter: runtimeFunction('u32', 'struct w2e_entry *entry', 'begins a call from a C program, for which the entry is `W2E_ENTRY_SIZE` bytes of native stack: 0, or the status that refuses it'),
  leave: runtimeFunction('void', 'struct w2e_entry *entry', 'ends it'),
  leave_trapped: runtimeFunction('u32', 'struct w2e_entry *entry', 'ends it after its `w2e_setjmp` has returned 1: the status'),
} as const satisfies Readonly<Record<string, RuntimeFunctionRow>>;

/** An export of the module that the runtime calls. */
export interface GuestExportRow {
  /** The runtime's symbol is `w2e_export_` + this. */
  readonly symbol: string;
  /** Names in the module, first match wins. */
  readonly names: readonly string[];
  /** As in imports.ts. */
  readonly signature: string;
  /** What C calls the parameters. */
  readonly params: readonly string[];
  /** The module's function may leave out parameters and the result (C's `int main(void)`). */
  readonly lenient: boolean;
  /** It may have one parameter more, the address of the environment (`int main(int argc, char **argv, char **envp)`). */
  readonly environment: boolean;
  /** Called in programs with threads only. */
  readonly threads: boolean;
}

function guestExport(
  symbol: string,
  signature: string,
  params = '',
  extra: Partial<Pick<GuestExportRow, 'names' | 'lenient' | 'environment' | 'threads'>> = {},
): GuestExportRow {
  return { symbol, names: [symbol], signature, params: params === '' ? [] : params.split(' '), lenient: false, environment: false, threads: false, ...extra };
}

/** All such exports. Of the stack's, `stackSave` tells the compiler which global is the stack pointer. */
export const guestExports: readonly GuestExportRow[] = [
  guestExport('_start', '->'),
  guestExport('_initialize', '->'),
  guestExport('__wasm_call_ctors', '->', '', { names: ['__wasm_call_ctors', '__post_instantiate'] }),
  guestExport('main', 'i32 i32 -> i32', 'argc argv', { names: ['main', '__main_argc_argv', '_main'], lenient: true, environment: true }),
  guestExport('stackSave', '-> i32', '', { names: ['stackSave', 'emscripten_stack_get_current', '_emscripten_stack_get_current'] }),
  guestExport('stackAlloc', 'i32 -> i32', 'size', { names: ['stackAlloc', '_emscripten_stack_alloc'] }),
  guestExport('emscripten_stack_init', '->'),
  guestExport('emscripten_stack_get_base', '-> i32'),
  guestExport('emscripten_stack_get_end', '-> i32'),
  guestExport('__set_stack_limits', 'i32 i32 ->', 'base end'),
  guestExport('setThrew', 'i32 i32 ->', 'threw value'),
  guestExport('malloc', 'i32 -> i32', 'size'),
  guestExport('free', 'i32 ->', 'block'),
  guestExport('emscripten_builtin_malloc', 'i32 -> i32', 'size'),
  guestExport('emscripten_builtin_free', 'i32 ->', 'block'),
  guestExport('memalign', 'i32 i32 -> i32', 'alignment size', { names: ['emscripten_builtin_memalign', 'memalign'] }),
  guestExport('__errno_location', '-> i32'),
  guestExport('getenv', 'i32 -> i32', 'name'),
  ...['timezone', 'daylight', 'tzname'].map((name) => guestExport(`_get_${name}`, '-> i32')),
  guestExport('__funcs_on_exit', '->'),
  guestExport('__stdio_exit', '->'),
  guestExport('fflush', 'i32 -> i32', 'stream'),
  guestExport('__cxa_can_catch', 'i32 i32 i32 -> i32', 'caught thrown adjusted'),
  guestExport('__cxa_is_pointer_type', 'i32 -> i32', 'type'),
  guestExport('setTempRet0', 'i32 ->', 'value', { names: ['_emscripten_tempret_set', 'setTempRet0', '_setTempRet0'] }),
  guestExport('__dl_seterr', 'i32 i32 ->', 'format argument'),
  guestExport('asyncify_start_unwind', 'i32 ->', 'data'),
  guestExport('wasi_thread_start', 'i32 i32 ->', 'thread argument', { threads: true }),
  ...[4, 5, 6].map((count) =>
    guestExport(
      `_emscripten_thread_init_${count}`,
      `${'i32 '.repeat(count)}->`,
      ['thread', 'is_main', 'is_runtime', 'can_block', ...(count === 6 ? ['stack_size'] : []), 'profile'].slice(0, count).join(' '),
      { names: ['_emscripten_thread_init', '__emscripten_thread_init'], threads: true },
    ),
  ),
  guestExport('emscripten_tls_init', '-> i32', '', { names: ['_emscripten_tls_init', 'emscripten_tls_init'], threads: true }),
  guestExport('emscripten_stack_set_limits', 'i32 i32 ->', 'top end', { threads: true }),
  guestExport('stackRestore', 'i32 ->', 'pointer', { names: ['stackRestore', '_emscripten_stack_restore'], threads: true }),
  guestExport('_emscripten_thread_exit', 'i32 ->', 'result', { names: ['_emscripten_thread_exit', '__emscripten_thread_exit'], threads: true }),
  guestExport('_emscripten_thread_free_data', 'i32 ->', 'thread', { names: ['_emscripten_thread_free_data', '__emscripten_thread_free_data'], threads: true }),
  guestExport('_emscripten_check_mailbox', '->', '', { names: ['_emscripten_check_mailbox', 'emscripten_current_thread_process_queued_calls'], threads: true }),
  guestExport('pthread_self', '-> i32', '', { names: ['pthread_self', '_pthread_self'], threads: true }),
];

/**
 * Types through which the runtime calls elements of table 0, which the symbol `w2e_call_` + this does with the type check of call_indirect:
 * the result's letter (`v`: none, `i`: i32, `d`: f64), then the parameters'. The symbol's first parameter is the index.
 */
export const elementCalls = ['v', 'vi', 'vii', 'viii', 'viiii', 'i', 'ii', 'iii', 'iiii', 'idi'] as const;
