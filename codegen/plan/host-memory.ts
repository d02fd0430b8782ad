// The sandbox with several memories: functions of the system take addresses of memory 0 and indices of table 0. A module
// of the program for which these are another memory or table may not call them: it is refused, or its calls trap.

import type { Import } from '../../frontend/module.js';
import type { Instance, Program } from '../../frontend/program.js';
import { HostMemoryError } from './errors.js';
import type { BoundImport, ResolvedImports } from './resolve-imports.js';
import { functionSymbol } from '../symbols.js';

/**
 * The imports without calls of the system that would work on the wrong memory or table. Throws `HostMemoryError` for the
 * first one, unless they may trap.
 */
export function checkHostImports({ module, instances }: Program, imports: ResolvedImports, mayTrap: boolean): ResolvedImports {
  const bindings = [...imports.bindings];
  const hostImports = new Map(module.imports.flatMap((entry) => (entry.kind === 'function' ? [[entry.index, entry] as const] : [])));
  for (const instance of instances) {
    for (const entry of instance.module.imports) {
      const index = entry.kind === 'function' ? instance.maps?.functions[entry.index] : undefined;
      const bound = index === undefined ? undefined : imports.bindings[index];
      const what = bound === undefined ? undefined : wrongPlace(instance, bound);
      if (index === undefined || bound === undefined || what === undefined) continue;
      // What another module has imported and exports again is that module's as well.
      if (!mayTrap || !isSame(hostImports.get(index), entry)) {
        throw new HostMemoryError(`${instance.name} calls ${bound.name}, but its ${what} is not that of the program`, instance.input, entry.offset);
      }
      bindings[index] = { binding: { kind: 'undefined' }, symbol: functionSymbol(index), name: bound.name, callsTable: false };
    }
  }
  return { ...imports, bindings };
}

/** What an import of the system would take for the module's. */
function wrongPlace({ module, maps }: Instance, { binding, callsTable }: BoundImport): 'memory' | 'table' | undefined {
  if (maps === undefined || (binding.kind !== 'runtime' && binding.kind !== 'generated')) return undefined;
  if (module.memories.length > 0 && maps.memories[0] !== 0) return 'memory';
  return callsTable && module.tables.length > 0 && maps.tables[0] !== 0 ? 'table' : undefined;
}

function isSame(one: Import | undefined, other: Import): boolean {
  return one?.module === other.module && one.name === other.name && one.offset === other.offset;
}
