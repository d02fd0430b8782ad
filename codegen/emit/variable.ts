// hot
// Globals, locals that are in memory, references, and the choice between two values.

import type { InstId } from '../../ir/function.js';
import { LLVM_TYPES } from './llvm-text.js';
import type { Environment } from './environment.js';
import { ownScope } from './memory-place.js';
import type { Operand, Writer } from './writer.js';

export function emitGlobalGet(w: Writer, env: Environment, inst: InstId): void {
  w.load(LLVM_TYPES[env.func.type[inst]!]!, env.out.global(env.func.imm[inst]!), env.result(inst), ownScope(env.out.plan));
}

export function emitGlobalSet(w: Writer, env: Environment, inst: InstId): void {
  const { func, out: { plan } } = env;
  const value = func.operand(inst, 0), index = func.imm[inst]!;
  // A signal handler must find the stack pointer below everything that the interrupted code still uses.
  const ordered = plan.asynchronous && index === plan.stackPointer;
  w.store(env.type(value), env.value(value), env.out.global(index), ownScope(plan), 0, ordered);
}

/** The address of a local that is in memory. */
export const slotRegister = (slot: number): Operand => `%local.${slot}`;

export function emitSlotGet(w: Writer, env: Environment, inst: InstId): void {
  w.load(LLVM_TYPES[env.func.type[inst]!]!, slotRegister(env.func.imm[inst]!), env.result(inst));
}

export function emitSlotSet(w: Writer, env: Environment, inst: InstId): void {
  const value = env.func.operand(inst, 0);
  w.store(env.type(value), env.value(value), slotRegister(env.func.imm[inst]!));
}

export function emitSelect(w: Writer, env: Environment, inst: InstId): void {
  const { func } = env;
  const condition = env.condition(w, func.operand(inst, 2));
  w.select(condition, env.type(func.operand(inst, 0)), env.operand(inst, 0), env.operand(inst, 1), env.result(inst));
}

export function emitIsNull(w: Writer, env: Environment, inst: InstId): void {
  w.icmp('eq', 'ptr', env.operand(inst, 0), 'null', env.bitResult(inst));
  env.widenBit(w, inst);
}

export function emitNonNull(w: Writer, env: Environment, inst: InstId): void {
  const reference = env.operand(inst, 0);
  w.trapIf(w.icmp('eq', 'ptr', reference, 'null'), 'null_reference');
  w.cast('bitcast', 'ptr', reference, 'ptr', env.result(inst));
}
