// A DNS server for the resolver's tests, on 127.0.0.1:53 of a network namespace of its own: answers from a table, and
// misbehaves on request. Run as `node dns-server.js PROGRAM COMMANDS`: starts, runs PROGRAM with each of the argument
// lists in COMMANDS (JSON), and prints their results and the questions that were asked as JSON.

import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';

/** What one command gave: its output, how long it took in milliseconds, and `udp|tcp TYPE name` per question. */
export interface Answered {
  readonly stdout: string;
  readonly milliseconds: number;
  readonly questions: readonly string[];
}

const types: Readonly<Record<number, string>> = { 1: 'A', 12: 'PTR', 28: 'AAAA' };

/** Records by name: addresses by type, or another name. */
const zone: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'host.test': { A: ['192.0.2.1'], AAAA: ['2001:db8:0:0:0:0:0:1'] },
  'alias.test': { CNAME: ['middle.test'] },
  'middle.test': { CNAME: ['host.test'] },
  'only4.test': { A: ['192.0.2.4', '192.0.2.5'] },
  'text.test': {},
  'large.test': { A: Array.from({ length: 40 }, (_unused, i) => `192.0.2.${i + 1}`) },
  'short.second.test': { A: ['192.0.2.9'] },
  'two.dots.first.test': { A: ['192.0.2.10'] },
  'late.test': { A: ['192.0.2.11'] },
  'forged.test': { A: ['192.0.2.12'] },
  '1.2.0.192.in-addr.arpa': { PTR: ['host.test'] },
};

function encodeName(name: string): Buffer {
  return Buffer.concat([...name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)])), Buffer.of(0)]);
}

function record(owner: string, type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt32BE(60, 4);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([encodeName(owner), head, data]);
}

function addressBytes(text: string): Buffer {
  if (!text.includes(':')) return Buffer.from(text.split('.').map(Number));
  return Buffer.concat(text.split(':').map((word) => Buffer.from(word.padStart(4, '0'), 'hex')));
}

/** Answer records of a question, following aliases; undefined if the name does not exist. */
function answersFor(name: string, type: number): Buffer[] | undefined {
  const found = zone[name];
  if (found === undefined) return undefined;
  const alias = found.CNAME?.[0];
  if (alias !== undefined) return [record(name, 5, encodeName(alias)), ...(answersFor(alias, type) ?? [])];
  const values = found[types[type] ?? ''] ?? [];
  return values.map((value) => record(name, type, type === 12 ? encodeName(value) : addressBytes(value)));
}

function parseQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let n = query[at] ?? 0; n > 0; n = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + n));
    at += 1 + n;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

let questions: string[] = [];
let lateDropped = false;

function reply(query: Buffer, code: number, truncated: boolean, records: readonly Buffer[]): Buffer {
  const { end } = parseQuestion(query);
  const head = Buffer.from(query.subarray(0, end));
  head[2] = 0x81 | (truncated ? 2 : 0);
  head[3] = 0x80 | code;
  head.writeUInt16BE(records.length, 6);
  return Buffer.concat([head, ...records]);
}

/** The packets that go back for a query, in order. */
function respond(query: Buffer, transport: 'udp' | 'tcp'): Buffer[] {
  const { name, type } = parseQuestion(query);
  questions.push(`${transport} ${types[type] ?? type} ${name}`);
  if (name === 'silent.test') return [];
  if (name === 'failing.test') return [reply(query, 2, false, [])];
  if (name === 'refused.test') return [reply(query, 5, false, [])];
  if (name === 'late.test' && !lateDropped) {
    lateDropped = true;
    return [];
  }
  if (name === 'cut.test') return [reply(query, 0, false, [Buffer.from([0xc0, 12, 0, 1])])];
  if (name === 'loop.test') {
    // An alias whose name is a pointer to itself.
    const { end } = parseQuestion(query);
    const at = end + encodeName(name).length + 10;
    return [reply(query, 0, false, [record(name, 5, Buffer.of(0xc0 | (at >> 8), at & 255))])];
  }
  const records = answersFor(name, type);
  if (records === undefined) return [reply(query, 3, false, [])];
  const full = reply(query, 0, false, records);
  if (transport === 'udp' && full.length > 512) return [reply(query, 0, true, [])];
  if (name !== 'forged.test') return [full];
  const forged = Buffer.from(reply(query, 0, false, [record(name, 1, addressBytes('203.0.113.1'))]));
  forged.writeUInt16BE(forged.readUInt16BE(0) ^ 1, 0);
  return [forged, full];
}

async function runProgram(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, [...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  await new Promise((resolve) => child.on('close', resolve));
  return stdout;
}

const udp = createSocket('udp4');
udp.on('message', (query, from) => {
  for (const packet of respond(query, 'udp')) udp.send(packet, from.port, from.address);
});
const tcp = createServer((socket) => {
  let received = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (data) => {
    received = Buffer.concat([received, data]);
    if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
    for (const packet of respond(received.subarray(2), 'tcp')) {
      const size = Buffer.alloc(2);
      size.writeUInt16BE(packet.length);
      // In pieces, as TCP may deliver them.
      socket.write(Buffer.concat([size, packet.subarray(0, 5)]));
      void after(20).then(() => socket.end(packet.subarray(5)));
    }
  });
});
await new Promise<void>((resolve) => udp.bind(53, '127.0.0.1', resolve));
await new Promise<void>((resolve) => tcp.listen(53, '127.0.0.1', resolve));

const [, , program = '', commands = '[]'] = process.argv;
const results: Answered[] = [];
for (const args of JSON.parse(commands) as string[][]) {
  questions = [];
  const start = performance.now();
  const stdout = await runProgram(program, args);
  results.push({ stdout, milliseconds: performance.now() - start, questions });
}
process.stdout.write(JSON.stringify(results));
udp.close();
tcp.close();
