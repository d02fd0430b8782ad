// The functions through which a C program calls exports, reads globals and defines imports, in LLVM IR. A call of an export
// begins with a jump buffer on the stack, to which a trap returns (runtime-c/embed/start.c); its result is the status, and
// results of the module go to addresses that the caller gives. Vectors go by address in both directions.

import { Type } from '../ir/types.js';
import { callFunction, internalResult, joinVector, readResult, resultAddress, returnsInMemory, splitsVectors } from './convention.js';
import { RESULTS } from './emit-call.js';
import { returnsDirectly } from './embedding.js';
import type { EmbeddedFunction, Embedding, HostFunction } from './embedding.js';
import { LLVM_TYPES, resultPart, resultType } from './llvm-text.js';
import type { PartitionText } from './partition-text.js';
import { ENTRY_SIZE, MEMORY_TYPE, runtimeSymbol } from './symbols.js';
import type { SymbolName } from './symbols.js';

/** Alignment of a v128 in memory of the program: that of a union of scalars. */
const VECTOR_ALIGN = 'align 8';

/** Writes everything that the program sees. What is exported under several names is one function with as many symbols. */
export function emitEmbedding(out: PartitionText, embedding: Embedding): void {
  const emitted = new Map<string, SymbolName>();
  const once = (key: string, symbol: SymbolName, emit: () => void): void => {
    const same = emitted.get(key);
    if (same !== undefined) out.body += `${symbol} = alias ptr, ptr ${same}\n`;
    else {
      emitted.set(key, symbol);
      emit();
    }
  };
  for (const entry of embedding.functions) once(`call ${entry.index}`, entry.symbol, () => emitExport(out, entry));
  for (const { symbol, index, type, writes } of embedding.globals) {
    once(`${writes ? 'set' : 'get'} ${index}`, symbol, () => emitAccess(out, symbol, out.global(index), type, writes));
  }
  for (const { symbol, index } of embedding.memories) {
    const memory = out.furtherMemory(index);
    out.body += `define ptr ${symbol}(ptr %size) #0 {\n  %bytes = load i64, ptr getelementptr (${MEMORY_TYPE}, ptr ${memory}, i64 0, i32 1)\n`
      + `  store i64 %bytes, ptr %size\n  %base = load ptr, ptr ${memory}\n  ret ptr %base\n}\n\n`;
  }
  for (const entry of embedding.imports) emitHostFunction(out, entry);
}

function emitExport(out: PartitionText, { symbol, index, signature }: EmbeddedFunction): void {
  const { params, results } = signature;
  const enter = out.runtime('w2e_enter', 'i32', 'ptr'), leave = out.runtime('w2e_leave', 'void', 'ptr');
  const trapped = out.runtime('w2e_leave_trapped', 'i32', 'ptr');
  const set = out.declare(runtimeSymbol('w2e_setjmp'), 'declare i32 @w2e_setjmp(ptr) #3');
  const list = [...params.map((type, i) => `${byAddress(type)} %p${i}`), ...results.map((_type, i) => `ptr %r${i}`)].join(', ');
  const vectors = params.map((type, i) => (type === Type.V128 ? `  %a${i} = load <16 x i8>, ptr %p${i}, ${VECTOR_ALIGN}\n` : '')).join('');
  const args = params.map((type, i) => `${LLVM_TYPES[type]!} ${type === Type.V128 ? '%a' : '%p'}${i}`);
  out.body += `define i32 ${symbol}(${list}) #0 {\n  %entry = alloca [${ENTRY_SIZE} x i8], align 16\n`
    + `  %refused = call i32 ${enter}(ptr %entry)\n  %ready = icmp eq i32 %refused, 0\n  br i1 %ready, label %begin, label %refuse\n`
    + 'refuse:\n  ret i32 %refused\n'
    + `begin:\n  %set = call i32 ${set}(ptr %entry) #3\n  %first = icmp eq i32 %set, 0\n  br i1 %first, label %call, label %trapped\n`
    + `call:\n${vectors}  ${callFunction(out, index, args)}\n${storeResults(out, index, results)}`
    + `  call void ${leave}(ptr %entry)\n  ret i32 0\n`
    + `trapped:\n  %status = call i32 ${trapped}(ptr %entry)\n  ret i32 %status\n}\n\n`;
}

