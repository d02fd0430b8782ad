// Which functions of a program for ring 0 need not test the stack (`KernelTarget.stackIsLow`): every cycle of calls has one that tests it,
// and between two tests no more is used than is kept free behind each. The sizes of frames are LLVM's, so what is counted here are the most
// that bodies can need; the verification of the object counts the real ones.

import type { ModuleFacts } from '../../frontend/scan-module.js';
import type { FunctionSpace } from '../../frontend/module.js';

/** Bytes that functions without a test may use together, as they are counted here: of what the verification permits (`ROOM`), a quarter. */
const MOST = 4096;
/** Of the stack, in bytes: what registers and the return address take, and for each byte of a body its values. */
const OF_FUNCTION = 64,
  OF_BYTE = 4;

/**
 * 1 for each function that needs no test, provided that it calls nothing but functions of the module, directly. Those that are called through
 * tables always test. Depth first, with a path of our own: a call back into the path closes a cycle.
 */
export function functionsWithoutStackTest(
  facts: Pick<ModuleFacts, 'callStart' | 'callTargets'>,
  { count, importCount, bodyStart, bodyEnd }: Pick<FunctionSpace, 'count' | 'importCount' | 'bodyStart' | 'bodyEnd'>,
  addressTaken: (functionIndex: number) => boolean,
): Uint8Array {
  const tests = new Uint8Array(count);
  const need = new Float64Array(count);
  const cursor = Uint32Array.from(facts.callStart.subarray(0, count));
  const isOpen = new Uint8Array(count),
    isDone = new Uint8Array(count);
  const path = new Int32Array(count);
  const enter = (f: number, depth: number): void => {
    path[depth] = f;
    isOpen[f] = 1;
    need[f] = OF_FUNCTION + OF_BYTE * (bodyEnd[f] - bodyStart[f]);
  };
  for (let root = importCount; root < count; root++) {
    if (isDone[root] === 1) continue;
    enter(root, 0);
    for (let depth = 0; depth >= 0; ) {
      const f = path[depth];
      if (cursor[f] < facts.callStart[f + 1]) {
        const callee = facts.callTargets[cursor[f]++];
        if (isOpen[callee] === 1) tests[callee] = 1;
        else if (callee >= importCount && isDone[callee] === 0) enter(callee, ++depth);
        continue;
      }
      const own = need[f];
      for (let i = facts.callStart[f]; i < facts.callStart[f + 1]; i++) {
        const callee = facts.callTargets[i];
        if (tests[callee] === 0) need[f] = Math.max(need[f], own + need[callee]);
      }
      if (need[f] > MOST || addressTaken(f)) tests[f] = 1;
      isOpen[f] = 0;
      isDone[f] = 1;
      depth--;
    }
  }
  return Uint8Array.from(tests, (test, f) => (f >= importCount && test === 0 ? 1 : 0));
}
