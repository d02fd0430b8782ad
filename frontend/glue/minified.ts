// Whether the names of a module are those that Emscripten gives for brevity: `a`, `b`, … `aa`.

import type { WasmModule } from '../module.js';

/** Characters of the longest minified name: the generator of names does not get further in any module. */
const LONGEST_MINIFIED = 3;

/** Whether a name may be minified. */
export const isShort = (name: string): boolean => name.length <= LONGEST_MINIFIED;

/** What keeps its name: Emscripten's first compiler minified functions and some globals only. */
const kept: ReadonlySet<string> = new Set(['memory', 'table', '__table_base', '__memory_base', 'NaN', 'Infinity']);

/** Whether the names of a module look minified: all are short, and there are some. */
export function looksMinified(module: WasmModule): boolean {
  const names = [...module.imports.filter(({ kind, name }) => kind === 'function' || !kept.has(name)), ...module.exports].map(({ name }) => name);
  return names.length > 0 && names.every(isShort);
}
