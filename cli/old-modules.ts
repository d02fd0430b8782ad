// Modules of Emscripten up to 2.0.3, whose glue says where things lie in memory, what runs before main, and which file has the static data.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ModuleEra } from '../codegen/plan/abi-era.js';
import { readOldGlue } from '../frontend/glue/layout.js';
import { needsLayout, withLayout } from '../frontend/glue/old-module.js';
import type { WasmModule } from '../frontend/module.js';
import { FileError, systemErrorCode, systemErrorText } from './errors.js';
import { glueError, noGlue, type Glue } from './glue.js';

const sameLink = 'it has to be the file that Emscripten wrote in the same link';

/** A module as its glue makes it, and what else that says. */
export interface LaidOut {
  readonly module: WasmModule;
  readonly era: ModuleEra;
}

/** What its glue makes of a module that looks like one of these versions (`isLaidOut`); undefined if the glue says nothing of it. Throws `FileError`. */
export function layOut(module: WasmModule, { file, syntax }: Glue): LaidOut | undefined {
  const { layout, constructors, memoryFile, linuxErrors, shortOffsets } = readOldGlue(syntax);
  if (layout === undefined) {
    if (needsLayout(module)) throw new FileError('W2E-J004', file, 'does not say where the data of the module ends', sameLink);
    return undefined;
  }
  const data = memoryFile === undefined ? undefined : readStaticData(file, memoryFile);
  try {
    return { module: withLayout(module, layout, data), era: { constructors, heapEnd: layout.heapEnd, linuxErrors, shortOffsets } };
  } catch (error) {
    throw glueError(file, error);
  }
}

/** Bytes of the largest file of static data. */
const MOST_BYTES = 1 << 28;

/** The file that a glue names, in its folder. */
function readStaticData(glue: string, name: string): Buffer {
  const file = join(dirname(glue), basename(name));
  const unfit = (why: string): FileError => new FileError('W2E-J006', file, why, `${basename(glue)} names it: ${sameLink}`);
  if (!existsSync(file)) throw unfit('is not there');
  try {
    const stats = statSync(file);
    if (!stats.isFile()) throw unfit('is no file');
    if (stats.size === 0) throw unfit('is empty');
    if (stats.size > MOST_BYTES) throw unfit(`is larger than ${MOST_BYTES >> 20} MiB`);
    return readFileSync(file);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    throw unfit(`cannot be read: ${systemErrorText(code)}`);
  }
}

/** What is thrown where a module of these versions has no glue. */
export function withoutGlue(path: string, problem: string | undefined): FileError {
  return new FileError(
    'W2E-J004',
    path,
    'imports memory and table as modules of Emscripten up to 2.0.3 do, whose JavaScript says where their data ends',
    `${problem === undefined || problem === noGlue ? '' : `${problem}; `}put the JavaScript file of the same link beside it, or give it by --js-glue; with --allow-undefined=trap the module is compiled as it is`,
  );
}
