// hot
// Linear memory in LLVM IR. In an executable memory 0 is the symbol w2e_memory: an access is a load or store at
// symbol + offset + zero-extended address, in the order that suits the target. Ordinarily the reserved range behind memory 0 faults and the
// fault is the trap; for every other kind of memory a comparison with the current size stands in front (memory-place.ts).
// A load that must stay although LLVM might do without it is volatile (`FunctionEmitter.isVolatile`).

import type { InstId } from '../ir/function.js';
import { Op, accessBytesLog2, accessMemory, accessSigned } from '../ir/ops.js';
import { Type } from '../ir/types.js';
import { LLVM_TYPES } from './llvm-text.js';
import type { FunctionEmitter } from './emit-function.js';
import { checkAccess, checkBulk, checkRange, isFixed, loadScope, memoryBase, memorySize, storeScope } from './memory-place.js';
import { PAGE_LOG2 } from './symbols.js';

const ATOMIC_RMW: Readonly<Record<number, string>> = {
  [Op.AtomicAdd]: 'add', [Op.AtomicSub]: 'sub', [Op.AtomicAnd]: 'and', [Op.AtomicOr]: 'or', [Op.AtomicXor]: 'xor',
  [Op.AtomicXchg]: 'xchg',
};

/** Emits one operation on memory. */
export function emitMemoryOperation(e: FunctionEmitter, inst: InstId, op: Op): void {
  switch (op) {
    case Op.Load: return emitLoad(e, inst);
    case Op.Store: return emitStore(e, inst);
    case Op.MemorySize: return emitSize(e, inst);
    case Op.MemoryGrow: return emitGrow(e, inst);
    case Op.MemoryCopy: return emitCopy(e, inst);
    case Op.MemoryFill: return emitFill(e, inst);
    case Op.MemoryInit: return emitInit(e, inst);
    case Op.DataDrop: return e.line(`store i32 0, ptr ${e.out.dataLength(e.func.imm[inst]!)}`);
    case Op.AtomicFence: return e.line('fence seq_cst');
    case Op.AtomicWait: return emitWait(e, inst);
    case Op.AtomicNotify: return emitNotify(e, inst);
    default: return emitAtomic(e, inst, op);
  }
}

/** The unsigned 64-bit offset of an access. */
function accessOffset(e: FunctionEmitter, inst: InstId): bigint {
  return (BigInt(e.func.imm2[inst]! >>> 0) << 32n) | BigInt(e.func.imm[inst]! >>> 0);
}

/** The native address of an access of `bytes` bytes, after the bounds check if there has to be one. */
function pointer(e: FunctionEmitter, inst: InstId, bytes: number): string {
  const { func } = e;
  const memory = accessMemory(func.aux[inst]!);
  const address = func.operand(inst, 0);
  const offset = accessOffset(e, inst);
  if (e.out.plan.memories[memory]!.checked) checkAccess(e, memory, e.zeroExtended(address), offset, bytes);
  const base = memoryBase(e, memory);
  const constant = e.constantU32(address);
  if (constant !== undefined && memory === 0) return indexed(e, base, String(BigInt(constant) + offset));
  const index = e.zeroExtended(address);
  if (memory === 0 && offset !== 0n && offset < e.out.target.lastOffset) {
    const shared = indexed(e, base, index), result = e.temp();
    e.line(`${result} = getelementptr i8, ptr ${shared}, i64 ${offset}`);
    return result;
  }
  if (offset === 0n || (isFixed(e, memory) && offset <= e.out.target.maxSymbolOffset)) return indexed(e, displaced(base, offset), index);
  const sum = e.temp();
  // With the constant in front LLVM's FastISel leaves the sum alone, see `indexed`.
  e.line(`${sum} = add nuw i64 ${offset}, ${index}`);
  return indexed(e, base, sum);
}

const PERCENT = 37;

/**
 * A pointer `index` bytes behind a base. A constant is folded into a base that is a symbol as far as the relocation can hold the
 * sum; beyond that it has to be hidden from FastISel (-O0), which would fold it all the same.
 */
