// The program: what the launcher at the root starts.

import { supervise } from './supervise.js';

process.exitCode = await supervise(new URL('./thread.js', import.meta.url), process.argv.slice(2));
