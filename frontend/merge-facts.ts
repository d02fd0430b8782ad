// hot
// Facts about the bodies of several modules as facts about one program: the same arrays in the program's index spaces.

import type { WasmModule } from './module.js';
import type { IndexMaps } from './program.js';
import type { ModuleFacts } from './scan-module.js';

/** A module's facts and where its indices went. */
export interface FactsInput {
  readonly module: WasmModule;
  readonly facts: ModuleFacts;
  readonly maps: IndexMaps;
}

/** How much there is of what facts are about. */
export interface FactsSizes {
  readonly functions: number;
  readonly globals: number;
  readonly tables: number;
  readonly types: number;
}

/** Merges the facts of modules whose defined functions lie in this order in the program. `typeIds` are the program's. */
export function mergeFacts(inputs: readonly FactsInput[], sizes: FactsSizes, typeIds: Uint32Array): ModuleFacts {
  const edges = inputs.reduce((sum, { facts }) => sum + facts.callTargets.length, 0);
  const merged = {
    callStart: new Uint32Array(sizes.functions + 1),
    callTargets: new Uint32Array(edges),
    referenced: new Uint8Array(sizes.functions),
    globalsWritten: new Uint8Array(sizes.globals),
    tablesMutated: new Uint8Array(sizes.tables),
    tablesGrown: new Uint8Array(sizes.tables),
    tablesRead: new Uint8Array(sizes.tables),
    tablesCalled: new Uint8Array(sizes.tables),
    indirectTypes: new Uint8Array(sizes.types),
    addressReads: inputs.flatMap(({ facts, maps }) => facts.addressReads.map(([f, global]) => [maps.functions[f], maps.globals[global]] as const)),
    growsMemory: inputs.some(({ facts }) => facts.growsMemory),
    usesTailCalls: inputs.some(({ facts }) => facts.usesTailCalls),
    usesExceptions: inputs.some(({ facts }) => facts.usesExceptions),
    uncompiled: inputs.find(({ facts }) => facts.uncompiled !== undefined)?.facts.uncompiled,
  };
  let edge = 0;
  for (const { module, facts, maps } of inputs) {
    const { importCount, count } = module.functions;
    for (let index = importCount; index < count; index++) {
      merged.callStart[maps.functions[index]] = edge;
      for (let k = facts.callStart[index]; k < facts.callStart[index + 1]; k++) merged.callTargets[edge++] = maps.functions[facts.callTargets[k]];
    }
    mark(merged.referenced, facts.referenced, maps.functions);
    mark(merged.globalsWritten, facts.globalsWritten, maps.globals);
    mark(merged.tablesMutated, facts.tablesMutated, maps.tables);
    mark(merged.tablesGrown, facts.tablesGrown, maps.tables);
    mark(merged.tablesRead, facts.tablesRead, maps.tables);
    mark(merged.tablesCalled, facts.tablesCalled, maps.tables);
    for (let id = 0; id < facts.indirectTypes.length; id++) {
      if (facts.indirectTypes[id] === 1) merged.indirectTypes[typeIds[maps.types[id]]] = 1;
    }
  }
  merged.callStart[sizes.functions] = edge;
  return { ...merged, callTargets: merged.callTargets.subarray(0, edge) };
}

function mark(merged: Uint8Array, flags: Uint8Array, map: Uint32Array): void {
  for (let index = 0; index < flags.length; index++) if (flags[index] === 1) merged[map[index]] = 1;
}
