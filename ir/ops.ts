// The IR's operation table: one row per op. The enum of ops (opcodes.ts), their typing, builder, printer, parser, verifier,
// relocation, passes and emission all derive from it. An op is generic over `type` (the type it computes in); what it may do
// besides computing is its effect, which alone decides what may move, merge or die; what it is to those that treat several ops
// alike is its family.
//
// Row: name in the text form, family, types, signature, effect, immediates, traits.
// Types: what `type` may be, and of a conversion, what it converts from.
// Signature, operands and results: t = the instruction's type, s = the source type, b = an i32 that is 0 or 1, i I = i32 i64,
// a = an address, index or size (i32, or i64 where the memory or table is 64-bit), r = any reference, x = exnref,
// v = what the row of the vector operation says, * = any number of them (arguments and results of a callee, returned values).
// Immediates: the form of all of them, or what `imm` and `imm2` are each.

import { Op } from './opcodes.js';
import { TypeSet } from './types.js';

export { Op };

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

/** Ops that are treated alike. */
export const enum Family {
  /** Constants and references that need no computing. */
  Constant,
  /** Sums, products, bits: two integers, which wrap. */
  Integer,
  Division,
  Shift,
  Rotation,
  /** Of integers, also with zero. */
  Comparison,
  BitCount,
  /** Sign extension within a type. */
  SignExtension,
  FloatArithmetic,
  /** Of the sign only: exact on the bits of a NaN, too. */
  FloatSign,
  FloatRounding,
  FloatComparison,
  Conversion,
  Choice,
  Reference,
  Vector,
  Wide,
  /** Loads and stores. */
  Access,
  /** Of whole memories and data segments. */
  Memory,
  Global,
  /** Locals that are in memory. */
  Slot,
  Table,
  Call,
  Exception,
  Atomic,
  /** Terminators whose edges are all that they do. */
  Branch,
  /** The ends of a function that are no calls. */
  Exit,
  /** Calls whose results are the function's; they replace its frame. */
  TailCall,
  /** Calls whose exceptions are caught here. Edges: to go on, with the results, and for an exception, without them. */
  UnwindingCall,
}

/** How the results follow: none, one of the op's `type`, an i32 (that is 0 or 1), two of the op's `type`, those of the callee. */
export const enum ResultRule {
  None,
  Type,
  Bool,
  I32,
  Pair,
  Callee,
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
  /** Any reference type. */
  Reference,
  ExnRef,
  /** What the row of the vector operation says. */
  Row,
}

/** What `imm`, `imm2` and `aux` of an instruction mean. */
export const enum ImmKind {
  /** Nothing. */
  None,
  /** A constant's bits: `imm` low half, `imm2` high half (v128: `imm` indexes `Func.vectors`). */
  Bits,
  /** A memory access: offset in `imm` (low) and `imm2` (high); `aux` packs memory, alignment, sign, width (`packAccess`). */
  Access,
  /** One number in `imm` and perhaps one in `imm2`, in the order of the Wasm immediate: `OpInfo.fields`. */
  Fields,
  /** The source type in `aux`. */
  From,
  /** A row of `SIMD_OPS` in `imm`, its lane or shuffle (an index in `Func.vectors`) in `imm2`. */
  Simd,
}

/** What a number in `imm` or `imm2` is: an index in a space of the module, a local variable, or which value of an exception. */
export type Field = 'function' | 'type' | 'table' | 'memory' | 'global' | 'tag' | 'element' | 'data' | 'local' | 'value';

/** What a call calls. */
export const enum Callee {
  /** The op is no call. */
  None,
  /** A function of the module. */
  Direct,
  /** An element of a table; the last operand is its index. */
  Indirect,
  /** The reference that is the last operand. */
  Reference,
}

// biome-ignore format: a row is a line
const typeSets = {
  none: TypeSet.None, i32: TypeSet.I32, i64: TypeSet.I64, f32: TypeSet.F32, f64: TypeSet.F64, exnref: TypeSet.ExnRef,
  int: TypeSet.Int, float: TypeSet.Float, number: TypeSet.Number, numeric: TypeSet.Numeric, ref: TypeSet.Ref, any: TypeSet.Any,
} as const;
type TypeSetName = keyof typeof typeSets;

const typeSetNamed: Readonly<Record<string, TypeSet>> = typeSets;

