// Random functions run the same before and after each pass and each pipeline: results, trap, memory, globals, and
// the calls in order with the memory that each one saw. RANDOM_FUNCTIONS sets how many.

import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Func } from '../function.js';
import { OutOfFuel, interpret } from '../interpret.js';
import type { Machine } from '../interpret.js';
import { Trap } from '../interpret-numeric.js';
import type { ModuleContext } from '../module-context.js';
import { Op } from '../ops.js';
import { parseFunction } from '../parser.js';
import type { OptLevel } from '../pipeline.js';
import { PASSES, runPipeline } from '../pipeline.js';
import { printFunction } from '../printer.js';
import { Type } from '../types.js';
import { verifyFunction } from '../verifier.js';
import { CALLEES, CONSTANT_GLOBAL, GLOBAL_TYPES, INTERESTING, Random, randomFunction } from './random-function.js';

const FUNCTIONS = Number(process.env.RANDOM_FUNCTIONS ?? 60);
const MEMORY_BYTES = 65536;
const MEMORY = Uint8Array.from({ length: MEMORY_BYTES }, (_, at) => at * 37);
/** Where nearly all accesses are. */
const WINDOW_BYTES = 128;
const GLOBALS = [5n, 40n, 1n << 63n, 0x3ff0000000000000n];
/** The table of call_indirect: element → function. Types and functions have the same numbers. */
const TABLE = [1, 0, 2, 3, 3];

const context: ModuleContext = {
  functionSignature: (func) => CALLEES[func],
  typeSignature: (type) => CALLEES[type],
  globalType: (global) => GLOBAL_TYPES[global],
  constantGlobal: (global) => (global === CONSTANT_GLOBAL ? { low: Number(GLOBALS[global]), high: 0 } : undefined),
  indirectTargets: (_table, type) => TABLE.flatMap((func, element) => (func === type ? [{ element, func }] : [])),
  minimumMemoryBytes: () => MEMORY_BYTES,
  maximumMemoryBytes: () => MEMORY_BYTES,
};

const digest = (...parts: unknown[]): string => {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part instanceof Uint8Array ? part : String(part));
  return hash.digest('hex').slice(0, 12);
};

/** All that can be seen of a run; undefined if it took too long. */
function observe(func: Func, args: readonly bigint[]): string | undefined {
  const log: string[] = [];
  const machine: Machine = {
    memories: [MEMORY.slice()],
    globals: [...GLOBALS],
    tables: [],
    maxPages: [1],
    call(op, index, _table, callArgs) {
      let callee = index;
      const plain = op === Op.Call || op === Op.ReturnCall ? callArgs : callArgs.slice(0, -1);
      if (op === Op.CallIndirect || op === Op.ReturnCallIndirect) {
        callee = TABLE[Number(callArgs[callArgs.length - 1])] ?? -1;
        if (callee !== index) throw new Trap('indirect');
      }
      log.push(`${callee}(${plain.join()}) ${digest(machine.memories[0].subarray(0, WINDOW_BYTES), machine.globals)}`);
      machine.memories[0][16 + log.length] ^= 0xff;
      machine.globals[0] = BigInt.asUintN(32, machine.globals[0] + 1n);
      const seed = BigInt(`0x${digest(...plain, callee)}`);
      return CALLEES[callee].results.map((type) => (type === Type.I32 ? BigInt.asUintN(32, seed & 31n) : type === Type.F32 ? 0x3f800000n : seed));
    },
  };
  let outcome: string;
  try {
    outcome = interpret(func, args, machine, 20_000).join();
  } catch (error) {
    if (error instanceof OutOfFuel) return undefined;
    if (!(error instanceof Trap)) throw error;
    outcome = error.kind;
  }
  return [outcome, ...log, digest(machine.memories[0], machine.globals)].join('\n');
}

function randomArguments(random: Random): bigint[] {
  return [Type.I32, Type.I32, Type.I64, Type.F32, Type.F64].map((type) => {
    const { low, high } = random.pick(INTERESTING[type]);
    return BigInt(low >>> 0) | (type === Type.I64 || type === Type.F64 ? BigInt(high >>> 0) << 32n : 0n);
  });
}

/** Compares runs of random functions with those of their rewritten form. Returns how many rewritings changed something. */
function compareRuns(rewrite: (func: Func) => void, salt: number): number {
  let changed = 0;
  for (let seed = 0; seed < FUNCTIONS; seed++) {
    const original = randomFunction(seed * 7919 + salt);
    const text = printFunction(original);
    const rewritten = parseFunction(text);
    rewrite(rewritten);
    verifyFunction(rewritten, context);
    const output = printFunction(rewritten);
    if (output === text) continue;
    changed++;
    const random = new Random(seed);
    for (let round = 0; round < 4; round++) {
      const args = randomArguments(random);
      const before = observe(original, args);
      const after = observe(rewritten, args);
      if (before !== undefined && after !== before) {
        throw new Error(`seed ${seed * 7919 + salt}, arguments ${args.join()}:\n${text}\nbecame\n${output}\n${before}\nbecame\n${after}`);
      }
    }
  }
  return changed;
}

describe('random functions', () => {
  test('verify, round-trip and mostly run to an end', () => {
    let ended = 0;
    for (let seed = 0; seed < FUNCTIONS; seed++) {
      const func = randomFunction(seed);
      verifyFunction(func, context);
      const text = printFunction(func);
      expect(printFunction(parseFunction(text))).toBe(text);
      if (/^[\d,]+\n/.test(observe(func, randomArguments(new Random(seed))) ?? '')) ended++;
    }
    expect(ended).toBeGreaterThan(FUNCTIONS / 4);
  });

  test.each(PASSES.map((pass, k) => [pass.name, pass, k] as const))('run the same after %s', (_, pass, k) => {
    const changed = compareRuns((func) => pass.run(func, context), k + 1);
    expect(changed).toBeGreaterThan(0);
  });

  const levels: readonly OptLevel[] = ['O1', 'O2', 'O3'];
  test.each(levels)('run the same after the passes of %s', (level) => {
    const changed = compareRuns((func) => runPipeline(func, level, context, { verify: true }), 100);
    expect(changed).toBeGreaterThan(FUNCTIONS / 2);
  });
});
