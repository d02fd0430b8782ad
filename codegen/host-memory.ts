// The sandbox with several memories: functions of the system take addresses of memory 0 and indices of table 0. A module
// of the program for which these are another memory or table may not call them.

import type { Program } from '../frontend/program.js';
import { HostMemoryError } from './errors.js';
import type { ResolvedImports } from './resolve-imports.js';

/** Throws `HostMemoryError` for the first import of a system function that would work on the wrong memory or table. */
export function checkHostImports({ instances }: Program, { bindings }: ResolvedImports): void {
  for (const { name, module, maps, input } of instances) {
    if (maps === undefined) continue;
    const otherMemory = module.memories.length > 0 && maps.memories[0] !== 0;
    const otherTable = module.tables.length > 0 && maps.tables[0] !== 0;
    for (const entry of module.imports) {
      const bound = entry.kind === 'function' ? bindings[maps.functions[entry.index]!] : undefined;
      if (bound === undefined || (bound.binding.kind !== 'runtime' && bound.binding.kind !== 'generated')) continue;
      const what = otherMemory ? 'memory' : otherTable && bound.callsTable ? 'table' : undefined;
      if (what === undefined) continue;
      throw new HostMemoryError(`${name} calls ${bound.name}, but its ${what} is not that of the program`, input, entry.offset);
    }
  }
}
