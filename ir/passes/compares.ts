// hot
// Comparisons, tests for zero and selections: constants to the right, known outcomes, tests of tests. Values that
// can only be 0 or 1 are recognised by their upper bound. No rule concerns an op that may trap.

import { upperBound } from '../analysis/upper-bound.js';
import { becomeConst, bigOf, constantOf, intBefore, isInt } from '../constants.js';
import type { Func } from '../function.js';
import type { InstId, ValueId } from '../function.js';
import { Family, OPS, Op, opFamily } from '../ops.js';
import { rewriteInstructions } from '../pass.js';
import type { Pass } from '../pass.js';
import { Type } from '../types.js';

export const compares: Pass = { name: 'compares', help: 'simplify comparisons, tests for zero and selections', run };

/** The comparison with its operands exchanged, and the one with the opposite outcome, by op. */
const SWAPPED = new Uint8Array(256);
const INVERTED = new Uint8Array(256);
function pair(table: Uint8Array, a: Op, b: Op): void {
  table[a] = b;
  table[b] = a;
}
pair(SWAPPED, Op.Eq, Op.Eq);
pair(SWAPPED, Op.Ne, Op.Ne);
pair(SWAPPED, Op.LtS, Op.GtS);
pair(SWAPPED, Op.LtU, Op.GtU);
pair(SWAPPED, Op.LeS, Op.GeS);
pair(SWAPPED, Op.LeU, Op.GeU);
pair(INVERTED, Op.Eq, Op.Ne);
pair(INVERTED, Op.LtS, Op.GeS);
pair(INVERTED, Op.LtU, Op.GeU);
pair(INVERTED, Op.GtS, Op.LeS);
pair(INVERTED, Op.GtU, Op.LeU);
pair(INVERTED, Op.FEq, Op.FNe); // the other float comparisons are all false on NaN and have no opposite
/** 1 for the comparisons that hold of a value and itself. */
const REFLEXIVE = Uint8Array.from(OPS, ({ traits }) => (traits.reflexive === true ? 1 : 0));

function run(func: Func): boolean {
  return rewriteInstructions(func, simplifyInst);
}

function simplifyInst(func: Func, inst: InstId): boolean {
  const op: Op = func.op[inst];
  if (op === Op.Eqz) return simplifyEqz(func, inst);
  if (opFamily[op] === Family.Comparison) return simplifyCompare(func, inst);
  if (op === Op.Select) return simplifySelect(func, inst);
  return false;
}

/** Whether an i32 can only be 0 or 1. */
function isBoolean(func: Func, value: ValueId): boolean {
  return func.valueType[value] === Type.I32 && upperBound(func, value) <= 1;
}

function outcome(func: Func, inst: InstId, holds: boolean): boolean {
  becomeConst(func, inst, Type.I32, holds ? 1 : 0, 0);
  return true;
}

function replace(func: Func, inst: InstId, by: ValueId): boolean {
  func.replaceInst(inst, by);
  return true;
}

// ---- tests for zero

function simplifyEqz(func: Func, inst: InstId): boolean {
  const a = func.operand(inst, 0);
  const inner = func.valueDef[a];
  if (inner < 0) return false;
  const op: Op = func.op[inner];
  if (op === Op.Eqz) {
    // (x == 0) == 0
    const x = func.operand(inner, 0);
    if (isBoolean(func, x)) return replace(func, inst, x);
    const type: Type = func.type[inner];
    func.become(inst, Op.Ne, type, x, intBefore(func, inst, type, 0n));
    return true;
  }
  if (INVERTED[op] !== 0) {
    func.become(inst, INVERTED[op], func.type[inner], func.operand(inner, 0), func.operand(inner, 1));
    return true;
  }
  if (op === Op.Xor || op === Op.Sub) {
    // x - y == 0 just if x == y
    func.become(inst, Op.Eq, func.type[inst], func.operand(inner, 0), func.operand(inner, 1));
    return true;
  }
  if (op !== Op.ExtendS && op !== Op.ExtendU) return false;
  func.become(inst, Op.Eqz, Type.I32, func.operand(inner, 0));
  return true;
}

// ---- comparisons

function simplifyCompare(func: Func, inst: InstId): boolean {
  const a = func.operand(inst, 0);
  const b = func.operand(inst, 1);
  const op: Op = func.op[inst];
  if (a === b) return outcome(func, inst, REFLEXIVE[op] === 1);
  const c = constantOf(func, b);
  if (c >= 0) return simplifyAgainst(func, inst, a, c) || decide(func, inst, a, c);
  if (constantOf(func, a) < 0) return false;
  func.op[inst] = SWAPPED[op];
  func.setOperand(inst, 0, b);
  func.setOperand(inst, 1, a);
  return true;
}

