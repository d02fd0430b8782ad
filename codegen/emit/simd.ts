// How the vector operations of `ir/simd-ops.ts` are written in LLVM IR: a table of templates, and their compilation
// once per CPU. A template is LLVM IR with the operands $0 $1 $2, temporaries %name, $lane and $mask for the
// immediate, and these words, which depend on the shape of the result (and of the operands where the mnemonic names one,
// as `i16x8.extend_low_i8x16_s` does); the last line is the result, of type V or of the row's scalar type:
//
//   V E S N C iN       the vector type, its element, suffix of intrinsics, lanes, i1 vector, integer of as many bits
//   I J                the integer vector of the same shape and its element (for bits of floats)
//   W K                the vector of as many lanes of twice the width and its element
//   F T                vector type of the operands and its element
//   H G                N lanes of T, and its suffix
//   LOW HIGH EVEN ODD  N of the operands' lane numbers
//   MIN MAX UMAX       range of E
//
// A back end may replace rows where LLVM makes poor code of the general form (`Target.simd`).

import { SIMD_OPS } from '../../ir/simd-ops.js';
import { templateIntrinsic } from '../symbols.js';
import type { IntrinsicName } from '../symbols.js';
import type { SimdExtension, Target } from '../target.js';

type Templates = Readonly<Record<string, string>>;

const compareTemplates = (predicates: Readonly<Record<string, string>>): Templates =>
  Object.fromEntries(Object.entries(predicates).map(([name, predicate]) => [name, `%c = ${predicate} V $0, $1\n%s = sext C %c to I\nbitcast I %s to V`]));

/** A shift by a scalar amount modulo the lane's width; `resize` makes the masked amount %m an E. */
const shift = (instruction: string, mask: number, resize: string): string => `
  %m = and i32 $1, ${mask}
  %e = ${resize}
  %i = insertelement V poison, E %e, i64 0
  %s = shufflevector V %i, V poison, <N x i32> zeroinitializer
  ${instruction} V $0, %s`;
const shifts = (mask: number, resize: string): Templates => ({
  shl: shift('shl', mask, resize),
  shr_s: shift('ashr', mask, resize),
  shr_u: shift('lshr', mask, resize),
});

const splat = `
  %i = insertelement V poison, E $0, i64 0
  shufflevector V %i, V poison, <N x i32> zeroinitializer`;
/** Lanes of 8 and 16 bits are i32 outside of vectors. */
const narrowSplat = splat.replace('$0', '%n');

/** Lanes `which` of both operands, extended, multiplied. */
const extendedProduct = (extension: string, which: string): string => `
  %a = shufflevector F $0, F poison, ${which}
  %b = shufflevector F $1, F poison, ${which}
  %x = ${extension} H %a to V
  %y = ${extension} H %b to V
  mul V %x, %y`;
const extended = (extension: string, which: string): string => `
  %h = shufflevector F $0, F poison, ${which}
  ${extension} H %h to V`;
const pairwiseSum = (extension: string): string => `
  %a = shufflevector F $0, F poison, EVEN
  %b = shufflevector F $0, F poison, ODD
  %x = ${extension} H %a to V
  %y = ${extension} H %b to V
  add V %x, %y`;
/** Sums of pairs of products of signed lanes. */
const dot = `
  %a = shufflevector F $0, F poison, EVEN
  %b = shufflevector F $0, F poison, ODD
  %c = shufflevector F $1, F poison, EVEN
  %d = shufflevector F $1, F poison, ODD
  %e = sext H %a to V
  %f = sext H %b to V
  %g = sext H %c to V
  %h = sext H %d to V
  %p = mul V %e, %g
  %q = mul V %f, %h
  add V %p, %q`;
/** Signed lanes of both operands, clamped. */
const narrow = (least: string, most: string): string => `
  %w = shufflevector F $0, F $1, LOW
  %l = call H @llvm.smax.G(H %w, H splat (T ${least}))
  %h = call H @llvm.smin.G(H %l, H splat (T ${most}))
  trunc H %h to V`;
/** Saturated to the first two lanes; the others are zero. */
const truncateZero = (intrinsic: string): string => `
  %h = call <2 x i32> @llvm.${intrinsic}.v2i32.v2f64(F $0)
  shufflevector <2 x i32> %h, <2 x i32> zeroinitializer, <4 x i32> <i32 0, i32 1, i32 2, i32 3>`;

