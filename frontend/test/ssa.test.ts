// The SSA builder: shape of small functions as IR text, and functions made to be expensive.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { Func } from '../../ir/function.js';
import { Op } from '../../ir/ops.js';
import { printFunction } from '../../ir/printer.js';
import { verifyFunction } from '../../ir/verifier.js';
import { buildFunction, irSignature } from '../build-ssa.js';
import { irType } from '../ir-types.js';
import { decodeModule } from '../decode-module.js';
import type { WasmModule } from '../module.js';
import { assemble, body, f64, functionType, i32, i64, leb, longBody, oneFunction, section, vector } from './assemble.js';

// biome-ignore format: a row is a line
const operator = {
  unreachable: 0x00, block: 0x02, loop: 0x03, if: 0x04, else: 0x05, end: 0x0b, br: 0x0c, brIf: 0x0d, brTable: 0x0e, return: 0x0f,
  call: 0x10, drop: 0x1a, get: 0x20, set: 0x21, tee: 0x22, const: 0x41, eqz: 0x45, add: 0x6a, sub: 0x6b,
} as const;
const empty = 0x40;

/** Text of the function, without the line that names it and without origins. */
function text(func: Func): string[] {
  verifyFunction(func);
  return printFunction(func)
    .trimEnd()
    .split('\n')
    .slice(1, -1)
    .map((line) => line.replace(/ *![0-9a-fx]+$/, '').trim());
}

function build(params: number[], results: number[], ...operators: number[]): string[] {
  return text(buildFunction(decodeModule(oneFunction(params, results, ...operators)), 0));
}

describe('SSA form', () => {
  const { block, loop, end, br, brIf, brTable, get, set, add, sub, eqz, drop, unreachable } = operator;

  test('straight code has one block, and blocks without branches vanish', () => {
    expect(build([i32], [i32], block, i32, get, 0, end, get, 0, add)).toEqual(['b0(v0: i32):', 'v1 = add.i32 v0, v0', 'return (v1)']);
  });

  test('a loop header has a parameter for the local that changes, none for the one that does not', () => {
    const code = [loop, empty, get, 0, get, 1, sub, operator.tee, 0, brIf, 0, end, get, 0];
    expect(build([i32, i32], [i32], ...code)).toEqual([
      'b0(v0: i32, v1: i32):',
      'br b1(v0)',
      'b1(v2: i32):',
      'v3 = sub.i32 v2, v1',
      'br_if v3, b1(v3), b2',
      'b2:',
      'return (v3)',
    ]);
  });

  test('an if without else meets its continuation with the old and the new value', () => {
    expect(build([i32, i32], [i32], get, 0, operator.if, empty, get, 1, set, 0, end, get, 0)).toEqual([
      'b0(v0: i32, v1: i32):',
      'br_if v0, b1, b2(v0)',
      'b1:',
      'br b2(v1)',
      'b2(v2: i32):',
      'return (v2)',
    ]);
  });

  test('both arms of an if get the parameters', () => {
    const types = section(1, vector(functionType([i32], [i32]), functionType([i32], [i32])));
    const bytes = assemble(types, section(3, vector([0])), section(10, vector(body([], get, 0, get, 0, operator.if, 1, get, 0, add, operator.else, eqz, end))));
    expect(text(buildFunction(decodeModule(bytes), 0))).toEqual([
      'b0(v0: i32):',
      'br_if v0, b1, b2',
      'b1:',
      'v1 = add.i32 v0, v0',
      'br b3(v1)',
      'b2:',
      'v2 = eqz.i32 v0',
      'br b3(v2)',
      'b3(v3: i32):',
      'return (v3)',
    ]);
  });

  test('a parameter for a local that is read behind a merge but is the same on all paths is removed', () => {
    expect(build([i32], [i32], block, empty, get, 0, brIf, 0, get, 0, drop, end, get, 0)).toEqual([
      'b0(v0: i32):',
      'br_if v0, b2, b1',
      'b1:',
      'br b2',
      'b2:',
      'return (v0)',
    ]);
  });

  test('branches to the outermost label return', () => {
    expect(build([i32], [i32], get, 0, get, 0, brIf, 0, eqz)).toEqual([
      'b0(v0: i32):',
      'br_if v0, b2(v0), b1',
      'b1:',
      'v1 = eqz.i32 v0',
      'br b2(v1)',
      'b2(v2: i32):',
      'return (v2)',
    ]);
    expect(build([i32], [i32], get, 0, br, 0)).toEqual(['b0(v0: i32):', 'return (v0)']);
  });

  test('br_table has an edge per entry, the default last', () => {
    const code = [block, empty, block, empty, get, 0, brTable, 2, 0, 1, 0, end, operator.const, 1, set, 0, end, get, 0];
    expect(build([i32], [i32], ...code)).toEqual([
      'b0(v0: i32):',
      'br_table v0, b1, b2(v0), b1',
      'b1:',
      'v1 = const.i32 1',
      'br b2(v1)',
      'b2(v2: i32):',
      'return (v2)',
    ]);
  });

  test('dead code is not built, whatever it holds', () => {
    const dead = [operator.const, 1, drop, block, empty, loop, empty, get, 0, brIf, 1, end, end];
    expect(build([i32], [i32], unreachable, ...dead, get, 0)).toEqual(['b0(v0: i32):', 'unreachable']);
    expect(build([i32], [i32], block, i32, get, 0, br, 0, ...dead, get, 0, end)).toEqual(['b0(v0: i32):', 'br b1', 'b1:', 'return (v0)']);
    expect(build([], [], loop, empty, br, 0, end, ...dead.slice(0, 3))).toEqual(['b0:', 'br b1', 'b1:', 'br b1']);
  });

  test('locals begin as zero, one constant per type', () => {
    const bytes = assemble(
      section(1, vector(functionType([], [i32, f64, i32]))),
      section(3, vector([0])),
      section(
        10,
        vector(
          body(
            [
              [2, i32],
              [1, i64],
              [1, f64],
            ],
            get,
            0,
            get,
            3,
            get,
            1,
          ),
        ),
      ),
    );
    expect(text(buildFunction(decodeModule(bytes), 0))).toEqual(['b0:', 'v0 = const.f64 0x0000000000000000 ; 0', 'v1 = const.i32 0', 'return (v1, v0, v1)']);
  });

  test('a swap in a loop keeps both parameters', () => {
    const code = [loop, empty, get, 0, get, 1, set, 0, set, 1, get, 0, brIf, 0, end, get, 1];
    expect(build([i32, i32], [i32], ...code)).toEqual([
      'b0(v0: i32, v1: i32):',
      'br b1(v0, v1)',
      'b1(v2: i32, v3: i32):',
      'br_if v3, b1(v3, v2), b2',
      'b2:',
      'return (v2)',
    ]);
  });
});

