// Each limit: what is one too large gets its error at its place, and what is as large as allowed is accepted where that
// is cheap to try. Values are those of the JavaScript API's "Implementation-defined limits".

import { describe, expect, test } from '@jest/globals';
import { buildFunction } from '../build-ssa.js';
import { decodeModule } from '../decode-module.js';
import { WasmError } from '../errors.js';
import { allFeatures } from '../features.js';
import { type LimitName, limits } from '../limits.js';
import { scanModule } from '../scan-module.js';
import { assemble, functionType, header, i32, leb, longBody, name, section, vector } from './assemble.js';

const emptyType = section(1, vector(functionType([], [])));
const declared = [...emptyType, ...section(3, vector([0]))];
const repeat = (count: number, item: readonly number[]): number[] => Array.from({ length: count }, () => item).flat();

/** The error of a module, as kind and offset. */
function errorOf(bytes: Uint8Array): readonly [kind: string, offset: number] | undefined {
  try {
    scanModule(decodeModule(bytes, { features: allFeatures }));
  } catch (error) {
    if (error instanceof WasmError) return [error.kind, error.offset];
    throw error;
  }
  return undefined;
}

function oneBody(operators: readonly number[], locals: readonly (readonly [number, number])[] = []): Uint8Array {
  const bytes = [...vector(longBody(locals, operators))];
  return assembleLong(declared, [10, ...leb(bytes.length), ...bytes]);
}

/** `assemble` for more bytes than a call can have arguments. */
function assembleLong(...sections: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from([header, ...sections].flat());
}

/** A section that states a count and ends there. */
const counted = (id: number, count: number, ...before: number[][]): Uint8Array => assemble(...before, section(id, leb(count)));
/** A chain of structure types, each the super type of the next. */
const chain = (length: number): Uint8Array =>
  assemble(section(1, vector([0x50, 0, 0x5f, 0], ...Array.from({ length }, (_, index) => [0x50, 1, ...leb(index), 0x5f, 0]))));
const structure = (fields: number): Uint8Array => assemble(section(1, [1, 0x5f, ...leb(fields), ...repeat(fields, [i32, 0])]));
const signature = (params: number, results: number): Uint8Array => assemble(section(1, vector(functionType(repeat(params, [i32]), repeat(results, [i32])))));
const branches = (count: number): Uint8Array => oneBody([0x41, 0, 0x0e, ...leb(count), ...repeat(count + 1, [0])]);
const catches = (count: number): Uint8Array => oneBody([0x1f, 0x40, ...leb(count), ...repeat(count, [2, 0]), 0x0b]);
const nested = (depth: number): Uint8Array => oneBody([...repeat(depth, [0x02, 0x40]), ...repeat(depth, [0x0b])]);
const fixedArray = (count: number): Uint8Array => {
  const body = longBody([], [...repeat(count, [0x41, 0]), 0xfb, 8, 1, ...leb(count), 0x1a]);
  const code = vector(body);
  return assembleLong(section(1, vector(functionType([], []), [0x5e, i32, 0])), section(3, vector([0])), [10, ...leb(code.length), ...code]);
};
const named = (bytes: number): Uint8Array => {
  const contents = [...leb(bytes), ...repeat(bytes, [0x61])];
  return assembleLong([0, ...leb(contents.length), ...contents]);
};
const bodyOf = (bytes: number): Uint8Array => {
  const contents = Uint8Array.of(1, ...leb(bytes), 0);
  const module = new Uint8Array(header.length + declared.length + 6 + contents.length - 1 + bytes);
  const size = contents.length - 1 + bytes;
  const start = Uint8Array.from([...header, ...declared, 10, ...leb(size)]);
  module.set(start);
  module.set(contents, start.length);
  module.fill(0x01, start.length + contents.length, start.length + size - 1);
  module[start.length + size - 1] = 0x0b;
  return module.subarray(0, start.length + size);
};
const bodyStart = 8 + declared.length + 2;
/** First operator of a body whose size takes three bytes. */
const longBodyStart = 8 + declared.length + 1 + 3 + 1 + 3 + 1;

interface Case {
  readonly limit: LimitName;
  /** One more than allowed. */
  readonly over: () => Uint8Array;
  readonly offset: number;
  /** As much as allowed, where that is not too large to try. */
  readonly at?: () => Uint8Array;
  readonly kind?: string;
}

