// Decodes, validates and evaluates constant expressions (spec 3.4.11, extended with integer arithmetic).
// Arithmetic on known operands is folded, and immutable globals with known values are replaced by them.

import { AggregateOperators, constantAggregates } from './decode-aggregates.js';
import { requireFeature, type TypeDecoder } from './decode-types.js';
import { WasmError } from './errors.js';
import { type FeatureSet, hasFeature, validatedFeatures } from './features.js';
import type { ArithmeticStep, ConstantExpression, ConstantStep, Global } from './module.js';
import { Op } from './opcodes.js';
import { operatorExists, operatorFeature, operatorFeatureName, operatorName, prefixedOperator, prefixFirst } from './operators.js';
import type { Reader } from './reader.js';
import { isSubtype } from './subtyping.js';
import { ValidationStacks } from './validation-stacks.js';
import { concreteHeap, referenceType, Type, typeList, type ValueType } from './value-types.js';

/** What constant expressions may refer to. */
export interface ConstantContext {
  readonly reader: Reader;
  readonly typeDecoder: TypeDecoder;
  readonly features: FeatureSet;
  /** Imported globals and those defined before the expression. */
  readonly globals: readonly Global[];
  readonly functionCount: () => number;
  readonly functionTypeIndex: (functionIndex: number) => number;
  readonly isExact: (functionIndex: number) => boolean;
  readonly declareFunction: (functionIndex: number) => void;
}

const arithmetic: Readonly<Record<number, ArithmeticStep>> = {
  [Op.I32Add]: { op: 'add', type: Type.I32 },
  [Op.I32Sub]: { op: 'sub', type: Type.I32 },
  [Op.I32Mul]: { op: 'mul', type: Type.I32 },
  [Op.I64Add]: { op: 'add', type: Type.I64 },
  [Op.I64Sub]: { op: 'sub', type: Type.I64 },
  [Op.I64Mul]: { op: 'mul', type: Type.I64 },
};

