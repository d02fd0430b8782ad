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
import type { AdaptedArgument, AdaptedImport } from '../plan/plan.js';
import { bridgeCallSymbol, bridgePackedSymbol, bridgeWholeSymbol, exportSymbol, runtimeSymbol, undefinedNameSymbol } from '../symbols.js';
import type { SymbolName } from '../symbols.js';
import { callFunction, callSetjmp } from './call-function.js';
import { emitElementCall, parameters } from './element-calls.js';
import { shapeOfTypes } from './import-shape.js';
import { LLVM_TYPES, resultType } from './llvm-text.js';
import type { PartitionText } from './partition-text.js';
import { Attributes, displaced } from './writer.js';
import type { LlvmType, Operand, Writer } from './writer.js';

/** A function with the C signature that the runtime knows, which calls the module's; what that has more parameters is 0. */
export function emitExport(out: PartitionText, entry: ModuleContents['exports'][number]): void {
  const actual = signatureOf(out.plan, entry.functionIndex);
  const { registers, list } = parameters(entry.params);
  const w = out.defineFunction(exportSymbol(entry), resultType(entry.results), list, { apart: true });
  // C's main may have the environment as a third parameter.
  const environment = entry.environment && actual.params.length > registers.length ? out.callRuntime(w, 'main_environment', []) : '0';
  const returned = callFunction(
    w,
    out,
    entry.functionIndex,
    actual.params.map((_type, i) => registers[i] ?? environment),
  );
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
    const through = contents.dynamicCalls.get(letters);
    if (through !== undefined && signatureKey(through) === signatureKey({ params: [Type.I32, ...signature.params], results: signature.results })) {
      emitCallThrough(out, runtimeSymbol(`w2e_call_${letters}`), signature, through.functionIndex);
      continue;
    }
    const typeIndex = contents.typeBySignature.get(signatureKey(signature));
    if (typeIndex !== undefined) emitElementCall(out, runtimeSymbol(`w2e_call_${letters}`), signature, typeIndex);
  }
}

/** Defines `symbol(pointer, params…)`: a call of the module's function that calls elements of this type. */
function emitCallThrough(out: PartitionText, symbol: SymbolName, signature: Signature, functionIndex: number): void {
  const { registers, list } = parameters([Type.I32, ...signature.params]);
  const type = resultType(signature.results);
  const w = out.defineFunction(symbol, type, list, { apart: true });
  const returned = callFunction(w, out, functionIndex, registers);
  if (type === 'void') w.ret();
  else w.ret(type, returned.in === 'registers' ? returned.at : 'zeroinitializer');
  out.end(w);
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
    if (binding.bridge === 'adapted') {
      emitAdapted(out, symbol, signatureOf(out.plan, index), binding.adapted);
      continue;
    }
    const { bridge, inner, split, widened, through } = binding;
    const whole = split || widened ? bridgeWholeSymbol(symbol) : symbol;
    if (bridge === 'invoke') emitInvoke(out, contents, whole, inner, through);
    else if (through !== undefined) emitCallThrough(out, whole, inner, through);
    else emitElementCall(out, whole, inner, contents.typeBySignature.get(signatureKey(inner)));
    if (split || widened) emitConverted(out, symbol, whole, inner, { split, widened });
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
  const types = signatureOf(out.plan, index).params.map((type) => LLVM_TYPES[type]);
  // In ring 0 nothing refers to a text: the program leaves it for the function that the executable has.
  if (out.kernel !== undefined) return void out.importedAs(symbol, 'void', types.join(', '));
  const text = undefinedNameSymbol(index);
  out.constantBytes(text, Buffer.from(`${name}\0`, 'utf8'), { linkage: 'internal' });
  const w = out.defineFunction(symbol, 'void', types);
  const trap = out.external(runtimeSymbol('w2e_trap_undefined_import'), 'void', 'ptr', Attributes.Trap);
  w.call('void', trap, `ptr ${text}`, undefined, 'call', Attributes.Trap);
  w.unreachable();
  out.end(w);
}

