// Executables under a limit of the address space (ulimit -v): with explicit bounds checks nothing is reserved.

import { afterAll, describe, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectPath, run, type Finished } from './tools.js';

const isX64 = process.arch === 'x64' && process.platform === 'linux';
if (!isX64) test.skip('skipped: the compiled programs need x86-64 Linux', () => undefined);

(isX64 ? describe : describe.skip)('limited address space', () => {
  const folder = mkdtempSync(join(tmpdir(), 'w2e-limits-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  function compile(module: string, ...options: string[]): string {
    const executable = join(folder, `program${options.join('')}`);
    expect(run(projectPath('wasm2elf'), ['-q', ...options, module, '-o', executable]).status).toBe(0);
    return executable;
  }

  function limited(kibibytes: number, program: string, ...args: string[]): Finished {
    return run('sh', ['-c', `ulimit -v ${kibibytes}; exec "$0" "$@"`, program, ...args]);
  }

  const hello = projectPath('fixtures/programs/hello.stock.wasm');

  test('hello needs little with --memory=check', () => {
    expect(limited(40_000, compile(hello, '--memory=check'))).toMatchObject({ stdout: 'Hello from WebAssembly!\n', stderr: '', status: 0 });
  }, 60_000);

  test('hello without it says what to do, and is small', () => {
    const program = compile(hello);
    expect(statSync(program).size).toBeLessThanOrEqual(24 << 10);
    const finished = limited(40_000, program);
    expect(finished.stderr).toMatch(/ulimit -v.*--memory=check/);
    expect(finished.status).toBe(134);
  }, 60_000);

  const lua = projectPath('../shared/wasm/lua.wasm');
  if (!existsSync(lua)) {
    test.skip('skipped: no ../shared/wasm/lua.wasm', () => undefined);
    return;
  }
  test('Lua runs out of memory where native programs do, and goes on', () => {
    const program = compile(lua, '--memory=check');
    const script = join(folder, 'memory.lua');
    writeFileSync(script, `
      local t = {}
      for i = 1, 100000 do t[i] = "entry " .. i end
      print(#t)
      print(pcall(function() local s = ("a"):rep(1 << 20); for i = 1, 20 do s = s .. s end end))
      print(#("b"):rep(1 << 20))`);
    expect(limited(400_000, program, script)).toEqual({ stdout: '100000\nfalse\tnot enough memory\n1048576\n', stderr: '', status: 0 });
  }, 120_000);
});
