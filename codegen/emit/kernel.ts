// The partition of the ring-0 object that is not function bodies. It defines what never changes: tables of code, and the exports that
// are run. Every variable is that of the executable beside it, which also instantiates the module, and has what its launcher needs.

import { kernelCalledExports, kernelDevice, kernelExports, kernelHash, kernelVariables, type KernelName } from '../../runtime-c/tables/kernel.js';
import type { ModuleContents } from '../plan/contents.js';
import { WELL_KNOWN_EXPORTS } from '../runtime-exports.js';
import { exportSymbol, runtimeSymbol } from '../symbols.js';
import type { SymbolName } from '../symbols.js';
import { emitExport, emitGeneratedImports } from './bridges.js';
import { emitReferenceArrays } from './kernel-reference.js';
import { LLVM_TYPES, resultType } from './llvm-text.js';
import { emitConstantTables, entryPoint } from './module.js';
import type { PartitionText } from './partition-text.js';

/** Writes everything into the partition. */
export function emitKernelModule(out: PartitionText, contents: ModuleContents): void {
  emitConstantTables(out);
  emitReferenceArrays(out, contents, (f) => entryPoint(out, f));
  const run = kernelExports.map((symbol) => contents.exports.find((entry) => entry.symbol === symbol));
  for (const entry of run) if (entry !== undefined) emitExport(out, entry);
  const addresses = run.map((entry) => `ptr ${entry === undefined ? 'null' : exportSymbol(entry)}`);
  out.constantArray(runtimeSymbol('w2e_kernel_exports'), 'ptr', addresses);
  for (const symbol of kernelCalledExports) {
    const entry = contents.exports.find((each) => each.symbol === symbol);
    if (entry === undefined) emitAbsentExport(out, symbol);
    else emitExport(out, entry);
  }
  emitGeneratedImports(out, contents);
}

/** In the place of an export that the module does not have: returns 0. */
function emitAbsentExport(out: PartitionText, symbol: (typeof kernelCalledExports)[number]): void {
  const { params, results } = WELL_KNOWN_EXPORTS.find((each) => each.symbol === symbol)!;
  const result = resultType(results);
  const w = out.defineFunction(
    exportSymbol({ symbol }),
    result,
    params.map((type) => LLVM_TYPES[type]),
  );
  if (result === 'void') w.ret();
  else w.ret(result, '0');
  out.end(w);
}

/** In the executable: the device, the functions that the launcher calls by their number, and the hash of the ring-0 object, which the linker fills in. */
export function emitKernelTables(out: PartitionText, name: KernelName, imports: readonly (readonly [symbol: SymbolName, ...unknown[]])[]): void {
  for (const [symbol] of imports) out.declare(symbol, `declare hidden void ${symbol}()`);
  out.constantBytes(runtimeSymbol(kernelVariables.device), Buffer.from(`${kernelDevice(name)}\0`));
  const addresses = imports.map(([symbol]) => `ptr ${symbol}`);
  out.constantArray(runtimeSymbol(kernelVariables.imports), 'ptr', addresses);
  out.constant(runtimeSymbol(kernelVariables.importCount), 'i32', String(imports.length));
  out.constant(runtimeSymbol(kernelVariables.hash), `[${kernelHash.words} x i64]`, 'zeroinitializer');
}
