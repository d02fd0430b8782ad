// The part of libLLVM's C API that this project calls, as one table, and the loading of the library.
// Source of the signatures: llvm-c/Core.h, IRReader.h, BitWriter.h, Target.h, TargetMachine.h, Error.h,
// Disassembler.h, Transforms/PassBuilder.h, unchanged from LLVM 19 to 22. Handles are opaque pointers.

import koffi from 'koffi';
import { existsSync, readdirSync } from 'node:fs';
import { LlvmUnavailable } from './errors.js';

/** An opaque LLVM handle. */
export type Handle = object & { readonly llvm?: never };
/** Room for one handle that LLVM writes. */
export type OutHandle = [Handle | null];
/** Room for one C string that LLVM writes (to be freed with `LLVMDisposeMessage`). */
export type OutText = [Handle | null];

/** The oldest major version whose API and IR this project uses. */
export const MINIMUM_VERSION = 19;

/** C prototypes, in the order of their headers. `void *` stands for every handle. */
const PROTOTYPES = {
  LLVMGetVersion: 'void LLVMGetVersion(_Out_ uint *major, _Out_ uint *minor, _Out_ uint *patch)',
  LLVMContextCreate: 'void *LLVMContextCreate()',
  LLVMContextDispose: 'void LLVMContextDispose(void *context)',
  LLVMContextSetDiagnosticHandler: 'void LLVMContextSetDiagnosticHandler(void *context, void *handler, void *data)',
  LLVMGetDiagInfoDescription: 'void *LLVMGetDiagInfoDescription(void *info)',
  LLVMGetDiagInfoSeverity: 'int LLVMGetDiagInfoSeverity(void *info)',
  LLVMCreateMemoryBufferWithMemoryRangeCopy: 'void *LLVMCreateMemoryBufferWithMemoryRangeCopy(const uint8_t *data, size_t length, const char *name)',
  LLVMGetBufferStart: 'void *LLVMGetBufferStart(void *buffer)',
  LLVMGetBufferSize: 'size_t LLVMGetBufferSize(void *buffer)',
  LLVMDisposeMemoryBuffer: 'void LLVMDisposeMemoryBuffer(void *buffer)',
  LLVMDisposeMessage: 'void LLVMDisposeMessage(void *message)',
  LLVMParseIRInContext: 'int LLVMParseIRInContext(void *context, void *buffer, _Out_ void **module, _Out_ void **message)',
  LLVMDisposeModule: 'void LLVMDisposeModule(void *module)',
  LLVMVerifyModule: 'int LLVMVerifyModule(void *module, int action, _Out_ void **message)',
  LLVMPrintModuleToString: 'void *LLVMPrintModuleToString(void *module)',
  LLVMWriteBitcodeToMemoryBuffer: 'void *LLVMWriteBitcodeToMemoryBuffer(void *module)',
  LLVMGetTargetFromTriple: 'int LLVMGetTargetFromTriple(const char *triple, _Out_ void **target, _Out_ void **message)',
  LLVMCreateTargetMachine:
    'void *LLVMCreateTargetMachine(void *target, const char *triple, const char *cpu, const char *features, int level, int reloc, int codeModel)',
  LLVMDisposeTargetMachine: 'void LLVMDisposeTargetMachine(void *machine)',
  LLVMTargetMachineEmitToMemoryBuffer:
    'int LLVMTargetMachineEmitToMemoryBuffer(void *machine, void *module, int kind, _Out_ void **message, _Out_ void **buffer)',
  LLVMGetHostCPUName: 'void *LLVMGetHostCPUName()',
  LLVMGetHostCPUFeatures: 'void *LLVMGetHostCPUFeatures()',
  LLVMRunPasses: 'void *LLVMRunPasses(void *module, const char *passes, void *machine, void *options)',
  LLVMCreatePassBuilderOptions: 'void *LLVMCreatePassBuilderOptions()',
  LLVMPassBuilderOptionsSetLoopVectorization: 'void LLVMPassBuilderOptionsSetLoopVectorization(void *options, int on)',
  LLVMPassBuilderOptionsSetSLPVectorization: 'void LLVMPassBuilderOptionsSetSLPVectorization(void *options, int on)',
  LLVMPassBuilderOptionsSetLoopUnrolling: 'void LLVMPassBuilderOptionsSetLoopUnrolling(void *options, int on)',
  LLVMDisposePassBuilderOptions: 'void LLVMDisposePassBuilderOptions(void *options)',
  LLVMGetErrorMessage: 'void *LLVMGetErrorMessage(void *error)',
  LLVMCreateDisasmCPUFeatures:
    'void *LLVMCreateDisasmCPUFeatures(const char *triple, const char *cpu, const char *features, void *info, int tagType, void *getOpInfo, void *symbolLookUp)',
  LLVMDisasmDispose: 'void LLVMDisasmDispose(void *disassembler)',
  LLVMDisasmInstruction:
    'size_t LLVMDisasmInstruction(void *disassembler, const uint8_t *bytes, uint64_t length, uint64_t address, _Out_ uint8_t *text, size_t textLength)',
} as const;

