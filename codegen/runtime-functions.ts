// Functions of the runtime that compiled code calls, as LLVM IR has them: from runtime-c/tables/contract.ts, and kernel.ts beside it for ring 0.

import { runtimeFunctions, type RuntimeFunctionRow } from '../runtime-c/tables/contract.js';
import { kernelRuntimeFunctions } from '../runtime-c/tables/kernel.js';

const rows = { ...runtimeFunctions, ...kernelRuntimeFunctions };

/** What follows `w2e_` in the symbol. */
export type RuntimeFunctionName = keyof typeof rows;

export interface RuntimeFunction {
  /** Types of LLVM. */
  readonly result: string;
  readonly params: readonly string[];
  readonly ends: RuntimeFunctionRow['ends'];
}

const TYPES: Readonly<Record<string, string>> = { void: 'void', int: 'i32', u32: 'i32', i32: 'i32', u64: 'i64', i64: 'i64' };

function llvmType(declaration: string): string {
  if (declaration.includes('*')) return 'ptr';
  const type = TYPES[declaration.split(' ')[0]];
  if (type === undefined) throw new Error(`no type of LLVM for ${declaration}`);
  return type;
}

const functions: Readonly<Record<string, RuntimeFunction>> = Object.fromEntries(
  Object.entries<RuntimeFunctionRow>(rows).map(([name, { result, params, ends }]) => [name, { result: llvmType(result), params: params.map(llvmType), ends }]),
);

export function runtimeFunction(name: RuntimeFunctionName): RuntimeFunction {
  return functions[name];
}
