// libLLVM in process: objects for each target, assembly, bitcode, and what it refuses.

import { describe, expect, test } from '@jest/globals';
import { compileIr } from '../compile.js';
import type { Machine, Output } from '../compile.js';
import { llvmApi, MINIMUM_VERSION } from '../api.js';
import { LlvmError } from '../errors.js';

const X64: Machine = { llvmName: 'X86', triple: 'x86_64-unknown-linux-gnu', cpu: 'x86-64-v2', features: '', codegenLevel: 2 };
const ARM64: Machine = { llvmName: 'AArch64', triple: 'aarch64-unknown-linux-gnu', cpu: 'generic', features: '', codegenLevel: 2 };
const ADD = 'define i32 @add(i32 %a, i32 %b) {\n  %c = add i32 %a, %b\n  ret i32 %c\n}\n';

function run(ir: string, machine: Machine, outputs: Output[], passes = 'default<O2>') {
  return compileIr({ ir: Buffer.from(ir), name: 'test', machine, passes, verify: true, outputs }).outputs;
}

describe('compileIr', () => {
  test('loads a usable version', () => {
    expect(llvmApi().version[0]).toBeGreaterThanOrEqual(MINIMUM_VERSION);
  });

  test.each([
    [X64, 62],
    [ARM64, 183],
  ])('emits an ELF object for the machine', (machine, elfMachine) => {
    const object = Buffer.from(run(ADD, machine, ['obj']).obj!);
    expect(object.subarray(0, 4).toString('latin1')).toBe('\x7fELF');
    expect(object.readUInt16LE(18)).toBe(elfMachine);
  });

  test('emits assembly, IR text and bitcode of one module', () => {
    const outputs = run(ADD, X64, ['asm', 'llvm-ir', 'llvm-bc']);
    expect(Buffer.from(outputs.asm!).toString()).toContain('leal');
    expect(Buffer.from(outputs['llvm-ir']!).toString()).toContain('define i32 @add');
    expect(Buffer.from(outputs['llvm-bc']!).subarray(0, 2).toString('latin1')).toBe('BC');
  });

  test('an output does not depend on which others are asked for', () => {
    // x86-64's code generation puts a division of 32 bits and a test in front of it.
    const division = 'define i64 @div(i64 %a, i64 %b) {\n  %c = udiv i64 %a, %b\n  ret i64 %c\n}\n';
    const kinds: readonly Output[] = ['obj', 'asm', 'llvm-bc', 'llvm-ir'];
    const together = run(division, X64, [...kinds]);
    for (const kind of kinds) expect(run(division, X64, [kind])[kind]).toEqual(together[kind]);
  });

  test('the same input gives the same bytes', () => {
    expect(run(ADD, X64, ['obj']).obj).toEqual(run(ADD, X64, ['obj']).obj);
  });

  test.each([
    ['syntax', 'define i32 @f( {'],
    ['type', 'define i32 @f(i64 %a) {\n  ret i32 %a\n}\n'],
    ['dominance', 'define i32 @f() {\na:\n  br label %b\nb:\n  %x = add i32 %y, 1\n  %y = add i32 1, 1\n  ret i32 %x\n}\n'],
  ])('refuses wrong IR (%s) with an error, not a crash', (_what, ir) => {
    expect(() => run(ir, X64, ['obj'])).toThrow(LlvmError);
  });

  test('refuses an unknown pass', () => {
    expect(() => run(ADD, X64, ['obj'], 'no-such-pass')).toThrow(LlvmError);
  });
});