/** The number itself, but NaN made quiet, as arithmetic does. */
const quieted = (value: string): string => `
  %isnan = fcmp uno V ${value}, ${value}
  %bits = bitcast V ${value} to I
  %set = or I %bits, splat (J QUIET)
  %quiet = bitcast I %set to V
  select C %isnan, V %quiet, V ${value}`;
/** LLVM's minimum and maximum give a NaN operand back as it is. */
const minMax = (intrinsic: string): string => `
  %r = call V @llvm.${intrinsic}.S(V $0, V $1)${quieted('%r')}`;
const choose = (predicate: string, a: string, b: string): string => `
  %c = fcmp ${predicate}
  select C %c, V ${a}, V ${b}`;

/** Each byte by an extract with a variable index: for targets without a byte shuffle. */
const swizzle = `${Array.from(
  { length: 16 },
  (_, k) => `
  %i${k} = extractelement V $1, i64 ${k}
  %n${k} = and i8 %i${k}, 15
  %e${k} = extractelement V $0, i8 %n${k}
  %v${k + 1} = insertelement V ${k === 0 ? 'poison' : `%v${k}`}, i8 %e${k}, i64 ${k}`,
).join('')}\n  %c = icmp ult V $1, splat (i8 16)\n  select C %c, V %v16, V zeroinitializer`;

/** Products of fractions of 15 bits, rounded; -1 times -1 saturates. */
const q15Product = `
  %a = sext V $0 to W
  %b = sext V $1 to W
  %p = mul W %a, %b
  %r = add W %p, splat (K 16384)
  %h = ashr W %r, splat (K 15)
  %m = call W @llvm.smin.v8i32(W %h, W splat (K MAX))
  trunc W %m to V`;

const BITS: Templates = {
  not: 'xor V $0, splat (E -1)',
  and: 'and V $0, $1',
  or: 'or V $0, $1',
  xor: 'xor V $0, $1',
  andnot: '%n = xor V $1, splat (E -1)\nand V $0, %n',
  bitselect: '%a = and V $0, $2\n%n = xor V $2, splat (E -1)\n%b = and V $1, %n\nor V %a, %b',
  any_true: '%a = bitcast V $0 to i128\n%c = icmp ne i128 %a, 0\nzext i1 %c to i32',
};

// biome-ignore format: a row is a line
const INTEGER: Templates = {
  splat,
  extract_lane: 'extractelement V $0, i64 $lane',
  replace_lane: 'insertelement V $0, E $1, i64 $lane',
  add: 'add V $0, $1', sub: 'sub V $0, $1', mul: 'mul V $0, $1', neg: 'sub V zeroinitializer, $0',
  abs: 'call V @llvm.abs.S(V $0, i1 false)', popcnt: 'call V @llvm.ctpop.S(V $0)',
  min_s: 'call V @llvm.smin.S(V $0, V $1)', min_u: 'call V @llvm.umin.S(V $0, V $1)',
  max_s: 'call V @llvm.smax.S(V $0, V $1)', max_u: 'call V @llvm.umax.S(V $0, V $1)',
  add_sat_s: 'call V @llvm.sadd.sat.S(V $0, V $1)', add_sat_u: 'call V @llvm.uadd.sat.S(V $0, V $1)',
  sub_sat_s: 'call V @llvm.ssub.sat.S(V $0, V $1)', sub_sat_u: 'call V @llvm.usub.sat.S(V $0, V $1)',
  ...compareTemplates({
    eq: 'icmp eq', ne: 'icmp ne', lt_s: 'icmp slt', gt_s: 'icmp sgt', le_s: 'icmp sle', ge_s: 'icmp sge',
    lt_u: 'icmp ult', gt_u: 'icmp ugt', le_u: 'icmp ule', ge_u: 'icmp uge',
  }),
  all_true: '%c = icmp eq V $0, zeroinitializer\n%b = bitcast C %c to iN\n%z = icmp eq iN %b, 0\nzext i1 %z to i32',
  bitmask: '%c = icmp slt V $0, zeroinitializer\n%b = bitcast C %c to iN\nzext iN %b to i32',
  avgr_u: '%a = zext V $0 to W\n%b = zext V $1 to W\n%s = add W %a, %b\n%r = add W %s, splat (K 1)\n%h = lshr W %r, splat (K 1)\ntrunc W %h to V',
  relaxed_laneselect: '%c = icmp slt V $2, zeroinitializer\nselect C %c, V $0, V $1',
  extend_low_s: extended('sext', 'LOW'), extend_high_s: extended('sext', 'HIGH'),
  extend_low_u: extended('zext', 'LOW'), extend_high_u: extended('zext', 'HIGH'),
  extmul_low_s: extendedProduct('sext', 'LOW'), extmul_high_s: extendedProduct('sext', 'HIGH'),
  extmul_low_u: extendedProduct('zext', 'LOW'), extmul_high_u: extendedProduct('zext', 'HIGH'),
  extadd_pairwise_s: pairwiseSum('sext'), extadd_pairwise_u: pairwiseSum('zext'),
  narrow_s: narrow('MIN', 'MAX'), narrow_u: narrow('0', 'UMAX'),
  dot_s: dot, relaxed_dot_s: dot,
  trunc_sat_s: 'call V @llvm.fptosi.sat.S.G(F $0)', trunc_sat_u: 'call V @llvm.fptoui.sat.S.G(F $0)',
  relaxed_trunc_s: 'call V @llvm.fptosi.sat.S.G(F $0)', relaxed_trunc_u: 'call V @llvm.fptoui.sat.S.G(F $0)',
  trunc_sat_s_zero: truncateZero('fptosi.sat'), trunc_sat_u_zero: truncateZero('fptoui.sat'),
  relaxed_trunc_s_zero: truncateZero('fptosi.sat'), relaxed_trunc_u_zero: truncateZero('fptoui.sat'),
};

