// Standard output and standard error as the command line uses them, replaceable in tests.

import { writeSync } from 'node:fs';
import { systemErrorCode } from './errors.js';
import { Printed } from './printed.js';

/** Where messages and output go, and what is known about it. */
export interface Terminal {
  /** Write all of it to standard output: text to be read, or the bytes of a file that was asked for there. Throws the system's error. */
  output(contents: Uint8Array | Printed): void;
  /** Write to standard error; failures are ignored, there is nowhere to report them. */
  message(text: Printed): void;
  readonly messagesAreTty: boolean;
  readonly columns: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The process's own streams, written synchronously so that nothing is lost at exit. */
export const processTerminal: Terminal = {
  output: (contents) => writeAll(1, contents),
  message: (text) => {
    try {
      writeAll(2, text);
    } catch {
      // Standard error is closed.
    }
  },
  get messagesAreTty() {
    return process.stderr.isTTY === true;
  },
  get columns() {
    return process.stdout.columns ?? 80;
  },
  environment: process.env,
};

function writeAll(descriptor: number, contents: Uint8Array | Printed): void {
  const bytes = contents instanceof Printed ? Buffer.from(contents.toString()) : contents;
  let done = 0;
  while (done < bytes.length) {
    try {
      done += writeSync(descriptor, bytes, done);
    } catch (error) {
      if (systemErrorCode(error) !== 'EAGAIN') throw error;
      // A pipe set to non-blocking by someone else: wait for its reader.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