// biome-ignore format: a row is a line
const operandRules: Readonly<Record<string, OperandRule>> = {
  t: OperandRule.Same, s: OperandRule.From, i: OperandRule.I32, I: OperandRule.I64, a: OperandRule.Address,
  r: OperandRule.Reference, x: OperandRule.ExnRef, v: OperandRule.Row,
};
const resultRules = {
  '': ResultRule.None,
  t: ResultRule.Type,
  b: ResultRule.Bool,
  i: ResultRule.I32,
  tt: ResultRule.Pair,
  '*': ResultRule.Callee,
} as const;
const resultRuleOf: Readonly<Record<string, ResultRule>> = resultRules;

interface Traits {
  /** The operands may be exchanged; the spec lets float arithmetic pick either NaN's payload. */
  readonly commutative?: true;
  /** A comparison that holds of a value and itself; the other ones of integers do not. */
  readonly reflexive?: true;
  /** How many edges a terminator has; `many`: one or more. */
  readonly edges?: number | 'many';
}

type Row = readonly [
  name: string,
  family: Family,
  types: TypeSetName | `${TypeSetName} from ${TypeSetName}`,
  signature: `${string}:${keyof typeof resultRules}`,
  effect: number,
  immediates?: 'none' | 'bits' | 'access' | 'vector' | readonly [Field] | readonly [Field, Field],
  traits?: Traits,
];

const T = Effect.Traps,
  R = Effect.Reads,
  W = Effect.Writes,
  END = Effect.Terminator;
const commutative: Traits = { commutative: true };
const equality: Traits = { commutative: true, reflexive: true };
const reflexive: Traits = { reflexive: true };

