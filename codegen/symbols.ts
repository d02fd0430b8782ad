// Names of what compiled code and the runtime share; see "The object contract" in ARCHITECTURE.md.

/** Suffix of the ELF symbols of the module's own functions until the linker takes it off: keeps them apart from libcalls. */
export const FUNCTION_SUFFIX = '.w';

export const MEMORY = '@w2e_memory';
export const MEMORY_SIZE = '@w2e_memory_size';

/** log2 of the size in bytes of an ordinary page. */
export const PAGE_LOG2 = 16;

/** A memory after the first. */
export const furtherMemorySymbol = (memory: number): string => `@w2e.memory.${memory}`;
/** LLVM type of `struct w2e_memory`. */
export const MEMORY_TYPE = '{ ptr, i64, i64, i32, i32 }';

export const dataSymbol = (segment: number): string => `@w2e.data.${segment}`;
export const dataLengthSymbol = (segment: number): string => `@w2e.data.${segment}.length`;
export const elementSymbol = (segment: number): string => `@w2e.elem.${segment}`;
export const elementLengthSymbol = (segment: number): string => `@w2e.elem.${segment}.length`;
/** A function's descriptor `{ ptr code, i32 type id }`: what a funcref points to. */
export const descriptorSymbol = (functionIndex: number): string => `@w2e.ref.${functionIndex}`;
/** What a table or a reference holds of an import in a module with tail calls: a function of the module's convention that calls it. */
export const importEntrySymbol = (functionIndex: number): string => `@w2e.entry.${functionIndex}`;
/** The constant arrays of an immutable table: all code, code of one type (`typed-table.ts`), types. */
export const tableCodeSymbol = (table: string): string => `${table}.code`;
export const tableTypedCodeSymbol = (table: string, typeId: number): string => `${table}.code.${typeId}`;
export const tableTypesSymbol = (table: string): string => `${table}.types`;

/** Bytes of a call from a foreign program (`W2E_ENTRY_SIZE`). */
export const ENTRY_SIZE = 256;
/** Symbols of what a foreign program sees, until the link gives them their names in C. */
export const embeddedSymbol = (index: number): string => `w2e.embed.${index}`;
/** Symbols of what a foreign program defines. */
export const hostSymbol = (index: number): string => `w2e.host.${index}`;

/** Bytes of a jump buffer (`W2E_JUMP_BUFFER`). */
export const JUMP_BUFFER = 192;

/** `struct w2e_exception`: where its mark of being kept and its values are, and bytes per value. */
export const EXCEPTION_KEPT_OFFSET = 4, EXCEPTION_VALUES_OFFSET = 16, EXCEPTION_SLOT = 16;

/** Where modules say which globals and tables hold exceptions: pairs of an address and whether it is a table's. */
export const EXCEPTION_ROOTS_SECTION = 'w2e_exception_roots';

/** What functions with landing pads name as their personality. */
export const PERSONALITY = '@w2e_personality';
/** The same of functions whose landing pads restore the stack pointer. */
export const PERSONALITY_RESTORING = '@w2e_personality_restoring';

/** LLVM type of `struct w2e_table`. */
export const TABLE_TYPE = '{ ptr, i32, i32 }';
/** LLVM type of a function descriptor. */
export const DESCRIPTOR_TYPE = '{ ptr, i32 }';

/** Type id of a null element in an immutable table. */
export const NULL_TYPE_ID = -1;
