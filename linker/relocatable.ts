// The parts of a module and what they need of the runtime → one relocatable object that any program links (`-c`).
// lld -r with a script that keeps code and data each in one section between two symbols, by which the runtime tells what
// belongs to this object; then all symbols but those of the interface become local (localize-symbols.ts).

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ElfImage } from './elf-image.js';
import { VerificationError } from './errors.js';
import { findLld } from './find-lld.js';
import { scriptName } from './link.js';
import { localizeSymbols } from './localize-symbols.js';
import { filePath, objectPaths, type ObjectInput, runLld } from './run-lld.js';
import type { FunctionNames } from './symbol-names.js';
import type { Target } from '../codegen/target.js';
import { verifyObject } from './verify-object.js';

/** What goes into an object file. */
export interface RelocatableInput {
  readonly target: Target;
  readonly objects: readonly ObjectInput[];
  /** The position-independent runtime for the target. */
  readonly runtimeArchive: string;
  /** Symbols that stay visible, defined or not, and the name that each gets. */
  readonly visibleSymbols: ReadonlyMap<string, string>;
  readonly functionNames: FunctionNames;
  readonly output: string;
  /** An existing directory for the parts; the caller removes or keeps it. */
  readonly workDirectory: string;
  /** Leave out debug information and the names of local symbols. */
  readonly strip: boolean;
  /** Called with the command line before lld runs. */
  readonly onCommand?: (command: readonly string[]) => void;
}

const objectScript = `SECTIONS
{
  .text : { w2e_code_start = .; *(.text .text.*) w2e_code_end = .; }
  .data.rel.ro : { *(.data.rel.ro .data.rel.ro.*) }
  .data : { w2e_data_start = .; *(.data .data.* w2e_exception_roots) w2e_data_end = .; }
  .bss : { w2e_bss_start = .; *(.bss .bss.* COMMON) w2e_bss_end = .; }
  /DISCARD/ : { *(.comment) *(.llvm_addrsig) *(.note.gnu.property) }
}
`;

/**
 * Write the object file; its size in bytes. Throws `MissingToolError` without lld, `LinkError` when lld refuses, and
 * `VerificationError` when the object breaks a rule.
 */
export async function linkRelocatable(input: RelocatableInput): Promise<number> {
  const lld = findLld();
  const script = join(input.workDirectory, scriptName);
  await writeFile(script, objectScript);
  const parts = await objectPaths(input.objects, input.workDirectory);
  // What the program calls is wanted from the archive though no part of the module names it.
  const wanted = [...input.visibleSymbols.keys()].flatMap((symbol) => ['-u', symbol]);
  const args = [
    '-m',
    input.target.lldEmulation,
    '-r',
    '--force-group-allocation',
    '--no-mmap-output-file',
    ...(input.strip ? ['--strip-debug'] : []),
    ...wanted,
    '-T',
    filePath(script),
    '-o',
    filePath(input.output),
    ...parts.map(filePath),
    filePath(input.runtimeArchive),
  ];
  input.onCommand?.([lld.path, ...args]);
  await runLld(lld, args);
  const bytes = localizeSymbols(await readFile(input.output), { visible: input.visibleSymbols, functionNames: input.functionNames, strip: input.strip });
  const violations = verifyObject(ElfImage.parse(bytes), { target: input.target, visible: new Set(input.visibleSymbols.values()) });
  if (violations.length > 0) throw new VerificationError(violations);
  await writeFile(input.output, bytes);
  return bytes.length;
}
