// What a backtrace of ring 0 needs: which function a place belongs to, and how far its return address is from the stack pointer.

import { afterAll, expect, test } from '@jest/globals';
import { rmSync } from 'node:fs';
import { x64 } from '../../backend-x64/target.js';
import { ElfImage } from '../elf-image.js';
import { frameTable, siteLists } from '../kernel-folder.js';
import { kernelFunctionPlaces, kernelFunctionTable } from '../kernel-functions.js';
import { LOAD_CALLEE, TEST_STACK, kernelScratch, linkSample, mergeSample } from './kernel-samples.js';

const folder = kernelScratch();
afterAll(() => rmSync(folder, { recursive: true }));

const function_ = (name: string, size: number): string => `.globl ${name}\n.type ${name},@function\n.size ${name}, ${size}`;

test('functions have rows in the order of their places, with their addresses in the executable', async () => {
  const merged = await mergeSample(folder, { body: '', beside: `${function_('helper', 8)}\n${function_('run', 4)}` });
  const [[first, at], [second, later]] = kernelFunctionPlaces(merged);
  expect([first, at, second]).toEqual(['run', 0, 'helper']);
  expect(later).toBeGreaterThan(0);
  const image = ElfImage.parse(kernelFunctionTable(merged, x64));
  const table = image.symbols().find(({ name }) => name === 'w2e_kernel_functions')!;
  const rows = image.contents(image.sections[table.sectionIndex]).subarray(table.value);
  expect([0, 8].map((offset) => rows.readUInt32LE(offset))).toEqual([0, later]);
  const R_X86_64_32 = 10;
  const relocations = image.contents(image.section(`.rela${image.sections[table.sectionIndex].name}`)!);
  const referred = [0, 24].map((offset) => [
    Number(relocations.readBigUInt64LE(offset)) - table.value,
    relocations.readUInt32LE(offset + 8),
    image.symbols()[relocations.readUInt32LE(offset + 12) - 1].name,
  ]);
  expect(referred).toEqual([
    [4, R_X86_64_32, 'run'],
    [12, R_X86_64_32, 'helper'],
  ]);
});

test('frames are known where an instruction calls or may fault', async () => {
  const { frames } = await linkSample(folder, {
    body: `movl w2e_memory(%rdi), %eax\npushq %rbx\nsubq $16, %rsp\n${TEST_STACK}\nmovl w2e_memory(%rdi), %ebx\npushq $1\npushq $2\ncall helper\naddq $32, %rsp\npopq %rbx`,
  });
  // The load in front of the frame, the one in it, the call behind two arguments, the call and the stop where the stack is low.
  expect(frames.map(([, depth]) => depth)).toEqual([0, 24, 40, 24, 24]);
  expect(frameTable({ frames: [...frames, [1000, 24], [2000, 0]] }).match(/\{\d+, \d+\}/g)).toEqual([
    '{0, 0}',
    ...frames.slice(1, 4).map(([place, depth]) => `{${place}, ${depth}}`),
    '{2000, 0}',
  ]);
});

test('branches to thunks are listed: returns, and calls and jumps through registers', async () => {
  const object = await linkSample(folder, {
    body: `pushq %rax\n${TEST_STACK}\n${LOAD_CALLEE}\ncall __x86_indirect_thunk_r11\npopq %rcx\ntestl %eax, %eax\njne __x86_return_thunk`,
  });
  const { returns, indirect } = object.sites;
  const code = ElfImage.parse(object.bytes);
  const bytes = code.contents(code.section('.text')!);
  // A conditional jump, `run`'s return, and that of the leaf beside it.
  expect(returns.map((place) => bytes.readUInt8(place))).toEqual([0x0f, 0xe9, 0xe9]);
  expect(indirect.map((place) => bytes.readUInt8(place))).toEqual([0xe8]);
  const lists = siteLists({ sites: { returns: [7, 300], indirect: [21] } });
  expect(lists.split('\n').slice(1)).toEqual([
    '#if !defined(CONFIG_LTO_CLANG) && !defined(CONFIG_X86_KERNEL_IBT)',
    '    .section .return_sites, "a"',
    '    .long w2e_kernel_text + 7 - .',
    '    .long w2e_kernel_text + 300 - .',
    '    .section .retpoline_sites, "a"',
    '    .long w2e_kernel_text + 21 - .',
    '#endif',
    '    .section .note.GNU-stack, "", @progbits',
    '',
  ]);
});
