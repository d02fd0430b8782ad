// The plan's answers to what IR passes ask about the module.

import type { ModuleContext, TableTarget } from '../../ir/module-context.js';
import { Type } from '../../ir/types.js';
import { signatureOf, signatureOfType } from './plan.js';
import type { Plan } from './plan.js';

/** The module around a function, as far as the plan knows it. */
export function planContext(plan: Plan): ModuleContext {
  const targets = new Map<number, ReadonlyMap<number, readonly TableTarget[]>>();
  return {
    functionSignature: (index) => signatureOf(plan, index),
    typeSignature: (index) => signatureOfType(plan, index),
    globalType: (index) => plan.globals[index].type,
    constantGlobal(index) {
      const global = plan.globals[index];
      return global.constant && global.type <= Type.F64 ? { low: global.low, high: global.high } : undefined;
    },
    indirectTargets(table, typeIndex) {
      const { elements } = plan.tables[table];
      if (elements === undefined) return undefined;
      let byType = targets.get(table);
      if (byType === undefined) targets.set(table, (byType = targetsByType(plan, elements)));
      return byType.get(plan.typeIds[typeIndex]) ?? [];
    },
    minimumMemoryBytes: (memory) => plan.memories[memory]?.initialBytes ?? 0,
    maximumMemoryBytes: (memory) => plan.memories[memory]?.maxBytes ?? 0,
  };
}

function targetsByType(plan: Plan, elements: Int32Array): Map<number, TableTarget[]> {
  const found = new Map<number, TableTarget[]>();
  elements.forEach((func, element) => {
    if (func < 0) return;
    const { typeId } = plan.functions[func];
    const targets = found.get(typeId);
    if (targets === undefined) found.set(typeId, [{ element, func }]);
    else targets.push({ element, func });
  });
  return found;
}
