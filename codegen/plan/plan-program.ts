// Everything that is decided about a program before code is written, stage by stage.

import { mostInitialElements } from '../../frontend/limits.js';
import type { WasmModule } from '../../frontend/module.js';
import type { Program } from '../../frontend/program.js';
import { requireCompiled } from '../../frontend/scan-module.js';
import { noCapabilities, type Capabilities } from '../../runtime-c/tables/capabilities.js';
import type { MemoryMode, OptLevel, UndefinedImports } from '../levels.js';
import type { Target } from '../target.js';
import type { ModuleEra } from './abi-era.js';
import { moduleContents } from './contents.js';
import type { ModuleContents } from './contents.js';
import { planDebugInfo } from './debug-plan.js';
import { checkFiles, embeddedTable, loadsFiles } from './embedded-files.js';
import { planEmbedding, withHostFunctions } from './embedding.js';
import type { Embedding } from './embedding.js';
import { ConfinementError, MemoryLimitError, UndefinedImportsError } from './errors.js';
import { checkHostImports } from './host-memory.js';
import { initialTables } from './initial-table.js';
import { checkKernel } from './kernel.js';
import { functionsWithoutStackTest } from './stack-tests.js';
import { checkThreads } from './threads.js';
import { planInstantiation } from './instantiation.js';
import { checkEntry, findExports, makePlan, missingFunctions, signaturesOf } from './make-plan.js';
import type { Plan } from './plan.js';
import type { Product } from './product.js';
import { resolveImports } from './resolve-imports.js';
import type { MissingImport, ResolvedImports } from './resolve-imports.js';
import { withSanitizerOptions } from './sanitizers.js';
import { withEnvironment, withStandIns } from './stand-ins.js';

/** What decides besides the program. */
export interface PlanProgramOptions {
  readonly target: Target;
  readonly optLevel: OptLevel;
  readonly product: Product;
  readonly memoryMode: MemoryMode;
  /** No trap is lost with a result that nothing needs; at -O0 that is so in any case. */
  readonly exactTraps?: boolean;
  readonly allowUndefined: UndefinedImports;
  /** Bytes of native stack, 0 for the process's own. */
  readonly stackSize: number;
  /** What the program is given, in the place of all that a native one has. */
  readonly capabilities?: Capabilities | undefined;
  /** Upper limit on memory 0 in bytes. */
  readonly maxMemoryBytes?: number | undefined;
  /** Where the glue says that the table of embedded files is, in a module whose names are minified. */
  readonly embeddedTable?: number | undefined;
  /** What the glue of a main module of Emscripten up to 2.0.3 says. */
  readonly era?: ModuleEra | undefined;
  /** Debug information is wanted; the value is what the module's file is called in it. */
  readonly debugModuleName?: string | undefined;
}

export interface PlannedProgram {
  /** The program, with stand-ins for what nobody provides. */
  readonly program: Program;
  /** What every partition needs. */
  readonly plan: Plan;
  /** What the module partition needs besides. */
  readonly contents: ModuleContents;
  /** Of an object for a foreign program. */
  readonly embedding: Embedding | undefined;
  /** Functions that nobody provides, and that functions of the program use by their address. */
  readonly nullAddresses: readonly string[];
}

