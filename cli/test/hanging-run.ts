// A run of the command line whose compile stage never ends, for tests of interrupts. Says `compiling` when it is there, and
// then hangs as W2E_HANG says: `idle`, `busy`, `native` (inside of a library, as LLVM would be), `child` (behind another program) or `memory`
// (until there is none).

import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import koffi from 'koffi';
import { compileInThread } from '../compile-thread.js';
import { supervise } from '../supervise.js';
import { realToolchain } from '../toolchain.js';

const hangs: Readonly<Record<string, () => void>> = {
  idle: () => void setInterval(() => undefined, 1000),
  busy: () => {
    for (;;);
  },
  native: () => void koffi.load(null).func('unsigned int sleep(unsigned int)')(600),
  child: () => void spawn('sleep', ['601']),
  memory: () => {
    for (const all: unknown[] = []; ; ) all.push(new Array(1000).fill(all.length));
  },
};

if (isMainThread) {
  process.exitCode = await supervise(new URL(import.meta.url), process.argv.slice(2));
} else {
  await compileInThread({
    ...realToolchain,
    compile: () =>
      new Promise(() => {
        writeSync(1, 'compiling\n');
        hangs[process.env.W2E_HANG ?? 'idle']();
      }),
  });
}
