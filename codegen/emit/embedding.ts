// The functions through which a C program calls exports, reads globals and defines imports. A call of an export begins with a
// jump buffer on the stack, to which a trap returns (runtime-c/embed/start.c); its result is the status, and results of
// the module go to addresses that the caller gives. Vectors go by address in both directions.

import { Type } from '../../ir/types.js';
import { ENTRY_SIZE, MEMORY_SIZE_FIELD, MEMORY_TYPE } from '../contract.js';
import { returnsDirectly } from '../plan/embedding.js';
import type { EmbeddedAccess, EmbeddedFunction, EmbeddedMemory, Embedding, HostFunction } from '../plan/embedding.js';
import type { SymbolName } from '../symbols.js';
import { RESULTS } from './call.js';
import { callFunction, callSetjmp, readResult } from './call-function.js';
import { internalResult, joinVector, resultAddress, returnsInMemory, splitsVectors } from './convention.js';
import { LLVM_TYPES, resultPart, resultType } from './llvm-text.js';
import type { PartitionText } from './partition-text.js';
import { member } from './writer.js';
import type { Operand, Writer } from './writer.js';

/** Alignment of a v128 in memory of the program: that of a union of scalars. 0 is a type's own. */
const programAlign = (type: Type): number => (type === Type.V128 ? 8 : 0);

/** Writes everything that the program sees. What is exported under several names is one function with as many symbols. */
export function emitEmbedding(out: PartitionText, embedding: Embedding): void {
  const emitted = new Map<string, SymbolName>();
  const once = (key: string, symbol: SymbolName, emit: () => void): void => {
    const same = emitted.get(key);
    if (same !== undefined) return out.functionAlias(symbol, same);
    emitted.set(key, symbol);
    emit();
  };
  for (const entry of embedding.functions) once(`call ${entry.index}`, entry.symbol, () => emitExport(out, entry));
  for (const entry of embedding.globals) once(`${entry.writes ? 'set' : 'get'} ${entry.index}`, entry.symbol, () => emitAccess(out, entry));
  for (const entry of embedding.memories) emitMemory(out, entry);
  for (const entry of embedding.imports) emitHostFunction(out, entry);
}

function emitMemory(out: PartitionText, { symbol, index }: EmbeddedMemory): void {
  const memory = out.furtherMemory(index);
  const w = out.defineFunction(symbol, 'ptr', ['ptr %size'], { linkage: 'visible' });
  w.store('i64', w.load('i64', member(MEMORY_TYPE, memory, MEMORY_SIZE_FIELD)), '%size');
  w.ret('ptr', w.load('ptr', memory));
  out.end(w);
}

function emitExport(out: PartitionText, { symbol, index, signature }: EmbeddedFunction): void {
  const { params, results } = signature;
  const list = [...params.map((type, i) => `${byAddress(type)} %p${i}`), ...results.map((_type, i) => `ptr %r${i}`)];
  const w = out.defineFunction(symbol, 'i32', list, { linkage: 'visible' });
  const entry = w.alloca(`[${ENTRY_SIZE} x i8]`, 16);
  const refused = out.callRuntime(w, 'enter', [entry]);
  w.condBr(w.icmp('eq', 'i32', refused, 0), 'begin', 'refuse');
  w.begin('refuse');
  w.ret('i32', refused);
  w.begin('begin');
  const set = callSetjmp(w, out, entry);
  w.condBr(w.icmp('eq', 'i32', set, 0), 'call', 'trapped');
  w.begin('call');
  const args = params.map((type, i) => (type === Type.V128 ? w.load(LLVM_TYPES[type], `%p${i}`, undefined, undefined, programAlign(type)) : `%p${i}`));
  const returned = callFunction(w, out, index, args);
  results.forEach((type, i) => w.store(LLVM_TYPES[type], readResult(w, out, index, i, returned), `%r${i}`, undefined, programAlign(type)));
  out.callRuntime(w, 'leave', [entry]);
  w.ret('i32', 0);
  w.begin('trapped');
  w.ret('i32', out.callRuntime(w, 'leave_trapped', [entry]));
  out.end(w);
}

function byAddress(type: Type): string {
  return type === Type.V128 ? 'ptr' : LLVM_TYPES[type];
}

function emitAccess(out: PartitionText, { symbol, index, type, writes }: EmbeddedAccess): void {
  const global = out.global(index);
  const llvm = LLVM_TYPES[type],
    align = programAlign(type),
    vector = type === Type.V128;
  const define = (result: string, params: readonly string[]): Writer => out.defineFunction(symbol, result, params, { linkage: 'visible' });
  const w = writes ? define('void', [vector ? 'ptr %from' : `${llvm} %value`]) : vector ? define('void', ['ptr %to']) : define(llvm, []);
  if (writes) {
    w.store(llvm, vector ? w.load(llvm, '%from', undefined, undefined, align) : '%value', global);
    w.ret();
  } else if (vector) {
    w.store(llvm, w.load(llvm, global), '%to', undefined, align);
    w.ret();
  } else {
    w.ret(llvm, w.load(llvm, global));
  }
  out.end(w);
}

/** Defines each of the imports as a call of the program's function. They are called as the module's own functions are. */
function emitHostFunction(out: PartitionText, { symbol, indices, signature }: HostFunction): void {
  const { params, results } = signature;
  const { plan } = out;
  const direct = returnsDirectly(signature),
    inMemory = returnsInMemory(plan, signature),
    splits = splitsVectors(plan, signature);
  const pointers = direct ? [] : results;
  const type = direct ? resultType(results) : 'void';
  const host = out.external(symbol, type, [...params.map(byAddress), ...pointers.map(() => 'ptr')].join(', '));
  const list = [
    ...(inMemory ? [`ptr ${RESULTS}`] : []),
    ...params.map((param, i) => (splits && param === Type.V128 ? `i64 %p${i}.0, i64 %p${i}.1` : `${LLVM_TYPES[param]} %p${i}`)),
  ];
  for (const index of indices) {
    const w = out.defineFunction(plan.functions[index].symbol, internalResult(plan, signature), list);
    const args = params.map((param, i) => {
      if (param !== Type.V128) return `${LLVM_TYPES[param]} %p${i}`;
      if (splits) joinVector(w, `%p${i}.0`, `%p${i}.1`, `%p${i}`);
      return `ptr ${stored(w, param, `%p${i}`)}`;
    });
    const slots = pointers.map((result, i) => (inMemory ? resultAddress(w, RESULTS, i) : w.alloca(LLVM_TYPES[result], 16)));
    const value = w.call(type, host, [...args, ...slots.map((slot) => `ptr ${slot}`)].join(', '));
    if (direct) w.ret(type, value);
    else if (inMemory) w.ret();
    else returnLoaded(w, results, slots);
    out.end(w);
  }
}

/** The address of a copy of a value. */
function stored(w: Writer, type: Type, value: Operand): Operand {
  const at = w.alloca(LLVM_TYPES[type], 16);
  w.store(LLVM_TYPES[type], value, at);
  return at;
}

/** Returns what is in memory. */
function returnLoaded(w: Writer, results: readonly Type[], slots: readonly Operand[]): void {
  const type = resultType(results);
  const values = slots.map((slot, i) => w.load(resultPart(results, i), slot));
  if (values.length < 2) return w.ret(type, values[0]);
  const whole = values.reduce((all, value, i) => w.insertValue(type, all, resultPart(results, i), value, i), 'poison');
  w.ret(type, whole);
}
