// A module whose imports and exports have the names that its glue has for them.

import type { WasmModule } from '../module.js';
import { isFromGlue, type GlueNames } from './names.js';

/** The renamed module. `moduleOf` says which module of imports provides a function of Emscripten's: minified, they all come from `a`. */
export function withNames(module: WasmModule, names: GlueNames, moduleOf: (name: string) => string): WasmModule {
  return {
    ...module,
    imports: module.imports.map((entry) => {
      const name = isFromGlue(entry) ? names.imports.get(entry.name) : undefined;
      return name === undefined ? entry : { ...entry, module: moduleOf(name), name };
    }),
    exports: module.exports.map((entry) => ({ ...entry, name: names.exports.get(entry.name) ?? entry.name })),
  };
}
