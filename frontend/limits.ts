// Limits of this implementation (spec appendix "Implementation Limitations").
// The values are those that the browser engines agreed on (WebAssembly JS API, "Implementation-defined limits"),
// except where a comment says otherwise.

export const limits = {
  moduleBytes: 1024 * 1024 * 1024,
  types: 1_000_000,
  recursionGroups: 1_000_000,
  subtypingDepth: 63,
  functions: 1_000_000,
  imports: 1_000_000,
  exports: 1_000_000,
  globals: 1_000_000,
  tags: 1_000_000,
  tables: 100_000,
  memories: 100,
  dataSegments: 100_000,
  elementSegments: 10_000_000,
  segmentElements: 10_000_000,
  functionParams: 1_000,
  functionResults: 1_000,
  functionLocals: 50_000,
  functionBodyBytes: 7_654_321,
  structFields: 10_000,
  arrayNewFixed: 10_000,
  branchTableTargets: 65_520,
  tryTableCatches: 10_000,
  /** Open blocks, the body among them. Not limited by the browsers; keeps the control stack small. */
  nestingDepth: 100_000,
  nameBytes: 100_000,
} as const;

export type LimitName = keyof typeof limits;

/** Elements that a table of a program may start with. */
export const mostInitialElements = 10_000_000;

/** Pages of 64 KiB that a memory with 32-bit addresses can have. */
export const memory32MaxPages = 65_536;
