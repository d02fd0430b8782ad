// How much is done for a program, and for a function of it.

/** Optimization levels as on the command line. */
export type OptLevel = 0 | 1 | 2 | 3 | 's' | 'z';

/** The level's passes; only passes that are about linear; none, and the fastest code generation. */
export type Effort = 'full' | 'linear' | 'least';

export const EFFORTS: readonly Effort[] = ['full', 'linear', 'least'];
