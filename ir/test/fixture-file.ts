// Pass fixtures: `fixtures/<pass>/*.ir` hold the command (`; run: fold dce`), and cases of input and expected output.
// A line `; context: {…}` (JSON) says what the module around the functions is. UPDATE_GOLDENS=1 rewrites the outputs.

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import type { Func, Signature } from '../function.js';
import type { ModuleContext } from '../module-context.js';
import { parseFunction } from '../parser.js';
import { Type, typeNamed } from '../types.js';

export interface FixtureCase {
  readonly name: string;
  readonly input: string;
  readonly expected: string;
}

export interface Fixture {
  readonly path: string;
  readonly passes: readonly string[];
  readonly context: ModuleContext;
  readonly cases: readonly FixtureCase[];
}

/** The fixtures' folder, from where the compiled tests stand. */
export const FIXTURES = new URL('../../../ir/fixtures/', import.meta.url);

interface ContextText {
  /** Type names of parameters and results, by function or type index. */
  readonly functions?: Record<string, [string[], string[]]>;
  readonly types?: Record<string, [string[], string[]]>;
  readonly globals?: Record<string, string>;
  /** Low and high half, by global. */
  readonly constants?: Record<string, [number, number]>;
  /** `[element, function]` pairs, by "table:type". */
  readonly targets?: Record<string, [number, number][]>;
  readonly memoryBytes?: number;
  readonly maximumMemoryBytes?: number;
}

/** A module context from its description; what is not described does not exist. */
export function contextFrom(text: ContextText): ModuleContext {
  const typeOf = (name: string): Type => typeNamed(name) ?? Type.None;
  const signature = (found: [string[], string[]] | undefined): Signature => {
    if (found === undefined) throw new Error('the fixture context has no such signature');
    return { params: found[0].map(typeOf), results: found[1].map(typeOf) };
  };
  return {
    functionSignature: (func) => signature(text.functions?.[func]),
    typeSignature: (type) => signature(text.types?.[type]),
    globalType: (global) => typeOf(text.globals?.[global] ?? 'i32'),
    constantGlobal: (global) => {
      const bits = text.constants?.[global];
      return bits === undefined ? undefined : { low: bits[0], high: bits[1] };
    },
    indirectTargets: (table, type) => text.targets?.[`${table}:${type}`]?.map(([element, func]) => ({ element, func })),
    minimumMemoryBytes: () => text.memoryBytes ?? 0,
    maximumMemoryBytes: () => text.maximumMemoryBytes ?? 2 ** 32,
  };
}

/** Reads all fixtures. */
export function readFixtures(): Fixture[] {
  return readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ir'))
    .sort()
    .map((path) => parseFixture(path, readFileSync(new URL(path, FIXTURES), 'utf8')));
}

function parseFixture(path: string, text: string): Fixture {
  const passes = /^; run: (.*)$/m.exec(text)?.[1].split(' ');
  if (passes === undefined) throw new Error(`${path}: no "; run:" line`);
  const context: ContextText = JSON.parse(/^; context: (.*)$/m.exec(text)?.[1] ?? '{}');
  const cases = text
    .split(/^; case /m)
    .slice(1)
    .map((section) => {
      const [input, expected = ''] = section.slice(section.indexOf('\n') + 1).split(/^; expect\n/m);
      return { name: section.slice(0, section.indexOf('\n')), input: input.trim(), expected: expected.trim() };
    });
  return { path, passes, context: contextFrom(context), cases };
}

/** Writes the outputs into a fixture file. */
export function updateFixture(fixture: Fixture, outputs: readonly string[]): void {
  const url = new URL(fixture.path, FIXTURES);
  const head = readFileSync(url, 'utf8')
    .split(/^; case /m)[0]
    .trimEnd();
  const cases = fixture.cases.map(({ name, input }, k) => `; case ${name}\n${input}\n; expect\n${outputs[k]}\n`);
  writeFileSync(url, `${head}\n\n${cases.join('\n')}`);
}

/** The input of a case as a function. */
export function inputOf(test: FixtureCase): Func {
  return parseFunction(test.input);
}
