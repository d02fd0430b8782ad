// hot
// References of functions in ring 0. They are in memory that the process can write, as addresses of the executable's descriptors, which are
// one array. Ring 0 takes of such a number only which descriptor it is, and has constant arrays of its own with the code and type of each.

import { DESCRIPTOR_TYPE } from '../contract.js';
import type { ModuleContents } from '../plan/contents.js';
import { DESCRIPTORS, REFERENCE_CODE, REFERENCE_TYPES, descriptorSymbol } from '../symbols.js';
import type { PartitionText } from './partition-text.js';
import { Scope } from './writer.js';
import type { Operand, Writer } from './writer.js';

/** Of a descriptor's size, which is a power of two. */
const DESCRIPTOR_LOG2 = 4;

/** In the executable: the array, and the name that each descriptor has in any program. */
export function emitDescriptorArray(out: PartitionText, contents: ModuleContents, descriptors: readonly string[]): void {
  if (descriptors.length === 0) return;
  const type = `[${descriptors.length} x ${DESCRIPTOR_TYPE}]`;
  out.constantArray(
    DESCRIPTORS,
    DESCRIPTOR_TYPE,
    descriptors.map((text) => `${DESCRIPTOR_TYPE} ${text}`),
    { align: 2 ** DESCRIPTOR_LOG2 },
  );
  contents.descriptors.forEach((f, i) => out.aliasOf(descriptorSymbol(f), DESCRIPTOR_TYPE, `getelementptr (${type}, ptr ${DESCRIPTORS}, i64 0, i64 ${i})`));
}

/** In ring 0: code and types of the described functions. */
export function emitReferenceArrays(out: PartitionText, contents: ModuleContents, entryPoint: (functionIndex: number) => string): void {
  const { descriptors } = contents;
  if (descriptors.length === 0) return;
  out.constantArray(
    REFERENCE_CODE,
    'ptr',
    descriptors.map((f) => `ptr ${entryPoint(f)}`),
  );
  out.constantArray(
    REFERENCE_TYPES,
    'i32',
    descriptors.map((f) => `i32 ${out.plan.functions[f].typeId}`),
  );
}

/** The code that a reference which is not null stands for; traps for what is no descriptor's address, or not one of this type. */
export function referenceCode(w: Writer, out: PartitionText, reference: Operand, typeId: number): Operand {
  const count = out.plan.references ?? 0;
  if (out.kernel === undefined) throw new Error('references of ring 0 are for ring 0');
  // Without descriptors no reference is right; the arrays have one element that nothing reads.
  const size = Math.max(count, 1);
  const first = out.declare(DESCRIPTORS, `${DESCRIPTORS} = external hidden constant [${size} x ${DESCRIPTOR_TYPE}]`);
  const distance = w.binary('sub', 'i64', w.cast('ptrtoint', 'ptr', reference, 'i64'), `ptrtoint (ptr ${first} to i64)`);
  // What is between two descriptors becomes a very large number.
  const rotate = out.intrinsic('llvm.fshr.i64', 'i64', 'i64, i64, i64');
  const index = w.call('i64', rotate, `i64 ${distance}, i64 ${distance}, i64 ${DESCRIPTOR_LOG2}`);
  w.trapIf(w.icmp('uge', 'i64', index, count), 'undefined_element');
  const masked = w.binary('and', 'i64', index, w.assembly('i64', out.kernel.maskBelow, `i64 ${index}, i64 ${size}`));
  const types = out.declare(REFERENCE_TYPES, `${REFERENCE_TYPES} = external hidden constant [${size} x i32]`);
  const type = w.load('i32', w.element(`[${size} x i32]`, types, masked), undefined, Scope.Invariant);
  w.trapUnless(w.icmp('eq', 'i32', type, typeId), 'indirect_call_type_mismatch');
  const code = out.declare(REFERENCE_CODE, `${REFERENCE_CODE} = external hidden constant [${size} x ptr]`);
  return w.load('ptr', w.element(`[${size} x ptr]`, code, masked), undefined, Scope.Invariant);
}

/** Addresses of user space have zeros from this bit on, whatever the kernel's layout; adding an index of 32 bits to one leads to none of the kernel's. */
const USER_BITS = 47n;

/** An address that was read from memory of the process, or what is one of user space. */
export function userAddress(w: Writer, address: Operand): Operand {
  const number = w.binary('and', 'i64', w.cast('ptrtoint', 'ptr', address, 'i64'), String((1n << USER_BITS) - 1n));
  return w.cast('inttoptr', 'i64', number, 'ptr');
}

/** A descriptor's address that is not part of another instruction: one that stores it to a variable would have two addresses in it, and ring 0 takes one. */
export function inRegister(w: Writer, descriptor: Operand): Operand {
  return w.assembly('ptr', { text: '', constraints: '=r,0' }, `ptr ${descriptor}`);
}
