// Modules that were linked dynamically, for `dlopen` and `dlsym`. Programs that never ask have none.

import { encodeLibraries, type LibraryRow } from '../../runtime-c/tables/libraries.js';
import { runtimeSymbol } from '../symbols.js';
import type { PartitionText } from './partition-text.js';

export function emitLibraries(out: PartitionText, libraries: readonly LibraryRow[]): void {
  if (libraries.length > 0) out.constantBytes(runtimeSymbol('w2e_libraries'), encodeLibraries(libraries), { align: 4 });
}
