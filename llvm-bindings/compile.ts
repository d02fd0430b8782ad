// LLVM IR text → optimized module → object, assembly, bitcode or text, in one process.
// Each call makes and frees its own context, so calls on different threads are independent.

import koffi from 'koffi';
import { DiagnosticHandler, llvmApi } from './api.js';
import type { Api, Handle, OutHandle, OutText } from './api.js';
import { LlvmError } from './errors.js';

/** What to compile for, in LLVM's words. */
export interface Machine {
  /** LLVM target name as in `LLVMInitialize<name>Target`. */
  readonly llvmName: string;
  readonly triple: string;
  readonly cpu: string;
  /** LLVM feature string such as "+avx2,-sse4a", or "". */
  readonly features: string;
  /** Code generation effort, 0 to 3. */
  readonly codegenLevel: 0 | 1 | 2 | 3;
  /** Code that runs at any address, for objects that others link; otherwise for a fixed one. */
  readonly pic?: boolean;
}

/** What can be emitted. */
export type Output = 'obj' | 'asm' | 'llvm-ir' | 'llvm-bc';

export interface Request {
  /** LLVM IR text. */
  readonly ir: Uint8Array;
  /** Name for messages. */
  readonly name: string;
  readonly machine: Machine;
  /** Pass pipeline in the syntax of `opt -passes`, "" for none. */
  readonly passes: string;
  /** Verify the parsed module before the passes run. */
  readonly verify: boolean;
  readonly outputs: readonly Output[];
}

export interface Response {
  readonly outputs: Readonly<Partial<Record<Output, Uint8Array>>>;
  /** Wall-clock milliseconds: parse and verify, passes, emission. */
  readonly milliseconds: { readonly parse: number; readonly passes: number; readonly emit: number };
}

const EMISSION_ORDER: readonly Output[] = ['llvm-ir', 'llvm-bc', 'obj', 'asm'];
const RELOC_STATIC = 1;
const RELOC_PIC = 2;
const CODE_MODEL_SMALL = 3;
const EMIT_ASSEMBLY = 0;
const EMIT_OBJECT = 1;
const SEVERITY_ERROR = 0;

/**
 * Compiles one LLVM module. Throws `LlvmError` when LLVM refuses it. No output depends on which others are asked for: code generation changes
 * the module that it reads, so texts come before it, and of an object and assembly each has a run of its own.
 */
export function compileIr(request: Request): Response {
  if (!request.outputs.includes('obj') || !request.outputs.includes('asm')) return compileOnce(request);
  const others = compileOnce({ ...request, outputs: request.outputs.filter((output) => output !== 'asm') });
  const { outputs, milliseconds } = compileOnce({ ...request, outputs: ['asm'] });
  return {
    outputs: { ...others.outputs, ...outputs },
    milliseconds: {
      parse: others.milliseconds.parse + milliseconds.parse,
      passes: others.milliseconds.passes + milliseconds.passes,
      emit: others.milliseconds.emit + milliseconds.emit,
    },
  };
}

function compileOnce(request: Request): Response {
  const api = llvmApi();
  api.initializeTarget(request.machine.llvmName);
  const context = api.functions.LLVMContextCreate() as Handle;
  const errors: string[] = [];
  const handler = koffi.register((info: Handle) => {
    if (api.functions.LLVMGetDiagInfoSeverity(info) !== SEVERITY_ERROR) return;
    errors.push(api.text(api.functions.LLVMGetDiagInfoDescription(info) as Handle, true));
  }, koffi.pointer(DiagnosticHandler));
  api.functions.LLVMContextSetDiagnosticHandler(context, handler, null);
  let module: Handle | null = null;
  let machine: Handle | null = null;
  try {
    const started = performance.now();
    module = parse(api, context, request);
    machine = createMachine(api, request.machine);
    const parsed = performance.now();
    runPasses(api, module, machine, request.passes);
    const passed = performance.now();
    const outputs: Partial<Record<Output, Uint8Array>> = {};
    for (const output of EMISSION_ORDER) if (request.outputs.includes(output)) outputs[output] = emit(api, module, machine, output);
    if (errors.length > 0) throw new LlvmError('code generation', errors.join('; '));
    return {
      outputs,
      milliseconds: { parse: parsed - started, passes: passed - parsed, emit: performance.now() - passed },
    };
  } finally {
    if (machine !== null) api.functions.LLVMDisposeTargetMachine(machine);
    if (module !== null) api.functions.LLVMDisposeModule(module);
    api.functions.LLVMContextDispose(context);
    koffi.unregister(handler);
  }
}

