// The typing rules of the ops, one row per `Op`: which types an instruction may compute in, and the type of each
// operand. The verifier checks them, the tests generate functions from them.

import { Op, OPS } from './ops.js';
import { Type } from './types.js';

/** Sets of types, as bits `1 << Type`. */
export const enum TypeSet {
  None = 1 << Type.None,
  Int = (1 << Type.I32) | (1 << Type.I64),
  Float = (1 << Type.F32) | (1 << Type.F64),
  Number = Int | Float,
  Ref = (1 << Type.FuncRef) | (1 << Type.ExternRef) | (1 << Type.ExnRef),
  Any = Number | (1 << Type.V128) | Ref,
}

/** What an operand's type must be. */
export const enum OperandRule {
  /** The instruction's `type`. */
  Same,
  /** The source type, in `aux`. */
  From,
  I32,
  I64,
  /** An address, index or size: i32, or i64 where the memory or table is 64-bit. */
  Address,
  /** What the row of the vector operation says. */
  Row,
}

export interface TypingRule {
  /** The types that `type` may be. */
  readonly types: number;
  /** The types that `aux` may be, for conversions. */
  readonly from: number;
  /** One rule per operand; empty for variadic ops, whose operands follow a signature. */
  readonly operands: readonly OperandRule[];
}

const S = OperandRule.Same, F = OperandRule.From, I = OperandRule.I32, L = OperandRule.I64, A = OperandRule.Address, R = OperandRule.Row;

const rules: TypingRule[] = [];
function rule(ops: readonly Op[], types: number, operands: readonly OperandRule[], from = 0): void {
  for (const op of ops) rules[op] = { types, operands, from };
}
const only = (type: Type): number => 1 << type;
const numeric = TypeSet.Number | only(Type.V128);

rule([Op.Const], numeric, []);
rule([Op.RefNull, Op.RefFunc], TypeSet.Ref, []);
rule([Op.Add, Op.Sub, Op.Mul, Op.DivS, Op.DivU, Op.RemS, Op.RemU, Op.And, Op.Or, Op.Xor,
  Op.Shl, Op.ShrS, Op.ShrU, Op.Rotl, Op.Rotr], TypeSet.Int, [S, S]);
rule([Op.Eq, Op.Ne, Op.LtS, Op.LtU, Op.GtS, Op.GtU, Op.LeS, Op.LeU, Op.GeS, Op.GeU], TypeSet.Int, [S, S]);
rule([Op.Eqz, Op.Clz, Op.Ctz, Op.Popcnt, Op.Extend8S, Op.Extend16S], TypeSet.Int, [S]);
rule([Op.Extend32S], only(Type.I64), [S]);
rule([Op.FAdd, Op.FSub, Op.FMul, Op.FDiv, Op.FMin, Op.FMax, Op.FCopysign], TypeSet.Float, [S, S]);
rule([Op.FAbs, Op.FNeg, Op.FCeil, Op.FFloor, Op.FTrunc, Op.FNearest, Op.FSqrt], TypeSet.Float, [S]);
rule([Op.FEq, Op.FNe, Op.FLt, Op.FGt, Op.FLe, Op.FGe], TypeSet.Float, [S, S]);
rule([Op.Wrap], only(Type.I32), [F], only(Type.I64));
rule([Op.ExtendS, Op.ExtendU], only(Type.I64), [F], only(Type.I32));
rule([Op.TruncS, Op.TruncU, Op.TruncSatS, Op.TruncSatU], TypeSet.Int, [F], TypeSet.Float);
rule([Op.ConvertS, Op.ConvertU], TypeSet.Float, [F], TypeSet.Int);
rule([Op.Demote], only(Type.F32), [F], only(Type.F64));
rule([Op.Promote], only(Type.F64), [F], only(Type.F32));
rule([Op.Reinterpret], TypeSet.Number, [F], TypeSet.Number);
rule([Op.Select], TypeSet.Any, [S, S, I]);
rule([Op.RefIsNull, Op.RefAsNonNull], TypeSet.Ref, [S]);
rule([Op.Simd1], numeric, [R]);
rule([Op.Simd2], numeric, [R, R]);
rule([Op.Simd3], numeric, [R, R, R]);
rule([Op.Add128, Op.Sub128], only(Type.I64), [S, S, S, S]);
rule([Op.MulWideS, Op.MulWideU], only(Type.I64), [S, S]);
rule([Op.Load], numeric, [A]);
rule([Op.Store], numeric, [A, S]);
rule([Op.MemorySize], TypeSet.Int, []);
rule([Op.MemoryGrow], TypeSet.Int, [S]);
rule([Op.MemoryCopy], TypeSet.None, [A, A, A]);
rule([Op.MemoryFill], TypeSet.None, [A, I, A]);
rule([Op.MemoryInit], TypeSet.None, [A, I, I]);
rule([Op.DataDrop, Op.ElemDrop], TypeSet.None, []);
rule([Op.GlobalGet, Op.SlotGet], TypeSet.Any, []);
rule([Op.GlobalSet, Op.SlotSet], TypeSet.Any, [S]);
rule([Op.TableGet], TypeSet.Ref, [A]);
rule([Op.TableSet], TypeSet.Ref, [A, S]);
rule([Op.TableSize], TypeSet.Int, []);
// The references that table.grow and table.fill take may be of any reference type: the verifier looks at them.
rule([Op.TableGrow], TypeSet.Int, []);
rule([Op.TableFill], TypeSet.None, []);
rule([Op.TableCopy], TypeSet.None, [A, A, A]);
rule([Op.TableInit], TypeSet.None, [A, I, I]);
rule([Op.Call, Op.CallIndirect, Op.CallRef, Op.CallUnwind, Op.CallIndirectUnwind, Op.CallRefUnwind], TypeSet.None, []);
rule([Op.ExnNew], only(Type.ExnRef), []);
rule([Op.ExnIs, Op.ExnKeep, Op.ExnFree, Op.Throw], only(Type.ExnRef), [S]);
rule([Op.ExnValue], TypeSet.Any, []); // its operand is an exnref: the verifier looks at it
rule([Op.Catch], only(Type.ExnRef), []);
rule([Op.AtomicLoad], TypeSet.Int, [A]);
rule([Op.AtomicStore, Op.AtomicAdd, Op.AtomicSub, Op.AtomicAnd, Op.AtomicOr, Op.AtomicXor, Op.AtomicXchg], TypeSet.Int, [A, S]);
rule([Op.AtomicCmpxchg], TypeSet.Int, [A, S, S]);
rule([Op.AtomicWait], TypeSet.Int, [A, S, L]);
rule([Op.AtomicNotify], TypeSet.None, [A, I]);
rule([Op.AtomicFence], TypeSet.None, []);
rule([Op.Br, Op.Return, Op.ReturnCall, Op.ReturnCallIndirect, Op.ReturnCallRef, Op.Unreachable], TypeSet.None, []);
rule([Op.BrIf, Op.BrTable], TypeSet.None, [I]);

/** One rule per `Op`, in its order. */
export const TYPING: readonly TypingRule[] = OPS.map((_, op) => rules[op]!);
