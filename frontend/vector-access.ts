// Accesses of parts of a vector (spec 4.4.8): each is an access of one integer and a vector operation, before it in the
// case of a store. `v128.load32_splat` is `i32.load` and `i32x4.splat`, `v128.load8x8_s` is `i64.load`, `i64x2.splat` and
// `i16x8.extend_low_i8x16_s`. Derived from the mnemonics; what traps and what is accessed stays that of the integer.

import { simdOp } from '../ir/simd-ops.js';
import { Type } from '../ir/types.js';
import { operators, operatorSpace } from './operators.js';

/** What becomes of the integer. */
export const enum VectorPart {
  /** The operator is no access of a part. */
  None,
  /** Loaded into every lane. */
  Splat,
  /** Loaded into all lanes of 64 bits, whose lower half is extended. */
  Extend,
  /** Loaded into the first lane of a zero vector. */
  Zero,
  /** Loaded into the lane of a vector. */
  ReplaceLane,
  /** Taken from the lane of a vector and stored. */
  StoreLane,
}

/** By operator number: a `VectorPart`. */
export const vectorPart = new Uint8Array(operatorSpace);
/** By operator number: the row of the vector operation on the integer. */
export const vectorPartOp = new Uint16Array(operatorSpace);
/** By operator number: the row of the extension that follows. */
export const vectorExtendOp = new Uint16Array(operatorSpace);

const partAccess = /^v128\.(load|store)(\d+)(?:x(\d)_([su])|_(\w+))$/;
const shapes: Readonly<Record<string, string>> = { 8: 'i8x16', 16: 'i16x8', 32: 'i32x4', 64: 'i64x2' };
const kinds: Readonly<Record<string, VectorPart>> = { splat: VectorPart.Splat, zero: VectorPart.Zero, lane: VectorPart.ReplaceLane };
const operations: Readonly<Record<string, string>> = { splat: 'splat', zero: 'replace_lane', lane: 'replace_lane' };

/** The integer type that such an operator loads or stores, and notes the operations; undefined for other operators. */
function analyze(mnemonic: string, number: number): Type | undefined {
  const match = partAccess.exec(mnemonic);
  if (match === null) return undefined;
  const [, direction, bits, count, sign, kind] = match;
  if (count !== undefined) {
    vectorPart[number] = VectorPart.Extend;
    vectorPartOp[number] = simdOp('i64x2.splat');
    vectorExtendOp[number] = simdOp(`${shapes[Number(bits) * 2]}.extend_low_${shapes[bits]}_${sign}`);
    return Type.I64;
  }
  vectorPart[number] = direction === 'store' ? VectorPart.StoreLane : kinds[kind];
  const narrow = Number(bits) < 32 ? '_u' : '';
  vectorPartOp[number] = simdOp(`${shapes[bits]}.${direction === 'store' ? `extract_lane${narrow}` : operations[kind]}`);
  return bits === '64' ? Type.I64 : Type.I32;
}

/** By mnemonic: the integer type of an access of a part. */
export const vectorPartTypes: ReadonlyMap<string, Type> = new Map(
  operators.flatMap(({ mnemonic, number }) => {
    const type = analyze(mnemonic, number);
    return type === undefined ? [] : [[mnemonic, type] as const];
  }),
);
