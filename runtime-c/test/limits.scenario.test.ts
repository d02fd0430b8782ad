// Executables under a limit of the address space (ulimit -v): with explicit bounds checks nothing is reserved.

import { afterAll, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanUpAfterAll, compile, compileElf, describeTargets, emulatorAddressSpace, fileSize } from '../../fixtures/harness.js';
import { projectPath, run, type Finished } from './tools.js';

cleanUpAfterAll();

describeTargets('limited address space', (target) => {
  const folder = mkdtempSync(join(tmpdir(), 'w2e-limits-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  function limited(kibibytes: number, program: string, ...args: string[]): Finished {
    return run('sh', ['-c', `ulimit -v ${kibibytes + emulatorAddressSpace(target)}; exec "$0" "$@"`, program, ...args]);
  }

  const hello = projectPath('fixtures/programs/hello.stock.wasm');

  test('hello is small', async () => {
    expect(fileSize(await compileElf(hello, [], target))).toBeLessThanOrEqual(24 << 10);
  }, 60_000);

  test('hello needs little with --memory=check', async () => {
    const program = await compile(hello, ['--memory=check'], target);
    expect(limited(40_000, program)).toMatchObject({ stdout: 'Hello from WebAssembly!\n', stderr: '', status: 0 });
  }, 60_000);

  test('hello without it says what to do', async () => {
    const finished = limited(40_000, await compile(hello, [], target));
    expect(finished.stderr).toMatch(/ulimit -v.*--memory=check/);
    expect(finished.status).toBe(134);
  }, 60_000);

  const lua = projectPath('../shared/wasm/lua.wasm');
  if (!existsSync(lua)) {
    test.skip('skipped: no ../shared/wasm/lua.wasm', () => undefined);
    return;
  }
  test('Lua runs out of memory where native programs do, and goes on', async () => {
    const program = await compile(lua, ['--memory=check'], target);
    const script = join(folder, 'memory.lua');
    writeFileSync(
      script,
      `
      local t = {}
      for i = 1, 100000 do t[i] = "entry " .. i end
      print(#t)
      print(pcall(function() local s = ("a"):rep(1 << 20); for i = 1, 20 do s = s .. s end end))
      print(#("b"):rep(1 << 20))`,
    );
    expect(limited(400_000, program, script)).toEqual({ stdout: '100000\nfalse\tnot enough memory\n1048576\n', stderr: '', status: 0 });
  }, 120_000);
});
