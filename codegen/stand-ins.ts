// What --allow-undefined=trap puts in the place of imports that are not functions, so that modules whose host is JavaScript
// compile: a memory and a table as they are declared, empty; a global that is zero or null; a tag of its own.
// Functions are not among them: resolve-imports.ts makes those trap.

import type { ConstantExpression, ConstantStep, Global, Import, WasmModule } from '../frontend/module.js';
import { Type, isReference, isDefaultable, type ValueType } from '../frontend/value-types.js';

/** The module without the imports that something can stand in for; its constant expressions are values. Index spaces stay as they are. */
export function withStandIns(module: WasmModule): WasmModule {
  const imports = module.imports.filter((entry) => !standsIn(entry));
  if (imports.length === module.imports.length) return module;
  const globals: Global[] = [];
  const evaluated = (expression: ConstantExpression): ConstantExpression => ({ ...expression, steps: [evaluate(expression, globals)] });
  for (const global of module.globals) globals.push({ ...global, init: global.init === undefined ? emptyValue(global.type) : evaluated(global.init) });
  const placed = <T extends WasmModule['elements'][number] | WasmModule['dataSegments'][number]>(segment: T): T => (
    segment.place === undefined ? segment : { ...segment, place: { ...segment.place, offset: evaluated(segment.place.offset) } });
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

function standsIn(entry: Import): boolean {
  switch (entry.kind) {
    case 'function': return false;
    case 'memory': case 'tag': return true;
    case 'table': return isDefaultable(entry.type.element);
    case 'global': return isDefaultable(entry.type.type);
  }
}

function emptyValue(type: ValueType): ConstantExpression | undefined {
  if (!isDefaultable(type)) return undefined;
  return { type, steps: [isReference(type) ? { op: 'ref.null', type } : { op: 'const', type, bits: 0n }], offset: 0 };
}

/** The one step that an expression comes to, given the globals before it (spec 4.4.10). */
function evaluate({ steps }: ConstantExpression, globals: readonly Global[]): ConstantStep {
  const stack: ConstantStep[] = [];
  for (const step of steps) {
    switch (step.op) {
      case 'global.get':
        stack.push(globals[step.index]!.init?.steps[0] ?? step);
        break;
      case 'add': case 'sub': case 'mul': {
        const right = bitsOf(stack.pop()), left = bitsOf(stack.pop());
        const value = step.op === 'add' ? left + right : step.op === 'sub' ? left - right : left * right;
        stack.push({ op: 'const', type: step.type, bits: BigInt.asUintN(step.type === Type.I32 ? 32 : 64, value) });
        break;
      }
      default:
        stack.push(step);
    }
  }
  return stack[0]!;
}

function bitsOf(step: ConstantStep | undefined): bigint {
  return step?.op === 'const' ? step.bits : 0n;
}
