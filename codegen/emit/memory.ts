// hot
// Accesses of linear memory. In an executable memory 0 is the symbol w2e_memory: an access is a load or store at
// symbol + offset + zero-extended address, in the order that suits the target. Ordinarily the reserved range behind memory 0 faults and the
// fault is the trap; for every other kind of memory a comparison with the current size stands in front (memory-place.ts).
// A load that must stay although LLVM might do without it is volatile (`Environment.isVolatile`).

import type { InstId } from '../../ir/function.js';
import { Op, accessBytesLog2, accessMemory, accessSigned } from '../../ir/ops.js';
import { Type } from '../../ir/types.js';
import { PAGE_LOG2 } from '../symbols.js';
import type { Environment } from './environment.js';
import { copyBytes } from './intrinsics.js';
import { LLVM_TYPES } from './llvm-text.js';
import { checkAccess, checkBulk, checkRange, isFixed, loadScope, memoryBase, memorySize, storeScope } from './memory-place.js';
import { notEmitted } from './not-emitted.js';
import type { PartitionText } from './partition-text.js';
import { displaced } from './writer.js';
import type { AtomicOperation, Operand, Writer } from './writer.js';

const UPDATES: Readonly<Record<number, AtomicOperation>> = {
  [Op.AtomicAdd]: 'add',
  [Op.AtomicSub]: 'sub',
  [Op.AtomicAnd]: 'and',
  [Op.AtomicOr]: 'or',
  [Op.AtomicXor]: 'xor',
  [Op.AtomicXchg]: 'xchg',
};

/** Emits a load or store. */
export function emitAccess(w: Writer, env: Environment, inst: InstId, op: Op): void {
  switch (op) {
    case Op.Load:
      return emitLoad(w, env, inst);
    case Op.Store:
      return emitStore(w, env, inst);
    default:
      return notEmitted(op);
  }
}

/** Emits one operation on a whole memory or a data segment. */
export function emitMemoryOperation(w: Writer, env: Environment, inst: InstId, op: Op): void {
  switch (op) {
    case Op.MemorySize:
      return emitSize(w, env, inst);
    case Op.MemoryGrow:
      return emitGrow(w, env, inst);
    case Op.MemoryCopy:
      return emitCopy(w, env, inst);
    case Op.MemoryFill:
      return emitFill(w, env, inst);
    case Op.MemoryInit:
      return emitInit(w, env, inst);
    case Op.DataDrop:
      return w.store('i32', 0, env.out.dataLength(env.func.imm[inst]));
    default:
      return notEmitted(op);
  }
}

/** Emits one atomic operation. */
export function emitAtomicOperation(w: Writer, env: Environment, inst: InstId, op: Op): void {
  switch (op) {
    case Op.AtomicFence:
      return w.fence();
    case Op.AtomicWait:
      return emitWait(w, env, inst);
    case Op.AtomicNotify:
      return emitNotify(w, env, inst);
    default:
      return emitAtomic(w, env, inst, op);
  }
}

/** The unsigned 64-bit offset of an access. */
function accessOffset({ func }: Environment, inst: InstId): bigint {
  return (BigInt(func.imm2[inst] >>> 0) << 32n) | BigInt(func.imm[inst] >>> 0);
}

/** The native address of an access of `bytes` bytes, after the bounds check if there has to be one. */
function pointer(w: Writer, env: Environment, inst: InstId, bytes: number): Operand {
  const { func, out } = env;
  const memory = accessMemory(func.aux[inst]);
  const address = func.operand(inst, 0);
  const offset = accessOffset(env, inst);
  if (out.plan.memories[memory].checked) checkAccess(w, out, memory, env.zeroExtended(w, address), offset, bytes);
  const base = memoryBase(w, out, memory);
  const constant = env.constantU32(address);
  if (constant !== undefined && memory === 0) return indexed(w, out, base, String(BigInt(constant) + offset));
  const index = env.zeroExtended(w, address);
  if (memory === 0 && offset !== 0n && offset < out.target.lastOffset) return w.index('i8', indexed(w, out, base, index), offset);
  if (offset === 0n || (isFixed(out.plan, memory) && offset <= out.target.maxSymbolOffset)) return indexed(w, out, displaced(base, offset), index);
  // With the constant in front LLVM's FastISel leaves the sum alone, see `indexed`.
  return indexed(w, out, base, w.binary('add nuw', 'i64', String(offset), index));
}

const PERCENT = 37;
const isRegister = (operand: Operand): boolean => operand.charCodeAt(0) === PERCENT;

/**
 * A pointer `index` bytes behind a base. A constant is folded into a base that is a symbol as far as the relocation can hold the
 * sum; beyond that it has to be hidden from FastISel (-O0), which would fold it all the same.
 */
function indexed(w: Writer, { target }: PartitionText, base: Operand, index: Operand): Operand {
  const isConstant = !isRegister(index) && !isRegister(base);
  if (isConstant && BigInt(index) <= target.maxSymbolOffset && BigInt(index) >= 0n) return displaced(base, BigInt(index));
  return w.index('i8', base, isConstant ? hidden(w, index) : index);
}