/** "native" in LLVM's words: the CPU of this machine and its features. */
export function hostCpu(): { cpu: string; features: string } {
  const api = llvmApi();
  return {
    cpu: api.text(api.functions.LLVMGetHostCPUName() as Handle, true),
    features: api.text(api.functions.LLVMGetHostCPUFeatures() as Handle, true),
  };
}

function parse(api: Api, context: Handle, request: Request): Handle {
  const buffer = api.functions.LLVMCreateMemoryBufferWithMemoryRangeCopy(request.ir, request.ir.length, request.name);
  const module: OutHandle = [null];
  const message: OutText = [null];
  if (api.functions.LLVMParseIRInContext(context, buffer, module, message) !== 0) {
    throw new LlvmError('parser', api.text(message[0], true));
  }
  const parsed = module[0]!;
  if (request.verify && api.functions.LLVMVerifyModule(parsed, 2, message) !== 0) {
    throw new LlvmError('verifier', api.text(message[0], true));
  }
  return parsed;
}

function createMachine(api: Api, machine: Machine): Handle {
  const target: OutHandle = [null];
  const message: OutText = [null];
  if (api.functions.LLVMGetTargetFromTriple(machine.triple, target, message) !== 0) {
    throw new LlvmError('target', api.text(message[0], true));
  }
  return api.functions.LLVMCreateTargetMachine(
    target[0],
    machine.triple,
    machine.cpu,
    machine.features,
    machine.codegenLevel,
    machine.pic === true ? RELOC_PIC : RELOC_STATIC,
    CODE_MODEL_SMALL,
  ) as Handle;
}

function runPasses(api: Api, module: Handle, machine: Handle, passes: string): void {
  if (passes === '') return;
  const options = api.functions.LLVMCreatePassBuilderOptions() as Handle;
  api.functions.LLVMPassBuilderOptionsSetLoopVectorization(options, 1);
  api.functions.LLVMPassBuilderOptionsSetSLPVectorization(options, 1);
  api.functions.LLVMPassBuilderOptionsSetLoopUnrolling(options, 1);
  const error = api.functions.LLVMRunPasses(module, passes, machine, options) as Handle | null;
  api.functions.LLVMDisposePassBuilderOptions(options);
  if (error !== null) throw new LlvmError('passes', api.text(api.functions.LLVMGetErrorMessage(error) as Handle, true));
}

function emit(api: Api, module: Handle, machine: Handle, output: Output): Uint8Array {
  switch (output) {
    case 'llvm-ir':
      return Buffer.from(api.text(api.functions.LLVMPrintModuleToString(module) as Handle, true), 'utf8');
    case 'llvm-bc':
      return api.bytes(api.functions.LLVMWriteBitcodeToMemoryBuffer(module) as Handle);
    case 'obj':
    case 'asm': {
      const message: OutText = [null];
      const buffer: OutHandle = [null];
      const kind = output === 'obj' ? EMIT_OBJECT : EMIT_ASSEMBLY;
      if (api.functions.LLVMTargetMachineEmitToMemoryBuffer(machine, module, kind, message, buffer) !== 0) {
        throw new LlvmError('emission', api.text(message[0], true));
      }
      return api.bytes(buffer[0]!);
    }
  }
}
