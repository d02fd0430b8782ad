// --enable and --disable → a feature set.

import { defaultFeatures, featureTable, type FeatureName, type FeatureSet, hasFeature, isFeatureName, withFeatures } from '../frontend/features.js';
import { UsageError } from './errors.js';

/** Features that modules may use; throws `UsageError` on a name that the feature table does not have. */
export function acceptedFeatures(enable: readonly string[], disable: readonly string[]): FeatureSet {
  return withFeatures(defaultFeatures, enable.map(known), disable.map(known));
}

/** The text of `--enable=help`. */
export function featureList(): string {
  return featureTable.map(({ name, stage }) => `${name.padEnd(26)}${hasFeature(defaultFeatures, name) ? 'on ' : 'off'}  ${stage}\n`).join('');
}

function known(name: string): FeatureName {
  if (!isFeatureName(name)) throw new UsageError(`unknown feature: ${name}`, '--enable=help lists them');
  return name;
}
