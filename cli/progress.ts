// The progress line: on a terminal only, and only for runs that take longer than two seconds.

import { printed } from './printed.js';
import type { Terminal } from './terminal.js';

const silentMs = 2000;
const intervalMs = 100;

/** Shows which stage a run is in. */
export class Progress {
  private readonly started: number;
  private shownAt = 0;
  private visible = false;
  private stage = '';
  private index = 0;

  constructor(
    private readonly terminal: Terminal,
    private readonly enabled: boolean,
    private readonly stageCount: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.started = now();
  }

  /** The next stage begins. */
  enter(stage: string): void {
    this.stage = stage;
    this.index++;
    this.show('');
  }

  /** `done` of `total` steps of a part of the current stage. */
  update(part: string, done: number, total: number): void {
    this.show(`${part === this.stage ? '' : ` ${part}`}${total > 0 ? ` ${Math.floor((100 * done) / total)} %` : ''}`);
  }

  /** Take the line away, for a message or at the end. */
  clear(): void {
    if (this.visible) this.terminal.message(printed`\r\x1b[K`);
    this.visible = false;
  }

  private show(detail: string): void {
    const now = this.now();
    if (!this.enabled || now - this.started < silentMs || now - this.shownAt < intervalMs) return;
    this.shownAt = now;
    this.visible = true;
    this.terminal.message(printed`\r\x1b[K[${this.index}/${this.stageCount}] ${this.stage}${detail}`);
  }
}
