// Runs the command line in process, with stand-ins for the stages behind it and a terminal that remembers.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CompiledModule, CompileOptions } from '../../codegen/compile.js';
import { scanModule } from '../../frontend/scan-module.js';
import { decodeModule } from '../../frontend/decode-module.js';
import { main } from '../main.js';
import type { Terminal } from '../terminal.js';
import { realToolchain } from '../toolchain.js';
import type { Toolchain } from '../toolchain.js';

/** Root of the project, from dist/cli/test. */
export const projectRoot = fileURLToPath(new URL('../../../', import.meta.url));

/** The smallest module, and one with a memory, an import and a body. */
export const emptyModule = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
export const smallModule = Uint8Array.of(
  ...emptyModule,
  ...[1, 8, 2, 0x60, 0, 0, 0x60, 1, 0x7f, 0], // types: [] -> [], [i32] -> []
  ...[2, 12, 1, 3, 0x65, 0x6e, 0x76, 4, 0x65, 0x78, 0x69, 0x74, 0, 1], // env.exit
  ...[3, 2, 1, 0], // one function of type 0
  ...[5, 3, 1, 0, 2], // a memory of 2 pages
  ...[7, 10, 1, 6, 0x5f, 0x73, 0x74, 0x61, 0x72, 0x74, 0, 1], // export _start
  ...[10, 8, 1, 6, 0, 0x41, 7, 0x10, 0, 0x0b], // i32.const 7; call env.exit
);
/** The body leaves an i32 where none may be; the error is at `invalidOffset`. */
export const invalidModule = smallModule.map((byte, i) => (i === smallModule.length - 3 ? 1 : i === smallModule.length - 2 ? 0x01 : byte));

/** What a run printed, and its exit status. */
export interface Outcome {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** What the compile stage was asked. */
  readonly compiled: readonly CompileOptions[];
}

/** What the stand-in for the compile stage returns. */
export const compiledModule: CompiledModule = {
  objects: [Buffer.from('object')],
  memoryImages: [],
  memoryInitialBytes: 0,
  threads: false,
  texts: new Map([
    ['asm', [Buffer.from('asm 0'), Buffer.from('asm 1')]],
    ['ir', [Buffer.from('ir 0\n'), Buffer.from('ir 1\n')]],
  ]),
  visibleSymbols: new Map(),
  functionNames: { stem: 'f.', names: [] },
  printed: '',
  reduced: [],
  debugProblems: [],
  nullAddresses: [],
  timings: [{ stage: 'LLVM passes', ms: 1 }],
};

/** A fresh directory. */
export function scratchDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'w2e-cli-'));
}

/** Run with stand-ins for compile and link; `changes` replaces further stages. */
export async function runCli(args: readonly string[], changes: Partial<Toolchain> = {}, terminalChanges: Partial<Terminal> = {}): Promise<Outcome> {
  const stdout: Buffer[] = [];
  let stderr = '';
  const compiled: CompileOptions[] = [];
  const toolchain: Toolchain = {
    decode: async (bytes, features) => decodeModule(bytes, { features }),
    validate: async (module) => scanModule(module),
    linkModules: realToolchain.linkModules,
    compile: async (_program, options) => {
      compiled.push(options);
      return compiledModule;
    },
    requireLinker: () => undefined,
    link: async ({ output }) => {
      writeFileSync(output, 'program');
      return { output, size: 7, timings: [] };
    },
    linkRelocatable: async ({ output }) => {
      writeFileSync(output, 'object');
      return 6;
    },
    mergeKernel: async () => ({ code: Buffer.from('code'), functionTable: Buffer.from('table') }),
    linkKernel: async ({ output }) => {
      writeFileSync(join(output, 'prog.o_shipped'), 'object');
      return { codeBytes: 6 };
    },
    kernelSources: () => 'kernel',
    runtimeArchive: () => 'runtime.a',
    functionNames: async () => (index) => (index === 1 ? 'named' : undefined),
    ...changes,
  };
  const terminal: Terminal = {
    output: (contents) => void stdout.push(Buffer.from(contents instanceof Uint8Array ? contents : contents.toString())),
    message: (text) => void (stderr += text.toString()),
    messagesAreTty: false,
    columns: 80,
    environment: {},
    ...terminalChanges,
  };
  const status = await main(args, terminal, toolchain);
  return { status, stdout: Buffer.concat(stdout), stderr, compiled };
}
