// The whole compiler behind the command line: a module of a few bytes becomes a program, and what is missing or
// wrong gives one diagnostic, the right status and no output.

import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, scratchDirectory, smallModule } from './harness.js';

const ready = existsSync(join(projectRoot, 'build/runtime/x86_64/libw2e.a')) && process.arch === 'x64';
if (!ready) console.warn('tests of the whole pipeline are skipped: the runtime is not built (runtime-c/build.sh), or this is no x86-64 machine');
const whenReady = ready ? describe : describe.skip;

const scratch = scratchDirectory();
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let directory = '';
let count = 0;
beforeEach(() => {
  directory = join(scratch, String(count++));
  mkdirSync(directory);
  writeFileSync(join(directory, 'app.wasm'), smallModule);
});

function run(args: readonly string[], environment: Record<string, string> = {}) {
  const program = join(projectRoot, 'dist/cli/wasm2elf.js');
  const env = { ...process.env, NODE_OPTIONS: '', ...environment };
  return spawnSync(process.execPath, [program, ...args], { cwd: directory, encoding: 'utf8', env });
}

/** The small module with some bytes replaced. */
function variant(name: string, change: (bytes: Buffer) => void): string {
  const bytes = Buffer.from(smallModule);
  change(bytes);
  writeFileSync(join(directory, name), bytes);
  return name;
}

function code(stderr: string): string | undefined {
  return /\[(W2E-\w+)\]/.exec(stderr)?.[1];
}

whenReady('the whole pipeline', () => {
  test('a program that exits with the status that the module says', () => {
    expect(run(['app.wasm'])).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(spawnSync(join(directory, 'app')).status).toBe(7);
    expect(statSync(join(directory, 'app')).size).toBeLessThan(24 * 1024);
  });

  test('from standard input to standard output, the same bytes', () => {
    run(['app.wasm']);
    const env = { ...process.env, NODE_OPTIONS: '' };
    const piped = spawnSync(process.execPath, [join(projectRoot, 'dist/cli/wasm2elf.js'), '-', '-o', '-'], { input: smallModule, env });
    expect(piped.stdout.equals(readFileSync(join(directory, 'app')))).toBe(true);
  });

  test.each(['-O0', '-O1', '-O2', '-O3', '-Os', '-Oz', '--strip', '--memory=check', '--cpu=native', '--verify-ir'])('%s', (option) => {
    expect(run(['app.wasm', option, '-o', 'app'])).toMatchObject({ status: 0, stderr: '' });
    expect(spawnSync(join(directory, 'app')).status).toBe(7);
  });

  test('every kind of output', () => {
    expect(run(['app.wasm', '--emit=exe,asm,llvm-ir,llvm-bc,ir,ir-opt', '-o', 'out'])).toMatchObject({ status: 0, stderr: '' });
    expect(run(['app.wasm', '--emit=obj,header', '-o', 'out'])).toMatchObject({ status: 0, stderr: '' });
    for (const suffix of ['', '.o', '.s', '.ll', '.bc', '.ir', '.opt.ir', '.h']) expect(statSync(join(directory, `out${suffix}`)).size).toBeGreaterThan(0);
    expect(readFileSync(join(directory, 'out.o')).subarray(0, 4).toString('latin1')).toBe('\x7fELF');
  });

  test('--inspect of the program says who made it', () => {
    run(['app.wasm']);
    const description: unknown = JSON.parse(run(['--inspect=json', 'app']).stdout);
    expect(description).toMatchObject({ kind: 'elf', machine: 'x86-64', producer: expect.stringMatching(/^wasm2elf .* x86_64-linux -O2$/) });
  });

  // The import's type becomes that of `fn [] -> []`, and the call's argument is dropped.
  const wrongType = (): string =>
    variant('type.wasm', (bytes) => {
      bytes[bytes.indexOf('exit') + 5] = 0;
      bytes.set([0x01, 0x01, 0x10, 0x00], bytes.length - 5);
    });

  test('an import that nobody provides, and one of the wrong type', () => {
    const missing = variant('missing.wasm', (bytes) => bytes.write('exot', bytes.indexOf('exit')));
    for (const module of [missing, wrongType()]) {
      const outcome = run([module, '-o', 'out']);
      expect({ status: outcome.status, code: code(outcome.stderr) }).toEqual({ status: 1, code: 'W2E-N001' });
      expect(outcome.stderr).toMatch(/env\.exi|env\.exot/);
    }
    expect(readdirSync(directory)).not.toContain('out');
  });

  test('--allow-undefined=trap: the program names the import when it calls it', () => {
    const missing = variant('missing.wasm', (bytes) => bytes.write('exot', bytes.indexOf('exit')));
    expect(run([missing, '--allow-undefined', '-o', 'out'])).toMatchObject({ status: 0, stderr: '' });
    const outcome = spawnSync(join(directory, 'out'), { encoding: 'utf8' });
    expect(outcome.status).toBe(134);
    expect(outcome.stderr).toContain('env.exot');
  });

  test('--allow-undefined=mistyped: only what is provided with another type may trap', () => {
    expect(run([wrongType(), '--allow-undefined=mistyped', '-o', 'out'])).toMatchObject({ status: 0, stderr: '' });
    const missing = variant('missing.wasm', (bytes) => bytes.write('exot', bytes.indexOf('exit')));
    const refused = run([missing, '--allow-undefined=mistyped', '-o', 'refused']);
    expect({ status: refused.status, code: code(refused.stderr) }).toEqual({ status: 1, code: 'W2E-N001' });
  });

  test('more memory than --max-memory', () => {
    const outcome = run(['app.wasm', '--max-memory=64K', '-o', 'out']);
    expect({ status: outcome.status, code: code(outcome.stderr) }).toEqual({ status: 1, code: 'W2E-N002' });
    expect(readdirSync(directory)).toEqual(['app.wasm']);
  });

  test('without libLLVM and without lld the message names the package', () => {
    const noLlvm = run(['app.wasm'], { W2E_LLVM: join(scratch, 'none') });
    expect({ status: noLlvm.status, code: code(noLlvm.stderr) }).toEqual({ status: 2, code: 'W2E-U002' });
    expect(noLlvm.stderr).toContain('libllvm19');
    const noLld = run(['app.wasm'], { PATH: scratch });
    expect({ status: noLld.status, code: code(noLld.stderr) }).toEqual({ status: 2, code: 'W2E-U002' });
    expect(noLld.stderr).toContain('lld-19');
    expect(readdirSync(directory)).toEqual(['app.wasm']);
  });

  test('a full disk', () => {
    const mountPoint = join(directory, 'tiny');
    mkdirSync(mountPoint);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'tmpfs', mountPoint]).status !== 0) {
      console.warn('a full disk is not tested: a tmpfs cannot be mounted here');
      return;
    }
    try {
      const outcome = run(['app.wasm', '-o', join(mountPoint, 'out')]);
      expect({ status: outcome.status, code: code(outcome.stderr) }).toEqual({ status: 1, code: 'W2E-O002' });
      expect(readdirSync(mountPoint)).toEqual([]);
    } finally {
      spawnSync('umount', [mountPoint]);
    }
  });

  test('the name of the output may be a link to another directory', () => {
    mkdirSync(join(directory, 'elsewhere'));
    symlinkSync('elsewhere/real', join(directory, 'app'));
    expect(run(['app.wasm']).status).toBe(0);
    expect(spawnSync(join(directory, 'app')).status).toBe(7);
  });
});
