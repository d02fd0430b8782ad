// What only a real process can show: interrupts, a full file system, the launcher.

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assemble, functionType, leb, longBody, name, section, vector } from '../../frontend/test/assemble.js';
import { isRunning } from '../../fixtures/harness.js';
import { PendingOutputs } from '../temp-output.js';
import { processTerminal } from '../terminal.js';
import { projectRoot, scratchDirectory, smallModule } from './harness.js';

const scratch = scratchDirectory();
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const input = join(scratch, 'app.wasm');
writeFileSync(input, smallModule);

describe('interrupts', () => {
  const ways = ['idle', 'busy', 'native', 'child'].flatMap((hang) => (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => ({ hang, signal })));

  test.each(ways)('$signal ends a run that is $hang within a second, leaves nothing behind and exits with 130', async ({ hang, signal }) => {
    const directory = join(scratch, `${hang}-${signal}`);
    const temporary = join(scratch, `${hang}-${signal}-tmp`);
    mkdirSync(directory);
    mkdirSync(temporary);
    const program = fileURLToPath(new URL('hanging-run.js', import.meta.url));
    const child = spawn(process.execPath, [program, input, '-o', join(directory, 'app')], {
      env: { ...process.env, NODE_OPTIONS: '', TMPDIR: temporary, W2E_HANG: hang },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = new Promise((resolve) => child.on('close', resolve));
    const started = new Promise((resolve) => child.stdout.once('data', () => resolve('started')));
    expect(await Promise.race([started, closed])).toBe('started');
    expect(readdirSync(temporary).length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const children = descendants(child.pid!);
    expect(children.length).toBe(hang === 'child' ? 1 : 0);
    const asked = Date.now();
    child.kill(signal);
    expect(await closed).toBe(130);
    expect(Date.now() - asked).toBeLessThan(1000);
    expect(readdirSync(directory)).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
    expect(children.filter(isRunning)).toEqual([]);
  });

  test('a run inside of LLVM ends within a second', async () => {
    // Many functions, on which LLVM is busy for far longer than the test waits.
    const functions = 1500;
    const terms = Array.from({ length: 1000 }, (_term, k) => [0x20, 0, 0x41, k & 63, 0x6a, 0x6c]).flat();
    const slow = join(scratch, 'slow.wasm');
    const out = join(scratch, 'slow-out');
    mkdirSync(out);
    writeFileSync(
      slow,
      assemble(
        section(1, vector(functionType([0x7f], [0x7f]))),
        section(3, vector(...Array.from({ length: functions }, () => [0]))),
        section(7, vector(...Array.from({ length: functions }, (_function, i) => [...name(`f${i}`), 0, ...leb(i)]))),
        section(10, vector(...Array.from({ length: functions }, () => longBody([], [0x41, 1, ...terms])))),
      ),
    );
    const program = fileURLToPath(new URL('../wasm2elf.js', import.meta.url));
    const child = spawn(process.execPath, [program, slow, '--invoke-main', '-O3', '-j1', '-o', join(out, 'slow')], {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: 'ignore',
    });
    const closed = new Promise((resolve) => child.on('close', resolve));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const asked = Date.now();
    child.kill('SIGTERM');
    expect(await closed).toBe(130);
    expect(Date.now() - asked).toBeLessThan(1000);
    expect(readdirSync(out)).toEqual([]);
  });
});

/** Children of the threads of a process. */
function descendants(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
      .split(' ')
      .filter((word) => word !== '')
      .map(Number),
  );
}

test('a run without memory says so, and leaves nothing behind', async () => {
  const directory = join(scratch, 'memory'),
    temporary = join(scratch, 'memory-tmp');
  mkdirSync(directory);
  mkdirSync(temporary);
  const program = fileURLToPath(new URL('hanging-run.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, input, '-o', join(directory, 'app')], {
    env: { ...process.env, NODE_OPTIONS: '--max-old-space-size=64', TMPDIR: temporary, W2E_HANG: 'memory' },
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect({ status, stdout }).toEqual({ status: 1, stdout: 'compiling\n' });
  expect(stderr).toMatch(/^wasm2elf: error\[W2E-X002\]: .*\n {2}note: NODE_OPTIONS=.*\n$/);
  expect([...readdirSync(directory), ...readdirSync(temporary)]).toEqual([]);
});

describe('a full file system', () => {
  const mountPoint = join(scratch, 'tiny');
  mkdirSync(mountPoint);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', mountPoint]).status === 0;
  if (!mounted) console.warn('the test of a full file system is skipped: a tmpfs cannot be mounted here');
  afterAll(() => {
    if (mounted) spawnSync('umount', [mountPoint]);
  });

  (mounted ? test : test.skip)('is reported, and the temporary file removed', () => {
    const pending = new PendingOutputs(processTerminal);
    const temporary = pending.create(join(mountPoint, 'app'), true);
    try {
      expect(() => pending.write(temporary, Buffer.alloc(1 << 20))).toThrow(expect.objectContaining({ code: 'W2E-O002' }));
    } finally {
      pending.close();
    }
    expect(readdirSync(mountPoint)).toEqual([]);
  });
});

describe('the launcher', () => {
  const launcher = join(projectRoot, 'wasm2elf');
  const ready = existsSync(join(projectRoot, 'build/setup.stamp'));
  if (!ready) console.warn('launcher tests are skipped: scripts/setup.sh has not run');
  const whenReady = ready ? test : test.skip;
  const environment = { ...process.env, NODE_OPTIONS: '' };
  // A working tree with new commits is brought up to date by the first call.
  beforeAll(() => void (ready && spawnSync(launcher, ['--version'], { env: environment })), 600_000);

  whenReady('works from anywhere and through symbolic links', () => {
    const link = join(scratch, 'link');
    symlinkSync(launcher, link);
    symlinkSync('link', join(scratch, 'link-to-link'));
    const run = spawnSync('./link-to-link', ['--validate-only', 'app.wasm'], { cwd: scratch, encoding: 'utf8', env: environment });
    expect(run).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  whenReady('passes the exit status and the module on standard input', () => {
    expect(spawnSync(launcher, ['-', '--validate-only'], { input: smallModule, env: environment }).status).toBe(0);
    expect(
      spawnSync('sh', ['-c', '(cat "$0"; sleep 0.2; printf "\\000\\001\\000") | "$1" - --validate-only', input, launcher], { env: environment }).status,
    ).toBe(0); // in pieces
    expect(spawnSync(launcher, ['-', '--validate-only'], { input: 'no module', env: environment }).status).toBe(1);
    expect(spawnSync(launcher, [], { env: environment }).status).toBe(2);
  });
});
