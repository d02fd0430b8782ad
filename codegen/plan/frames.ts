// Where arguments and results of the module's functions are, as far as that is the same on every target.

import type { Signature } from '../../ir/function.js';
import { Type } from '../../ir/types.js';

/** So many results fit registers on every target. */
export const RESULTS_IN_REGISTERS = 2;
/** So many floats and vectors are passed in registers on every target. */
export const FLOATS_IN_REGISTERS = 8;
/** So many integers. */
const INTEGERS_IN_REGISTERS = 6;

/**
 * Whether tail calls between functions of these types may move frames: some have arguments on the stack. Where exceptions
 * pass such frames, their callers know their own by a frame pointer only, and restore the stack pointer themselves.
 */
export function mayMoveFrames(signatures: readonly (Signature | undefined)[]): boolean {
  return signatures.some((signature) => {
    if (signature === undefined) return false;
    const { params, results } = signature;
    const count = (...types: Type[]): number => params.filter((type) => types.includes(type)).length;
    const floats = count(Type.F32, Type.F64, Type.V128);
    const halves = floats > FLOATS_IN_REGISTERS ? 2 * count(Type.V128) : 0;
    const address = results.length > RESULTS_IN_REGISTERS ? 1 : 0;
    return floats > FLOATS_IN_REGISTERS || params.length - floats + halves + address > INTEGERS_IN_REGISTERS;
  });
}
