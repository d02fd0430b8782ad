// Exceptions. An exception is a pointer to `struct w2e_exception`: a header with its tag, then one slot per value. Calls that
// unwind are `invoke`s, whose landing pads take everything; LLVM writes where they are into .gcc_except_table, which the
// runtime reads when it throws. The personality is a name only: nobody calls it.

import type { InstId } from '../../ir/function.js';
import { Op } from '../../ir/ops.js';
import { EXCEPTION_KEPT_OFFSET, EXCEPTION_VALUES_OFFSET, SLOT } from '../contract.js';
import type { Environment } from './environment.js';
import { LLVM_TYPES } from './llvm-text.js';
import { notEmitted } from './not-emitted.js';
import type { PartitionText } from './partition-text.js';
import type { Operand, Writer } from './writer.js';

/** What a landing pad gets: the exception, and a number that is not used. */
const LANDING = '{ ptr, i32 }';

/** Emits one operation on an exception. */
export function emitException(w: Writer, env: Environment, inst: InstId, op: Op): void {
  const { func, out } = env;
  switch (op) {
    case Op.ExnNew:
      return emitNew(w, env, inst);
    case Op.ExnIs:
      w.icmp('eq', 'i32', w.load('i32', env.operand(inst, 0)), func.imm[inst], env.bitResult(inst));
      return env.widenBit(w, inst);
    case Op.ExnValue:
      return void w.load(LLVM_TYPES[func.type[inst]], slot(w, env.operand(inst, 0), func.imm2[inst]), env.result(inst));
    case Op.ExnKeep:
      return w.store('i16', 1, w.index('i8', env.operand(inst, 0), EXCEPTION_KEPT_OFFSET));
    case Op.ExnFree:
      return void out.callRuntime(w, 'exception_free', [env.operand(inst, 0)]);
    case Op.Catch: {
      const landing = w.landingPad(LANDING);
      if (out.plan.movesFrames) restoreStack(w, out);
      return void w.extractValue(LANDING, landing, 0, env.result(inst));
    }
    case Op.Throw:
      out.callRuntime(w, 'exception_throw', [env.operand(inst, 0)]);
      return w.unreachable();
    default:
      return notEmitted(op);
  }
}

/** The stack pointer where no call is being made. */
const STACK = '%stack';

/** Notes the stack pointer at the entry of a function with landing pads that restore it. */
export function saveStack(w: Writer, out: PartitionText): void {
  w.call('ptr', out.intrinsic('llvm.stacksave.p0', 'ptr', ''), '', STACK);
}

/**
 * A tail call below has moved its frame, so that the stack pointer at the landing pad may be too low. The variable
 * that is made and given up makes LLVM reach everything else from the frame pointer.
 */
function restoreStack(w: Writer, out: PartitionText): void {
  const restore = out.intrinsic('llvm.stackrestore.p0', 'void', 'ptr');
  w.call('void', restore, `ptr ${STACK}`);
  w.clobber(w.alloca('[16 x i8]', 16));
  w.call('void', restore, `ptr ${STACK}`);
}

function emitNew(w: Writer, env: Environment, inst: InstId): void {
  const { func, out } = env;
  const count = func.operandCount[inst];
  const exception = out.callRuntime(w, 'exception_new', [func.imm[inst], count], env.result(inst));
  for (let k = 0; k < count; k++) {
    const value = func.operand(inst, k);
    const at = slot(w, exception, k);
    w.store(env.type(value), env.value(value), at);
  }
}

/** The address of a value of an exception. */
function slot(w: Writer, exception: Operand, index: number): Operand {
  return w.index('i8', exception, EXCEPTION_VALUES_OFFSET + index * SLOT);
}