describe('typed function references', () => {
  const callRef = 0x14,
    brOnNull = 0xd5,
    brOnNonNull = 0xd6,
    asNonNull = 0xd4,
    refNull = 0xd0;
  /** (ref null 0), where type 0 is the function's. */
  const nullable = [0x63, 0];
  const { block, end, get, drop } = operator;

  /** A function of type 1: [(ref null 0)] -> [i32], next to one of type 0: [] -> [i32]. */
  function buildWithReference(...operators: number[]): string[] {
    const module = decodeModule(
      assemble(
        section(1, vector(functionType([], [i32]), [0x60, 1, ...nullable, 1, i32])),
        section(3, vector([1])),
        section(10, vector(body([], ...operators))),
      ),
    );
    return text(buildFunction(module, 0));
  }

  test('call_ref calls the last operand', () => {
    expect(buildWithReference(get, 0, callRef, 0)).toEqual(['b0(v0: funcref):', 'v1 = call_ref @0 (v0) -> i32', 'return (v1)']);
  });

  test('return_call_ref ends the function', () => {
    expect(buildWithReference(get, 0, 0x15, 0, drop)).toEqual(['b0(v0: funcref):', 'return_call_ref @0 (v0)']);
  });

  test('ref.as_non_null may trap', () => {
    expect(buildWithReference(get, 0, asNonNull, drop, operator.const, 7)).toEqual([
      'b0(v0: funcref):',
      'v1 = ref.as_non_null.funcref v0',
      'v2 = const.i32 7',
      'return (v2)',
    ]);
  });

  test('br_on_null leaves without the reference and goes on with it', () => {
    expect(buildWithReference(block, empty, get, 0, brOnNull, 0, callRef, 0, operator.br, 1, end, operator.const, 7)).toEqual([
      'b0(v0: funcref):',
      'v1 = ref.is_null.funcref v0',
      'br_if v1, b2, b1',
      'b1:',
      'v2 = call_ref @0 (v0) -> i32',
      'return (v2)',
      'b2:',
      'v3 = const.i32 7',
      'return (v3)',
    ]);
  });

  test('br_on_non_null leaves with the reference and goes on without it', () => {
    // The block's result is (ref null 0), which its last operator gives.
    expect(buildWithReference(block, ...nullable, get, 0, brOnNonNull, 0, refNull, 0, end, callRef, 0)).toEqual([
      'b0(v0: funcref):',
      'v1 = ref.is_null.funcref v0',
      'br_if v1, b1, b2(v0)',
      'b1:',
      'v2 = ref.null.funcref',
      'br b2(v2)',
      'b2(v3: funcref):',
      'v4 = call_ref @0 (v3) -> i32',
      'return (v4)',
    ]);
  });
});

