// A run of the command line whose compile stage never ends, for tests of interrupts. Says `compiling` when it is there.

import { main } from '../main.js';
import { processTerminal } from '../terminal.js';
import { realToolchain } from '../toolchain.js';

process.exitCode = await main(process.argv.slice(2), processTerminal, {
  ...realToolchain,
  compile: () =>
    new Promise(() => {
      process.stdout.write('compiling\n');
      setInterval(() => undefined, 1000);
    }),
});
