// The IR's operation table. Builder, printer, parser, verifier, passes and emission all derive from it.
// An op is generic over `type` (the type it computes in); what it may do besides computing is its effect
// class, which alone decides what may move, merge or die.

/** Operations. The order is that of OPS below; `ops.test.ts` checks that the two agree. */
export const enum Op {
  Const, RefNull, RefFunc,
  Add, Sub, Mul, DivS, DivU, RemS, RemU, And, Or, Xor, Shl, ShrS, ShrU, Rotl, Rotr,
  Eq, Ne, LtS, LtU, GtS, GtU, LeS, LeU, GeS, GeU, Eqz,
  Clz, Ctz, Popcnt, Extend8S, Extend16S, Extend32S,
  FAdd, FSub, FMul, FDiv, FMin, FMax, FCopysign,
  FAbs, FNeg, FCeil, FFloor, FTrunc, FNearest, FSqrt,
  FEq, FNe, FLt, FGt, FLe, FGe,
  Wrap, ExtendS, ExtendU, TruncS, TruncU, TruncSatS, TruncSatU, ConvertS, ConvertU,
  Demote, Promote, Reinterpret,
  Select, RefIsNull, RefAsNonNull,
  Simd1, Simd2, Simd3,
  Add128, Sub128, MulWideS, MulWideU,
  Load, Store, MemorySize, MemoryGrow, MemoryCopy, MemoryFill, MemoryInit, DataDrop,
  GlobalGet, GlobalSet,
  SlotGet, SlotSet,
  TableGet, TableSet, TableSize, TableGrow, TableFill, TableCopy, TableInit, ElemDrop,
  Call, CallIndirect, CallRef,
  ExnNew, ExnIs, ExnValue, ExnKeep, ExnFree, Catch,
  AtomicLoad, AtomicStore, AtomicAdd, AtomicSub, AtomicAnd, AtomicOr, AtomicXor, AtomicXchg, AtomicCmpxchg,
  AtomicWait, AtomicNotify, AtomicFence,
  Br, BrIf, BrTable, Return, ReturnCall, ReturnCallIndirect, ReturnCallRef,
  CallUnwind, CallIndirectUnwind, CallRefUnwind, Throw, Unreachable,
}

/** Effect bits of an op. Pure (0) ops may move, merge and die. */
export const enum Effect {
  None = 0,
  /** May trap: must not die or move across another effect. */
  Traps = 1,
  /** Reads memory, a global or a table. */
  Reads = 2,
  /** Writes memory, a global or a table. */
  Writes = 4,
  /** Ends its block. */
  Terminator = 8,
}

/** How the result type follows: none, the op's `type`, always i32, two of the op's `type`, or the listed results of the callee. */
export const enum ResultRule { None, Type, I32, Pair, Callee }

/** What `imm`, `imm2` and `aux` of an instruction mean. */
export const enum ImmKind {
  /** Nothing. */
  None,
  /** A constant's bits: `imm` low half, `imm2` high half (v128: `imm` indexes `Func.vectors`). */
  Bits,
  /** A memory access: offset in `imm` (low) and `imm2` (high); `aux` packs memory, alignment, sign, width (`packAccess`). */
  Access,
  /** One module index in `imm` (function, global, table, memory, data or element segment). */
  Index,
  /** Two module indices in `imm` and `imm2`, in the order of the Wasm immediate. */
  Index2,
  /** The number of a local variable in `imm`. */
  Slot,
  /** The source type in `aux`. */
  From,
  /** A row of `SIMD_OPS` in `imm`, its lane or shuffle (an index in `Func.vectors`) in `imm2`. */
  Simd,
}

export interface OpInfo {
  readonly name: string;
  /** Fixed operand count, or -1 for variadic (call arguments, returned values). */
  readonly operands: number;
  readonly result: ResultRule;
  readonly effect: number;
  readonly imm: ImmKind;
}

const N = ImmKind.None;
const T = Effect.Traps, R = Effect.Reads, W = Effect.Writes, END = Effect.Terminator;

function row(name: string, operands: number, result: ResultRule, effect: number = Effect.None, imm: ImmKind = N): OpInfo {
  return { name, operands, result, effect, imm };
}
const binary = (name: string, effect: number = Effect.None): OpInfo => row(name, 2, ResultRule.Type, effect);
const unary = (name: string): OpInfo => row(name, 1, ResultRule.Type);
const compare = (name: string): OpInfo => row(name, 2, ResultRule.I32);
const convert = (name: string, effect: number = Effect.None): OpInfo => row(name, 1, ResultRule.Type, effect, ImmKind.From);
const atomic = (name: string, operands: number): OpInfo => row(name, operands, ResultRule.Type, T | R | W, ImmKind.Access);

