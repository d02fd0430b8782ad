// What codegen, linker and CLI ask a back end: one value per architecture. Everything that differs because of
// the ISA or its psABI is an answer here, or a file under runtime-c/arch.

import type { KernelObjectTarget, KernelTarget } from './kernel-target.js';

/** Better forms of vector operations for CPUs that have an extension of the instruction set. */
export interface SimdExtension {
  /** LLVM's name of the feature. */
  readonly feature: string;
  /** CPUs (LLVM's names) that do not have it. */
  readonly cpusWithout: readonly string[];
  /** By mnemonic: a template in the language of `codegen/emit/simd.ts`. */
  readonly templates: Readonly<Record<string, string>>;
}

/** A stretch of linear memory 0 with initial contents, as a section of one of the objects. */
export interface MemorySection {
  /** Its name in the object, for example `.w2e.mem.0`. */
  readonly section: string;
  /** Final virtual address, a multiple of the page size, at or above the memory base. */
  readonly address: number;
  /** Bytes of contents; what follows up to the end of the page is zero. */
  readonly size: number;
}

export interface Target {
  /** Name on the command line, e.g. "x86_64-linux". */
  readonly name: string;
  /** Folder of the runtime archive under build/runtime. */
  readonly arch: string;

  // LLVM
  /** As in `LLVMInitialize<llvmName>Target`. */
  readonly llvmName: string;
  readonly triple: string;
  readonly dataLayout: string;
  /** What begins a comment of assembly, whatever follows. */
  readonly asmComment: string;
  /** CPU that output runs on unless told otherwise. */
  readonly defaultCpu: string;
  /** LLVM feature string that goes with `defaultCpu`. */
  readonly defaultFeatures: string;
  /** CPUs that may be named, in LLVM's spelling. */
  readonly cpus: readonly string[];
  /** Extensions of the instruction set that may be switched, in LLVM's spelling. */
  readonly features: readonly string[];

  // Linear memory
  /** Address of linear memory 0 in the executable. */
  readonly memoryBase: number;
  /** Largest offset that may be folded into the memory symbol (relocation and code model limit), in bytes. */
  readonly maxSymbolOffset: number;
  /**
   * Offsets below this are added last, to the sum of symbol and address, so that accesses at several offsets from one address share the
   * sum: for an ISA that cannot add three parts in an access. 0: every offset belongs to the symbol, up to `maxSymbolOffset`.
   */
  readonly lastOffset: number;
  /**
   * Images of memory 0 up to this size, in bytes, are copied when the program starts. Larger ones are segments of the file, which
   * costs up to a page of padding in front of each.
   */
  readonly copiedImageSize: number;

  // Vectors
  /** Where LLVM makes poor code of the general form of an operation; later ones win. */
  readonly simd: readonly SimdExtension[];

  /** Absent where there is no kernel variant. */
  readonly kernel?: KernelTarget;
  /** Present where `kernel` is. Functions for the linker, so not among what threads get. */
  readonly kernelObject?: KernelObjectTarget | undefined;

  // ELF
  /** `e_machine`. */
  readonly elfMachine: number;
  /** lld's `-m`. */
  readonly lldEmulation: string;
  /** Relocation types that write an absolute address. */
  readonly absoluteRelocations: readonly number[];
  /** Largest page size that the kernel may use: alignment of segments, in bytes. */
  readonly maxPageSize: number;
}
