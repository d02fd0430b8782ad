// The exception table of a kernel module (`__ex_table`): for each instruction that may fault, where the kernel goes on. x86 has
// twelve bytes a row: the instruction and the landing as distances from their own places, and what is done on the way. Here the low
// 16 bits of the instruction's place go to %ax, and each 64 KiB of code have a landing of their own, so a landing knows the place.
// Source: arch/x86/include/asm/extable.h, extable_fixup_types.h (EX_TYPE_IMM_REG).

import type { ExceptionTable, Instruction } from '../../codegen/kernel-target.js';
import { decoded, mayFault } from './code.js';

/** Bytes from one landing to the next. */
const LANDING_BYTES = 16;
/** log2 of the bytes of code for each landing. */
const LANDING_LOG2 = 16;

const ROW = 12,
  RELOCATION = 24;
const EX_TYPE_IMM_REG = 17;
/** Number of the register in the kernel's order, which is that of the instruction set. */
const REGISTER_AX = 0;
const R_X86_64_PC32 = 2;

/** How many landings code of this size needs. */
export function landingCount(codeBytes: number): number {
  return Math.max(1, Math.ceil(codeBytes / 2 ** LANDING_LOG2));
}

/** The table for code; `codeSymbol` and `landingsSymbol` are numbers in the symbol table. */
export function exceptionTable(code: readonly Instruction[], codeSymbol: number, landingsSymbol: number): ExceptionTable {
  const places = code.filter((instruction) => mayFault(decoded(instruction))).map(({ at }) => at);
  const contents = Buffer.alloc(places.length * ROW);
  const relocations = Buffer.alloc(places.length * 2 * RELOCATION);
  const relocate = (index: number, at: number, symbol: number, addend: number): void => {
    relocations.writeBigUInt64LE(BigInt(at), index * RELOCATION);
    relocations.writeUInt32LE(R_X86_64_PC32, index * RELOCATION + 8);
    relocations.writeUInt32LE(symbol, index * RELOCATION + 12);
    relocations.writeBigInt64LE(BigInt(addend), index * RELOCATION + 16);
  };
  places.forEach((place, i) => {
    const low = place & (2 ** LANDING_LOG2 - 1);
    contents.writeInt32LE(EX_TYPE_IMM_REG | (REGISTER_AX << 8) | (low << 16), i * ROW + 8);
    relocate(2 * i, i * ROW, codeSymbol, place);
    relocate(2 * i + 1, i * ROW + 4, landingsSymbol, (place >>> LANDING_LOG2) * LANDING_BYTES);
  });
  return { rows: places.length, contents, relocations };
}
