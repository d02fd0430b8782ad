// Each diagnostic by a minimal module: code and offset.

import { describe, expect, test } from '@jest/globals';
import { decodeModule } from '../decode-module.js';
import { dynamicInputs } from '../dynamic/dylink-section.js';
import { type ErrorKind, errorTable, WasmError } from '../errors.js';
import { allFeatures, defaultFeatures, type FeatureSet, withFeatures } from '../features.js';
import { buildFunction } from '../build-ssa.js';
import { requireCompiled, scanModule } from '../scan-module.js';
import { assemble, body, f32, funcref, functionType, header, i32, i64, leb, name, oneFunction, section, vector } from './assemble.js';

/** The error of decoding, validating and building everything. */
function errorOf(bytes: Uint8Array, features: FeatureSet): WasmError | undefined {
  try {
    const module = decodeModule(bytes, { features });
    const facts = scanModule(module);
    requireCompiled(facts);
    dynamicInputs([{ name: 'main', module, facts }]);
    for (let index = module.functions.importCount; index < module.functions.count; index++) buildFunction(module, index);
  } catch (error) {
    if (error instanceof WasmError) return error;
    throw error;
  }
  return undefined;
}

const noParams = section(1, vector(functionType([], [])));
const oneDeclared = [...noParams, ...section(3, vector([0]))];
const code = (...bodies: number[][]): number[] => section(10, vector(...bodies));
/** Offset of the first operator of the only body in `oneFunction([], [], …)`. */
const first = 8 + 6 + 4 + 5;
const emptyBody = body([]);
const memory = section(5, vector([0, 1]));
const memoryBody = (...operators: number[]): Uint8Array => assemble(oneDeclared, memory, code(body([], ...operators)));
const tableBody = (...operators: number[]): Uint8Array => assemble(oneDeclared, section(4, vector([funcref, 0, 1])), code(body([], ...operators)));
const withTag = (results: number[]): Uint8Array => assemble(section(1, vector(functionType([], results))), section(13, vector([0, 0])));

/** A body in a module with types from index 1 on. */
const typedBody = (types: number[][], ...operators: number[]): Uint8Array =>
  assemble(section(1, vector(functionType([], []), ...types)), section(3, vector([0])), code(body([], ...operators)));
/** Offset of the first operator of such a body, where the types take so many bytes. */
const typedFirst = (bytes: number): number => first + bytes;
/** An immutable and a mutable array of i32, an array of funcref, a structure with a reference, one of i32 and i8. */
const fixedArray = [0x5e, i32, 0];
const functions = [0x5e, funcref, 1];
const holder = [0x5f, 1, 0x64, 0x70, 0];
const packed = [0x5f, 2, i32, 0, 0x78, 1];
/** A type section with one group of types. */
const group = (...types: number[][]): Uint8Array => assemble(section(1, vector([0x4e, ...vector(...types)])));
const struct = [0x5f, 0];
const describedPair = [0x4e, 2, 0x4d, 2, ...struct, 0x4c, 1, ...struct];

interface Case {
  readonly kind: ErrorKind;
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly features?: FeatureSet;
}

