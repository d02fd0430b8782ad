// The functions through which the runtime calls the module and the module's imports call back into it: exports with the C signatures
// that the runtime knows, elements of table 0, Emscripten's invoke_* and dynCall_*, and traps for imports that nobody provides.

import type { Signature } from '../../ir/function.js';
import { Type } from '../../ir/types.js';
import { elementCalls } from '../../runtime-c/tables/contract.js';
import { kernelVariables } from '../../runtime-c/tables/kernel.js';
import { JUMP_BUFFER } from '../contract.js';
import type { ModuleContents } from '../plan/contents.js';
import { signatureKey, signatureLetters } from '../runtime-exports.js';
import { signatureOf } from '../plan/plan.js';
import { bridgeCallSymbol, bridgePackedSymbol, bridgeWholeSymbol, exportSymbol, runtimeSymbol, undefinedNameSymbol } from '../symbols.js';
import type { SymbolName } from '../symbols.js';
import { callFunction, callSetjmp } from './call-function.js';
import { emitElementCall, parameters } from './element-calls.js';
import { shapeOfTypes } from './import-shape.js';
import { LLVM_TYPES, resultType } from './llvm-text.js';
import type { PartitionText } from './partition-text.js';
import { Attributes, displaced } from './writer.js';
import type { LlvmType, Operand, Writer } from './writer.js';

/** A function with the C signature that the runtime knows, which calls the module's. */
export function emitExport(out: PartitionText, entry: ModuleContents['exports'][number]): void {
  const actual = signatureOf(out.plan, entry.functionIndex);
  const { registers, list } = parameters(entry.params);
  const w = out.defineFunction(exportSymbol(entry), resultType(entry.results), list, { apart: true });
  const returned = callFunction(w, out, entry.functionIndex, registers.slice(0, actual.params.length));
  if (entry.results.length === 0) w.ret();
  else w.ret(resultType(entry.results), actual.results.length === 0 || returned.in !== 'registers' ? 0 : returned.at);
  out.end(w);
}

// ---- calls through table 0

/** Calls of table 0 by the runtime. */
export function emitCallsFromRuntime(out: PartitionText, contents: ModuleContents): void {
  if (out.plan.tables[0]?.holdsFunctions !== true) return;
  for (const letters of elementCalls) {
    const signature = signatureLetters(letters)!;
    const typeIndex = contents.typeBySignature.get(signatureKey(signature));
    if (typeIndex !== undefined) emitElementCall(out, runtimeSymbol(`w2e_call_${letters}`), signature, typeIndex);
  }
}

// ---- imports that the compiler provides: invoke_*, dynCall_*, and traps for what nobody provides

export function emitGeneratedImports(out: PartitionText, contents: ModuleContents): void {
  const emitted = new Set<SymbolName>();
  for (let index = 0; index < out.plan.importCount; index++) {
    const { binding, symbol } = out.plan.functions[index];
    if (emitted.has(symbol)) continue;
    emitted.add(symbol);
    if (binding.kind === 'undefined') emitUndefined(out, index);
    if (binding.kind !== 'generated') continue;
    if (binding.bridge === 'findCatch') {
      emitFindCatch(out, symbol, signatureOf(out.plan, index).params.length);
      continue;
    }
    const { bridge, inner, split } = binding;
    const whole = split ? bridgeWholeSymbol(symbol) : symbol;
    if (bridge === 'invoke') emitInvoke(out, contents, whole, inner);
    else emitElementCall(out, whole, inner, contents.typeBySignature.get(signatureKey(inner)));
    if (split) emitSplit(out, symbol, whole, inner);
  }
}

/** Emscripten's `__cxa_find_matching_catch_N`, which has the types of a landing pad's clauses as arguments. */
function emitFindCatch(out: PartitionText, symbol: SymbolName, clauses: number): void {
  const { registers, list } = parameters(Array.from({ length: clauses }, () => Type.I32));
  const w = out.defineFunction(symbol, 'i32', list);
  const types = out.kernel === undefined ? w.alloca(`[${Math.max(clauses, 1)} x i32]`, 4) : systemBuffer(out);
  registers.forEach((register, i) => w.store('i32', register, w.index('i32', types, i)));
  w.ret('i32', out.callRuntime(w, 'find_matching_catch', [types, clauses]));
  out.end(w);
}

function emitUndefined(out: PartitionText, index: number): void {
  const { symbol, name } = out.plan.functions[index];
  const text = undefinedNameSymbol(index);
  out.constantBytes(text, Buffer.from(`${name}\0`, 'utf8'), { linkage: 'internal' });
  const w = out.defineFunction(
    symbol,
    'void',
    signatureOf(out.plan, index).params.map((type) => LLVM_TYPES[type]),
  );
  const trap = out.external(runtimeSymbol('w2e_trap_undefined_import'), 'void', 'ptr', Attributes.Trap);
  w.call('void', trap, `ptr ${text}`, undefined, 'call', Attributes.Trap);
  w.unreachable();
  out.end(w);
}

