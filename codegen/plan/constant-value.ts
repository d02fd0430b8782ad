// Values of constant expressions, as they go into data: every import of a global is bound or was refused by now, so one
// step is left of each expression.

import type { ConstantExpression, WasmModule } from '../../frontend/module.js';

/** The bits of a value. References: `low` is the function index, or -1 for null. */
export function constantValue(expression: ConstantExpression): { low: number; high: number } {
  const step = expression.steps[0];
  switch (step.op) {
    case 'const': {
      const bits = BigInt.asUintN(64, step.bits);
      return { low: Number(bits & 0xffff_ffffn) | 0, high: Number(bits >> 32n) | 0 };
    }
    case 'ref.func':
      return { low: step.index, high: 0 };
    case 'ref.null':
      return { low: -1, high: 0 };
    default:
      throw new Error(`constant expression with ${step.op}`);
  }
}

/** An offset of 32 or 64 bits. */
export function constantOffset(expression: ConstantExpression): bigint {
  const { low, high } = constantValue(expression);
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** The bytes of a constant expression of type v128. */
export function constantBytes(expression: ConstantExpression): Uint8Array {
  const step = expression.steps[0];
  if (step.op !== 'const') throw new Error(`constant expression with ${step.op}`);
  return Uint8Array.from({ length: 16 }, (_, k) => Number((step.bits >> BigInt(8 * k)) & 0xffn));
}

/** Function indices of an element segment's items (-1 = null). */
export function elementFunctions(module: WasmModule, segment: number): Int32Array {
  const { items } = module.elements[segment];
  if (items.kind === 'functions') return items.indices;
  return Int32Array.from(items.expressions, (expression) => {
    const step = expression.steps[0];
    // An item may copy an immutable global of the module.
    return step.op === 'global.get' ? constantValue(module.globals[step.index].init!).low : constantValue(expression).low;
  });
}