const cases: Case[] = [
  { kind: 'magic', bytes: Uint8Array.from([0, 0x61, 0x73, 0x6e, 1, 0, 0, 0]), offset: 0 },
  { kind: 'version', bytes: Uint8Array.from([0, 0x61, 0x73, 0x6d, 2, 0, 0, 0]), offset: 4 },
  { kind: 'unexpectedEnd', bytes: Uint8Array.from([0, 0x61, 0x73]), offset: 3 },
  { kind: 'unexpectedEnd', bytes: Uint8Array.from(header.slice(0, 7)), offset: 7 },
  { kind: 'lengthOutOfBounds', bytes: assemble([1, 5, 0]), offset: 9 },
  { kind: 'integerTooLong', bytes: assemble([1, 0x80, 0x80, 0x80, 0x80, 0x80, 0]), offset: 13 },
  { kind: 'integerTooLarge', bytes: assemble([1, 0x80, 0x80, 0x80, 0x80, 0x10]), offset: 13 },
  { kind: 'utf8', bytes: assemble(section(0, [1, 0xff])), offset: 11 },
  { kind: 'dylinkSection', bytes: assemble(section(0, name('dylink.0'), [1, 4, 0, 17, 0, 0])), offset: 22 },
  { kind: 'sectionId', bytes: assemble(section(14)), offset: 8 },
  { kind: 'sectionOrder', bytes: assemble(noParams, section(5, [0]), section(3, [0])), offset: 17 },
  { kind: 'sectionSize', bytes: assemble(section(1, vector(functionType([], [])), [0])), offset: 14 },
  { kind: 'sectionCounts', bytes: assemble(oneDeclared), offset: 18 },
  { kind: 'sectionCounts', bytes: assemble(noParams, code(emptyBody)), offset: 16 },
  { kind: 'dataCounts', bytes: assemble(section(12, [1])), offset: 11 },
  { kind: 'dataCountRequired', bytes: memoryBody(0xfc, 9, 0), offset: 28 },
  { kind: 'illegalOpcode', bytes: oneFunction([], [], 0xff), offset: first },
  { kind: 'illegalOpcode', bytes: oneFunction([], [], 0xfc, 0x80, 0x02), offset: first },
  { kind: 'endExpected', bytes: assemble(noParams, section(3, vector([0], [0])), code([2, 0, 1], emptyBody)), offset: 25 },
  { kind: 'importKind', bytes: assemble(section(2, vector([...name(''), ...name(''), 5]))), offset: 13 },
  { kind: 'exportKind', bytes: assemble(section(7, vector([...name(''), 5, 0]))), offset: 12 },
  { kind: 'limitsFlags', bytes: assemble(section(5, vector([0x10, 0]))), offset: 11 },
  { kind: 'memopFlags', bytes: memoryBody(0x41, 0, 0x28, 0x80, 0x01, 0), offset: 30 },
  { kind: 'mutability', bytes: assemble(section(6, vector([i32, 2, 0x41, 0, 0x0b]))), offset: 12 },
  { kind: 'referenceType', bytes: assemble(section(4, vector([i32, 0, 0]))), offset: 11 },
  { kind: 'valueType', bytes: assemble(section(1, vector(functionType([0x40], [])))), offset: 13 },
  { kind: 'definitionType', bytes: assemble(section(1, vector([0x61]))), offset: 11 },
  { kind: 'storageType', bytes: assemble(section(1, vector([0x5e, 0x5f, 0]))), offset: 12 },
  { kind: 'elementSegment', bytes: assemble(section(9, vector([8]))), offset: 11 },
  { kind: 'dataSegment', bytes: assemble(section(11, vector([3]))), offset: 11 },
  { kind: 'tagAttribute', bytes: assemble(noParams, section(13, vector([1, 0]))), offset: 17 },
  { kind: 'zeroByte', bytes: oneFunction([], [], 0xfe, 3, 1), offset: first + 2 },
  { kind: 'catchKind', bytes: oneFunction([], [], 0x1f, 0x40, 1, 4), offset: first + 3 },
  { kind: 'blockType', bytes: oneFunction([], [], 0x02, 0xff, 0x7e), offset: first + 1 },
  { kind: 'tooManyLocals', bytes: assemble(oneDeclared, code(body([[50_001, i32]]))), offset: 23 },
  { kind: 'pageSizeEncoding', bytes: assemble(section(5, vector([8, 0, 64]))), offset: 13, features: allFeatures },
  { kind: 'pageSize', bytes: assemble(section(5, vector([8, 0, 3]))), offset: 13, features: allFeatures },
  { kind: 'typeMismatch', bytes: oneFunction([], [], 0x6a), offset: first },
  { kind: 'unknownType', bytes: assemble(section(3, vector([0]))), offset: 11 },
  { kind: 'unknownFunction', bytes: oneFunction([], [], 0x10, 1), offset: first },
  { kind: 'unknownTable', bytes: oneFunction([], [], 0x41, 0, 0x25, 0), offset: first + 2 },
  { kind: 'unknownMemory', bytes: oneFunction([], [], 0x3f, 0), offset: first },
  { kind: 'unknownGlobal', bytes: oneFunction([], [], 0x23, 0), offset: first },
  { kind: 'unknownTag', bytes: oneFunction([], [], 0x08, 0), offset: first },
  { kind: 'unknownLocal', bytes: oneFunction([], [], 0x20, 0), offset: first },
  { kind: 'unknownLabel', bytes: oneFunction([], [], 0x0c, 1), offset: first },
  { kind: 'unknownElement', bytes: tableBody(0xfc, 13, 0), offset: 29 },
  { kind: 'unknownData', bytes: assemble(oneDeclared, memory, section(12, [0]), code(body([], 0xfc, 9, 0))), offset: 31 },
  {
    kind: 'immutableGlobal',
    bytes: assemble(oneDeclared, section(6, vector([i32, 0, 0x41, 0, 0x0b])), code(body([], 0x41, 0, 0x24, 0))),
    offset: 33,
  },
  { kind: 'alignment', bytes: memoryBody(0x41, 0, 0x28, 3, 0), offset: 30 },
  { kind: 'atomicAlignment', bytes: memoryBody(0x41, 0, 0xfe, 0x10, 1, 0), offset: 30 },
  { kind: 'offsetRange', bytes: memoryBody(0x41, 0, 0x28, 2, 0x80, 0x80, 0x80, 0x80, 0x10), offset: 30 },
  { kind: 'laneIndex', bytes: oneFunction([], [], 0x41, 0, 0xfd, 0x11, 0xfd, 0x1b, 4), offset: first + 4 },
  { kind: 'resultArity', bytes: oneFunction([], [], 0x1c, 0), offset: first },
  { kind: 'constantExpression', bytes: assemble(section(6, vector([i32, 0, 0x01, 0x0b]))), offset: 13 },
  { kind: 'duplicateExport', bytes: assemble(memory, section(7, vector([...name('a'), 2, 0], [...name('a'), 2, 0]))), offset: 20 },
  { kind: 'startFunction', bytes: assemble(section(1, vector(functionType([i32], []))), section(3, vector([0])), section(8, [0])), offset: 21 },
  { kind: 'memorySize', bytes: assemble(section(5, vector([0, ...leb(65_537)]))), offset: 11 },
  { kind: 'tableSize', bytes: assemble(section(4, vector([funcref, 0, 0x80, 0x80, 0x80, 0x80, 0x10]))), offset: 12 },
  { kind: 'limitsOrder', bytes: assemble(section(5, vector([1, 2, 1]))), offset: 11 },
  { kind: 'sharedMaximum', bytes: assemble(section(5, vector([2, 1]))), offset: 11 },
  { kind: 'tagResults', bytes: withTag([i32]), offset: 18 },
  { kind: 'rethrowLabel', bytes: oneFunction([], [], 0x09, 0), offset: first },
  { kind: 'undeclaredReference', bytes: oneFunction([], [], 0xd2, 0), offset: first },
  { kind: 'uninitializedLocal', bytes: assemble(oneDeclared, section(10, vector([8, 1, 1, 0x64, 0x70, 0x20, 0, 0x1a, 0x0b]))), offset: 26 },
  { kind: 'superType', bytes: assemble(section(1, vector(functionType([], []), [0x50, 1, 0, ...functionType([], [])]))), offset: 14 },
  { kind: 'notFunctionType', bytes: assemble(section(1, vector([0x5f, 0])), section(3, vector([0]))), offset: 16 },
  { kind: 'elseWithoutIf', bytes: oneFunction([], [], 0x05), offset: first },
  { kind: 'castFlags', bytes: oneFunction([], [], 0xfb, 0x18, 4), offset: first },
  { kind: 'immutableArray', bytes: typedBody([fixedArray], 0xfb, 0x0e, 1), offset: typedFirst(3) },
  { kind: 'immutableField', bytes: typedBody([packed], 0xfb, 0x05, 1, 0), offset: typedFirst(6) },
  { kind: 'arrayTypes', bytes: typedBody([functions, fixedArray], 0xfb, 0x11, 1, 2), offset: typedFirst(6) },
  {
    kind: 'arrayNumeric',
    bytes: assemble(
      section(1, vector(functionType([], []), functions)),
      section(3, vector([0])),
      section(12, [1]),
      code(body([], 0xfb, 0x09, 1, 0)),
      section(11, vector([1, 0])),
    ),
    offset: typedFirst(3) + 3,
  },
  { kind: 'unknownField', bytes: typedBody([packed], 0xfb, 0x02, 1, 2), offset: typedFirst(6) },
  { kind: 'packedStorage', bytes: typedBody([packed], 0xfb, 0x02, 1, 1), offset: typedFirst(6) },
  { kind: 'packedStorage', bytes: typedBody([fixedArray], 0xfb, 0x0c, 1), offset: typedFirst(3) },
  { kind: 'notDefaultable', bytes: typedBody([holder], 0xfb, 0x01, 1), offset: typedFirst(5) },
  { kind: 'descriptorType', bytes: group([0x4d, 1, ...struct]), offset: 13, features: allFeatures },
  { kind: 'describedType', bytes: group([0x4c, 1, ...struct]), offset: 13, features: allFeatures },
  { kind: 'notDescribed', bytes: group([0x4d, 1, ...struct], struct), offset: 13, features: allFeatures },
  { kind: 'describesForward', bytes: group([0x4c, 1, ...struct], [0x4d, 0, ...struct]), offset: 13, features: allFeatures },
  { kind: 'descriptorRequired', bytes: typedBody([describedPair], 0xfb, 0x00, 1), offset: typedFirst(10), features: allFeatures },
  { kind: 'withoutDescriptor', bytes: typedBody([struct], 0xfb, 0x20, 1), offset: typedFirst(2), features: allFeatures },
  { kind: 'descriptorCast', bytes: typedBody([struct], 0xfb, 0x23, 1), offset: typedFirst(2), features: allFeatures },
  { kind: 'limit', bytes: assemble(section(3, leb(1_000_001))), offset: 10 },
  { kind: 'featureNeeded', bytes: oneFunction([], [], 0xfc, 0x13), offset: first },
  { kind: 'featureNeeded', bytes: oneFunction([], [], 0xfb, 0x20, 0), offset: first },
  { kind: 'featureNeeded', bytes: oneFunction([f32], [], 0xc0), offset: first + 1, features: withFeatures(defaultFeatures, [], ['sign-extension']) },
  { kind: 'featureNotCompiled', bytes: oneFunction([], [], 0x41, 0, 0xfb, 0x1c, 0x1a), offset: first + 2 },
  { kind: 'featureNotCompiled', bytes: oneFunction([], [], 0xd0, 0x6e, 0x1a), offset: first + 1 },
];

