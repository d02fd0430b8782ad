import { describe, expect, test } from '@jest/globals';
import { llvmShare } from '../compile.js';
import { parseLoad, parseStat } from '../server.js';

describe('reports of what is measured', () => {
  test('share of LLVM counts a stage by its parts', () => {
    const stages = [
      { stage: 'read', ms: 10, level: 0 },
      { stage: 'compile', ms: 77, level: 0 },
      { stage: 'build SSA', ms: 20, level: 1 },
      { stage: 'LLVM passes', ms: 60, level: 1 },
      { stage: 'link', ms: 10, level: 0 },
    ];
    expect(llvmShare(`${JSON.stringify({ stages })}\n`)).toBeCloseTo(0.6);
    expect(() => llvmShare('warning: nothing\n')).toThrow(RangeError);
  });

  test('/proc/PID/stat of a process whose name holds blanks and parentheses', () => {
    const line = '1234 (a (b) c) S 77 1 1 0 -1 4194304 9 0 0 0 150 25 3 4 20 0 1 0 99 1 2';
    expect(parseStat(line)).toEqual({ parent: 77, ticks: 175 });
  });

  test('the report of wrk, and failed requests', () => {
    const report = '  12345 requests in 3.00s, 10.00MB read\nRequests/sec:   4115.25\n';
    expect(parseLoad(report)).toEqual({ requests: 12345, rate: 4115.25 });
    expect(() => parseLoad(`${report}  Non-2xx or 3xx responses: 3\n`)).toThrow();
    expect(() => parseLoad(`${report}  Socket errors: connect 0, read 1, write 0, timeout 0\n`)).toThrow();
    expect(() => parseLoad('')).toThrow();
  });
});