type Name = keyof typeof PROTOTYPES;
type Native = (...args: unknown[]) => unknown;

/** libLLVM, loaded: its functions by name, its file and its version. */
export interface Api {
  readonly functions: Readonly<Record<Name, Native>>;
  readonly file: string;
  readonly version: readonly [major: number, minor: number, patch: number];
  /** Calls `LLVMInitialize<name>…` for one LLVM target ("X86", "AArch64"). */
  initializeTarget(name: string): void;
  /** Reads a C string and frees it when LLVM handed over its ownership. */
  text(pointer: Handle | null, owned: boolean): string;
  /** Copies a memory buffer's bytes and disposes of it. */
  bytes(buffer: Handle): Uint8Array;
}

/** The prototype of `LLVMDiagnosticHandler`, for callbacks; without a name, since koffi keeps names for the whole process. */
export const DiagnosticHandler = koffi.proto('void', ['void *', 'void *']);

/** Where distributions have libraries; Debian and its relatives in one folder for each architecture, of which only one can be loaded here. */
function libraryFolders(): string[] {
  const perArchitecture = existsSync('/usr/lib') ? readdirSync('/usr/lib').filter((name) => name.endsWith('-linux-gnu')) : [];
  return [...perArchitecture.map((name) => `/usr/lib/${name}`), '/usr/lib64', '/usr/lib', '/usr/local/lib'];
}

/**
 * Files that may be libLLVM of a usable version, preferred first. 19 is what the project is measured with; newer ones serve too.
 * `W2E_LLVM` names a file and overrides the search.
 */
export function libraryCandidates(environment: NodeJS.ProcessEnv = process.env): string[] {
  if (environment.W2E_LLVM !== undefined) return [environment.W2E_LLVM];
  const found: { file: string; major: number }[] = [];
  for (const folder of libraryFolders()) {
    if (!existsSync(folder)) continue;
    for (const entry of readdirSync(folder)) {
      const major = /^libLLVM(?:-(\d+)\.so(?:\.1)?|\.so\.(\d+)\.\d+)$/.exec(entry);
      if (major !== null) found.push({ file: `${folder}/${entry}`, major: Number(major[1] ?? major[2]) });
    }
  }
  return found
    .filter((f) => f.major >= MINIMUM_VERSION)
    .sort((a, b) => a.major - b.major)
    .map((f) => f.file);
}

let loaded: Api | undefined;

/** Loads libLLVM once per thread. Throws `LlvmUnavailable` if there is none of a usable version. */
export function llvmApi(): Api {
  loaded ??= load();
  return loaded;
}

function load(): Api {
  const candidates = libraryCandidates();
  const failures: string[] = [];
  for (const file of candidates) {
    try {
      return bind(file);
    } catch (error) {
      failures.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new LlvmUnavailable(failures);
}

function bind(file: string): Api {
  const library = koffi.load(file);
  const functions: Partial<Record<Name, Native>> = {};
  for (const [name, prototype] of Object.entries(PROTOTYPES)) {
    functions[name as Name] = library.func(prototype) as Native;
  }
  const api = functions as Record<Name, Native>;
  const version: [number[], number[], number[]] = [[0], [0], [0]];
  api.LLVMGetVersion(...version);
  const initialized = new Set<string>();
  return {
    functions: api,
    file,
    version: [version[0][0], version[1][0], version[2][0]],
    initializeTarget(name) {
      if (initialized.has(name)) return;
      for (const part of ['TargetInfo', 'Target', 'TargetMC', 'AsmPrinter', 'AsmParser', 'Disassembler']) {
        (library.func(`void LLVMInitialize${name}${part}()`) as Native)();
      }
      initialized.add(name);
    },
    text(pointer, owned) {
      if (pointer === null) return '';
      const text = koffi.decode(pointer, 'char', -1) as string;
      if (owned) api.LLVMDisposeMessage(pointer);
      return text;
    },
    bytes(buffer) {
      const length = Number(api.LLVMGetBufferSize(buffer));
      const start = api.LLVMGetBufferStart(buffer);
      const copy = new Uint8Array(koffi.view(start as Handle, length)).slice();
      api.LLVMDisposeMemoryBuffer(buffer);
      return copy;
    },
  };
}