describe('errors', () => {
  test.each(cases.map((item) => [item.kind, item] as const))('%s', (kind, { bytes, offset, features }) => {
    const error = errorOf(bytes, features ?? defaultFeatures);
    expect([error?.code, error?.offset]).toEqual([errorTable[kind].code, offset]);
  });

  test('an error in a body comes before one behind the code section', () => {
    const bytes = assemble(oneDeclared, code(body([], 0x6a)), section(14));
    const error = errorOf(bytes, defaultFeatures);
    expect([error?.kind, error?.offset, error?.functionIndex]).toEqual(['typeMismatch', first, 0]);
    expect(errorOf(assemble(oneDeclared, code(emptyBody), section(14)), defaultFeatures)?.kind).toBe('sectionId');
  });

  test('every code has a case', () => {
    const covered = new Set<string>(cases.map(({ kind }) => kind));
    // Errors of linking have theirs in link-modules.test.ts, that of components in component.test.ts.
    const others = Object.entries(errorTable).filter(([, { code: value }]) => !/^W2E-[MC]/.test(value));
    expect(others.flatMap(([kind]) => (covered.has(kind) ? [] : [kind]))).toEqual([]);
  });

  test('codes are unique and hints are sentences', () => {
    const codes = Object.values(errorTable).map(({ code: value }) => value);
    expect(new Set(codes).size).toBe(codes.length);
    for (const { code: value, hint } of Object.values(errorTable)) {
      expect(value).toMatch(/^W2E-[BVLMFC]\d{3}$/);
      expect(hint).toMatch(/\.$/);
    }
  });

  test('an error in a body names the function', () => {
    const bytes = assemble(noParams, section(3, vector([0], [0])), code(emptyBody, body([], 0x41, 0)));
    expect(errorOf(bytes, defaultFeatures)?.functionIndex).toBe(1);
    expect(errorOf(oneFunction([], [i64], 0x41, 0), defaultFeatures)?.functionIndex).toBe(0);
  });
});
