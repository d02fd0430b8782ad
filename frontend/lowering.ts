// Which IR operation a Wasm operator with a fixed signature becomes. Derived from the mnemonics of the two tables:
// `f32.add` is `fadd` in f32, `i64.trunc_f32_s` is `trunc_s` in i64 from f32, `i32.load8_s` is a signed one-byte `load`.
// Vector operations are rows of a table of the same mnemonics. Operators without a row cannot be compiled yet.

import { OPS } from '../ir/ops.js';
import { SIMD_OPS, simdOpcode, simdOpNamed } from '../ir/simd-ops.js';
import { Type } from '../ir/types.js';
import { type Operator, operators, operatorSpace } from './operators.js';
import { vectorPartTypes } from './vector-access.js';

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
const irTypes: Readonly<Record<string, Type>> = { i32: Type.I32, i64: Type.I64, f32: Type.F32, f64: Type.F64, v128: Type.V128 };

const conversion = /^(\w+?)_([if](?:32|64))(_[su])?$/;
const memoryAccess = /^(load|store)(?:8|16|32)?(_[su])?$/;
const atomicAccess = /^atomic\.(?:(load|store)|rmw(?:8|16|32)?\.(\w+?))(?:8|16|32)?(?:_u)?$/;

interface Lowering {
  readonly name: string;
  readonly type: Type;
  readonly from?: Type;
  readonly signed?: boolean;
}

const irregular: Readonly<Record<string, Lowering>> = {
  'memory.atomic.wait32': { name: 'atomic.wait', type: Type.I32 },
  'memory.atomic.wait64': { name: 'atomic.wait', type: Type.I64 },
  'memory.atomic.notify': { name: 'atomic.notify', type: Type.None },
  'atomic.fence': { name: 'atomic.fence', type: Type.None },
};

function lower({ mnemonic, signature }: Operator): Lowering | undefined {
  if (signature === '*') return undefined;
  const part = vectorPartTypes.get(mnemonic);
  if (part !== undefined) return { name: mnemonic.startsWith('v128.load') ? 'load' : 'store', type: part };
  const special = irregular[mnemonic];
  if (special !== undefined) return special;
  const dot = mnemonic.indexOf('.');
  const type = irTypes[mnemonic.slice(0, dot)];
  const rest = mnemonic.slice(dot + 1);
  if (type === undefined || rest === 'const') return undefined;
  const access = memoryAccess.exec(rest);
  if (access !== null) return { name: access[1], type, signed: access[2] === '_s' };
  const atomic = atomicAccess.exec(rest);
  if (atomic !== null) return { name: `atomic.${atomic[1] ?? atomic[2]}`, type };
  const convert = conversion.exec(rest);
  if (convert !== null) return { name: convert[1] + (convert[3] ?? ''), type, from: irTypes[convert[2]] };
  return { name: type === Type.F32 || type === Type.F64 ? `f${rest}` : rest, type };
}

for (const operator of operators) {
  const row = simdOpNamed(operator.mnemonic);
  if (row >= 0) {
    loweredOp[operator.number] = simdOpcode(row);
    loweredType[operator.number] = SIMD_OPS[row].result;
    loweredSimd[operator.number] = row;
    continue;
  }
  const lowering = lower(operator);
  const op = lowering === undefined ? undefined : irOps.get(lowering.name);
  if (lowering === undefined || op === undefined) continue;
  const { number } = operator;
  loweredOp[number] = op;
  loweredType[number] = lowering.type;
  loweredFrom[number] = lowering.from ?? Type.None;
  loweredSigned[number] = lowering.signed === true ? 1 : 0;
}

