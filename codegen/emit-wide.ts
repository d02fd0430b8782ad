// hot
// Wide arithmetic in LLVM IR: 128-bit integers as pairs of i64, low half first. LLVM makes add with carry and the
// widening multiplication of i128.

import type { InstId, ValueId } from '../ir/function.js';
import { Op } from '../ir/ops.js';
import type { FunctionEmitter } from './emit-function.js';

/** Emits one operation with two results. */
export function emitWide(e: FunctionEmitter, inst: InstId, op: Op.Add128 | Op.Sub128 | Op.MulWideS | Op.MulWideU): void {
  const { func } = e;
  const [a, b] = op === Op.Add128 || op === Op.Sub128
    ? [joined(e, func.operand(inst, 0), func.operand(inst, 1)), joined(e, func.operand(inst, 2), func.operand(inst, 3))]
    : [widened(e, func.operand(inst, 0), op === Op.MulWideS), widened(e, func.operand(inst, 1), op === Op.MulWideS)];
  const instruction = op === Op.Add128 ? 'add' : op === Op.Sub128 ? 'sub' : 'mul';
  const whole = e.temp(), upper = e.temp();
  e.line(`${whole} = ${instruction} i128 ${a}, ${b}`);
  e.assign(func.firstResult[inst]!, `trunc i128 ${whole} to i64`);
  e.line(`${upper} = lshr i128 ${whole}, 64`);
  e.assign(func.firstResult[inst]! + 1, `trunc i128 ${upper} to i64`);
}

function joined(e: FunctionEmitter, low: ValueId, high: ValueId): string {
  const upper = e.temp(), whole = e.temp();
  const lower = widened(e, low, false);
  const wide = widened(e, high, false);
  e.line(`${upper} = shl i128 ${wide}, 64`);
  e.line(`${whole} = or i128 ${upper}, ${lower}`);
  return whole;
}

function widened(e: FunctionEmitter, value: ValueId, signed: boolean): string {
  const wide = e.temp();
  e.line(`${wide} = ${signed ? 'sext' : 'zext'} i64 ${e.value(value)} to i128`);
  return wide;
}
