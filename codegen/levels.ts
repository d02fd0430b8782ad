// What may be chosen for a program, and how much is done for a function of it.

/** Optimization levels as on the command line. */
export const OPT_LEVELS = [0, 1, 2, 3, 's', 'z'] as const;

export type OptLevel = (typeof OPT_LEVELS)[number];

/** Bounds strategy of an ordinary memory 0: the fault of a reserved address range, or a comparison in front of each access. */
export const MEMORY_MODES = ['guard', 'check'] as const;

export type MemoryMode = (typeof MEMORY_MODES)[number];

/** What becomes of imports that nobody provides: an error; a trap when a function is called that has another type; or a trap when any function is called, and what `stand-ins.ts` says for the others. */
export const UNDEFINED_IMPORTS = ['error', 'mistyped', 'trap'] as const;

export type UndefinedImports = (typeof UNDEFINED_IMPORTS)[number];

/** The level's passes; only passes that are about linear; none, and the fastest code generation. */
export type Effort = 'full' | 'linear' | 'least';

export const EFFORTS: readonly Effort[] = ['full', 'linear', 'least'];
