// The stages behind the command line, as one value: the driver calls these and nothing else of the compiler,
// so tests can run it with stand-ins. The real ones are loaded when they are needed, because --help should not
// wait for LLVM.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CompiledModule, CompileOptions } from '../codegen/compile.js';
import type { Target } from '../codegen/target.js';
import type { FeatureSet } from '../frontend/features.js';
import type { Import, WasmModule } from '../frontend/module.js';
import type { Program } from '../frontend/program.js';
import type { ModuleFacts } from '../frontend/scan-module.js';
import { findLld } from '../linker/find-lld.js';
import { UsageError } from './errors.js';
import type { LinkInput, LinkResult } from '../linker/link.js';
import type { KernelCode, KernelInput, KernelResult } from '../linker/link-kernel.js';
import type { KernelCodeInput } from '../linker/kernel-object.js';
import type { RelocatableInput } from '../linker/relocatable.js';

/** A module whose bodies are valid, and the name that others import it as. */
export interface ValidModule {
  readonly name: string;
  readonly module: WasmModule;
  readonly facts: ModuleFacts;
  /** The name was given with it (`name=file.wasm`), as only libraries of dynamic linking do without. */
  readonly named: boolean;
}

/**
 * Which runtime: that of executables, of those with threads, the first with assertions for tests, the position-independent one for objects that other programs link; that of
 * executables whose program may run in the kernel, and what it needs there.
 */
export type RuntimeVariant = 'libw2e' | 'libw2e-threads' | 'libw2e-checked' | 'libw2e-embed' | 'libw2e-launcher' | 'libw2e-ring0';

/** The compiler's stages. */
export interface Toolchain {
  /** Bytes → module; throws `WasmError`. */
  decode(bytes: Uint8Array, features: FeatureSet): Promise<WasmModule>;
  /** Validate all bodies; throws `WasmError`. */
  validate(module: WasmModule): Promise<ModuleFacts>;
  /** Link modules with each other, the main one first; throws `WasmError` with `inputIndex`. */
  linkModules(modules: readonly ValidModule[], undefinedTraps: boolean): Promise<Program>;
  /** Errors about a module other than the main one have an `inputIndex`. */
  compile(program: Program, options: CompileOptions, onProgress: (done: number, total: number) => void): Promise<CompiledModule>;
  /** Throws `MissingToolError` without a linker, before any work is done. */
  requireLinker(): void;
  link(input: LinkInput): Promise<LinkResult>;
  linkRelocatable(input: RelocatableInput): Promise<number>;
  /** The program's code for the kernel. */
  mergeKernel(input: KernelCodeInput): Promise<KernelCode>;
  /** The program for the kernel, beside an executable that is linked. */
  linkKernel(input: KernelInput): Promise<KernelResult>;
  /** Folder of the runtime's sources for the kernel. */
  kernelSources(): string;
  /** Path of the runtime for a target. */
  runtimeArchive(target: Target, variant: RuntimeVariant): string;
  /** Names of functions by index, from the module's own name section. */
  functionNames(module: WasmModule): Promise<(index: number) => string | undefined>;
}

/** Links modules: dynamically if the main one is made for that, else by their names. One alone is a program as it is. */
async function linkModules(modules: readonly ValidModule[], undefinedTraps: boolean, hostProvides: (entry: Import) => boolean): Promise<Program> {
  const { dynamicInputs } = await import('../frontend/dynamic/dylink-section.js');
  const dynamic = dynamicInputs(modules);
  if (dynamic !== undefined) {
    const [{ linkDynamic }, { dynamicHost }] = await Promise.all([import('../frontend/dynamic/link-dynamic.js'), import('../codegen/plan/dynamic-host.js')]);
    return linkDynamic(dynamic, dynamicHost(undefinedTraps));
  }
  const unnamed = modules.slice(1).find(({ named }) => !named);
  if (unnamed !== undefined) {
    throw new UsageError(
      `more than one main module: ${unnamed.name} is the second`,
      `modules to link it with have the name that they are imported as: name=${unnamed.name}`,
    );
  }
  return linkNamed(modules, hostProvides);
}

/** Links modules by their names; one alone is a program as it is. */
async function linkNamed(modules: readonly ValidModule[], hostProvides: (entry: Import) => boolean): Promise<Program> {
  const [main, ...others] = modules;
  if (main !== undefined && others.length === 0) return (await import('../frontend/program.js')).programOf(main.module, main.facts);
  const { byModuleName, linkModules: link } = await import('../frontend/link-modules.js');
  const inputs = modules.map((input, i) => ({
    ...input,
    // The main module comes first, so that a name given to another one is that one's.
    provide: byModuleName(new Map(modules.map(({ name }, index) => [name, index] as const).filter(([, index]) => index !== i))),
  }));
  return link(inputs, { hostProvides });
}

/** The real stages. */
export const realToolchain: Toolchain = {
  decode: async (bytes, features) => (await import('../frontend/decode-module.js')).decodeModule(bytes, { features }),
  validate: async (module) => (await import('../frontend/scan-module.js')).scanModule(module),
  linkModules: async (modules, undefinedTraps) => {
    const { providedByRuntime } = await import('../codegen/plan/resolve-imports.js');
    return linkModules(modules, undefinedTraps, (entry) => undefinedTraps || (entry.kind === 'function' && providedByRuntime(entry)));
  },
  compile: async (program, options, onProgress) => (await import('../codegen/compile.js')).compileProgram(program, options, onProgress),
  requireLinker: () => void findLld(),
  link: async (input) => (await import('../linker/link.js')).link(input),
  linkRelocatable: async (input) => (await import('../linker/relocatable.js')).linkRelocatable(input),
  mergeKernel: async (input) => (await import('../linker/link-kernel.js')).mergeKernel(input),
  linkKernel: async (input) => (await import('../linker/link-kernel.js')).linkKernel(input),
  kernelSources: () => fileURLToPath(new URL('../../runtime-c/kernel', import.meta.url)),
  runtimeArchive: (target, variant) => {
    const path = fileURLToPath(new URL(`../../build/runtime/${target.arch}/${variant}.a`, import.meta.url));
    if (!existsSync(path)) throw new UsageError(`the runtime for ${target.name} has not been built`, 'scripts/setup.sh product builds it');
    return path;
  },
  functionNames: async (module) => {
    const { functionName } = await import('../frontend/function-names.js');
    return (index) => functionName(module, index);
  },
};
