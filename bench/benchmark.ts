// What a benchmark is: a row with a name, what it compares, and a function from the options of the run to outcomes.

import type { Outcome } from './outcome.js';

export interface RunOptions {
  /** Interleaved rounds per batch. */
  readonly rounds: number;
  /** Fewer rounds, no peers, only -O2. */
  readonly quick: boolean;
}

export interface Benchmark {
  /** `group/what`; filters select by parts of it. */
  readonly name: string;
  /** One line: what is compared, and how. */
  readonly help: string;
  /** Whether `--quick` leaves it out. */
  readonly slow?: boolean;
  /** Throws `Missing` when something that it needs is not there. */
  run(options: RunOptions): Promise<Outcome[]> | Outcome[];
}