/** Plans a program. Throws `UndefinedImportsError`, `HostMemoryError`, `MemoryLimitError`, `ConfinementError`, `EntryError`, `EmbeddedFilesError`, `ThreadsError` and `KernelError`. */
export function planProgram(linked: Program, options: PlanProgramOptions): PlannedProgram {
  const { product, target, allowUndefined } = options;
  requireCompiled(linked.facts);
  const provided = withEnvironment(linked.module);
  const module = allowUndefined === 'trap' ? withStandIns(provided) : provided;
  const program = withSanitizerOptions({ ...linked, module });
  checkTables(module);
  const signatures = signaturesOf(module);
  const imports = checkHostImports(program, bindImports(program.module, signatures, options), allowUndefined === 'trap');
  const entry = product.kind === 'program' ? product.entry : undefined;
  const exports = findExports(module, signatures, imports, entry);
  const instantiation = planInstantiation(program, product.kind !== 'served', constructorsOf(options.era));
  const tables = initialTables(module, instantiation);
  if (allowUndefined !== 'trap') checkFunctions(missingFunctions(program, instantiation, imports, exports, tables, product), allowUndefined);
  const bare = makePlan(program, instantiation, signatures, imports, exports, tables, {
    product,
    memoryMode: options.memoryMode,
    exactTraps: options.exactTraps === true || options.optLevel === 0,
    maxMemoryBytes: options.maxMemoryBytes,
  });
  checkMemory(bare);
  checkThreads(bare, product);
  const plan = options.debugModuleName === undefined ? bare : { ...bare, debug: planDebugInfo(program, bare.partitions.flat(), options.debugModuleName) };
  const table = options.embeddedTable ?? embeddedTable(module);
  checkFiles(product, table !== undefined || loadsFiles(module));
  const contents = moduleContents(program, instantiation, plan, exports, tables, {
    target,
    product,
    stackSize: options.stackSize,
    embeddedTable: table,
    capabilities: options.capabilities ?? noCapabilities,
    era: options.era,
    dynamicCalls: imports.dynamicCalls,
  });
  const inKernel = product.kind === 'program' && product.kernel !== undefined;
  if (inKernel) checkKernel(plan, target);
  if (product.kind === 'program' && product.mustRun === true) checkEntry(program, signatures, exports, entry);
  const whole = inKernel ? { ...plan, references: contents.descriptors.length, withoutStackTest: testFree(program, plan) } : plan;
  const embedding = product.kind === 'object' ? planEmbedding(module, plan, product.prefix) : undefined;
  return { program, plan: whole, contents, embedding, nullAddresses: usedNullAddresses(program, plan) };
}

/** What runs before main; the constructors of all of a module under one name are called as those of later versions are. */
function constructorsOf(era: ModuleEra | undefined): readonly string[] {
  return era === undefined ? [] : ['runPostSets', ...era.constructors.filter((name) => name !== '__wasm_call_ctors')];
}

function testFree({ module, facts }: Program, { functions }: Plan): Uint8Array {
  return functionsWithoutStackTest(facts, module.functions, (f) => functions[f].addressTaken);
}

/** Binds the imports; those that are no functions and remain are fatal. */
function bindImports(
  module: WasmModule,
  signatures: ReturnType<typeof signaturesOf>,
  { product, allowUndefined, capabilities, era }: PlanProgramOptions,
): ResolvedImports {
  const bound = resolveImports(module, signatures, (capabilities ?? noCapabilities).directories.length > 0, era);
  if (bound.unconfined.length > 0) throw new ConfinementError(bound.unconfined);
  const resolved = product.kind === 'object' && allowUndefined !== 'trap' ? withHostFunctions(bound) : bound;
  if (resolved.missing.some(({ kind }) => kind !== 'function')) throw new UndefinedImportsError(resolved.missing);
  return resolved;
}

function usedNullAddresses({ facts, nullAddresses }: Program, { functions }: Plan): string[] {
  if (nullAddresses === undefined) return [];
  const names = facts.addressReads.flatMap(([f, global]) => {
    const name = functions[f].binding.kind === 'defined' ? nullAddresses.get(global) : undefined;
    return name === undefined ? [] : [name];
  });
  return [...new Set(names)];
}

/** `mistyped` is what native linkers do with calls of functions that were declared wrongly, as configure scripts declare them. */
function checkFunctions(missing: readonly MissingImport[], allowed: UndefinedImports): void {
  const fatal = missing.filter(({ provided }) => allowed === 'error' || provided.length === 0);
  if (fatal.length > 0) throw new UndefinedImportsError(fatal);
}

function checkTables(module: WasmModule): void {
  for (const { min } of module.tables) {
    if (min > mostInitialElements) throw new MemoryLimitError(`a table starts with ${min} elements, more than the limit of ${mostInitialElements}`);
  }
}

function checkMemory(plan: Plan): void {
  for (const { initialBytes, maxBytes } of plan.memories) {
    if (initialBytes > maxBytes) throw new MemoryLimitError(`the module starts with ${initialBytes} bytes of memory, more than the limit of ${maxBytes}`);
  }
}
