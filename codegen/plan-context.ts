// The plan's answers to what IR passes ask about the module.

import type { ModuleContext, TableTarget } from '../ir/module-context.js';
import { Type } from '../ir/types.js';
import { signatureOf, signatureOfType } from './plan.js';
import type { Plan } from './plan.js';

/** The module around a function, as far as the plan knows it. */
export function planContext(plan: Plan): ModuleContext {
  const targets = new Map<string, readonly TableTarget[] | undefined>();
  return {
    functionSignature: (index) => signatureOf(plan, index),
    typeSignature: (index) => signatureOfType(plan, index),
    globalType: (index) => plan.globals[index]!.type,
    constantGlobal(index) {
      const global = plan.globals[index]!;
      return global.constant && global.type <= Type.F64 ? { low: global.low, high: global.high } : undefined;
    },
    indirectTargets(table, typeIndex) {
      const typeId = plan.typeIds[typeIndex]!;
      const key = `${table}:${typeId}`;
      if (!targets.has(key)) targets.set(key, tableTargets(plan, table, typeId));
      return targets.get(key);
    },
    minimumMemoryBytes: (memory) => plan.memories[memory]?.initialBytes ?? 0,
    maximumMemoryBytes: (memory) => plan.memories[memory]?.maxBytes ?? 0,
  };
}

function tableTargets(plan: Plan, table: number, typeId: number): readonly TableTarget[] | undefined {
  const elements = plan.tables[table]!.elements;
  if (elements === undefined) return undefined;
  const found: TableTarget[] = [];
  elements.forEach((func, element) => {
    if (func >= 0 && plan.functions[func]!.typeId === typeId) found.push({ element, func });
  });
  return found;
}