// biome-ignore format: a row is a line
const FLOAT: Templates = {
  splat,
  extract_lane: 'extractelement V $0, i64 $lane',
  replace_lane: 'insertelement V $0, E $1, i64 $lane',
  add: 'fadd V $0, $1', sub: 'fsub V $0, $1', mul: 'fmul V $0, $1', div: 'fdiv V $0, $1', neg: 'fneg V $0',
  // Not llvm.fabs: of a constant that is a NaN, x86-64's code generation without optimization does not come to an end (LLVM 19).
  abs: '%i = bitcast V $0 to I\n%s = shl I %i, splat (J 1)\n%m = lshr I %s, splat (J 1)\nbitcast I %m to V',
  sqrt: 'call V @llvm.sqrt.S(V $0)', ceil: 'call V @llvm.ceil.S(V $0)',
  floor: 'call V @llvm.floor.S(V $0)', trunc: 'call V @llvm.trunc.S(V $0)', nearest: 'call V @llvm.roundeven.S(V $0)',
  ...compareTemplates({ eq: 'fcmp oeq', ne: 'fcmp une', lt: 'fcmp olt', gt: 'fcmp ogt', le: 'fcmp ole', ge: 'fcmp oge' }),
  min: minMax('minimum'), max: minMax('maximum'),
  pmin: choose('olt V $1, $0', '$1', '$0'), pmax: choose('olt V $0, $1', '$1', '$0'),
  relaxed_min: choose('olt V $0, $1', '$0', '$1'), relaxed_max: choose('ogt V $0, $1', '$0', '$1'),
  relaxed_madd: '%p = fmul V $0, $1\nfadd V %p, $2', relaxed_nmadd: '%p = fmul V $0, $1\nfsub V $2, %p',
  convert_s: 'sitofp F $0 to V', convert_u: 'uitofp F $0 to V',
  convert_low_s: '%h = shufflevector F $0, F poison, LOW\nsitofp H %h to V',
  convert_low_u: '%h = shufflevector F $0, F poison, LOW\nuitofp H %h to V',
  promote_low: '%h = shufflevector F $0, F poison, LOW\nfpext H %h to V',
  demote_zero: '%h = fptrunc F $0 to <2 x E>\nshufflevector <2 x E> %h, <2 x E> zeroinitializer, <4 x i32> <i32 0, i32 1, i32 2, i32 3>',
  // Not an operation of Wasm: what takes the place of arithmetic that LLVM would drop (`vector.ts`).
  quiet: quieted('$0'),
};

/** Lanes of 8 and 16 bits. */
const NARROW: Templates = {
  splat: `\n  %n = trunc i32 $0 to E${narrowSplat}`,
  extract_lane_s: '%e = extractelement V $0, i64 $lane\nsext E %e to i32',
  extract_lane_u: '%e = extractelement V $0, i64 $lane\nzext E %e to i32',
  replace_lane: '%n = trunc i32 $1 to E\ninsertelement V $0, E %n, i64 $lane',
};

