// What only a real process can show: interrupts, a full file system, the launcher.

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PendingOutputs } from '../temp-output.js';
import { processTerminal } from '../terminal.js';
import { projectRoot, scratchDirectory, smallModule } from './harness.js';

const scratch = scratchDirectory();
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const input = join(scratch, 'app.wasm');
writeFileSync(input, smallModule);

describe('interrupts', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s leaves nothing behind and exits with 130', async (signal) => {
    const directory = join(scratch, signal);
    const temporary = join(scratch, `${signal}-tmp`);
    mkdirSync(directory);
    mkdirSync(temporary);
    const program = fileURLToPath(new URL('hanging-run.js', import.meta.url));
    const child = spawn(process.execPath, [program, input, '-o', join(directory, 'app')], {
      env: { ...process.env, NODE_OPTIONS: '', TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = new Promise((resolve) => child.on('close', resolve));
    const started = new Promise((resolve) => child.stdout.once('data', () => resolve('started')));
    expect(await Promise.race([started, closed])).toBe('started');
    child.kill(signal);
    expect(await closed).toBe(130);
    expect(readdirSync(directory)).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  });
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
    expect(spawnSync(launcher, ['-', '--validate-only'], { input: 'no module', env: environment }).status).toBe(1);
    expect(spawnSync(launcher, [], { env: environment }).status).toBe(2);
  });
});
