// Names that --print-after accepts.

import { PASSES } from '../ir/pipeline.js';
import { UsageError } from './errors.js';

/** Throws `UsageError` on a name that no pass has. */
export function checkPassName(name: string): void {
  if (name !== 'all' && !PASSES.some((pass) => pass.name === name)) throw new UsageError(`unknown pass: ${name}`, '--print-after=help lists them');
}

/** The text of --print-after=help. */
export function passList(): string {
  return `all\n${PASSES.map((pass) => `${pass.name.padEnd(14)}${pass.help}\n`).join('')}`;
}
