// The feature table: every proposal that the operator table and the module decoder know by name.
// A feature set is a bit mask over the rows of this table.
// "Accepted" (may a module use it) and "compiled" (can the SSA builder express it) are separate questions.

/** How far a feature is carried: understood by the decoder only, validated, or compiled as well. */
export type FeatureStage = 'decoded' | 'validated' | 'compiled';

interface FeatureRow {
  readonly name: string;
  readonly onByDefault: boolean;
  readonly stage: FeatureStage;
}

const rows = [
  { name: 'mvp', onByDefault: true, stage: 'compiled' },
  { name: 'mutable-globals', onByDefault: true, stage: 'compiled' },
  { name: 'sign-extension', onByDefault: true, stage: 'compiled' },
  { name: 'saturating-float-to-int', onByDefault: true, stage: 'compiled' },
  { name: 'multi-value', onByDefault: true, stage: 'compiled' },
  { name: 'bulk-memory', onByDefault: true, stage: 'compiled' },
  { name: 'reference-types', onByDefault: true, stage: 'compiled' },
  { name: 'extended-const', onByDefault: true, stage: 'compiled' },
  { name: 'threads', onByDefault: true, stage: 'compiled' },
  { name: 'simd', onByDefault: true, stage: 'compiled' },
  { name: 'relaxed-simd', onByDefault: true, stage: 'compiled' },
  { name: 'tail-call', onByDefault: true, stage: 'compiled' },
  { name: 'exceptions', onByDefault: true, stage: 'compiled' },
  { name: 'legacy-exceptions', onByDefault: true, stage: 'compiled' },
  { name: 'function-references', onByDefault: true, stage: 'compiled' },
  { name: 'memory64', onByDefault: true, stage: 'compiled' },
  { name: 'multi-memory', onByDefault: true, stage: 'compiled' },
  { name: 'gc', onByDefault: true, stage: 'validated' },
  { name: 'wide-arithmetic', onByDefault: false, stage: 'compiled' },
  { name: 'custom-page-sizes', onByDefault: false, stage: 'compiled' },
  { name: 'custom-descriptors', onByDefault: false, stage: 'validated' },
] as const satisfies readonly FeatureRow[];

export type FeatureName = (typeof rows)[number]['name'];

/** Bit `i` stands for row `i` of `featureTable`. */
export type FeatureSet = number;

export const featureTable: readonly (FeatureRow & { readonly name: FeatureName })[] = rows;

const indexByName: ReadonlyMap<string, number> = new Map(rows.map((row, index) => [row.name, index]));

/** Index of a feature in `featureTable`. */
export function featureIndex(name: FeatureName): number {
  return indexByName.get(name) ?? 0;
}

export function isFeatureName(name: string): name is FeatureName {
  return indexByName.has(name);
}

export function featureSet(names: Iterable<FeatureName>): FeatureSet {
  let set = 0;
  for (const name of names) set |= 1 << featureIndex(name);
  return set;
}

export function hasFeature(set: FeatureSet, name: FeatureName): boolean {
  return (set & (1 << featureIndex(name))) !== 0;
}

export function withFeatures(set: FeatureSet, enabled: Iterable<FeatureName>, disabled: Iterable<FeatureName> = []): FeatureSet {
  return (set | featureSet(enabled)) & ~featureSet(disabled);
}

/** What modules may use unless told otherwise: everything standard. */
export const defaultFeatures: FeatureSet = featureSet(rows.filter((row) => row.onByDefault).map((row) => row.name));

export const allFeatures: FeatureSet = featureSet(rows.map((row) => row.name));

/** Features whose rules the validator implements; the others are decoded and then refused. */
export const validatedFeatures: FeatureSet = featureSet(featureTable.filter((row) => row.stage !== 'decoded').map((row) => row.name));

/** Features that the SSA builder can express. */
export const compiledFeatures: FeatureSet = featureSet(featureTable.filter((row) => row.stage === 'compiled').map((row) => row.name));
