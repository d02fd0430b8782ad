// The command behind `npm run bench`: selects benchmarks, runs them one after the other, names each with its ratios as it
// goes, prints the table at the end and writes JSON. Exits 1 when one failed; a target that is not met is a result, not a failure.

import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { arm64Benchmarks } from './arm64.js';
import type { Benchmark } from './benchmark.js';
import { compileBenchmarks } from './compile.js';
import { frontendBenchmarks } from './frontend.js';
import { kernelBenchmarks } from './kernel.js';
import { type Outcome, type Skipped, isMet, ratio, summarize } from './outcome.js';
import { serverBenchmarks } from './server.js';
import { speedBenchmarks } from './speed.js';
import { startBenchmarks } from './start.js';
import { renderOutcomes } from './table.js';
import { threadsBenchmarks } from './threads.js';
import { Missing, clang, findProgram, outputOf, work } from './workspace.js';

const benchmarks: readonly Benchmark[] = [
  ...speedBenchmarks,
  ...startBenchmarks,
  ...compileBenchmarks,
  ...frontendBenchmarks,
  ...serverBenchmarks,
  ...arm64Benchmarks,
  ...kernelBenchmarks,
  ...threadsBenchmarks,
];

const DEFAULT_ROUNDS = 5;
const QUICK_ROUNDS = 3;
/** Characters of a failure that are shown; programs that crash may say a lot. */
const LONGEST_REASON = 500;

const usage = `Usage: npm run bench -- [filter...] [--rounds N] [--json file] [--quick] [--list]
A filter selects the benchmarks whose names contain it.
  --rounds N   interleaved rounds per batch [${DEFAULT_ROUNDS}, with --quick ${QUICK_ROUNDS}]
  --json file  where the figures go besides the terminal [build/bench/results.json]
  --quick      fewer rounds, no peers, only one level
  --list       names and what they compare`;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function firstLine(command: readonly string[]): string | undefined {
  try {
    return outputOf(command).split('\n')[0];
  } catch {
    return undefined;
  }
}

/** What the figures depend on. */
function environment(): Record<string, string> {
  const emcc = findProgram('emcc');
  return {
    date: new Date().toISOString(),
    cpu: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
    kernel: release(),
    node: process.version,
    native: firstLine([clang(), '--version']) ?? 'unknown',
    emscripten: (emcc && firstLine([emcc, '--version'])) ?? 'missing',
    load: loadavg()
      .map((n) => n.toFixed(1))
      .join(' '),
  };
}

async function runAll(selected: readonly Benchmark[], rounds: number, quick: boolean): Promise<{ outcomes: Outcome[]; skipped: Skipped[]; failed: Skipped[] }> {
  const outcomes: Outcome[] = [];
  const skipped: Skipped[] = [];
  const failed: Skipped[] = [];
  for (const benchmark of selected) {
    process.stderr.write(`${benchmark.name}\n`);
    try {
      const found = await benchmark.run({ rounds, quick });
      outcomes.push(...found);
      for (const outcome of found) process.stderr.write(`  ${outcome.metric}: ${ratio(outcome)?.toFixed(3) ?? 'measured'}\n`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      (error instanceof Missing ? skipped : failed).push({ benchmark: benchmark.name, why: why.slice(0, LONGEST_REASON) });
    }
  }
  return { outcomes, skipped, failed };
}

function printSummary(outcomes: readonly Outcome[]): void {
  for (const [group, metric] of [
    ['speed', 'CPU'],
    ['arm64', 'instructions'],
  ] as const) {
    const summary = summarize(
      outcomes.filter(({ benchmark }) => benchmark.startsWith(`${group}/`)),
      metric,
    );
    if (summary === undefined) continue;
    const peers = Object.entries(summary.peers).map(([name, value]) => `, ${name} ${value.toFixed(3)}`);
    print(`\n${group}, geometric mean of the ratios to native: ours (${summary.count}) ${summary.ours.toFixed(3)}${peers.join('')}`);
  }
  const judged = outcomes.filter((outcome) => isMet(outcome) !== undefined);
  print(`targets met: ${judged.filter(isMet).length} of ${judged.length}`);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      json: { type: 'string' },
      quick: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    print(usage);
    return 0;
  }
  const rounds = Number(values.rounds ?? (values.quick ? QUICK_ROUNDS : DEFAULT_ROUNDS));
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) throw new RangeError('--rounds: a number from 1 to 100');
  const selected = benchmarks.filter(
    ({ name, slow }) => !(values.quick && slow) && (positionals.length === 0 || positionals.some((filter) => name.includes(filter))),
  );
  if (selected.length === 0) throw new RangeError(`no benchmark matches ${positionals.join(' ')}; --list names them`);
  if (values.list) {
    for (const { name, help } of selected) print(`${name.padEnd(24)} ${help}`);
    return 0;
  }
  const { outcomes, skipped, failed } = await runAll(selected, rounds, values.quick);
  const about = environment();
  print(
    Object.entries(about)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
  );
  if (outcomes.length > 0) print(`\n${renderOutcomes(outcomes)}`);
  for (const { benchmark, why } of skipped) print(`skipped ${benchmark}: ${why}`);
  for (const { benchmark, why } of failed) print(`FAILED ${benchmark}: ${why}`);
  printSummary(outcomes);
  const json = resolve(values.json ?? `${work}/results.json`);
  mkdirSync(dirname(json), { recursive: true });
  const results = outcomes.map((outcome) => ({ ...outcome, ratio: ratio(outcome), met: isMet(outcome) }));
  writeFileSync(json, `${JSON.stringify({ environment: about, rounds, results, skipped, failed }, null, 1)}\n`);
  return failed.length > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
  process.exitCode = 2;
}
