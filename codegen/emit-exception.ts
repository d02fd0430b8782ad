// Exceptions in LLVM IR. An exception is a pointer to `struct w2e_exception`: a header with its tag, then one slot per
// value. Calls that unwind are `invoke`s, whose landing pads take everything; LLVM writes where they are into
// .gcc_except_table, which the runtime reads when it throws. The personality is a name only: nobody calls it.

import type { InstId } from '../ir/function.js';
import { Op } from '../ir/ops.js';
import type { FunctionEmitter } from './emit-function.js';
import { LLVM_TYPES } from './llvm-text.js';
import { EXCEPTION_KEPT_OFFSET, EXCEPTION_SLOT, EXCEPTION_VALUES_OFFSET, runtimeSymbol } from './symbols.js';

/** What a landing pad gets: the exception, and a number that is not used. */
const LANDING = '{ ptr, i32 }';

/** The operations that touch exceptions. */
export type ExceptionOp = Op.ExnNew | Op.ExnIs | Op.ExnValue | Op.ExnKeep | Op.ExnFree | Op.Catch | Op.Throw;

export function emitException(e: FunctionEmitter, inst: InstId, op: ExceptionOp): void {
  const { func, out } = e;
  const result = func.result(inst);
  const exception = (): string => e.operand(inst, 0);
  switch (op) {
    case Op.ExnNew:
      return emitNew(e, inst);
    case Op.ExnIs: {
      const tag = e.temp();
      e.line(`${tag} = load i32, ptr ${exception()}`);
      return e.assignCondition(result, `icmp eq i32 ${tag}, ${func.imm[inst]!}`);
    }
    case Op.ExnValue:
      return e.assign(result, `load ${LLVM_TYPES[func.type[inst]!]!}, ptr ${slot(e, exception(), func.imm2[inst]!)}`);
    case Op.ExnKeep: {
      const at = e.temp();
      e.line(`${at} = getelementptr i8, ptr ${exception()}, i64 ${EXCEPTION_KEPT_OFFSET}`);
      return e.line(`store i16 1, ptr ${at}`);
    }
    case Op.ExnFree:
      return e.line(`call void ${out.runtime('w2e_exception_free', 'void', 'ptr')}(ptr ${exception()})`);
    case Op.Catch: {
      const landing = e.temp();
      e.line(`${landing} = landingpad ${LANDING} cleanup`);
      if (out.plan.movesFrames) restoreStack(e);
      return e.assign(result, `extractvalue ${LANDING} ${landing}, 0`);
    }
    case Op.Throw:
      e.line(`call void ${out.declare(runtimeSymbol('w2e_exception_throw'), 'declare void @w2e_exception_throw(ptr) #5')}(ptr ${exception()}) #5`);
      return e.line('unreachable');
  }
}

/** The stack pointer where no call is being made. */
const STACK = '%stack';

/** Notes the stack pointer at the entry of a function with landing pads that restore it. */
export function saveStack(e: FunctionEmitter): void {
  e.line(`${STACK} = call ptr ${e.out.intrinsic('llvm.stacksave.p0', 'ptr', '')}()`);
}

/**
 * A tail call below has moved its frame, so that the stack pointer at the landing pad may be too low. The variable
 * that is made and given up makes LLVM reach everything else from the frame pointer.
 */
function restoreStack(e: FunctionEmitter): void {
  const restore = `call void ${e.out.intrinsic('llvm.stackrestore.p0', 'void', 'ptr')}(ptr ${STACK})`;
  const variable = e.temp();
  e.line(restore);
  e.line(`${variable} = alloca [16 x i8], align 16`);
  e.line(`call void asm sideeffect "", "r"(ptr ${variable})`);
  e.line(restore);
}

function emitNew(e: FunctionEmitter, inst: InstId): void {
  const { func, out } = e;
  const count = func.operandCount[inst]!;
  const result = func.result(inst);
  e.assign(result, `call ptr ${out.runtime('w2e_exception_new', 'ptr', 'i32, i32')}(i32 ${func.imm[inst]!}, i32 ${count})`);
  for (let k = 0; k < count; k++) e.line(`store ${e.typed(func.operand(inst, k))}, ptr ${slot(e, e.value(result), k)}`);
}

/** The address of a value of an exception. */
function slot(e: FunctionEmitter, exception: string, index: number): string {
  const at = e.temp();
  e.line(`${at} = getelementptr i8, ptr ${exception}, i64 ${EXCEPTION_VALUES_OFFSET + index * EXCEPTION_SLOT}`);
  return at;
}
