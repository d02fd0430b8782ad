// Machine code → instructions, through libLLVM.

import { llvmApi } from './api.js';
import { LlvmError } from './errors.js';

/** One instruction. */
export interface Instruction {
  /** Where it begins, in bytes from the start of the code. */
  readonly at: number;
  /** Bytes. */
  readonly length: number;
  /** In the target's usual syntax (AT&T on x86): prefixes, mnemonic and operands with one blank between them. */
  readonly text: string;
}

/** Whose code it is. */
export interface CodeMachine {
  /** As in `LLVMInitialize<llvmName>Target`. */
  readonly llvmName: string;
  readonly triple: string;
  /** LLVM's name of a CPU that has all instructions that may occur. */
  readonly cpu: string;
}

const PREFIXES: ReadonlySet<string> = new Set(['lock', 'rep', 'repne', 'data16', 'notrack', 'xacquire', 'xrelease', 'cs', 'ds', 'es', 'fs', 'gs', 'ss']);

/** Room for the text of an instruction. */
const TEXT = 256;
/** Bytes that are handed over for one instruction: more than any has. */
const LONGEST = 16;

/** All instructions of `code`, one behind the other. Throws `LlvmError` at bytes that are none. */
export function disassemble(code: Uint8Array, { llvmName, triple, cpu }: CodeMachine): Instruction[] {
  const api = llvmApi();
  api.initializeTarget(llvmName);
  const handle = api.functions.LLVMCreateDisasmCPUFeatures(triple, cpu, '', null, 0, null, null);
  if (handle === null) throw new LlvmError('disassembler', `none for ${triple}`);
  const instructions: Instruction[] = [];
  const text = Buffer.alloc(TEXT);
  try {
    for (let at = 0; at < code.length; ) {
      const bytes = code.subarray(at, at + LONGEST);
      const length = Number(api.functions.LLVMDisasmInstruction(handle, bytes, bytes.length, at, text, TEXT));
      if (length === 0) throw new LlvmError('disassembler', `no instruction at 0x${at.toString(16)}`);
      const words = text.toString('latin1', 0, text.indexOf(0)).trim().replace(/\s+/g, ' ');
      const last = instructions.at(-1);
      // LLVM takes some prefixes of x86 for instructions; they belong to what follows.
      if (last !== undefined && PREFIXES.has(last.text))
        instructions[instructions.length - 1] = { at: last.at, length: last.length + length, text: `${last.text} ${words}` };
      else instructions.push({ at, length, text: words });
      at += length;
    }
  } finally {
    api.functions.LLVMDisasmDispose(handle);
  }
  return instructions;
}
