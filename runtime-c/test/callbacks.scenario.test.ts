// A module whose allocator, environment and handlers are hostile (hostile.c), with the plain and the checked runtime: each
// import that calls the module ends with a result, an error or a trap. Stacks that the module exhausts; where arguments
// and the environment lie.

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, describeTargets, isObserved } from '../../fixtures/harness.js';
import { canBuildModule, findTool, projectPath, run } from './tools.js';

const clang = findTool('clang-22', 'clang-19', 'clang');
const folder = mkdtempSync(join(tmpdir(), 'w2e-callbacks-'));
afterAll(() => rmSync(folder, { recursive: true }));

const imports = [
  'mmap',
  'mmap, split',
  'mremap',
  'shmat',
  'sem_open',
  'getaddrinfo',
  'gethostbyname',
  'getprotobyname',
  'getpwnam',
  'getpwent',
  'getgrnam',
  'tzset',
  'localtime',
  'dlopen',
  '__cxa_allocate_exception',
];
const behaviours = [
  'honest',
  'the same block',
  'NULL',
  'garbage',
  'the last page',
  'unaligned',
  'calls it again',
  'calls it without end',
  'grows memory',
  'unmaps everything',
  'splits ranges',
  'forks',
  'traps',
  'throws',
  'changes TZ',
  'is interrupted',
  'overwrites names',
];

/** Builds a C module for wasm32. */
function buildWasm(source: string, output: string, ...more: string[]): void {
  const flags = [
    '--target=wasm32',
    '-O1',
    '-nostdlib',
    '-mbulk-memory',
    '-Wno-incompatible-library-redeclaration',
    '-Wl,--no-entry',
    '-Wl,--allow-undefined',
    '-Wl,--export-table',
  ];
  const built = run(clang ?? '', [...flags, ...more, source, '-o', output]);
  if (built.status !== 0) throw new Error(built.stderr);
}

interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}
function runWith(program: string, input: Buffer): Ended {
  const { pid, ...ended } = spawnSync(program, [], { input, encoding: 'utf8', timeout: 20_000, env: { PATH: '/usr/bin:/bin' } });
  removeSegments(pid);
  return ended;
}

/** Removes the System V segments that a process has left behind (proc_sysvipc_shm(5): key, id, mode, size, creator). */
function removeSegments(creator: number): void {
  const rows = readFileSync('/proc/sysvipc/shm', 'latin1')
    .split('\n')
    .slice(1)
    .map((row) => row.trim().split(/\s+/));
  for (const row of rows) if (row[4] === String(creator)) spawnSync('ipcrm', ['-m', row[1]]);
}

