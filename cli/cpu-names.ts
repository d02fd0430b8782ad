// What --cpu and --cpu-features accept: the target's table. LLVM ignores unknown names with a warning or aborts on
// CPUs of another mode, so they are checked here.

import type { Target } from '../codegen/target.js';
import { UsageError } from './errors.js';

/** Throws `UsageError` on a CPU or feature that the target does not have, and on `native` for another machine. */
export function checkCpu(target: Target, isHost: boolean, cpu: string | undefined, features: string | undefined): void {
  if (cpu === 'native' && !isHost) throw new UsageError(`--cpu=native is this machine's, which is not ${target.name}`);
  if (cpu !== undefined && cpu !== 'native' && !target.cpus.includes(cpu)) {
    throw new UsageError(`unknown CPU for ${target.name}: ${cpu}`, '--cpu=help lists them');
  }
  for (const feature of features?.split(',') ?? []) {
    if (!/^[+-]/.test(feature) || !target.features.includes(feature.slice(1))) {
      throw new UsageError(`unknown CPU feature for ${target.name}: ${feature}`, '--cpu-features=help lists them; each begins with + or -');
    }
  }
}

/** The text of --cpu=help. */
export function cpuList(target: Target): string {
  return `${['native', ...target.cpus].join('\n')}\n`;
}

/** The text of --cpu-features=help. */
export function cpuFeatureList(target: Target): string {
  return `${target.features.join('\n')}\n`;
}