/** Rewrites a comparison with a constant into a simpler one. */
function simplifyAgainst(func: Func, inst: InstId, a: ValueId, c: InstId): boolean {
  const op: Op = func.op[inst];
  const type: Type = func.type[inst];
  if (isInt(func, c, 0)) {
    if (op === Op.Eq || op === Op.LeU) return becomeEqz(func, inst, a);
    if (op === Op.LtU || op === Op.GeU) return outcome(func, inst, op === Op.GeU);
    if (op === Op.GtU) return becomeNotZero(func, inst, a);
    if (op === Op.Ne) return simplifyNotZero(func, inst, a);
  } else if (isInt(func, c, 1)) {
    if (op === Op.LtU) return becomeEqz(func, inst, a);
    if (op === Op.GeU) return becomeNotZero(func, inst, a);
    if (op === Op.Eq && isBoolean(func, a)) return replace(func, inst, a);
    if (op === Op.Ne && isBoolean(func, a)) return becomeEqz(func, inst, a);
  }
  if (op !== Op.Eq && op !== Op.Ne) return false;
  const inner = func.valueDef[a];
  if (inner < 0 || (func.op[inner] !== Op.Add && func.op[inner] !== Op.Xor)) return false;
  const c1 = constantOf(func, func.operand(inner, 1));
  if (c1 < 0) return false;
  const moved = func.op[inner] === Op.Add ? bigOf(func, c) - bigOf(func, c1) : bigOf(func, c) ^ bigOf(func, c1);
  func.setOperand(inst, 0, func.operand(inner, 0));
  func.setOperand(inst, 1, intBefore(func, inst, type, moved));
  return true;
}

function becomeEqz(func: Func, inst: InstId, a: ValueId): boolean {
  func.become(inst, Op.Eqz, func.type[inst], a);
  return true;
}

function becomeNotZero(func: Func, inst: InstId, a: ValueId): boolean {
  const type: Type = func.type[inst];
  func.become(inst, Op.Ne, type, a, intBefore(func, inst, type, 0n));
  return true;
}

/** `a != 0`: a itself where it can only be 0 or 1; of a difference or an extension, its operands. */
function simplifyNotZero(func: Func, inst: InstId, a: ValueId): boolean {
  if (isBoolean(func, a)) return replace(func, inst, a);
  const inner = func.valueDef[a];
  if (inner < 0) return false;
  const op: Op = func.op[inner];
  if (op === Op.Xor || op === Op.Sub) {
    func.setOperand(inst, 0, func.operand(inner, 0));
    func.setOperand(inst, 1, func.operand(inner, 1));
    return true;
  }
  if (op !== Op.ExtendS && op !== Op.ExtendU) return false;
  func.become(inst, Op.Ne, Type.I32, func.operand(inner, 0), intBefore(func, inst, Type.I32, 0n));
  return true;
}

/** Decides a comparison with a constant that the value's upper bound cannot reach or pass. */
function decide(func: Func, inst: InstId, a: ValueId, c: InstId): boolean {
  const op: Op = func.op[inst];
  const bits = func.type[inst] === Type.I32 ? 32 : 64;
  const bound = upperBound(func, a);
  const isSigned = op === Op.LtS || op === Op.GtS || op === Op.LeS || op === Op.GeS;
  const constant = bigOf(func, c);
  if (isSigned && bound >= 2 ** (bits - 1)) return false;
  if (isSigned && constant < 0n) return outcome(func, inst, op === Op.GtS || op === Op.GeS);
  const limit = isSigned ? constant : BigInt.asUintN(bits, constant);
  if (bound === Infinity || BigInt(bound) > limit) return false;
  const reaches = BigInt(bound) === limit;
  switch (op) {
    case Op.LeS:
    case Op.LeU:
      return outcome(func, inst, true);
    case Op.GtS:
    case Op.GtU:
      return outcome(func, inst, false);
    case Op.LtS:
    case Op.LtU:
    case Op.Ne:
      return !reaches && outcome(func, inst, true);
    default:
      return !reaches && outcome(func, inst, false);
  }
}

// ---- selections

function simplifySelect(func: Func, inst: InstId): boolean {
  const a = func.operand(inst, 0);
  const b = func.operand(inst, 1);
  const condition = func.operand(inst, 2);
  if (a === b) return replace(func, inst, a);
  const test = func.valueDef[condition];
  if (test >= 0) {
    if (func.op[test] === Op.Const) return replace(func, inst, func.imm[test] !== 0 ? a : b);
    if (func.op[test] === Op.Eqz && func.type[test] === Type.I32) {
      func.become(inst, Op.Select, func.type[inst], b, a, func.operand(test, 0));
      return true;
    }
    if (func.op[test] === Op.Ne && func.type[test] === Type.I32 && isZero(func, func.operand(test, 1))) {
      func.setOperand(inst, 2, func.operand(test, 0));
      return true;
    }
  }
  return func.type[inst] === Type.I32 && selectOfBooleans(func, inst, a, b, condition);
}

function isZero(func: Func, value: ValueId): boolean {
  const c = constantOf(func, value);
  return c >= 0 && isInt(func, c, 0);
}

/** `select 1 0 c` is `c != 0`, `select 0 1 c` is `c == 0`. */
function selectOfBooleans(func: Func, inst: InstId, a: ValueId, b: ValueId, condition: ValueId): boolean {
  const x = constantOf(func, a);
  const y = constantOf(func, b);
  if (x < 0 || y < 0) return false;
  if (isInt(func, x, 1) && isInt(func, y, 0)) return becomeNotZero(func, inst, condition);
  return isInt(func, x, 0) && isInt(func, y, 1) && becomeEqz(func, inst, condition);
}