if (!canBuildModule) test.skip('skipped: the tests of callbacks need clang and lld', () => undefined);
else
  describeTargets('callbacks', (target) => {
    const programs: Record<string, string> = {};
    beforeAll(async () => {
      const module = join(folder, `hostile-${target.arch}.wasm`),
        stacks = join(folder, `stacks-${target.arch}.wasm`);
      buildWasm(projectPath('runtime-c/test/hostile.c'), module);
      buildWasm(projectPath('runtime-c/test/stacks.c'), stacks);
      programs.plain = await compile(module, [], target);
      programs.checked = await compile(module, ['--runtime=checked'], target);
      programs.bounds = await compile(module, ['--memory=check'], target);
      programs.stacks = await compile(stacks, ['--runtime=checked'], target);
      programs['stacks, bounds'] = await compile(stacks, ['--memory=check'], target);
      programs['own stack'] = await compile(stacks, ['--stack-size=1mib'], target);
    }, 120_000);

    test('the lists name all of it', () => {
      expect(runWith(programs.plain, Buffer.of(imports.length, behaviours.length)).stdout).toBe('end\n');
    });

    test.each(imports.map((name, index) => [name, index] as const))(
      '%s',
      (_name, index) => {
        const seen = new Set<string>();
        behaviours.forEach((behaviour, which) => {
          for (const variant of ['plain', 'checked', 'bounds']) {
            const { status, signal, stdout, stderr } = runWith(programs[variant], Buffer.of(index, which));
            const end = status === 0 && stdout === 'intact\n' && stderr === '' ? 'done' : status === 134 ? stderr.split('\n')[0] : undefined;
            if (end === undefined || signal !== null || (status === 134 && !end.startsWith('wasm trap: ')))
              throw new Error(`${behaviour}, ${variant}: ${JSON.stringify({ status, signal, stdout, stderr })}`);
            if (behaviour === 'honest') expect(end).toBe('done');
            if (behaviour === 'calls it without end' && end !== 'done') expect(end).toMatch(/^wasm trap: (call stack exhausted|out of bounds)/);
            seen.add(end);
          }
        });
        expect(seen.has('done')).toBe(true);
        expect([...seen].some((end) => end.startsWith('wasm trap: unreachable'))).toBe(true);
      },
      240_000,
    );

    test('arguments and the environment lie in the heap, whatever their size', async () => {
      const source = projectPath('runtime-c/test/placed-arguments.c');
      const build = async (name: string, ...more: string[]): Promise<string> => {
        const wasm = join(folder, `${name}-${target.arch}.wasm`);
        buildWasm(source, wasm, '-Wl,-z,stack-size=4096', ...more);
        return compile(wasm, ['--runtime=checked'], target);
      };
      const withMalloc = await build('malloc', '-DWITH_MALLOC'),
        without = await build('plain');
      const large = { ONE: 'y'.repeat(100_000), TWO: 'z'.repeat(1264) };
      for (const size of [1, 1264, 12_000, 100_000])
        expect(run(withMalloc, ['x'.repeat(size), 'last'], large)).toEqual({ stdout: 'last', stderr: '', status: 0 });
      expect(run(without, ['x'.repeat(1000), 'last'], large)).toEqual({ stdout: 'last', stderr: '', status: 0 });
      const refused = run(without, ['x'.repeat(12_000), 'last'], large);
      expect(refused).toMatchObject({ stdout: '', status: 1 });
      expect(refused.stderr).toMatch(/^wasm2elf: argument list too long: \d+ bytes do not fit on the module's stack; .* malloc .*\n$/);
    }, 60_000);

    // stacks.c: what a byte selects, and the number of frames.
    const ends = (program: string, what: number, frames: number): Ended => {
      const input = Buffer.alloc(5);
      input[0] = what;
      input.writeUInt32LE(frames, 1);
      return runWith(programs[program], input);
    };
    test.each(['stacks', 'own stack'])(
      'handlers of fault signals run where everything does: %s',
      (program) => {
        for (const frames of [1, 900, 990, 5000]) expect(ends(program, 0, frames)).toMatchObject({ status: 0, stdout: 'returned\n', stderr: '' });
        for (const what of [0, 1, 2, 3, 4]) {
          const { status, stderr } = ends(program, what, 10_000_000);
          expect(`${what}: ${status} ${stderr.split('\n')[0]}`).toMatch(/: 134 wasm trap: call stack exhausted/);
        }
      },
      60_000,
    );
    // An emulator has made its stack at the start.
    if (target.emulator.length > 0 || isObserved(target)) test.skip('skipped: a stack that the kernel does not let grow, in an emulator', () => undefined);
    else
      test.each([3000, 3004, 3008, 4000, 5000])('a stack that the kernel does not let grow is exhausted: %d KiB', (kibibytes) => {
        for (const what of [0, 1, 2, 3, 4]) {
          const input = Buffer.alloc(5);
          input[0] = what;
          input.writeUInt32LE(10_000_000, 1);
          const { status, signal, stderr } = spawnSync('sh', ['-c', `ulimit -v ${kibibytes}; exec "$0"`, programs['stacks, bounds']], {
            input,
            encoding: 'utf8',
            timeout: 20_000,
          });
          expect(`${what}: ${status ?? signal} ${stderr.split('\n')[0]}`).toMatch(/: 134 wasm trap: call stack exhausted/);
        }
      });
    test('a fault that a handler repairs, by leaving or by returning; what was blocked comes later', () => {
      expect(ends('stacks', 5, 0)).toMatchObject({ status: 0, stdout: 'left\nleft\nlater\nreturned\n', stderr: '' });
    });
  });
