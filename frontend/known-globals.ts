// Imported globals whose values are known: the module has them itself then, and its constant expressions are values.

import { foldConstant } from './decode-constant.js';
import type { ConstantExpression, Global, Import, WasmModule } from './module.js';
import { isReference, type ValueType } from './value-types.js';

export type GlobalImport = Extract<Import, { kind: 'global' }>;

/** The module without the imports of globals that `known` has a value for. Index spaces stay as they are. */
export function withKnownGlobals(module: WasmModule, known: (entry: GlobalImport) => ConstantExpression | undefined): WasmModule {
  const values = new Map<number, ConstantExpression>();
  const imports = module.imports.filter((entry) => {
    const value = entry.kind === 'global' ? known(entry) : undefined;
    if (value !== undefined) values.set(entry.index, value);
    return value === undefined;
  });
  if (values.size === 0) return module;
  const globals: Global[] = [];
  const evaluated = (expression: ConstantExpression): ConstantExpression => ({
    ...expression,
    steps: foldConstant(expression.steps, (step) => (step.op === 'global.get' ? (globals[step.index].init?.steps ?? [step]) : [step])),
  });
  module.globals.forEach((global, index) => globals.push({ ...global, init: global.init === undefined ? values.get(index) : evaluated(global.init) }));
  const placed = <T extends WasmModule['elements'][number] | WasmModule['dataSegments'][number]>(segment: T): T =>
    segment.place === undefined ? segment : { ...segment, place: { ...segment.place, offset: evaluated(segment.place.offset) } };
  return {
    ...module,
    imports,
    globals,
    tables: module.tables.map((table) => (table.init === undefined ? table : { ...table, init: evaluated(table.init) })),
    elements: module.elements.map((segment) => {
      const { items } = segment;
      return placed(items.kind === 'functions' ? segment : { ...segment, items: { ...items, expressions: items.expressions.map(evaluated) } });
    }),
    dataSegments: module.dataSegments.map(placed),
  };
}

/** A constant expression with these bits; a reference is null. */
export function constantOf(type: ValueType, bits: bigint): ConstantExpression {
  return { type, steps: [isReference(type) ? { op: 'ref.null', type } : { op: 'const', type, bits }], offset: 0 };
}
