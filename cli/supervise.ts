// Interrupts. The compiler runs in a thread of its own, because LLVM, and our own code on a large function, may keep a
// thread busy for minutes; the process's first thread does nothing but wait for that thread's end or for a signal, on
// which it removes temporary files, kills children (lld) and ends the process. A second signal ends it by the system's default.

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { exitStatus } from './option-table.js';

/** What the thread that compiles says. */
export type Message =
  /** A file or folder that is about to be made, to be removed unless all goes well. */
  { readonly temporary: string } | { readonly status: number };

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Milliseconds that killed children get to finish the system calls they are in. */
const CHILD_MS = 200;

/** Runs a program that calls `compileInThread` in a thread; the exit status. Fails with what the thread failed with, if it could not report it itself. */
export function supervise(program: URL, args: readonly string[]): Promise<number> {
  const thread = new CompileThread(program, args);
  return thread.ended().finally(() => thread.end());
}

class CompileThread {
  private readonly worker: Worker;
  private readonly temporaries: string[] = [];
  private status: number = exitStatus.internal;
  /** What is said when the thread could not. */
  private reported: Promise<void> = Promise.resolve();
  private readonly onSignal = (): void => this.interrupt();

  constructor(program: URL, args: readonly string[]) {
    // A thread would get less memory than a process.
    this.worker = new Worker(program, {
      argv: [...args],
      resourceLimits: { maxOldGenerationSizeMb: Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20) },
    });
    this.worker.on('message', (message: Message) => {
      if ('status' in message) this.status = message.status;
      else this.temporaries.push(message.temporary);
    });
    for (const signal of signals) process.on(signal, this.onSignal);
  }

  ended(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.worker.on('error', (error) => {
        killChildren();
        this.removeTemporaries();
        if (!('code' in error) || error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return reject(error);
        this.status = exitStatus.failure;
        this.reported = reportOutOfMemory();
      });
      this.worker.on('exit', () => void this.reported.then(() => resolve(this.status)));
    });
  }

  end(): void {
    void this.worker.terminate();
    for (const signal of signals) process.off(signal, this.onSignal);
  }

  private removeTemporaries(): void {
    for (const path of this.temporaries) rmSync(path, { recursive: true, force: true });
  }

  private interrupt(): void {
    killChildren();
    this.end(); // stops what is not inside of LLVM, so that nothing more is made
    // What the thread has said before is heard first.
    setImmediate(() => {
      killChildren();
      this.removeTemporaries();
      void import('../llvm-bindings/end-process.js').then(({ endProcess }) => endProcess(exitStatus.interrupted));
    });
  }
}

/** Loaded when it is needed: the first thread starts faster without. */
async function reportOutOfMemory(): Promise<void> {
  const [{ diagnosticCodes }, { printed }, { processTerminal }] = await Promise.all([
    import('./diagnostics.js'),
    import('./printed.js'),
    import('./terminal.js'),
  ]);
  processTerminal.message(
    printed`wasm2elf: error[W2E-X002]: ${diagnosticCodes['W2E-X002']}\n  note: NODE_OPTIONS=--max-old-space-size=MEGABYTES allows more\n`,
  );
}

/** Children of every thread of this process. */
function children(): number[] {
  return readdirSync('/proc/self/task').flatMap((thread) => {
    try {
      return readFileSync(`/proc/self/task/${thread}/children`, 'latin1')
        .split(' ')
        .filter((word) => word !== '')
        .map(Number);
    } catch {
      return []; // the thread has just ended, or the kernel does not say
    }
  });
}

function killChildren(): void {
  const deadline = Date.now() + CHILD_MS;
  for (const child of children()) {
    try {
      process.kill(child, 'SIGKILL');
    } catch {
      continue; // it has just ended
    }
    while (isRunning(child) && Date.now() < deadline) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }
}

/** Whether a process still executes: it is there, and no zombie. */
function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
