// nginx from nginx.wasm against Debian's native nginx: the same configuration, both up at the same time, loaded by wrk
// in turn. Requests per second say what a client sees; requests per CPU second of the workers do not depend on load.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark, RunOptions } from './benchmark.js';
import type { Outcome } from './outcome.js';
import { median, spread } from './statistics.js';
import { compileModule, outputOf, program, realModule, work } from './workspace.js';

const TARGET = { of: 'ratio', atLeast: 0.95 } as const;
const CONNECTIONS = 32;
/** Kernel ticks per second in /proc/PID/stat: USER_HZ is 100 on every Linux architecture of ours. */
const TICKS_PER_SECOND = 100;
const START_LIMIT_MS = 10_000;

const pages: readonly { readonly name: string; readonly bytes: number; readonly help: string }[] = [
  { name: 'small.html', bytes: 612, help: 'a file of 612 bytes' },
  { name: 'large.bin', bytes: 100 * 1024, help: 'a file of 100 KiB by sendfile' },
];

interface Server {
  readonly port: number;
  readonly process: ChildProcess;
}

function configuration(folder: string, port: number): string {
  return `${process.getuid?.() === 0 ? 'user root root;' : ''}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 256; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  client_body_temp_path ${folder}/temp;
  proxy_temp_path ${folder}/temp;
  fastcgi_temp_path ${folder}/temp;
  uwsgi_temp_path ${folder}/temp;
  scgi_temp_path ${folder}/temp;
  server { listen 127.0.0.1:${port}; root ${folder}; }
}
`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function startServer(executable: string, folder: string): Promise<Server> {
  const port = await freePort();
  mkdirSync(join(folder, 'temp'), { recursive: true });
  for (const { name, bytes } of pages) writeFileSync(join(folder, name), Buffer.alloc(bytes, 'nginx '));
  writeFileSync(join(folder, 'nginx.conf'), configuration(folder, port));
  const child = spawn(executable, ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  for (const until = Date.now() + START_LIMIT_MS; !(await accepts(port)); await sleep(20)) {
    if (child.exitCode !== null || Date.now() > until) {
      child.kill('SIGTERM');
      throw new Error(`${executable} does not serve: ${errors}`);
    }
  }
  return { port, process: child };
}

async function stopServer(server: Server): Promise<void> {
  const { process: child } = server;
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

/** The fields of a /proc/PID/stat line that matter: parent, and ticks in user mode and in the kernel. */
export function parseStat(line: string): { parent: number; ticks: number } {
  // The name, in parentheses, may hold blanks and parentheses itself.
  const fields = line
    .slice(line.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return { parent: fields[1] ?? NaN, ticks: (fields[11] ?? NaN) + (fields[12] ?? NaN) };
}

/** CPU seconds that the children of a master have used so far. */
function workerSeconds(master: number): number {
  let ticks = 0;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = parseStat(readFileSync(`/proc/${entry}/stat`, 'latin1'));
      if (stat.parent === master) ticks += stat.ticks;
    } catch {
      // Gone in the meantime.
    }
  }
  return ticks / TICKS_PER_SECOND;
}

/** Completed requests and seconds from wrk's report; throws when any request failed. */
export function parseLoad(report: string): { requests: number; rate: number } {
  const requests = /(\d+) requests in/.exec(report);
  const rate = /Requests\/sec:\s*([\d.]+)/.exec(report);
  if (!requests || !rate || /Non-2xx|Socket errors/.test(report)) throw new Error(`wrk: ${report}`);
  return { requests: Number(requests[1]), rate: Number(rate[1]) };
}

interface Load {
  readonly rates: number[];
  readonly perCpuSecond: number[];
}

function loadOnce(wrk: string, server: Server, page: string, seconds: number, into: Load): void {
  const before = workerSeconds(server.process.pid ?? -1);
  const report = outputOf([wrk, '-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, `http://127.0.0.1:${server.port}/${page}`]);
  const { requests, rate } = parseLoad(report);
  into.rates.push(rate);
  into.perCpuSecond.push(requests / (workerSeconds(server.process.pid ?? -1) - before));
}

async function serve(page: string, benchmark: string, options: RunOptions): Promise<Outcome[]> {
  const wrk = program('wrk', 'wrk');
  const native = program('nginx', 'nginx-light');
  const ours = compileModule(realModule('nginx', 'nginx'), 'nginx', '-O2');
  mkdirSync(work, { recursive: true });
  const folder = mkdtempSync(join(work, 'nginx-'));
  const servers: Server[] = [];
  try {
    for (const executable of [native, ours]) servers.push(await startServer(executable, join(folder, String(servers.length))));
    const loads = servers.map((): Load => ({ rates: [], perCpuSecond: [] }));
    for (let round = 0; round < options.rounds; round++) {
      servers.forEach((server, i) => {
        const load = loads[i];
        if (load) loadOnce(wrk, server, page, options.quick ? 1 : 3, load);
      });
    }
    return [
      rateOutcome(
        benchmark,
        'rate',
        'requests/s',
        loads.map(({ rates }) => rates),
      ),
      rateOutcome(
        benchmark,
        'per CPU',
        'requests/CPU s',
        loads.map(({ perCpuSecond }) => perCpuSecond),
      ),
    ];
  } finally {
    await Promise.all(servers.map(stopServer));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Medians: the best of several rates would favour whoever met an idle machine once. */
function rateOutcome(benchmark: string, metric: string, unit: Outcome['unit'], [native = [], ours = []]: number[][]): Outcome {
  return { benchmark, metric, unit, ours: median(ours), spread: spread(ours), reference: { name: 'Debian nginx', figure: median(native) }, target: TARGET };
}

export const serverBenchmarks: readonly Benchmark[] = pages.map(({ name, help }) => ({
  name: `server/${name}`,
  help: `requests for ${help} over ${CONNECTIONS} kept connections, one worker, against Debian's nginx`,
  run: (options) => serve(name, `server/${name}`, options),
}));
