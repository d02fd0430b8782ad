// hot
// Calls of LLVM's intrinsics: those that are overloaded on one type, and the copy of bytes.

import type { Type } from '../../ir/types.js';
import { INTRINSIC_SUFFIX } from './arithmetic.js';
import type { IntrinsicStem } from './arithmetic.js';
import type { Environment } from './environment.js';
import { LLVM_TYPES } from './llvm-text.js';
import type { PartitionText } from './partition-text.js';
import type { Operand, Writer } from './writer.js';

/** Calls an intrinsic whose arguments and result all have one type. */
export function callIntrinsic(w: Writer, env: Environment, name: IntrinsicStem, type: Type, args: readonly Operand[], into?: Operand): Operand {
  const llvm = LLVM_TYPES[type];
  const callee = env.out.intrinsic(`${name}.${INTRINSIC_SUFFIX[type]}`, llvm, args.map(() => llvm).join(', '));
  return w.call(llvm, callee, args.map((arg) => `${llvm} ${arg}`).join(', '), into);
}

/** Copies `length` bytes (i64) between places that do not overlap. */
export function copyBytes(w: Writer, out: PartitionText, to: Operand, from: Operand, length: Operand | number): void {
  w.call('void', out.intrinsic('llvm.memcpy.p0.p0.i64', 'void', 'ptr, ptr, i64, i1'), `ptr ${to}, ptr ${from}, i64 ${length}, i1 false`);
}
