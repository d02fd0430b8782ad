// Which functions are mutually recursive: strongly connected components of the call graph (Tarjan 1972), without
// recursion of our own. Calls within a component must use stack, so that runaway recursion traps instead of looping.

import type { ModuleFacts } from '../../frontend/scan-module.js';

/** Component number per function; a function that never calls itself again, even indirectly, is alone in its own. */
export function callComponents(facts: ModuleFacts, functionCount: number): Int32Array {
  const component = new Int32Array(functionCount).fill(-1);
  const order = new Int32Array(functionCount).fill(-1);
  const low = new Int32Array(functionCount);
  const cursor = Uint32Array.from(facts.callStart.subarray(0, functionCount));
  const path = new Int32Array(functionCount);
  const open = new Int32Array(functionCount);
  let visited = 0,
    components = 0,
    openCount = 0;
  const enter = (f: number, depth: number): void => {
    path[depth] = f;
    order[f] = low[f] = visited++;
    open[openCount++] = f;
  };
  for (let root = 0; root < functionCount; root++) {
    if (order[root] >= 0) continue;
    enter(root, 0);
    for (let depth = 0; depth >= 0; ) {
      const f = path[depth];
      if (cursor[f] < facts.callStart[f + 1]) {
        const callee = facts.callTargets[cursor[f]];
        cursor[f]++;
        if (order[callee] < 0) enter(callee, ++depth);
        else if (component[callee] < 0) low[f] = Math.min(low[f], order[callee]);
        continue;
      }
      if (low[f] === order[f]) {
        let member: number;
        do {
          member = open[--openCount];
          component[member] = components;
        } while (member !== f);
        components++;
      }
      if (--depth >= 0) low[path[depth]] = Math.min(low[path[depth]], low[f]);
    }
  }
  return component;
}