const table: readonly Row[] = [
  ['const', Family.Constant, 'numeric', ':t', 0, 'bits'],
  ['ref.null', Family.Constant, 'ref', ':t', 0],
  ['ref.func', Family.Constant, 'ref', ':t', 0, ['function']],

  ['add', Family.Integer, 'int', 'tt:t', 0, 'none', commutative],
  ['sub', Family.Integer, 'int', 'tt:t', 0],
  ['mul', Family.Integer, 'int', 'tt:t', 0, 'none', commutative],
  ['div_s', Family.Division, 'int', 'tt:t', T],
  ['div_u', Family.Division, 'int', 'tt:t', T],
  ['rem_s', Family.Division, 'int', 'tt:t', T],
  ['rem_u', Family.Division, 'int', 'tt:t', T],
  ['and', Family.Integer, 'int', 'tt:t', 0, 'none', commutative],
  ['or', Family.Integer, 'int', 'tt:t', 0, 'none', commutative],
  ['xor', Family.Integer, 'int', 'tt:t', 0, 'none', commutative],
  ['shl', Family.Shift, 'int', 'tt:t', 0],
  ['shr_s', Family.Shift, 'int', 'tt:t', 0],
  ['shr_u', Family.Shift, 'int', 'tt:t', 0],
  ['rotl', Family.Rotation, 'int', 'tt:t', 0],
  ['rotr', Family.Rotation, 'int', 'tt:t', 0],

  ['eq', Family.Comparison, 'int', 'tt:b', 0, 'none', equality],
  ['ne', Family.Comparison, 'int', 'tt:b', 0, 'none', commutative],
  ['lt_s', Family.Comparison, 'int', 'tt:b', 0],
  ['lt_u', Family.Comparison, 'int', 'tt:b', 0],
  ['gt_s', Family.Comparison, 'int', 'tt:b', 0],
  ['gt_u', Family.Comparison, 'int', 'tt:b', 0],
  ['le_s', Family.Comparison, 'int', 'tt:b', 0, 'none', reflexive],
  ['le_u', Family.Comparison, 'int', 'tt:b', 0, 'none', reflexive],
  ['ge_s', Family.Comparison, 'int', 'tt:b', 0, 'none', reflexive],
  ['ge_u', Family.Comparison, 'int', 'tt:b', 0, 'none', reflexive],
  ['eqz', Family.Comparison, 'int', 't:b', 0],

  ['clz', Family.BitCount, 'int', 't:t', 0],
  ['ctz', Family.BitCount, 'int', 't:t', 0],
  ['popcnt', Family.BitCount, 'int', 't:t', 0],
  ['extend8_s', Family.SignExtension, 'int', 't:t', 0],
  ['extend16_s', Family.SignExtension, 'int', 't:t', 0],
  ['extend32_s', Family.SignExtension, 'i64', 't:t', 0],

  ['fadd', Family.FloatArithmetic, 'float', 'tt:t', 0, 'none', commutative],
  ['fsub', Family.FloatArithmetic, 'float', 'tt:t', 0],
  ['fmul', Family.FloatArithmetic, 'float', 'tt:t', 0, 'none', commutative],
  ['fdiv', Family.FloatArithmetic, 'float', 'tt:t', 0],
  ['fmin', Family.FloatArithmetic, 'float', 'tt:t', 0, 'none', commutative],
  ['fmax', Family.FloatArithmetic, 'float', 'tt:t', 0, 'none', commutative],
  ['fcopysign', Family.FloatSign, 'float', 'tt:t', 0],
  ['fabs', Family.FloatSign, 'float', 't:t', 0],
  ['fneg', Family.FloatSign, 'float', 't:t', 0],
  ['fceil', Family.FloatRounding, 'float', 't:t', 0],
  ['ffloor', Family.FloatRounding, 'float', 't:t', 0],
  ['ftrunc', Family.FloatRounding, 'float', 't:t', 0],
  ['fnearest', Family.FloatRounding, 'float', 't:t', 0],
  ['fsqrt', Family.FloatRounding, 'float', 't:t', 0],
  ['feq', Family.FloatComparison, 'float', 'tt:b', 0, 'none', commutative],
  ['fne', Family.FloatComparison, 'float', 'tt:b', 0, 'none', commutative],
  ['flt', Family.FloatComparison, 'float', 'tt:b', 0],
  ['fgt', Family.FloatComparison, 'float', 'tt:b', 0],
  ['fle', Family.FloatComparison, 'float', 'tt:b', 0],
  ['fge', Family.FloatComparison, 'float', 'tt:b', 0],

  ['wrap', Family.Conversion, 'i32 from i64', 's:t', 0],
  ['extend_s', Family.Conversion, 'i64 from i32', 's:t', 0],
  ['extend_u', Family.Conversion, 'i64 from i32', 's:t', 0],
  ['trunc_s', Family.Conversion, 'int from float', 's:t', T],
  ['trunc_u', Family.Conversion, 'int from float', 's:t', T],
  ['trunc_sat_s', Family.Conversion, 'int from float', 's:t', 0],
  ['trunc_sat_u', Family.Conversion, 'int from float', 's:t', 0],
  ['convert_s', Family.Conversion, 'float from int', 's:t', 0],
  ['convert_u', Family.Conversion, 'float from int', 's:t', 0],
  ['demote', Family.Conversion, 'f32 from f64', 's:t', 0],
  ['promote', Family.Conversion, 'f64 from f32', 's:t', 0],
  ['reinterpret', Family.Conversion, 'number from number', 's:t', 0],

  ['select', Family.Choice, 'any', 'tti:t', 0], // value if the condition, which comes last, is not zero, else
  ['ref.is_null', Family.Reference, 'ref', 't:b', 0],
  ['ref.as_non_null', Family.Reference, 'ref', 't:t', T],
  ['simd1', Family.Vector, 'numeric', 'v:t', 0, 'vector'], // by number of operands; the operations are rows of simd-ops.ts
  ['simd2', Family.Vector, 'numeric', 'vv:t', 0, 'vector'],
  ['simd3', Family.Vector, 'numeric', 'vvv:t', 0, 'vector'],
  ['add128', Family.Wide, 'i64', 'tttt:tt', 0], // integers of twice the type's width as pairs, low half first
  ['sub128', Family.Wide, 'i64', 'tttt:tt', 0],
  ['mul_wide_s', Family.Wide, 'i64', 'tt:tt', 0],
  ['mul_wide_u', Family.Wide, 'i64', 'tt:tt', 0],

  ['load', Family.Access, 'numeric', 'a:t', T | R, 'access'],
  ['store', Family.Access, 'numeric', 'at:', T | W, 'access'],
  ['memory.size', Family.Memory, 'int', ':t', R, ['memory']],
  ['memory.grow', Family.Memory, 'int', 't:t', R | W, ['memory']],
  ['memory.copy', Family.Memory, 'none', 'aaa:', T | R | W, ['memory', 'memory']], // destination, source
  ['memory.fill', Family.Memory, 'none', 'aia:', T | W, ['memory']],
  ['memory.init', Family.Memory, 'none', 'aii:', T | R | W, ['data', 'memory']],
  ['data.drop', Family.Memory, 'none', ':', W, ['data']],
  ['global.get', Family.Global, 'any', ':t', R, ['global']],
  ['global.set', Family.Global, 'any', 't:', W, ['global']],
  ['slot.get', Family.Slot, 'any', ':t', R, ['local']], // of a function with too many blocks for values (frontend/ssa-locals.ts)
  ['slot.set', Family.Slot, 'any', 't:', W, ['local']],
  ['table.get', Family.Table, 'ref', 'a:t', T | R, ['table']],
  ['table.set', Family.Table, 'ref', 'at:', T | W, ['table']],
  ['table.size', Family.Table, 'int', ':t', R, ['table']],
  ['table.grow', Family.Table, 'int', 'rt:t', R | W, ['table']],
  ['table.fill', Family.Table, 'none', 'ara:', T | W, ['table']],
  ['table.copy', Family.Table, 'none', 'aaa:', T | R | W, ['table', 'table']], // destination, source
  ['table.init', Family.Table, 'none', 'aii:', T | R | W, ['element', 'table']],
  ['elem.drop', Family.Table, 'none', ':', W, ['element']],

  ['call', Family.Call, 'none', '*:*', T | R | W, ['function']],
  ['call_indirect', Family.Call, 'none', '*a:*', T | R | W, ['type', 'table']],
  ['call_ref', Family.Call, 'none', '*r:*', T | R | W, ['type']],
  ['exn.new', Family.Exception, 'exnref', '*:t', T, ['tag']], // of the tag's values; there may be no memory for it
  ['exn.is', Family.Exception, 'exnref', 't:b', 0, ['tag']], // whether an exception has the tag
  ['exn.value', Family.Exception, 'any', 'x:t', 0, ['tag', 'value']], // one value of an exception that has the tag
  ['exn.keep', Family.Exception, 'exnref', 't:', W], // the exception may be referred to for good
  ['exn.free', Family.Exception, 'exnref', 't:', W], // nothing refers to the exception any more, unless it was kept
  ['catch', Family.Exception, 'exnref', ':t', R | W], // begins the block of an unwind edge: the exception

  ['atomic.load', Family.Atomic, 'int', 'a:t', T | R | W, 'access'],
  ['atomic.store', Family.Atomic, 'int', 'at:', T | R | W, 'access'],
  ['atomic.add', Family.Atomic, 'int', 'at:t', T | R | W, 'access'],
  ['atomic.sub', Family.Atomic, 'int', 'at:t', T | R | W, 'access'],
  ['atomic.and', Family.Atomic, 'int', 'at:t', T | R | W, 'access'],
  ['atomic.or', Family.Atomic, 'int', 'at:t', T | R | W, 'access'],
  ['atomic.xor', Family.Atomic, 'int', 'at:t', T | R | W, 'access'],
  ['atomic.xchg', Family.Atomic, 'int', 'at:t', T | R | W, 'access'],
  ['atomic.cmpxchg', Family.Atomic, 'int', 'att:t', T | R | W, 'access'], // address, expected, replacement
  ['atomic.wait', Family.Atomic, 'int', 'atI:i', T | R | W, 'access'], // address, expected, timeout
  ['atomic.notify', Family.Atomic, 'none', 'ai:i', T | R | W, 'access'],
  ['atomic.fence', Family.Atomic, 'none', ':', R | W],

  ['br', Family.Branch, 'none', ':', END, 'none', { edges: 1 }],
  ['br_if', Family.Branch, 'none', 'i:', END, 'none', { edges: 2 }], // taken when the condition is not zero, else
  ['br_table', Family.Branch, 'none', 'i:', END, 'none', { edges: 'many' }], // case 0, 1, …, default last
  ['return', Family.Exit, 'none', '*:', END],
  ['return_call', Family.TailCall, 'none', '*:', END | T | R | W, ['function']],
  ['return_call_indirect', Family.TailCall, 'none', '*a:', END | T | R | W, ['type', 'table']],
  ['return_call_ref', Family.TailCall, 'none', '*r:', END | T | R | W, ['type']],
  ['call_unwind', Family.UnwindingCall, 'none', '*:*', END | T | R | W, ['function'], { edges: 2 }],
  ['call_indirect_unwind', Family.UnwindingCall, 'none', '*a:*', END | T | R | W, ['type', 'table'], { edges: 2 }],
  ['call_ref_unwind', Family.UnwindingCall, 'none', '*r:*', END | T | R | W, ['type'], { edges: 2 }],
  ['throw', Family.Exception, 'exnref', 't:', END | T | R | W], // ends the function by an exception
  ['unreachable', Family.Exit, 'none', ':', END | T],
];