// Sizes at which anything quadratic would run into jest's timeout.
describe('expensive functions', () => {
  test('50,000 locals and 20,000 blocks', () => {
    const ifs: number[] = [];
    for (let index = 0; index < 20_000; index++) ifs.push(0x20, 0, 0x04, 0x40, 0x41, 1, 0x21, ...leb(index), 0x0b);
    const bytes = assemble(section(1, vector(functionType([], []))), section(3, vector([0])), section(10, vector(longBody([[50_000, i32]], ifs))));
    const func = buildFunction(decodeModule(bytes), 0);
    expect(func.order.length).toBe(40_001);
    expect(func.valueCount).toBeLessThan(100_000);
  });

  test('500 locals that are all read behind 500 merges', () => {
    const code: number[] = [];
    for (let index = 0; index < 500; index++) code.push(0x20, 0, 0x04, 0x40, 0x41, 1, 0x21, ...leb(index), 0x0b);
    for (let index = 0; index < 500; index++) code.push(0x20, ...leb(index), 0x1a);
    const bytes = assemble(section(1, vector(functionType([], []))), section(3, vector([0])), section(10, vector(longBody([[500, i32]], code))));
    const func = buildFunction(decodeModule(bytes), 0);
    expect(func.blockParams.reduce((count, params) => count + params.length, 0)).toBe(500);
  });

  test('4,000 locals behind 4,000 merges are in memory', () => {
    const code: number[] = [];
    for (let local = 0; local < 4000; local++) code.push(0x20, 0, 0x04, 0x40, 0x41, local & 63, 0x21, ...leb(1 + local), 0x0b); // local.get 0, if, i32.const, local.set, end
    for (let local = 0; local < 4000; local++) code.push(0x20, ...leb(1 + local), 0x1a); // local.get, drop
    const bytes = assemble(section(1, vector(functionType([i32], []))), section(3, vector([0])), section(10, vector(longBody([[4000, i32]], code))));
    const func = buildFunction(decodeModule(bytes), 0);
    expect(func.blockParams.reduce((count, params) => count + params.length, 0)).toBe(1);
    const ops: number[] = Array.from(func.op.subarray(0, func.instCount));
    // Two for each local besides its zero, and the parameter's.
    expect(ops.filter((op) => op === Op.SlotSet).length).toBe(2 * 4000 + 1);
    expect(ops.filter((op) => op === Op.SlotGet).length).toBe(2 * 4000);
  });

  test('60,000 nested loops, blocks and ifs', () => {
    const depth = 20_000;
    const opened = Array.from({ length: depth }, () => [0x03, 0x40, 0x02, 0x40, 0x20, 0, 0x04, 0x40]).flat();
    const closed = Array<number>(depth * 3).fill(0x0b);
    const code = longBody([], [...opened, 0x41, 1, 0x21, 0, ...closed, 0x20, 0]);
    const bytes = assemble(section(1, vector(functionType([i32], [i32]))), section(3, vector([0])), section(10, vector(code)));
    expect(buildFunction(decodeModule(bytes), 0).order.length).toBeGreaterThan(depth);
  });

  test('a br_table of 60,000 entries', () => {
    const targets = Array.from({ length: 60_000 }, (_, index) => index & 1);
    const code = [0x02, 0x40, 0x02, 0x40, 0x20, 0, 0x0e, ...leb(60_000), ...targets, 0, 0x0b, 0x41, 1, 0x21, 0, 0x0b, 0x20, 0];
    const bytes = assemble(section(1, vector(functionType([i32], [i32]))), section(3, vector([0])), section(10, vector(longBody([], code))));
    const func = buildFunction(decodeModule(bytes), 0);
    expect(func.edgeCount[func.terminator(func.order[0])]).toBe(60_001);
  });
});