function indexed(e: FunctionEmitter, base: string, index: string): string {
  const isConstant = index.charCodeAt(0) !== PERCENT && base.charCodeAt(0) !== PERCENT;
  if (isConstant && BigInt(index) <= e.out.target.maxSymbolOffset && BigInt(index) >= 0n) return displaced(base, BigInt(index));
  const at = isConstant ? hidden(e, index) : index;
  const result = e.temp();
  e.line(`${result} = getelementptr i8, ptr ${base}, i64 ${at}`);
  return result;
}

/** A constant in a register. */
function hidden(e: FunctionEmitter, constant: string): string {
  const register = e.temp();
  e.line(`${register} = or i64 0, ${constant}`);
  return register;
}

/** `symbol + offset` as an operand. */
function displaced(symbol: string, offset: bigint): string {
  return offset === 0n ? symbol : `getelementptr (i8, ptr ${symbol}, i64 ${offset})`;
}

function emitLoad(e: FunctionEmitter, inst: InstId): void {
  const { func } = e;
  const type: Type = func.type[inst]!;
  const bytesLog2 = accessBytesLog2(func.aux[inst]!);
  const result = func.result(inst);
  const llvm = LLVM_TYPES[type]!;
  const at = pointer(e, inst, 1 << bytesLog2);
  const load = e.isVolatile(inst) ? 'load volatile' : 'load';
  const scope = loadScope(e);
  if (!isNarrow(type, bytesLog2)) return e.assign(result, `${load} ${llvm}, ptr ${at}, align 1${scope}`);
  const narrow = e.temp();
  e.line(`${narrow} = ${load} i${8 << bytesLog2}, ptr ${at}, align 1${scope}`);
  e.assign(result, `${accessSigned(func.aux[inst]!) ? 'sext' : 'zext'} i${8 << bytesLog2} ${narrow} to ${llvm}`);
}

function emitStore(e: FunctionEmitter, inst: InstId): void {
  const { func } = e;
  const bytesLog2 = accessBytesLog2(func.aux[inst]!);
  const value = func.operand(inst, 1);
  const type: Type = func.valueType[value]!;
  const at = pointer(e, inst, 1 << bytesLog2);
  const scope = storeScope(e, accessMemory(func.aux[inst]!));
  if (!isNarrow(type, bytesLog2)) return e.line(`store ${e.typed(value)}, ptr ${at}, align 1${scope}`);
  const narrow = e.temp();
  e.line(`${narrow} = trunc ${e.typed(value)} to i${8 << bytesLog2}`);
  e.line(`store i${8 << bytesLog2} ${narrow}, ptr ${at}, align 1${scope}`);
}

function isNarrow(type: Type, bytesLog2: number): boolean {
  return (type === Type.I32 && bytesLog2 < 2) || (type === Type.I64 && bytesLog2 < 3);
}

function emitSize(e: FunctionEmitter, inst: InstId): void {
  const memory = e.func.imm[inst]!;
  const { is64, pageLog2 } = e.out.plan.memories[memory]!;
  const bytes = memorySize(e, memory);
  if (is64) return e.assign(e.func.result(inst), `lshr i64 ${bytes}, ${pageLog2}`);
  const pages = e.temp();
  e.line(`${pages} = lshr i64 ${bytes}, ${pageLog2}`);
  e.assign(e.func.result(inst), `trunc i64 ${pages} to i32`);
}

function emitGrow(e: FunctionEmitter, inst: InstId): void {
  const { func, out } = e;
  const memory = func.imm[inst]!;
  const { is64, pageLog2 } = out.plan.memories[memory]!;
  if (memory === 0 && !is64 && pageLog2 === PAGE_LOG2) {
    return e.assign(func.result(inst), `call i32 ${out.runtime('w2e_memory_grow', 'i32', 'i32')}(i32 ${e.operand(inst, 0)})`);
  }
  const pages = e.zeroExtended(func.operand(inst, 0));
  const call = memory === 0
    ? `call i64 ${out.runtime('w2e_memory_grow_by', 'i64', 'i64, i32')}(i64 ${pages}, i32 ${pageLog2})`
    : `call i64 ${out.runtime('w2e_memory_extend', 'i64', 'ptr, i64')}(ptr ${out.furtherMemory(memory)}, i64 ${pages})`;
  if (is64) return e.assign(func.result(inst), call);
  const old = e.temp();
  e.line(`${old} = ${call}`);
  e.assign(func.result(inst), `trunc i64 ${old} to i32`);
}