// biome-ignore format: a row is a line
const cases: readonly Case[] = [
  { limit: 'moduleBytes', over: () => new Uint8Array(limits.moduleBytes + 1), offset: 0 },
  { limit: 'types', over: () => assemble(section(1, [1, 0x4e, ...leb(limits.types + 1)])), offset: 11 },
  { limit: 'recursionGroups', over: () => counted(1, limits.recursionGroups + 1), offset: 10 },
  { limit: 'subtypingDepth', over: () => chain(limits.subtypingDepth + 1), offset: 10 + 2 + 4 + 5 * limits.subtypingDepth, at: () => chain(limits.subtypingDepth) },
  { limit: 'functions', over: () => counted(3, limits.functions + 1, emptyType), offset: 16 },
  { limit: 'imports', over: () => counted(2, limits.imports + 1), offset: 10 },
  { limit: 'exports', over: () => counted(7, limits.exports + 1), offset: 10 },
  { limit: 'globals', over: () => counted(6, limits.globals + 1), offset: 10 },
  { limit: 'tags', over: () => counted(13, limits.tags + 1), offset: 10 },
  { limit: 'tables', over: () => counted(4, limits.tables + 1), offset: 10 },
  { limit: 'memories', over: () => assemble(section(5, [...leb(limits.memories + 1), ...repeat(limits.memories + 1, [0, 0])])), offset: 11, at: () => assemble(section(5, [...leb(limits.memories), ...repeat(limits.memories, [0, 0])])) },
  { limit: 'dataSegments', over: () => counted(11, limits.dataSegments + 1), offset: 10 },
  { limit: 'elementSegments', over: () => counted(9, limits.elementSegments + 1), offset: 10 },
  { limit: 'segmentElements', over: () => assemble(section(9, [1, 1, 0, ...leb(limits.segmentElements + 1)])), offset: 13 },
  { limit: 'functionParams', over: () => signature(limits.functionParams + 1, 0), offset: 13, at: () => signature(limits.functionParams, 0) },
  { limit: 'functionResults', over: () => signature(0, limits.functionResults + 1), offset: 14, at: () => signature(0, limits.functionResults) },
  { limit: 'functionLocals', over: () => oneBody([], [[limits.functionLocals + 1, i32]]), offset: bodyStart + 3, kind: 'tooManyLocals', at: () => oneBody([], [[limits.functionLocals, i32]]) },
  { limit: 'functionBodyBytes', over: () => bodyOf(limits.functionBodyBytes + 1), offset: bodyStart + 4, at: () => bodyOf(limits.functionBodyBytes) },
  { limit: 'structFields', over: () => structure(limits.structFields + 1), offset: 14, at: () => structure(limits.structFields) },
  { limit: 'arrayNewFixed', over: () => fixedArray(limits.arrayNewFixed + 1), offset: 30 + 2 * (limits.arrayNewFixed + 1), at: () => fixedArray(limits.arrayNewFixed) },
  { limit: 'branchTableTargets', over: () => branches(limits.branchTableTargets + 1), offset: longBodyStart + 2, at: () => branches(limits.branchTableTargets) },
  { limit: 'tryTableCatches', over: () => catches(limits.tryTableCatches + 1), offset: longBodyStart, at: () => catches(limits.tryTableCatches) },
  { limit: 'nestingDepth', over: () => nested(limits.nestingDepth), offset: longBodyStart + 2 * (limits.nestingDepth - 1), at: () => nested(limits.nestingDepth - 1) },
  { limit: 'nameBytes', over: () => named(limits.nameBytes + 1), offset: 12, at: () => named(limits.nameBytes) },
];

describe('limits', () => {
  test.each(cases.map((item) => [item.limit, item] as const))('%s', (_, { over, offset, at, kind = 'limit' }) => {
    expect(errorOf(over())).toEqual([kind, offset]);
    if (at !== undefined) expect(errorOf(at())).toBeUndefined();
  });

  test('every limit has a case', () => {
    const covered = new Set<string>(cases.map(({ limit }) => limit));
    expect(Object.keys(limits).filter((limit) => !covered.has(limit))).toEqual([]);
  });

  test('blocks nested as deep as allowed become SSA', () => {
    const module = decodeModule(nested(limits.nestingDepth - 1));
    expect(buildFunction(module, 0).order.length).toBeGreaterThan(0);
  });

  test('imports count for the index space of their kind', () => {
    const imported = section(2, [...leb(limits.memories), ...repeat(limits.memories, [...name(''), ...name(''), 2, 0, 0])]);
    expect(errorOf(assemble(imported))).toBeUndefined();
    expect(errorOf(assemble(imported, section(5, vector([0, 0]))))?.[0]).toBe('limit');
  });
});