/**
 * Defines `symbol`, which calls `whole`: if `split`, with every i64 in two halves (low first; the result's high half is the
 * second result), if `widened`, with every f32 as an f64.
 */
function emitConverted(
  out: PartitionText,
  symbol: SymbolName,
  whole: SymbolName,
  inner: Signature,
  { split, widened }: { readonly split: boolean; readonly widened: boolean },
): void {
  const type = resultType(inner.results);
  const isSplit = (each: LlvmType): boolean => split && each === 'i64';
  const isWidened = (each: LlvmType): boolean => widened && each === 'float';
  const list = inner.params.flatMap((param, i) => {
    const each = LLVM_TYPES[param];
    return isSplit(each) ? [`i32 %low${i}`, `i32 %high${i}`] : [`${isWidened(each) ? 'double' : each} %p${i}`];
  });
  const w = out.defineFunction(symbol, isSplit(type) ? 'i32' : isWidened(type) ? 'double' : type, ['i32 %index', ...list]);
  const args = inner.params.map((param, i) => {
    const each = LLVM_TYPES[param];
    if (isWidened(each)) return `float ${w.cast('fptrunc', 'double', `%p${i}`, 'float')}`;
    if (!isSplit(each)) return `${each} %p${i}`;
    const low = w.cast('zext', 'i32', `%low${i}`, 'i64'),
      high = w.cast('zext', 'i32', `%high${i}`, 'i64');
    return `i64 ${w.binary('or', 'i64', low, w.binary('shl', 'i64', high, 32))}`;
  });
  const result = w.call(type, whole, ['i32 %index', ...args].join(', '));
  if (isSplit(type)) {
    const high = w.cast('trunc', 'i64', w.binary('lshr', 'i64', result, 32), 'i32');
    out.callRuntime(w, 'set_second_result', [high]);
    w.ret('i32', w.cast('trunc', 'i64', result, 'i32'));
  } else if (isWidened(type)) {
    w.ret('double', w.cast('fpext', 'float', result, 'double'));
  } else {
    w.ret(type, result);
  }
  out.end(w);
}

/** Defines `symbol`: a call of a function of the runtime with arguments that are made of the parameters. */
function emitAdapted(out: PartitionText, symbol: SymbolName, { params, results }: Signature, { target, arguments: args, result }: AdaptedImport): void {
  const { registers, list } = parameters(params);
  const w = out.defineFunction(symbol, resultType(results), list);
  const value = (argument: AdaptedArgument): Operand => {
    switch (argument.kind) {
      case 'parameter':
        return registers[argument.index];
      case 'word':
        return out.callRuntime(w, 'packed_argument', [registers[argument.address], argument.index]);
      case 'address':
        return w.binary('add', 'i32', registers[argument.parameter], argument.offset);
      case 'known word':
        return out.callRuntime(w, 'packed_argument', [argument.address | 0, 0]);
      case 'constant':
        return `${argument.value}`;
    }
  };
  const give = (given: Operand | number): void => (results.length === 0 ? w.ret() : w.ret(resultType(results), given));
  if ('constant' in target) {
    give(resultType(results) === 'i32' ? target.constant | 0 : 'zeroinitializer');
    return out.end(w);
  }
  const operands = args.map((argument, i) => `${LLVM_TYPES[target.signature.params[i]]} ${value(argument)}`);
  const type = resultType(target.signature.results);
  const callee = out.importedAs(target.symbol, type, target.signature.params.map((param) => LLVM_TYPES[param]).join(', '));
  const returned = w.call(type, callee, operands.join(', '));
  if (target.noreturn) w.unreachable();
  else if (type === 'void') give('zeroinitializer');
  else if (result === 'negated') give(w.binary('sub', 'i32', '0', returned));
  else give(result === 'errno' ? out.callRuntime(w, 'negative_errno', [returned]) : returned);
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
function emitInvoke(out: PartitionText, contents: ModuleContents, symbol: SymbolName, inner: Signature, through?: number): void {
  const element = bridgeCallSymbol(symbol);
  if (through !== undefined) emitCallThrough(out, element, inner, through);
  else emitElementCall(out, element, inner, contents.typeBySignature.get(signatureKey(inner)));
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