/** A dynamic address in a memory as a pointer. */
function nativePointer(e: FunctionEmitter, memory: number, index: string): string {
  return indexed(e, memoryBase(e, memory), index);
}

function emitCopy(e: FunctionEmitter, inst: InstId): void {
  const { func } = e;
  const [destination, source, length] = [0, 1, 2].map((k) => e.zeroExtended(func.operand(inst, k))) as [string, string, string];
  const to = func.imm[inst]!, from = func.imm2[inst]!;
  checkBulk(e, to, destination, length);
  checkBulk(e, from, source, length);
  const move = e.out.intrinsic('llvm.memmove.p0.p0.i64', 'void', 'ptr, ptr, i64, i1');
  const target = nativePointer(e, to, destination);
  e.line(`call void ${move}(ptr ${target}, ptr ${nativePointer(e, from, source)}, i64 ${length}, i1 false)`);
}

function emitFill(e: FunctionEmitter, inst: InstId): void {
  const { func } = e;
  const destination = e.zeroExtended(func.operand(inst, 0));
  const length = e.zeroExtended(func.operand(inst, 2));
  checkBulk(e, func.imm[inst]!, destination, length);
  const byte = e.temp();
  e.line(`${byte} = trunc ${e.typed(func.operand(inst, 1))} to i8`);
  const set = e.out.intrinsic('llvm.memset.p0.i64', 'void', 'ptr, i8, i64, i1');
  e.line(`call void ${set}(ptr ${nativePointer(e, func.imm[inst]!, destination)}, i8 ${byte}, i64 ${length}, i1 false)`);
}

function emitInit(e: FunctionEmitter, inst: InstId): void {
  const { func } = e;
  const segment = func.imm[inst]!;
  const [destination, source, length] = [0, 1, 2].map((k) => e.zeroExtended(func.operand(inst, k))) as [string, string, string];
  checkRange(e, func.imm2[inst]!, destination, length);
  const size = e.temp(), wide = e.temp(), end = e.temp(), outside = e.temp(), from = e.temp();
  e.line(`${size} = load i32, ptr ${e.out.dataLength(segment)}`);
  e.line(`${wide} = zext i32 ${size} to i64`);
  e.line(`${end} = add i64 ${source}, ${length}`);
  e.line(`${outside} = icmp ugt i64 ${end}, ${wide}`);
  e.trapIf(outside, 'out_of_bounds_memory_access');
  e.line(`${from} = getelementptr i8, ptr ${e.out.data(segment)}, i64 ${source}`);
  const copy = e.out.intrinsic('llvm.memcpy.p0.p0.i64', 'void', 'ptr, ptr, i64, i1');
  e.line(`call void ${copy}(ptr ${nativePointer(e, func.imm2[inst]!, destination)}, ptr ${from}, i64 ${length}, i1 false)`);
}

// ---- atomics (threads proposal): sequentially consistent; the effective address must be aligned to the width

/** The address of an atomic access in memory as i64, checked for alignment, and for bounds where `check` says so or the sum might wrap. */
function atomicIndex(e: FunctionEmitter, inst: InstId, bytes: number, check: boolean): string {
  const memory = accessMemory(e.func.aux[inst]!);
  const { is64 } = e.out.plan.memories[memory]!;
  const index = e.zeroExtended(e.func.operand(inst, 0));
  if (is64) checkAccess(e, memory, index, accessOffset(e, inst), bytes);
  const sum = e.temp();
  // The constant in front, see `indexed`.
  e.line(`${sum} = add i64 ${accessOffset(e, inst)}, ${index.charCodeAt(0) === PERCENT ? index : hidden(e, index)}`);
  if (bytes > 1) {
    const low = e.temp(), unaligned = e.temp();
    e.line(`${low} = and i64 ${sum}, ${bytes - 1}`);
    e.line(`${unaligned} = icmp ne i64 ${low}, 0`);
    e.trapIf(unaligned, 'unaligned_atomic');
  }
  if (check && !is64) checkRange(e, memory, sum, String(bytes));
  return sum;
}

function atomicPointer(e: FunctionEmitter, inst: InstId, bytes: number): string {
  const memory = accessMemory(e.func.aux[inst]!);
  return nativePointer(e, memory, atomicIndex(e, inst, bytes, e.out.plan.memories[memory]!.checked));
}

