// One run of the compiler, stage by stage: read, decode, validate, compile, link, give names.

import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CompiledModule, EmitKind as CompiledKind } from '../codegen/compile.js';
import { checkFiles } from '../codegen/plan/embedded-files.js';
import type { ModuleEra } from '../codegen/plan/abi-era.js';
import { isEmAsm } from '../codegen/plan/sanitizers.js';
import type { Product } from '../codegen/plan/product.js';
import type { Target } from '../codegen/target.js';
import { commandOfComponent, isComponent } from '../frontend/component.js';
import type { FeatureSet } from '../frontend/features.js';
import { looksMinified } from '../frontend/glue/minified.js';
import { isLaidOut } from '../frontend/glue/old-module.js';
import type { Import, WasmModule } from '../frontend/module.js';
import type { Program } from '../frontend/program.js';
import { describeElf, formatElf } from '../linker/describe.js';
import { embeddedObject, type EmbeddedFile } from '../linker/embedded-files.js';
import { kernelName, type KernelName } from '../runtime-c/tables/kernel.js';
import { type ErrorContext, renderDiagnostic, warning } from './diagnostics.js';
import { checkCpu } from './cpu-names.js';
import { describeModule, formatModule, type ModuleDescription } from './describe-module.js';
import { FileError, UsageError } from './errors.js';
import type { Glue } from './glue.js';
import type { GlueFiles } from './glue-files.js';
import { acceptedFeatures } from './features.js';
import { emitKinds, type EmitKind } from './option-table.js';
import type { Options } from './options.js';
import { Printed, printed, withPrintableTexts } from './printed.js';
import { Progress } from './progress.js';
import { hasPackageBeside, type Input, readInput } from './read-input.js';
import { findTarget, loadTarget } from './targets.js';
import { isStream, outputError, PendingOutputs } from './temp-output.js';
import type { Terminal } from './terminal.js';
import { TimeReport } from './time-report.js';
import type { RuntimeVariant, Toolchain, ValidModule } from './toolchain.js';

/** What is known about a run so far; the diagnostics of a failure use it. */
export type RunContext = { -readonly [K in keyof ErrorContext]: ErrorContext[K] } & {
  /** Reads the names of functions, which only a message about one needs. */
  loadFunctionNames?: () => Promise<(index: number) => string | undefined>;
};

/** Stages of a run that produces something. */
const stages = ['read', 'decode', 'validate', 'compile', 'link', 'write'] as const;

/** Names in a message. */
const MOST_NAMED = 4;

type Stage = (typeof stages)[number];

/** Do what the options say. Throws; `context` then says how far it came. */
export async function run(options: Options, toolchain: Toolchain, terminal: Terminal, context: RunContext): Promise<void> {
  await new Run(options, toolchain, terminal, context).execute();
}

class Run {
  private readonly report = new TimeReport();
  private readonly progress: Progress;
  private readonly pending: PendingOutputs;
  /** What the main module's glue knows of files. */
  private glueFiles: GlueFiles | undefined;
  /** What it says of a module of Emscripten up to 2.0.3. */
  private era: ModuleEra | undefined;
  /** The modules read so far. */
  private readonly inputs: { readonly path: string; readonly module: WasmModule }[] = [];

  constructor(
    private readonly options: Options,
    private readonly toolchain: Toolchain,
    private readonly terminal: Terminal,
    private readonly context: RunContext,
  ) {
    const quiet = options.quiet || options.verbosity > 0 || options.diagnostics === 'json';
    this.progress = new Progress(terminal, terminal.messagesAreTty && !quiet, stages.length);
    this.pending = new PendingOutputs(terminal);
  }

  async execute(): Promise<void> {
    try {
      await this.stagesInOrder();
    } finally {
      this.progress.clear();
      this.pending.close();
    }
    if (this.options.timeReport !== undefined) this.terminal.message(Printed.lines(this.report.format(this.options.timeReport)));
  }