/** Reads an expression that must have type `expected`. */
export function decodeConstant(context: ConstantContext, expected: ValueType): ConstantExpression {
  const { reader, typeDecoder, features, globals } = context;
  const offset = reader.pos;
  const steps: ConstantStep[] = [];
  const stack: ValueType[] = [];
  for (;;) {
    const at = reader.pos;
    const op = decodeOperator(reader);
    if (op === Op.End) break;
    if (operatorExists[op] !== 0 && (features & validatedFeatures & (1 << operatorFeature[op])) === 0) requireFeature(features, operatorFeatureName(op), at);
    const folded = arithmetic[op];
    if (folded !== undefined) {
      requireFeature(features, 'extended-const', at);
      const right = stack.pop();
      const left = stack.pop();
      if (left !== folded.type || right !== folded.type) {
        const found = [left, right].filter((type) => type !== undefined);
        const required = typeList([folded.type, folded.type]);
        throw new WasmError('typeMismatch', at, `: instruction requires ${required} but stack has ${typeList(found)}`);
      }
      pushArithmetic(steps, folded.op, folded.type);
      stack.push(folded.type);
      continue;
    }
    if (constantAggregates.has(op)) {
      typeDecoder.need(operatorFeatureName(op), at);
      const type = aggregate(op, at);
      steps.push({ op: 'aggregate', type });
      continue;
    }
    const step = decodeStep(op, at);
    steps.push(step.step);
    stack.push(step.type);
  }
  if (stack.length !== 1 || !isSubtype(typeDecoder.types, stack[0], expected)) {
    throw new WasmError('typeMismatch', offset, `: expression requires ${typeList([expected])} but stack has ${typeList(stack)}`);
  }
  return { type: stack[0], steps, offset };

  /** Applies an operator to `stack`, and returns its result. */
  function aggregate(op: number, at: number): ValueType {
    const stacks = new ValidationStacks(typeDecoder.types);
    stacks.offset = at;
    for (const type of stack) stacks.push(type);
    new AggregateOperators({ reader, stacks, typeDecoder, features, elements: [], dataCount: undefined }).operator(op);
    stack.length = 0;
    for (let index = 0; index < stacks.height; index++) stack.push(stacks.stack[index]);
    return stack[stack.length - 1];
  }

  function decodeStep(op: number, at: number): { step: ConstantStep; type: ValueType } {
    switch (op) {
      case Op.I32Const:
        return constant(Type.I32, BigInt(reader.s32() >>> 0));
      case Op.I64Const:
        return constant(Type.I64, join(reader.s64(), reader.high));
      case Op.F32Const:
        return constant(Type.F32, BigInt(reader.bits32() >>> 0));
      case Op.F64Const:
        return constant(Type.F64, join(reader.bits64(), reader.high));
      case Op.V128Const: {
        const low = join(reader.bits64(), reader.high);
        return constant(Type.V128, low | (join(reader.bits64(), reader.high) << 64n));
      }
      case Op.GlobalGet: {
        const index = reader.u32();
        if (index >= globals.length) throw new WasmError('unknownGlobal', at, ` ${index}`);
        const global = globals[index];
        if (global.mutable) throw new WasmError('constantExpression', at, `: global ${index} is mutable`);
        // Before the GC proposal only imported globals had a value at this time.
        if (global.init !== undefined && !hasFeature(features, 'gc')) throw new WasmError('constantExpression', at, `: global ${index} is not imported`);
        const known = global.init?.steps.length === 1 ? global.init.steps[0] : undefined;
        return { step: known ?? { op: 'global.get', index }, type: global.type };
      }
      case Op.RefNull: {
        const type = referenceType(true, typeDecoder.heapType());
        return { step: { op: 'ref.null', type }, type };
      }
      case Op.RefFunc: {
        const index = reader.u32();
        if (index >= context.functionCount()) throw new WasmError('unknownFunction', at, ` ${index}`);
        context.declareFunction(index);
        const id = typeDecoder.typeIds[context.functionTypeIndex(index)];
        return { step: { op: 'ref.func', index }, type: referenceType(false, concreteHeap(id, context.isExact(index))) };
      }
      default:
        if (operatorExists[op]) throw new WasmError('constantExpression', at, `: ${operatorName(op)}`);
        throw new WasmError('illegalOpcode', at, ` ${reader.bytes[at].toString(16)}`);
    }
  }
}

function decodeOperator(reader: Reader): number {
  const byte = reader.u8();
  const first = prefixFirst[byte];
  return first === 0 ? byte : prefixedOperator(first, reader.u32());
}

function constant(type: ValueType, bits: bigint): { step: ConstantStep; type: ValueType } {
  return { step: { op: 'const', type, bits }, type };
}

function join(low: number, high: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** Appends an operation, or folds it where both operands are known. */
function pushArithmetic(steps: ConstantStep[], op: ArithmeticStep['op'], type: ValueType): void {
  const right = steps[steps.length - 1];
  const left = steps[steps.length - 2];
  if (right.op !== 'const' || left.op !== 'const') {
    steps.push({ op, type });
    return;
  }
  steps.length -= 2;
  const { bits: a } = left;
  const { bits: b } = right;
  const value = op === 'add' ? a + b : op === 'sub' ? a - b : a * b;
  steps.push({ op: 'const', type, bits: BigInt.asUintN(type === Type.I32 ? 32 : 64, value) });
}

function isArithmetic(step: ConstantStep): step is ArithmeticStep {
  return step.op === 'add' || step.op === 'sub' || step.op === 'mul';
}

/** Steps with each operand replaced, folded as far as what takes their places is known. */
export function foldConstant(
  steps: readonly ConstantStep[],
  replace: (step: Exclude<ConstantStep, ArithmeticStep>) => readonly ConstantStep[],
): ConstantStep[] {
  const folded: ConstantStep[] = [];
  for (const step of steps) {
    if (isArithmetic(step)) pushArithmetic(folded, step.op, step.type);
    else folded.push(...replace(step));
  }
  return folded;
}