/** One row per `Op`, in its order. */
export const OPS: readonly OpInfo[] = [
  row('const', 0, ResultRule.Type, 0, ImmKind.Bits),
  row('ref.null', 0, ResultRule.Type),
  row('ref.func', 0, ResultRule.Type, 0, ImmKind.Index),
  binary('add'), binary('sub'), binary('mul'),
  binary('div_s', T), binary('div_u', T), binary('rem_s', T), binary('rem_u', T),
  binary('and'), binary('or'), binary('xor'), binary('shl'), binary('shr_s'), binary('shr_u'), binary('rotl'), binary('rotr'),
  compare('eq'), compare('ne'), compare('lt_s'), compare('lt_u'), compare('gt_s'), compare('gt_u'),
  compare('le_s'), compare('le_u'), compare('ge_s'), compare('ge_u'), row('eqz', 1, ResultRule.I32),
  unary('clz'), unary('ctz'), unary('popcnt'), unary('extend8_s'), unary('extend16_s'), unary('extend32_s'),
  binary('fadd'), binary('fsub'), binary('fmul'), binary('fdiv'), binary('fmin'), binary('fmax'), binary('fcopysign'),
  unary('fabs'), unary('fneg'), unary('fceil'), unary('ffloor'), unary('ftrunc'), unary('fnearest'), unary('fsqrt'),
  compare('feq'), compare('fne'), compare('flt'), compare('fgt'), compare('fle'), compare('fge'),
  convert('wrap'), convert('extend_s'), convert('extend_u'),
  convert('trunc_s', T), convert('trunc_u', T), convert('trunc_sat_s'), convert('trunc_sat_u'),
  convert('convert_s'), convert('convert_u'), convert('demote'), convert('promote'), convert('reinterpret'),
  row('select', 3, ResultRule.Type), // operands: value if true, value if false, condition (i32)
  row('ref.is_null', 1, ResultRule.I32), row('ref.as_non_null', 1, ResultRule.Type, T),
  // Vector operations of one to three operands (simd-ops.ts); the type is that of the result.
  row('simd1', 1, ResultRule.Type, 0, ImmKind.Simd), row('simd2', 2, ResultRule.Type, 0, ImmKind.Simd), row('simd3', 3, ResultRule.Type, 0, ImmKind.Simd),
  // Integers of twice the type's width as pairs, low half first.
  row('add128', 4, ResultRule.Pair), row('sub128', 4, ResultRule.Pair), row('mul_wide_s', 2, ResultRule.Pair), row('mul_wide_u', 2, ResultRule.Pair),
  row('load', 1, ResultRule.Type, T | R, ImmKind.Access), // operand: address
  row('store', 2, ResultRule.None, T | W, ImmKind.Access), // operands: address, value
  row('memory.size', 0, ResultRule.Type, R, ImmKind.Index),
  row('memory.grow', 1, ResultRule.Type, R | W, ImmKind.Index),
  row('memory.copy', 3, ResultRule.None, T | R | W, ImmKind.Index2), // imm destination, imm2 source memory
  row('memory.fill', 3, ResultRule.None, T | W, ImmKind.Index),
  row('memory.init', 3, ResultRule.None, T | R | W, ImmKind.Index2), // imm data segment, imm2 memory
  row('data.drop', 0, ResultRule.None, W, ImmKind.Index),
  row('global.get', 0, ResultRule.Type, R, ImmKind.Index),
  row('global.set', 1, ResultRule.None, W, ImmKind.Index), // type: the global's
  // Locals of a function whose locals are no values: it has too many blocks for them (frontend/ssa-locals.ts).
  row('slot.get', 0, ResultRule.Type, R, ImmKind.Slot),
  row('slot.set', 1, ResultRule.None, W, ImmKind.Slot),
  row('table.get', 1, ResultRule.Type, T | R, ImmKind.Index),
  row('table.set', 2, ResultRule.None, T | W, ImmKind.Index),
  row('table.size', 0, ResultRule.Type, R, ImmKind.Index),
  row('table.grow', 2, ResultRule.Type, R | W, ImmKind.Index), // operands: initial value, delta
  row('table.fill', 3, ResultRule.None, T | W, ImmKind.Index),
  row('table.copy', 3, ResultRule.None, T | R | W, ImmKind.Index2), // imm destination, imm2 source table
  row('table.init', 3, ResultRule.None, T | R | W, ImmKind.Index2), // imm element segment, imm2 table
  row('elem.drop', 0, ResultRule.None, W, ImmKind.Index),
  row('call', -1, ResultRule.Callee, T | R | W, ImmKind.Index),
  row('call_indirect', -1, ResultRule.Callee, T | R | W, ImmKind.Index2), // imm type, imm2 table; last operand: index
  row('call_ref', -1, ResultRule.Callee, T | R | W, ImmKind.Index), // imm type; last operand: the reference
  row('exn.new', -1, ResultRule.Type, T, ImmKind.Index), // imm tag; operands: the tag's values. There may be no memory for it
  row('exn.is', 1, ResultRule.I32, 0, ImmKind.Index), // whether an exception has the tag imm
  row('exn.value', 1, ResultRule.Type, 0, ImmKind.Index2), // imm2: which value of an exception that has the tag imm
  row('exn.keep', 1, ResultRule.None, W), // the exception may be referred to for good
  row('exn.free', 1, ResultRule.None, W), // nothing refers to the exception any more, unless it was kept
  row('catch', 0, ResultRule.Type, R | W), // begins the block of an unwind edge: the exception
  row('atomic.load', 1, ResultRule.Type, T | R | W, ImmKind.Access),
  row('atomic.store', 2, ResultRule.None, T | R | W, ImmKind.Access),
  atomic('atomic.add', 2), atomic('atomic.sub', 2), atomic('atomic.and', 2), atomic('atomic.or', 2),
  atomic('atomic.xor', 2), atomic('atomic.xchg', 2), atomic('atomic.cmpxchg', 3), // address, expected, replacement
  row('atomic.wait', 3, ResultRule.I32, T | R | W, ImmKind.Access), // address, expected (of `type`), timeout i64
  row('atomic.notify', 2, ResultRule.I32, T | R | W, ImmKind.Access),
  row('atomic.fence', 0, ResultRule.None, R | W),
  row('br', 0, ResultRule.None, END),
  row('br_if', 1, ResultRule.None, END), // edges: taken when the condition is not zero, else
  row('br_table', 1, ResultRule.None, END), // edges: case 0, 1, …, default last
  row('return', -1, ResultRule.None, END),
  // Calls whose results are the function's; they replace its frame. Immediates and operands as those of the ordinary calls.
  row('return_call', -1, ResultRule.None, END | T | R | W, ImmKind.Index),
  row('return_call_indirect', -1, ResultRule.None, END | T | R | W, ImmKind.Index2),
  row('return_call_ref', -1, ResultRule.None, END | T | R | W, ImmKind.Index),
  // Calls whose exceptions are caught here. Edges: to go on, with the results, and for an exception, without them.
  row('call_unwind', -1, ResultRule.Callee, END | T | R | W, ImmKind.Index),
  row('call_indirect_unwind', -1, ResultRule.Callee, END | T | R | W, ImmKind.Index2),
  row('call_ref_unwind', -1, ResultRule.Callee, END | T | R | W, ImmKind.Index),
  row('throw', 1, ResultRule.None, END | T | R | W), // ends the function by an exception
  row('unreachable', 0, ResultRule.None, END | T),
];

/** A call with an unwind edge as well. */
export type UnwindOp = Op.CallUnwind | Op.CallIndirectUnwind | Op.CallRefUnwind;

export const isUnwind = (op: Op): op is UnwindOp => op === Op.CallUnwind || op === Op.CallIndirectUnwind || op === Op.CallRefUnwind;

/** The edges of a call with an unwind edge. */
export const NORMAL_EDGE = 0, UNWIND_EDGE = 1;

/** Packs what an access says besides its offset: memory index, log2 of the alignment hint, log2 of its bytes, sign extension. */
export function packAccess(memory: number, alignLog2: number, bytesLog2: number, signed: boolean): number {
  return (memory << 8) | (alignLog2 << 4) | (signed ? 8 : 0) | bytesLog2;
}
/** The same access to another memory. */
export const withMemory = (aux: number, memory: number): number => (memory << 8) | (aux & 0xff);
export const accessMemory = (aux: number): number => aux >>> 8;
export const accessAlignLog2 = (aux: number): number => (aux >> 4) & 15;
export const accessSigned = (aux: number): boolean => (aux & 8) !== 0;
export const accessBytesLog2 = (aux: number): number => aux & 7;
