// hot
// Wide arithmetic: 128-bit integers as pairs of i64, low half first. LLVM makes add with carry and the widening multiplication of i128.

import type { InstId, ValueId } from '../../ir/function.js';
import { Op } from '../../ir/ops.js';
import type { Environment } from './environment.js';
import type { Operand, Writer } from './writer.js';

/** Emits one operation with two results. */
export function emitWide(w: Writer, env: Environment, inst: InstId, op: Op): void {
  const { func } = env;
  const [a, b] =
    op === Op.Add128 || op === Op.Sub128
      ? [joined(w, env, func.operand(inst, 0), func.operand(inst, 1)), joined(w, env, func.operand(inst, 2), func.operand(inst, 3))]
      : [widened(w, env, func.operand(inst, 0), op === Op.MulWideS), widened(w, env, func.operand(inst, 1), op === Op.MulWideS)];
  const first = func.firstResult[inst];
  const whole = w.binary(op === Op.Add128 ? 'add' : op === Op.Sub128 ? 'sub' : 'mul', 'i128', a, b);
  w.cast('trunc', 'i128', whole, 'i64', `%v${first}`);
  w.cast('trunc', 'i128', w.binary('lshr', 'i128', whole, 64), 'i64', `%v${first + 1}`);
}

function joined(w: Writer, env: Environment, low: ValueId, high: ValueId): Operand {
  const lower = widened(w, env, low, false);
  const wide = widened(w, env, high, false);
  return w.binary('or', 'i128', w.binary('shl', 'i128', wide, 64), lower);
}

function widened(w: Writer, env: Environment, value: ValueId, signed: boolean): Operand {
  return w.cast(signed ? 'sext' : 'zext', 'i64', env.value(value), 'i128');
}
