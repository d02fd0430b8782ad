// Spelling of LLVM IR: types, constants, strings. Source: the LLVM language reference.

import { Type } from '../../ir/types.js';

/** LLVM's name of each IR type, indexed by `Type`. References are pointers: funcref to a descriptor, externref opaque. */
export const LLVM_TYPES: readonly string[] = ['void', 'i32', 'i64', 'float', 'double', '<16 x i8>', 'ptr', 'ptr', 'ptr'];

/** The LLVM type of a function's results: none, one, or a structure of several. */
export function resultType(results: readonly Type[]): string {
  if (results.length === 0) return 'void';
  if (results.length === 1) return resultPart(results, 0);
  return `{ ${results.map((_type, i) => resultPart(results, i)).join(', ')} }`;
}

/** Floats behind so many results are returned as integers. */
const RESULTS_AS_THEY_ARE = 2;

/**
 * The LLVM type that result `i` has among a function's results: an integer of the same bits for floats behind the second. On x86-64
 * LLVM returns two floats in SSE registers and further ones on the x87 stack, which makes quiet NaNs of signaling ones.
 */
export function resultPart(results: readonly Type[], i: number): string {
  const type = results[i];
  if (i < RESULTS_AS_THEY_ARE) return LLVM_TYPES[type];
  return type === Type.F32 ? 'i32' : type === Type.F64 ? 'i64' : LLVM_TYPES[type];
}

/** An array of values with their types. */
export function arrayText(items: readonly string[]): string {
  return items.length === 0 ? 'zeroinitializer' : `[ ${items.join(', ')} ]`;
}

/** Bytes as the inside of an LLVM string: printable ASCII as it is, the rest as \hh. */
export function escaped(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    text += byte >= 32 && byte < 127 && byte !== 34 && byte !== 92 ? String.fromCharCode(byte) : `\\${byte.toString(16).padStart(2, '0')}`;
  }
  return text;
}

const scratch = new DataView(new ArrayBuffer(8));

/** A scalar constant from its bits (`high` is the upper half of 64-bit types). */
export function constantText(type: Type, low: number, high: number): string {
  switch (type) {
    case Type.I32:
      return String(low);
    case Type.I64:
      if (high === low >> 31) return String(low);
      return ((BigInt(high) << 32n) | BigInt(low >>> 0)).toString();
    case Type.F32: {
      if ((low & 0x7f80_0000) === 0x7f80_0000 && (low & 0x7f_ffff) !== 0) return `bitcast (i32 ${low} to float)`;
      scratch.setInt32(0, low);
      scratch.setFloat64(0, scratch.getFloat32(0)); // LLVM writes a float as the double of the same value
      return `0x${hex(scratch.getUint32(0))}${hex(scratch.getUint32(4))}`;
    }
    case Type.F64:
      return `0x${hex(high)}${hex(low)}`;
    default:
      return 'null';
  }
}

/** The lanes of a vector constant of this element type, without the type. */
export function vectorText(lanes: Uint8Array, element: string): string {
  if (lanes.every((lane) => lane === 0)) return 'zeroinitializer';
  return `<${Array.from(lanes, (lane) => `${element} ${lane}`).join(', ')}>`;
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
