// Which IR operation a Wasm operator with a fixed signature becomes: the operator's row names it, the type that it computes in
// follows from the signatures of the two rows. Operators without a name there cannot be compiled yet, or are `build-ssa.ts`'s part.

import { OPS, type OpInfo, OperandRule, ResultRule } from '../ir/ops.js';
import { simdOpNamed } from '../ir/simd-ops.js';
import { Type } from '../ir/types.js';
import { operators, operatorSpace } from './operators.js';
import { vectorPartType } from './vector-access.js';

/** `loweredOp` of an operator that the IR cannot express. */
export const notLowered = 255;

/** By operator number: an IR operation. */
export const loweredOp = new Uint8Array(operatorSpace).fill(notLowered);
/** By operator number: the IR type that the operation computes in. */
export const loweredType = new Uint8Array(operatorSpace);
/** By operator number: the source type of a conversion. */
export const loweredFrom = new Uint8Array(operatorSpace);
/** By operator number: 1 where a narrow load extends the sign. */
export const loweredSigned = new Uint8Array(operatorSpace);
/** By operator number: the row of a vector operation. */
export const loweredSimd = new Uint16Array(operatorSpace);

const irOps: ReadonlyMap<string, number> = new Map(OPS.map(({ name }, op) => [name, op]));
const types: Readonly<Record<string, Type>> = { i: Type.I32, I: Type.I64, f: Type.F32, F: Type.F64, v: Type.V128 };

/** The type of the operand that a rule is for. */
function operandType({ operands }: OpInfo, rule: OperandRule, params: string): Type {
  const k = operands.indexOf(rule);
  return k < 0 ? Type.None : types[params[k]];
}

for (const { number, mnemonic, signature, lowering } of operators) {
  if (lowering === '') continue;
  const words = lowering.split(' ');
  const op = irOps.get(words.find((word) => irOps.has(word)) ?? '');
  if (op === undefined) throw new Error(`${mnemonic}: no operation in "${lowering}"`);
  const info = OPS[op];
  const [params, results] = signature.split(':');
  const givesType = info.result === ResultRule.Type || info.result === ResultRule.Pair;
  loweredOp[number] = op;
  loweredType[number] = vectorPartType[number] || (givesType ? types[results[0]] : operandType(info, OperandRule.Same, params));
  loweredFrom[number] = operandType(info, OperandRule.From, params);
  loweredSigned[number] = words.includes('signed') ? 1 : 0;
  loweredSimd[number] = Math.max(0, simdOpNamed(mnemonic));
}
