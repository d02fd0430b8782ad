// `--time-report`: where the time went, how much memory was needed, how large things are.

import type { ReportFormat } from './option-table.js';

/** One line of the report. Indented stages are parts of the stage above them. */
export interface Timing {
  readonly stage: string;
  readonly ms: number;
  /** 0 for stages of the run, 1 for their parts. */
  readonly level: 0 | 1;
}

/** Collects timings while a run goes on. */
export class TimeReport {
  private readonly timings: Timing[] = [];
  private readonly sizes: { readonly what: string; readonly bytes: number }[] = [];
  private readonly started = performance.now();

  /** Run a stage and note how long it takes. */
  async measure<T>(stage: string, work: () => T | Promise<T>): Promise<T> {
    const at = performance.now();
    const position = this.timings.length;
    try {
      return await work();
    } finally {
      this.timings.splice(position, 0, { stage, ms: performance.now() - at, level: 0 });
    }
  }

  /** Parts of the stage that is being measured. Threads' times add up, so they may exceed the stage's own. */
  addParts(parts: readonly { readonly stage: string; readonly ms: number }[]): void {
    this.timings.push(...parts.map((part): Timing => ({ ...part, level: 1 })));
  }

  /** Note a size. */
  addSize(what: string, bytes: number): void {
    this.sizes.push({ what, bytes });
  }

  /** The stages so far. */
  get stages(): readonly Timing[] {
    return this.timings;
  }

  /** The report as text or as one line of JSON. */
  format(format: ReportFormat): string {
    const usage = process.resourceUsage();
    const total = performance.now() - this.started;
    const cpuMs = (usage.userCPUTime + usage.systemCPUTime) / 1000;
    const peakBytes = usage.maxRSS * 1024;
    if (format === 'json') {
      const round = (ms: number): number => Math.round(ms * 1000) / 1000;
      const stages = this.timings.map(({ stage, ms, level }) => ({ stage, ms: round(ms), level }));
      return `${JSON.stringify({ totalMs: round(total), cpuMs: round(cpuMs), peakBytes, stages, sizes: this.sizes })}\n`;
    }
    const rows = [
      ...this.timings.map(({ stage, ms, level }) => [`${level === 1 ? '  ' : ''}${stage}`, `${ms.toFixed(1)} ms`, `${((100 * ms) / total).toFixed(1)} %`]),
      ['total', `${total.toFixed(1)} ms`, ''],
      ['processor time', `${cpuMs.toFixed(1)} ms`, ''],
      ['peak memory', `${(peakBytes / 2 ** 20).toFixed(1)} MiB`, ''],
      ...this.sizes.map(({ what, bytes }) => [`size of ${what}`, `${bytes} bytes`, '']),
    ];
    const width = Math.max(...rows.map(([name]) => (name ?? '').length));
    return `${rows.map(([name, value, share]) => `${(name ?? '').padEnd(width)} ${(value ?? '').padStart(14)} ${(share ?? '').padStart(8)}`.trimEnd()).join('\n')}\n`;
  }
}
