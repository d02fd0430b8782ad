// The thread that compiles, as `supervise.ts` starts it.

import { isatty, WriteStream } from 'node:tty';
import { parentPort } from 'node:worker_threads';
import { main } from './main.js';
import type { Message } from './supervise.js';
import { announceTemporaries } from './temp-output.js';
import { processTerminal } from './terminal.js';
import type { Toolchain } from './toolchain.js';

function say(message: Message): void {
  parentPort!.postMessage(message);
}

/** Does what the command line says. Tests bring their own stages. */
export async function compileInThread(toolchain?: Toolchain): Promise<void> {
  announceTemporaries((temporary) => say({ temporary }));
  // Node's streams in a thread do not know of a terminal.
  const terminal = {
    ...processTerminal,
    messagesAreTty: isatty(2),
    get columns() {
      return isatty(1) ? new WriteStream(1).columns : 80;
    },
  };
  say({ status: await main(process.argv.slice(2), terminal, toolchain) });
}