/** One op, as the table describes it. */
export interface OpInfo {
  readonly name: string;
  readonly family: Family;
  /** The types that `type` may be, a `TypeSet`. */
  readonly types: number;
  /** The types that `aux` may be, for conversions. */
  readonly from: number;
  /** Any number of operands come before those of `operands`. */
  readonly isVariadic: boolean;
  readonly operands: readonly OperandRule[];
  readonly result: ResultRule;
  readonly effect: number;
  readonly imm: ImmKind;
  readonly fields: readonly Field[];
  readonly traits: Traits;
}

const immediateForms = { none: ImmKind.None, bits: ImmKind.Bits, access: ImmKind.Access, vector: ImmKind.Simd } as const;

function infoOf([name, family, types, signature, effect, immediates = 'none', traits = {}]: Row): OpInfo {
  const colon = signature.indexOf(':');
  const isVariadic = signature.startsWith('*');
  const operands = Array.from(signature.slice(isVariadic ? 1 : 0, colon), (letter) => operandRules[letter]);
  const [set, from] = types.split(' from ');
  return {
    name,
    family,
    types: typeSetNamed[set],
    from: from === undefined ? 0 : typeSetNamed[from],
    isVariadic,
    operands,
    result: resultRuleOf[signature.slice(colon + 1)],
    effect,
    imm: from !== undefined ? ImmKind.From : typeof immediates === 'string' ? immediateForms[immediates] : ImmKind.Fields,
    fields: typeof immediates === 'string' ? [] : immediates,
    traits,
  };
}

