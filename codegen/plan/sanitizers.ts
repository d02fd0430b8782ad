// EM_ASM in the runtimes of Emscripten's sanitizers, before they had imports of their own for it: JavaScript that reads options
// from the page's Module object. Where nobody else calls it, it is the runtime's import of another name, which knows no options.
// Who calls it, the name section says; where there is none, its text in the glue (frontend/glue/em-asm.ts).

import { functionName } from '../../frontend/function-names.js';
import type { Import, WasmModule } from '../../frontend/module.js';
import type { Program } from '../../frontend/program.js';

const emAsm = /^emscripten_(asm_const_(?:int|double))$/;
/** `__asan::InitializeFlags()`, `__lsan_init`. */
const ofSanitizer = /^__(?:asan|lsan|ubsan|sanitizer)(?:::|_)/;

/** The program with the sanitizers' own EM_ASM under the name of what provides it. */
export function withSanitizerOptions(program: Program): Program {
  const { module } = program;
  if (!module.imports.some(isEmAsm)) return program;
  return { ...program, module: ofSanitizers(module, (entry) => entry.kind === 'function' && calledBySanitizersOnly(program, entry.index)) };
}

/** A module whose EM_ASM is of sanitizers, under the name of what provides that; `isTheirs` tells of an import whether it is. */
export function ofSanitizers(module: WasmModule, isTheirs: (entry: Import) => boolean): WasmModule {
  return {
    ...module,
    imports: module.imports.map((entry) => (isEmAsm(entry) && isTheirs(entry) ? { ...entry, name: entry.name.replace(emAsm, 'sanitizer_$1') } : entry)),
  };
}

export function isEmAsm({ kind, module, name }: Import): boolean {
  return kind === 'function' && module === 'env' && emAsm.test(name);
}

function calledBySanitizersOnly({ module, facts, instances }: Program, index: number): boolean {
  if (facts.referenced[index] === 1 || instances.length > 1) return false;
  const { callStart, callTargets } = facts;
  let calls = 0;
  for (let f = 0; f < module.functions.count; f++) {
    if (!callTargets.subarray(callStart[f], callStart[f + 1]).includes(index)) continue;
    if (!ofSanitizer.test(functionName(module, f) ?? '')) return false;
    calls++;
  }
  return calls > 0;
}