  private async stagesInOrder(): Promise<void> {
    const { options, toolchain } = this;
    const targetRow = findTarget(options.target);
    const features = acceptedFeatures(options.enable, options.disable);
    const target = await loadTarget(targetRow);
    checkCpu(target, targetRow.hostArch === process.arch, options.cpu, options.cpuFeatures);
    if (options.printAfter !== undefined) (await import('./pass-names.js')).checkPassName(options.printAfter);
    const modules: ValidModule[] = [];
    for (const { name, path, named } of options.modules) {
      const input = await this.stage('read', () => this.read(path));
      if (input.kind === 'elf') return this.inspectElf(input);
      const decoded = await this.stage('decode', () => toolchain.decode(this.coreModule(input, features), features));
      const module = await this.withNames(path, decoded);
      this.inputs.push({ path, module });
      this.blame(this.inputs.length - 1);
      modules.push({ name, module, named, facts: await this.stage('validate', () => toolchain.validate(module)) });
    }
    this.report.addSize(
      'input',
      modules.reduce((sum, { module }) => sum + module.bytes.length, 0),
    );
    this.blame(0);
    if (options.inspect !== undefined) return this.inspect(modules);
    const program = await this.blaming(() => toolchain.linkModules(modules, options.allowUndefined === 'trap'));
    if (program.libraries === undefined) this.warnOfUnused(modules);
    if (options.validateOnly) return;
    await this.produce(program, target);
  }

  /** Reads an input; an ELF file only where it is the only one, and to be described. */
  private read(path: string): Input {
    this.context.input = path;
    this.context.bytes = undefined;
    const input = readInput(path, this.options.inspect !== undefined && this.options.modules.length === 1);
    this.context.bytes = input.bytes;
    return input;
  }

  /** A module's bytes; of a component those of the core module that was adapted to it, which offsets are then about. */
  private coreModule({ name, bytes }: Input, features: FeatureSet): Uint8Array {
    if (!isComponent(bytes)) return bytes;
    const core = commandOfComponent(bytes, features);
    if (this.options.verbosity > 0) this.terminal.message(printed`wasm2elf: ${name} is a component: its core module for preview 1 is compiled\n`);
    this.context.bytes = core;
    return core;
  }

  /** The module with the names that its glue has, if it needs them. */
  private async withNames(path: string, decoded: WasmModule): Promise<WasmModule> {
    const isMain = this.inputs.length === 0;
    const given = isMain ? this.options.jsGlue : undefined;
    const laidOut = isMain && isLaidOut(decoded);
    const minified = looksMinified(decoded);
    if (given === undefined && !minified && !laidOut) {
      if (isMain) await this.findFiles(path, undefined);
      return decoded.imports.some(isEmAsm) ? (await import('./glue.js')).nameSanitizers(path, decoded, undefined) : decoded;
    }
    const { nameByGlue, nameSanitizers } = await import('./glue.js');
    const { module, glue, problem } = nameByGlue(path, decoded, given);
    if (isMain) await this.findFiles(path, glue);
    if (minified) this.context.minified ??= problem;
    if (glue !== undefined && this.options.verbosity > 0) {
      this.terminal.message(printed`wasm2elf: names from ${glue.file}\n`);
      const from = (entry: Import): string => `${entry.module}.${entry.name}`;
      const pairs = [
        ...decoded.imports.map((entry, i) => [from(entry), from(module.imports[i])] as const),
        ...decoded.exports.map(({ name }, i) => [name, module.exports[i].name] as const),
      ];
      for (const [short, name] of pairs) if (short !== name) this.terminal.message(printed`wasm2elf: ${short} is ${name}\n`);
    }
    const own = glue === undefined ? module : nameSanitizers(path, module, glue);
    return laidOut ? this.layOut(path, own, glue, problem) : own;
  }

  /** A main module of Emscripten up to 2.0.3 with what its glue says of memory; of one that may lack anything, as it is where there is none. */
  private async layOut(path: string, module: WasmModule, glue: Glue | undefined, problem: string | undefined): Promise<WasmModule> {
    const { layOut, withoutGlue } = await import('./old-modules.js');
    if (glue === undefined) {
      if (this.options.allowUndefined === 'error' && this.options.inspect === undefined && !this.options.validateOnly) throw withoutGlue(path, problem);
      return module;
    }
    const found = layOut(module, glue);
    this.era = found?.era;
    return found?.module ?? module;
  }

  /** Looks for files that the main module's glue knows of. */
  private async findFiles(path: string, glue: Glue | undefined): Promise<void> {
    if (glue === undefined && !hasPackageBeside(path)) return;
    this.glueFiles = (await import('./glue-files.js')).filesOfGlue(path, glue);
    const { missing } = this.glueFiles;
    if (missing !== undefined) this.warn('W2E-W004', `${missing}, which the JavaScript loads, is not there: the program does not see the files in it`);
  }