/** By op. */
export const OPS: readonly OpInfo[] = table.map(infoOf);

/** By op: its `Effect` bits. */
export const opEffect = Uint8Array.from(OPS, ({ effect }) => effect);
/** By op: its `Family`. */
export const opFamily = Uint8Array.from(OPS, ({ family }) => family);
/** By op: the number of operands, or -1 for any number. */
export const opOperands = Int8Array.from(OPS, ({ operands, isVariadic }) => (isVariadic ? -1 : operands.length));
/** By op: its `ResultRule`. */
export const opResult = Uint8Array.from(OPS, ({ result }) => result);
/** By op: its `ImmKind`. */
export const opImmediates = Uint8Array.from(OPS, ({ imm }) => imm);
/** By op: a `Callee`. */
export const opCallee = Uint8Array.from(OPS, calleeOf);

function calleeOf({ isVariadic, fields: [first, second] }: OpInfo): Callee {
  if (!isVariadic) return Callee.None;
  if (first === 'type') return second === 'table' ? Callee.Indirect : Callee.Reference;
  return first === 'function' ? Callee.Direct : Callee.None;
}

/** The call of a family that calls what `callee` says, 0 if there is none. */
const callOf = (family: Family, callee: Callee): Op =>
  Math.max(
    0,
    OPS.findIndex((info, op) => info.family === family && opCallee[op] === callee),
  );

/** By call: that of its family which calls a function of the module. */
export const directCall = Uint8Array.from(OPS, ({ family }) => callOf(family, Callee.Direct));
/** By call: that of the same callee which has an unwind edge. */
export const unwindingCall = Uint8Array.from(OPS, (_info, op) => (opCallee[op] === Callee.None ? 0 : callOf(Family.UnwindingCall, opCallee[op])));

/** Whether an op is a call with an unwind edge. */
export const isUnwind = (op: Op): boolean => opFamily[op] === Family.UnwindingCall;

/** The edges of a call with an unwind edge. */
export const NORMAL_EDGE = 0,
  UNWIND_EDGE = 1;

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