/** By shape: rows of one shape come before those of its class. */
const GENERAL: Readonly<Record<string, Templates>> = {
  v128: BITS,
  i8x16: {
    ...INTEGER,
    ...NARROW,
    ...shifts(7, 'trunc i32 %m to E'),
    shuffle: 'shufflevector V $0, V $1, $mask',
    swizzle,
    relaxed_swizzle: swizzle,
  },
  i16x8: {
    ...INTEGER,
    ...NARROW,
    ...shifts(15, 'trunc i32 %m to E'),
    q15mulr_sat_s: q15Product,
    relaxed_q15mulr_s: q15Product,
  },
  i32x4: {
    ...INTEGER,
    ...shifts(31, 'add i32 %m, 0'),
    relaxed_dot_add_s: `
      %a = sext F $0 to <16 x i16>
      %b = sext F $1 to <16 x i16>
      %p = mul <16 x i16> %a, %b
      %e = shufflevector <16 x i16> %p, <16 x i16> poison, <8 x i32> <i32 0, i32 2, i32 4, i32 6, i32 8, i32 10, i32 12, i32 14>
      %o = shufflevector <16 x i16> %p, <16 x i16> poison, <8 x i32> <i32 1, i32 3, i32 5, i32 7, i32 9, i32 11, i32 13, i32 15>
      %s = add <8 x i16> %e, %o
      %g = shufflevector <8 x i16> %s, <8 x i16> poison, <4 x i32> <i32 0, i32 2, i32 4, i32 6>
      %h = shufflevector <8 x i16> %s, <8 x i16> poison, <4 x i32> <i32 1, i32 3, i32 5, i32 7>
      %x = sext <4 x i16> %g to V
      %y = sext <4 x i16> %h to V
      %z = add V %x, %y
      %c = bitcast <16 x i8> $2 to V
      add V %z, %c`,
  },
  i64x2: { ...INTEGER, ...shifts(63, 'zext i32 %m to i64') },
  f32x4: FLOAT,
  f64x2: FLOAT,
};

interface Shape {
  readonly lanes: number;
  readonly element: string;
  readonly bits: number;
}
const SHAPES: Readonly<Record<string, Shape>> = {
  v128: { lanes: 2, element: 'i64', bits: 64 },
  i8x16: { lanes: 16, element: 'i8', bits: 8 },
  i16x8: { lanes: 8, element: 'i16', bits: 16 },
  i32x4: { lanes: 4, element: 'i32', bits: 32 },
  i64x2: { lanes: 2, element: 'i64', bits: 64 },
  f32x4: { lanes: 4, element: 'float', bits: 32 },
  f64x2: { lanes: 2, element: 'double', bits: 64 },
};

const SOURCE_SHAPE = /_([if]\d+x\d+)/g;

const vector = (lanes: number, element: string): string => `<${lanes} x ${element}>`;
const suffix = (lanes: number, element: string): string => `v${lanes}${element === 'float' ? 'f32' : element === 'double' ? 'f64' : element}`;
const lanesText = (lanes: readonly number[]): string => `<${lanes.length} x i32> <${lanes.map((lane) => `i32 ${lane}`).join(', ')}>`;

/** The words that templates may use, for a result shape and a shape of the operands. */
function words({ lanes, element, bits }: Shape, from: Shape): Templates {
  const index = Array.from({ length: lanes }, (_, k) => k);
  const integer = `i${bits}`;
  return {
    V: vector(lanes, element),
    E: element,
    S: suffix(lanes, element),
    N: String(lanes),
    C: vector(lanes, 'i1'),
    iN: `i${lanes}`,
    I: vector(lanes, integer),
    J: integer,
    W: vector(lanes, `i${bits * 2}`),
    K: `i${bits * 2}`,
    F: vector(from.lanes, from.element),
    T: from.element,
    H: vector(lanes, from.element),
    G: suffix(lanes, from.element),
    LOW: lanesText(index),
    HIGH: lanesText(index.map((k) => k + lanes)),
    EVEN: lanesText(index.map((k) => 2 * k)),
    ODD: lanesText(index.map((k) => 2 * k + 1)),
    MIN: String(BigInt.asIntN(bits, 1n << BigInt(bits - 1))),
    MAX: String(BigInt.asUintN(bits - 1, -1n)),
    UMAX: String(BigInt.asUintN(bits, -1n)),
    QUIET: bits === 32 ? '4194304' : '2251799813685248',
  };
}

/** Parts of a line that are not text: operands 0 to 2, the immediate, and temporaries from here on. */
export const LANE = 3,
  MASK = 4,
  FIRST_TEMPORARY = 5;

