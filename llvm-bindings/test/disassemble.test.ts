// Machine code of two architectures, taken apart.

import { describe, expect, test } from '@jest/globals';
import { type CodeMachine, disassemble } from '../disassemble.js';
import { LlvmError } from '../errors.js';

const X64: CodeMachine = { llvmName: 'X86', triple: 'x86_64-unknown-linux-gnu', cpu: 'x86-64-v4' };
const ARM64: CodeMachine = { llvmName: 'AArch64', triple: 'aarch64-unknown-linux-gnu', cpu: 'generic' };

const texts = (hex: string, machine: CodeMachine): string[] => disassemble(Buffer.from(hex, 'hex'), machine).map(({ text }) => text);

describe('disassemble', () => {
  test('places and lengths follow each other', () => {
    const code = Buffer.from('f30f1efa554883ec10e8000000000f0b', 'hex');
    expect(disassemble(code, X64)).toEqual([
      { at: 0, length: 4, text: 'endbr64' },
      { at: 4, length: 1, text: 'pushq %rbp' },
      { at: 5, length: 4, text: 'subq $16, %rsp' },
      { at: 9, length: 5, text: 'callq 0' },
      { at: 14, length: 2, text: 'ud2' },
    ]);
  });

  test.each([
    ['f00fc107', 'lock xaddl %eax, (%rdi)'],
    ['f3a4', 'rep movsb (%rsi), %es:(%rdi)'],
    ['65488b042500000000', 'movq %gs:0, %rax'],
    ['66662e0f1f840000000000', 'nopw %cs:(%rax,%rax)'],
    ['3ef00fc107', 'lock xaddl %eax, %ds:(%rdi)'],
  ])('%s is one instruction with its prefixes', (hex, text) => {
    expect(texts(hex, X64)).toEqual([text]);
  });

  test('distances of branches are counted from the end of the instruction', () => {
    expect(texts('eb00ebfe7402e8fbffffff', X64)).toEqual(['jmp 0', 'jmp -2', 'je 2', 'callq -5']);
  });

  test('the last instruction may end with the code', () => {
    expect(texts('c3', X64)).toEqual(['retq']);
    expect(texts('', X64)).toEqual([]);
  });

  test('bytes that are no instruction, or a part of one, are refused with their place', () => {
    expect(() => texts('9006', X64)).toThrow(LlvmError);
    expect(() => texts('9006', X64)).toThrow(/0x1/);
    expect(() => texts('90e80000', X64)).toThrow(/0x1/);
  });

  test('arm64', () => {
    expect(texts('fd7bbfa9c0035fd6', ARM64)).toEqual(['stp x29, x30, [sp, #-16]!', 'ret']);
  });
});