function emitAtomic(e: FunctionEmitter, inst: InstId, op: Op): void {
  const { func } = e;
  const bytesLog2 = accessBytesLog2(func.aux[inst]!);
  const bytes = 1 << bytesLog2;
  const memoryType = `i${8 << bytesLog2}`;
  const type: Type = op === Op.AtomicStore ? func.valueType[func.operand(inst, 1)]! : func.type[inst]!;
  const llvm = LLVM_TYPES[type]!;
  const narrow = isNarrow(type, bytesLog2);
  const at = atomicPointer(e, inst, bytes);
  const inMemoryType = (text: string): string => {
    if (!narrow) return text;
    const part = e.temp();
    e.line(`${part} = trunc ${llvm} ${text} to ${memoryType}`);
    return part;
  };
  const finish = (expression: string): void => {
    if (!narrow) return e.assign(func.result(inst), expression);
    const part = e.temp();
    e.line(`${part} = ${expression}`);
    e.assign(func.result(inst), `zext ${memoryType} ${part} to ${llvm}`);
  };
  // LLVM makes a fence of an operation that changes nothing (`add` of 0), unless it is volatile.
  const kept = e.out.plan.memories[accessMemory(func.aux[inst]!)]!.checked ? '' : ' volatile';
  if (op === Op.AtomicLoad) return finish(`load atomic${kept} ${memoryType}, ptr ${at} seq_cst, align ${bytes}`);
  if (op === Op.AtomicStore) {
    return e.line(`store atomic${kept} ${memoryType} ${inMemoryType(e.operand(inst, 1))}, ptr ${at} seq_cst, align ${bytes}`);
  }
  if (op !== Op.AtomicCmpxchg) {
    return finish(`atomicrmw${kept} ${ATOMIC_RMW[op]!} ptr ${at}, ${memoryType} ${inMemoryType(e.operand(inst, 1))} seq_cst, align ${bytes}`);
  }
  const expected = inMemoryType(e.operand(inst, 1)); // bits beyond the width do not take part
  const replacement = inMemoryType(e.operand(inst, 2));
  const pair = e.temp();
  e.line(`${pair} = cmpxchg${kept} ptr ${at}, ${memoryType} ${expected}, ${memoryType} ${replacement} seq_cst seq_cst, align ${bytes}`);
  finish(`extractvalue { ${memoryType}, i1 } ${pair}, 0`);
}

/** The address of a wait or a notification as the runtime takes it: the distance from memory 0. */
function waitAddress(e: FunctionEmitter, inst: InstId, bytes: number): string {
  const memory = accessMemory(e.func.aux[inst]!);
  const index = atomicIndex(e, inst, bytes, true);
  if (memory === 0) return index;
  const at = e.temp(), distance = e.temp();
  e.line(`${at} = ptrtoint ptr ${nativePointer(e, memory, index)} to i64`);
  const origin = e.temp();
  e.line(`${origin} = ptrtoint ptr ${memoryBase(e, 0)} to i64`);
  e.line(`${distance} = sub i64 ${at}, ${origin}`);
  return distance;
}

function emitWait(e: FunctionEmitter, inst: InstId): void {
  const { func } = e;
  const wide = accessBytesLog2(func.aux[inst]!) === 3;
  const type = wide ? 'i64' : 'i32';
  const address = waitAddress(e, inst, wide ? 8 : 4);
  if (!e.out.plan.memories[accessMemory(func.aux[inst]!)]!.shared) e.trapIf('true', 'expected_shared_memory');
  const wait = e.out.runtime(wide ? 'w2e_atomic_wait64' : 'w2e_atomic_wait32', 'i32', `i64, ${type}, i64`);
  e.assign(func.result(inst), `call i32 ${wait}(i64 ${address}, ${type} ${e.operand(inst, 1)}, i64 ${e.operand(inst, 2)})`);
}

function emitNotify(e: FunctionEmitter, inst: InstId): void {
  const address = waitAddress(e, inst, 4);
  const notify = e.out.runtime('w2e_atomic_notify', 'i32', 'i64, i32');
  e.assign(e.func.result(inst), `call i32 ${notify}(i64 ${address}, i32 ${e.operand(inst, 1)})`);
}
