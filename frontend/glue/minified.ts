// Whether the names of a module are those that Emscripten gives for brevity: `a`, `b`, … `aa`.

import type { WasmModule } from '../module.js';

/** Characters of the longest minified name: the generator of names does not get further in any module. */
const LONGEST_MINIFIED = 3;

/** Whether a name may be minified. */
export const isShort = (name: string): boolean => name.length <= LONGEST_MINIFIED;

/** Whether the names of a module look minified: all are short, and there are some. */
export function looksMinified(module: WasmModule): boolean {
  return module.imports.length + module.exports.length > 0 && [...module.imports, ...module.exports].every(({ name }) => isShort(name));
}