/** Defines `symbol` with every i64 in two halves (low first; the result's high half is the second result), which calls `whole`. */
function emitSplit(out: PartitionText, symbol: SymbolName, whole: SymbolName, inner: Signature): void {
  const type = resultType(inner.results);
  const wide = type === 'i64';
  const list = inner.params.flatMap((param, i) => (param === Type.I64 ? [`i32 %low${i}`, `i32 %high${i}`] : [`${LLVM_TYPES[param]} %p${i}`]));
  const w = out.defineFunction(symbol, wide ? 'i32' : type, ['i32 %index', ...list]);
  const args = inner.params.map((param, i) => {
    if (param !== Type.I64) return `${LLVM_TYPES[param]} %p${i}`;
    const low = w.cast('zext', 'i32', `%low${i}`, 'i64'),
      high = w.cast('zext', 'i32', `%high${i}`, 'i64');
    return `i64 ${w.binary('or', 'i64', low, w.binary('shl', 'i64', high, 32))}`;
  });
  const result = w.call(type, whole, ['i32 %index', ...args].join(', '));
  if (wide) {
    const high = w.cast('trunc', 'i64', w.binary('lshr', 'i64', result, 32), 'i32');
    out.callRuntime(w, 'set_second_result', [high]);
    w.ret('i32', w.cast('trunc', 'i64', result, 'i32'));
  } else {
    w.ret(type, result);
  }
  out.end(w);
}

/**
 * A place that a longjmp or an exception resumes: `set` is 0 (i32) the first time. `leave` forgets it. In ring 0 the place is not in the
 * frame, since frames that a fork copies hold no addresses of themselves.
 */
function beginJump(w: Writer, out: PartitionText): { readonly set: Operand; readonly leave: () => void } {
  if (out.kernel !== undefined) {
    return { set: out.callRuntime(w, 'jump_begin', []), leave: () => void out.callRuntime(w, 'jump_end', []) };
  }
  const buffer = w.alloca(`[${JUMP_BUFFER} x i8]`, 16);
  out.callRuntime(w, 'jump_push', [buffer]);
  return {
    set: callSetjmp(w, out, buffer),
    leave: () => void out.callRuntime(w, 'jump_pop', [buffer]),
  };
}

/** The buffer for system calls of a program in the kernel. */
function systemBuffer(out: PartitionText): SymbolName {
  const buffer = runtimeSymbol(kernelVariables.systemBuffer);
  return out.declare(buffer, `${buffer} = external hidden global [0 x i8]`);
}

/**
 * Defines a function that calls `element` with arguments from the buffer for system calls. LLVM does not merge registers in functions that
 * are resumed, and in them would write arguments on the stack through a copy of the stack pointer, which none in ring 0 may hold.
 */
function emitUnpacking(
  out: PartitionText,
  element: SymbolName,
  list: readonly string[],
  type: LlvmType,
): { symbol: SymbolName; place: (i: number) => Operand } {
  const buffer = systemBuffer(out);
  const place = (i: number): Operand => displaced(buffer, i * 8);
  const symbol = bridgePackedSymbol(element);
  const w = out.defineFunction(symbol, type, [], { suffix: ' noinline' });
  const values = list.map((each, i) => {
    const of = each.split(' ')[0] as LlvmType;
    return `${of} ${w.load(of, place(i))}`;
  });
  const result = w.call(type, element, values.join(', '));
  w.ret(type, result);
  out.end(w);
  return { symbol, place };
}

/**
 * Emscripten's `invoke_SIG`: calls the element; if a longjmp or a C++ exception passes, restores the stack pointer,
 * calls `setThrew(1, 0)` and returns zero.
 */
function emitInvoke(out: PartitionText, contents: ModuleContents, symbol: SymbolName, inner: Signature): void {
  const element = bridgeCallSymbol(symbol);
  emitElementCall(out, element, inner, contents.typeBySignature.get(signatureKey(inner)));
  const { list } = parameters([Type.I32, ...inner.params]);
  const type = resultType(inner.results);
  const stackPointer = out.plan.stackPointer >= 0 ? out.global(out.plan.stackPointer) : undefined;
  const packed =
    out.kernel !== undefined && shapeOfTypes([Type.I32, ...inner.params], true).stackWords > 0 ? emitUnpacking(out, element, list, type) : undefined;
  const w = out.defineFunction(symbol, type, list);
  const saved = stackPointer === undefined ? '' : w.load('i32', stackPointer, undefined, undefined, 0, true);
  const { set, leave } = beginJump(w, out);
  w.condBr(w.icmp('eq', 'i32', set, 0), 'call', 'thrown');
  w.begin('call');
  if (packed !== undefined) for (const [i, each] of list.entries()) w.store(each.split(' ')[0] as LlvmType, each.split(' ')[1], packed.place(i));
  const result = packed === undefined ? w.call(type, element, list.join(', ')) : w.call(type, packed.symbol, '');
  leave();
  w.ret(type, result);
  w.begin('thrown');
  if (stackPointer !== undefined) w.store('i32', saved, stackPointer, undefined, 0, true);
  if (contents.setThrew >= 0) callFunction(w, out, contents.setThrew, ['1', '0']);
  w.ret(type, 'zeroinitializer');
  out.end(w);
}
