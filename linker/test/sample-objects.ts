// Small C programs for linker tests, compiled by clang to objects that keep the object contract.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arm64 } from '../../backend-arm64/target.js';
import { x64 } from '../../backend-x64/target.js';
import type { Target } from '../../codegen/target.js';

export { arm64, x64 };

const prelude = `
typedef unsigned char u8;
extern u8 w2e_memory[];
static long sys(long n, long a, long b, long c) {
  long r;
#ifdef __x86_64__
  __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
#else
  register long x8 __asm__("x8") = n; register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b; register long x2 __asm__("x2") = c;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory"); r = x0;
#endif
  return r;
}
`;

/** A runtime: start-up that exits with what `w2e_check` returns. */
export const runtimeSource = `${prelude}
int w2e_check(void);
void w2e_export_absent(void) __attribute__((weak));
int w2e_unused_by_anyone(void) { return 1; }
__attribute__((noreturn)) void _start(void) {
#ifdef __x86_64__
  sys(231, w2e_export_absent ? 99 : w2e_check(), 0, 0);
#else
  sys(94, w2e_export_absent ? 99 : w2e_check(), 0, 0);
#endif
  __builtin_unreachable();
}
`;

/** A module with two memory images and two functions; exit status 0 when memory is as it should be. */
export const moduleSource = `${prelude}
__attribute__((section(".w2e.mem.0"), used)) const u8 image0[5000] = {1, 2, 3};
__attribute__((section(".w2e.mem.1"), used)) const u8 image1[10] = {9};
int counter;
int step = 5;
__attribute__((noinline)) int add(int x) __asm__("w2e.f.0");
int add(int x) { counter += step; return x + counter; }
__attribute__((noinline)) int clone(int x) __asm__("w2e.f.1.cold.1");
int clone(int x) { return x - step; }
__attribute__((noinline)) int part(int x) __asm__("w2e.f.1.12.b3");
int part(int x) { return step - x; }
int w2e_check(void) {
  u8 *m = w2e_memory;
  int good = m[0] == 1 && m[2] == 3 && m[5001] == 0 && m[8191] == 0 && m[0x100000] == 9 && m[0x1fffff] == 0;
  m[0x1fffff] = 1;
  return good ? clone(add(0)) + part(step) : 1;
}
`;

/** The names of its functions. */
export const moduleNames = { stem: 'w2e.f.', names: ['memcpy', 'add'] } as const;

/** The images of `moduleSource`. */
export const moduleImages = [
  { section: '.w2e.mem.0', address: 0x10000000, size: 5000 },
  { section: '.w2e.mem.1', address: 0x10100000, size: 10 },
] as const;

/** Where clang is, or undefined: tests that compile are then skipped. */
export const clang = ['clang-19', 'clang-22', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0);

/** A fresh directory for one test file. */
export function scratchDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'w2e-linker-'));
}

/** Compile C to an object in `directory`; its path. */
export function compileC(directory: string, name: string, source: string, target: Target = x64, extraFlags: readonly string[] = []): string {
  const path = join(directory, `${name}.c`);
  const output = join(directory, `${name}.o`);
  writeFileSync(path, source);
  const flags = ['-O1', '-ffreestanding', '-fno-pic', '-ffunction-sections', '-fdata-sections', '-fno-stack-protector'];
  const result = spawnSync(clang ?? 'clang', [`--target=${target.name}-gnu`, ...flags, ...extraFlags, '-c', path, '-o', output], { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(result.stderr);
  return output;
}