describe('real modules', () => {
  const programs = fileURLToPath(new URL('../../../../shared/wasm/', import.meta.url));
  if (!existsSync(programs)) {
    test.skip('../shared/wasm is absent', () => {});
    return;
  }
  const contextOf = (module: WasmModule): Parameters<typeof verifyFunction>[1] => ({
    functionSignature: (index) => irSignature(module, module.functions.typeIndex[index]),
    typeSignature: (index) => irSignature(module, index),
    globalType: (index) => irType(module.globals[index].type),
    constantGlobal: () => undefined,
    indirectTargets: () => undefined,
    minimumMemoryBytes: () => 0,
    maximumMemoryBytes: () => 2 ** 32,
  });

  test.each(['dash.wasm', 'sqlite3.wasm', 'nginx.wasm'].filter((file) => existsSync(join(programs, file))))('%s builds and verifies', (file) => {
    const module = decodeModule(readFileSync(join(programs, file)));
    const context = contextOf(module);
    for (let index = module.functions.importCount; index < module.functions.count; index++) {
      verifyFunction(buildFunction(module, index), context);
    }
  });
});

describe('exceptions', () => {
  const { block, end, get, drop } = operator;
  /** Functions 0, of the type (i32) -> (i32), and 1, under test; tags 0 of (i32) and 1 of (). */
  const buildWithTags = (...operators: number[]): string[] => {
    const types = section(1, vector(functionType([i32], [i32]), functionType([i32], []), functionType([], [])));
    const bytes = assemble(
      types,
      section(3, vector([0], [0])),
      section(13, vector([0, 1], [0, 2])),
      section(10, vector(body([], get, 0), body([], ...operators))),
    );
    return text(buildFunction(decodeModule(bytes), 1));
  };

  test('clauses of try_table are tests in order, and what none takes is thrown on', () => {
    // block (result i32) try_table (catch 0 0) local.get 0 call 0 return end unreachable end
    expect(buildWithTags(block, i32, 0x1f, empty, 1, 0, 0, 0, get, 0, operator.call, 0, operator.return, end, operator.unreachable, end)).toEqual([
      'b0(v0: i32):',
      'v1 = call_unwind @0 (v0, b1, b2) -> i32',
      'b1:',
      'return (v1)',
      'b2:',
      'v2 = catch.exnref',
      'br b3',
      'b3:',
      'v3 = exn.is.exnref @0 v2',
      'br_if v3, b4, b5',
      'b4:',
      'v4 = exn.value.i32 @0 @0 v2',
      'exn.free.exnref v2',
      'br b6',
      'b5:',
      'throw.exnref v2',
      'b6:',
      'return (v4)',
    ]);
  });

  test('a throw within its try block is a branch, and no call needs an unwind edge', () => {
    // try (result i32) local.get 0 throw 0 catch 0 end
    const lines = buildWithTags(0x06, i32, get, 0, 0x08, 0, 0x07, 0, end);
    expect(lines.filter((line) => /unwind|catch|throw/.test(line))).toEqual(['throw.exnref v1']);
    expect(lines[2]).toMatch(/^br b1/);
  });

  test('a catch arm that nothing can reach is not built', () => {
    expect(buildWithTags(0x06, empty, 0x19, get, 0, operator.call, 0, drop, end, get, 0).filter((line) => line.includes('call'))).toEqual([]);
  });

  test('rethrow makes the exception anew from its tag and values', () => {
    // try (result i32) local.get 0 call 0 catch 0 drop rethrow 0 end
    const lines = buildWithTags(0x06, i32, get, 0, operator.call, 0, 0x07, 0, drop, 0x09, 0, end);
    expect(lines.filter((line) => line.includes('exn.new'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('exn.keep'))).toEqual([]);
  });

  test('an exception that becomes a reference is kept', () => {
    // block (result exnref) try_table (catch_all_ref 0) local.get 0 call 0 return end unreachable end throw_ref
    const lines = buildWithTags(block, 0x69, 0x1f, empty, 1, 3, 0, get, 0, operator.call, 0, operator.return, end, operator.unreachable, end, 0x0a);
    expect(lines.filter((line) => /keep|free/.test(line))).toHaveLength(1);
    expect(lines.some((line) => line.startsWith('exn.keep'))).toBe(true);
  });
});
