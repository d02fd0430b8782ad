// Files that Emscripten has put into the module: where their table is, and which products have no place for them.

import type { Export, WasmModule } from '../../frontend/module.js';
import { constantValue } from './constant-value.js';
import { EmbeddedFilesError } from './errors.js';
import type { Product } from './product.js';

/** Emscripten up to 3.1.6 exports the table's address as a global, later versions hand it over. */
const TABLE = '__emscripten_embedded_file_data';
const LOADER = '_emscripten_fs_load_embedded_files';

/** The address of the table in memory 0 that is to be loaded when the program starts; undefined if there is none. */
export function embeddedTable(module: WasmModule): number | undefined {
  const isTable = ({ kind, name }: Export): boolean => kind === 'global' && name === TABLE;
  const found = module.exports.find(isTable);
  const init = found === undefined ? undefined : module.globals[found.index].init;
  return init === undefined || module.memories.length === 0 ? undefined : constantValue(init).low >>> 0;
}

/** Whether the module itself hands its files over. */
export function loadsFiles(module: WasmModule): boolean {
  return module.imports.some(({ kind, name }) => kind === 'function' && name === LOADER);
}

/** Throws `EmbeddedFilesError` for a program that would not see its files. */
export function checkFiles(product: Product, hasFiles: boolean): void {
  if (!hasFiles) return;
  if (product.kind === 'object') throw new EmbeddedFilesError('the module has files inside, for which an object for C programs has no place');
  if (product.kind === 'program' && product.kernel !== undefined)
    throw new EmbeddedFilesError('the module has files inside, which a program in the kernel does not see');
}