/** A constant in a register. */
function hidden(w: Writer, constant: Operand): Operand {
  return w.binary('or', 'i64', '0', constant);
}

function emitLoad(w: Writer, env: Environment, inst: InstId): void {
  const { func, out } = env;
  const type: Type = func.type[inst];
  const bytesLog2 = accessBytesLog2(func.aux[inst]);
  const at = pointer(w, env, inst, 1 << bytesLog2);
  const scope = loadScope(out.plan),
    volatile = env.isVolatile(inst);
  if (!isNarrow(type, bytesLog2)) return void w.load(LLVM_TYPES[type], at, env.result(inst), scope, 1, volatile);
  const narrow = `i${8 << bytesLog2}`;
  const part = w.load(narrow, at, undefined, scope, 1, volatile);
  w.cast(accessSigned(func.aux[inst]) ? 'sext' : 'zext', narrow, part, LLVM_TYPES[type], env.result(inst));
}

function emitStore(w: Writer, env: Environment, inst: InstId): void {
  const { func, out } = env;
  const bytesLog2 = accessBytesLog2(func.aux[inst]);
  const value = func.operand(inst, 1);
  const type: Type = func.valueType[value];
  const at = pointer(w, env, inst, 1 << bytesLog2);
  const scope = storeScope(out.plan, accessMemory(func.aux[inst]));
  if (!isNarrow(type, bytesLog2)) return w.store(LLVM_TYPES[type], env.value(value), at, scope, 1);
  const narrow = `i${8 << bytesLog2}`;
  w.store(narrow, w.cast('trunc', LLVM_TYPES[type], env.value(value), narrow), at, scope, 1);
}

function isNarrow(type: Type, bytesLog2: number): boolean {
  return (type === Type.I32 && bytesLog2 < 2) || (type === Type.I64 && bytesLog2 < 3);
}

function emitSize(w: Writer, env: Environment, inst: InstId): void {
  const memory = env.func.imm[inst];
  const { is64, pageLog2 } = env.out.plan.memories[memory];
  const bytes = memorySize(w, env.out, memory);
  if (is64) w.binary('lshr', 'i64', bytes, pageLog2, env.result(inst));
  else w.cast('trunc', 'i64', w.binary('lshr', 'i64', bytes, pageLog2), 'i32', env.result(inst));
}

function emitGrow(w: Writer, env: Environment, inst: InstId): void {
  const { func, out } = env;
  const memory = func.imm[inst];
  const { is64, pageLog2 } = out.plan.memories[memory];
  if (memory === 0 && !is64 && pageLog2 === PAGE_LOG2) {
    return void out.callRuntime(w, 'memory_grow', [env.operand(inst, 0)], env.result(inst));
  }
  const pages = env.zeroExtended(w, func.operand(inst, 0));
  const grow = (into?: Operand): Operand =>
    memory === 0
      ? out.callRuntime(w, 'memory_grow_by', [pages, pageLog2], into)
      : out.callRuntime(w, 'memory_extend', [out.furtherMemory(memory), pages], into);
  if (is64) grow(env.result(inst));
  else w.cast('trunc', 'i64', grow(), 'i32', env.result(inst));
}

/** A dynamic address in a memory as a pointer. */
function nativePointer(w: Writer, out: PartitionText, memory: number, index: Operand): Operand {
  return indexed(w, out, memoryBase(w, out, memory), index);
}

/** Operands 0 to 2 of a bulk operation as i64. */
function bulkOperands(w: Writer, env: Environment, inst: InstId): [destination: Operand, source: Operand, length: Operand] {
  const [a, b, c] = [0, 1, 2].map((k) => env.zeroExtended(w, env.func.operand(inst, k)));
  return [a!, b!, c!];
}

function emitCopy(w: Writer, env: Environment, inst: InstId): void {
  const { func, out } = env;
  const [destination, source, length] = bulkOperands(w, env, inst);
  const to = func.imm[inst],
    from = func.imm2[inst];
  checkBulk(w, out, to, destination, length);
  checkBulk(w, out, from, source, length);
  const target = nativePointer(w, out, to, destination);
  const move = out.intrinsic('llvm.memmove.p0.p0.i64', 'void', 'ptr, ptr, i64, i1');
  w.call('void', move, `ptr ${target}, ptr ${nativePointer(w, out, from, source)}, i64 ${length}, i1 false`);
}

function emitFill(w: Writer, env: Environment, inst: InstId): void {
  const { func, out } = env;
  const memory = func.imm[inst];
  const destination = env.zeroExtended(w, func.operand(inst, 0));
  const length = env.zeroExtended(w, func.operand(inst, 2));
  checkBulk(w, out, memory, destination, length);
  const value = func.operand(inst, 1);
  const byte = w.cast('trunc', env.type(value), env.value(value), 'i8');
  const set = out.intrinsic('llvm.memset.p0.i64', 'void', 'ptr, i8, i64, i1');
  w.call('void', set, `ptr ${nativePointer(w, out, memory, destination)}, i8 ${byte}, i64 ${length}, i1 false`);
}

