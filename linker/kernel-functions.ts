// A table for the executable: where functions begin in the code for ring 0, and which ones they are here, so that a trap there gets the
// names that the executable has for them.

import type { Target } from '../codegen/target.js';
import { compileIr } from '../llvm-bindings/compile.js';
import { kernelVariables } from '../runtime-c/tables/kernel.js';
import { ElfImage, symbolTypes } from './elf-image.js';

/** Functions of merged code, in the order of their places. */
export function kernelFunctionPlaces(merged: Uint8Array): (readonly [name: string, place: number])[] {
  const image = ElfImage.parse(merged);
  const text = image.section('.text')?.index;
  return image
    .symbols()
    .filter(({ type, sectionIndex, size }) => type === symbolTypes.func && sectionIndex === text && size > 0)
    .map(({ name, value }) => [name, value] as const)
    .sort(([, a], [, b]) => a - b);
}

/** An object for the executable with a row for each function of merged code: its place there, its address here or 0. Both have 32 bits. */
export function kernelFunctionTable(merged: Uint8Array, { triple, dataLayout, llvmName, defaultCpu }: Target): Uint8Array {
  const functions = kernelFunctionPlaces(merged);
  const rows = functions.map(([name, place]) => `%row { i32 ${place}, i32 ptrtoint (ptr ${spelled(name)} to i32) }`);
  const ir = `target datalayout = "${dataLayout}"
target triple = "${triple}"
%row = type { i32, i32 }
${[...new Set(functions.map(([name]) => name))].map((name) => `declare extern_weak void ${spelled(name)}()`).join('\n')}
@${kernelVariables.functions} = hidden constant [${rows.length} x %row] [${rows.join(', ')}]
@${kernelVariables.functionCount} = hidden constant i32 ${rows.length}
`;
  const machine = { llvmName, triple, cpu: defaultCpu, features: '', codegenLevel: 0 } as const;
  return compileIr({ ir: Buffer.from(ir), name: 'kernel-functions', machine, passes: '', verify: true, outputs: ['obj'] }).outputs.obj!;
}

/** A symbol in LLVM's language. Symbols of objects are of our own alphabet. */
function spelled(name: string): string {
  if (!/^[\w.$]+$/.test(name)) throw new Error(`${JSON.stringify(name)} is no symbol of ours`);
  return `@"${name}"`;
}
