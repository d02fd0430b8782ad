// hot
// Which way the body decoder takes for an operator, as one word for each, made from the operator table: the frequent
// shapes are handled in its loop, others with a fixed signature by their row, the rest by a rule of their own.

import { featureTable, hasFeature, validatedFeatures } from './features.js';
import { Op } from './opcodes.js';
import {
  Immediates,
  operatorExists,
  operatorFeature,
  operatorFixed,
  operatorImmediates,
  operatorParams,
  operatorResults,
  operatorSpace,
  packedCount,
  prefixFirst,
} from './operators.js';

/** How an operator is decoded: by its row, which `run` does for the frequent shapes; or by its own rule. */
export const enum Step {
  Unavailable,
  Prefix,
  Special,
  /** Fixed signature. */
  Fixed,
  /** Fixed signature without immediates: one operand or two, one result. */
  Unary,
  Binary,
  Load,
  Store,
  I32,
  I64,
  F32,
  F64,
  LocalGet,
  LocalSet,
  LocalTee,
}

const localSteps: ReadonlyMap<number, Step> = new Map([
  [Op.LocalGet, Step.LocalGet],
  [Op.LocalSet, Step.LocalSet],
  [Op.LocalTee, Step.LocalTee],
]);

/** Immediates and numbers of operands and results of the frequent shapes. */
const shapes: ReadonlyMap<string, Step> = new Map([
  [`${Immediates.None}:1:1`, Step.Unary],
  [`${Immediates.None}:2:1`, Step.Binary],
  [`${Immediates.Memarg}:1:1`, Step.Load],
  [`${Immediates.Memarg}:2:0`, Step.Store],
  [`${Immediates.I32}:0:1`, Step.I32],
  [`${Immediates.I64}:0:1`, Step.I64],
  [`${Immediates.F32}:0:1`, Step.F32],
  [`${Immediates.F64}:0:1`, Step.F64],
]);

/** An operator for `run`, in one word: its `Step`, its result, and its last operand and the one before. */
export const enum Row {
  StepMask = 15,
  Result = 4,
  Last = 7,
  First = 10,
  // biome-ignore lint/suspicious/noDuplicateEnumValues: the mask is of the bits, the last is one of their values
  TypeMask = 7,
}

/** By operator number, and by byte for prefixes: what `Row` says. */
export function rowsOf(features: number): Int32Array {
  const rows = new Int32Array(operatorSpace);
  const usable = features & validatedFeatures;
  const on = featureTable.map((row) => hasFeature(usable, row.name));
  for (let op = 0; op < operatorSpace; op++) {
    if (op < 256 && prefixFirst[op] !== 0) rows[op] = Step.Prefix;
    if (operatorExists[op] === 0 || !on[operatorFeature[op]]) continue;
    const [params, results] = [operatorParams[op], operatorResults[op]];
    const shape = `${operatorImmediates[op]}:${packedCount(params)}:${packedCount(results)}`;
    const step = operatorFixed[op] !== 0 ? (shapes.get(shape) ?? Step.Fixed) : (localSteps.get(op) ?? Step.Special);
    rows[op] = step | (results << Row.Result) | (params << Row.Last);
  }
  return rows;
}
