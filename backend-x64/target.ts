// x86-64 Linux: the answers that the psABI and the ISA give.

import type { Target } from '../codegen/target.js';
import { cpus, features } from './cpus.js';
import { kernel, kernelObject } from './kernel.js';
import { simd } from './simd.js';

export const x64: Target = {
  name: 'x86_64-linux',
  arch: 'x86_64',
  llvmName: 'X86',
  triple: 'x86_64-unknown-linux-gnu',
  dataLayout: 'e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128',
  asmComment: '##', // # and a number would be a line of the preprocessor
  defaultCpu: 'x86-64-v2',
  defaultFeatures: '',
  cpus,
  features,
  // Below 2 GiB, so that an access is [symbol + register] with a signed 32-bit displacement; high enough for the image below it.
  memoryBase: 0x1000_0000,
  // The small code model lets LLVM fold offsets below 16 MiB into a symbol reference.
  maxSymbolOffset: 0xff_ffff,
  lastOffset: 0,
  // A segment begins at a multiple of 4 KiB of the file.
  copiedImageSize: 0x1000,
  simd,
  kernel,
  kernelObject,
  elfMachine: 62,
  lldEmulation: 'elf_x86_64',
  absoluteRelocations: [1, 10, 11], // R_X86_64_64, _32, _32S
  maxPageSize: 4096,
};
