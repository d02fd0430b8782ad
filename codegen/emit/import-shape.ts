// What a call of an import passes where, by the C calling convention of x86-64: what the kernel may tell the launcher of it.

import type { Type } from '../../ir/types.js';
import { LLVM_TYPES } from './llvm-text.js';
import type { LlvmType } from './writer.js';

/** Counts of arguments in general registers, in vector registers and on the stack, and whether the call returns. */
export interface ImportShape {
  readonly returns: boolean;
  readonly integers: number;
  readonly floats: number;
  readonly stackWords: number;
}

const INTEGERS_IN_REGISTERS = 6,
  FLOATS_IN_REGISTERS = 8;

/** The shape of a function with parameters of these types of LLVM. */
export function importShape(params: readonly LlvmType[], returns: boolean): ImportShape {
  const floats = params.filter((type) => type === 'float' || type === 'double').length;
  const integers = params.length - floats;
  return {
    returns,
    integers: Math.min(integers, INTEGERS_IN_REGISTERS),
    floats: Math.min(floats, FLOATS_IN_REGISTERS),
    stackWords: Math.max(0, integers - INTEGERS_IN_REGISTERS) + Math.max(0, floats - FLOATS_IN_REGISTERS),
  };
}

/** The same for types of ours. */
export function shapeOfTypes(params: readonly Type[], returns: boolean): ImportShape {
  return importShape(
    params.map((type) => LLVM_TYPES[type]),
    returns,
  );
}