function emitInit(w: Writer, env: Environment, inst: InstId): void {
  const { func, out } = env;
  const segment = func.imm[inst],
    memory = func.imm2[inst];
  const [destination, source, length] = bulkOperands(w, env, inst);
  checkRange(w, out, memory, destination, length);
  const size = w.cast('zext', 'i32', w.load('i32', out.dataLength(segment)), 'i64');
  w.trapIf(w.icmp('ugt', 'i64', w.binary('add', 'i64', source, length), size), 'out_of_bounds_memory_access');
  const from = w.index('i8', out.data(segment), source);
  copyBytes(w, out, nativePointer(w, out, memory, destination), from, length);
}

// ---- atomics (threads proposal): sequentially consistent; the effective address must be aligned to the width

/** The address of an atomic access in memory as i64, checked for alignment, and for bounds where `check` says so or the sum might wrap. */
function atomicIndex(w: Writer, env: Environment, inst: InstId, bytes: number, check: boolean): Operand {
  const { out } = env;
  const memory = accessMemory(env.func.aux[inst]);
  const { is64 } = out.plan.memories[memory];
  const index = env.zeroExtended(w, env.func.operand(inst, 0));
  if (is64) checkAccess(w, out, memory, index, accessOffset(env, inst), bytes);
  // The constant in front, see `indexed`.
  const sum = w.binary('add', 'i64', String(accessOffset(env, inst)), isRegister(index) ? index : hidden(w, index));
  if (bytes > 1) w.trapIf(w.icmp('ne', 'i64', w.binary('and', 'i64', sum, bytes - 1), 0), 'unaligned_atomic');
  if (check && !is64) checkRange(w, out, memory, sum, String(bytes));
  return sum;
}

function emitAtomic(w: Writer, env: Environment, inst: InstId, op: Op): void {
  const { func, out } = env;
  const bytesLog2 = accessBytesLog2(func.aux[inst]);
  const bytes = 1 << bytesLog2;
  const memory = accessMemory(func.aux[inst]);
  const { checked } = out.plan.memories[memory];
  const memoryType = `i${8 << bytesLog2}`;
  const type: Type = op === Op.AtomicStore ? func.valueType[func.operand(inst, 1)] : func.type[inst];
  const llvm = LLVM_TYPES[type];
  const narrow = isNarrow(type, bytesLog2);
  const at = nativePointer(w, out, memory, atomicIndex(w, env, inst, bytes, checked));
  const inMemoryType = (value: Operand): Operand => (narrow ? w.cast('trunc', llvm, value, memoryType) : value);
  const into = narrow ? undefined : env.result(inst);
  const finish = (value: Operand): void => {
    if (narrow) w.cast('zext', memoryType, value, llvm, env.result(inst));
  };
  // LLVM makes a fence of an operation that changes nothing (`add` of 0), unless it is volatile.
  const kept = !checked;
  switch (op) {
    case Op.AtomicLoad:
      return finish(w.atomicLoad(memoryType, at, bytes, kept, into));
    case Op.AtomicStore:
      return w.atomicStore(memoryType, inMemoryType(env.operand(inst, 1)), at, bytes, kept);
    case Op.AtomicCmpxchg: {
      const expected = inMemoryType(env.operand(inst, 1)); // bits beyond the width do not take part
      const pair = w.compareExchange(memoryType, at, expected, inMemoryType(env.operand(inst, 2)), bytes, kept);
      return finish(w.extractValue(`{ ${memoryType}, i1 }`, pair, 0, into));
    }
    default:
      return finish(w.atomicUpdate(UPDATES[op], memoryType, at, inMemoryType(env.operand(inst, 1)), bytes, kept, into));
  }
}

/** The address of a wait or a notification as the runtime takes it: the distance from memory 0. */
function waitAddress(w: Writer, env: Environment, inst: InstId, bytes: number): Operand {
  const { out } = env;
  const memory = accessMemory(env.func.aux[inst]);
  const index = atomicIndex(w, env, inst, bytes, true);
  if (memory === 0) return index;
  const at = w.cast('ptrtoint', 'ptr', nativePointer(w, out, memory, index), 'i64');
  const origin = w.cast('ptrtoint', 'ptr', memoryBase(w, out, 0), 'i64');
  return w.binary('sub', 'i64', at, origin);
}

function emitWait(w: Writer, env: Environment, inst: InstId): void {
  const { func, out } = env;
  const wide = accessBytesLog2(func.aux[inst]) === 3;
  const address = waitAddress(w, env, inst, wide ? 8 : 4);
  if (!out.plan.memories[accessMemory(func.aux[inst])].shared) w.trapIf('true', 'expected_shared_memory');
  out.callRuntime(w, wide ? 'atomic_wait64' : 'atomic_wait32', [address, env.operand(inst, 1), env.operand(inst, 2)], env.result(inst));
}

function emitNotify(w: Writer, env: Environment, inst: InstId): void {
  const address = waitAddress(w, env, inst, 4);
  env.out.callRuntime(w, 'atomic_notify', [address, env.operand(inst, 1)], env.result(inst));
}
