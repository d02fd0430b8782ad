// Objects and the runtime archive → a verified executable: script, lld, verification, function names.

import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ElfImage } from './elf-image.js';
import { VerificationError } from './errors.js';
import { findLld } from './find-lld.js';
import { linkerScript, placeMemoryImages } from './layout.js';
import type { LldOption } from './lld-options.js';
import { filePath, objectPaths, type ObjectInput, runLld } from './run-lld.js';
import { type FunctionNames, nameFunctions } from './symbol-names.js';
import type { Target, MemorySection } from '../codegen/target.js';
import { verifyImage } from './verify.js';

/** What goes into an executable. */
export interface LinkInput {
  readonly target: Target;
  readonly objects: readonly ObjectInput[];
  /** The runtime for the target. */
  readonly runtimeArchive: string;
  readonly memoryImages: readonly MemorySection[];
  readonly memoryInitialBytes: number;
  /** The program has thread-local variables. */
  readonly threads?: boolean;
  readonly functionNames: FunctionNames;
  /** Written by lld, mode 0755 less the umask. */
  readonly output: string;
  /** An existing directory for objects and the script; the caller removes or keeps it. */
  readonly workDirectory: string;
  /** Leave out symbols and debug information. */
  readonly strip: boolean;
  /** One line that says which program made the file. */
  readonly producer: string;
  /** Further options for lld. */
  readonly options?: readonly LldOption[];
  /** Called with the command line before lld runs. */
  readonly onCommand?: (command: readonly string[]) => void;
}

/** What came out. */
export interface LinkResult {
  readonly output: string;
  /** Size of the file in bytes. */
  readonly size: number;
  /** Milliseconds in lld, and in verification and renaming. */
  readonly timings: readonly { readonly stage: string; readonly ms: number }[];
}

/** Name of the linker script in the working directory. */
export const scriptName = 'link.ld';

/**
 * Link an executable. Throws `MissingToolError` without lld, `LinkError` when lld refuses, and
 * `VerificationError` when the file breaks a rule of the output; the output may then exist and is to be removed.
 */
export async function link(input: LinkInput): Promise<LinkResult> {
  const lld = findLld();
  const started = performance.now();
  const script = join(input.workDirectory, scriptName);
  await writeFile(script, linkerScript(input));
  const objects = await objectPaths(input.objects, input.workDirectory);
  const args = lldArguments(input, script, objects);
  input.onCommand?.([lld.path, ...args]);
  await runLld(lld, args);
  const linked = performance.now();
  const size = await finish(input);
  const finished = performance.now();
  return {
    output: input.output,
    size,
    timings: [
      { stage: 'lld', ms: linked - started },
      { stage: 'verify', ms: finished - linked },
    ],
  };
}

function lldArguments(input: LinkInput, script: string, objects: readonly string[]): string[] {
  return [
    '-m',
    input.target.lldEmulation,
    '-static',
    '-z',
    'noexecstack',
    '-z',
    'norelro',
    '-z',
    `max-page-size=${input.target.maxPageSize}`,
    '--gc-sections',
    '--eh-frame-hdr',
    '--build-id=none',
    '--discard-locals',
    // Written at the end through write(), so that a full disk is an error and not a SIGBUS.
    '--no-mmap-output-file',
    ...(input.strip ? ['--strip-all'] : []),
    '-T',
    filePath(script),
    '-o',
    filePath(input.output),
    ...objects.map(filePath),
    filePath(input.runtimeArchive),
    ...(input.options ?? []),
  ];
}

/** Verify the linked file and give functions their names; its size. */
async function finish(input: LinkInput): Promise<number> {
  const bytes = await readFile(input.output);
  const image = ElfImage.parse(bytes);
  const violations = verifyImage(image, { target: input.target, memoryImages: placeMemoryImages(input), threads: input.threads === true });
  if (violations.length > 0) throw new VerificationError(violations);
  const patches = nameFunctions(image, input.functionNames);
  const last = patches.at(-1);
  if (last === undefined) return bytes.length;
  const file = await open(input.output, 'r+');
  try {
    for (const patch of patches) await file.write(patch.bytes, 0, patch.bytes.length, patch.offset);
    await file.truncate(last.offset + last.bytes.length);
  } finally {
    await file.close();
  }
  return last.offset + last.bytes.length;
}
