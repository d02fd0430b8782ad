// Every op of the table has an emission: one function holds each that does not end or begin a block, in all of its types, and
// LLVM takes it. What the code means, the goldens and the programs say.

import { expect, test } from '@jest/globals';
import { x64 } from '../../backend-x64/target.js';
import { Func } from '../../ir/function.js';
import { Callee, Effect, Family, ImmKind, OPS, Op, OperandRule, opCallee, packAccess } from '../../ir/ops.js';
import type { OpInfo } from '../../ir/ops.js';
import { SIMD_OPS, simdOpcode } from '../../ir/simd-ops.js';
import { TYPE_BYTES, Type, TypeSet } from '../../ir/types.js';
import { compileIr } from '../../llvm-bindings/compile.js';
import { emitFunction } from '../emit/function.js';
import { PartitionText } from '../emit/partition-text.js';
import { functionSymbol } from '../symbols.js';
import { fixturePlan } from './fixture-plan.js';

const types: readonly Type[] = [Type.None, Type.I32, Type.I64, Type.F32, Type.F64, Type.V128, Type.FuncRef, Type.ExternRef, Type.ExnRef];
const typesOf = (set: number): Type[] => types.filter((type) => (set & (1 << type)) !== 0);

/** The types that an op is tried in; sizes are those of the plan's memory and table, which have 32-bit indices. */
function typesFor({ family, imm, types: set }: OpInfo): Type[] {
  if (imm === ImmKind.Simd) return [Type.V128];
  return typesOf(family === Family.Memory || family === Family.Table ? set & ~TypeSet.I64 : set);
}

/** The types of the fixture plan's function, type and callee 1: (i32) -> (i32). */
const SIGNATURE: readonly Type[] = [Type.I32];

function operandType(rule: OperandRule, type: Type, from: Type): Type {
  switch (rule) {
    case OperandRule.Same:
    case OperandRule.Row:
      return type;
    case OperandRule.From:
      return from;
    case OperandRule.I64:
      return Type.I64;
    case OperandRule.I32:
    case OperandRule.Address:
      return Type.I32;
    case OperandRule.Reference:
      return Type.FuncRef;
    case OperandRule.ExnRef:
      return Type.ExnRef;
  }
}

test('every op is LLVM IR in each of its types', () => {
  const func = new Func(0, { params: types.slice(1), results: [] });
  const block = func.newBlock();
  const params = new Map(types.slice(1).map((type) => [type, func.addParam(block, type)]));
  let count = 0;
  const append = (op: Op, { isVariadic, operands, imm }: OpInfo, type: Type, from: Type): void => {
    const isCall = opCallee[op] !== Callee.None;
    const inst = func.newInst(op, type, SIGNATURE);
    func.imm[inst] = isCall
      ? 1
      : imm === ImmKind.Simd
        ? SIMD_OPS.findIndex((row, k) => simdOpcode(k) === op && row.immediate === 'none' && row.result === Type.V128)
        : 0;
    func.aux[inst] = imm === ImmKind.Access ? packAccess(0, 0, Math.log2(TYPE_BYTES[type === Type.None ? Type.I32 : type]), false) : from;
    const vector = imm === ImmKind.Simd ? SIMD_OPS[func.imm[inst]].operands : [];
    const given = [...(isVariadic && isCall ? SIGNATURE : []), ...operands.map((rule, k) => vector[k] ?? operandType(rule, type, from))];
    for (const each of given) func.addOperand(inst, params.get(each)!);
    func.append(block, inst);
    count++;
  };
  OPS.forEach((info, op) => {
    if ((info.effect & Effect.Terminator) !== 0 || op === Op.Catch) return;
    for (const type of typesFor(info)) {
      const sources = info.from === 0 ? [Type.None] : typesOf(info.from);
      for (const from of sources) if (op !== Op.Reinterpret || (TYPE_BYTES[from] === TYPE_BYTES[type] && from !== type)) append(op, info, type, from);
    }
  });
  func.append(block, func.newInst(Op.Return, Type.None));
  const out = new PartitionText(fixturePlan({ mutableTable: true, exceptions: true, shared: true }), x64, `"target-cpu"="${x64.defaultCpu}"`, {
    name: x64.defaultCpu,
    features: '',
  });
  emitFunction(out, func, functionSymbol(0));
  expect(out.toString()).not.toMatch(/\bundefined\b/); // a table without the op
  const { outputs } = compileIr({
    ir: Buffer.from(out.toString()),
    name: 'every op',
    verify: true,
    passes: '',
    outputs: ['obj'],
    machine: { llvmName: x64.llvmName, triple: x64.triple, cpu: x64.defaultCpu, features: '', codegenLevel: 0 },
  });
  expect(outputs.obj!.length).toBeGreaterThan(0);
  expect(count).toBeGreaterThan(OPS.length);
});