/** Stores the results at `%r0`, `%r1` and so on. */
function storeResults(out: PartitionText, index: number, results: readonly Type[]): string {
  return results.map((type, i) => (
    `${readResult(out, index, i, `%v${i}`)}  store ${LLVM_TYPES[type]!} %v${i}, ptr %r${i}${type === Type.V128 ? `, ${VECTOR_ALIGN}` : ''}\n`)).join('');
}

function byAddress(type: Type): string {
  return type === Type.V128 ? 'ptr' : LLVM_TYPES[type]!;
}

function emitAccess(out: PartitionText, symbol: SymbolName, global: SymbolName, type: Type, writes: boolean): void {
  const llvm = LLVM_TYPES[type]!;
  const align = type === Type.V128 ? `, ${VECTOR_ALIGN}` : '';
  if (writes && type === Type.V128) {
    out.body += `define void ${symbol}(ptr %from) #0 {\n  %value = load ${llvm}, ptr %from${align}\n  store ${llvm} %value, ptr ${global}\n  ret void\n}\n\n`;
  } else if (writes) {
    out.body += `define void ${symbol}(${llvm} %value) #0 {\n  store ${llvm} %value, ptr ${global}\n  ret void\n}\n\n`;
  } else if (type === Type.V128) {
    out.body += `define void ${symbol}(ptr %to) #0 {\n  %value = load ${llvm}, ptr ${global}\n  store ${llvm} %value, ptr %to${align}\n  ret void\n}\n\n`;
  } else {
    out.body += `define ${llvm} ${symbol}() #0 {\n  %value = load ${llvm}, ptr ${global}\n  ret ${llvm} %value\n}\n\n`;
  }
}

/** Defines each of the imports as a call of the program's function. They are called as the module's own functions are. */
function emitHostFunction(out: PartitionText, { symbol, indices, signature }: HostFunction): void {
  const { params, results } = signature;
  const { plan } = out;
  const direct = returnsDirectly(signature), inMemory = returnsInMemory(plan, signature), splits = splitsVectors(plan, signature);
  const pointers = direct ? [] : results;
  const host = out.external(symbol, direct ? resultType(results) : 'void', [...params.map(byAddress), ...pointers.map(() => 'ptr')].join(', '));
  const slots = [
    ...params.flatMap((param, i) => (param === Type.V128
      ? [`${splits ? joinVector(`%p${i}`).map((line) => `  ${line}\n`).join('') : ''}  %a${i} = alloca <16 x i8>, align 16\n  store <16 x i8> %p${i}, ptr %a${i}\n`] : [])),
    ...pointers.map((result, i) => `  %r${i} = ${inMemory ? resultAddress(RESULTS, i) : `alloca ${LLVM_TYPES[result]!}, align 16`}\n`),
  ].join('');
  const args = [...params.map((param, i) => (param === Type.V128 ? `ptr %a${i}` : `${LLVM_TYPES[param]!} %p${i}`)), ...pointers.map((_result, i) => `ptr %r${i}`)];
  const list = [
    ...(inMemory ? [`ptr ${RESULTS}`] : []),
    ...params.flatMap((param, i) => (splits && param === Type.V128 ? [0, 1].map((k) => `i64 %p${i}.${k}`) : [`${LLVM_TYPES[param]!} %p${i}`])),
  ].join(', ');
  const call = `  ${direct ? '%value = ' : ''}call ${direct ? resultType(results) : 'void'} ${host}(${args.join(', ')})\n`;
  const end = direct ? `  ret ${resultType(results)} %value\n` : inMemory ? '  ret void\n' : returnLoaded(results);
  for (const index of indices) {
    const defined = plan.functions[index]!.symbol;
    out.define(defined);
    out.body += `define hidden ${internalResult(plan, signature)} ${defined}(${list}) #0 {\n${slots}${call}${end}}\n\n`;
  }
}

/** Returns what is at `%r0`, `%r1` and so on. */
function returnLoaded(results: readonly Type[]): string {
  if (results.length === 0) return '  ret void\n';
  const type = resultType(results);
  const loads = results.map((_result, i) => `  %v${i} = load ${resultPart(results, i)}, ptr %r${i}\n`).join('');
  if (results.length === 1) return `${loads}  ret ${type} %v0\n`;
  const joined = results.map((_result, i) => `  %s${i} = insertvalue ${type} ${i === 0 ? 'poison' : `%s${i - 1}`}, ${resultPart(results, i)} %v${i}, ${i}\n`).join('');
  return `${loads}${joined}  ret ${type} %s${results.length - 1}\n`;
}
