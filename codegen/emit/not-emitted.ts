// An operation that its family's emitter does not know: a row of the op table without emission.

import { OPS, type Op } from '../../ir/ops.js';

export function notEmitted(op: Op): never {
  throw new Error(`no LLVM IR for ${OPS[op].name}`);
}
