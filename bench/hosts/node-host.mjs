// node-host.mjs MODULE: runs a standalone WASI module in V8 and writes the CPU ns of the run alone, without start-up and
// compilation, to descriptor 3, where bench/measure.c listens.
import { readFileSync, writeSync } from 'node:fs';
import { WASI } from 'node:wasi';

function cpuMicroseconds() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function run(file) {
  const wasi = new WASI({ version: 'preview1', returnOnExit: true });
  const module = new WebAssembly.Module(readFileSync(file));
  const instance = new WebAssembly.Instance(module, wasi.getImportObject());
  const before = cpuMicroseconds();
  const status = wasi.start(instance);
  const used = cpuMicroseconds() - before;
  if (status !== 0) throw new Error(`exit status ${status}`);
  return used;
}

const used = run(process.argv[2]);
try {
  writeSync(3, String(used * 1000));
} catch {
  // Run by hand: nobody listens.
}
