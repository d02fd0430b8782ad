// hot
// Globals, locals that are in memory, references, and the choice between two values.

import type { InstId } from '../../ir/function.js';
import { Op } from '../../ir/ops.js';
import { LLVM_TYPES } from './llvm-text.js';
import type { Environment } from './environment.js';
import { inRegister } from './kernel-reference.js';
import { ownScope } from './memory-place.js';
import { notEmitted } from './not-emitted.js';
import type { Operand, Writer } from './writer.js';

export function emitGlobal(w: Writer, env: Environment, inst: InstId, op: Op): void {
  const {
    func,
    out: { plan },
  } = env;
  if (op === Op.GlobalGet) return void w.load(LLVM_TYPES[func.type[inst]], env.out.global(func.imm[inst]), env.result(inst), ownScope(plan));
  if (op !== Op.GlobalSet) return notEmitted(op);
  const value = func.operand(inst, 0),
    index = func.imm[inst];
  // A signal handler must find the stack pointer below everything that the interrupted code still uses.
  const ordered = plan.asynchronous && index === plan.stackPointer;
  const isDescriptor = env.out.kernel !== undefined && func.definition(value) >= 0 && func.op[func.definition(value)] === Op.RefFunc;
  const stored = isDescriptor ? inRegister(w, env.value(value)) : env.value(value);
  w.store(env.type(value), stored, env.out.global(index), ownScope(plan), 0, ordered);
}

/** The address of a local that is in memory. */
export const slotRegister = (slot: number): Operand => `%local.${slot}`;

export function emitSlot(w: Writer, env: Environment, inst: InstId, op: Op): void {
  const slot = slotRegister(env.func.imm[inst]);
  if (op === Op.SlotGet) return void w.load(LLVM_TYPES[env.func.type[inst]], slot, env.result(inst));
  if (op !== Op.SlotSet) return notEmitted(op);
  const value = env.func.operand(inst, 0);
  w.store(env.type(value), env.value(value), slot);
}

export function emitSelect(w: Writer, env: Environment, inst: InstId): void {
  const { func } = env;
  const condition = env.condition(w, func.operand(inst, 2));
  w.select(condition, env.type(func.operand(inst, 0)), env.operand(inst, 0), env.operand(inst, 1), env.result(inst));
}

/** A test for null, or a trap for it. */
export function emitReference(w: Writer, env: Environment, inst: InstId, op: Op): void {
  const reference = env.operand(inst, 0);
  if (op === Op.RefIsNull) {
    w.icmp('eq', 'ptr', reference, 'null', env.bitResult(inst));
    return env.widenBit(w, inst);
  }
  if (op !== Op.RefAsNonNull) return notEmitted(op);
  w.trapIf(w.icmp('eq', 'ptr', reference, 'null'), 'null_reference');
  w.cast('bitcast', 'ptr', reference, 'ptr', env.result(inst));
}