/** A template, ready for use. */
export interface SimdLowering {
  /** The LLVM type that vector operands are wanted in. */
  readonly operandType: string;
  /** The LLVM type of the result where it is a vector. */
  readonly resultType: string;
  /** One instruction per line; the number is the temporary that it defines, -1 for the result. */
  readonly lines: readonly { readonly defines: number; readonly parts: readonly (string | number)[] }[];
  readonly temporaries: number;
  /** Intrinsics: name, result type, parameter types. */
  readonly intrinsics: readonly (readonly [name: IntrinsicName, result: string, params: string])[];
}

/** Compiles the template of an operation `shape.operation`. */
function compileTemplate(template: string, shapeName: string, operation: string): SimdLowering {
  const shape = SHAPES[shapeName];
  const from = SHAPES[[...operation.matchAll(SOURCE_SHAPE)][0]?.[1] ?? shapeName];
  const macros = words(shape, from);
  const text = template.trim().replace(/\b(?:iN|[A-Z]+)\b/g, (word) => macros[word] ?? fail(`unknown word ${word}`));
  const temporaries = new Map<string, number>();
  const intrinsics: [IntrinsicName, string, string][] = [];
  const lines = text.split(/\n\s*/).map((line) => {
    const [, name, expression] = /^(?:(%\w+) = )?(.*)$/.exec(line)!;
    const call = /^call (.+?) @([\w.]+)\((.*)\)$/.exec(expression!);
    if (call !== null)
      intrinsics.push([
        templateIntrinsic(call[2]),
        call[1],
        call[3]
          .split(', ')
          .map((arg) => /^(<[^>]*>|\S+)/.exec(arg)![1])
          .join(', '),
      ]);
    const parts = expression!
      .split(/(\$\w+|%\w+)/)
      .filter((part) => part !== '')
      .map((part) => {
        if (part.startsWith('%')) return FIRST_TEMPORARY + (temporaries.get(part) ?? fail(`${part} is not defined`));
        if (!part.startsWith('$')) return part;
        return part === '$lane' ? LANE : part === '$mask' ? MASK : Number(part.slice(1));
      });
    if (name === undefined) return { defines: -1, parts };
    if (temporaries.has(name)) fail(`${name} is defined twice`);
    temporaries.set(name, temporaries.size);
    return { defines: temporaries.size - 1, parts };
  });
  return { operandType: macros.F!, resultType: macros.V!, lines, temporaries: temporaries.size, intrinsics };

  function fail(detail: string): never {
    throw new Error(`template of ${shapeName}.${operation}: ${detail}`);
  }
}

/** The CPU that is compiled for, in LLVM's words. */
export interface Cpu {
  readonly name: string;
  /** As in `+avx2,-fma`. */
  readonly features: string;
}

/** Whether the CPU has an extension of the instruction set: an explicit +feature or -feature decides, else the CPU's name. */
function hasExtension({ feature, cpusWithout }: SimdExtension, cpu: Cpu): boolean {
  const flags = cpu.features.split(',').filter((flag) => flag.slice(1) === feature);
  return flags.length > 0 ? flags[flags.length - 1].startsWith('+') : !cpusWithout.includes(cpu.name);
}

/** How the vector operations are written for one CPU. */
export interface SimdTable {
  /** By row of `SIMD_OPS`. */
  readonly rows: readonly SimdLowering[];
  /** By shape of floats: the operand with NaN made quiet. */
  readonly quiet: Readonly<Record<string, SimdLowering>>;
}

function makeTable(target: Target, cpu: Cpu): SimdTable {
  const special: Record<string, string> = {};
  for (const extension of target.simd) if (hasExtension(extension, cpu)) Object.assign(special, extension.templates);
  const rows = SIMD_OPS.map(({ name }) => {
    const [shape, operation] = name.split('.') as [string, string];
    const template = special[name] ?? GENERAL[shape][operation.replaceAll(SOURCE_SHAPE, '')];
    if (template === undefined) throw new Error(`no template for ${name}`);
    return compileTemplate(template, shape, operation);
  });
  const quiet = Object.fromEntries(['f32x4', 'f64x2'].map((shape) => [shape, compileTemplate(FLOAT.quiet!, shape, 'quiet')]));
  return { rows, quiet };
}

const tables = new Map<string, SimdTable>();

/** The table for a CPU, made once. */
export function simdTable(target: Target, cpu: Cpu): SimdTable {
  const key = `${target.name} ${cpu.name} ${cpu.features}`;
  let table = tables.get(key);
  if (table === undefined) tables.set(key, (table = makeTable(target, cpu)));
  return table;
}
