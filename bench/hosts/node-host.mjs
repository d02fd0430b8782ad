// node-host.mjs MODULE: runs a standalone WASI module in V8 and writes the CPU ns of the run alone, without start-up and
// compilation, to descriptor 3, where bench/measure.c listens.
import { readFileSync, writeSync } from 'node:fs';
import { WASI } from 'node:wasi';

const wasi = new WASI({ version: 'preview1', returnOnExit: true });
const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const instance = new WebAssembly.Instance(module, wasi.getImportObject());
const before = process.cpuUsage();
const status = wasi.start(instance);
const used = process.cpuUsage(before);
if (status !== 0) process.exit(1);
try {
  writeSync(3, String((used.user + used.system) * 1000));
} catch {
  // Run by hand: nobody listens.
}
