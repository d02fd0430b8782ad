// Accesses of parts of a vector (spec 4.4.8): each is an access of one integer and a vector operation, before it in the
// case of a store. `v128.load32_splat` is `i32.load` and `i32x4.splat`, `v128.load8x8_s` is `i64.load`, `i64x2.splat` and
// `i16x8.extend_low_i8x16_s`, as the operator's row says; what traps and what is accessed stays that of the integer.

import { SIMD_OPS, simdOpNamed } from '../ir/simd-ops.js';
import { type Operator, operators, operatorSpace } from './operators.js';

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

/** By operator number: the type of the integer. */
export const vectorPartType = new Uint8Array(operatorSpace);

/** Which part an operator accesses; `rows` are its vector operations. */
function partOf({ lowering, immediates }: Operator, rows: readonly number[]): VectorPart {
  if (lowering.endsWith('store')) return VectorPart.StoreLane;
  if (rows.length > 1) return VectorPart.Extend;
  if (immediates === 'memargLane') return VectorPart.ReplaceLane;
  return SIMD_OPS[rows[0]].operands.length === 1 ? VectorPart.Splat : VectorPart.Zero;
}

for (const operator of operators) {
  const rows = operator.lowering
    .split(' ')
    .map(simdOpNamed)
    .filter((row) => row >= 0);
  if (rows.length === 0) continue;
  const { number } = operator;
  const { operands, result } = SIMD_OPS[rows[0]];
  vectorPart[number] = partOf(operator, rows);
  vectorPartOp[number] = rows[0];
  vectorExtendOp[number] = rows[1] ?? 0;
  vectorPartType[number] = vectorPart[number] === VectorPart.StoreLane ? result : operands[operands.length - 1];
}
