// arm64 Linux: the answers that the psABI (AAPCS64) and the ISA give.

import type { Target } from '../codegen/target.js';
import { cpus, features } from './cpus.js';
import { simd } from './simd.js';

export const arm64: Target = {
  name: 'aarch64-linux',
  arch: 'aarch64',
  llvmName: 'AArch64',
  triple: 'aarch64-unknown-linux-gnu',
  dataLayout: 'e-m:e-i8:8:32-i16:16:32-i64:64-i128:128-n32:64-S128-Fn32',
  asmComment: '//',
  defaultCpu: 'generic',
  defaultFeatures: '',
  cpus,
  features,
  // Within ±4 GiB of the code, so that adrp and add make the base; high enough for the image below it.
  memoryBase: 0x1000_0000,
  maxSymbolOffset: 0xf_ffff,
  // [base, w, uxtw] or [sum, #offset]. Larger offsets are mostly addresses of arrays, from which loops go on.
  lastOffset: 1024,
  // A segment begins at a multiple of 64 KiB of the file.
  copiedImageSize: 0x1_0000,
  simd,
  elfMachine: 183,
  lldEmulation: 'aarch64linux',
  absoluteRelocations: [257, 258], // R_AARCH64_ABS64, ABS32
  maxPageSize: 65536,
};