  /** Errors from here on are about this input. */
  private blame(index: number): void {
    const input = this.inputs[index];
    if (input === undefined) return;
    this.context.input = input.path;
    this.context.bytes = input.module.bytes;
    this.context.loadFunctionNames = () => this.toolchain.functionNames(input.module);
  }

  /** Runs a stage that works on all modules; its errors may say which one they are about. */
  private async blaming<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Error && 'inputIndex' in error && typeof error.inputIndex === 'number') this.blame(error.inputIndex);
      throw error;
    }
  }

  private inspect(modules: readonly ValidModule[]): void {
    const descriptions = modules.map(({ name, module }) => ({ name, description: describeModule(module) }));
    const [only] = descriptions;
    if (this.options.inspect === 'json') {
      return this.print(
        Printed.json(
          descriptions.length === 1 && only !== undefined
            ? only.description
            : { kind: 'modules', modules: descriptions.map(({ name, description }) => ({ name, ...description })) },
        ),
      );
    }
    if (descriptions.length === 1 && only !== undefined) return this.print(moduleText(only.description));
    this.print(
      Printed.joined(descriptions.map(({ name, description }, i) => printed`${Printed.lines(i === 0 ? '' : '\n')}${name}: ${moduleText(description)}`)),
    );
  }

  /** Warns of modules that nobody imports anything from. */
  private warnOfUnused(modules: readonly ValidModule[]): void {
    const used = new Set(modules.flatMap(({ name, module }) => module.imports.flatMap((entry) => (entry.module === name ? [] : [entry.module]))));
    modules.forEach(({ name }, i) => {
      if (i > 0 && !used.has(name)) this.warn('W2E-W003', `no module imports anything from ${name} (${this.options.modules[i]?.path ?? ''})`);
    });
  }

  /** Warns of functions whose address is taken and that nobody provides. */
  private warnOfNullAddresses(names: readonly string[]): void {
    if (names.length === 0) return;
    const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
    this.warn('W2E-W005', `nobody provides functions that are used by their address, which is null: ${names.slice(0, MOST_NAMED).join(', ')}${more}`);
  }

  private inspectElf(input: Input): void {
    try {
      const description = describeElf(input.bytes);
      this.print(this.options.inspect === 'json' ? Printed.json(description) : Printed.lines(formatElf(withPrintableTexts(description))));
    } catch (error) {
      if (error instanceof Error && error.name === 'ElfFormatError') throw new FileError('W2E-I004', input.name, error.message);
      throw error;
    }
  }

  /** Compile, and write every kind of output that is asked for. */
  private async produce(program: Program, target: Target): Promise<void> {
    const { options, toolchain } = this;
    const wanted = emitKinds.filter(({ kind }) => options.emit.has(kind));
    if (options.emit.has('exe') || options.emit.has('obj')) toolchain.requireLinker();
    const temporaries = new Map(
      wanted.map(({ kind }) => {
        const name = outputName(options, kind);
        return [kind, kind === 'kernel' ? this.pending.createFolder(name) : this.pending.create(name, kind === 'exe')];
      }),
    );
    const workDirectory = await this.workDirectory();
    const compiled = await this.stage('compile', () => this.blaming(() => this.compile(program, target)));
    this.report.addParts(compiled.timings);
    if (compiled.printed !== '') this.terminal.message(Printed.lines(compiled.printed));
    if (options.verbosity > 0) for (const line of compiled.reduced) this.terminal.message(Printed.lines(`wasm2elf: ${line}\n`));
    this.warnOfDebugInfo(compiled.debugProblems);
    this.warnOfNullAddresses(compiled.nullAddresses);
    await this.stage('link', async () => {
      const executable = temporaries.get('exe');
      const folder = temporaries.get('kernel');
      if (executable !== undefined && folder !== undefined) await this.linkKernel(compiled, target, executable, folder, workDirectory);
      else if (executable !== undefined) await this.link(compiled, target, executable, workDirectory);
      const object = temporaries.get('obj');
      if (object !== undefined) {
        const onCommand = (command: readonly string[]): void => this.logCommand(command);
        const size = await toolchain.linkRelocatable({
          target,
          objects: compiled.objects,
          runtimeArchive: toolchain.runtimeArchive(target, 'libw2e-embed'),
          visibleSymbols: compiled.visibleSymbols,
          functionNames: compiled.functionNames,
          output: object,
          workDirectory,
          strip: options.strip,
          onCommand,
        });
        this.report.addSize('object', size);
      }
    });
    await this.stage('write', () => {
      for (const [kind, temporary] of temporaries) this.writeTexts(compiled, kind, temporary);
      if (options.saveTemps !== undefined) this.saveTexts(compiled, workDirectory);
      this.progress.clear();
      this.pending.commit();
    });
  }

  private compile(program: Program, target: Target): Promise<CompiledModule> {
    const { options } = this;
    checkFiles(this.product(), (this.glueFiles?.files ?? []).length > 0);
    const emit = new Set<CompiledKind>([...options.emit].flatMap((kind) => (kind === 'exe' ? ['obj'] : kind === 'kernel' ? [] : [kind])));
    if (options.saveTemps !== undefined) emit.add('ir-opt').add('llvm-ir');
    const debugModuleName = options.debugInfo ? (options.input === '-' ? 'a.out.wasm' : basename(options.input)) : undefined;
    return this.toolchain.compile(
      program,
      { ...options, target, emit, product: this.product(), embeddedTable: this.glueFiles?.table, era: this.era, debugModuleName },
      (done, total) => this.progress.update('codegen', done, total),
    );
  }

  /** What the program is called in the kernel. */
  private kernelName(): KernelName {
    return kernelName(basename(outputName(this.options, 'exe')));
  }

  private product(): Product {
    const { embeddingPrefix: prefix, invokeMain, input, entry } = this.options;
    if (prefix !== undefined) return { kind: 'object', prefix, moduleName: basename(input) };
    if (this.options.emit.has('kernel')) return { kind: 'program', mustRun: true, entry, kernel: this.kernelName() };
    if (invokeMain) return { kind: 'invoked' };
    return { kind: 'program', mustRun: this.options.emit.has('exe'), entry };
  }

  private async link(
    compiled: Pick<CompiledModule, 'objects' | 'functionNames' | 'memoryImages' | 'memoryInitialBytes' | 'threads'>,
    target: Target,
    output: string,
    workDirectory: string,
    variant: RuntimeVariant = this.runtimeVariant(compiled.threads),
    strip = this.options.strip,
  ): Promise<void> {
    const { options } = this;
    const files = await this.embeddedFiles();
    const result = await this.toolchain.link({
      target,
      objects: files.length === 0 ? compiled.objects : [...compiled.objects, embeddedObject(files, target)],
      runtimeArchive: this.toolchain.runtimeArchive(target, variant),
      functionNames: compiled.functionNames,
      memoryImages: compiled.memoryImages,
      memoryInitialBytes: compiled.memoryInitialBytes,
      threads: compiled.threads,
      output,
      workDirectory,
      strip,
      producer: this.producer(target),
      options: options.linkerOptions,
      onCommand: (command) => this.logCommand(command),
    });
    this.report.addParts(result.timings);
    this.report.addSize('executable', result.size);
  }

  private runtimeVariant(threads: boolean): RuntimeVariant {
    const checked = this.options.runtime === 'checked';
    if (checked && threads) throw new UsageError('--runtime=checked is for programs without threads', 'the module starts threads: leave the option out');
    return threads ? 'libw2e-threads' : checked ? 'libw2e-checked' : 'libw2e';
  }

  /** What goes into the executable besides the program. */
  private async embeddedFiles(): Promise<EmbeddedFile[]> {
    const others = this.glueFiles?.files ?? [];
    if (this.options.embed.length === 0 && others.length === 0) return [];
    return (await import('./embed.js')).collectEmbedded(this.options.embed, others);
  }

  /** The executable and the folder of the kernel module. The executable knows the layout of the code in the module, whose object has addresses of the executable. */
  private async linkKernel(compiled: CompiledModule, target: Target, executable: string, folder: string, workDirectory: string): Promise<void> {
    if (compiled.kernel === undefined) return;
    const { toolchain } = this;
    const { code, functionTable } = await toolchain.mergeKernel({
      target,
      objects: [...compiled.kernel.objects, toolchain.runtimeArchive(target, 'libw2e-ring0')],
      workDirectory,
      onCommand: (command) => this.logCommand(command),
    });
    const linked = { ...compiled, objects: [...compiled.objects, functionTable] };
    await this.link(linked, target, executable, workDirectory, 'libw2e-launcher');
    // The addresses of variables are in an executable that has all symbols: the same but for these.
    const withSymbols = this.options.strip ? join(workDirectory, 'with-symbols') : executable;
    if (withSymbols !== executable) await this.link(linked, target, withSymbols, workDirectory, 'libw2e-launcher', false);
    const { codeBytes } = await toolchain.linkKernel({
      target,
      name: this.kernelName(),
      code,
      imports: compiled.kernel.imports,
      executable,
      withSymbols,
      sources: toolchain.kernelSources(),
      output: folder,
      producer: this.producer(target),
    });
    this.report.addSize('code in the kernel', codeBytes);
  }

  private producer(target: Target): string {
    return `wasm2elf ${this.context.version} ${target.name} -O${this.options.optLevel}`;
  }

  /** Texts and bitcode of a kind: one file for the IR and where there is only one (standard output, devices), one for each partition of what LLVM reads. */
  private writeTexts(compiled: CompiledModule, kind: EmitKind, temporary: string): void {
    if (kind === 'exe' || kind === 'obj' || kind === 'kernel') return;
    const parts = compiled.texts.get(kind) ?? [];
    if (kind === 'ir' || kind === 'ir-opt' || kind === 'header' || isStream(outputName(this.options, kind)))
      return this.pending.write(temporary, Buffer.concat(parts));
    parts.forEach((part, i) => {
      const path = i === 0 ? temporary : this.pending.create(numbered(outputName(this.options, kind), i), false);
      this.pending.write(path, part);
    });
  }

  private saveTexts(compiled: CompiledModule, directory: string): void {
    for (const [kind, parts] of compiled.texts) {
      const suffix = suffixOf(kind);
      parts.forEach((part, i) => this.pending.write(join(directory, `part-${i}${suffix}`), part));
    }
  }

  private async workDirectory(): Promise<string> {
    const { saveTemps, output } = this.options;
    if (saveTemps === undefined) return this.pending.workDirectory();
    const directory = saveTemps !== '' ? saveTemps : `${output === '-' ? 'a.out' : outputName(this.options, 'exe')}.temps`;
    try {
      await mkdir(directory, { recursive: true });
    } catch (error) {
      throw outputError(directory, error);
    }
    return directory;
  }

  private async stage<T>(name: Stage, work: () => T | Promise<T>): Promise<T> {
    this.progress.enter(name);
    const result = await this.report.measure(name, work);
    const ms = this.report.stages.findLast((timing) => timing.stage === name)?.ms ?? 0;
    if (this.options.verbosity > 0) this.terminal.message(printed`wasm2elf: ${name} ${ms.toFixed(1)} ms\n`);
    return result;
  }

  private warn(code: Parameters<typeof warning>[0], message: string): void {
    if (this.options.quiet) return;
    this.progress.clear();
    this.terminal.message(renderDiagnostic(warning(code, message), this.options, this.terminal));
  }

  private warnOfDebugInfo([first, ...others]: readonly string[]): void {
    if (first === undefined) return;
    const more = others.length > 0 ? ` (and ${others.length} more)` : '';
    this.warn('W2E-W002', `-g: some of the module's debug information is malformed and left out: ${first}${more}`);
  }

  private logCommand(command: readonly string[]): void {
    const quoted = command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
    if (this.options.verbosity > 0) this.terminal.message(printed`${quoted.join(' ')}\n`);
  }

  private print(text: Printed): void {
    this.progress.clear();
    this.terminal.output(text);
  }
}

/** The final name of one kind of output. */
function outputName(options: Options, kind: EmitKind): string {
  const suffix = suffixOf(kind);
  if (options.output !== undefined) return options.emit.size > 1 ? `${options.output}${suffix}` : options.output;
  const name = options.input === '-' ? 'a.out' : basename(options.input);
  const stem = name.replace(/\.wasm$/, '');
  return stem === name && suffix === '' && options.input !== '-' ? `${name}.elf` : `${stem}${suffix}`;
}

function suffixOf(kind: EmitKind): string {
  return emitKinds.find((row) => row.kind === kind)?.suffix ?? '';
}

/** `app.ll` → `app.1.ll`. */
function numbered(name: string, index: number): string {
  return name.replace(/(\.[^./]*)?$/, `.${index}$1`);
}

function moduleText(description: ModuleDescription): Printed {
  return Printed.lines(formatModule(withPrintableTexts(description)));
}
