// Programs in ring 0 against the same executables in user space: instructions executed by a virtual machine with Debian's kernel
// (fixtures/kernel/boot.sh --icount), whose clock counts them. The number is the same on every machine, but for the moments at which
// interrupts come. With pti=on as a second column: system calls cost more there.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark } from './benchmark.js';
import type { Outcome, Target } from './outcome.js';
import { clang, make, Missing, ourCompiler, program, realModule, root, work } from './workspace.js';

const script = join(root, 'bench/scripts/kernel.sh');
const folder = join(work, 'kernel');

/** What kernel.sh prints, in its order: a name, what it is, and how many times the instructions of ring 0 those of user space have to be. */
const rows: readonly (readonly [name: string, help: string, userToRing0?: number])[] = [
  ['null', 'getppid', 1.5],
  ['pipe-1', 'a byte through a pipe to itself', 1.15],
  ['pipe-4096', '4,096 bytes through a pipe to itself', 1.02],
  ['write-1', 'a byte to /dev/null'],
  ['epoll', 'epoll_wait with an event that is there'],
  ['stat', 'the status of a file'],
  ['clock', 'clock_gettime, which user space reads without a system call'],
  ['launcher', 'getpgid, for which ring 0 is left'],
  ['lua-write', 'Lua: an unbuffered write of a byte', 1.12],
  ['lua-read', 'Lua: an unbuffered read of a byte', 1.1],
  ['lua-floats', 'Lua: a loop of sums', 0.95],
  ['lua-calls', 'Lua: recursive calls', 0.95],
  ['lua-sort', 'Lua: sorting', 0.95],
  ['lua-strings', 'Lua: formatting', 0.95],
  ['fuse-stat', 'the status of a file of a FUSE server, without what the caller uses', 1.1],
  ['nginx', 'a small file over a connection that is kept, without what the client uses', 1.03],
];

const NAME = 'kernel';

/** A module built by the sdk from a source of ours. */
function sdkModule(name: string, source: string): string {
  const wrapper = join(root, 'sdk/w2e-cc');
  return make({ output: `kernel/${name}.wasm`, inputs: [join(root, source)], commands: [[wrapper, '-O2', join(root, source), '-o', `kernel/${name}.wasm`]] });
}

/** Compiles the programs and gives boot.sh's arguments. */
function files(): string[] {
  const modules = {
    calls: sdkModule('calls', 'bench/programs/calls.c'),
    fuse_server: sdkModule('fuse_server', 'fixtures/kernel/fuse.c'),
    lua: realModule('lua', 'lua'),
    nginx: realModule('nginx', 'nginx'),
  };
  const site = join(folder, 'site');
  mkdirSync(join(site, 'html'), { recursive: true });
  writeFileSync(join(site, 'html/index.html'), 'served\n');
  copyFileSync(join(root, 'bench/scripts/kernel-nginx.conf'), join(site, 'nginx.conf'));
  const client = make({
    output: 'kernel/client',
    inputs: [join(root, 'bench/hosts/client.c')],
    commands: [[clang(), '-O2', '-static', join(root, 'bench/hosts/client.c'), '-o', 'kernel/client']],
  });
  const executables = Object.entries(modules).map(([name, module]) => {
    const [compiler = '', ...args] = ourCompiler(module, '-q', '--emit=kernel', '--target=x86_64-linux', '-o', join(folder, name));
    const { status, stderr } = spawnSync(compiler, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return join(folder, name);
  });
  return [...executables, ...executables.map((each) => `${each}.kernel`), client, site, join(root, 'bench/scripts/kernel.lua')];
}

/** Runs the machine once: figures by the first two words of each line. */
function measure(options: readonly string[], all: readonly string[]): Map<string, number> {
  const { status, stdout, stderr } = spawnSync(join(root, 'fixtures/kernel/boot.sh'), ['--icount', ...options, '--module', 'fuse', '--run', script, ...all], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    env: { ...process.env, W2E_MACHINE_SECONDS: '1800' },
  });
  if (status !== 0) throw new Error(`the machine: status ${status}\n${stdout}${stderr}`);
  return new Map(stdout.split('\n').map((line) => [line.split(' ').slice(0, 2).join(' '), Number(line.split(' ')[2])]));
}

function outcomesOf(figures: ReadonlyMap<string, number>, column: string): Outcome[] {
  const figure = (key: string): number => {
    const found = figures.get(key);
    if (found === undefined) throw new Error(`the machine printed no figure for ${key}`);
    return found;
  };
  const outcome = (name: string, ours: number, reference?: number, target?: Target): Outcome => ({
    benchmark: `${NAME}/${name}`,
    metric: `instructions${column}`,
    unit: 'instructions',
    ours,
    spread: 0,
    ...(reference === undefined ? {} : { reference: { name: 'user space', figure: reference } }),
    ...(target === undefined ? {} : { target }),
  });
  return [
    ...rows.map(([name, , atLeast]) =>
      outcome(name, figure(`ring0 ${name}`), figure(`user ${name}`), atLeast === undefined ? undefined : { of: 'ratio', atMost: 1 / atLeast }),
    ),
    outcome('route of the launcher', figure('ring0 launcher') - figure('user launcher'), undefined, { of: 'figure', atMost: 1300 }),
    outcome('load of nginx', figure('load nginx') * 1e9, undefined, { of: 'figure', atMost: 2e9 }),
  ];
}

export const kernelBenchmarks: readonly Benchmark[] = [
  {
    name: `${NAME}/ring 0`,
    help: `programs in ring 0 against user space, instructions in a virtual machine: ${rows.map(([name, help]) => `${name} (${help})`).join(', ')}`,
    slow: true,
    run() {
      if (process.arch !== 'x64') throw new Missing('programs run in ring 0 of x86-64 only');
      for (const [command, debianPackage] of [
        ['qemu-system-x86_64', 'qemu-system-x86'],
        ['cpio', 'cpio'],
        ['gcc', 'gcc'],
        ['make', 'make'],
      ] as const)
        program(command, debianPackage);
      mkdirSync(folder, { recursive: true });
      const all = files();
      return [...outcomesOf(measure([], all), ''), ...outcomesOf(measure(['--append', 'pti=on'], all), ', pti=on')];
    },
  },
];
