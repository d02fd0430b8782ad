// Code for ring 0 as a list of instructions, and which of them can fault: those need an entry in the kernel's exception table.
// Source of the forms: AT&T syntax as LLVM's disassembler prints it.

import type { Instruction } from '../../codegen/kernel-target.js';

/** An instruction taken apart. */
export interface Decoded extends Instruction {
  /** `lock`, `rep` and the like; empty for none. */
  readonly prefixes: readonly string[];
  readonly mnemonic: string;
  readonly operands: readonly string[];
}

const PREFIX = /^(?:lock|rep|repe|repne|repz|repnz|data16|notrack|xacquire|xrelease|[c-gs]s)$/;

/** Takes an instruction apart. */
export function decoded(instruction: Instruction): Decoded {
  const words = instruction.text.split(' ');
  const first = words.findIndex((word) => !PREFIX.test(word));
  const begin = first < 0 ? words.length : first;
  return { ...instruction, prefixes: words.slice(0, begin), mnemonic: words[begin] ?? '', operands: splitOperands(words.slice(begin + 1).join(' ')) };
}

/** Operands are separated by commas outside of parentheses; what follows `#` is a remark. */
function splitOperands(text: string): string[] {
  const operands = text.replace(/#.*$/, '').match(/(?:\([^)]*\)|[^,(])+/g) ?? [];
  return operands.map((operand) => operand.trim()).filter((operand) => operand !== '');
}

/** An operand that is in memory: neither a register nor a constant. */
export function isMemory(operand: string): boolean {
  return !/^[%$]/.test(operand) || /^%[c-gs]s:/.test(operand);
}

/** A place in the frame: the stack pointer and a constant. */
export function isFrame(operand: string): boolean {
  return /^-?(?:0x[0-9a-f]+|\d+)?\(%rsp\)$/.test(operand);
}

const NO_ACCESS = /^(?:lea[wlq]|nop[wl]?|endbr64|prefetch\w*)$/;
const BRANCH = /^(?:j[a-z]+|callq?)$/;
const FAULTS = /^(?:i?div[bwlq]|ud[012]\w*)$/;
const STRING = /^(?:movs[bwlq]|stos[bwlq]|lods[bwlq]|scas[bwlq]|cmps[bwlq])$/;

/**
 * Whether an instruction may fault in code that is right: it reads or writes memory outside of its frame, divides, or stops. What is
 * not known may.
 */
export function mayFault({ mnemonic, operands, prefixes }: Decoded): boolean {
  if (mnemonic === '' || FAULTS.test(mnemonic)) return true;
  if (NO_ACCESS.test(mnemonic)) return false;
  if (BRANCH.test(mnemonic)) return operands.some((operand) => operand.startsWith('*') && isMemory(operand.slice(1)));
  if (prefixes.includes('rep') || prefixes.includes('repne')) return true;
  if (STRING.test(mnemonic) && operands.some((operand) => operand.includes('('))) return true;
  return operands.some((operand) => isMemory(operand) && !isFrame(operand));
}
