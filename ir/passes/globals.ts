// hot
// Reads of globals that are never written and have a constant initialiser become constants.

import { becomeConst } from '../constants.js';
import type { Func } from '../function.js';
import type { ModuleContext } from '../module-context.js';
import { Op } from '../ops.js';
import type { Pass } from '../pass.js';

export const globals: Pass = { name: 'globals', help: 'replace reads of constant globals by their values', run };

function run(func: Func, context: ModuleContext): boolean {
  let changed = false;
  for (const block of func.order) {
    for (let inst = func.first[block]; inst >= 0; inst = func.next[inst]) {
      if (func.op[inst] !== Op.GlobalGet) continue;
      const bits = context.constantGlobal(func.imm[inst]);
      if (bits === undefined) continue;
      becomeConst(func, inst, func.type[inst], bits.low, bits.high);
      changed = true;
    }
  }
  return changed;
}
