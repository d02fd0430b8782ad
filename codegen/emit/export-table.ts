// A program whose exports can be called from outside: by commands on standard input, which also instantiate
// (runtime-c/serving/serve.c), or once from the command line (serving/invoke.c).

import type { Export } from '../../frontend/module.js';
import type { Type } from '../../ir/types.js';
import { structs } from '../../runtime-c/tables/contract.js';
import { printable } from '../../runtime-c/tables/printable.js';
import { CALLABLE_TYPE, SLOT, structText } from '../contract.js';
import type { ExportCaller, ModuleContents } from '../plan/contents.js';
import { signatureOf } from '../plan/plan.js';
import { EXPORT_TABLE, exportSymbol, exportTextSymbol, instantiationSymbol, trampolineSymbol } from '../symbols.js';
import type { SymbolName } from '../symbols.js';
import { callFunction, readResult } from './call-function.js';
import { emitSteps } from './instantiation.js';
import { LLVM_TYPES } from './llvm-text.js';
import type { PartitionText } from './partition-text.js';
import { Attributes } from './writer.js';

const ARGUMENTS = '%args',
  RESULTS = '%results';
const PARAMS = [`ptr ${ARGUMENTS}`, `ptr ${RESULTS}`];

/** One function `void (ptr arguments, ptr results)` per export, their table, and a `_start` that has them called. */
export function emitExportTable(out: PartitionText, contents: ModuleContents, exports: readonly Export[], caller: ExportCaller): void {
  exports.forEach((entry, i) => emitTrampoline(out, entry, i));
  const start = (): ReturnType<PartitionText['defineFunction']> => out.defineFunction(exportSymbol({ symbol: '_start' }), 'void', []);
  if (caller === 'serve') {
    const served = [...emitInstantiations(out, contents), ...exports.map((_entry, i) => `ptr ${trampolineSymbol(i)}`)];
    out.constantArray(EXPORT_TABLE, 'ptr', served, { linkage: 'internal' });
    const w = start();
    out.callRuntime(w, 'serve', [EXPORT_TABLE, served.length]);
    w.ret();
    return out.end(w);
  }
  out.constantArray(
    EXPORT_TABLE,
    CALLABLE_TYPE,
    exports.map((entry, i) => callableRow(out, entry, i)),
    { linkage: 'internal' },
  );
  const w = start();
  out.callRuntime(w, 'invoke', []);
  w.ret();
  out.end(w);
}

function emitTrampoline(out: PartitionText, entry: Export, i: number): void {
  const w = out.defineFunction(trampolineSymbol(i), 'void', PARAMS, { linkage: 'internal' });
  if (entry.kind === 'global') {
    const type = LLVM_TYPES[out.plan.globals[entry.index].type];
    w.store(type, w.load(type, out.global(entry.index)), RESULTS);
  } else {
    const { params, results } = signatureOf(out.plan, entry.index);
    const args = params.map((type, k) => w.load(LLVM_TYPES[type], w.index('i8', ARGUMENTS, k * SLOT)));
    const returned = callFunction(w, out, entry.index, args);
    results.forEach((type, k) => {
      const value = readResult(w, out, entry.index, k, returned);
      w.store(LLVM_TYPES[type], value, w.index('i8', RESULTS, k * SLOT));
    });
  }
  w.ret();
  out.end(w);
}

/** A function like those of exports for the instantiation of each instance. */
function emitInstantiations(out: PartitionText, contents: ModuleContents): string[] {
  return contents.instantiation.map((steps, i) => {
    const w = out.defineFunction(instantiationSymbol(i), 'void', PARAMS, { linkage: 'internal', attributes: Attributes.Once });
    emitSteps(w, out, steps);
    out.end(w);
    return `ptr ${instantiationSymbol(i)}`;
  });
}

/** The letters of `struct w2e_callable` by IR type. */
const TYPE_LETTERS: readonly string[] = ['', 'i', 'j', 'f', 'd', 'v', 'F', 'E', 'X'];

/** The `struct w2e_callable` of an exported function, whose texts it defines. */
function callableRow(out: PartitionText, entry: Export, i: number): string {
  const { params, results } = signatureOf(out.plan, entry.index);
  const letters = (types: readonly Type[]): string => types.map((type) => TYPE_LETTERS[type]).join('');
  const text = (part: 'name' | 'params' | 'results', content: string): SymbolName => {
    const symbol = exportTextSymbol(i, part);
    out.constantBytes(symbol, Buffer.from(`${content}\0`, 'utf8'), { linkage: 'internal' });
    return symbol;
  };
  const row = structText(structs.callable, {
    call: trampolineSymbol(i),
    name: text('name', printable(entry.name)),
    params: text('params', letters(params)),
    results: text('results', letters(results)),
  });
  return `${CALLABLE_TYPE} ${row}`;
}
