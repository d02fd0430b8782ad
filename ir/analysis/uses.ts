// hot
// How often each value is used by instructions and edges of the blocks in the function's order.

import type { Func } from '../function.js';

/** The number of uses of each value (aliases resolved), by value. */
export function countUses(func: Func): Int32Array {
  const uses = new Int32Array(func.valueCount);
  for (const block of func.order) {
    for (let inst = func.first[block]; inst >= 0; inst = func.next[inst]) {
      for (let k = 0; k < func.operandCount[inst]; k++) uses[func.operand(inst, k)]++;
    }
    const end = func.last[block];
    for (let k = 0; k < func.edgeCount[end]; k++) {
      const edge = func.edge(end, k);
      for (let n = 0; n < func.edgeArgCount[edge]; n++) uses[func.edgeArg(edge, n)]++;
    }
  }
  return uses;
}
