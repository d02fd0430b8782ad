// Whether a program may call an import. Modules with all of a C library export thousands of functions: where nothing can ask for
// them by name, those that nothing calls are not compiled.

import type { DynamicInput } from './dylink-section.js';

/** Exports of a main module that the runtime calls first of all. */
const beginnings: ReadonlySet<string> = new Set(['main', '__main_argc_argv', '_main', '_start', '_initialize', '__wasm_call_ctors', '__post_instantiate']);

/** Whether one of the modules calls such an import, from where the program begins or from any element of a table; of libraries every function counts. */
export function reachesImport(inputs: readonly DynamicInput[], wanted: (name: string) => boolean): boolean {
  const [main, ...libraries] = inputs;
  const namesOf = ({ module }: DynamicInput): ReadonlyMap<string, number> =>
    new Map(module.exports.flatMap(({ name, kind, index }) => (kind === 'function' ? [[name, index] as const] : [])));
  const exported = namesOf(main);
  const roots = new Set<number>();
  for (const [name, index] of exported) if (beginnings.has(name)) roots.add(index);
  if (main.module.start !== undefined) roots.add(main.module.start);
  for (const { items } of main.module.elements) {
    if (items.kind === 'functions') items.indices.forEach((index) => roots.add(index));
    else for (const { steps } of items.expressions) for (const step of steps) if (step.op === 'ref.func') roots.add(step.index);
  }
  for (const { module } of libraries) {
    for (const { name } of module.imports) {
      if (wanted(name)) return true;
      const index = exported.get(name);
      if (index !== undefined) roots.add(index);
    }
  }
  // Addresses of functions that the main module takes by name.
  for (const { module, name } of main.module.imports) {
    const index = module === 'GOT.func' ? exported.get(name) : undefined;
    if (index !== undefined) roots.add(index);
  }
  return walk(
    main,
    [...roots].filter((index) => index >= 0),
    wanted,
  );
}

function walk({ module, facts }: DynamicInput, work: number[], wanted: (name: string) => boolean): boolean {
  const { importCount, count } = module.functions;
  const asked = new Set(module.imports.flatMap((entry) => (entry.kind === 'function' && wanted(entry.name) ? [entry.index] : [])));
  if (asked.size === 0) return false;
  const seen = new Uint8Array(count);
  for (let index = work.pop(); index !== undefined; index = work.pop()) {
    if (seen[index] === 1) continue;
    seen[index] = 1;
    if (asked.has(index)) return true;
    if (index < importCount) continue;
    for (let i = facts.callStart[index]; i < facts.callStart[index + 1]; i++) work.push(facts.callTargets[i]);
  }
  return false;
}
