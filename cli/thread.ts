// The program of the thread that compiles.

import { compileInThread } from './compile-thread.js';

await compileInThread();
