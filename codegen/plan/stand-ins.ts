// What --allow-undefined=trap puts in the place of imports that are not functions, so that modules whose host is JavaScript
// compile: a memory and a table as they are declared, empty; a global that is zero or null; a tag of its own.
// Functions are not among them: resolve-imports.ts makes those trap.
// Memory and table of `env` are not undefined: Emscripten's glue makes them as they are declared, and so do we. So is the shared memory of a module
// of wasi-threads, whatever it is called.

import { constantOf, withKnownGlobals } from '../../frontend/known-globals.js';
import type { Import, WasmModule } from '../../frontend/module.js';
import { isDefaultable } from '../../frontend/value-types.js';

/** The module without the imports that something can stand in for; its constant expressions are values. Index spaces stay as they are. */
export function withStandIns(module: WasmModule): WasmModule {
  const known = withKnownGlobals(module, ({ type: { type } }) => (isDefaultable(type) ? constantOf(type, 0n) : undefined));
  const imports = known.imports.filter((entry) => !standsIn(entry));
  return imports.length === known.imports.length ? known : { ...known, imports };
}

/** What Emscripten's glue makes for modules that import it: the kind by the name in `env`. */
const environment: Readonly<Record<string, Import['kind']>> = { memory: 'memory', table: 'table', __indirect_function_table: 'table' };

/** The module with a memory and a table of its own in the place of those that its host makes, if nothing else provides them and one module only wants them. */
export function withEnvironment(module: WasmModule): WasmModule {
  const wanted = module.imports.filter((entry) => isOfEnvironment(entry) || isOfWasiThreads(module, entry));
  const own = new Set(wanted.filter(({ kind }) => wanted.filter((entry) => entry.kind === kind).length === 1));
  return own.size === 0 ? module : { ...module, imports: module.imports.filter((entry) => !own.has(entry)) };
}

function isOfEnvironment({ kind, module, name }: Import): boolean {
  return module === 'env' && Object.hasOwn(environment, name) && environment[name] === kind;
}

/** wasi-threads: a command imports its shared memory under any name, and exports it as `memory`. */
function isOfWasiThreads({ exports }: WasmModule, entry: Import): boolean {
  return (
    entry.kind === 'memory' && entry.type.shared && exports.some(({ name, kind, index }) => name === 'memory' && kind === 'memory' && index === entry.index)
  );
}

function standsIn(entry: Import): boolean {
  switch (entry.kind) {
    case 'function':
    case 'global':
      return false;
    case 'memory':
    case 'tag':
      return true;
    case 'table':
      return isDefaultable(entry.type.element);
  }
}
